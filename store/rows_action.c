/*
 * Corrective actions as rows of the tables.
 *
 * An action: revision, incident, due, added, updated, finished, seq u64 each, owner,
 * added_by u32 each, status, overdue u8 each.
 *
 * Keys of action_index: u8 index, what it orders by u64, action u64.
 */
#include <string.h>

#include "store/rows.h"

enum {
	ACTION_BYTES = 7 * 8 + 2 * 4 + 2,
	ACTION_INDEX_BYTES = 1 + 8 + 8,
};

enum err
action_get(struct state_txn *txn, uint64_t number, struct action *action)
{
	struct slice value;
	struct unpack from;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_actions, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	*action = (struct action){.number = number};
	action->revision = unpack_u64(&from);
	action->incident = unpack_u64(&from);
	action->due_ms = unpack_u64(&from);
	action->added_ms = unpack_u64(&from);
	action->updated_ms = unpack_u64(&from);
	action->finished_ms = unpack_u64(&from);
	action->seq = unpack_u64(&from);
	action->owner = unpack_u32(&from);
	action->added_by = unpack_u32(&from);
	action->status = unpack_u8(&from);
	action->overdue = unpack_u8(&from) != 0;
	return unpack_end(&from);
}

enum err
action_text(
    struct state_txn *txn, uint64_t number, const char **json, size_t *len)
{
	return text_get(txn, TABLE_action_text, number, json, len);
}

enum err
action_last(struct state_txn *txn, uint64_t *number)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	PACK(end, 8);
	enum err err;

	*number = 0;
	pack_u64(&end, UINT64_MAX);
	err = lmdb_cursor_open(txn->lmdb, TABLE_actions, &cursor);
	if (err != OK)
		return err;
	err = lmdb_seek_below(cursor, pack_slice(&end), &key, NULL);
	if (err == OK && key.len == 8)
		*number = get_be64(key.bytes);
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

/* ---- indexes and the timer ---- */

static enum err
index_set(struct state_txn *txn, enum action_index index, uint64_t by,
    uint64_t number, bool there)
{
	PACK(key, ACTION_INDEX_BYTES);

	pack_u8(&key, index);
	pack_u64(&key, by);
	pack_u64(&key, number);
	if (!there)
		return lmdb_delete(
		    txn->lmdb, TABLE_action_index, pack_slice(&key));
	return lmdb_put(txn->lmdb, TABLE_action_index, pack_slice(&key),
	    (struct slice){NULL, 0});
}

/* Where it is found, and when it is told of as overdue. */
static enum err
places_set(struct state_txn *txn, const struct action *action, bool there)
{
	const struct timer_row timer = {
	    action->due_ms, TIMER_ACTION, action->number, 0};
	bool open = action_is_open(action->status);
	enum err err;

	err = index_set(
	    txn, ACTIONS_OF_INCIDENT, action->incident, action->number, there);
	if (err == OK)
		err = index_set(txn, open ? ACTIONS_OPEN : ACTIONS_FINISHED,
		    action->due_ms, action->number, there);
	if (err == OK && open && !action->overdue)
		err = timer_set(txn, &timer, there);
	return err;
}

enum err
action_put(struct state_txn *txn, const struct action *before,
    const struct action *after)
{
	PACK(key, 8);
	PACK(value, ACTION_BYTES);
	enum err err = OK;

	if (before != NULL)
		err = places_set(txn, before, false);
	if (err == OK)
		err = places_set(txn, after, true);
	if (err != OK)
		return err;
	pack_u64(&key, after->number);
	pack_u64(&value, after->revision);
	pack_u64(&value, after->incident);
	pack_u64(&value, after->due_ms);
	pack_u64(&value, after->added_ms);
	pack_u64(&value, after->updated_ms);
	pack_u64(&value, after->finished_ms);
	pack_u64(&value, after->seq);
	pack_u32(&value, after->owner);
	pack_u32(&value, after->added_by);
	pack_u8(&value, after->status);
	pack_u8(&value, after->overdue);
	return lmdb_put(
	    txn->lmdb, TABLE_actions, pack_slice(&key), pack_slice(&value));
}

/* ---- walking ---- */

enum err
action_each(struct state_txn *txn, enum action_index index, uint64_t by,
    uint64_t after, bool (*row)(void *arg, const struct action *action),
    void *arg)
{
	struct lmdb_cursor *cursor;
	struct action action;
	struct slice key;
	PACK(from, ACTION_INDEX_BYTES);
	enum err err;

	pack_u8(&from, index);
	pack_u64(&from, by);
	pack_u64(&from, after + 1);
	err = lmdb_cursor_open(txn->lmdb, TABLE_action_index, &cursor);
	if (err != OK)
		return err;
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, NULL); err == OK;
	     err = lmdb_next(cursor, &key, NULL)) {
		if (key.len != ACTION_INDEX_BYTES || key.bytes[0] != index ||
		    (index == ACTIONS_OF_INCIDENT &&
			get_be64(key.bytes + 1) != by))
			break;
		err = action_get(txn, get_be64(key.bytes + 9), &action);
		if (err == ERR_MISSING)
			err = ERR_CORRUPT;
		if (err != OK || !row(arg, &action))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}
