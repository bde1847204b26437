/*
 * Tasks of incidents as rows of the tables.
 *
 * A task: status, mandatory, overdue u8 each; owner, added_by u32 each; due, added,
 * updated, ended u64 each.
 */
#include <stdio.h>

#include "store/facts.h"
#include "store/rows.h"

enum {
	TASK_KEY_BYTES = 8 + 4,
	TASK_BYTES = 3 + 2 * 4 + 4 * 8,
	OPEN_KEY_BYTES = 4 + 8 + TASK_KEY_BYTES,
};

static struct slice
task_key(struct pack *key, uint64_t incident, uint32_t number)
{
	pack_u64(key, incident);
	pack_u32(key, number);
	return pack_slice(key);
}

static enum err
task_decode(struct slice key, struct slice value, struct incident_task *task)
{
	struct unpack at = unpack_begin(key);
	struct unpack from = unpack_begin(value);

	*task = (struct incident_task){.incident = unpack_u64(&at)};
	task->number = unpack_u32(&at);
	task->status = unpack_u8(&from);
	task->mandatory = unpack_u8(&from) != 0;
	task->overdue = unpack_u8(&from) != 0;
	task->owner = unpack_u32(&from);
	task->added_by = unpack_u32(&from);
	task->due_ms = unpack_u64(&from);
	task->added_ms = unpack_u64(&from);
	task->updated_ms = unpack_u64(&from);
	task->ended_ms = unpack_u64(&from);
	return at.bad ? ERR_CORRUPT : unpack_end(&from);
}

enum err
task_get(struct state_txn *txn, uint64_t incident, uint32_t number,
    struct incident_task *task)
{
	struct slice value;
	PACK(key, TASK_KEY_BYTES);
	struct slice at = task_key(&key, incident, number);
	enum err err = lmdb_get(txn->lmdb, TABLE_tasks, at, &value);

	return err == OK ? task_decode(at, value, task) : err;
}

enum err
task_each(struct state_txn *txn, uint64_t incident,
    bool (*row)(void *arg, const struct incident_task *task), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key, value;
	struct incident_task task;
	PACK(from, TASK_KEY_BYTES);
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_tasks, &cursor);

	if (err != OK)
		return err;
	(void)task_key(&from, incident, 0);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK; err = lmdb_next(cursor, &key, &value)) {
		err = task_decode(key, value, &task);
		if (err != OK || task.incident != incident || !row(arg, &task))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

/* ---- by owner, and when it is due ---- */

/* It is told of as overdue, or not: it has no time, or was told of. */
static enum err
due_set(struct state_txn *txn, const struct incident_task *task, bool there)
{
	const struct timer_row timer = {
	    task->due_ms, TIMER_TASK, task->incident, task->number};
	enum err err;

	if (task->due_ms == 0 || task->overdue)
		return OK;
	err = timer_set(txn, &timer, there);
	return err == ERR_MISSING ? OK : err;
}

/* What is due at no time is due last. */
static enum err
open_set(struct state_txn *txn, const struct incident_task *task, bool there)
{
	PACK(key, OPEN_KEY_BYTES);
	enum err err;

	pack_u32(&key, task->owner);
	pack_u64(&key, task->due_ms != 0 ? task->due_ms : UINT64_MAX);
	(void)task_key(&key, task->incident, task->number);
	err = due_set(txn, task, there);
	if (err != OK)
		return err;
	if (there)
		return lmdb_put(txn->lmdb, TABLE_tasks_open, pack_slice(&key),
		    (struct slice){NULL, 0});
	err = lmdb_delete(txn->lmdb, TABLE_tasks_open, pack_slice(&key));
	return err == ERR_MISSING ? OK : err;
}

enum err
task_put(struct state_txn *txn, const struct incident_task *before,
    const struct incident_task *after, bool listed)
{
	PACK(key, TASK_KEY_BYTES);
	PACK(value, TASK_BYTES);
	enum err err = OK;

	if (before != NULL && task_is_open(before->status))
		err = open_set(txn, before, false);
	if (err == OK && listed && task_is_open(after->status))
		err = open_set(txn, after, true);
	if (err != OK)
		return err;
	pack_u8(&value, after->status);
	pack_u8(&value, after->mandatory);
	pack_u8(&value, after->overdue);
	pack_u32(&value, after->owner);
	pack_u32(&value, after->added_by);
	pack_u64(&value, after->due_ms);
	pack_u64(&value, after->added_ms);
	pack_u64(&value, after->updated_ms);
	pack_u64(&value, after->ended_ms);
	return lmdb_put(txn->lmdb, TABLE_tasks,
	    task_key(&key, after->incident, after->number), pack_slice(&value));
}

struct following {
	struct state_txn *txn;
	bool listed;
	enum err err;
};

static bool
follow_task(void *arg, const struct incident_task *task)
{
	struct following *following = arg;

	if (task_is_open(task->status))
		following->err =
		    open_set(following->txn, task, following->listed);
	return following->err == OK;
}

static bool
follow_incident(void *arg, const struct incident *incident)
{
	struct following *following = arg;

	if (incident->tasks_open > 0 && following->err == OK)
		following->err = task_each(
		    following->txn, incident->number, follow_task, following);
	return following->err == OK;
}

/* What is merged is worked as long as what it was merged into is. */
static enum err
is_worked(struct state_txn *txn, const struct incident *incident, bool *worked)
{
	struct incident root = *incident;
	enum err err = OK;

	if (incident->merged_into != 0)
		err = incident_resolve(txn, incident->merged_into, &root);
	*worked = status_is_open(root.status);
	return err;
}

enum err
tasks_follow(struct state_txn *txn, const struct incident *before,
    const struct incident *after)
{
	struct following following = {.txn = txn};
	enum err err;

	/* What it is merged into tells, from there to there. */
	if (before->merged_into == after->merged_into &&
	    (after->merged_into != 0 || status_is_open(before->status) ==
					    status_is_open(after->status)))
		return OK;
	err = is_worked(txn, after, &following.listed);
	if (err == OK)
		err =
		    incident_tree_each(txn, after, follow_incident, &following);
	return err == OK ? following.err : err;
}

/* ---- titles ---- */

enum err
task_text_put(
    struct state_txn *txn, uint64_t incident, uint32_t number, const char *json)
{
	PACK(key, TASK_KEY_BYTES);

	return lmdb_put(txn->lmdb, TABLE_task_text,
	    task_key(&key, incident, number),
	    (struct slice){(const unsigned char *)json, strlen(json)});
}

enum err
task_title(struct state_txn *txn, uint64_t incident, uint32_t number,
    char title[LIMIT_TITLE_BYTES_MAX + 1])
{
	struct slice value;
	struct facts text = {0};
	cJSON *tree = NULL;
	PACK(key, TASK_KEY_BYTES);
	bool there;
	enum err err = lmdb_get(txn->lmdb, TABLE_task_text,
	    task_key(&key, incident, number), &value);

	if (err == OK)
		err = facts_parse((const char *)value.bytes, value.len, &tree);
	if (err != OK)
		return err;
	text.json = tree;
	there = facts_text(&text, "title", title, LIMIT_TITLE_BYTES_MAX + 1);
	cJSON_Delete(tree);
	return there ? OK : ERR_MISSING;
}
