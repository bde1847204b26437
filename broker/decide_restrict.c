/* Who may see an incident: restrict, unrestrict. */
#include <inttypes.h>

#include "broker/decision.h"

static enum err
need_reason(struct decision *d)
{
	if (!text_blank(ask_text(d->ask, "reason")))
		return OK;
	return decision_refuse(d, ERR_INVALID, "reason",
	    "reason is empty: say why others may, or may not, see it");
}

/* Those who are named: the actor, the assignee, and whom the ask lists. */
struct named {
	size_t count;
	uint32_t numbers[LIMIT_GRANTS_MAX];
};

static bool
add_named(struct named *named, uint32_t number)
{
	size_t i;

	for (i = 0; i < named->count; i++)
		if (named->numbers[i] == number)
			return true;
	if (named->count == LIMIT_GRANTS_MAX)
		return false;
	named->numbers[named->count++] = number;
	return true;
}

static enum err
add_asked(struct decision *d, struct named *named)
{
	const cJSON *item;
	struct person person;
	enum err err;

	cJSON_ArrayForEach (item, ask_json(d->ask, "to")) {
		err = person_by_name(d->txn, item->valuestring, &person);
		if (err == ERR_MISSING || (err == OK && !person.active))
			return decision_refuse(d, ERR_INVALID, "to",
			    "nobody called %s is enrolled: `tocsin people` "
			    "lists who is",
			    item->valuestring);
		if (err != OK)
			return err;
		if (!add_named(named, person.number))
			return decision_refuse(d, ERR_TOO_LARGE, "to",
			    "an incident names at most %d people, you and its "
			    "assignee among them",
			    LIMIT_GRANTS_MAX);
	}
	return OK;
}

/* An incident that others are merged into cannot be hidden from their people. */
static bool
found(void *arg, uint64_t merged)
{
	uint64_t *first = arg;

	*first = merged;
	return false;
}

static enum err
check_alone(struct decision *d, const struct incident *incident)
{
	uint64_t merged = 0;
	enum err err =
	    incident_merged_each(d->txn, incident->number, found, &merged);

	if (err != OK || merged == 0)
		return err;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " is merged into INC-%" PRIu64
	    ", and its people would still see that: unmerge it first",
	    merged, incident->number);
}

enum err
decide_restrict(struct decision *d)
{
	struct named named = {.count = 0};
	struct incident incident;
	cJSON *list;
	size_t i;
	enum err err = decision_incident(d, &incident);

	if (err == OK)
		err = need_reason(d);
	if (err == OK)
		err = check_alone(d, &incident);
	if (err != OK)
		return err;
	(void)add_named(&named, d->actor->number);
	if (incident.assignee != 0)
		(void)add_named(&named, incident.assignee);
	err = add_asked(d, &named);
	if (err != OK)
		return err;
	list = put_array(
	    decision_emit_incident(d, EVENT_incident_restricted, &incident),
	    "named");
	for (i = 0; i < named.count; i++)
		put_number(list, NULL, named.numbers[i]);
	decision_copy_text(d, "reason");
	(void)decision_answer_incident(d, &incident);
	return OK;
}

enum err
decide_unrestrict(struct decision *d)
{
	struct incident incident;
	enum err err = decision_incident(d, &incident);

	if (err == OK && !incident.restricted)
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is not restricted", incident.number);
	if (err == OK)
		err = need_reason(d);
	if (err != OK)
		return err;
	(void)decision_emit_incident(d, EVENT_incident_unrestricted, &incident);
	decision_copy_text(d, "reason");
	(void)decision_answer_incident(d, &incident);
	return OK;
}
