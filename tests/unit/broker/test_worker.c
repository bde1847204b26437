#include <criterion/criterion.h>

#include "broker/worker.h"

enum { NOW = 1000, BOTH = 1u << WORKFLOW_triage | 1u << WORKFLOW_notify };

static struct holding
lease_of(enum workflow workflow, uint64_t number)
{
	struct holding holding = {
	    .lease = number, .until_ms = NOW + 500, .workflow = workflow};

	memset(holding.token, (int)number, sizeof(holding.token));
	return holding;
}

static void
give(struct worker *worker, enum workflow workflow, uint64_t number)
{
	struct holding holding = lease_of(workflow, number);

	worker_hold(worker, &holding);
}

Test(worker, takes_what_it_runs_while_it_has_credit)
{
	struct worker worker = {
	    .workflows = 1u << WORKFLOW_triage, .credit = 1};

	cr_expect(worker_takes(&worker, WORKFLOW_triage, NOW));
	cr_expect_not(worker_takes(&worker, WORKFLOW_notify, NOW));
	worker.credit = 0;
	cr_expect_not(worker_takes(&worker, WORKFLOW_triage, NOW));
}

Test(worker, takes_triage_jobs_ahead_and_notifications_one_at_a_time)
{
	struct worker worker = {.workflows = BOTH, .credit = 8};

	worker.asking[WORKFLOW_triage] = 2;
	give(&worker, WORKFLOW_triage, 1);
	cr_expect_eq(worker_in_hand(&worker, WORKFLOW_triage, NOW), 3);
	cr_expect(worker_takes(&worker, WORKFLOW_triage, NOW));
	cr_expect(worker_takes(&worker, WORKFLOW_notify, NOW));
	worker.asking[WORKFLOW_notify] = 1;
	cr_expect_not(worker_takes(&worker, WORKFLOW_notify, NOW));
	worker.asking[WORKFLOW_notify] = 0;
	give(&worker, WORKFLOW_notify, 2);
	cr_expect_not(worker_takes(&worker, WORKFLOW_notify, NOW));
}

Test(worker, takes_the_next_notification_once_the_last_has_run_out)
{
	struct worker worker = {.workflows = BOTH, .credit = 8};

	give(&worker, WORKFLOW_notify, 1);
	cr_expect_not(worker_takes(&worker, WORKFLOW_notify, NOW + 499));
	cr_expect(worker_takes(&worker, WORKFLOW_notify, NOW + 500));
}

Test(worker, counts_what_is_ahead_and_forgets_what_has_run_out)
{
	struct worker worker = {.workflows = BOTH};
	struct holding old = lease_of(WORKFLOW_triage, 9);

	old.until_ms = NOW;
	worker_hold(&worker, &old);
	give(&worker, WORKFLOW_triage, 1);
	give(&worker, WORKFLOW_notify, 2);
	worker.asking[WORKFLOW_triage] = 3;
	cr_expect_eq(worker_ahead(&worker, NOW), 5);
	cr_expect_eq(worker.holdings_count, 2);
	cr_expect_not(worker_let_go(&worker, 9));
	cr_expect(worker_let_go(&worker, 1));
	cr_expect_eq(worker_ahead(&worker, NOW), 4);
}

Test(worker, holds_a_lease_by_its_token_alone)
{
	struct worker worker = {.number = 1};

	give(&worker, WORKFLOW_triage, 10);
	cr_expect_null(worker_holding(&worker, 10, ""));
	cr_expect_null(
	    worker_holding(&worker, 10, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
	cr_expect_null(
	    worker_holding(&worker, 11, "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"));
	cr_expect_eq(
	    worker_holding(&worker, 10, "0A0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a")
		->lease,
	    10);
}

Test(worker, has_room_for_as_many_as_its_credit_can_be)
{
	struct worker worker = {.credit = LIMIT_WORKER_CREDIT_MAX - 1};
	uint64_t i;

	worker_credit_back(&worker);
	worker_credit_back(&worker);
	cr_expect_eq(worker.credit, LIMIT_WORKER_CREDIT_MAX);
	for (i = 1; i <= LIMIT_WORKER_CREDIT_MAX + 1; i++)
		give(&worker, WORKFLOW_triage, i);
	cr_expect_eq(worker.holdings_count, LIMIT_WORKER_CREDIT_MAX);
}
