/* Targets: armed, stepped, paused, met. */
#include <criterion/criterion.h>

#include "tests/unit/broker/target_fixture.h"

/* ---- steps ---- */

TestSuite(decision_target, .init = targets_begin, .fini = targets_end);

Test(decision_target, gives_each_severity_its_own_times)
{
	uint64_t number = 0;
	int severity;

	for (severity = SEVERITY_low; severity < SEVERITY_COUNT; severity++) {
		targets_h.config.targets[severity].acknowledge_ms =
		    100 * severity + 7;
		targets_h.config.targets[severity].resolve_ms =
		    1000 * severity + 3;
		open_one(words_name(WORDS_SEVERITY, severity));
		number++;
		cr_assert_eq(target_of(number, TARGET_acknowledge).span_ms,
		    (uint64_t)(100 * severity + 7));
		cr_assert_eq(target_of(number, TARGET_resolve).span_ms,
		    (uint64_t)(1000 * severity + 3));
		cr_assert_eq(target_due_ms(&(struct incident_target){
				 .armed_ms = targets_h.now_ms,
				 .span_ms = (uint64_t)(100 * severity + 7)}),
		    harness_incident(&targets_h, number).due_ms);
	}
	open_one("info");
	cr_assert_eq(harness_incident(&targets_h, number + 1).due_ms, 0);
	act_at(targets_h.now_ms + UINT32_MAX);
	cr_assert_str_eq(told(number + 1), "");
	cr_assert_eq(harness_count(&targets_h, "targets"), 0);
}

Test(decision_target, has_none_where_configuration_has_none)
{
	targets_h.config.targets[SEVERITY_high].acknowledge_ms = 0;
	open_one("high");
	act_at(targets_h.now_ms + RESOLVE_MS * 10);
	cr_assert_str_eq(told(1), " resolve 50 late; resolve 75 late"
				  "; resolve 100 late; 1");
}

Test(decision_target, tells_each_step_once_when_it_is_due)
{
	uint64_t opened;

	open_one("high");
	opened = targets_h.now_ms;
	act_at(opened + ACKNOWLEDGE_MS / 2 - 1);
	cr_assert_str_eq(told(1), "");
	cr_assert_eq(harness_timers(&targets_h), opened + ACKNOWLEDGE_MS / 2);
	act_at(opened + ACKNOWLEDGE_MS / 2);
	cr_assert_str_eq(told(1), " acknowledge 50");
	act_at(opened + ACKNOWLEDGE_MS / 4 * 3);
	act_at(opened + ACKNOWLEDGE_MS / 4 * 3);
	cr_assert_str_eq(told(1), " acknowledge 50; acknowledge 75");
	cr_assert_eq(harness_incident(&targets_h, 1).level, 0);
	act_at(opened + ACKNOWLEDGE_MS);
	act_at(opened + RESOLVE_MS / 2);
	act_at(opened + RESOLVE_MS / 4 * 3);
	act_at(opened + RESOLVE_MS);
	cr_assert_str_eq(told(1),
	    " acknowledge 50; acknowledge 75; acknowledge 100; 1; resolve 50"
	    "; resolve 75; resolve 100; 2");
	cr_assert_eq(harness_incident(&targets_h, 1).level, 2);
	cr_assert_eq(harness_timers(&targets_h), 0);
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, marks_late_what_was_due_while_the_broker_was_down)
{
	uint64_t opened;

	open_one("high");
	opened = targets_h.now_ms;
	act_at(opened + ACKNOWLEDGE_MS / 2);
	harness_expect_rebuilt(&targets_h);
	/* It comes back a moment after the second step. */
	targets_h.since_ms = opened + ACKNOWLEDGE_MS / 4 * 3 + 1;
	act_at(targets_h.since_ms);
	cr_assert_str_eq(told(1), " acknowledge 50; acknowledge 75 late");
	harness_expect_rebuilt(&targets_h);
	act_at(opened + ACKNOWLEDGE_MS);
	cr_assert_str_eq(told(1),
	    " acknowledge 50; acknowledge 75 late; acknowledge 100; 1");
	/* Or long after everything. */
	act_at(opened + RESOLVE_MS + LIMIT_TIMER_LATE_MS + 1);
	cr_assert_str_eq(told(1),
	    " acknowledge 50; acknowledge 75 late; acknowledge 100; 1"
	    "; resolve 50 late; resolve 75 late; resolve 100 late; 2");
	harness_expect_rebuilt(&targets_h);
	act_at(opened + RESOLVE_MS * 2);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 2);
}

Test(decision_target, is_not_late_within_the_limit)
{
	open_one("high");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS / 2 + LIMIT_TIMER_LATE_MS);
	cr_assert_str_eq(told(1), " acknowledge 50");
}

Test(decision_target, waits_while_the_clock_is_held)
{
	struct decision decision;

	open_one("high");
	harness_decision(&targets_h, &decision);
	cr_assert_eq(decide_clock_jump(&decision, 60000000), OK);
	cr_assert_eq(harness_fold(&targets_h, &decision), OK);
	decision_fini(&decision);
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS * 2);
	cr_assert_str_eq(told(1), "");
	harness_must(&targets_h, ADMIN, VERB_clock_confirm, "{'reason':'x'}");
	act_at(targets_h.now_ms);
	cr_assert_str_eq(told(1), " acknowledge 50 late; acknowledge 75 late"
				  "; acknowledge 100 late; 1");
}

Test(decision_target, does_as_much_as_there_is_room_for_and_comes_back)
{
	size_t i;

	for (i = 0; i < CONFIG_HOOKS_MAX; i++)
		targets_hook(
		    body_of("h%zu", i), OCCASION_escalated, SEVERITY_low);
	targets_chain("boss", "lena", "");
	for (i = 0; i < 70; i++)
		open_one("high");
	targets_h.now_ms += ACKNOWLEDGE_MS;
	(void)harness_timers(&targets_h);
	cr_assert_leq(targets_h.kinds_count, DECISION_EVENTS_MAX);
	act_at(targets_h.now_ms);
	for (i = 1; i <= 70; i++) {
		cr_assert_eq(harness_incident(&targets_h, i).level, 1);
		cr_assert_eq(harness_incident(&targets_h, i).assignee, LEAD);
	}
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, leaves_room_for_all_that_a_missed_one_brings)
{
	uint64_t opened;
	size_t i;

	for (i = 0; i < CONFIG_HOOKS_MAX; i++)
		targets_hook(
		    body_of("h%zu", i), OCCASION_escalated, SEVERITY_low);
	targets_chain("boss", "lena", "");
	open_one("high");
	opened = targets_h.now_ms;
	act_at(opened + ACKNOWLEDGE_MS / 4 * 3);
	/* Their first steps come before its last. */
	targets_h.config.targets[SEVERITY_high].acknowledge_ms = 1000;
	for (i = 0; i < DECISION_EVENTS_MAX - TARGET_EVENTS_MAX + 1; i++) {
		targets_h.now_ms = opened + ACKNOWLEDGE_MS / 4 * 3;
		open_one("high");
	}
	targets_h.now_ms = opened + ACKNOWLEDGE_MS;
	(void)harness_timers(&targets_h);
	cr_assert_eq(
	    targets_h.kinds_count, DECISION_EVENTS_MAX - TARGET_EVENTS_MAX + 1);
	act_at(targets_h.now_ms);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
}

Test(decision_target, raises_twice_for_two_that_are_missed_at_once)
{
	targets_h.config.targets[SEVERITY_high].resolve_ms = ACKNOWLEDGE_MS;
	open_one("high");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS / 4 * 3);
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS / 4);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 2);
}

/* ---- what starts and stops them ---- */

Test(decision_target, ends_with_what_it_asks_for)
{
	uint64_t opened;

	open_one("high");
	opened = targets_h.now_ms;
	do_to(1, VERB_assign, "");
	act_at(opened + ACKNOWLEDGE_MS * 2);
	cr_assert_str_eq(told(1), " anna");
	cr_assert_str_eq(harness_text(&targets_h, "targets[0].state"), "met");
	cr_assert_str_eq(
	    harness_text(&targets_h, "targets[1].state"), "running");
	cr_assert_eq(
	    harness_incident(&targets_h, 1).due_ms, opened + RESOLVE_MS);
	put_into(1, STATUS_recovered);
	cr_assert_eq(harness_timers(&targets_h), 0);
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms, 0);
	cr_assert_str_eq(told(1), " anna");
	cr_assert_str_eq(harness_text(&targets_h, "targets[1].state"), "met");
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, goes_on_when_what_was_resolved_is_not)
{
	uint64_t due, stopped;

	open_one("high");
	due = targets_h.now_ms + RESOLVE_MS;
	put_into(1, STATUS_recovered);
	stopped = targets_h.now_ms;
	targets_h.now_ms += 500000;
	put_into(1, STATUS_investigating);
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms,
	    due + targets_h.now_ms - stopped);
	cr_assert_eq(target_of(1, TARGET_resolve).met_ms, 0);
}

Test(decision_target, stands_still_on_hold)
{
	uint64_t opened, held;

	open_one("high");
	do_to(1, VERB_assign, "");
	opened = target_of(1, TARGET_resolve).armed_ms;
	act_at(opened + RESOLVE_MS / 2);
	put_into(1, STATUS_on_hold);
	held = targets_h.now_ms;
	cr_assert_eq(harness_timers(&targets_h), 0);
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms, 0);
	harness_expect_rebuilt(&targets_h);
	act_at(opened + RESOLVE_MS * 10);
	cr_assert_str_eq(told(1), " anna; resolve 50");
	cr_assert_str_eq(harness_text(&targets_h, "targets[1].state"), "held");
	put_into(1, STATUS_investigating);
	held = targets_h.now_ms - held;
	cr_assert_eq(
	    harness_timers(&targets_h), opened + RESOLVE_MS / 4 * 3 + held);
	act_at(opened + RESOLVE_MS + held - 1);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 0);
	act_at(opened + RESOLVE_MS + held);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, takes_a_new_severity_on_hold_into_account_afterwards)
{
	uint64_t opened, stood;

	open_one("high");
	do_to(1, VERB_assign, "");
	opened = target_of(1, TARGET_resolve).armed_ms;
	targets_h.now_ms = opened + RESOLVE_MS / 2 - 2000;
	put_into(1, STATUS_on_hold);
	stood = targets_h.now_ms;
	do_to(1, VERB_update, "'severity':'critical'");
	act_at(targets_h.now_ms + RESOLVE_MS);
	cr_assert_str_eq(told(1), " anna");
	put_into(1, STATUS_triage);
	stood = targets_h.now_ms - stood;
	act_at(targets_h.now_ms);
	/* Its time was over before; that is nobody's being late. */
	cr_assert_str_eq(told(1), " anna; resolve 100; 1");
	cr_assert_eq(target_due_ms(&(struct incident_target){.armed_ms = opened,
			 .paused_ms = stood,
			 .span_ms = RESOLVE_MS / FACTOR}),
	    harness_incident(&targets_h, 1).due_ms);
}

Test(decision_target, follows_the_severity)
{
	uint64_t opened;

	open_one("high");
	opened = targets_h.now_ms;
	act_at(opened + ACKNOWLEDGE_MS / 2);
	/* What does not weigh it anew leaves its times alone. */
	harness_must(&targets_h, LEAD, VERB_update,
	    "{'incident':'INC-1','kind':'physical'}");
	cr_assert_eq(
	    harness_incident(&targets_h, 1).due_ms, opened + ACKNOWLEDGE_MS);
	harness_must(&targets_h, LEAD, VERB_update,
	    "{'incident':'INC-1','severity':'critical'}");
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms,
	    opened + ACKNOWLEDGE_MS / FACTOR);
	act_at(targets_h.now_ms);
	cr_assert_str_eq(told(1), " acknowledge 50; acknowledge 100; 1");
	/* Down again: there is time again. */
	harness_must(&targets_h, LEAD, VERB_update,
	    "{'incident':'INC-1','severity':'low'}");
	cr_assert_eq(
	    harness_incident(&targets_h, 1).due_ms, opened + ACKNOWLEDGE_MS);
	cr_assert_eq(
	    harness_timers(&targets_h), opened + ACKNOWLEDGE_MS / 4 * 3);
	harness_must(&targets_h, LEAD, VERB_update,
	    "{'incident':'INC-1','severity':'info'}");
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms, 0);
	cr_assert_eq(harness_timers(&targets_h), 0);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, is_missed_once_whatever_severity_follows)
{
	targets_h.config.escalation_repeat_ms = 70000;
	targets_h.config.targets[SEVERITY_critical].resolve_ms = RESOLVE_MS;
	targets_chain("a", "otto", "");
	targets_chain("b", "otto", "");
	open_one("high");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	do_to(1, VERB_update, "'severity':'low'");
	act_at(targets_h.now_ms);
	do_to(1, VERB_update, "'severity':'critical'");
	act_at(targets_h.now_ms);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	cr_assert_eq(target_of(1, TARGET_acknowledge).percent, 100);
	/* The next level follows when it would have. */
	act_at(targets_h.now_ms + 70000 - 2000);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 2);
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, ends_with_the_incident_and_begins_anew_with_it)
{
	uint64_t taken_up;

	open_one("high");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	do_to(1, VERB_close, "'verdict':'test'");
	taken_up = targets_h.now_ms;
	cr_assert_eq(harness_timers(&targets_h), 0);
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms, 0);
	act_at(targets_h.now_ms + RESOLVE_MS * 3);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 1);
	do_to(1, VERB_reopen, "'reason':'x'");
	cr_assert_eq(harness_incident(&targets_h, 1).level, 0);
	/* Somebody has it already: that target is done for good. */
	cr_assert_eq(target_of(1, TARGET_acknowledge).met_ms, taken_up);
	cr_assert_eq(harness_incident(&targets_h, 1).due_ms,
	    targets_h.now_ms + RESOLVE_MS);
	cr_assert_eq(
	    harness_timers(&targets_h), targets_h.now_ms + RESOLVE_MS / 2);
	targets_h.config.targets[SEVERITY_medium].acknowledge_ms = 7;
	do_to(1, VERB_update, "'severity':'medium'");
	cr_assert_eq(target_of(1, TARGET_acknowledge).met_ms, taken_up);
	cr_assert_eq(target_of(1, TARGET_acknowledge).span_ms, ACKNOWLEDGE_MS);
	harness_expect_rebuilt(&targets_h);
}

Test(decision_target, is_armed_by_triage_and_promotion_too)
{
	struct told told_of = {.cluster = 1, .severity = "high"};

	(void)harness_push(&targets_h, "wazuh", 1);
	(void)triage_one(&targets_h, 1, told_of);
	cr_assert_eq(target_of(1, TARGET_acknowledge).span_ms, ACKNOWLEDGE_MS);
	told_of.severity = "critical";
	(void)harness_push(&targets_h, "wazuh", 1);
	(void)triage_one(&targets_h, 2, told_of);
	cr_assert_eq(
	    harness_incident(&targets_h, 1).severity, SEVERITY_critical);
	cr_assert_eq(
	    target_of(1, TARGET_acknowledge).span_ms, ACKNOWLEDGE_MS / FACTOR);
	told_of =
	    (struct told){.wish = "keep", .cluster = 2, .severity = "low"};
	(void)harness_push(&targets_h, "wazuh", 1);
	(void)triage_one(&targets_h, 3, told_of);
	harness_must(
	    &targets_h, ANALYST, VERB_alert_promote, "{'alert':'ALR-3/1'}");
	cr_assert_eq(target_of(2, TARGET_resolve).span_ms, RESOLVE_MS);
	harness_expect_rebuilt(&targets_h);
}
