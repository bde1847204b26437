/*
 * review and report: an incident as it is looked back on.  Both have what the
 * review says, and what the journal and the state say by themselves; report
 * has the timeline too, page by page.
 *
 * All of it tells of one position, which the answer names: nothing depends on
 * when it is asked for.  What a report names beside its own incident may go to
 * people who know only the report: nothing that is restricted is named, and no
 * title of a higher TLP.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

/* ---- the position ---- */

enum err
reading_position(struct reading *r, struct counters *counters)
{
	const struct entry *entry;
	cJSON *as_of;
	enum err err = state_counters(r->txn, counters);

	if (err == OK)
		err = reading_entry(r, counters->folded_seq, &entry);
	if (err != OK)
		return err;
	as_of = put_object(r->answer, "as_of");
	put_number(as_of, "entry", entry->seq);
	put_hex(as_of, "head", entry->chain, HASH_BYTES);
	put_time(as_of, "time", counters->time_ms);
	return OK;
}

/* Puts it, and makes it the time that the answer is of. */
static enum err
put_position(struct reading *r, struct health *at, uint64_t *seq)
{
	struct counters counters;
	enum err err = reading_position(r, &counters);

	*seq = counters.folded_seq;
	at->now_ms = counters.time_ms;
	return err;
}

/* ---- what the review says ---- */

static void
put_review(struct reading *r, cJSON *out, const struct review *review)
{
	static const char *const texts[] = {
	    "summary", "root_cause", "went_well", "went_badly", "to_improve"};
	const char *json;
	cJSON *text = NULL;
	size_t i, len;

	put_word(out, "state", WORDS_REVIEW, (int)review->state);
	put_time(out, "drafted", review->drafted_ms);
	put_time(out, "updated", review->updated_ms);
	put_time(out, "approved", review->approved_ms);
	if (review->approved_by != 0)
		view_person(out, "approved_by", r->txn, review->approved_by);
	if (review->costed)
		put_number(out, "cost", review->cost);
	put_number(out, "last_seq", review->seq);
	if (review_text(r->txn, review->incident, &json, &len) == OK)
		text = put_parse(json, len);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_copy(out, texts[i],
		    cJSON_GetObjectItemCaseSensitive(text, texts[i]));
	if (review->texts != 0 && text == NULL)
		put_flag(out, "erased", true);
	cJSON_Delete(text);
}

/* ---- what the journal says ---- */

static bool
put_merged(void *arg, uint64_t merged)
{
	put_incident(arg, NULL, merged);
	return cJSON_GetArraySize(arg) < INCIDENTS_COUNTED_MAX;
}

static enum err
put_head(struct reading *r, const struct incident *incident)
{
	cJSON *observables;
	struct review review;
	enum err err;

	reading_incident(r, r->answer, incident);
	reading_times(r->answer, incident);
	err = review_get(r->txn, incident->number, &review);
	if (err == OK)
		put_review(r, put_object(r->answer, "review"), &review);
	if (err == OK || err == ERR_MISSING)
		err = incident_merged_each(r->txn, incident->number, put_merged,
		    put_array(r->answer, "merged"));
	if (err == OK)
		err = reading_actions(r, r->answer, incident->number);
	observables = put_array(r->answer, "observables");
	if (err == OK)
		err = reading_attached(r, incident, observables);
	if (err == OK)
		err = reading_observed(r, incident, observables);
	return err == OK ? reading_similar(r, r->answer, incident, observables)
			 : err;
}

static enum err
find_incident(struct reading *r, struct incident *incident)
{
	struct ref ref = ask_ref(r->ask, "incident");
	char text[REF_TEXT_MAX];
	enum err err = incident_resolve(r->txn, ref.number, incident);

	if (err == OK && !reading_shows(r, incident))
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_MISSING, "incident",
		    "there is no %s, or you may not know of it",
		    ref_format(ref, text));
	if (err == OK && incident->number != ref.number)
		put_incident(r->answer, "asked", ref.number);
	return err;
}

/* ---- review ---- */

enum err
read_review(struct reading *r)
{
	const struct health *now = r->health;
	struct health at = *now;
	struct incident incident;
	uint64_t seq;
	enum err err = find_incident(r, &incident);

	if (err == OK)
		err = put_position(r, &at, &seq);
	r->health = &at;
	if (err == OK)
		err = put_head(r, &incident);
	r->health = now;
	return err;
}

/* ---- report ---- */

struct timeline {
	struct reading *r;
	cJSON *rows;
	uint64_t until, last;
	size_t count, limit;
	bool more;
	enum err err;
};

static bool
add_event(void *arg, const struct history_row *row)
{
	struct timeline *timeline = arg;
	const struct entry *entry;
	cJSON *event;

	if (row->seq > timeline->until)
		return false;
	timeline->more = timeline->count == timeline->limit;
	if (timeline->more)
		return false;
	timeline->err = reading_entry(timeline->r, row->seq, &entry);
	if (timeline->err != OK)
		return false;
	if (!reading_shows_entry(timeline->r, entry))
		return true;
	event = put_object(NULL, NULL);
	reading_event(timeline->r, event, entry);
	timeline->more = !reading_fits(timeline->r, event, timeline->count);
	if (timeline->more) {
		cJSON_Delete(event);
		return false;
	}
	put_item(timeline->rows, NULL, event);
	timeline->last = row->seq;
	timeline->count++;
	return true;
}

static enum err
put_timeline(
    struct reading *r, uint64_t incident, uint64_t after, uint64_t until)
{
	struct timeline timeline = {
	    .r = r,
	    .until = until,
	    .last = after,
	    .limit = reading_limit(r),
	};
	char next[CURSOR_TEXT_MAX];
	enum err err;

	timeline.rows = put_array(r->answer, "timeline");
	err = history_each(
	    r->txn, SUBJECT_INCIDENT, incident, after, add_event, &timeline);
	if (err == OK)
		err = timeline.err;
	if (err != OK || !timeline.more)
		return err;
	(void)snprintf(
	    next, sizeof(next), "%" PRIu64 ".%" PRIu64, timeline.last, until);
	put_text(r->answer, "next", next);
	return OK;
}

/* A further page goes on with the position of the first. */
static enum err
read_place(struct reading *r, uint64_t *after, uint64_t *until)
{
	uint64_t at[2];

	if (!reading_cursor_numbers(r, at, 2))
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this report: begin without one");
	*after = at[0];
	*until = at[1];
	return OK;
}

enum err
read_report(struct reading *r)
{
	const struct health *now = r->health;
	struct health at = *now;
	struct incident incident;
	uint64_t after = 0, until = 0;
	enum err err = find_incident(r, &incident);

	if (err == OK && reading_cursor(r)[0] != '\0') {
		err = read_place(r, &after, &until);
		return err == OK
			   ? put_timeline(r, incident.number, after, until)
			   : err;
	}
	if (err == OK)
		err = put_position(r, &at, &until);
	r->health = &at;
	if (err == OK)
		err = put_head(r, &incident);
	r->health = now;
	if (err != OK)
		return err;
	(void)reading_fits(r, r->answer, 0);
	return put_timeline(r, incident.number, 0, until);
}
