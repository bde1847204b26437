/* Idempotency keys: the same command twice has one effect and one answer. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/json.h"

struct member {
	const cJSON *item;
};

static int
by_key(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return strcmp(left->item->string, right->item->string);
}

static cJSON *sorted(const cJSON *item);

static cJSON *
sorted_object(const cJSON *object)
{
	size_t i, count = 0;
	cJSON *copy = put_object(NULL, NULL);
	struct member *members;
	const cJSON *item;

	members =
	    calloc((size_t)cJSON_GetArraySize(object) + 1, sizeof(*members));
	if (members == NULL)
		put_no_memory();
	cJSON_ArrayForEach (item, object)
		members[count++].item = item;
	qsort(members, count, sizeof(*members), by_key);
	for (i = 0; i < count; i++)
		put_item(
		    copy, members[i].item->string, sorted(members[i].item));
	free(members);
	return copy;
}

/*
 * Copies a body so that two spellings of one body print alike: the members of
 * every object in the order of their keys.  Depth is bounded by the scanner.
 */
static cJSON *
sorted(const cJSON *item)
{
	const cJSON *element;
	cJSON *copy;

	if (cJSON_IsObject(item))
		return sorted_object(item);
	if (!cJSON_IsArray(item))
		return put_duplicate(item);
	copy = put_array(NULL, NULL);
	cJSON_ArrayForEach (element, item)
		put_item(copy, NULL, sorted(element));
	return copy;
}

/*
 * The digest stays in the journal when the body's text is erased: with the key
 * in it, it cannot be used to confirm a guess of the text alone.
 */
static void
digest_ask(const struct decision *d, const char *key, unsigned char out[HASH16])
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
	    &state, (const unsigned char *)key, strlen(key) + 1);
	(void)crypto_generichash_update(
	    &state, (const unsigned char *)verb, strlen(verb) + 1);
	(void)crypto_generichash_update(
	    &state, (const unsigned char *)text, strlen(text));
	(void)crypto_generichash_final(&state, out, HASH16);
	cJSON_free(text);
}

static enum err
answer_again(struct decision *d, const struct remembered *remembered)
{
	d->answer = put_parse(remembered->answer, remembered->answer_len);
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
	digest_ask(d, key, d->asked);
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
