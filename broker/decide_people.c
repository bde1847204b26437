/* Who is enrolled, and with which roles. */
#include <string.h>

#include "broker/decision.h"
#include "protocol/json.h"
#include "protocol/key.h"

/* Names that mean something else where a person's name is asked for. */
static const char *const reserved[] = {"none", "me", "all", "triage", "broker"};

bool
decision_name_reserved(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return false;
}

enum err
decision_new_name(struct decision *d, const char *name)
{
	struct person other;
	enum err err;

	if (decision_name_reserved(name))
		return decision_refuse(d, ERR_INVALID, "name",
		    "%s is a word of the commands: take another name", name);
	err = person_by_name(d->txn, name, &other);
	if (err == OK)
		return decision_refuse(d, ERR_CONFLICT, "name",
		    "%s was enrolled before, and a name is one for ever: take "
		    "another one",
		    name);
	return err == ERR_MISSING ? OK : err;
}

static enum err
check_key(struct decision *d, const char *public_z85)
{
	struct person other;
	enum err err;

	if (!key_public_valid(public_z85))
		return decision_refuse(d, ERR_INVALID, "public",
		    "this is no CURVE public key: 40 characters of Z85, as "
		    "`tocsin key` prints it");
	if (d->broker_key != NULL && strcmp(d->broker_key, public_z85) == 0)
		return decision_refuse(d, ERR_CONFLICT, "public",
		    "this is the broker's own key, which who connects knows it "
		    "by: `tocsin key new NAME` makes a pair for a principal");
	err = person_by_key(d->txn, public_z85, &other);
	if (err == OK && !other.active)
		return decision_refuse(d, ERR_CONFLICT, "public",
		    "this key was %s's and is revoked, for good: make a new "
		    "pair with `tocsin key new`",
		    other.name);
	if (err == OK)
		return decision_refuse(d, ERR_CONFLICT, "public",
		    "this key is enrolled already, as %s: make a pair of its "
		    "own "
		    "for each principal with `tocsin key new`",
		    other.name);
	return err == ERR_MISSING ? OK : err;
}

static enum err
check_roles(struct decision *d, uint32_t *roles)
{
	const cJSON *sources = ask_json(d->ask, "sources");
	bool has_sources = cJSON_GetArraySize(sources) > 0;
	const cJSON *item;

	*roles = 0;
	cJSON_ArrayForEach (item, ask_json(d->ask, "roles")) {
		if (role_bit(item->valuestring) == 0)
			return decision_refuse(d, ERR_INVALID, "roles",
			    "there is no role %s", item->valuestring);
		*roles |= role_bit(item->valuestring);
	}
	if (*roles == 0)
		return decision_refuse(
		    d, ERR_INVALID, "roles", "name at least one role");
	if ((*roles & ROLE_gateway) != 0 && *roles != ROLE_gateway)
		return decision_refuse(d, ERR_INVALID, "roles",
		    "a gateway acts for others alone: it has no other role");
	if ((*roles & ROLE_sensor) != 0 && !has_sources)
		return decision_refuse(d, ERR_INVALID, "sources",
		    "a sensor needs the sources that it pushes as");
	if ((*roles & ROLE_sensor) == 0 && has_sources)
		return decision_refuse(
		    d, ERR_INVALID, "sources", "only a sensor has sources");
	return OK;
}

static void
emit_enrolled(
    struct decision *d, const struct enrolment *enrolment, uint32_t number)
{
	cJSON *facts, *sources;
	size_t i;

	facts = decision_emit(
	    d, EVENT_people_enrolled, (struct ref){SUBJECT_PERSON, 0, number});
	put_text(facts, "name", enrolment->name);
	put_text(facts, "public", enrolment->public_z85);
	put_roles(facts, "roles", enrolment->roles);
	if (enrolment->sources_count > 0) {
		sources = put_array(facts, "sources");
		for (i = 0; i < enrolment->sources_count; i++)
			put_text(sources, NULL, enrolment->sources[i]);
	}
	if (!text_blank(enrolment->display))
		put_text(decision_text(d), "display", enrolment->display);
}

enum err
decide_enrolment(struct decision *decision, const struct enrolment *enrolment,
    uint32_t number)
{
	if (!name_valid(enrolment->name) ||
	    decision_name_reserved(enrolment->name))
		return decision_refuse(decision, ERR_INVALID, "name",
		    "%.64s cannot be a name: letters, digits and ._:@- in "
		    "lower case",
		    enrolment->name);
	if (!key_public_valid(enrolment->public_z85))
		return decision_refuse(decision, ERR_INVALID, "public",
		    "this is no CURVE public key: 40 characters of Z85");
	emit_enrolled(decision, enrolment, number);
	return OK;
}

enum err
decide_people_enrol(struct decision *d)
{
	const char *sources[LIMIT_SOURCES_MAX];
	struct enrolment enrolment = {
	    .name = ask_text(d->ask, "name"),
	    .public_z85 = ask_text(d->ask, "public"),
	    .display = ask_text(d->ask, "display"),
	    .sources = sources,
	};
	const cJSON *item;
	uint64_t number;
	enum err err;

	err = decision_new_name(d, enrolment.name);
	if (err == OK)
		err = check_key(d, enrolment.public_z85);
	if (err == OK)
		err = check_roles(d, &enrolment.roles);
	if (err == OK)
		err = decision_number(d, EVENT_people_enrolled, &number);
	if (err != OK)
		return err;
	cJSON_ArrayForEach (item, ask_json(d->ask, "sources"))
		sources[enrolment.sources_count++] = item->valuestring;
	emit_enrolled(d, &enrolment, (uint32_t)number);
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "name", enrolment.name);
	put_number(d->answer, "number", number);
	return OK;
}

static bool
count_admin(void *arg, const struct person *person)
{
	size_t *admins = arg;

	if (person->active && (person->roles & ROLE_admin) != 0)
		++*admins;
	return true;
}

enum err
decide_people_revoke(struct decision *d)
{
	const char *name = ask_text(d->ask, "name");
	struct person person;
	size_t admins = 0;
	uint32_t to = 0;
	enum err err;
	cJSON *facts;

	err = person_by_name(d->txn, name, &person);
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "name",
		    "nobody called %s is enrolled", name);
	if (err == OK)
		err = person_each(d->txn, count_admin, &admins);
	if (err != OK)
		return err;
	if (person.token)
		return decision_refuse(d, ERR_CONFLICT, "name",
		    "%s is a token: `tocsin token revoke %s` revokes it", name,
		    name);
	if (person.active && (person.roles & ROLE_admin) != 0 && admins < 2)
		return decision_refuse(d, ERR_CONFLICT, "name",
		    "%s is the last administrator: enrol another one first",
		    name);
	err = decision_successor(d, &person, &to);
	if (err != OK)
		return err;
	/* Once more, it goes on with what is left to hand over. */
	if (person.active) {
		facts = decision_emit(d, EVENT_people_revoked,
		    (struct ref){SUBJECT_PERSON, 0, person.number});
		put_text(facts, "name", name);
		decision_copy_text(d, "reason");
	}
	return decision_hand_over(d, &person, to);
}
