/*
 * Lists of alerts, newest delivery first, its parts from the first on.
 *
 * A source of candidates names deliveries, each below the one before; every
 * part of theirs is held against the filter, at most visit_max of them.
 */
#include <string.h>

#include "store/rows.h"

enum { CURSOR_ALERT = 'a', PLACE_BYTES = 8 + 4 };

struct list {
	struct state_txn *txn;
	const struct alert_filter *filter;
	struct lmdb_cursor *cursor; /* of incident_alerts or alert_open */
	/* Deliveries from here on may wait for triage; only below does
	 * alert_open know all with status new. */
	uint64_t waiting_from;
	/* Where a page ended: behind this part of this delivery. */
	uint64_t alert;
	uint32_t part;
};

/* ---- candidates ---- */

static bool
first_lease_item(void *arg, const struct lease *lease)
{
	uint64_t *least = arg;

	if (lease->workflow == WORKFLOW_triage && lease->first < *least)
		*least = lease->first;
	return true;
}

static bool
first_retry_item(void *arg, const struct retry *retry)
{
	uint64_t *least = arg;

	/* The dead stand in alert_open. */
	if (!retry->dead && retry->item < *least)
		*least = retry->item;
	return true;
}

static enum err
waiting_find(struct list *list)
{
	struct workflow_row triage;
	enum err err = workflow_get(list->txn, WORKFLOW_triage, &triage);

	if (err != OK)
		return err;
	list->waiting_from = triage.frontier;
	err = lease_each(list->txn, first_lease_item, &list->waiting_from);
	if (err == OK)
		err = retry_each(list->txn, WORKFLOW_triage, 1,
		    first_retry_item, &list->waiting_from);
	return err;
}

/* The last delivery below `below` in a table whose keys are `prefix`, then the
 * delivery; 0 when there is none. */
static enum err
below_in_table(struct list *list, const struct pack *prefix, uint64_t below,
    uint64_t *alert)
{
	struct slice key;
	PACK(at, 16);
	enum err err;

	*alert = 0;
	pack_bytes(&at, prefix->bytes, prefix->len);
	pack_u64(&at, below);
	err = lmdb_seek_below(list->cursor, pack_slice(&at), &key, NULL);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (memcmp(key.bytes, prefix->bytes, prefix->len) == 0)
		*alert = get_be64(key.bytes + prefix->len);
	return OK;
}

static enum err
candidate_below(struct list *list, uint64_t below, uint64_t *alert)
{
	PACK(prefix, 8);

	if (list->filter->incident != 0) {
		pack_u64(&prefix, list->filter->incident);
		return below_in_table(list, &prefix, below, alert);
	}
	if (list->cursor == NULL || below > list->waiting_from) {
		*alert = below - 1;
		return OK;
	}
	return below_in_table(list, &prefix, below, alert);
}

static enum err
candidates_open(struct list *list)
{
	const struct alert_filter *filter = list->filter;
	enum err err = OK;

	if (filter->incident != 0)
		return lmdb_cursor_open(
		    list->txn->lmdb, TABLE_incident_alerts, &list->cursor);
	if (filter->status != ALERT_STATUS_new)
		return OK;
	err = waiting_find(list);
	return err == OK ? lmdb_cursor_open(
			       list->txn->lmdb, TABLE_alert_open, &list->cursor)
			 : err;
}

/* ---- the filter ---- */

static bool
alert_passes(const struct alert_filter *filter, const struct alert *alert)
{
	return filter->source == 0 || alert->source == filter->source;
}

static bool
whole_passes(const struct alert_filter *filter, const struct alert *alert)
{
	return filter->severity < 0 &&
	       (filter->status < 0 || (int)alert->status == filter->status) &&
	       (filter->disposition < 0 ||
		   (int)alert->disposition == filter->disposition);
}

static bool
part_passes(const struct alert_filter *filter, const struct alert_part *part)
{
	return (filter->severity < 0 ||
		   (int)part->severity == filter->severity) &&
	       (filter->status < 0 || (int)part->status == filter->status) &&
	       (filter->disposition < 0 ||
		   (int)part->disposition == filter->disposition) &&
	       (filter->incident == 0 || part->incident == filter->incident);
}

/* ---- pages ---- */

struct page {
	bool (*row)(void *arg, const struct alert *alert,
	    const struct alert_part *part);
	void *arg;
	size_t *visited;
	bool more; /* it ended before the list did */
};

/* Visits the delivery behind list->part, and moves list->part along. */
static enum err
delivery_walk(struct list *list, struct page *page, const struct alert *alert)
{
	const struct alert_filter *filter = list->filter;
	uint32_t last = alert->parts == 0 ? 1 : alert->parts;

	if (!alert_passes(filter, alert)) {
		*page->visited += 1;
		return OK;
	}
	for (uint32_t i = list->part + 1; i <= last; i++) {
		struct alert_part part;
		enum err err = OK;
		bool passes;

		if (*page->visited == filter->visit_max) {
			page->more = true;
			return OK;
		}
		if (alert->parts > 0)
			err =
			    alert_part_get(list->txn, alert->number, i, &part);
		if (err != OK)
			return err == ERR_MISSING ? ERR_CORRUPT : err;
		*page->visited += 1;
		passes = alert->parts > 0 ? part_passes(filter, &part)
					  : whole_passes(filter, alert);
		if (passes && !page->row(page->arg, alert,
				  alert->parts > 0 ? &part : NULL)) {
			page->more = true;
			return OK;
		}
		list->part = i;
	}
	return OK;
}

/* The delivery that a page broke off in, then those below. */
static enum err
page_walk(struct list *list, struct page *page)
{
	struct alert alert;
	enum err err = OK;

	if (list->part == 0)
		err = candidate_below(list, list->alert, &list->alert);
	while (err == OK && list->alert != 0) {
		if (*page->visited == list->filter->visit_max) {
			page->more = true;
			return OK;
		}
		err = alert_get(list->txn, list->alert, &alert);
		if (err == OK)
			err = delivery_walk(list, page, &alert);
		else if (err == ERR_MISSING)
			err = OK; /* a gap */
		if (err != OK || page->more)
			return err;
		list->part = 0;
		err = candidate_below(list, list->alert, &list->alert);
	}
	return err;
}

/* The cursor says: behind this part, or, with part 0, all of it is ahead. */
static void
place_write(const struct list *list, char next[CURSOR_TEXT_MAX])
{
	PACK(place, PLACE_BYTES);

	pack_u64(&place, list->part == 0 ? list->alert + 1 : list->alert);
	pack_u32(&place, list->part);
	cursor_write(CURSOR_ALERT, place.bytes, place.len, next);
}

static enum err
place_read(struct list *list, const char *cursor)
{
	unsigned char bytes[PLACE_BYTES];
	struct counters counters;
	bool given;
	enum err err =
	    cursor_read(CURSOR_ALERT, cursor, bytes, sizeof(bytes), &given);

	if (err == OK)
		err = state_counters(list->txn, &counters);
	if (err != OK)
		return err;
	list->alert = counters.alerts + 1;
	if (!given)
		return OK;
	list->alert = get_be64(bytes);
	list->part = get_be32(bytes + 8);
	/* Numbers that never were name no place. */
	if (list->alert == 0 || list->alert > counters.alerts + 1)
		return ERR_INVALID;
	return OK;
}

enum err
alert_list(struct state_txn *txn, const struct alert_filter *filter,
    const char *cursor,
    bool (*row)(
	void *arg, const struct alert *alert, const struct alert_part *part),
    void *arg, char next[CURSOR_TEXT_MAX], size_t *visited)
{
	struct list list = {.txn = txn, .filter = filter};
	struct page page = {.row = row, .arg = arg, .visited = visited};
	enum err err;

	next[0] = '\0';
	*visited = 0;
	err = place_read(&list, cursor);
	if (err == OK)
		err = candidates_open(&list);
	if (err == OK)
		err = page_walk(&list, &page);
	if (err == OK && page.more)
		place_write(&list, next);
	lmdb_cursor_close(&list.cursor);
	return err;
}
