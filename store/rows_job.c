/*
 * Workflows, leases, retries, timers and the outbox as rows of the tables.
 *
 * A workflow: frontier, done, failed, leased, retrying, dead u64 each.
 *
 * A lease: workflow u8, first, last u64, worker u32, token 16 bytes,
 * deadline_ms u64, attempt u32.
 *
 * A retry: attempts u32, due_ms u64, dead u8, seq u64.
 *
 * A notification: incident, action u64 each, task u32, alert u64, alert_part u32, seq u64, occasion u8, done u8, queued_ms u64, hook
 * (length u8, characters).
 */
#include <assert.h>
#include <string.h>

#include "store/rows.h"

enum {
	WORKFLOW_BYTES = 6 * 8,
	LEASE_BYTES = 1 + 8 + 8 + 4 + 16 + 8 + 4,
	RETRY_BYTES = 4 + 8 + 1 + 8,
	RETRY_KEY_BYTES = 1 + 8,
	TIMER_KEY_BYTES = 8 + 1 + 8 + 8,
	NOTIFICATION_BYTES_MAX =
	    8 + 8 + 4 + 8 + 4 + 8 + 2 + 8 + 1 + LIMIT_NAME_BYTES_MAX
};

/* ---- workflows ---- */

static enum err
workflow_read(
    struct state_txn *txn, enum workflow workflow, struct workflow_row *row)
{
	struct slice value;
	struct unpack from;
	PACK(key, 1);
	enum err err;

	pack_u8(&key, workflow);
	*row = (struct workflow_row){.frontier = 1};
	err = lmdb_get(txn->lmdb, TABLE_workflows, pack_slice(&key), &value);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	from = unpack_begin(value);
	row->frontier = unpack_u64(&from);
	row->done = unpack_u64(&from);
	row->failed = unpack_u64(&from);
	row->leased = unpack_u64(&from);
	row->retrying = unpack_u64(&from);
	row->dead = unpack_u64(&from);
	return unpack_end(&from);
}

static enum err
workflow_load(struct state_txn *txn, enum workflow workflow)
{
	enum err err;

	assert(workflow >= 0 && workflow < WORKFLOW_COUNT);
	if (txn->workflows_read[workflow])
		return OK;
	err = workflow_read(txn, workflow, &txn->workflows[workflow]);
	txn->workflows_read[workflow] = err == OK;
	return err;
}

enum err
workflow_edit(
    struct state_txn *txn, enum workflow workflow, struct workflow_row **row)
{
	enum err err = workflow_load(txn, workflow);

	txn->workflows_dirty[workflow] = txn->write;
	*row = &txn->workflows[workflow];
	return err;
}

enum err
workflow_get(
    struct state_txn *txn, enum workflow workflow, struct workflow_row *row)
{
	struct counters counters;
	enum err err = workflow_load(txn, workflow);

	if (err == OK)
		err = state_counters(txn, &counters);
	if (err != OK)
		return err;
	*row = txn->workflows[workflow];
	row->last = workflow == WORKFLOW_triage ? counters.alerts
						: counters.notifications;
	return OK;
}

enum err
workflows_flush(struct state_txn *txn)
{
	enum err err = OK;

	for (unsigned i = 0; i < WORKFLOW_COUNT && err == OK; i++) {
		const struct workflow_row *row = &txn->workflows[i];
		PACK(key, 1);
		PACK(value, WORKFLOW_BYTES);

		if (!txn->workflows_dirty[i])
			continue;
		pack_u8(&key, i);
		pack_u64(&value, row->frontier);
		pack_u64(&value, row->done);
		pack_u64(&value, row->failed);
		pack_u64(&value, row->leased);
		pack_u64(&value, row->retrying);
		pack_u64(&value, row->dead);
		err = lmdb_put(txn->lmdb, TABLE_workflows, pack_slice(&key),
		    pack_slice(&value));
	}
	return err;
}

/* ---- timers ---- */

enum err
timer_set(struct state_txn *txn, const struct timer_row *row, bool there)
{
	PACK(key, TIMER_KEY_BYTES);

	pack_u8(&key, row->timer);
	pack_u64(&key, row->due_ms);
	pack_u64(&key, row->a);
	pack_u64(&key, row->b);
	if (!there)
		return lmdb_delete(txn->lmdb, TABLE_timers, pack_slice(&key));
	return lmdb_put(
	    txn->lmdb, TABLE_timers, pack_slice(&key), (struct slice){NULL, 0});
}

enum err
timer_each(struct state_txn *txn, enum timer timer,
    bool (*row)(void *arg, const struct timer_row *row), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	PACK(from, 1);
	enum err err = OK;

	/* Those of sources move with every alert, so they are moved late. */
	if (timer == TIMER_SOURCE && txn->write)
		err = sources_flush(txn);
	if (err == OK)
		err = lmdb_cursor_open(txn->lmdb, TABLE_timers, &cursor);
	if (err != OK)
		return err;
	pack_u8(&from, timer);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, NULL);
	     err == OK && key.bytes[0] == timer;
	     err = lmdb_next(cursor, &key, NULL)) {
		struct unpack at = unpack_begin(key);
		struct timer_row found;

		found.timer = unpack_u8(&at);
		found.due_ms = unpack_u64(&at);
		found.a = unpack_u64(&at);
		found.b = unpack_u64(&at);
		err = unpack_end(&at);
		if (err != OK || !row(arg, &found))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

/* ---- leases ---- */

static struct timer_row
lease_timer(const struct lease *lease)
{
	return (struct timer_row){
	    lease->deadline_ms, TIMER_LEASE, lease->number, 0};
}

static enum err
lease_decode(uint64_t number, struct slice value, struct lease *lease)
{
	struct unpack from = unpack_begin(value);

	lease->number = number;
	lease->workflow = unpack_u8(&from);
	lease->first = unpack_u64(&from);
	lease->last = unpack_u64(&from);
	lease->worker = unpack_u32(&from);
	unpack_bytes(&from, lease->token, sizeof(lease->token));
	lease->deadline_ms = unpack_u64(&from);
	lease->attempt = unpack_u32(&from);
	return unpack_end(&from);
}

enum err
lease_get(struct state_txn *txn, uint64_t number, struct lease *lease)
{
	struct slice value;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_leases, pack_slice(&key), &value);
	return err == OK ? lease_decode(number, value, lease) : err;
}

enum err
lease_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct lease *lease), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	struct lease lease;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_leases, &cursor);

	if (err != OK)
		return err;
	for (err = lmdb_first(cursor, &key, &value); err == OK;
	     err = lmdb_next(cursor, &key, &value)) {
		struct unpack from = unpack_begin(key);

		err = lease_decode(unpack_u64(&from), value, &lease);
		if (err != OK || !row(arg, &lease))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
lease_put(struct state_txn *txn, const struct lease *lease)
{
	struct timer_row timer = lease_timer(lease);
	PACK(key, 8);
	PACK(value, LEASE_BYTES);
	enum err err;

	pack_u64(&key, lease->number);
	pack_u8(&value, lease->workflow);
	pack_u64(&value, lease->first);
	pack_u64(&value, lease->last);
	pack_u32(&value, lease->worker);
	pack_bytes(&value, lease->token, sizeof(lease->token));
	pack_u64(&value, lease->deadline_ms);
	pack_u32(&value, lease->attempt);
	err = lmdb_put(
	    txn->lmdb, TABLE_leases, pack_slice(&key), pack_slice(&value));
	return err == OK ? timer_set(txn, &timer, true) : err;
}

enum err
lease_delete(struct state_txn *txn, const struct lease *lease)
{
	struct timer_row timer = lease_timer(lease);
	PACK(key, 8);
	enum err err;

	pack_u64(&key, lease->number);
	err = lmdb_delete(txn->lmdb, TABLE_leases, pack_slice(&key));
	return err == OK ? timer_set(txn, &timer, false) : err;
}

/* ---- retries ---- */

static struct timer_row
retry_timer(const struct retry *retry)
{
	return (struct timer_row){
	    retry->due_ms, TIMER_RETRY, retry->workflow, retry->item};
}

static struct slice
retry_key(struct pack *key, enum workflow workflow, uint64_t item)
{
	pack_u8(key, workflow);
	pack_u64(key, item);
	return pack_slice(key);
}

static enum err
retry_decode(struct slice key, struct slice value, struct retry *retry)
{
	struct unpack at = unpack_begin(key);
	struct unpack from = unpack_begin(value);

	retry->workflow = unpack_u8(&at);
	retry->item = unpack_u64(&at);
	retry->attempts = unpack_u32(&from);
	retry->due_ms = unpack_u64(&from);
	retry->dead = unpack_u8(&from) != 0;
	retry->seq = unpack_u64(&from);
	return unpack_end(&from);
}

enum err
retry_get(struct state_txn *txn, enum workflow workflow, uint64_t item,
    struct retry *retry)
{
	struct slice value;
	PACK(key, RETRY_KEY_BYTES);
	enum err err = lmdb_get(
	    txn->lmdb, TABLE_retries, retry_key(&key, workflow, item), &value);

	return err == OK ? retry_decode(pack_slice(&key), value, retry) : err;
}

enum err
retry_each(struct state_txn *txn, enum workflow workflow, uint64_t from,
    bool (*row)(void *arg, const struct retry *retry), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	struct retry retry;
	PACK(at, RETRY_KEY_BYTES);
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_retries, &cursor);

	if (err != OK)
		return err;
	for (err = lmdb_seek(
		 cursor, retry_key(&at, workflow, from), &key, &value);
	     err == OK && key.bytes[0] == workflow;
	     err = lmdb_next(cursor, &key, &value)) {
		err = retry_decode(key, value, &retry);
		if (err != OK || !row(arg, &retry))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

static void
retry_count(struct workflow_row *row, const struct retry *retry, int by)
{
	if (retry->dead)
		row->dead += (uint64_t)by;
	else
		row->retrying += (uint64_t)by;
}

enum err
retry_put(struct state_txn *txn, const struct retry *retry)
{
	struct timer_row timer = retry_timer(retry);
	struct workflow_row *row;
	PACK(key, RETRY_KEY_BYTES);
	PACK(value, RETRY_BYTES);
	enum err err = retry_delete(txn, retry->workflow, retry->item);

	if (err == OK)
		err = workflow_edit(txn, retry->workflow, &row);
	if (err != OK)
		return err;
	retry_count(row, retry, 1);
	pack_u32(&value, retry->attempts);
	pack_u64(&value, retry->due_ms);
	pack_u8(&value, retry->dead);
	pack_u64(&value, retry->seq);
	err = lmdb_put(txn->lmdb, TABLE_retries,
	    retry_key(&key, retry->workflow, retry->item), pack_slice(&value));
	if (err == OK && !retry->dead)
		err = timer_set(txn, &timer, true);
	return err;
}

enum err
retry_delete(struct state_txn *txn, enum workflow workflow, uint64_t item)
{
	struct timer_row timer;
	struct workflow_row *row;
	struct retry old;
	PACK(key, RETRY_KEY_BYTES);
	enum err err = retry_get(txn, workflow, item, &old);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	err = workflow_edit(txn, workflow, &row);
	if (err != OK)
		return err;
	retry_count(row, &old, -1);
	timer = retry_timer(&old);
	if (!old.dead)
		err = timer_set(txn, &timer, false);
	if (err == OK)
		err = lmdb_delete(
		    txn->lmdb, TABLE_retries, retry_key(&key, workflow, item));
	return err;
}

/* ---- outbox ---- */

enum err
notification_put(struct state_txn *txn, const struct notification *row)
{
	PACK(key, 8);
	PACK(value, NOTIFICATION_BYTES_MAX);

	pack_u64(&key, row->number);
	pack_u64(&value, row->incident);
	pack_u64(&value, row->action);
	pack_u32(&value, row->task);
	pack_u64(&value, row->alert);
	pack_u32(&value, row->alert_part);
	pack_u64(&value, row->seq);
	pack_u8(&value, row->on);
	pack_u8(&value, row->done);
	pack_u64(&value, row->queued_ms);
	pack_text(&value, row->hook);
	return lmdb_put(
	    txn->lmdb, TABLE_outbox, pack_slice(&key), pack_slice(&value));
}

enum err
notification_get(
    struct state_txn *txn, uint64_t number, struct notification *out)
{
	struct slice value;
	struct unpack from;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_outbox, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	out->number = number;
	out->incident = unpack_u64(&from);
	out->action = unpack_u64(&from);
	out->task = unpack_u32(&from);
	out->alert = unpack_u64(&from);
	out->alert_part = unpack_u32(&from);
	out->seq = unpack_u64(&from);
	out->on = unpack_u8(&from);
	out->done = unpack_u8(&from) != 0;
	out->queued_ms = unpack_u64(&from);
	unpack_text(&from, out->hook, sizeof(out->hook));
	return unpack_end(&from);
}
