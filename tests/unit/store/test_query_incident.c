#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

static struct world world;

static void
setup(void)
{
	world_init(&world);
	world_history(&world, 42, 2000);
}

static void
teardown(void)
{
	world_fini(&world);
}

TestSuite(query_incident, .init = setup, .fini = teardown);

enum { ROWS_MAX = 2000 };

struct rows {
	uint64_t numbers[ROWS_MAX];
	size_t count;
	size_t stop; /* rows after which the page is full; 0: never */
	size_t visited, pages;
};

static const struct incident_filter ALL = {.status = -1,
    .severity = -1,
    .assignee = -1,
    .opened_by = -1,
    .viewer = ANALYST,
    .closed_too = true,
    .visit_max = ROWS_MAX};

/* ---- by hand: every incident, one by one ---- */

static bool
title_holds(uint64_t number, const char *words)
{
	char title[600];
	char wanted[100];
	const char *json;
	cJSON *tree;
	size_t len;
	bool holds = true;

	cr_assert_eq(incident_text(world.txn, number, &json, &len), OK);
	tree = cJSON_ParseWithLength(json, len);
	(void)snprintf(title, sizeof(title), "%s",
	    cJSON_GetObjectItem(tree, "title")->valuestring);
	cJSON_Delete(tree);
	for (char *c = title; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	(void)snprintf(wanted, sizeof(wanted), "%s", words);
	for (char *word = strtok(wanted, " "); word != NULL;
	     word = strtok(NULL, " "))
		holds = holds && strstr(title, word) != NULL;
	return holds;
}

static bool
has(const struct incident *incident, const char *tag)
{
	for (size_t i = 0; i < incident->tags_count; i++) {
		if (strcmp(incident->tags[i], tag) == 0)
			return true;
	}
	return false;
}

static bool
passes(const struct incident_filter *f, const struct incident *i)
{
	if (f->status >= 0 && (int)i->status != f->status)
		return false;
	if (!incident_shown_to(i, f->viewer))
		return false;
	if (f->status < 0 && !f->closed_too && !status_is_open(i->status))
		return false;
	if (f->severity >= 0 && (int)i->severity != f->severity)
		return false;
	if (f->assignee >= 0 && i->assignee != f->assignee)
		return false;
	if (f->opened_by >= 0 && i->opened_by != f->opened_by)
		return false;
	if (f->tag != NULL && !has(i, f->tag))
		return false;
	if (f->overdue && !i->missed)
		return false;
	if (f->since_ms != 0 && i->opened_ms < f->since_ms)
		return false;
	if (f->until_ms != 0 && i->opened_ms >= f->until_ms)
		return false;
	return f->text == NULL || title_holds(i->number, f->text);
}

static enum incident_sort sorting;

/* What the order depends on. */
struct ranked {
	uint64_t number;
	enum severity severity;
	bool open;
};

static int
compare(const void *left, const void *right)
{
	const struct ranked *a = left;
	const struct ranked *b = right;

	if (sorting == SORT_SEVERITY) {
		if (a->open != b->open)
			return (int)b->open - (int)a->open;
		if (a->severity != b->severity)
			return (int)b->severity - (int)a->severity;
	}
	if (sorting == SORT_NEWEST)
		return a->number < b->number ? 1 : -1;
	return a->number < b->number ? -1 : 1;
}

static void
list_by_hand(const struct incident_filter *filter, struct rows *rows)
{
	static struct ranked found[ROWS_MAX];
	struct incident incident;
	struct counters counters;
	size_t count = 0;

	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert_lt(counters.incidents, ROWS_MAX);
	for (uint64_t i = 1; i <= counters.incidents; i++) {
		cr_assert_eq(incident_get(world.txn, i, &incident), OK);
		if (passes(filter, &incident))
			found[count++] = (struct ranked){i, incident.severity,
			    status_is_open(incident.status)};
	}
	sorting = filter->sort;
	qsort(found, count, sizeof(found[0]), compare);
	rows->count = count;
	for (size_t i = 0; i < count; i++)
		rows->numbers[i] = found[i].number;
}

/* ---- by the list, page by page ---- */

static bool
row_add(void *arg, const struct incident *incident)
{
	struct rows *rows = arg;

	if (rows->stop != 0 && rows->count == rows->stop)
		return false;
	cr_assert_lt(rows->count, ROWS_MAX);
	rows->numbers[rows->count++] = incident->number;
	return true;
}

static void
list_by_pages(
    const struct incident_filter *filter, size_t page, struct rows *rows)
{
	char cursor[CURSOR_TEXT_MAX] = "";
	size_t visited;

	*rows = (struct rows){.count = 0};
	do {
		char next[CURSOR_TEXT_MAX];

		rows->stop = page == 0 ? 0 : rows->count + page;
		cr_assert_eq(incident_list(world_txn(&world), filter, cursor,
				 row_add, rows, next, &visited),
		    OK);
		cr_assert_leq(visited, filter->visit_max);
		rows->visited += visited;
		rows->pages++;
		cr_assert_lt(rows->pages, ROWS_MAX);
		memcpy(cursor, next, sizeof(cursor));
	} while (cursor[0] != '\0');
}

static void
expect_same(const struct incident_filter *filter, size_t page)
{
	static struct rows expected;
	static struct rows rows;

	list_by_hand(filter, &expected);
	list_by_pages(filter, page, &rows);
	cr_assert_eq(rows.count, expected.count,
	    "%zu instead of %zu: status %d severity %d assignee %d opener %d "
	    "closed %d tag %s since %d until %d text %s sort %d page %zu",
	    rows.count, expected.count, filter->status, filter->severity,
	    (int)filter->assignee, (int)filter->opened_by, filter->closed_too,
	    filter->tag, (int)filter->since_ms, (int)filter->until_ms,
	    filter->text, (int)filter->sort, page);
	cr_assert_arr_eq(rows.numbers, expected.numbers,
	    rows.count * sizeof(rows.numbers[0]));
}

/* Any time, or the very one at which an incident was opened. */
static uint64_t
some_time(uint64_t *seed)
{
	struct counters counters;
	struct incident incident;

	if (chance(seed, 2))
		return WORLD_TIME_MS + chance(seed, 1000) *
					   (world.time_ms - WORLD_TIME_MS) /
					   1000;
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert_eq(
	    incident_get(world.txn,
		1 + chance(seed, (unsigned)counters.incidents), &incident),
	    OK);
	return incident.opened_ms;
}

static void
filter_pick(uint64_t *seed, struct incident_filter *filter)
{
	static const char *const texts[] = {"malware", "FOUND  Scan", "db1",
	    "nothing", " ", "n db", "seen malware on"};

	*filter = ALL;
	filter->sort = (enum incident_sort)chance(seed, 3);
	filter->closed_too = chance(seed, 2) == 0;
	filter->visit_max = chance(seed, 2) ? ROWS_MAX : 7;
	if (chance(seed, 3) == 0)
		filter->status = (int)chance(seed, STATUS_COUNT);
	if (chance(seed, 3) == 0)
		filter->severity = (int)chance(seed, SEVERITY_COUNT);
	if (chance(seed, 3) == 0)
		filter->assignee = chance(seed, 4);
	if (chance(seed, 4) == 0)
		filter->opened_by = chance(seed, 2) ? ANALYST : 0;
	/* Whom restricted ones name, or somebody else. */
	if (chance(seed, 3) == 0)
		filter->viewer = WORKER;
	if (chance(seed, 3) == 0)
		filter->tag = chance(seed, 4) ? "t1" : "t";
	if (chance(seed, 4) == 0)
		filter->since_ms = some_time(seed);
	if (chance(seed, 4) == 0)
		filter->until_ms = some_time(seed);
	if (chance(seed, 4) == 0)
		filter->text = texts[chance(seed, 7)];
}

Test(query_incident, lists_what_a_look_at_each_would)
{
	struct incident_filter filter;
	uint64_t seed = 7;

	/* strtok leaves texts alone, a filter's text is not written to. */
	for (int i = 0; i < 1500; i++) {
		filter_pick(&seed, &filter);
		if (filter.text != NULL &&
		    strcmp(filter.text, "FOUND  Scan") == 0)
			filter.text = "found  scan";
		expect_same(
		    &filter, chance(&seed, 2) ? 0 : 1 + chance(&seed, 9));
	}
}

Test(query_incident, ignores_case_in_titles)
{
	struct incident_filter filter = ALL;
	static struct rows upper;
	static struct rows lower;

	filter.text = "SCAN Seen";
	list_by_pages(&filter, 0, &upper);
	filter.text = "scan seen";
	list_by_pages(&filter, 0, &lower);
	cr_assert_gt(upper.count, 5);
	cr_assert_eq(upper.count, lower.count);
	cr_assert_lt(upper.count, upper.visited);
}

/* What one index selects, and nothing else. */
static struct incident_filter
indexed(int which)
{
	struct incident_filter filter = ALL;

	filter.closed_too = which != 0;
	filter.status = which == 1 ? STATUS_closed : -1;
	filter.severity = which == 2 ? SEVERITY_high : -1;
	filter.assignee = which == 3 ? ANALYST : -1;
	filter.tag = which == 4 ? "t1" : NULL;
	filter.opened_by = which == 5 ? ANALYST : -1;
	filter.since_ms = which == 6 ? world.time_ms / 2 : 0;
	filter.overdue = which == 7;
	return filter;
}

/* An index that were not used would show in what was visited. */
Test(query_incident, visits_only_what_it_lists)
{
	for (int i = 0; i < 8 * 3; i++) {
		struct incident_filter filter = indexed(i % 8);
		static struct rows rows;

		filter.sort = (enum incident_sort)(i / 8);
		list_by_pages(&filter, 0, &rows);
		cr_assert_eq(rows.visited, rows.count);
		cr_assert_gt(
		    rows.count, i % 8 == 7 ? 0 : 5, "filter %d", i % 8);
		expect_same(&filter, 4);
	}
}

Test(query_incident, visits_no_more_than_it_may)
{
	struct incident_filter filter = ALL;
	char next[CURSOR_TEXT_MAX];
	static struct rows rows;
	struct rows none = {.count = 0};
	size_t visited;

	filter.text = "nothing like it";
	filter.visit_max = 10;
	cr_assert_eq(incident_list(world_txn(&world), &filter, "", row_add,
			 &none, next, &visited),
	    OK);
	cr_assert_eq(visited, 10);
	cr_assert_eq(none.count, 0);
	cr_assert_neq(next[0], '\0');
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 0);
	filter.text = NULL;
	filter.visit_max = 0;
	cr_assert_eq(incident_list(world.txn, &filter, NULL, row_add, &none,
			 next, &visited),
	    OK);
	cr_assert_eq(visited, 0);
}

Test(query_incident, does_not_count_the_row_that_was_too_many)
{
	static struct rows expected;
	struct rows rows = {.stop = 3};
	char next[CURSOR_TEXT_MAX];
	size_t visited;

	list_by_hand(&ALL, &expected);
	cr_assert_eq(
	    incident_list(world.txn, &ALL, "", row_add, &rows, next, &visited),
	    OK);
	cr_assert_eq(rows.count, 3);
	rows = (struct rows){.stop = 1};
	cr_assert_eq(incident_list(world.txn, &ALL, next, row_add, &rows,
			 (char[CURSOR_TEXT_MAX]){0}, &visited),
	    OK);
	cr_assert_eq(rows.numbers[0], expected.numbers[3]);
}

Test(query_incident, goes_on_where_it_ended_when_things_have_changed)
{
	struct incident_filter filter = ALL;
	struct rows rows = {.stop = 5};
	char next[CURSOR_TEXT_MAX];
	struct counters counters;
	static struct rows rest;
	size_t visited;
	uint64_t last;

	filter.sort = SORT_NEWEST;
	cr_assert_eq(incident_list(world_txn(&world), &filter, "", row_add,
			 &rows, next, &visited),
	    OK);
	last = rows.numbers[4];
	cr_assert_eq(state_counters(world.txn, &counters), OK);
	world_fold(&world, EVENT_incident_opened, ANALYST,
	    inc(counters.incidents + 1), "{}", NULL);
	world_fold(&world, EVENT_incident_updated, ANALYST, inc(last),
	    "{'severity':'info','untag':['t1']}", NULL);
	rest = (struct rows){.stop = 0};
	cr_assert_eq(incident_list(world.txn, &filter, next, row_add, &rest,
			 (char[CURSOR_TEXT_MAX]){0}, &visited),
	    OK);
	cr_assert_eq(rest.numbers[0], last - 1);
	cr_assert_eq(rest.count, last - 1);
}

Test(query_incident, refuses_cursors_that_are_not_its_own)
{
	struct incident_filter filter = ALL;
	struct rows rows = {.stop = 2};
	char cursor[CURSOR_TEXT_MAX];
	char next[CURSOR_TEXT_MAX];
	char bad[CURSOR_TEXT_MAX + 2];
	size_t visited;

	cr_assert_eq(incident_list(world_txn(&world), &filter, "", row_add,
			 &rows, cursor, &visited),
	    OK);
#define EXPECT(outcome, text)                                                  \
	rows = (struct rows){.stop = 2};                                       \
	cr_assert_eq(incident_list(world.txn, &filter, text, row_add, &rows,   \
			 next, &visited),                                      \
	    outcome, "%s", text)
	EXPECT(OK, cursor);
	cr_assert_eq(rows.count, 2);
	EXPECT(ERR_INVALID, "x");
	cr_assert_eq(rows.count, 0);
	EXPECT(ERR_INVALID, "00");
	EXPECT(ERR_INVALID, "../../etc/passwd");
	(void)snprintf(bad, sizeof(bad), "%s0", cursor);
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s00", cursor);
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	bad[strlen(bad) - 1] = 'G';
	EXPECT(ERR_INVALID, bad);
	bad[strlen(bad) - 1] = 'F';
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	bad[strlen(bad) - 2] = '\0';
	EXPECT(ERR_INVALID, bad);
	/* The number 0, a group that is none, another kind of list. */
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	memset(bad + strlen(bad) - 16, '0', 16);
	EXPECT(ERR_INVALID, bad);
	memset(bad + strlen(bad) - 16, 'f', 16);
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	bad[strlen(bad) - 17] = 'a';
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	bad[2] = '6';
	bad[3] = '1';
	EXPECT(ERR_INVALID, bad);
	/* Another sort, another index. */
	filter.sort = SORT_AGE;
	EXPECT(ERR_INVALID, cursor);
	filter = ALL;
	filter.status = STATUS_new;
	EXPECT(ERR_INVALID, cursor);
	filter = ALL;
	EXPECT(OK, cursor);
#undef EXPECT
}

Test(query_incident, knows_no_tag_longer_than_tags_are)
{
	struct incident_filter filter = ALL;
	char tag[300];
	static struct rows rows;

	memset(tag, 't', sizeof(tag));
	tag[sizeof(tag) - 1] = '\0';
	filter.tag = tag;
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 0);
	filter.tag = "t1";
	list_by_pages(&filter, 0, &rows);
	cr_assert_gt(rows.count, 0);
}

Test(query_incident, offers_what_nobody_has_worst_and_oldest_first)
{
	struct incident_filter filter = ALL;
	struct incident previous;
	static struct rows rows;

	filter.closed_too = false;
	filter.assignee = 0;
	list_by_pages(&filter, 0, &rows);
	cr_assert_gt(rows.count, 5);
	cr_assert_eq(rows.visited, rows.count);
	cr_assert_eq(incident_get(world.txn, rows.numbers[0], &previous), OK);
	for (size_t i = 1; i < rows.count; i++) {
		struct incident incident;

		cr_assert_eq(
		    incident_get(world.txn, rows.numbers[i], &incident), OK);
		cr_assert_eq(incident.assignee, 0);
		cr_assert(status_is_open(incident.status));
		cr_assert_leq(incident.severity, previous.severity);
		if (incident.severity == previous.severity)
			cr_assert_gt(incident.number, previous.number);
		previous = incident;
	}
}
