/* handover: what became of incidents since a shift ended. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

/* How often the clock is looked at, in entries. */
enum { VISITS_A_LOOK = 64, MISSED_PERCENT = 100 };

/* What the next shift wants to hear of. */
static const uint16_t told[] = {EVENT_incident_opened, EVENT_incident_commented,
    EVENT_incident_closed, EVENT_incident_reopened, EVENT_incident_raised,
    EVENT_incident_moved, EVENT_incident_merged, EVENT_incident_escalated,
    EVENT_target_step};

struct handover {
	struct reading *r;
	struct journal_cursor *cursor;
	cJSON *events, *incidents;
	uint64_t numbers[LIMIT_LIST_ROWS_MAX]; /* whose rows are there */
	size_t numbers_count, count, limit, visited;
	uint64_t next; /* first entry that was not looked at */
};

static bool
is_told(const struct entry *entry)
{
	size_t i;

	if (entry->subject.type != SUBJECT_INCIDENT)
		return false;
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (told[i] == entry->kind)
			return true;
	return false;
}

/* Of a target's steps only that which misses it. */
static bool
is_missed(const cJSON *event)
{
	const cJSON *facts = cJSON_GetObjectItemCaseSensitive(event, "facts");

	return json_number(facts, "percent", MISSED_PERCENT) >= MISSED_PERCENT;
}

static cJSON *
make_event(struct reading *r, const struct entry *entry)
{
	cJSON *event = put_object(NULL, NULL);

	reading_event(r, event, entry);
	/* Titles and descriptions are the row's and `show`'s to tell. */
	if (entry->kind != EVENT_incident_commented)
		cJSON_DeleteItemFromObjectCaseSensitive(event, "text");
	return event;
}

/* The row of the event's incident as it is now; NULL when it is there. */
static cJSON *
make_row(struct handover *handover, uint64_t number)
{
	struct incident incident;
	size_t i;

	for (i = 0; i < handover->numbers_count; i++)
		if (handover->numbers[i] == number)
			return NULL;
	if (incident_get(handover->r->txn, number, &incident) != OK)
		return NULL;
	return reading_incident_row(handover->r, &incident);
}

/* False when the page has no room left for it. */
static bool
tell(struct handover *handover, const struct entry *entry)
{
	struct reading *r = handover->r;
	uint64_t number = entry->subject.number;
	cJSON *event = make_event(r, entry), *row;
	bool fits;

	if (!is_missed(event)) {
		cJSON_Delete(event);
		return true;
	}
	row = make_row(handover, number);
	fits = handover->count < handover->limit &&
	       reading_fits(r, event, handover->count) &&
	       (row == NULL || reading_fits(r, row, handover->count));
	if (!fits) {
		cJSON_Delete(event);
		cJSON_Delete(row);
		return false;
	}
	put_item(handover->events, NULL, event);
	handover->count++;
	if (row != NULL) {
		handover->numbers[handover->numbers_count++] = number;
		put_item(handover->incidents, NULL, row);
	}
	return true;
}

static bool
is_spent(const struct handover *handover)
{
	const struct reading *r = handover->r;

	return handover->visited == LIMIT_LIST_VISIT_MAX ||
	       (handover->visited > 0 &&
		   handover->visited % VISITS_A_LOOK == 0 && r->spent != NULL &&
		   r->spent(r->spent_arg));
}

static enum err
walk(struct handover *handover, uint64_t last)
{
	struct entry entry;
	enum err err = journal_read(
	    handover->r->journal, handover->next, &handover->cursor);

	while (err == OK && handover->next <= last && !is_spent(handover)) {
		err = journal_next(handover->cursor, &entry);
		if (err != OK)
			break;
		if (is_told(&entry) &&
		    reading_shows_entry(handover->r, &entry) &&
		    !tell(handover, &entry))
			break;
		handover->visited++;
		handover->next = entry.seq + 1;
	}
	journal_cursor_close(&handover->cursor);
	return err;
}

/* The first entry that is no older, by halves: times never go back. */
static enum err
first_since(
    struct reading *r, uint64_t last, uint64_t since_ms, uint64_t *first)
{
	uint64_t low = 1, high = last + 1;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const struct entry *entry;
		enum err err = reading_entry(r, middle, &entry);

		if (err != OK && err != ERR_MISSING)
			return err;
		/* Those before the first that is kept are older, too. */
		if (err == ERR_MISSING || entry->time_ms < since_ms)
			low = middle + 1;
		else
			high = middle;
	}
	*first = low;
	return OK;
}

static enum err
read_first(struct reading *r, uint64_t last, uint64_t *first)
{
	const char *cursor = reading_cursor(r);
	int64_t since_ms = ask_time_ms(r->ask, "since", 0);
	char *end;

	*first = (uint64_t)ask_number(r->ask, "from", 1);
	if (cursor[0] != '\0') {
		*first = strtoull(cursor, &end, 10);
		if (cursor[0] < '0' || cursor[0] > '9' || *end != '\0')
			return reading_refuse(r, ERR_INVALID, "cursor",
			    "this cursor is not of a handover: begin without "
			    "one");
	} else if (since_ms > 0) {
		return first_since(r, last, (uint64_t)since_ms, first);
	}
	if (*first == 0)
		*first = 1;
	return OK;
}

enum err
read_handover(struct reading *r)
{
	struct handover handover = {.r = r, .limit = reading_limit(r)};
	struct counters counters;
	char next[32];
	enum err err = state_counters(r->txn, &counters);

	if (err == OK)
		err = read_first(r, counters.folded_seq, &handover.next);
	if (err != OK)
		return err;
	put_number(r->answer, "from", handover.next);
	put_number(r->answer, "until", counters.folded_seq);
	handover.events = put_array(r->answer, "events");
	handover.incidents = put_array(r->answer, "incidents");
	if (handover.next <= counters.folded_seq)
		err = walk(&handover, counters.folded_seq);
	if (err != OK)
		return err;
	next[0] = '\0';
	if (handover.next <= counters.folded_seq)
		(void)snprintf(next, sizeof(next), "%" PRIu64, handover.next);
	reading_page_end(r, next, handover.visited);
	return OK;
}
