/* Silences: made, ended, and which of them an alert falls under. */
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "broker/delivery.h"

/* As triage hashes rules (as they are) and hosts (in lower case). */
static void
hash_text(const char *text, bool fold, unsigned char out[HASH8])
{
	char copy[LIMIT_OUTCOME_WORD_BYTES_MAX + 1];
	size_t len = strlen(text), i;

	for (i = 0; i < len && i + 1 < sizeof(copy); i++)
		copy[i] = fold && text[i] >= 'A' && text[i] <= 'Z'
			      ? (char)(text[i] + ('a' - 'A'))
			      : text[i];
	(void)crypto_generichash_blake2b(
	    out, HASH8, (const unsigned char *)copy, i, NULL, 0);
}

/* When it is to end, by until or for. */
static enum err
find_end(struct decision *d, uint64_t *until_ms)
{
	int64_t until = ask_time_ms(d->ask, "until", -1);
	int64_t span = ask_duration_ms(d->ask, "for", -1);

	if ((until < 0) == (span < 0))
		return decision_refuse(d, ERR_INVALID, "until",
		    "say when it ends: until, or for how long");
	*until_ms = span >= 0 ? d->now_ms + (uint64_t)span : (uint64_t)until;
	if (*until_ms <= d->now_ms)
		return decision_refuse(d, ERR_INVALID,
		    span >= 0 ? "for" : "until",
		    "it would have ended already: give an end yet to come");
	if (*until_ms - d->now_ms > LIMIT_SILENCE_MS_MAX)
		return decision_refuse(d, ERR_TOO_LARGE, "until",
		    "a silence lasts at most %lld days: what is never to be "
		    "heard belongs into the source's own rules",
		    (long long)(LIMIT_SILENCE_MS_MAX / 86400000));
	return OK;
}

static bool
count_one(void *arg, const struct silence *silence)
{
	(void)silence;
	++*(size_t *)arg;
	return true;
}

static enum err
check_count(struct decision *d)
{
	size_t count = 0;
	enum err err = silence_lasting(d->txn, d->now_ms, count_one, &count);

	if (err != OK || count < LIMIT_SILENCES_MAX)
		return err;
	return decision_refuse(d, ERR_TOO_LARGE, "",
	    "%d silences hold already: end one first", LIMIT_SILENCES_MAX);
}

static void
put_matcher(struct decision *d, cJSON *facts, const char *field, bool fold)
{
	const char *text = ask_text(d->ask, field);
	unsigned char hash[HASH8];

	if (text == NULL)
		return;
	hash_text(text, fold, hash);
	put_hex(facts, field, hash, sizeof(hash));
	decision_copy_text(d, field);
}

enum err
decide_silence_add(struct decision *d)
{
	const char *source = ask_text(d->ask, "source");
	uint64_t number, until_ms = 0;
	cJSON *facts;
	enum err err;

	if (source == NULL && text_blank(ask_text(d->ask, "rule")) &&
	    text_blank(ask_text(d->ask, "host")))
		return decision_refuse(d, ERR_INVALID, "source",
		    "say what is to be silenced: source, rule, host, or "
		    "several of them");
	if (text_blank(ask_text(d->ask, "reason")))
		return decision_refuse(
		    d, ERR_INVALID, "reason", "say why nobody is to hear it");
	err = find_end(d, &until_ms);
	if (err == OK)
		err = check_count(d);
	if (err == OK)
		err = decision_number(d, EVENT_silence_added, &number);
	if (err != OK)
		return err;
	facts = decision_emit(
	    d, EVENT_silence_added, (struct ref){SUBJECT_SILENCE, 0, number});
	if (source != NULL)
		put_text(facts, "source", source);
	put_matcher(d, facts, "rule", false);
	put_matcher(d, facts, "host", true);
	put_number(facts, "until", until_ms);
	decision_copy_text(d, "reason");
	d->answer = put_object(NULL, NULL);
	put_number(d->answer, "silence", number);
	put_time(d->answer, "until", until_ms);
	return OK;
}

enum err
decide_silence_end(struct decision *d)
{
	uint64_t number = (uint64_t)ask_number(d->ask, "silence", 0);
	struct silence silence;
	enum err err = silence_get(d->txn, number, &silence);

	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "silence",
		    "there is no silence %" PRIu64, number);
	if (err == OK && silence.until_ms <= d->now_ms)
		return decision_refuse(d, ERR_CONFLICT, "silence",
		    "silence %" PRIu64 " has ended already", number);
	if (err != OK)
		return err;
	(void)decision_emit(
	    d, EVENT_silence_ended, (struct ref){SUBJECT_SILENCE, 0, number});
	decision_copy_text(d, "reason");
	d->answer = put_object(NULL, NULL);
	put_number(d->answer, "silence", number);
	return OK;
}

/* ---- what falls under one ---- */

struct search {
	const struct delivery *delivery;
	const struct outcome_part *part;
	uint64_t found;
};

static bool
names_host(const struct outcome_part *part, const unsigned char host[HASH8])
{
	unsigned char hash[HASH8];
	const cJSON *item;

	cJSON_ArrayForEach (item, part->host_hashes)
		if (outcome_hash8(item, hash) && memcmp(hash, host, HASH8) == 0)
			return true;
	return false;
}

static bool
matches(void *arg, const struct silence *silence)
{
	struct search *search = arg;

	if (silence->since_ms <= search->delivery->alert.received_ms &&
	    (silence->source[0] == '\0' ||
		strcmp(silence->source, search->delivery->source) == 0) &&
	    (!silence->has_rule ||
		memcmp(silence->rule, search->part->rule, HASH8) == 0) &&
	    (!silence->has_host || names_host(search->part, silence->host)))
		search->found = silence->number;
	return search->found == 0;
}

enum err
delivery_silence(struct delivery *delivery, const struct outcome_part *part,
    uint64_t *silence)
{
	struct search search = {delivery, part, 0};
	enum err err = silence_lasting(
	    delivery->d->txn, delivery->alert.received_ms, matches, &search);

	*silence = search.found;
	return err;
}
