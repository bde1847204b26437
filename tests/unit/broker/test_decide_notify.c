/* Notifications: queued with what caused them, settled by a worker. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

static void
begin(void)
{
	fresh_begin();
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "page",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_low,
	    .tlp = TLP_amber,
	    .command = "/bin/page"};
	(void)harness_open(&h);
}

TestSuite(decide_notify, .init = begin, .fini = fresh_end);

#define TOKEN "07070707070707070707070707070707"

static enum err
done(uint64_t lease, const char *outcomes)
{
	return harness_do(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'notify','lease':%" PRIu64 ",'token':'" TOKEN
		    "','outcomes':[%s]}",
		lease, outcomes));
}

static uint64_t
take(void)
{
	uint64_t lease = 0;

	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_notify, 16, 7, &lease), OK);
	return lease;
}

static bool
is_done(uint64_t number)
{
	struct notification row;

	cr_assert_eq(notification_get(h.txn, number, &row), OK);
	return row.done;
}

Test(decide_notify, leases_one_at_a_time_and_notes_what_came_of_each)
{
	uint64_t lease;

	(void)harness_open(&h);
	lease = take();
	cr_assert_eq(done(lease, "{'notification':1,'detail':'exit 0'}"), OK,
	    "%s", h.fault.message);
	cr_assert_str_eq(harness_events(&h), "notification.sent job.done");
	cr_assert(is_done(1));
	cr_assert(!is_done(2));
	cr_assert_eq(done(take(), "{'notification':2,'drop':'tlp'}"), OK);
	cr_assert_str_eq(harness_events(&h), "notification.dropped job.done");
	cr_assert(is_done(2));
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_notify, 1, 7, &lease), ERR_END);
	harness_expect_rebuilt(&h);
}

Test(decide_notify, refuses_lies)
{
	static const char *const lies[] = {
	    "",
	    "{'notification':2}",
	    "{'notification':'1'}",
	    "{'notification':1},{'notification':2}",
	    "{'notification':1,'drop':'mood'}",
	    "{'notification':1,'drop':1}",
	    "{'notification':1,'detail':1}",
	    "{'notification':1,'hook':'other'}",
	    "7",
	};
	uint64_t lease = take();
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		cr_assert_eq(done(lease, lies[i]), ERR_INVALID, "%s: %s",
		    lies[i], h.fault.message);
		cr_assert(!is_done(1));
	}
	cr_assert_eq(done(lease, "{'notification':1}"), OK);
}

Test(decide_notify, bounds_the_detail)
{
	char outcome[4200];
	uint64_t lease = take();
	int i;

	for (i = 1; i >= 0; i--) {
		char detail[LIMIT_OUTCOME_DETAIL_BYTES_MAX + 2];

		memset(detail, 'x', sizeof(detail));
		detail[LIMIT_OUTCOME_DETAIL_BYTES_MAX + i] = '\0';
		(void)snprintf(outcome, sizeof(outcome),
		    "{'notification':1,'detail':'%s'}", detail);
		cr_assert_eq(done(lease, outcome), i > 0 ? ERR_TOO_LARGE : OK);
	}
}

Test(decide_notify, survives_a_worker_that_dies)
{
	(void)take();
	harness_wait(&h, (uint64_t)h.config.lease_notify_ms);
	cr_assert_str_eq(harness_events(&h), "job.expired");
	h.now_ms += (uint64_t)h.config.retry_first_ms;
	cr_assert_eq(done(take(), "{'notification':1}"), OK);
	cr_assert(is_done(1));
}
