/*
 * What is remembered of requests, so that a repeat gets the first answer:
 * producers' messages (counter, seq, alert u64 each, count u32) and the
 * answers to commands with an idempotency key (ask 16 bytes, time u64, seq
 * u64, the answer's JSON).
 */
#include <stdlib.h>
#include <string.h>

#include "store/rows.h"

enum {
	SESSION_KEY_BYTES = 4 + 8,
	PRODUCED_KEY_BYTES = SESSION_KEY_BYTES + 2,
	PRODUCED_BYTES = 8 + 8 + 8 + 4,
	IDEMPOTENCY_KEY_BYTES = 4 + HASH16,
	TIME_KEY_BYTES = 8 + IDEMPOTENCY_KEY_BYTES,
	PRUNED_AT_ONCE = 4
};

/* ---- producers ---- */

static struct slice
session_key(struct pack *key, uint32_t principal, uint64_t session)
{
	pack_u32(key, principal);
	pack_u64(key, session);
	return pack_slice(key);
}

static enum err
session_forget(struct state_txn *txn, uint32_t principal, uint64_t session)
{
	PACK(key, SESSION_KEY_BYTES);
	enum err err = lmdb_delete(txn->lmdb, TABLE_producer_seen,
	    session_key(&key, principal, session));

	for (unsigned slot = 0; slot < LIMIT_PRODUCER_WINDOW && err == OK;
	     slot++) {
		PACK(slot_key, PRODUCED_KEY_BYTES);

		session_key(&slot_key, principal, session);
		pack_u16(&slot_key, slot);
		err = lmdb_delete(
		    txn->lmdb, TABLE_producers, pack_slice(&slot_key));
		if (err == ERR_MISSING)
			err = OK;
	}
	return err;
}

/* How many sessions the principal has, and which spoke longest ago. */
static enum err
sessions_count(
    struct state_txn *txn, uint32_t principal, size_t *count, uint64_t *oldest)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	uint64_t oldest_seq = UINT64_MAX;
	PACK(from, 4);
	enum err err;

	*count = 0;
	pack_u32(&from, principal);
	err = lmdb_cursor_open(txn->lmdb, TABLE_producer_seen, &cursor);
	if (err != OK)
		return err;
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK && get_be32(key.bytes) == principal;
	     err = lmdb_next(cursor, &key, &value)) {
		*count += 1;
		if (get_be64(value.bytes) < oldest_seq) {
			oldest_seq = get_be64(value.bytes);
			*oldest = get_be64(key.bytes + 4);
		}
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

static enum err
session_begin(struct state_txn *txn, uint32_t principal)
{
	size_t count;
	uint64_t oldest = 0;
	enum err err = sessions_count(txn, principal, &count, &oldest);

	if (err == OK && count >= LIMIT_PRODUCER_SESSIONS_MAX)
		err = session_forget(txn, principal, oldest);
	return err;
}

static enum err
session_seen(struct state_txn *txn, const struct produced *row)
{
	struct slice there;
	PACK(key, SESSION_KEY_BYTES);
	PACK(value, 8);
	enum err err;

	session_key(&key, row->principal, row->session);
	err =
	    lmdb_get(txn->lmdb, TABLE_producer_seen, pack_slice(&key), &there);
	if (err == ERR_MISSING)
		err = session_begin(txn, row->principal);
	if (err != OK)
		return err;
	pack_u64(&value, row->seq);
	return lmdb_put(txn->lmdb, TABLE_producer_seen, pack_slice(&key),
	    pack_slice(&value));
}

enum err
produced_put(struct state_txn *txn, const struct produced *row)
{
	PACK(key, PRODUCED_KEY_BYTES);
	PACK(value, PRODUCED_BYTES);
	enum err err = session_seen(txn, row);

	if (err != OK)
		return err;
	session_key(&key, row->principal, row->session);
	pack_u16(&key, (unsigned)(row->counter % LIMIT_PRODUCER_WINDOW));
	pack_u64(&value, row->counter);
	pack_u64(&value, row->seq);
	pack_u64(&value, row->alert);
	pack_u32(&value, row->count);
	return lmdb_put(
	    txn->lmdb, TABLE_producers, pack_slice(&key), pack_slice(&value));
}

enum err
produced_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct produced *row), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_producers, &cursor);

	if (err != OK)
		return err;
	for (err = lmdb_first(cursor, &key, &value); err == OK;
	     err = lmdb_next(cursor, &key, &value)) {
		struct unpack at = unpack_begin(key);
		struct unpack from = unpack_begin(value);
		struct produced produced;

		produced.principal = unpack_u32(&at);
		produced.session = unpack_u64(&at);
		produced.counter = unpack_u64(&from);
		produced.seq = unpack_u64(&from);
		produced.alert = unpack_u64(&from);
		produced.count = unpack_u32(&from);
		err = unpack_end(&from);
		if (err != OK || !row(arg, &produced))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

/* ---- idempotency ---- */

static struct slice
time_key(struct pack *key, uint64_t time_ms, uint32_t principal,
    const unsigned char idem[HASH16])
{
	pack_u64(key, time_ms);
	pack_u32(key, principal);
	pack_bytes(key, idem, HASH16);
	return pack_slice(key);
}

enum err
idempotency_get(struct state_txn *txn, uint32_t principal,
    const unsigned char idem[HASH16], struct remembered *out)
{
	struct slice value;
	struct unpack from;
	PACK(key, IDEMPOTENCY_KEY_BYTES);
	enum err err;

	pack_u32(&key, principal);
	pack_bytes(&key, idem, HASH16);
	err = lmdb_get(txn->lmdb, TABLE_idempotency, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	unpack_bytes(&from, out->ask, HASH16);
	out->time_ms = unpack_u64(&from);
	out->seq = unpack_u64(&from);
	out->answer = (const char *)from.bytes;
	out->answer_len = from.len;
	return from.bad ? ERR_CORRUPT : OK;
}

static enum err
idempotency_forget(
    struct state_txn *txn, uint32_t principal, const unsigned char idem[HASH16])
{
	struct remembered old;
	PACK(at, TIME_KEY_BYTES);
	enum err err = idempotency_get(txn, principal, idem, &old);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return lmdb_delete(txn->lmdb, TABLE_idempotency_time,
	    time_key(&at, old.time_ms, principal, idem));
}

static enum err
remembered_put(
    struct state_txn *txn, struct slice key, const struct remembered *row)
{
	/* An answer has no bound of its own short of a frame's. */
	size_t len = HASH16 + 8 + 8 + row->answer_len;
	unsigned char *bytes = malloc(len);
	struct pack value = {bytes, 0, len};
	enum err err;

	if (bytes == NULL)
		return ERR_MEMORY;
	pack_bytes(&value, row->ask, HASH16);
	pack_u64(&value, row->time_ms);
	pack_u64(&value, row->seq);
	pack_bytes(&value, row->answer, row->answer_len);
	err = lmdb_put(txn->lmdb, TABLE_idempotency, key, pack_slice(&value));
	free(bytes);
	return err;
}

enum err
idempotency_put(struct state_txn *txn, uint32_t principal,
    const unsigned char idem[HASH16], const struct remembered *row)
{
	PACK(key, IDEMPOTENCY_KEY_BYTES);
	PACK(at, TIME_KEY_BYTES);
	enum err err = idempotency_forget(txn, principal, idem);

	if (err != OK)
		return err;
	pack_u32(&key, principal);
	pack_bytes(&key, idem, HASH16);
	err = remembered_put(txn, pack_slice(&key), row);
	if (err == OK)
		err = lmdb_put(txn->lmdb, TABLE_idempotency_time,
		    time_key(&at, row->time_ms, principal, idem),
		    (struct slice){NULL, 0});
	txn->oldest_read = false;
	return err;
}

/* The oldest row's key in idempotency_time; ERR_MISSING when there is none. */
static enum err
oldest(struct state_txn *txn, unsigned char out[TIME_KEY_BYTES])
{
	struct lmdb_cursor *cursor;
	struct slice key;
	enum err err =
	    lmdb_cursor_open(txn->lmdb, TABLE_idempotency_time, &cursor);

	if (err != OK)
		return err;
	err = lmdb_first(cursor, &key, NULL);
	if (err == OK && key.len != TIME_KEY_BYTES)
		err = ERR_CORRUPT;
	if (err == OK)
		memcpy(out, key.bytes, TIME_KEY_BYTES);
	lmdb_cursor_close(&cursor);
	return err;
}

enum err
idempotency_prune(struct state_txn *txn, uint64_t now_ms)
{
	unsigned char key[TIME_KEY_BYTES];
	enum err err;

	for (int i = 0; i < PRUNED_AT_ONCE; i++) {
		if (txn->oldest_read &&
		    (txn->oldest_ms == UINT64_MAX ||
			txn->oldest_ms + LIMIT_IDEMPOTENCY_MS >= now_ms))
			return OK;
		err = oldest(txn, key);
		if (err != OK && err != ERR_MISSING)
			return err;
		txn->oldest_read = true;
		txn->oldest_ms = err == OK ? get_be64(key) : UINT64_MAX;
		if (err == ERR_MISSING ||
		    txn->oldest_ms + LIMIT_IDEMPOTENCY_MS >= now_ms)
			return OK;
		txn->oldest_read = false;
		err = lmdb_delete(txn->lmdb, TABLE_idempotency_time,
		    (struct slice){key, TIME_KEY_BYTES});
		if (err == OK)
			err = lmdb_delete(txn->lmdb, TABLE_idempotency,
			    (struct slice){key + 8, IDEMPOTENCY_KEY_BYTES});
		if (err != OK)
			return err;
	}
	return OK;
}
