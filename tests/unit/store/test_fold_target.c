/* Targets: what facts make of them, and their rows and timers in step. */
#include <criterion/criterion.h>

#include "tests/unit/store/fresh_world.h"

TestSuite(fold_target, .init = fresh_begin, .fini = fresh_end);

static void
open_one(const char *targets)
{
	world_fold(&world, EVENT_incident_opened, WORKER, inc(1),
	    facts_of("{'severity':'high','targets':%s}", targets), NULL);
}

static struct incident_target
target_of(uint64_t incident, enum target_kind kind)
{
	struct incident_target target;

	cr_assert_eq(
	    target_get(world_txn(&world), incident, kind, &target), OK);
	return target;
}

static uint64_t
due_of(uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(world_txn(&world), number, &incident), OK);
	return incident.due_ms;
}

Test(fold_target, runs_from_the_entry_that_sets_it)
{
	struct incident_target target;
	uint64_t opened;

	open_one("{'acknowledge':1001,'resolve':5000}");
	opened = world.time_ms;
	target = target_of(1, TARGET_acknowledge);
	cr_assert_eq(target.armed_ms, opened);
	cr_assert_eq(target.span_ms, 1001);
	cr_assert_eq(target.next_ms, opened + 500);
	cr_assert_eq(target.percent, 0);
	cr_assert_eq(due_of(1), opened + 1001);
	cr_assert_eq(target_due_ms(&target), opened + 1001);
	cr_assert_eq(target_of(1, TARGET_resolve).next_ms, opened + 2500);
}

Test(fold_target, holds_the_longest_time_that_facts_can_say)
{
	open_one("{'resolve':9007199254740991}");
	cr_assert_eq(due_of(1), world.time_ms + 9007199254740991u);
}

Test(fold_target, is_not_there_where_it_is_not_named)
{
	struct incident_target target;

	open_one("{'resolve':5000,'acknowledge':0}");
	cr_assert_eq(
	    target_get(world_txn(&world), 1, TARGET_acknowledge, &target),
	    ERR_MISSING);
	/* Acknowledged or not, nothing comes of it. */
	world_fold(&world, EVENT_incident_moved, ANALYST, inc(1),
	    "{'to':'triage'}", NULL);
	cr_assert_eq(
	    target_get(world.txn, 1, TARGET_acknowledge, &target), ERR_MISSING);
}

Test(fold_target, refuses_facts_that_make_no_sense)
{
	static const char *const steps[] = {"{'target':'other','percent':50}",
	    "{'percent':50}", "{'target':'resolve','percent':60}",
	    "{'target':'resolve'}", "{'target':'resolve','percent':-50}",
	    /* There is none of the kind. */
	    "{'target':'acknowledge','percent':50}"};
	size_t i;

	cr_assert_eq(world_try(&world, EVENT_incident_opened, WORKER, inc(1),
			 "{'targets':7}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	world_people(&world);
	cr_assert_eq(world_try(&world, EVENT_incident_opened, WORKER, inc(1),
			 "{'targets':{'resolve':'soon'}}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	world_people(&world);
	open_one("{'resolve':5000}");
	world_commit(&world);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		cr_assert_eq(world_try(&world, EVENT_target_step, 0, inc(1),
				 steps[i], NULL),
		    ERR_CORRUPT, "%s", steps[i]);
		world_abort(&world);
	}
	cr_assert_eq(world_try(&world, EVENT_incident_escalated, 0, inc(1),
			 "{'level':100}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	world_fold(
	    &world, EVENT_incident_escalated, 0, inc(1), "{'level':99}", NULL);
}

Test(fold_target, moves_on_with_each_step_and_comes_back_where_it_is_to)
{
	uint64_t opened;

	open_one("{'resolve':10000}");
	opened = world.time_ms;
	world_fold(&world, EVENT_target_step, 0, inc(1),
	    "{'target':'resolve','percent':50,'due':1}", NULL);
	cr_assert_eq(target_of(1, TARGET_resolve).next_ms, opened + 7500);
	world_fold(&world, EVENT_target_step, 0, inc(1),
	    "{'target':'resolve','percent':75,'due':1}", NULL);
	cr_assert_eq(target_of(1, TARGET_resolve).next_ms, opened + 10000);
	world_fold(&world, EVENT_target_step, 0, inc(1),
	    "{'target':'resolve','percent':100,'due':1,'again_ms':70}", NULL);
	cr_assert_eq(target_of(1, TARGET_resolve).next_ms, world.time_ms + 70);
	world_fold(&world, EVENT_target_step, 0, inc(1),
	    "{'target':'resolve','percent':100,'due':1}", NULL);
	cr_assert_eq(target_of(1, TARGET_resolve).next_ms, 0);
	cr_assert_eq(due_of(1), opened + 10000);
}

/* ---- through a whole history ---- */

struct expected {
	uint64_t incidents;
	size_t running, timers;
};

static bool
is_targets_own(void *arg, const struct timer_row *row)
{
	struct expected *expected = arg;
	struct incident_target target;

	expected->timers++;
	target = target_of(row->a, (enum target_kind)row->b);
	cr_assert_eq(target.next_ms, row->due_ms);
	cr_assert_eq(target.stopped_ms, 0);
	return true;
}

static bool
is_to_run(const struct incident *incident, enum target_kind kind)
{
	if (!status_is_open(incident->status) ||
	    incident->status == STATUS_on_hold)
		return false;
	if (kind == TARGET_acknowledge)
		return incident->acknowledged_ms == 0;
	return incident->status != STATUS_recovered &&
	       incident->status != STATUS_review;
}

static void
check_incident(struct expected *expected, uint64_t number)
{
	struct incident incident;
	struct incident_target target;
	uint64_t due = UINT64_MAX;
	int kind;

	cr_assert_eq(incident_get(world.txn, number, &incident), OK);
	for (kind = 0; kind < TARGET_COUNT; kind++) {
		if (target_get(world.txn, number, (enum target_kind)kind,
			&target) != OK)
			continue;
		cr_assert_eq(target.stopped_ms == 0,
		    is_to_run(&incident, (enum target_kind)kind), "INC-%u %d",
		    (unsigned)number, kind);
		if (target.stopped_ms != 0)
			continue;
		expected->running += target.next_ms != 0;
		if (target_due_ms(&target) < due)
			due = target_due_ms(&target);
	}
	cr_assert_eq(incident.due_ms, due == UINT64_MAX ? 0 : due);
}

Test(fold_target, has_a_timer_exactly_while_it_runs)
{
	struct expected expected = {0};
	struct counters counters;
	uint64_t number;

	world_fini(&world);
	world_init(&world);
	world_history(&world, 7, 3000);
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	for (number = 1; number <= counters.incidents; number++)
		check_incident(&expected, number);
	cr_assert_gt(expected.running, 10);
	cr_assert_eq(
	    timer_each(world.txn, TIMER_TARGET, is_targets_own, &expected), OK);
	cr_assert_eq(expected.timers, expected.running);
}
