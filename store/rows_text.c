/* Rows that are JSON, and history. */
#include <string.h>

#include "store/rows.h"

enum { HISTORY_KEY_BYTES = 1 + 8 + 8, HISTORY_BYTES = 2 + 4 + 8 + 4 };

/* people_text is keyed by u32, as principals are. */
static void
number_pack(struct pack *key, enum table table, uint64_t number)
{
	if (table == TABLE_people_text)
		pack_u32(key, (uint32_t)number);
	else
		pack_u64(key, number);
}

enum err
text_put(
    struct state_txn *txn, enum table table, uint64_t number, const char *json)
{
	PACK(key, 8);

	number_pack(&key, table, number);
	return lmdb_put(txn->lmdb, table, pack_slice(&key),
	    (struct slice){(const unsigned char *)json, strlen(json)});
}

enum err
text_get(struct state_txn *txn, enum table table, uint64_t number,
    const char **json, size_t *len)
{
	struct slice value;
	PACK(key, 8);
	enum err err;

	number_pack(&key, table, number);
	err = lmdb_get(txn->lmdb, table, pack_slice(&key), &value);
	if (err == OK) {
		*json = (const char *)value.bytes;
		*len = value.len;
	}
	return err;
}

enum err
incident_text(
    struct state_txn *txn, uint64_t number, const char **json, size_t *len)
{
	return text_get(txn, TABLE_incident_text, number, json, len);
}

enum err
history_put(struct state_txn *txn, enum subject_type type, uint64_t number,
    const struct history_row *row)
{
	PACK(key, HISTORY_KEY_BYTES);
	PACK(value, HISTORY_BYTES);

	pack_u8(&key, type);
	pack_u64(&key, number);
	pack_u64(&key, row->seq);
	pack_u16(&value, row->kind);
	pack_u32(&value, row->actor);
	pack_u64(&value, row->time_ms);
	pack_u32(&value, row->part);
	return lmdb_put(
	    txn->lmdb, TABLE_history, pack_slice(&key), pack_slice(&value));
}

static enum err
history_decode(struct slice key, struct slice value, struct history_row *row)
{
	struct unpack from = unpack_begin(value);

	row->seq = get_be64(key.bytes + 9);
	row->kind = unpack_u16(&from);
	row->actor = unpack_u32(&from);
	row->time_ms = unpack_u64(&from);
	row->part = unpack_u32(&from);
	return unpack_end(&from);
}

typedef enum err history_seek(struct lmdb_cursor *cursor, struct slice at,
    struct slice *key, struct slice *value);
typedef enum err history_step(
    struct lmdb_cursor *cursor, struct slice *key, struct slice *value);

/* The subject's rows, from where seek finds the place `at` on, step by step. */
static enum err
walk(struct state_txn *txn, struct slice at, history_seek *seek,
    history_step *step, bool (*row)(void *arg, const struct history_row *row),
    void *arg)
{
	enum { SUBJECT_BYTES = 9 };
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	struct history_row history;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_history, &cursor);

	if (err != OK)
		return err;
	for (err = seek(cursor, at, &key, &value); err == OK;
	     err = step(cursor, &key, &value)) {
		if (key.len != HISTORY_KEY_BYTES ||
		    memcmp(key.bytes, at.bytes, SUBJECT_BYTES) != 0)
			break;
		err = history_decode(key, value, &history);
		if (err != OK || !row(arg, &history))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
history_each(struct state_txn *txn, enum subject_type type, uint64_t number,
    uint64_t after, bool (*row)(void *arg, const struct history_row *row),
    void *arg)
{
	PACK(from, HISTORY_KEY_BYTES);

	if (after == UINT64_MAX)
		return OK;
	pack_u8(&from, type);
	pack_u64(&from, number);
	pack_u64(&from, after + 1);
	return walk(txn, pack_slice(&from), lmdb_seek, lmdb_next, row, arg);
}

enum err
history_back(struct state_txn *txn, enum subject_type type, uint64_t number,
    uint64_t before, bool (*row)(void *arg, const struct history_row *row),
    void *arg)
{
	PACK(from, HISTORY_KEY_BYTES);

	pack_u8(&from, type);
	pack_u64(&from, number);
	pack_u64(&from, before);
	return walk(
	    txn, pack_slice(&from), lmdb_seek_below, lmdb_previous, row, arg);
}
