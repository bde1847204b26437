/* Idempotency keys: the same command twice has one effect and one answer. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/json.h"

static int
by_key(const void *a, const void *b)
{
	const cJSON *const *left = a, *const *right = b;

	return strcmp((*left)->string, (*right)->string);
}

/*
 * Copies a body so that two spellings of one body print alike: the members of
 * every object in the order of their keys.  Depth is bounded by the scanner.
 */
static cJSON *
sorted(const cJSON *item)
{
	int i, count = cJSON_GetArraySize(item);
	const cJSON **members;
	const cJSON *member;
	cJSON *copy;

	if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
		return put_duplicate(item);
	copy = cJSON_IsObject(item) ? put_object(NULL, NULL)
				    : put_array(NULL, NULL);
	members = malloc(((size_t)count + 1) * sizeof(members[0]));
	if (members == NULL)
		abort();
	i = 0;
	cJSON_ArrayForEach (member, item)
		members[i++] = member;
	if (cJSON_IsObject(item) && count > 1)
		qsort(members, (size_t)count, sizeof(members[0]), by_key);
	for (i = 0; i < count; i++)
		put_item(copy, members[i]->string, sorted(members[i]));
	free(members);
	return copy;
}

static void
digest_ask(const struct decision *d, unsigned char out[HASH16])
{
	const char *verb = verb_row(d->verb)->name;
	cJSON *body = sorted(ask_body(d->ask));
	crypto_generichash_state state;
	char *text;

	cJSON_DeleteItemFromObjectCaseSensitive(body, "key");
	text = put_print(body);
	cJSON_Delete(body);
	(void)crypto_generichash_init(&state, NULL, 0, HASH16);
	(void)crypto_generichash_update(
	    &state, (const unsigned char *)verb, strlen(verb) + 1);
	(void)crypto_generichash_update(
	    &state, (const unsigned char *)text, strlen(text));
	(void)crypto_generichash_final(&state, out, HASH16);
	free(text);
}

static enum err
answer_again(struct decision *d, const struct remembered *remembered)
{
	d->answer =
	    cJSON_ParseWithLength(remembered->answer, remembered->answer_len);
	if (d->answer == NULL)
		return ERR_CORRUPT;
	d->repeat_of = remembered->seq;
	put_number(d->answer, "repeat_of", remembered->seq);
	return OK;
}

enum err
decision_repeat(struct decision *d, bool *repeated)
{
	const char *key = ask_text(d->ask, "key");
	struct remembered remembered;
	enum err err;

	*repeated = false;
	if (key == NULL)
		return OK;
	if (key[0] == '\0')
		return decision_refuse(d, ERR_INVALID, "key",
		    "an idempotency key needs at least one character");
	(void)crypto_generichash(d->idem, sizeof(d->idem),
	    (const unsigned char *)key, strlen(key), NULL, 0);
	digest_ask(d, d->asked);
	d->remember = true;
	err = idempotency_get(d->txn, d->actor->number, d->idem, &remembered);
	if (err == ERR_MISSING)
		return OK;
	if (err != OK)
		return err;
	if (remembered.time_ms + LIMIT_IDEMPOTENCY_MS < d->now_ms)
		return OK;
	if (memcmp(remembered.ask, d->asked, HASH16) != 0)
		return decision_refuse(d, ERR_REUSED, "key",
		    "this key was used within the last day for another "
		    "request: take a new key for a new request");
	*repeated = true;
	return answer_again(d, &remembered);
}

void
decision_remember(struct decision *d, cJSON *facts)
{
	put_hex(facts, "idem", d->idem, sizeof(d->idem));
	put_hex(facts, "ask", d->asked, sizeof(d->asked));
	put_copy(facts, "answer", d->answer);
	d->remember = false;
}
