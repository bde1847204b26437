/* silence.list. */
#include "broker/reading.h"
#include "protocol/json.h"
#include "store/silence.h"

struct listing {
	struct reading *r;
	cJSON *rows;
	bool all; /* those that have ended, too */
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
	cJSON *row;

	if (!holds && !listing->all)
		return true;
	row = put_object(NULL, NULL);
	put_number(row, "silence", silence->number);
	put_text(row, "state", holds ? "holds" : "ended");
	view_person(row, "by", r->txn, silence->by);
	put_time(row, "since", silence->since_ms);
	put_time(row, "until", silence->until_ms);
	if (silence->source[0] != '\0')
		put_text(row, "source", silence->source);
	listing->err = put_texts(r, row, silence);
	listing->more =
	    !reading_fits(r, row, (size_t)cJSON_GetArraySize(listing->rows));
	if (listing->more || listing->err != OK) {
		cJSON_Delete(row);
		return false;
	}
	put_item(listing->rows, NULL, row);
	return true;
}

enum err
read_silence_list(struct reading *r)
{
	struct listing listing = {
	    .r = r, .all = ask_flag(r->ask, "all", false)};
	enum err err;

	listing.rows = put_array(r->answer, "silences");
	err = silence_each(r->txn, add_silence, &listing);
	if (listing.more)
		put_flag(r->answer, "more", true);
	return err == OK ? listing.err : err;
}
