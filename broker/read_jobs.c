/* jobs: the queues, their leases and their dead letters. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum { DEAD_SHOWN_MAX = 50, LEASES_SHOWN_MAX = 200 };

struct listing {
	struct reading *r;
	enum workflow workflow;
	cJSON *rows;
};

static void
put_item_name(cJSON *out, enum workflow workflow, uint64_t item)
{
	char text[REF_TEXT_MAX];

	if (workflow == WORKFLOW_triage) {
		put_ref(out, "item", (struct ref){SUBJECT_ALERT, 0, item});
	} else {
		(void)snprintf(
		    text, sizeof(text), "notification %" PRIu64, item);
		put_text(out, "item", text);
	}
	put_number(out, "number", item);
}

static bool
add_lease(void *arg, const struct lease *lease)
{
	struct listing *leases = arg;
	cJSON *row;

	if (lease->workflow != leases->workflow)
		return true;
	if (cJSON_GetArraySize(leases->rows) == LEASES_SHOWN_MAX)
		return false;
	row = put_object(leases->rows, NULL);
	put_number(row, "lease", lease->number);
	view_person(row, "worker", leases->r->txn, lease->worker);
	put_number(row, "first", lease->first);
	put_number(row, "last", lease->last);
	put_number(row, "attempt", lease->attempt);
	put_time(row, "deadline", lease->deadline_ms);
	return true;
}

/* Why it failed last, in the worker's words. */
static void
put_reason(struct reading *r, cJSON *out, uint64_t seq)
{
	const struct entry *entry;
	const char *reason;
	cJSON *text;
	bool erased;

	if (reading_entry(r, seq, &entry) != OK)
		return;
	put_time(out, "time", entry->time_ms);
	if (entry->kind == EVENT_job_expired) {
		put_text(out, "reason", "the lease's deadline passed");
		return;
	}
	text = entry_text_tree(entry, &erased);
	reason = json_text(text, "reason");
	if (reason != NULL)
		put_text(out, "reason", reason);
	if (erased)
		put_flag(out, "erased", true);
	cJSON_Delete(text);
}

static bool
add_dead(void *arg, const struct retry *retry)
{
	struct listing *dead = arg;
	cJSON *row;

	if (!retry->dead)
		return true;
	if (cJSON_GetArraySize(dead->rows) == DEAD_SHOWN_MAX)
		return false;
	row = put_object(dead->rows, NULL);
	put_item_name(row, dead->workflow, retry->item);
	put_number(row, "attempts", retry->attempts);
	put_reason(dead->r, row, retry->seq);
	return true;
}

static enum err
put_workflow(struct reading *r, cJSON *out, enum workflow workflow)
{
	struct listing leases = {.r = r, .workflow = workflow};
	struct listing dead = {.r = r, .workflow = workflow};
	struct workflow_row row;
	enum err err = workflow_get(r->txn, workflow, &row);

	if (err != OK)
		return err;
	put_word(out, "workflow", WORDS_WORKFLOW, (int)workflow);
	put_number(out, "waiting", row.last + 1 - row.frontier);
	put_number(out, "leased", row.leased);
	put_number(out, "retrying", row.retrying);
	put_number(out, "dead", row.dead);
	put_number(out, "done", row.done);
	put_number(out, "failed", row.failed);
	leases.rows = put_array(out, "leases");
	err = lease_each(r->txn, add_lease, &leases);
	dead.rows = put_array(out, "dead_items");
	if (err == OK && row.dead > 0)
		err = retry_each(r->txn, workflow, 0, add_dead, &dead);
	return err;
}

enum err
read_jobs(struct reading *r)
{
	int only = ask_word(r->ask, "workflow", -1);
	cJSON *out = put_array(r->answer, "workflows");
	enum err err = OK;
	int i;

	/* Workflows are numbered from 1. */
	for (i = 1; i < WORKFLOW_COUNT && err == OK; i++)
		if (only < 0 || only == i)
			err = put_workflow(
			    r, put_object(out, NULL), (enum workflow)i);
	return err;
}
