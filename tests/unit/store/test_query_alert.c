#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

static struct world world;

static void
setup(void)
{
	world_init(&world);
	world_history(&world, 11, 2500);
}

static void
teardown(void)
{
	world_fini(&world);
}

TestSuite(query_alert, .init = setup, .fini = teardown);

enum { ROWS_MAX = 5000 };

struct rows {
	struct {
		uint64_t alert;
		uint32_t part;
	} at[ROWS_MAX];
	size_t count, stop, visited, pages;
};

static const struct alert_filter ALL = {
    .status = -1, .disposition = -1, .severity = -1, .visit_max = ROWS_MAX};

static void
note_row(struct rows *rows, uint64_t alert, uint32_t part)
{
	cr_assert_lt(rows->count, ROWS_MAX);
	rows->at[rows->count].alert = alert;
	rows->at[rows->count].part = part;
	rows->count++;
}

/* ---- by hand ---- */

static bool
is(int wanted, unsigned value)
{
	return wanted < 0 || (unsigned)wanted == value;
}

/* Does the delivery as a whole belong to the incident? */
static bool
whole_is_in(uint64_t alert, uint64_t incident)
{
	struct slice value;
	PACK(key, 20);

	pack_u64(&key, incident);
	pack_u64(&key, alert);
	pack_u32(&key, 0);
	return incident == 0 ||
	       lmdb_get(world_txn(&world)->lmdb, TABLE_incident_alerts,
		   pack_slice(&key), &value) == OK;
}

static void
list_by_hand(const struct alert_filter *f, struct rows *rows)
{
	struct counters counters;

	*rows = (struct rows){.count = 0};
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	for (uint64_t n = counters.alerts; n > 0; n--) {
		struct alert alert;

		cr_assert_eq(alert_get(world.txn, n, &alert), OK);
		if (f->source != 0 && alert.source != f->source)
			continue;
		if (alert.parts == 0 && f->severity < 0 &&
		    is(f->status, alert.status) &&
		    is(f->disposition, alert.disposition) &&
		    whole_is_in(n, f->incident))
			note_row(rows, n, 0);
		for (uint32_t i = 1; i <= alert.parts; i++) {
			struct alert_part part;

			cr_assert_eq(
			    alert_part_get(world.txn, n, i, &part), OK);
			if (is(f->severity, part.severity) &&
			    is(f->status, part.status) &&
			    is(f->disposition, part.disposition) &&
			    (f->incident == 0 || part.incident == f->incident))
				note_row(rows, n, i);
		}
	}
}

/* ---- by the list ---- */

static bool
row_add(void *arg, const struct alert *alert, const struct alert_part *part)
{
	struct rows *rows = arg;

	if (rows->stop != 0 && rows->count == rows->stop)
		return false;
	note_row(rows, alert->number, part == NULL ? 0 : part->part);
	return true;
}

static void
list_by_pages(const struct alert_filter *filter, size_t page, struct rows *rows)
{
	char cursor[CURSOR_TEXT_MAX] = "";
	size_t visited;

	*rows = (struct rows){.count = 0};
	do {
		char next[CURSOR_TEXT_MAX];

		rows->stop = page == 0 ? 0 : rows->count + page;
		cr_assert_eq(alert_list(world_txn(&world), filter, cursor,
				 row_add, rows, next, &visited),
		    OK);
		cr_assert_leq(visited, filter->visit_max);
		rows->visited += visited;
		cr_assert_lt(rows->pages++, ROWS_MAX);
		memcpy(cursor, next, sizeof(cursor));
	} while (cursor[0] != '\0');
}

static void
expect_same(const struct alert_filter *filter, size_t page)
{
	static struct rows expected;
	static struct rows rows;

	list_by_hand(filter, &expected);
	list_by_pages(filter, page, &rows);
	cr_assert_eq(rows.count, expected.count,
	    "%zu instead of %zu: status %d disposition %d severity %d "
	    "source %u incident %d page %zu",
	    rows.count, expected.count, filter->status, filter->disposition,
	    filter->severity, filter->source, (int)filter->incident, page);
	for (size_t i = 0; i < rows.count; i++) {
		cr_assert_eq(rows.at[i].alert, expected.at[i].alert);
		cr_assert_eq(rows.at[i].part, expected.at[i].part);
	}
}

Test(query_alert, lists_what_a_look_at_each_would)
{
	uint64_t seed = 5;

	for (int i = 0; i < 400; i++) {
		struct alert_filter filter = ALL;

		if (chance(&seed, 2))
			filter.status = (int)chance(&seed, ALERT_STATUS_COUNT);
		if (chance(&seed, 3) == 0)
			filter.status = ALERT_STATUS_new;
		if (chance(&seed, 3) == 0)
			filter.disposition =
			    (int)chance(&seed, DISPOSITION_COUNT);
		if (chance(&seed, 3) == 0)
			filter.severity = (int)chance(&seed, SEVERITY_COUNT);
		if (chance(&seed, 4) == 0)
			filter.source = 1 + chance(&seed, 3);
		if (chance(&seed, 4) == 0)
			filter.incident = 1 + chance(&seed, 20);
		if (chance(&seed, 2))
			filter.visit_max = 1 + chance(&seed, 20);
		expect_same(
		    &filter, chance(&seed, 2) ? 0 : 1 + chance(&seed, 9));
	}
}

Test(query_alert, pages_through_everything)
{
	for (size_t page = 0; page < 6; page++)
		expect_same(&ALL, page);
}

Test(query_alert, finds_those_of_an_incident_by_their_index)
{
	struct alert_filter filter = ALL;
	static struct rows rows;
	static struct rows all;

	/* The first incident of the history that has alerts. */
	for (filter.incident = 1; filter.incident < 20; filter.incident++) {
		list_by_pages(&filter, 0, &rows);
		if (rows.count > 0)
			break;
	}
	list_by_pages(&ALL, 0, &all);
	cr_assert_gt(rows.count, 0);
	cr_assert_lt(rows.visited, all.visited / 5);
}

/* A storm of what is settled must not hide what waits for somebody. */
Test(query_alert, finds_new_ones_behind_a_storm)
{
	struct alert_filter filter = ALL;
	struct counters counters;
	struct workflow_row triage;
	static struct rows rows;
	uint64_t first;

	filter.status = ALERT_STATUS_new;
	filter.disposition = DISPOSITION_kept;
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	first = counters.alerts + 1;
	for (uint64_t i = 0; i < 4; i++)
		world_fold(&world, EVENT_alert_received, SENSOR,
		    alr(first + 500 * i, 0), "{'source':'s1','n':500}", NULL);
	cr_assert_eq(workflow_get(world.txn, WORKFLOW_triage, &triage), OK);
	while (triage.frontier <= triage.last) {
		uint64_t last = triage.frontier + LIMIT_JOB_ITEMS_MAX - 1;
		struct counters now;

		if (last > triage.last)
			last = triage.last;
		cr_assert_eq(state_counters(world.txn, &now), OK);
		world_fold(&world, EVENT_job_leased, WORKER,
		    job(now.leases + 1),
		    facts_of("{'workflow':'triage','first':%u,'last':%u}",
			(unsigned)triage.frontier, (unsigned)last),
		    NULL);
		for (uint64_t i = triage.frontier; i <= last; i++)
			world_fold(&world, EVENT_alert_triaged, WORKER,
			    alr(i, 0),
			    "{'disposition':'attached','parts':[{"
			    "'disposition':'attached','incident':'INC-1'}]}",
			    NULL);
		world_fold(&world, EVENT_job_done, WORKER, job(now.leases + 1),
		    "{}", NULL);
		cr_assert_eq(
		    workflow_get(world.txn, WORKFLOW_triage, &triage), OK);
	}
	expect_same(&filter, 0);
	/* Leases and retries that live keep more in view than must be. */
	list_by_pages(&filter, 0, &rows);
	cr_assert_gt(rows.count, 5);
}

Test(query_alert, visits_only_the_new_when_nothing_waits)
{
	struct alert_filter filter = ALL;
	static struct rows rows;

	world_fini(&world);
	world_init(&world);
	world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
	    "{'source':'s1','n':100}", NULL);
	world_fold(&world, EVENT_job_leased, WORKER, job(1),
	    "{'workflow':'triage','first':1,'last':100}", NULL);
	for (uint64_t i = 1; i <= 100; i++)
		world_fold(&world, EVENT_alert_triaged, WORKER, alr(i, 0),
		    facts_of("{'disposition':'kept','parts':[{"
			     "'disposition':'%s'}]}",
			i % 50 == 7 ? "kept" : "resolved"),
		    NULL);
	filter.status = ALERT_STATUS_new;
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 2);
	cr_assert_eq(rows.visited, 100, "leased ones may still wait");
	world_fold(&world, EVENT_job_done, WORKER, job(1), "{}", NULL);
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 2);
	cr_assert_eq(rows.visited, 2);
	cr_assert_eq(rows.at[0].alert, 57);
	cr_assert_eq(rows.at[1].alert, 7);
}

/* What failed is new again, far below what was triaged since; a dead letter
 * is found without looking at all that came after it. */
Test(query_alert, finds_what_waits_for_another_try)
{
	struct alert_filter filter = ALL;
	static struct rows rows;

	world_fini(&world);
	world_init(&world);
	world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
	    "{'source':'s1','n':20}", NULL);
	world_fold(&world, EVENT_job_leased, WORKER, job(1),
	    "{'workflow':'triage','first':1,'last':2}", NULL);
	world_fold(&world, EVENT_job_failed, WORKER, job(1),
	    "{'retry_ms':1000}", NULL);
	world_fold(&world, EVENT_job_leased, WORKER, job(2),
	    "{'workflow':'triage','first':3,'last':20}", NULL);
	for (uint64_t i = 3; i <= 20; i++)
		world_fold(&world, EVENT_alert_triaged, WORKER, alr(i, 0),
		    "{'disposition':'resolved','parts':[{"
		    "'disposition':'resolved'}]}",
		    NULL);
	world_fold(&world, EVENT_job_done, WORKER, job(2), "{}", NULL);
	filter.status = ALERT_STATUS_new;
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 2);
	cr_assert_eq(rows.at[0].alert, 2);
	cr_assert_eq(rows.at[1].alert, 1);
	for (uint64_t i = 1; i <= 2; i++) {
		world_fold(&world, EVENT_job_leased, WORKER, job(2 + i),
		    facts_of("{'workflow':'triage','first':%d,'last':%d,"
			     "'attempt':1}",
			(int)i, (int)i),
		    NULL);
		world_fold(&world, EVENT_job_failed, WORKER, job(2 + i),
		    "{'retry_ms':0}", NULL);
	}
	list_by_pages(&filter, 0, &rows);
	cr_assert_eq(rows.count, 2);
	cr_assert_eq(rows.visited, 2);
}

Test(query_alert, refuses_cursors_that_are_not_its_own)
{
	struct rows rows = {.stop = 2};
	char cursor[CURSOR_TEXT_MAX];
	char next[CURSOR_TEXT_MAX];
	char bad[CURSOR_TEXT_MAX];
	size_t visited;

	cr_assert_eq(alert_list(world_txn(&world), &ALL, NULL, row_add, &rows,
			 cursor, &visited),
	    OK);
#define EXPECT(outcome, text)                                                  \
	rows = (struct rows){.stop = 2};                                       \
	cr_assert_eq(                                                          \
	    alert_list(world.txn, &ALL, text, row_add, &rows, next, &visited), \
	    outcome, "%s", text)
	EXPECT(OK, cursor);
	EXPECT(ERR_INVALID, "zz");
	(void)snprintf(
	    bad, sizeof(bad), "%.*s", (int)strlen(cursor) - 2, cursor);
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	memset(bad + 4, '0', 16);
	EXPECT(ERR_INVALID, bad);
	memset(bad + 4, 'f', 16);
	EXPECT(ERR_INVALID, bad);
	(void)snprintf(bad, sizeof(bad), "%s", cursor);
	bad[2] = '6';
	bad[3] = '9';
	EXPECT(ERR_INVALID, bad);
#undef EXPECT
}
