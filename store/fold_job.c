/* Jobs and the outbox. */
#include "store/fold_entry.h"

static bool
workflow_known(int workflow)
{
	return workflow > 0 && workflow < WORKFLOW_COUNT;
}

static enum err
lease_begin(struct folding *f, const struct lease *lease)
{
	struct workflow_row *row;
	enum err err = workflow_edit(f->txn, lease->workflow, &row);

	if (err != OK)
		return err;
	if (lease->attempt > 0) {
		err = retry_delete(f->txn, lease->workflow, lease->first);
	} else {
		if (lease->first < row->frontier)
			return ERR_CORRUPT;
		row->frontier = lease->last + 1;
	}
	row->leased += lease->last - lease->first + 1;
	return err == OK ? lease_put(f->txn, lease) : err;
}

enum err
fold_job_leased(struct folding *f)
{
	int workflow = facts_word(&f->facts, "workflow", WORDS_WORKFLOW, -1);
	struct lease lease = {
	    .number = f->entry->subject.number,
	    .workflow = (enum workflow)workflow,
	    .first = facts_number(&f->facts, "first", 0),
	    .worker = (uint32_t)facts_number(&f->facts, "worker", 0),
	    .deadline_ms =
		f->entry->time_ms + facts_number(&f->facts, "for_ms", 0),
	    .attempt = (uint32_t)facts_number(&f->facts, "attempt", 0),
	};

	lease.last = facts_number(&f->facts, "last", lease.first);
	(void)facts_hex(&f->facts, "token", lease.token, sizeof(lease.token));
	if (!workflow_known(workflow) || lease.first == 0 ||
	    lease.last < lease.first ||
	    lease.last - lease.first >= LIMIT_JOB_ITEMS_MAX ||
	    (lease.attempt > 0 && lease.last != lease.first) ||
	    lease.number <= f->counters->leases)
		return ERR_CORRUPT;
	f->counters->leases = lease.number;
	return lease_begin(f, &lease);
}

/* Takes the lease away; *row is its workflow's, to be counted in. */
static enum err
lease_end(struct folding *f, struct lease *lease, struct workflow_row **row)
{
	enum err err = lease_get(f->txn, f->entry->subject.number, lease);

	if (err == OK)
		err = lease_delete(f->txn, lease);
	if (err == OK)
		err = workflow_edit(f->txn, lease->workflow, row);
	if (err == OK)
		(*row)->leased -= lease->last - lease->first + 1;
	return err;
}

enum err
fold_job_done(struct folding *f)
{
	struct workflow_row *row;
	struct lease lease;
	enum err err = lease_end(f, &lease, &row);

	if (err == OK)
		row->done += lease.last - lease.first + 1;
	return err;
}

static enum err
item_failed(struct folding *f, const struct lease *lease, uint64_t item,
    uint64_t retry_ms)
{
	const struct retry retry = {
	    .workflow = lease->workflow,
	    .item = item,
	    .attempts = lease->attempt + 1,
	    .due_ms = f->entry->time_ms + retry_ms,
	    .dead = retry_ms == 0,
	    .seq = f->entry->seq,
	};
	enum err err = retry_put(f->txn, &retry);

	if (err != OK || !retry.dead || retry.workflow != WORKFLOW_triage)
		return err;
	return fold_alert_failed(f, item);
}

enum err
fold_job_failed(struct folding *f)
{
	uint64_t retry_ms = facts_number(&f->facts, "retry_ms", 0);
	struct workflow_row *row;
	struct lease lease;
	enum err err = lease_end(f, &lease, &row);

	if (err != OK)
		return err;
	row->failed += lease.last - lease.first + 1;
	for (uint64_t item = lease.first; item <= lease.last && err == OK;
	     item++)
		err = item_failed(f, &lease, item, retry_ms);
	return err;
}

enum err
fold_job_expired(struct folding *f)
{
	return fold_job_failed(f);
}

enum err
fold_revive(
    struct folding *f, enum workflow workflow, uint64_t item, bool *revived)
{
	struct retry retry;
	enum err err = retry_get(f->txn, workflow, item, &retry);

	*revived = err == OK && retry.dead;
	if (!*revived)
		return err == ERR_MISSING ? OK : err;
	retry.dead = false;
	retry.attempts = 0;
	retry.due_ms = f->entry->time_ms;
	err = retry_put(f->txn, &retry);
	if (err == OK && workflow == WORKFLOW_triage)
		err = fold_alert_waits(f, item);
	return err;
}

enum err
fold_job_retried(struct folding *f)
{
	int workflow = facts_word(&f->facts, "workflow", WORDS_WORKFLOW, -1);
	const cJSON *item;
	enum err err = OK;

	if (!workflow_known(workflow))
		return ERR_CORRUPT;
	cJSON_ArrayForEach (item, facts_array(&f->facts, "items")) {
		bool revived;

		if (!cJSON_IsNumber(item) || item->valuedouble < 1)
			f->facts.bad = true;
		else if (err == OK)
			err = fold_revive(f, (enum workflow)workflow,
			    (uint64_t)item->valuedouble, &revived);
	}
	return err;
}

/* ---- outbox ---- */

enum err
fold_notification_queued(struct folding *f)
{
	struct notification row = {
	    .number = f->entry->subject.number,
	    .incident = facts_ref(&f->facts, "incident", SUBJECT_INCIDENT, 0),
	    .action = facts_ref(&f->facts, "action", SUBJECT_ACTION, 0),
	    .task = (uint32_t)facts_number(&f->facts, "task", 0),
	    .on = facts_word(&f->facts, "on", WORDS_OCCASION, OCCASION_opened),
	    .queued_ms = f->entry->time_ms,
	    .seq = f->entry->seq,
	};
	char alert[REF_TEXT_MAX];
	struct ref ref;

	if (facts_text(&f->facts, "alert", alert, sizeof(alert))) {
		if (ref_parse(alert, &ref) != OK || ref.type != SUBJECT_ALERT)
			return ERR_CORRUPT;
		row.alert = ref.number;
		row.alert_part = ref.part;
	}
	(void)facts_text(&f->facts, "hook", row.hook, sizeof(row.hook));
	if (row.number <= f->counters->notifications)
		return ERR_CORRUPT;
	f->counters->notifications = row.number;
	return notification_put(f->txn, &row);
}

static enum err
notification_end(struct folding *f)
{
	struct notification row;
	enum err err = notification_get(f->txn, f->entry->subject.number, &row);

	if (err != OK)
		return err;
	row.done = true;
	return notification_put(f->txn, &row);
}

enum err
fold_notification_sent(struct folding *f)
{
	return notification_end(f);
}

enum err
fold_notification_dropped(struct folding *f)
{
	return notification_end(f);
}
