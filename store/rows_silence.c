/*
 * Silences as rows of the tables.
 *
 * A silence: seq u64, by u32, since_ms, until_ms u64, ended, has_rule,
 * has_host u8, rule, host 8 bytes each, source (length u8, characters).
 */
#include "store/rows.h"

enum {
	SILENCE_BYTES_MAX =
	    8 + 4 + 2 * 8 + 3 + 2 * HASH8 + 1 + LIMIT_NAME_BYTES_MAX
};

static const struct slice NOTHING = {NULL, 0};

static enum err
silence_decode(uint64_t number, struct slice value, struct silence *silence)
{
	struct unpack from = unpack_begin(value);

	*silence = (struct silence){.number = number};
	silence->seq = unpack_u64(&from);
	silence->by = unpack_u32(&from);
	silence->since_ms = unpack_u64(&from);
	silence->until_ms = unpack_u64(&from);
	silence->ended = unpack_u8(&from) != 0;
	silence->has_rule = unpack_u8(&from) != 0;
	silence->has_host = unpack_u8(&from) != 0;
	unpack_bytes(&from, silence->rule, sizeof(silence->rule));
	unpack_bytes(&from, silence->host, sizeof(silence->host));
	unpack_text(&from, silence->source, sizeof(silence->source));
	return unpack_end(&from);
}

enum err
silence_get(struct state_txn *txn, uint64_t number, struct silence *silence)
{
	struct slice value;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_silences, pack_slice(&key), &value);
	return err == OK ? silence_decode(number, value, silence) : err;
}

static struct slice
until_key(struct pack *key, const struct silence *silence)
{
	pack_u64(key, silence->until_ms);
	pack_u64(key, silence->number);
	return pack_slice(key);
}

enum err
silence_put(struct state_txn *txn, const struct silence *before,
    const struct silence *after)
{
	PACK(key, 8);
	PACK(old, 16);
	PACK(new, 16);
	PACK(value, SILENCE_BYTES_MAX);
	enum err err = OK;

	if (before != NULL)
		err = lmdb_delete(
		    txn->lmdb, TABLE_silence_until, until_key(&old, before));
	if (err != OK)
		return err;
	pack_u64(&key, after->number);
	pack_u64(&value, after->seq);
	pack_u32(&value, after->by);
	pack_u64(&value, after->since_ms);
	pack_u64(&value, after->until_ms);
	pack_u8(&value, after->ended);
	pack_u8(&value, after->has_rule);
	pack_u8(&value, after->has_host);
	pack_bytes(&value, after->rule, sizeof(after->rule));
	pack_bytes(&value, after->host, sizeof(after->host));
	pack_text(&value, after->source);
	err = lmdb_put(
	    txn->lmdb, TABLE_silences, pack_slice(&key), pack_slice(&value));
	if (err != OK)
		return err;
	return lmdb_put(
	    txn->lmdb, TABLE_silence_until, until_key(&new, after), NOTHING);
}

enum err
silence_each(struct state_txn *txn, uint64_t below,
    bool (*row)(void *arg, const struct silence *silence), void *arg)
{
	struct counters counters;
	struct silence silence;
	uint64_t number;
	enum err err = state_counters(txn, &counters);

	number = counters.silences;
	if (below != 0 && below <= number)
		number = below - 1;
	for (; err == OK && number > 0; number--) {
		err = silence_get(txn, number, &silence);
		if (err == OK && !row(arg, &silence))
			break;
	}
	return err;
}

enum err
silence_lasting(struct state_txn *txn, uint64_t at_ms,
    bool (*row)(void *arg, const struct silence *silence), void *arg)
{
	struct lmdb_cursor *cursor;
	struct silence silence;
	struct slice key;
	PACK(from, 16);
	enum err err =
	    lmdb_cursor_open(txn->lmdb, TABLE_silence_until, &cursor);

	if (err != OK)
		return err;
	pack_u64(&from, at_ms + 1);
	pack_u64(&from, 0);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, NULL); err == OK;
	     err = lmdb_next(cursor, &key, NULL)) {
		err = silence_get(txn, get_be64(key.bytes + 8), &silence);
		if (err != OK || !row(arg, &silence))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}
