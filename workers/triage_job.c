#include "workers/triage_job.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/outcome.h"

/* What the rest of the message takes: workflow, lease, token. */
enum {
	ENVELOPE_BYTES = 1024,
	ENVELOPE_NODES = 64,
	ROOM_BYTES = LIMIT_JSON_BYTES_MAX - ENVELOPE_BYTES,
	ROOM_NODES = LIMIT_JSON_NODES_MAX - ENVELOPE_NODES
};

/*
 * An outcome as text: trees of all items at once would be memory that is cold
 * again each time it is touched.
 */
struct written {
	cJSON *outcome; /* a raw node */
	struct outcome_size size;
};

/* All that is made for the item is thrown away with it; the text is malloc's. */
static enum err
run_in_pool(struct triage *triage, const struct triage_ask *ask, int tier,
    char **text, struct outcome_size *size)
{
	struct json_pool pool;
	cJSON *outcome;
	char *printed = NULL;
	enum err err;

	*text = NULL;
	json_pool_begin(&pool);
	err = triage_run(triage, ask, tier, &outcome);
	if (err == OK) {
		printed = outcome_print(outcome, size);
		*text = printed == NULL ? NULL : strdup(printed);
		err = *text == NULL ? ERR_MEMORY : OK;
	}
	cJSON_free(printed);
	json_give_back(outcome);
	json_pool_leave(&pool);
	json_pool_end(&pool);
	return err;
}

static enum err
write_item(struct triage *triage, const struct job *job, size_t i, int tier,
    struct written *written)
{
	const struct job_item *item = &job->items[i];
	const struct triage_ask ask = {.alert = item->alert,
	    .source = item->source,
	    .format = item->format,
	    .received_ms = item->received_ms,
	    .payload = item->payload,
	    .payload_len = item->payload_len,
	    .open = job->open,
	    .attach = job->attach};
	char *text;
	enum err err;

	cJSON_Delete(written->outcome);
	*written = (struct written){.outcome = NULL};
	err = run_in_pool(triage, &ask, tier, &text, &written->size);
	if (err == OK)
		written->outcome = cJSON_CreateRaw(text);
	if (err == OK && written->outcome == NULL)
		err = ERR_MEMORY;
	free(text);
	return err;
}

static bool
fits(const struct outcome_size *size, const struct outcome_size *room)
{
	return size->bytes <= room->bytes && size->nodes <= room->nodes;
}

static struct outcome_size
sum(const struct written *written, size_t count)
{
	struct outcome_size all = {0, 0};

	for (size_t i = 0; i < count; i++) {
		all.bytes += written[i].size.bytes;
		all.nodes += written[i].size.nodes;
	}
	return all;
}

/*
 * Writes the items that take more than an equal share again, ever more briefly,
 * until they take no more than what the others leave to each of them.
 */
static enum err
shrink(struct triage *triage, const struct job *job, struct written *written)
{
	const struct outcome_size equal = {
	    ROOM_BYTES / job->count, ROOM_NODES / job->count};
	struct outcome_size share = {ROOM_BYTES, ROOM_NODES};
	bool large[LIMIT_JOB_ITEMS_MAX];
	size_t count = 0, i;
	enum err err = OK;

	for (i = 0; i < job->count; i++) {
		large[i] = !fits(&written[i].size, &equal);
		count += large[i];
		if (!large[i]) {
			share.bytes -= written[i].size.bytes;
			share.nodes -= written[i].size.nodes;
		}
	}
	/* What fits into equal shares fits as a whole. */
	assert(count > 0);
	share.bytes /= count;
	share.nodes /= count;
	for (i = 0; i < job->count; i++)
		for (int tier = 1;
		     large[i] && err == OK && tier < OUTCOME_TIERS &&
		     !fits(&written[i].size, &share);
		     tier++)
			err = write_item(triage, job, i, tier, &written[i]);
	return err;
}

static enum err
write_all(struct triage *triage, const struct job *job, struct written *written,
    char *why)
{
	const struct outcome_size room = {ROOM_BYTES, ROOM_NODES};
	struct outcome_size all;
	enum err err = OK;

	for (size_t i = 0; i < job->count && err == OK; i++)
		err = write_item(triage, job, i, 0, &written[i]);
	all = sum(written, job->count);
	if (err == OK && !fits(&all, &room)) {
		err = shrink(triage, job, written);
		all = sum(written, job->count);
	}
	if (err != OK) {
		(void)snprintf(why, JOB_WHY_BYTES, "triage ran out of memory");
		return err;
	}
	if (fits(&all, &room))
		return OK;
	(void)snprintf(why, JOB_WHY_BYTES,
	    "the outcomes of %zu deliveries take %zu bytes and %zu values, "
	    "more than one message has; one by one they fit",
	    job->count, all.bytes, all.nodes);
	return ERR_TOO_LARGE;
}

enum err
triage_job(
    struct triage *triage, const struct job *job, cJSON **outcomes, char *why)
{
	struct written written[LIMIT_JOB_ITEMS_MAX] = {0};
	enum err err;

	*outcomes = NULL;
	err = write_all(triage, job, written, why);
	if (err == OK) {
		*outcomes = cJSON_CreateArray();
		if (*outcomes == NULL) {
			(void)snprintf(
			    why, JOB_WHY_BYTES, "triage ran out of memory");
			err = ERR_MEMORY;
		}
	}
	for (size_t i = 0; i < job->count; i++) {
		/* Fails for NULLs alone, and neither is. */
		if (err == OK)
			(void)cJSON_AddItemToArray(
			    *outcomes, written[i].outcome);
		else
			cJSON_Delete(written[i].outcome);
	}
	return err;
}
