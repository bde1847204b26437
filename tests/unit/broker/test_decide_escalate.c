/* What follows when a target is missed, and how targets are shown. */
#include <criterion/criterion.h>

#include "tests/unit/broker/target_fixture.h"

/* ---- the chain ---- */

TestSuite(decide_escalate, .init = targets_begin, .fini = targets_end);

Test(decide_escalate, goes_up_the_chain)
{
	targets_hook("page", OCCASION_escalated, SEVERITY_low);
	targets_hook("call", OCCASION_escalated, SEVERITY_low);
	targets_hook("all", OCCASION_escalated, SEVERITY_high);
	targets_hook("opened", OCCASION_opened, SEVERITY_critical);
	targets_chain("second", "otto", "page");
	targets_chain("third", "mona", "");
	targets_chain("boss", "gone", "call");
	open_one("medium");
	do_to(1, VERB_escalate, "'reason':'stuck'");
	cr_assert_eq(harness_number(&targets_h, "level"), 1);
	cr_assert_str_eq(harness_text(&targets_h, "chain"), "second");
	cr_assert_eq((uint64_t)harness_number(&targets_h, "revision"),
	    harness_incident(&targets_h, 1).revision);
	cr_assert_str_eq(told(1), " 1 second; otto; page escalated");
	cr_assert_str_eq(
	    harness_text(&targets_h, "history[1].text.reason"), "stuck");
	/* A manager works no incidents, and nobody is called gone. */
	do_to(1, VERB_escalate, "");
	do_to(1, VERB_escalate, "");
	do_to(1, VERB_escalate, "");
	cr_assert_eq(harness_number(&targets_h, "level"), 4);
	cr_assert_null(harness_at(&targets_h, "chain"));
	cr_assert_str_eq(told(1),
	    " 1 second; otto; page escalated; 2 third mona; 3 boss gone"
	    "; call escalated; 4");
	cr_assert_eq(harness_incident(&targets_h, 1).assignee, OTHER_ANALYST);
	harness_must(&targets_h, LEAD, VERB_update,
	    "{'incident':'INC-1','severity':'high'}");
	do_to(1, VERB_escalate, "");
	cr_assert_str_eq(harness_events(&targets_h),
	    "incident.escalated notification.queued");
	harness_expect_rebuilt(&targets_h);
}

Test(decide_escalate, leaves_it_with_whom_it_is_with)
{
	targets_chain("second", "otto", "");
	open_one("medium");
	harness_must(
	    &targets_h, OTHER_ANALYST, VERB_assign, "{'incident':'INC-1'}");
	do_to(1, VERB_escalate, "");
	cr_assert_str_eq(harness_events(&targets_h), "incident.escalated");
	cr_assert_eq(harness_incident(&targets_h, 1).assignee, OTHER_ANALYST);
}

Test(decide_escalate, passes_over_whom_was_revoked)
{
	targets_chain("second", "otto", "");
	open_one("medium");
	harness_must(&targets_h, ADMIN, VERB_people_revoke,
	    "{'name':'otto','reason':'x'}");
	do_to(1, VERB_escalate, "");
	cr_assert_str_eq(told(1), " 1 second otto");
	cr_assert_eq(harness_incident(&targets_h, 1).assignee, 0);
}

Test(decide_escalate, by_the_clock_acknowledges_nothing)
{
	targets_chain("second", "otto", "");
	open_one("medium");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS);
	cr_assert_eq(harness_incident(&targets_h, 1).assignee, OTHER_ANALYST);
	cr_assert_eq(harness_incident(&targets_h, 1).acknowledged_ms, 0);
}

Test(decide_escalate, repeats_until_the_chain_ends)
{
	uint64_t missed;

	targets_h.config.escalation_repeat_ms = 5000;
	targets_chain("a", "otto", "");
	targets_chain("b", "lena", "");
	targets_chain("c", "otto", "");
	open_one("medium");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS);
	missed = targets_h.now_ms;
	cr_assert_eq(harness_timers(&targets_h), missed + 5000);
	act_at(missed + 5000);
	act_at(missed + 10000);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 3);
	act_at(missed + 100000);
	cr_assert_eq(harness_incident(&targets_h, 1).level, 3);
	cr_assert_str_eq(told(1),
	    " acknowledge 50 late; acknowledge 75 late; acknowledge 100; 1 a"
	    "; otto; acknowledge 100; 2 b; lena; acknowledge 100; 3 c; otto");
	harness_expect_rebuilt(&targets_h);
}

Test(decide_escalate, refuses_what_is_closed_and_who_may_not)
{
	open_one("medium");
	cr_assert_eq(harness_do(&targets_h, MANAGER, VERB_escalate,
			 "{'incident':'INC-1'}"),
	    ERR_DENIED);
	cr_assert_eq(
	    harness_do(&targets_h, LEAD, VERB_escalate, "{'incident':'INC-2'}"),
	    ERR_MISSING);
	cr_assert_eq(harness_do(&targets_h, LEAD, VERB_escalate,
			 "{'incident':'INC-1','if_revision':7}"),
	    ERR_CONFLICT);
	do_to(1, VERB_close, "'verdict':'test'");
	cr_assert_eq(
	    harness_do(&targets_h, LEAD, VERB_escalate, "{'incident':'INC-1'}"),
	    ERR_CONFLICT);
}

Test(decide_escalate, goes_up_to_a_limit)
{
	int i;

	open_one("medium");
	for (i = 0; i < LIMIT_ESCALATION_LEVEL_MAX; i++)
		do_to(1, VERB_escalate, "");
	cr_assert_eq(
	    harness_do(&targets_h, LEAD, VERB_escalate, "{'incident':'INC-1'}"),
	    ERR_CONFLICT);
	cr_assert_str_eq(targets_h.fault.field, "incident");
	act_at(targets_h.now_ms + ACKNOWLEDGE_MS + RESOLVE_MS);
	cr_assert_eq(
	    harness_incident(&targets_h, 1).level, LIMIT_ESCALATION_LEVEL_MAX);
}

/* ---- reading ---- */

TestSuite(read_target, .init = targets_begin, .fini = targets_end);

Test(read_target, lists_what_is_overdue)
{
	open_one("high");
	open_one("critical");
	targets_h.now_ms += ACKNOWLEDGE_MS / FACTOR;
	cr_assert_eq(harness_ask(&targets_h, LEAD, VERB_list, "{}"), OK);
	cr_assert_str_eq(harness_text(&targets_h, "incidents[0].id"), "INC-2");
	cr_assert(
	    cJSON_IsFalse(harness_at(&targets_h, "incidents[0].overdue")));
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_list, "{'overdue':true}"), OK);
	cr_assert_eq(harness_count(&targets_h, "incidents"), 0);
	act_at(targets_h.now_ms + 1);
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_list, "{'overdue':true}"), OK);
	cr_assert_eq(harness_count(&targets_h, "incidents"), 1);
	/* An index has them, however many others are open. */
	cr_assert_eq(harness_number(&targets_h, "visited"), 1);
	cr_assert_str_eq(harness_text(&targets_h, "incidents[0].id"), "INC-2");
	cr_assert(cJSON_IsTrue(harness_at(&targets_h, "incidents[0].overdue")));
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_list, "{'overdue':false}"), OK);
	cr_assert_eq(harness_count(&targets_h, "incidents"), 2);
	/* On hold nothing is overdue. */
	put_into(2, STATUS_on_hold);
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_list, "{'overdue':true}"), OK);
	cr_assert_eq(harness_count(&targets_h, "incidents"), 0);
}

Test(read_target, shows_each_with_its_times)
{
	open_one("high");
	targets_h.now_ms += ACKNOWLEDGE_MS + 1;
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_show, "{'incident':'INC-1'}"),
	    OK);
	cr_assert_eq(harness_count(&targets_h, "targets"), 2);
	cr_assert_str_eq(
	    harness_text(&targets_h, "targets[0].target"), "acknowledge");
	cr_assert_str_eq(
	    harness_text(&targets_h, "targets[0].state"), "overdue");
	cr_assert_eq(
	    harness_number(&targets_h, "targets[0].within_ms"), ACKNOWLEDGE_MS);
	cr_assert_eq(harness_number(&targets_h, "targets[0].used_ms"),
	    ACKNOWLEDGE_MS + 1);
	cr_assert_not_null(harness_at(&targets_h, "targets[0].due"));
	do_to(1, VERB_assign, "");
	cr_assert_eq(
	    harness_ask(&targets_h, LEAD, VERB_show, "{'incident':'INC-1'}"),
	    OK);
	cr_assert_str_eq(
	    harness_text(&targets_h, "targets[0].state"), "missed");
	cr_assert_not_null(harness_at(&targets_h, "targets[0].met"));
	cr_assert_str_eq(
	    harness_text(&targets_h, "targets[1].state"), "running");
}
