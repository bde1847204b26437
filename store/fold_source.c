/*
 * Sources: what was received from each, how its clock is, whether it is silent.
 */
#include <string.h>

#include "store/fold_entry.h"

/* ---- what was received ---- */

/* Counts in the slot of now; those in between saw nothing. */
static void
window_add(uint32_t *counts, uint64_t slots, uint64_t *newest, uint64_t now,
    uint64_t count)
{
	uint64_t i;

	for (i = 1; i <= slots && *newest + i <= now; i++)
		counts[(*newest + i) % slots] = 0;
	*newest = now;
	counts[now % slots] += (uint32_t)count;
}

enum err
fold_source_received(struct folding *f, uint32_t source, uint64_t count)
{
	uint64_t now = f->entry->time_ms;
	struct source *row;
	enum err err = source_edit(f->txn, source, &row);

	if (err != OK)
		return err;
	row->received += count;
	row->last_ms = now;
	window_add(row->hour, SOURCE_HOUR_SLOTS, &row->hour_slot,
	    now / SOURCE_HOUR_SLOT_MS, count);
	window_add(row->day, SOURCE_DAY_SLOTS, &row->day_slot,
	    now / SOURCE_DAY_SLOT_MS, count);
	if (row->silent && !row->heard)
		row->heard = f->txn->source_heard = true;
	return OK;
}

static void
count(uint64_t *number, bool before, bool after)
{
	*number += (uint64_t)after - (uint64_t)before;
}

enum err
fold_source_disposition(struct folding *f, uint32_t source,
    enum disposition before, enum disposition after)
{
	struct source *row;
	enum err err;

	if (before == after ||
	    (before != DISPOSITION_unreadable && before != DISPOSITION_failed &&
		after != DISPOSITION_unreadable && after != DISPOSITION_failed))
		return OK;
	err = source_edit(f->txn, source, &row);
	if (err != OK)
		return err;
	count(&row->unreadable, before == DISPOSITION_unreadable,
	    after == DISPOSITION_unreadable);
	count(&row->failed, before == DISPOSITION_failed,
	    after == DISPOSITION_failed);
	return OK;
}

/* ---- its clock ---- */

static void
lag_note(struct source *row, uint64_t slot, int64_t lag_ms)
{
	if (slot != row->lag_slot) {
		row->lag_ms[1] = row->lag_ms[0];
		row->lag_ms[0] = SOURCE_NO_LAG;
		row->lag_slot = slot;
	}
	if (lag_ms < row->lag_ms[0])
		row->lag_ms[0] = lag_ms;
}

enum err
fold_source_lags(struct folding *f, uint32_t source, const cJSON *parts)
{
	const cJSON *item;
	struct source *row;
	enum err err = OK;

	cJSON_ArrayForEach (item, parts) {
		struct facts facts = {.json = item};
		bool behind = facts_has(&facts, "lag_ms");
		uint64_t ms =
		    facts_number(&facts, behind ? "lag_ms" : "ahead_ms", 0);

		if (!behind && ms == 0)
			continue;
		err = source_edit(f->txn, source, &row);
		if (err != OK)
			return err;
		lag_note(row, f->entry->time_ms / SOURCE_DAY_SLOT_MS,
		    behind ? (int64_t)ms : -(int64_t)ms);
		f->facts.bad |= facts.bad;
	}
	return err;
}

/* ---- its silence ---- */

static enum err
named(struct folding *f, struct source **row)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	uint32_t number;
	enum err err;

	if (!facts_text(&f->facts, "source", name, sizeof(name)))
		return ERR_CORRUPT;
	err = source_make(f->txn, name, &number);
	return err == OK ? source_edit(f->txn, number, row) : err;
}

static void
end_silence(struct source *row)
{
	row->silent = row->heard = false;
	row->silent_ms = row->alert = 0;
}

enum err
fold_source_updated(struct folding *f)
{
	struct source *row;
	enum err err = named(f, &row);

	if (err != OK)
		return err;
	row->interval_ms = facts_number(&f->facts, "interval_ms", 0);
	row->by_hand = !facts_flag(&f->facts, "configured", false);
	row->armed_ms = f->entry->time_ms;
	end_silence(row);
	return OK;
}

enum err
fold_source_silent(struct folding *f)
{
	struct source *row;
	enum err err = named(f, &row);

	if (err != OK)
		return err;
	row->silent = true;
	row->heard = false;
	row->silent_ms = f->entry->time_ms;
	row->alert = f->counters->alerts;
	return OK;
}

enum err
fold_source_heard(struct folding *f)
{
	struct source *row;
	enum err err = named(f, &row);

	if (err == OK)
		end_silence(row);
	return err;
}
