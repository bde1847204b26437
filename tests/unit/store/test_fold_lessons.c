/* Corrective actions, reviews, and the entries that an incident's times name. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "tests/unit/store/fresh_world.h"

static void
open_one(void)
{
	world_fold(&world, EVENT_incident_opened, ANALYST, inc(1),
	    "{'revision':1,'severity':'high'}", "{'title':'t'}");
}

static void
begin(void)
{
	fresh_begin();
	open_one();
}

static struct ref
act(uint64_t number)
{
	return (struct ref){SUBJECT_ACTION, 0, number};
}

static struct action
action(uint64_t number)
{
	struct action found;

	cr_assert_eq(action_get(world_txn(&world), number, &found), OK);
	return found;
}

static void
add(uint64_t number, uint64_t due)
{
	world_fold(&world, EVENT_action_added, ANALYST, act(number),
	    facts_of("{'revision':1,'incident':'INC-1','owner':2,"
		     "'due':%" PRIu64 "}",
		due),
	    "{'title':'Rotate the keys'}");
}

static void
update(const char *facts)
{
	world_fold(&world, EVENT_action_updated, ANALYST, act(1), facts, NULL);
}

static bool
count_timer(void *arg, const struct timer_row *row)
{
	(void)row;
	++*(unsigned *)arg;
	return true;
}

static unsigned
timers(void)
{
	unsigned count = 0;

	cr_assert_eq(
	    timer_each(world_txn(&world), TIMER_ACTION, count_timer, &count),
	    OK);
	return count;
}

TestSuite(fold_action, .init = begin, .fini = fresh_end);

Test(fold_action, has_a_timer_until_it_is_told_of_or_carried_out)
{
	add(1, 5000000);
	add(2, 6000000);
	cr_assert_eq(timers(), 2);
	world_fold(&world, EVENT_action_overdue, 0, act(1),
	    "{'incident':'INC-1'}", NULL);
	cr_assert(action(1).overdue);
	cr_assert_eq(timers(), 1);
	/* Back to work: that it is overdue was told. */
	update("{'incident':'INC-1','to':'done'}");
	update("{'incident':'INC-1','to':'in_progress'}");
	cr_assert_eq(timers(), 1);
	/* Another time is another matter. */
	update("{'incident':'INC-1','due':7000000}");
	cr_assert_not(action(1).overdue);
	cr_assert_eq(timers(), 2);
	update("{'incident':'INC-1','to':'done'}");
	cr_assert_eq(timers(), 1);
	cr_assert_neq(action(1).finished_ms, 0);
}

Test(fold_action, keeps_its_text_where_a_change_says_nothing_of_it)
{
	const char *json;
	size_t len;

	add(1, 5000000);
	world_fold(&world, EVENT_action_updated, ANALYST, act(1),
	    "{'incident':'INC-1'}", "{'comment':'half of them'}");
	cr_assert_eq(action_text(world_txn(&world), 1, &json, &len), OK);
	cr_assert_eq(len, sizeof("{\"title\":\"Rotate the keys\","
				 "\"comment\":\"half of them\"}") -
			      1);
	cr_assert_eq(action(1).revision, 2);
}

Test(fold_action, is_numbered_upwards_and_belongs_to_an_incident)
{
	add(1, 5000000);
	cr_assert_eq(world_try(&world, EVENT_action_added, ANALYST, act(1),
			 "{'incident':'INC-1'}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	begin();
	cr_assert_eq(world_try(&world, EVENT_action_added, ANALYST, act(1),
			 "{'due':1}", NULL),
	    ERR_CORRUPT);
}

TestSuite(fold_review, .init = begin, .fini = fresh_end);

Test(fold_review, is_a_draft_again_when_it_is_changed_or_closed_anew)
{
	struct review review;

	cr_assert_eq(review_get(world_txn(&world), 1, &review), ERR_MISSING);
	cr_assert_eq(review.state, REVIEW_draft);
	world_fold(&world, EVENT_review_updated, ANALYST, inc(1),
	    "{'revision':2,'text':['went_well','to_improve'],'cost':900,"
	    "'approved':true}",
	    "{'went_well':'W','to_improve':'I'}");
	cr_assert_eq(review_get(world_txn(&world), 1, &review), OK);
	cr_assert_eq(review.state, REVIEW_approved);
	cr_assert_eq(review.approved_by, ANALYST);
	cr_assert_eq(review.texts, 1u << 2 | 1u << 4);
	cr_assert(review.costed);
	cr_assert_eq(review.cost, 900);
	world_fold(&world, EVENT_review_drafted, ANALYST, inc(1), "{}", NULL);
	cr_assert_eq(review_get(world_txn(&world), 1, &review), OK);
	cr_assert_eq(review.state, REVIEW_draft);
	cr_assert_eq(review.approved_by, 0);
	cr_assert_eq(review.texts, 1u << 2 | 1u << 4);
}

Test(fold_incident, names_the_entry_that_each_time_comes_from)
{
	struct incident incident;
	uint64_t opened;

	open_one();
	opened = world.position.seq;
	world_fold(&world, EVENT_incident_updated, ANALYST, inc(1),
	    "{'occurred':5}", NULL);
	world_fold(&world, EVENT_incident_moved, ANALYST, inc(1),
	    "{'to':'contained'}", NULL);
	world_fold(&world, EVENT_incident_closed, ANALYST, inc(1),
	    "{'verdict':'test'}", NULL);
	cr_assert_eq(incident_get(world_txn(&world), 1, &incident), OK);
	cr_assert_eq(incident.opened_seq, opened);
	cr_assert_eq(incident.detected_seq, opened);
	cr_assert_eq(incident.occurred_seq, opened + 1);
	cr_assert_eq(incident.acknowledged_seq, opened + 2);
	cr_assert_eq(incident.triaged_seq, opened + 2);
	cr_assert_eq(incident.contained_seq, opened + 2);
	cr_assert_eq(incident.resolved_seq, opened + 3);
	cr_assert_eq(incident.closed_seq, opened + 3);
	world_fold(&world, EVENT_incident_reopened, ANALYST, inc(1),
	    "{'to':'triage'}", NULL);
	cr_assert_eq(incident_get(world_txn(&world), 1, &incident), OK);
	cr_assert_eq(incident.closed_seq, 0);
	cr_assert_eq(incident.resolved_seq, opened + 3);
}
