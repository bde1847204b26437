/* silence.list. */
#include <inttypes.h>
#include <stdio.h>

#include "broker/reading.h"
#include "protocol/json.h"
#include "store/silence.h"

struct listing {
	struct reading *r;
	cJSON *rows;
	size_t limit;
	uint64_t last; /* the last one shown */
	bool more;
	enum err err;
};

/* Rule, host and reason, which may be erased, stand in its entry. */
static enum err
put_texts(struct reading *r, cJSON *out, const struct silence *silence)
{
	static const char *const names[] = {"rule", "host", "reason"};
	const struct entry *entry;
	cJSON *text;
	bool erased;
	size_t i;
	enum err err = reading_entry(r, silence->seq, &entry);

	if (err != OK)
		return err;
	text = entry_text_tree(entry, &erased);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_copy(out, names[i],
		    cJSON_GetObjectItemCaseSensitive(text, names[i]));
	if (erased)
		put_flag(out, "erased", true);
	cJSON_Delete(text);
	return OK;
}

static bool
add_silence(void *arg, const struct silence *silence)
{
	struct listing *listing = arg;
	struct reading *r = listing->r;
	bool holds = silence->until_ms > r->health->now_ms;
	size_t count = (size_t)cJSON_GetArraySize(listing->rows);
	cJSON *row;

	listing->more = count == listing->limit;
	if (listing->more)
		return false;
	row = put_object(NULL, NULL);
	put_number(row, "silence", silence->number);
	put_text(row, "state", holds ? "holds" : "ended");
	view_person(row, "by", r->txn, silence->by);
	put_time(row, "since", silence->since_ms);
	put_time(row, "until", silence->until_ms);
	if (silence->source[0] != '\0')
		put_text(row, "source", silence->source);
	listing->err = put_texts(r, row, silence);
	listing->more = !reading_fits(r, row, count);
	if (listing->more || listing->err != OK) {
		cJSON_Delete(row);
		return false;
	}
	put_item(listing->rows, NULL, row);
	listing->last = silence->number;
	return true;
}

/* All of them page by page; those that hold are few enough for one. */
enum err
read_silence_list(struct reading *r)
{
	bool all = ask_flag(r->ask, "all", false);
	struct listing listing = {.r = r, .limit = reading_limit(r)};
	char next[32];
	uint64_t below = 0;
	enum err err;

	if (reading_cursor(r)[0] != '\0' &&
	    (!all || !reading_cursor_numbers(r, &below, 1) || below == 0))
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this list: begin without one");
	listing.rows = put_array(r->answer, "silences");
	if (!all)
		listing.limit = LIMIT_SILENCES_MAX;
	err = all ? silence_each(r->txn, below, add_silence, &listing)
		  : silence_lasting(
			r->txn, r->health->now_ms, add_silence, &listing);
	if (err == OK)
		err = listing.err;
	if (err != OK || !listing.more)
		return err;
	(void)snprintf(next, sizeof(next), "%" PRIu64, listing.last);
	put_text(r->answer, all ? "next" : "more", next);
	return OK;
}
