/* Tokens: issued to what speaks HTTP, and revoked. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/ask.h"
#include "protocol/token.h"

enum { HASH_DIGITS = 2 * TOKEN_HASH_BYTES };

/* What a secret that travels through other people's products may stand for. */
static const uint32_t roles_of_tokens = ROLE_reporter | ROLE_sensor |
					ROLE_analyst | ROLE_lead |
					ROLE_manager | ROLE_auditor;

static enum err
check_roles(struct decision *d, uint32_t *roles)
{
	bool has_sources = cJSON_GetArraySize(ask_json(d->ask, "source")) > 0;
	const cJSON *item;

	*roles = 0;
	cJSON_ArrayForEach (item, ask_json(d->ask, "role")) {
		uint32_t bit = role_bit(item->valuestring);

		if (bit == 0)
			return decision_refuse(d, ERR_INVALID, "role",
			    "there is no role %s", item->valuestring);
		if ((bit & roles_of_tokens) == 0)
			return decision_refuse(d, ERR_INVALID, "role",
			    "no token can be %s: that needs a key, by `tocsin "
			    "people enrol`",
			    item->valuestring);
		*roles |= bit;
	}
	if (*roles == 0)
		return decision_refuse(
		    d, ERR_INVALID, "role", "name at least one role");
	if ((*roles & ROLE_sensor) != 0 && !has_sources)
		return decision_refuse(d, ERR_INVALID, "source",
		    "a sensor needs the sources that it pushes as");
	if ((*roles & ROLE_sensor) == 0 && has_sources)
		return decision_refuse(
		    d, ERR_INVALID, "source", "only a sensor has sources");
	return OK;
}

static enum err
check_hash(struct decision *d, const char *hash)
{
	if (hash == NULL)
		return decision_refuse(d, ERR_INVALID, "hash",
		    "the hash of the token's secret is missing: 43 characters "
		    "of base64url of your making, hashed by BLAKE2b-256");
	if (strlen(hash) == HASH_DIGITS &&
	    strspn(hash, "0123456789abcdef") == HASH_DIGITS)
		return OK;
	return decision_refuse(d, ERR_INVALID, "hash",
	    "this is no BLAKE2b-256 hash: %d digits of small hex", HASH_DIGITS);
}

/* The name that was asked for, or one of the first source or role. */
static void
make_name(const struct decision *d, uint64_t number, char *name, size_t size)
{
	const char *given = ask_text(d->ask, "name");
	const cJSON *of = ask_json(d->ask, "source");

	if (given != NULL) {
		(void)snprintf(name, size, "%s", given);
		return;
	}
	if (cJSON_GetArraySize(of) == 0)
		of = ask_json(d->ask, "role");
	(void)snprintf(name, size, "%.40s-token-%" PRIu64,
	    cJSON_GetArrayItem(of, 0)->valuestring, number);
}

static void
emit_issued(
    struct decision *d, uint64_t number, const char *name, uint32_t roles)
{
	const cJSON *sources = ask_json(d->ask, "source");
	int64_t rate = ask_number(d->ask, "rate", 0);
	cJSON *facts = decision_emit(
	    d, EVENT_token_issued, (struct ref){SUBJECT_TOKEN, 0, number});

	put_text(facts, "name", name);
	put_roles(facts, "roles", roles);
	put_text(facts, "hash", ask_text(d->ask, "hash"));
	if (cJSON_GetArraySize(sources) > 0)
		put_copy(facts, "sources", sources);
	if (rate > 0)
		put_number(facts, "rate", (uint64_t)rate);
}

enum err
decide_token_new(struct decision *d)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	uint32_t roles = 0;
	uint64_t number;
	enum err err = check_roles(d, &roles);

	if (err == OK)
		err = check_hash(d, ask_text(d->ask, "hash"));
	if (err == OK)
		err = decision_number(d, EVENT_token_issued, &number);
	if (err != OK)
		return err;
	make_name(d, number, name, sizeof(name));
	err = decision_new_name(d, name);
	if (err != OK)
		return err;
	emit_issued(d, number, name, roles);
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "name", name);
	put_number(d->answer, "number", number);
	return OK;
}

enum err
decide_token_revoke(struct decision *d)
{
	const char *name = ask_text(d->ask, "name");
	struct person person;
	cJSON *facts;
	enum err err = person_by_name(d->txn, name, &person);

	if (err == ERR_MISSING || (err == OK && !person.token))
		return decision_refuse(d, ERR_MISSING, "name",
		    "no token is called %s: `tocsin token list` has them",
		    name);
	if (err != OK)
		return err;
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "name", name);
	put_number(d->answer, "number", person.number);
	if (!person.active)
		return OK;
	facts = decision_emit(d, EVENT_token_revoked,
	    (struct ref){SUBJECT_TOKEN, 0, person.number});
	put_text(facts, "name", name);
	decision_copy_text(d, "reason");
	return OK;
}
