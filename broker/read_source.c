/* source.list and source.show. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "store/source.h"

struct listing {
	struct reading *r;
	cJSON *rows;
	bool more;
	enum err err;
};

static const struct config_source *
configured(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->sources_count; i++)
		if (strcmp(config->sources[i].name, name) == 0)
			return &config->sources[i];
	return NULL;
}

/* Does it count as silent?  What was heard since has yet to be told. */
static bool
is_silent(const struct source *source, uint64_t now_ms)
{
	uint64_t due_ms = source_due_ms(source);

	if (source->silent)
		return !source->heard;
	return due_ms != 0 && due_ms <= now_ms;
}

static const char *
state_of(const struct source *source, uint64_t now_ms)
{
	if (is_silent(source, now_ms))
		return "silent";
	return source->last_ms == 0 ? "never" : "heard";
}

static void
put_silence(struct reading *r, cJSON *out, const char *name,
    const struct source *source)
{
	uint64_t due_ms = source_due_ms(source);

	put_text(out, "state", state_of(source, r->health->now_ms));
	if (source->interval_ms != 0) {
		put_number(out, "interval_ms", source->interval_ms);
		put_text(out, "interval_by",
		    source->by_hand                       ? "person"
		    : configured(r->config, name) != NULL ? "configuration"
							  : "broker");
	}
	if (!source->silent)
		put_time(out, "due", due_ms);
	put_time(out, "silent_since", source->silent_ms);
	if (source->alert != 0)
		put_ref(out, "alert",
		    (struct ref){SUBJECT_ALERT, 0, source->alert});
}

static void
put_clock(struct reading *r, cJSON *out, const struct source *source)
{
	int64_t skew_ms = source_skew_ms(source, r->health->now_ms);
	int64_t limit_ms = r->config->clock_skew_ms;

	put_signed(out, "skew_ms", skew_ms);
	put_flag(out, "skewed", skew_ms > limit_ms || -skew_ms > limit_ms);
}

static void
put_quota(struct reading *r, cJSON *out, const char *name)
{
	const struct config_source *row = configured(r->config, name);

	if (row == NULL || row->rate == 0)
		return;
	put_signed(out, "rate", row->rate);
	if (row->burst != 0)
		put_signed(out, "burst", row->burst);
	if (r->health->refused != NULL)
		put_number(out, "refused",
		    atomic_load_explicit(
			&r->health->refused[row - r->config->sources],
			memory_order_relaxed));
}

static void
put_source(struct reading *r, cJSON *out, const char *name,
    const struct source *source)
{
	uint64_t now_ms = r->health->now_ms;

	put_text(out, "source", name);
	put_silence(r, out, name, source);
	put_time(out, "seen", source->last_ms);
	put_number(out, "received", source->received);
	put_number(out, "hour", source_last_hour(source, now_ms));
	put_number(out, "day", source_last_day(source, now_ms));
	put_number(out, "unreadable", source->unreadable);
	put_number(out, "failed", source->failed);
	put_clock(r, out, source);
	put_quota(r, out, name);
}

static bool
add_source(void *arg, const char *name, const struct source *source)
{
	struct listing *listing = arg;
	cJSON *row = put_object(NULL, NULL);

	put_source(listing->r, row, name, source);
	listing->more = !reading_fits(listing->r, row, 0);
	if (listing->more) {
		cJSON_Delete(row);
		return false;
	}
	put_item(listing->rows, NULL, row);
	return true;
}

/* ---- those that were never heard ---- */

static bool
is_listed(const struct listing *listing, const char *name)
{
	const cJSON *row;

	cJSON_ArrayForEach (row, listing->rows) {
		const cJSON *named =
		    cJSON_GetObjectItemCaseSensitive(row, "source");

		if (strcmp(named->valuestring, name) == 0)
			return true;
	}
	return false;
}

/* Whoever is enrolled to push as it is waited for. */
static bool
add_enrolled(void *arg, const struct person *person)
{
	static const struct source nothing = {
	    .lag_ms = {SOURCE_NO_LAG, SOURCE_NO_LAG}};
	struct listing *listing = arg;
	uint32_t number;
	size_t i;

	for (i = 0; person->active && i < person->sources_count; i++) {
		const char *name = person->sources[i];
		enum err err = source_by_name(listing->r->txn, name, &number);

		if (err == OK || is_listed(listing, name))
			continue;
		if (err != ERR_MISSING)
			listing->err = err;
		if (listing->err != OK || !add_source(listing, name, &nothing))
			return false;
	}
	return true;
}

enum err
read_source_list(struct reading *r)
{
	struct listing listing = {.r = r};
	enum err err;

	listing.rows = put_array(r->answer, "sources");
	err = source_each(r->txn, add_source, &listing);
	if (err == OK && !listing.more)
		err = person_each(r->txn, add_enrolled, &listing);
	if (listing.more)
		put_flag(r->answer, "more", true);
	return err == OK ? listing.err : err;
}

/* ---- source.show ---- */

struct story {
	struct reading *r;
	cJSON *rows;
	size_t count, limit;
	uint64_t last;
	bool more;
	enum err err;
};

static bool
add_event(void *arg, const struct history_row *row)
{
	struct story *story = arg;
	const struct entry *entry;
	cJSON *event;

	story->more = story->count == story->limit;
	if (story->more)
		return false;
	story->err = reading_entry(story->r, row->seq, &entry);
	if (story->err != OK)
		return false;
	event = put_object(NULL, NULL);
	reading_event(story->r, event, entry);
	story->more = !reading_fits(story->r, event, story->count);
	if (story->more) {
		cJSON_Delete(event);
		return false;
	}
	put_item(story->rows, NULL, event);
	story->last = row->seq;
	story->count++;
	return true;
}

static enum err
show_history(struct reading *r, const char *name)
{
	struct story story = {.r = r, .limit = reading_limit(r)};
	struct ref subject = source_subject(name);
	const char *cursor = reading_cursor(r);
	uint64_t after = strtoull(cursor, NULL, 10);
	char next[32];
	enum err err;

	if (strspn(cursor, "0123456789") != strlen(cursor))
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this history: begin without one");
	story.rows = put_array(r->answer, "history");
	err = history_each(
	    r->txn, SUBJECT_SOURCE, subject.number, after, add_event, &story);
	if (err == OK && story.more) {
		(void)snprintf(next, sizeof(next), "%" PRIu64, story.last);
		put_text(r->answer, "next", next);
	}
	return err == OK ? story.err : err;
}

struct search {
	const char *name;
	bool found;
};

static bool
look_for(void *arg, const struct person *person)
{
	struct search *search = arg;
	size_t i;

	for (i = 0; person->active && i < person->sources_count; i++)
		if (strcmp(person->sources[i], search->name) == 0)
			search->found = true;
	return !search->found;
}

enum err
read_source_show(struct reading *r)
{
	const char *name = ask_text(r->ask, "source");
	struct search search = {name, false};
	struct source source = {.lag_ms = {SOURCE_NO_LAG, SOURCE_NO_LAG}};
	uint32_t number;
	enum err err = source_by_name(r->txn, name, &number);

	if (err == OK)
		err = source_get(r->txn, number, &source);
	else if (err == ERR_MISSING)
		err = person_each(r->txn, look_for, &search);
	if (err == OK && source.number == 0 && !search.found)
		return reading_refuse(r, ERR_MISSING, "source",
		    "%s was never heard of, and nobody is enrolled to push as "
		    "it: `tocsin source list` has those that are",
		    name);
	if (err != OK)
		return err;
	put_source(r, r->answer, name, &source);
	return show_history(r, name);
}
