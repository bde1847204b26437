/* Leases, their ends, timers, dead letters. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

#define TOKEN "07070707070707070707070707070707"

static enum err
take(size_t max, uint64_t *lease)
{
	return harness_lease(&h, WORKER, WORKFLOW_triage, max, 7, lease);
}

static enum err
fail(uint64_t lease)
{
	return harness_do(&h, WORKER, VERB_worker_fail,
	    body_of("{'workflow':'triage','lease':%" PRIu64 ",'token':'" TOKEN
		    "','reason':'it broke'}",
		lease));
}

static struct lease
lease_of(uint64_t number)
{
	struct lease lease;

	cr_assert_eq(lease_get(h.txn, number, &lease), OK);
	return lease;
}

/* ---- leasing ---- */

TestSuite(decide_lease, .init = fresh_begin, .fini = fresh_end);

Test(decide_lease, gives_out_each_item_once_in_order)
{
	uint64_t lease;

	cr_assert_eq(take(8, &lease), ERR_END);
	(void)harness_push(&h, "wazuh", 10);
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease, 1);
	cr_assert_eq(lease_of(1).first, 1);
	cr_assert_eq(lease_of(1).last, 8);
	cr_assert_eq(lease_of(1).attempt, 0);
	cr_assert_eq(lease_of(1).worker, WORKER);
	cr_assert_eq(lease_of(1).deadline_ms,
	    h.now_ms + (uint64_t)h.config.lease_triage_ms);
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease_of(2).first, 9);
	cr_assert_eq(lease_of(2).last, 10);
	cr_assert_eq(take(8, &lease), ERR_END);
}

Test(decide_lease, holds_no_more_than_a_job_may)
{
	uint64_t lease;

	(void)harness_push(&h, "wazuh", LIMIT_JOB_ITEMS_MAX + 1);
	cr_assert_eq(take(LIMIT_JOB_ITEMS_MAX + 1, &lease), OK);
	cr_assert_eq(lease_of(lease).last, LIMIT_JOB_ITEMS_MAX);
}

Test(decide_lease, leases_what_failed_one_by_one_and_first)
{
	uint64_t lease;
	int i;

	(void)harness_push(&h, "wazuh", 3);
	cr_assert_eq(take(2, &lease), OK);
	cr_assert_eq(fail(lease), OK);
	/* Not before its time: what is fresh goes on meanwhile. */
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease_of(lease).first, 3);
	cr_assert_eq(take(8, &lease), ERR_END);
	h.now_ms += (uint64_t)h.config.retry_first_ms;
	(void)harness_push(&h, "wazuh", 1);
	for (i = 1; i <= 2; i++) {
		cr_assert_eq(take(8, &lease), OK);
		cr_assert_eq(lease_of(lease).first, (uint64_t)i);
		cr_assert_eq(lease_of(lease).last, (uint64_t)i);
		cr_assert_eq(lease_of(lease).attempt, 1);
	}
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease_of(lease).first, 4);
}

Test(decide_lease, keeps_retries_while_timers_are_held)
{
	struct decision decision;
	uint64_t lease;

	(void)harness_push(&h, "wazuh", 2);
	cr_assert_eq(take(1, &lease), OK);
	cr_assert_eq(fail(lease), OK);
	h.now_ms += 60000;
	harness_decision(&h, &decision);
	cr_assert_eq(decide_clock_jump(&decision, 60000000), OK);
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease_of(lease).first, 2);
	cr_assert_eq(take(8, &lease), ERR_END);
	harness_must(&h, ADMIN, VERB_clock_confirm, "{'reason':'x'}");
	cr_assert_eq(take(8, &lease), OK);
	cr_assert_eq(lease_of(lease).first, 1);
}

/* ---- ending ---- */

TestSuite(decide_worker, .init = fresh_begin, .fini = fresh_end);

Test(decide_worker, settles_only_its_own_lease_with_its_token)
{
	static const struct {
		uint32_t who;
		enum err err;
		const char *workflow, *lease, *token;
	} rows[] = {
	    {OTHER_WORKER, ERR_CONFLICT, "triage", "1", TOKEN},
	    {WORKER, ERR_CONFLICT, "notify", "1", TOKEN},
	    {WORKER, ERR_CONFLICT, "triage", "2", TOKEN},
	    {WORKER, ERR_CONFLICT, "triage", "0", TOKEN},
	    {WORKER, ERR_CONFLICT, "triage", "1",
		"07070707070707070707070707070708"},
	    {WORKER, ERR_CONFLICT, "triage", "1", "0707"},
	    {WORKER, ERR_CONFLICT, "triage", "1", "zz"},
	    {WORKER, OK, "triage", "1", TOKEN},
	    /* It has ended. */
	    {WORKER, ERR_CONFLICT, "triage", "1", TOKEN},
	};
	uint64_t lease;
	size_t i, verb;

	for (verb = 0; verb < 2; verb++) {
		fresh_end();
		fresh_begin();
		(void)harness_push(&h, "wazuh", 1);
		cr_assert_eq(take(1, &lease), OK);
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			(void)harness_do(&h, rows[i].who,
			    verb == 0 ? VERB_worker_done : VERB_worker_fail,
			    body_of("{'workflow':'%s','lease':%s,"
				    "'token':'%s',%s}",
				rows[i].workflow, rows[i].lease, rows[i].token,
				verb == 0 ? "'outcomes':[{'alert':'ALR-1',"
					    "'format':'x','fault':'y'}]"
					  : "'reason':'x'"));
			cr_assert_eq(h.err, rows[i].err, "row %zu: %s", i,
			    h.fault.message);
			if (h.err != OK)
				cr_assert(
				    strstr(h.fault.message,
					"is not yours or has ended") != NULL);
		}
	}
}

Test(decide_worker, may_still_finish_after_the_deadline_until_it_expires)
{
	uint64_t lease;

	(void)harness_push(&h, "wazuh", 2);
	cr_assert_eq(take(1, &lease), OK);
	h.now_ms += (uint64_t)h.config.lease_triage_ms * 2;
	cr_assert_eq(fail(lease), OK);
	cr_assert_eq(take(1, &lease), OK);
	harness_wait(&h, (uint64_t)h.config.lease_triage_ms);
	cr_assert_str_eq(harness_events(&h), "job.expired");
	cr_assert_eq(fail(lease), ERR_CONFLICT);
}

/* ---- timers and retries ---- */

TestSuite(decide_timers, .init = fresh_begin, .fini = fresh_end);

Test(decide_timers, says_when_the_next_is_due)
{
	uint64_t lease, deadline;

	cr_assert_eq(harness_timers(&h), 0);
	(void)harness_push(&h, "wazuh", 1);
	cr_assert_eq(take(1, &lease), OK);
	deadline = lease_of(lease).deadline_ms;
	cr_assert_eq(harness_timers(&h), deadline);
	cr_assert_eq(h.kinds_count, 0);
	h.now_ms = deadline - 1;
	cr_assert_eq(harness_timers(&h), deadline);
	cr_assert_eq(h.kinds_count, 0);
	h.now_ms = deadline;
	(void)harness_timers(&h);
	cr_assert_str_eq(harness_events(&h), "job.expired");
	/* Now its retry is next. */
	cr_assert_eq(
	    harness_timers(&h), h.now_ms + (uint64_t)h.config.retry_first_ms);
}

Test(decide_timers, acts_on_no_more_than_fit_and_comes_back)
{
	uint64_t lease;
	size_t i;

	(void)harness_push(&h, "wazuh", DECISION_EVENTS_MAX + 3);
	for (i = 0; i < DECISION_EVENTS_MAX + 3; i++)
		cr_assert_eq(take(1, &lease), OK);
	h.now_ms += (uint64_t)h.config.lease_triage_ms;
	cr_assert_eq(harness_timers(&h), h.now_ms);
	cr_assert_eq(h.kinds_count, DECISION_EVENTS_MAX);
	cr_assert_gt(harness_timers(&h), h.now_ms);
	cr_assert_eq(h.kinds_count, 3);
}

Test(decide_timers, does_nothing_while_held)
{
	struct decision decision;
	uint64_t lease;

	(void)harness_push(&h, "wazuh", 1);
	cr_assert_eq(take(1, &lease), OK);
	harness_decision(&h, &decision);
	cr_assert_eq(decide_clock_jump(&decision, 1), OK);
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	h.now_ms += (uint64_t)h.config.lease_triage_ms;
	cr_assert_eq(harness_timers(&h), 0);
	cr_assert_eq(h.kinds_count, 0);
}

Test(decide_timers, waits_twice_as_long_each_time_up_to_an_hour)
{
	uint64_t lease, expected = 1000;
	struct retry retry;
	uint32_t i;

	h.config.retry_first_ms = 1000;
	h.config.retry_attempts = 20;
	(void)harness_push(&h, "wazuh", 1);
	for (i = 1; i < 20; i++) {
		cr_assert_eq(take(1, &lease), OK);
		cr_assert_eq(fail(lease), OK);
		cr_assert_eq(retry_get(h.txn, WORKFLOW_triage, 1, &retry), OK);
		cr_assert_eq(retry.attempts, i);
		cr_assert_eq(retry.due_ms - h.now_ms, expected, "%u", i);
		cr_assert(!retry.dead);
		h.now_ms = retry.due_ms;
		expected = expected * 2 > 3600000 ? 3600000 : expected * 2;
	}
	cr_assert_eq(take(1, &lease), OK);
	cr_assert_eq(fail(lease), OK);
	cr_assert_eq(retry_get(h.txn, WORKFLOW_triage, 1, &retry), OK);
	cr_assert(retry.dead);
}

/* ---- dead letters ---- */

TestSuite(decide_jobs_retry, .init = fresh_begin, .fini = fresh_end);

/* Lets `count` fresh alerts die at their first failure. */
static void
kill_alerts(size_t count)
{
	uint64_t lease;
	size_t left = count;

	h.config.retry_attempts = 1;
	(void)harness_push(&h, "wazuh", count);
	while (left > 0) {
		size_t now =
		    left < LIMIT_JOB_ITEMS_MAX ? left : LIMIT_JOB_ITEMS_MAX;

		cr_assert_eq(take(now, &lease), OK);
		cr_assert_eq(fail(lease), OK);
		left -= now;
	}
}

Test(decide_jobs_retry, gives_one_or_all_another_try)
{
	struct alert alert;
	uint64_t lease;

	kill_alerts(3);
	cr_assert_eq(take(1, &lease), ERR_END);
	cr_assert_eq(alert_get(h.txn, 2, &alert), OK);
	cr_assert_eq(alert.disposition, DISPOSITION_failed);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_jobs_retry,
			 "{'workflow':'triage','item':9}"),
	    ERR_MISSING);
	cr_assert_str_eq(h.fault.field, "item");
	harness_must(
	    &h, ANALYST, VERB_jobs_retry, "{'workflow':'triage','item':2}");
	cr_assert_eq(harness_number(&h, "retried"), 1);
	/* It is dead no more. */
	cr_assert_eq(harness_do(&h, ANALYST, VERB_jobs_retry,
			 "{'workflow':'triage','item':2}"),
	    ERR_MISSING);
	cr_assert_eq(take(1, &lease), OK);
	cr_assert_eq(lease_of(lease).first, 2);
	harness_must(&h, ADMIN, VERB_jobs_retry, "{'workflow':'triage'}");
	cr_assert_eq(harness_number(&h, "retried"), 2);
	cr_assert(cJSON_IsFalse(harness_at(&h, "more")));
	harness_must(&h, ADMIN, VERB_jobs_retry, "{'workflow':'triage'}");
	cr_assert_eq(harness_number(&h, "retried"), 0);
	cr_assert_eq(h.kinds_count, 0);
	harness_expect_rebuilt(&h);
}

/* RETRIED_ITEMS_MAX: 1,000 of them in an entry. */
Test(decide_jobs_retry, spreads_many_over_several_entries)
{
	kill_alerts(1001);
	harness_must(&h, ADMIN, VERB_jobs_retry, "{'workflow':'triage'}");
	cr_assert_eq(harness_number(&h, "retried"), 1001);
	cr_assert_str_eq(harness_events(&h), "job.retried job.retried");
}

Test(decide_jobs_retry, triages_what_was_dead)
{
	kill_alerts(1);
	harness_must(&h, ADMIN, VERB_jobs_retry, "{'workflow':'triage'}");
	cr_assert_eq(triage_one(&h, 1, (struct told){.cluster = 1}).disposition,
	    DISPOSITION_opened);
}
