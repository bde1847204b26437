/*
 * The table meta: where the state stands, and the numbers given last.
 *
 *   "position"   seq u64, chain hash 32 bytes, fold version u32
 *   "counters"   folded_seq, time_ms, people, incidents, alerts, leases,
 *                notifications, silences u64 each, timers_held u8, config (length u8,
 *                characters)
 */
#include <string.h>

#include "store/fold.h"
#include "store/rows.h"

static struct slice
name(const char *text)
{
	return (struct slice){(const unsigned char *)text, strlen(text)};
}

enum err
state_position(
    struct state_txn *txn, struct position *position, uint32_t *fold_version)
{
	struct slice value;
	struct unpack from;
	enum err err =
	    lmdb_get(txn->lmdb, TABLE_meta, name("position"), &value);

	*position = (struct position){0};
	*fold_version = 0;
	if (err == ERR_MISSING)
		return OK;
	if (err != OK)
		return err;
	from = unpack_begin(value);
	position->seq = unpack_u64(&from);
	unpack_bytes(&from, position->hash, sizeof(position->hash));
	*fold_version = unpack_u32(&from);
	return unpack_end(&from);
}

enum err
position_put(struct state_txn *txn, const struct position *position)
{
	PACK(value, 8 + HASH_BYTES + 4);

	pack_u64(&value, position->seq);
	pack_bytes(&value, position->hash, sizeof(position->hash));
	pack_u32(&value, FOLD_VERSION);
	return lmdb_put(
	    txn->lmdb, TABLE_meta, name("position"), pack_slice(&value));
}

static enum err
counters_read(struct state_txn *txn, struct counters *counters)
{
	struct slice value;
	struct unpack from;
	enum err err =
	    lmdb_get(txn->lmdb, TABLE_meta, name("counters"), &value);

	*counters = (struct counters){0};
	if (err == ERR_MISSING)
		return OK;
	if (err != OK)
		return err;
	from = unpack_begin(value);
	counters->folded_seq = unpack_u64(&from);
	counters->time_ms = unpack_u64(&from);
	counters->people = unpack_u64(&from);
	counters->incidents = unpack_u64(&from);
	counters->alerts = unpack_u64(&from);
	counters->leases = unpack_u64(&from);
	counters->notifications = unpack_u64(&from);
	counters->silences = unpack_u64(&from);
	counters->timers_held = unpack_u8(&from) != 0;
	unpack_text(&from, counters->config, sizeof(counters->config));
	return unpack_end(&from);
}

enum err
counters_flush(struct state_txn *txn)
{
	const struct counters *counters = &txn->counters;
	PACK(value, 8 * 8 + 2 + sizeof(counters->config));

	if (!txn->counters_dirty)
		return OK;
	pack_u64(&value, counters->folded_seq);
	pack_u64(&value, counters->time_ms);
	pack_u64(&value, counters->people);
	pack_u64(&value, counters->incidents);
	pack_u64(&value, counters->alerts);
	pack_u64(&value, counters->leases);
	pack_u64(&value, counters->notifications);
	pack_u64(&value, counters->silences);
	pack_u8(&value, counters->timers_held);
	pack_text(&value, counters->config);
	return lmdb_put(
	    txn->lmdb, TABLE_meta, name("counters"), pack_slice(&value));
}

static enum err
counters_load(struct state_txn *txn)
{
	enum err err;

	if (txn->counters_read)
		return OK;
	err = counters_read(txn, &txn->counters);
	txn->counters_read = err == OK;
	return err;
}

enum err
counters_edit(struct state_txn *txn, struct counters **counters)
{
	enum err err = counters_load(txn);

	txn->counters_dirty = txn->write;
	*counters = &txn->counters;
	return err;
}

enum err
state_counters(struct state_txn *txn, struct counters *counters)
{
	enum err err = counters_load(txn);

	*counters = txn->counters;
	return err;
}
