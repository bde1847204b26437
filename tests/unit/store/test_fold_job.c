#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fresh_world.h"

static void
begin(void)
{
	fresh_begin();
	world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
	    "{'source':'wazuh','n':10}", NULL);
}

TestSuite(fold_job, .init = begin, .fini = fresh_end);

static void
lease(uint64_t number, unsigned first, unsigned last, unsigned attempt)
{
	world_fold(&world, EVENT_job_leased, WORKER, job(number),
	    facts_of("{'workflow':'triage','first':%u,'last':%u,'worker':3,"
		     "'token':'000102030405060708090a0b0c0d0e0f',"
		     "'for_ms':5000,'attempt':%u}",
		first, last, attempt),
	    NULL);
}

static void
end(enum event kind, uint64_t number, unsigned retry_ms)
{
	world.time_ms += 100;
	world_fold(&world, kind, WORKER, job(number),
	    facts_of("{'workflow':'triage','retry_ms':%u}", retry_ms), NULL);
}

static struct workflow_row
row_of(enum workflow workflow)
{
	struct workflow_row row;

	cr_assert_eq(workflow_get(world_txn(&world), workflow, &row), OK);
	return row;
}

static void
expect(uint64_t leased, uint64_t retrying, uint64_t dead, uint64_t done,
    uint64_t failed)
{
	struct workflow_row row = row_of(WORKFLOW_triage);

	cr_assert_eq(row.leased, leased, "leased %d", (int)row.leased);
	cr_assert_eq(row.retrying, retrying, "retrying %d", (int)row.retrying);
	cr_assert_eq(row.dead, dead, "dead %d", (int)row.dead);
	cr_assert_eq(row.done, done, "done %d", (int)row.done);
	cr_assert_eq(row.failed, failed, "failed %d", (int)row.failed);
}

struct timers {
	struct timer_row rows[32];
	size_t count;
};

static bool
timer_add(void *arg, const struct timer_row *row)
{
	struct timers *timers = arg;

	timers->rows[timers->count++] = *row;
	return timers->count < 32;
}

static struct timers
timers_of(void)
{
	struct timers timers = {.count = 0};

	for (int timer = TIMER_LEASE; timer < TIMER_END; timer++)
		cr_assert_eq(timer_each(world_txn(&world), (enum timer)timer,
				 timer_add, &timers),
		    OK);
	return timers;
}

static struct retry
retry_of(uint64_t item)
{
	struct retry retry;

	cr_assert_eq(
	    retry_get(world_txn(&world), WORKFLOW_triage, item, &retry), OK);
	return retry;
}

static enum disposition
disposition_of(uint64_t number)
{
	struct alert alert;

	cr_assert_eq(alert_get(world_txn(&world), number, &alert), OK);
	return alert.disposition;
}

static bool
count_lease(void *arg, const struct lease *row)
{
	size_t *count = arg;

	cr_assert_gt(row->number, 0);
	*count += 1;
	return true;
}

static bool
count_retry(void *arg, const struct retry *row)
{
	size_t *count = arg;

	cr_assert_eq(row->workflow, WORKFLOW_triage);
	*count += 1;
	return *count < 2;
}

Test(fold_job, begins_with_everything_to_do)
{
	struct workflow_row row = row_of(WORKFLOW_triage);

	cr_assert_eq(row.frontier, 1);
	cr_assert_eq(row.last, 10);
	row = row_of(WORKFLOW_notify);
	cr_assert_eq(row.frontier, 1);
	cr_assert_eq(row.last, 0);
	expect(0, 0, 0, 0, 0);
}

Test(fold_job, leases_a_range)
{
	struct lease row;
	struct timers timers;
	size_t count = 0;

	lease(1, 1, 4, 0);
	cr_assert_eq(lease_get(world.txn, 1, &row), OK);
	cr_assert_eq(row.workflow, WORKFLOW_triage);
	cr_assert_eq(row.first, 1);
	cr_assert_eq(row.last, 4);
	cr_assert_eq(row.worker, WORKER);
	cr_assert_eq(row.token[15], 15);
	cr_assert_eq(row.deadline_ms, WORLD_TIME_MS + 5000);
	cr_assert_eq(row.attempt, 0);
	cr_assert_eq(row_of(WORKFLOW_triage).frontier, 5);
	expect(4, 0, 0, 0, 0);
	timers = timers_of();
	cr_assert_eq(timers.count, 1);
	cr_assert_eq(timers.rows[0].timer, TIMER_LEASE);
	cr_assert_eq(timers.rows[0].a, 1);
	cr_assert_eq(timers.rows[0].due_ms, WORLD_TIME_MS + 5000);
	lease(2, 5, 5, 0);
	cr_assert_eq(lease_each(world.txn, count_lease, &count), OK);
	cr_assert_eq(count, 2);
}

Test(fold_job, is_done)
{
	struct lease row;

	lease(1, 1, 4, 0);
	end(EVENT_job_done, 1, 0);
	expect(0, 0, 0, 4, 0);
	cr_assert_eq(timers_of().count, 0);
	cr_assert_eq(lease_get(world.txn, 1, &row), ERR_MISSING);
	cr_assert_eq(
	    world_try(&world, EVENT_job_done, WORKER, job(1), "{}", NULL),
	    ERR_CORRUPT);
}

Test(fold_job, fails_item_by_item)
{
	struct timers timers;
	size_t count = 0;

	lease(1, 2, 4, 0);
	end(EVENT_job_failed, 1, 1000);
	expect(0, 3, 0, 0, 3);
	timers = timers_of();
	cr_assert_eq(timers.count, 3);
	cr_assert_eq(timers.rows[0].timer, TIMER_RETRY);
	cr_assert_eq(timers.rows[0].a, WORKFLOW_triage);
	cr_assert_eq(timers.rows[0].b, 2);
	cr_assert_eq(timers.rows[0].due_ms, WORLD_TIME_MS + 1100);
	cr_assert_eq(retry_of(3).attempts, 1);
	cr_assert_eq(retry_of(3).due_ms, WORLD_TIME_MS + 1100);
	cr_assert_eq(retry_of(3).seq, world.position.seq);
	cr_assert_not(retry_of(3).dead);
	cr_assert_eq(
	    retry_each(world.txn, WORKFLOW_triage, 3, count_retry, &count), OK);
	cr_assert_eq(count, 2);

	lease(2, 3, 3, 1);
	expect(1, 2, 0, 0, 3);
	cr_assert_eq(timers_of().count, 3);
	cr_assert_eq(row_of(WORKFLOW_triage).frontier, 5);
	end(EVENT_job_expired, 2, 2000);
	cr_assert_eq(retry_of(3).attempts, 2);
	expect(0, 3, 0, 0, 4);
	cr_assert_eq(disposition_of(3), DISPOSITION_waiting);
}

Test(fold_job, ends_as_a_dead_letter)
{
	struct alert alert;

	lease(1, 1, 1, 0);
	end(EVENT_job_failed, 1, 0);
	expect(0, 0, 1, 0, 1);
	cr_assert(retry_of(1).dead);
	cr_assert_eq(timers_of().count, 0);
	cr_assert_eq(disposition_of(1), DISPOSITION_failed);
	cr_assert_eq(alert_get(world.txn, 1, &alert), OK);
	cr_assert_eq(alert.status, ALERT_STATUS_new);
}

Test(fold_job, is_retried_by_people)
{
	lease(1, 1, 2, 0);
	end(EVENT_job_failed, 1, 0);
	expect(0, 0, 2, 0, 2);
	world.time_ms += 50;
	world_fold(&world, EVENT_job_retried, ANALYST, job(0),
	    "{'workflow':'triage','items':[2,9]}", NULL);
	expect(0, 1, 1, 0, 2);
	cr_assert_eq(retry_of(2).attempts, 0);
	cr_assert_eq(retry_of(2).due_ms, world.time_ms);
	cr_assert_eq(timers_of().count, 1);
	cr_assert_eq(disposition_of(1), DISPOSITION_failed);
	cr_assert_eq(disposition_of(2), DISPOSITION_waiting);
	/* What is not dead is left alone. */
	world.time_ms += 50;
	world_fold(&world, EVENT_job_retried, ANALYST, job(0),
	    "{'workflow':'triage','items':[2]}", NULL);
	cr_assert_eq(retry_of(2).due_ms, world.time_ms - 50);
	lease(2, 2, 2, 1);
	end(EVENT_job_done, 2, 0);
	expect(0, 0, 1, 1, 2);
	cr_assert_eq(timers_of().count, 0);
}

Test(fold_job, triages_an_alert_again)
{
	struct retry retry;

	world_fold(
	    &world, EVENT_alert_requeued, ANALYST, alr(1, 0), "{}", NULL);
	cr_assert_eq(retry_get(world.txn, WORKFLOW_triage, 1, &retry),
	    ERR_MISSING, "it waits for its first triage");
	lease(1, 1, 1, 0);
	world_fold(&world, EVENT_alert_triaged, WORKER, alr(1, 0),
	    "{'disposition':'unreadable','parts':[]}", NULL);
	end(EVENT_job_done, 1, 0);
	world_fold(
	    &world, EVENT_alert_requeued, ANALYST, alr(1, 0), "{}", NULL);
	cr_assert_eq(retry_of(1).attempts, 0);
	cr_assert_eq(retry_of(1).due_ms, world.time_ms);
	cr_assert_eq(disposition_of(1), DISPOSITION_waiting);
	expect(0, 1, 0, 1, 0);
	/* Asked for twice, it is done once. */
	world.time_ms += 10;
	world_fold(
	    &world, EVENT_alert_requeued, ANALYST, alr(1, 0), "{}", NULL);
	expect(0, 1, 0, 1, 0);
	cr_assert_eq(timers_of().count, 1);
}

Test(fold_job, revives_a_dead_alert_that_is_requeued)
{
	lease(1, 1, 1, 0);
	end(EVENT_job_failed, 1, 0);
	world_fold(
	    &world, EVENT_alert_requeued, ANALYST, alr(1, 0), "{}", NULL);
	expect(0, 1, 0, 0, 1);
	cr_assert_not(retry_of(1).dead);
	cr_assert_eq(disposition_of(1), DISPOSITION_waiting);
}

Test(fold_job, refuses_what_makes_no_sense)
{
	static const char *const facts[] = {
	    "{'first':4,'last':5}",
	    "{'workflow':'cooking','first':4,'last':5}",
	    "{'workflow':'triage','last':5}",
	    "{'workflow':'triage','first':4,'last':3}",
	    "{'workflow':'triage','first':2,'last':4}",
	    "{'workflow':'triage','first':4,'last':132}",
	    "{'workflow':'triage','first':4,'last':5,'attempt':1}",
	    "{'workflow':'triage','first':4,'token':'00'}",
	};

	lease(1, 1, 3, 0);
	world_commit(&world);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		cr_assert_eq(world_try(&world, EVENT_job_leased, WORKER, job(2),
				 facts[i], NULL),
		    ERR_CORRUPT, "%s", facts[i]);
		world_abort(&world);
	}
	cr_assert_eq(world_try(&world, EVENT_job_retried, ANALYST, job(0),
			 "{'items':[1]}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	cr_assert_eq(world_try(&world, EVENT_job_retried, ANALYST, job(0),
			 "{'workflow':'triage','items':['1']}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	world_fold(&world, EVENT_job_leased, WORKER, job(2),
	    "{'workflow':'triage','first':4,'last':131}", NULL);
}

Test(fold_job, keeps_the_outbox)
{
	struct notification row;

	world_fold(&world, EVENT_incident_opened, WORKER, inc(1), "{}", NULL);
	world_fold(&world, EVENT_notification_queued, 0, note(1),
	    "{'hook':'mail','on':'opened','incident':'INC-1'}", NULL);
	world_fold(&world, EVENT_notification_queued, 0, note(2),
	    "{'hook':'chat','on':'assigned','incident':'INC-1'}", NULL);
	cr_assert_eq(notification_get(world.txn, 1, &row), OK);
	cr_assert_str_eq(row.hook, "mail");
	cr_assert_eq(row.on, OCCASION_opened);
	cr_assert_not(row.done);
	cr_assert_eq(row.incident, 1);
	cr_assert_eq(row.queued_ms, WORLD_TIME_MS);
	cr_assert_eq(row_of(WORKFLOW_notify).last, 2);
	world_fold(&world, EVENT_notification_sent, WORKER, note(1),
	    "{'hook':'mail','incident':'INC-1'}", NULL);
	world_fold(&world, EVENT_notification_dropped, 0, note(2),
	    "{'hook':'chat','incident':'INC-1','reason':'tlp'}", NULL);
	cr_assert_eq(notification_get(world.txn, 1, &row), OK);
	cr_assert(row.done);
	cr_assert_eq(notification_get(world.txn, 2, &row), OK);
	cr_assert(row.done);
	cr_assert_eq(row.on, OCCASION_assigned);
	cr_assert_eq(notification_get(world.txn, 3, &row), ERR_MISSING);
	cr_assert_eq(world_try(&world, EVENT_notification_sent, WORKER, note(3),
			 "{}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
}

Test(fold_job, survives_a_restart)
{
	lease(1, 1, 2, 0);
	end(EVENT_job_failed, 1, 0);
	lease(2, 3, 4, 0);
	world_commit(&world);
	world_reopen(&world);
	expect(2, 0, 2, 0, 2);
	cr_assert_eq(row_of(WORKFLOW_triage).frontier, 5);
	cr_assert_eq(timers_of().count, 1);
}
