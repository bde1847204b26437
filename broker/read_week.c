/*
 * report.weekly: what an ISO week brought, in pages that a reader adds up:
 * incidents, then alerts by source, then corrective actions.  Restricted
 * incidents are counted, for everybody, and nothing else of them is told.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"

enum { WEEK_SOURCES_MAX = 256 };

#define DAY_MS  INT64_C(86400000)
#define WEEK_MS (7 * DAY_MS)

enum phase { PHASE_INCIDENTS = 1, PHASE_ALERTS, PHASE_ACTIONS };

struct week {
	struct reading *r;
	uint64_t since_ms, until_ms;
	uint64_t end_ms; /* the week's, or where the journal ends within it */
	enum phase phase;
	uint64_t at; /* the next number of the phase */
	size_t visited;
};

/* ---- which week ---- */

/* The Monday that a year's first ISO week begins with: that of 4 January. */
static int64_t
first_monday_ms(int year)
{
	char text[TIME_TEXT_MAX];
	int64_t ms = 0;
	int64_t day;

	(void)snprintf(text, sizeof(text), "%04d-01-04T00:00:00Z", year);
	if (time_parse(text, &ms) != OK)
		return -1;
	/* 1970-01-01 was a Thursday. */
	day = (ms / DAY_MS + 3) % 7;
	return ms - day * DAY_MS;
}

static int
year_of(int64_t ms)
{
	char text[TIME_TEXT_MAX];

	return (int)strtol(time_format(ms, text), NULL, 10);
}

/* "2026-W47" of a Monday: its Thursday's year says which year it is of. */
static void
week_name(int64_t monday_ms, char out[32])
{
	int year = year_of(monday_ms + 3 * DAY_MS);

	(void)snprintf(out, 32, "%04d-W%02d", year,
	    (int)((monday_ms - first_monday_ms(year)) / WEEK_MS) + 1);
}

static enum err
read_week(struct reading *r, struct week *week)
{
	const char *text = ask_text(r->ask, "week");
	int64_t monday = (int64_t)r->health->now_ms;
	long year, number;
	char name[32], *end;

	if (text == NULL) {
		/* The last one that is over. */
		monday -= (monday / DAY_MS + 3) % 7 * DAY_MS + monday % DAY_MS;
		monday -= WEEK_MS;
	} else {
		year = strtol(text, &end, 10);
		number =
		    strncmp(end, "-W", 2) == 0 ? strtol(end + 2, &end, 10) : 0;
		if (*end != '\0' || year < 1971 || year > 9998 || number < 1 ||
		    number > 53)
			return reading_refuse(r, ERR_INVALID, "week",
			    "expected an ISO week such as 2026-W47");
		monday = first_monday_ms((int)year) + (number - 1) * WEEK_MS;
		week_name(monday, name);
		if (strcmp(name, text) != 0)
			return reading_refuse(r, ERR_INVALID, "week",
			    "expected an ISO week such as 2026-W47; that year "
			    "has none of this number");
	}
	if (monday < 0)
		monday = 0;
	week->since_ms = (uint64_t)monday;
	week->until_ms = (uint64_t)(monday + WEEK_MS);
	week_name(monday, name);
	put_text(r->answer, "week", name);
	put_time(r->answer, "since", week->since_ms);
	put_time(r->answer, "until", week->until_ms);
	return OK;
}

/* ---- incidents ---- */

static bool
within(const struct week *week, uint64_t ms)
{
	return ms >= week->since_ms && ms < week->until_ms;
}

static bool
open_at_end(const struct week *week, const struct incident *incident)
{
	return incident->closed_ms == 0 ||
	       incident->closed_ms >= week->until_ms;
}

static void
put_row(struct week *week, cJSON *row, const struct incident *incident)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];

	put_incident(row, "id", incident->number);
	put_word(row, "severity", WORDS_SEVERITY, (int)incident->severity);
	put_word(row, "status", WORDS_STATUS, (int)incident->status);
	put_word(row, "verdict", WORDS_VERDICT, (int)incident->verdict);
	view_source(row, "source", week->r->txn, incident->source);
	put_time(row, "opened", incident->opened_ms);
	put_time(row, "closed", incident->closed_ms);
	put_flag(row, "opened_within", within(week, incident->opened_ms));
	put_flag(row, "closed_within", within(week, incident->closed_ms));
	put_flag(row, "backlog", open_at_end(week, incident));
	put_flag(row, "unassigned", incident->assignee == 0);
	reading_times(row, incident);
	if (incident->severity < SEVERITY_high && !incident->major)
		return;
	put_flag(row, "notable", true);
	/* The week's report is TLP:AMBER. */
	if (incident->tlp > TLP_amber)
		put_flag(row, "withheld", true);
	else if (reading_title(week->r, incident->number, title))
		put_text(row, "title", title);
}

static enum err
add_incidents(struct week *week)
{
	struct reading *r = week->r;
	cJSON *rows = put_array(r->answer, "incidents");
	uint64_t restricted[3] = {0, 0, 0};
	struct incident incident;
	cJSON *row, *hidden;
	enum err err = OK;

	for (; week->visited < LIMIT_LIST_VISIT_MAX; week->visited++) {
		err = incident_get(r->txn, week->at, &incident);
		if (err == ERR_MISSING ||
		    (err == OK && incident.opened_ms >= week->until_ms)) {
			week->phase = PHASE_ALERTS;
			week->at = 0;
			err = OK;
			break;
		}
		if (err != OK)
			break;
		if (incident.restricted) {
			restricted[0] += within(week, incident.opened_ms);
			restricted[1] += within(week, incident.closed_ms);
			restricted[2] += open_at_end(week, &incident);
		} else if (within(week, incident.opened_ms) ||
			   within(week, incident.closed_ms) ||
			   open_at_end(week, &incident)) {
			row = put_object(NULL, NULL);
			put_row(week, row, &incident);
			if (!reading_fits(
				r, row, (size_t)cJSON_GetArraySize(rows))) {
				cJSON_Delete(row);
				break;
			}
			put_item(rows, NULL, row);
		}
		week->at++;
	}
	hidden = put_object(r->answer, "restricted");
	put_number(hidden, "opened", restricted[0]);
	put_number(hidden, "closed", restricted[1]);
	put_number(hidden, "backlog", restricted[2]);
	return err;
}

/* ---- alerts ---- */

/* The first delivery received at or after at_ms; one past the last if none. */
static enum err
alert_at(struct state_txn *txn, uint64_t at_ms, uint64_t *number)
{
	struct counters counters;
	struct alert alert;
	uint64_t low = 1, high;
	enum err err = state_counters(txn, &counters);

	high = counters.alerts + 1;
	while (err == OK && low < high) {
		uint64_t middle = low + (high - low) / 2;

		err = alert_get(txn, middle, &alert);
		if (err == OK && alert.received_ms < at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	*number = low;
	return err;
}

struct source_count {
	uint32_t source;
	uint64_t by[DISPOSITION_COUNT];
};

static void
put_sources(struct week *week, const struct source_count *counts, size_t count)
{
	cJSON *rows = put_array(week->r->answer, "alerts");
	size_t i;
	int d;

	for (i = 0; i < count; i++) {
		cJSON *row = put_object(rows, NULL);

		view_source(row, "source", week->r->txn, counts[i].source);
		for (d = 0; d < DISPOSITION_COUNT; d++)
			if (counts[i].by[d] != 0)
				put_number(row,
				    words_name(WORDS_DISPOSITION, d),
				    counts[i].by[d]);
	}
}

static enum err
add_alerts(struct week *week)
{
	struct source_count counts[WEEK_SOURCES_MAX];
	uint64_t end;
	struct alert alert;
	size_t count = 0, i;
	enum err err = alert_at(week->r->txn, week->until_ms, &end);

	if (err == OK && week->at == 0)
		err = alert_at(week->r->txn, week->since_ms, &week->at);
	for (; err == OK && week->at < end &&
	       week->visited < LIMIT_LIST_VISIT_MAX;
	     week->at++, week->visited++) {
		err = alert_get(week->r->txn, week->at, &alert);
		if (err != OK)
			break;
		for (i = 0; i < count && counts[i].source != alert.source; i++)
			;
		/* A page ends where there are too many sources for it. */
		if (i == WEEK_SOURCES_MAX)
			break;
		if (i == count)
			counts[count++] =
			    (struct source_count){.source = alert.source};
		counts[i].by[alert.disposition]++;
	}
	if (err == OK && week->at >= end) {
		week->phase = PHASE_ACTIONS;
		week->at = 0;
	}
	put_sources(week, counts, count);
	return err;
}

/* ---- corrective actions ---- */

struct action_counts {
	struct week *week;
	uint64_t added, finished, open, overdue;
	bool more;
};

static bool
count_action(void *arg, const struct action *action)
{
	struct action_counts *counts = arg;
	struct week *week = counts->week;
	struct incident incident;
	bool open;

	counts->more = week->visited++ == LIMIT_LIST_VISIT_MAX;
	if (counts->more)
		return false;
	if (action->added_ms >= week->until_ms ||
	    incident_get(week->r->txn, action->incident, &incident) != OK ||
	    incident.restricted)
		return true;
	open =
	    action->finished_ms == 0 || action->finished_ms >= week->until_ms;
	counts->added += within(week, action->added_ms);
	counts->finished += within(week, action->finished_ms);
	counts->open += open;
	counts->overdue += open && action->due_ms < week->end_ms;
	return true;
}

static enum err
add_actions(struct week *week)
{
	struct action_counts counts = {.week = week};
	struct reading *r = week->r;
	cJSON *out = put_object(r->answer, "actions");
	enum err err;

	week->visited = 0;
	err = action_each(r->txn, ACTIONS_OPEN, 0, 0, count_action, &counts);
	if (err == OK && !counts.more)
		err = action_each(
		    r->txn, ACTIONS_FINISHED, 0, 0, count_action, &counts);
	put_number(out, "proposed", counts.added);
	put_number(out, "finished", counts.finished);
	put_number(out, "open", counts.open);
	put_number(out, "overdue", counts.overdue);
	if (counts.more)
		put_flag(out, "more", true);
	return err;
}

/* ---- pages ---- */

static enum err
read_place(struct reading *r, struct week *week)
{
	uint64_t at[2];

	if (reading_cursor(r)[0] == '\0')
		return OK;
	if (!reading_cursor_numbers(r, at, 2) || at[0] < PHASE_INCIDENTS ||
	    at[0] > PHASE_ACTIONS)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this report: begin without one");
	week->phase = (enum phase)at[0];
	week->at = at[1];
	return OK;
}

enum err
read_report_weekly(struct reading *r)
{
	struct week week = {.r = r, .phase = PHASE_INCIDENTS, .at = 1};
	struct counters counters;
	char next[CURSOR_TEXT_MAX];
	enum err err = read_week(r, &week);

	if (err == OK)
		err = read_place(r, &week);
	if (err == OK)
		err = reading_position(r, &counters);
	if (err != OK)
		return err;
	week.end_ms =
	    counters.time_ms < week.until_ms ? counters.time_ms : week.until_ms;
	if (week.phase == PHASE_ACTIONS)
		return add_actions(&week);
	err = week.phase == PHASE_INCIDENTS ? add_incidents(&week)
					    : add_alerts(&week);
	(void)snprintf(
	    next, sizeof(next), "%u.%" PRIu64, (unsigned)week.phase, week.at);
	put_text(r->answer, "next", next);
	return err;
}
