/*
 * What was received from sources as rows of the table, and the timers of their
 * silence.
 *
 * A source: received, last_ms, unreadable, failed, hour_slot, day_slot u64
 * each, 12 and 24 counts u32, lag_slot u64, 2 lags i64, interval_ms u64,
 * by_hand u8, armed_ms u64, silent, heard u8, silent_ms, alert u64.
 */
#include <sodium.h>
#include <string.h>

#include "store/rows.h"

enum {
	SOURCE_BYTES = 6 * 8 + 4 * (SOURCE_HOUR_SLOTS + SOURCE_DAY_SLOTS) +
		       3 * 8 + 8 + 1 + 8 + 2 + 2 * 8,
	PLACES = sizeof(((struct state_txn *)NULL)->sources) /
		 sizeof(((struct state_txn *)NULL)->sources[0])
};

static struct slice
source_key(struct pack *key, uint32_t number)
{
	pack_u32(key, number);
	return pack_slice(key);
}

static void
source_encode(struct pack *value, const struct source *row)
{
	size_t i;

	pack_u64(value, row->received);
	pack_u64(value, row->last_ms);
	pack_u64(value, row->unreadable);
	pack_u64(value, row->failed);
	pack_u64(value, row->hour_slot);
	pack_u64(value, row->day_slot);
	for (i = 0; i < SOURCE_HOUR_SLOTS; i++)
		pack_u32(value, row->hour[i]);
	for (i = 0; i < SOURCE_DAY_SLOTS; i++)
		pack_u32(value, row->day[i]);
	pack_u64(value, row->lag_slot);
	pack_u64(value, (uint64_t)row->lag_ms[0]);
	pack_u64(value, (uint64_t)row->lag_ms[1]);
	pack_u64(value, row->interval_ms);
	pack_u8(value, row->by_hand);
	pack_u64(value, row->armed_ms);
	pack_u8(value, row->silent);
	pack_u8(value, row->heard);
	pack_u64(value, row->silent_ms);
	pack_u64(value, row->alert);
}

static enum err
source_decode(struct slice value, struct source *row)
{
	struct unpack from = unpack_begin(value);
	size_t i;

	row->received = unpack_u64(&from);
	row->last_ms = unpack_u64(&from);
	row->unreadable = unpack_u64(&from);
	row->failed = unpack_u64(&from);
	row->hour_slot = unpack_u64(&from);
	row->day_slot = unpack_u64(&from);
	for (i = 0; i < SOURCE_HOUR_SLOTS; i++)
		row->hour[i] = unpack_u32(&from);
	for (i = 0; i < SOURCE_DAY_SLOTS; i++)
		row->day[i] = unpack_u32(&from);
	row->lag_slot = unpack_u64(&from);
	row->lag_ms[0] = (int64_t)unpack_u64(&from);
	row->lag_ms[1] = (int64_t)unpack_u64(&from);
	row->interval_ms = unpack_u64(&from);
	row->by_hand = unpack_u8(&from) != 0;
	row->armed_ms = unpack_u64(&from);
	row->silent = unpack_u8(&from) != 0;
	row->heard = unpack_u8(&from) != 0;
	row->silent_ms = unpack_u64(&from);
	row->alert = unpack_u64(&from);
	return unpack_end(&from);
}

static enum err
source_read(struct state_txn *txn, uint32_t number, struct source *row)
{
	struct slice value;
	PACK(key, 4);
	enum err err;

	*row = (struct source){
	    .number = number, .lag_ms = {SOURCE_NO_LAG, SOURCE_NO_LAG}};
	err = lmdb_get(
	    txn->lmdb, TABLE_source_stats, source_key(&key, number), &value);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return source_decode(value, row);
}

/* ---- what is pending ---- */

static struct source_place *
place_of(struct state_txn *txn, uint32_t number)
{
	size_t i;

	for (i = 0; i < PLACES; i++)
		if (txn->sources[i].row.number == number)
			return &txn->sources[i];
	return NULL;
}

/* Writes what is pending, and moves the timer along. */
static enum err
place_flush(struct state_txn *txn, struct source_place *place)
{
	const struct timer_row old = {
	    place->due_ms, TIMER_SOURCE, place->row.number, 0};
	struct timer_row new = {
	    source_due_ms(&place->row), TIMER_SOURCE, place->row.number, 0};
	PACK(key, 4);
	PACK(value, SOURCE_BYTES);
	enum err err;

	if (!place->dirty)
		return OK;
	source_encode(&value, &place->row);
	err = lmdb_put(txn->lmdb, TABLE_source_stats,
	    source_key(&key, place->row.number), pack_slice(&value));
	if (err == OK && old.due_ms != new.due_ms &&old.due_ms != 0)
		err = timer_set(txn, &old, false);
	if (err == OK && old.due_ms != new.due_ms &&new.due_ms != 0)
		err = timer_set(txn, &new, true);
	place->due_ms = new.due_ms;
	place->dirty = err != OK;
	return err;
}

enum err
sources_flush(struct state_txn *txn)
{
	enum err err = OK;
	size_t i;

	for (i = 0; i < PLACES && err == OK; i++)
		err = place_flush(txn, &txn->sources[i]);
	return err;
}

enum err
source_edit(struct state_txn *txn, uint32_t number, struct source **source)
{
	struct source_place *place = place_of(txn, number);
	enum err err = OK;

	if (place == NULL) {
		place = &txn->sources[txn->sources_turn++ % PLACES];
		err = place_flush(txn, place);
		if (err == OK)
			err = source_read(txn, number, &place->row);
		if (err != OK) {
			place->row.number = 0;
			return err;
		}
		place->due_ms = source_due_ms(&place->row);
	}
	place->dirty = txn->write;
	*source = &place->row;
	return OK;
}

enum err
source_get(struct state_txn *txn, uint32_t number, struct source *source)
{
	const struct source_place *place = place_of(txn, number);

	if (place == NULL)
		return source_read(txn, number, source);
	*source = place->row;
	return OK;
}

bool
state_source_heard(const struct state_txn *txn)
{
	return txn->source_heard;
}

enum err
source_each(struct state_txn *txn,
    bool (*row)(void *arg, const char *name, const struct source *source),
    void *arg)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	struct source source;
	uint32_t number;
	enum err err;

	for (number = 1;; number++) {
		err = source_name(txn, number, name);
		if (err == OK)
			err = source_get(txn, number, &source);
		if (err != OK)
			return err == ERR_MISSING ? OK : err;
		if (!row(arg, name, &source))
			return OK;
	}
}

/* ---- what a row says ---- */

uint64_t
source_due_ms(const struct source *source)
{
	uint64_t from = source->last_ms > source->armed_ms ? source->last_ms
							   : source->armed_ms;

	if (source->silent)
		return source->heard ? source->last_ms : 0;
	return source->interval_ms == 0 ? 0 : from + source->interval_ms;
}

/* The counts of the last slots, the one of now among them. */
static uint64_t
sum_window(
    const uint32_t *counts, uint64_t slots, uint64_t newest, uint64_t now)
{
	uint64_t sum = 0, slot;

	for (slot = newest; slot + slots > now && newest - slot < slots;
	     slot--) {
		sum += counts[slot % slots];
		if (slot == 0)
			break;
	}
	return sum;
}

uint64_t
source_last_hour(const struct source *source, uint64_t now_ms)
{
	return sum_window(source->hour, SOURCE_HOUR_SLOTS, source->hour_slot,
	    now_ms / SOURCE_HOUR_SLOT_MS);
}

uint64_t
source_last_day(const struct source *source, uint64_t now_ms)
{
	return sum_window(source->day, SOURCE_DAY_SLOTS, source->day_slot,
	    now_ms / SOURCE_DAY_SLOT_MS);
}

int64_t
source_skew_ms(const struct source *source, uint64_t now_ms)
{
	uint64_t slot = now_ms / SOURCE_DAY_SLOT_MS;
	int64_t least = source->lag_ms[0];

	/* What it was yesterday says nothing of its clock of today. */
	if (source->lag_slot + SOURCE_DAY_SLOTS < slot)
		return 0;
	if (source->lag_ms[1] < least)
		least = source->lag_ms[1];
	return least == SOURCE_NO_LAG ? 0 : -least;
}

struct ref
source_subject(const char *name)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];

	(void)crypto_generichash(hash, sizeof(hash),
	    (const unsigned char *)name, strlen(name), NULL, 0);
	return (struct ref){SUBJECT_SOURCE, 0, get_be64(hash)};
}
