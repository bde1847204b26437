/* Sources: windows, clocks, silence. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "tests/unit/store/fresh_world.h"

#define HOUR_MS UINT64_C(3600000)

TestSuite(fold_source, .init = fresh_begin, .fini = fresh_end);

static uint64_t
receive(const char *source, unsigned count)
{
	struct counters counters;

	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	world_fold(&world, EVENT_alert_received, SENSOR,
	    alr(counters.alerts + 1, 0),
	    facts_of("{'source':'%s','n':%u}", source, count), NULL);
	return counters.alerts + 1;
}

static struct source
source_of(const char *name)
{
	struct source source;
	uint32_t number;

	cr_assert_eq(source_by_name(world_txn(&world), name, &number), OK);
	cr_assert_eq(source_get(world.txn, number, &source), OK);
	return source;
}

static bool
first_timer(void *arg, const struct timer_row *row)
{
	*(uint64_t *)arg = row->due_ms;
	return false;
}

/* As the table has it once committed. */
static uint64_t
due(void)
{
	uint64_t due_ms = 0;

	world_commit(&world);
	cr_assert_eq(
	    timer_each(world_txn(&world), TIMER_SOURCE, first_timer, &due_ms),
	    OK);
	return due_ms;
}

static void
tell(enum event kind, const char *facts)
{
	world_fold(&world, kind, 0, source_subject("a"), facts, NULL);
}

Test(fold_source, counts_what_came_in_the_last_hour_and_day)
{
	struct source source;
	uint64_t now;

	world.time_ms = 100 * HOUR_MS;
	(void)receive("a", 3);
	(void)receive("b", 5);
	world.time_ms += HOUR_MS / 2;
	(void)receive("a", 4);
	source = source_of("a");
	now = source.last_ms;
	cr_assert_eq(source.received, 7);
	cr_assert_eq(source_last_hour(&source, now), 7);
	cr_assert_eq(source_last_hour(&source, now + HOUR_MS / 2 + 1), 4);
	cr_assert_eq(source_last_day(&source, now + 23 * HOUR_MS), 7);
	cr_assert_eq(source_last_hour(&source, now + 2 * HOUR_MS), 0);
	cr_assert_eq(source_last_day(&source, now + 30 * HOUR_MS), 0);
	/* What lies far back is forgotten when something comes. */
	world.time_ms += 100 * HOUR_MS;
	(void)receive("a", 1);
	source = source_of("a");
	cr_assert_eq(source_last_day(&source, source.last_ms), 1);
	cr_assert_eq(source_last_hour(&source, source.last_ms), 1);
	source = source_of("b");
	cr_assert_eq(source.received, 5);
}

Test(fold_source, keeps_every_source_though_few_have_a_place_in_memory)
{
	char name[16];
	unsigned round, i;

	for (round = 0; round < 3; round++)
		for (i = 0; i < 40; i++) {
			(void)snprintf(name, sizeof(name), "s%u", i);
			(void)receive(name, 1 + i);
		}
	for (i = 0; i < 40; i++) {
		(void)snprintf(name, sizeof(name), "s%u", i);
		cr_assert_eq(source_of(name).received, 3 * (1 + (uint64_t)i));
	}
	world_commit(&world);
	for (i = 0; i < 40; i++) {
		(void)snprintf(name, sizeof(name), "s%u", i);
		cr_assert_eq(source_of(name).received, 3 * (1 + (uint64_t)i));
	}
}

Test(fold_source, counts_what_is_unreadable_until_it_is_read)
{
	uint64_t alert = receive("a", 1);

	world_fold(&world, EVENT_alert_triaged, WORKER, alr(alert, 0),
	    "{'disposition':'unreadable'}", NULL);
	cr_assert_eq(source_of("a").unreadable, 1);
	world_fold(&world, EVENT_alert_triaged, WORKER, alr(alert, 0),
	    "{'disposition':'kept','parts':[{'p':1,'disposition':'kept'}]}",
	    NULL);
	cr_assert_eq(source_of("a").unreadable, 0);
}

static void
triage(const char *more)
{
	uint64_t alert = receive("a", 1);

	world_fold(&world, EVENT_alert_triaged, WORKER, alr(alert, 0),
	    facts_of("{'disposition':'kept','parts':[{'p':1,"
		     "'disposition':'kept'%s}]}",
		more),
	    NULL);
}

static int64_t
skew(uint64_t later_ms)
{
	struct source source = source_of("a");

	return source_skew_ms(&source, source.last_ms + later_ms);
}

Test(fold_source, takes_the_least_delay_for_the_clock_s_own)
{
	world.time_ms = 100 * HOUR_MS;
	triage("");
	cr_assert_eq(skew(0), 0);
	triage(",'lag_ms':70000");
	triage(",'lag_ms':9000000");
	cr_assert_eq(skew(0), -70000);
	triage(",'ahead_ms':600000");
	cr_assert_eq(skew(0), 600000);
	/* The next hour still knows it, the one after that does not. */
	world.time_ms += HOUR_MS;
	triage(",'lag_ms':1000");
	cr_assert_eq(skew(0), 600000);
	world.time_ms += HOUR_MS;
	triage(",'lag_ms':2000");
	cr_assert_eq(skew(0), -1000);
	cr_assert_eq(skew(100ull * HOUR_MS), 0);
}

Test(fold_source, moves_its_timer_along_with_what_comes)
{
	uint64_t armed;

	tell(EVENT_source_updated, "{'source':'a','interval_ms':5000}");
	armed = world.time_ms;
	cr_assert_leq(due(), armed + 5000);
	world.time_ms = armed + 1000;
	(void)receive("a", 1);
	cr_assert_eq(due(), source_of("a").last_ms + 5000);
	tell(EVENT_source_updated, "{'source':'a','interval_ms':0}");
	cr_assert_eq(due(), 0);
}

Test(fold_source, is_silent_once_until_it_is_heard_and_that_is_told)
{
	struct source source;

	tell(EVENT_source_updated, "{'source':'a','interval_ms':5000}");
	(void)receive("tocsin", 1);
	tell(EVENT_source_silent, "{'source':'a','interval_ms':5000,'due':1}");
	source = source_of("a");
	cr_assert(source.silent && !source.heard);
	cr_assert_eq(source.alert, 1);
	cr_assert_eq(due(), 0);
	cr_assert_not(state_source_heard(world_txn(&world)));
	(void)receive("a", 1);
	cr_assert(state_source_heard(world.txn));
	cr_assert_eq(due(), source_of("a").last_ms);
	cr_assert_not(state_source_heard(world_txn(&world)));
	(void)receive("a", 1);
	cr_assert_not(state_source_heard(world.txn));
	tell(
	    EVENT_source_heard, "{'source':'a','alert':'ALR-1','silent_ms':1}");
	source = source_of("a");
	cr_assert(!source.silent && !source.heard && source.alert == 0);
	cr_assert_eq(due(), source.last_ms + 5000);
}
