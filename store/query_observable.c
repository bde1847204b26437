/* Where an observable was seen, page by page. */
#include <string.h>

#include "store/rows.h"

enum { CURSOR_SIGHTING = 'o', PLACE_BYTES = 1 + 8 + 4 };

static enum err
sighting_decode(struct slice key, struct slice value, struct sighting *sighting)
{
	struct unpack at = unpack_begin(key);
	struct unpack from = unpack_begin(value);

	(void)unpack_take(&at, HASH16);
	sighting->subject.type = unpack_u8(&at);
	sighting->subject.number = unpack_u64(&at);
	sighting->subject.part = unpack_u32(&at);
	sighting->seq = unpack_u64(&from);
	return at.bad ? ERR_CORRUPT : unpack_end(&from);
}

/* Goes on behind `last` (PLACE_BYTES of a key), which each row renews. */
static enum err
sightings_walk(struct lmdb_cursor *cursor, const unsigned char hash[HASH16],
    unsigned char last[PLACE_BYTES], bool *more,
    bool (*row)(void *arg, const struct sighting *sighting), void *arg)
{
	struct sighting sighting;
	struct slice key;
	struct slice value;
	PACK(from, HASH16 + PLACE_BYTES + 1);
	enum err err;

	/* The least key above `last` is it with a byte more. */
	pack_bytes(&from, hash, HASH16);
	pack_bytes(&from, last, PLACE_BYTES);
	pack_u8(&from, 0);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK; err = lmdb_next(cursor, &key, &value)) {
		if (memcmp(key.bytes, hash, HASH16) != 0)
			return OK;
		err = sighting_decode(key, value, &sighting);
		if (err != OK)
			return err;
		*more = !row(arg, &sighting);
		if (*more)
			return OK;
		memcpy(last, key.bytes + HASH16, PLACE_BYTES);
	}
	return err == ERR_MISSING ? OK : err;
}

enum err
observable_each(struct state_txn *txn, const unsigned char hash[HASH16],
    const char *cursor, bool (*row)(void *arg, const struct sighting *sighting),
    void *arg, char next[CURSOR_TEXT_MAX])
{
	unsigned char last[PLACE_BYTES] = {0};
	struct lmdb_cursor *walk;
	bool given;
	bool more = false;
	enum err err =
	    cursor_read(CURSOR_SIGHTING, cursor, last, sizeof(last), &given);

	next[0] = '\0';
	if (err != OK)
		return err;
	err = lmdb_cursor_open(txn->lmdb, TABLE_observables, &walk);
	if (err != OK)
		return err;
	err = sightings_walk(walk, hash, last, &more, row, arg);
	if (err == OK && more)
		cursor_write(CURSOR_SIGHTING, last, sizeof(last), next);
	lmdb_cursor_close(&walk);
	return err;
}

/* To the last incident below `number` where it was seen; ERR_MISSING. */
static enum err
sighting_below(struct lmdb_cursor *cursor, const unsigned char hash[HASH16],
    uint64_t number, struct slice *key, struct slice *value)
{
	PACK(below, HASH16 + PLACE_BYTES);

	pack_bytes(&below, hash, HASH16);
	pack_u8(&below, SUBJECT_INCIDENT);
	pack_u64(&below, number);
	pack_u32(&below, 0);
	return lmdb_seek_below(cursor, pack_slice(&below), key, value);
}

enum err
observable_incidents_below(struct state_txn *txn,
    const unsigned char hash[HASH16], uint64_t number,
    bool (*row)(void *arg, const struct sighting *sighting), void *arg)
{
	struct sighting sighting;
	struct lmdb_cursor *walk;
	struct slice key;
	struct slice value;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_observables, &walk);

	if (err != OK)
		return err;
	for (err = sighting_below(walk, hash, number, &key, &value); err == OK;
	     err = lmdb_previous(walk, &key, &value)) {
		if (key.len < HASH16 + 1 ||
		    memcmp(key.bytes, hash, HASH16) != 0 ||
		    key.bytes[HASH16] != SUBJECT_INCIDENT)
			break;
		err = sighting_decode(key, value, &sighting);
		if (err != OK || !row(arg, &sighting))
			break;
	}
	lmdb_cursor_close(&walk);
	return err == ERR_MISSING ? OK : err;
}
