/* people.revoke: what somebody had goes to another, or back to the queue. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

/* One incident of anna's with a task, one of nobody's where a task is hers. */
static void
begin(void)
{
	fresh_begin();
	(void)harness_open(&h);
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	harness_must(&h, ANALYST, VERB_task_add,
	    "{'incident':'INC-1','title':'T','owner':'me'}");
	harness_must(&h, LEAD, VERB_task_add,
	    "{'incident':'INC-2','title':'T','owner':'anna'}");
	harness_must(&h, LEAD, VERB_task_add,
	    "{'incident':'INC-2','title':'T','owner':'otto'}");
	harness_must(&h, LEAD, VERB_action_add,
	    "{'incident':'INC-2','title':'A','owner':'anna','due':"
	    "'2100-01-01T00:00:00Z'}");
}

TestSuite(decide_hand_over, .init = begin, .fini = fresh_end);

static uint32_t
owner_of(uint64_t incident, uint32_t number)
{
	struct incident_task task;

	cr_assert_eq(task_get(h.txn, incident, number, &task), OK);
	return task.owner;
}

static uint32_t
owner_of_action(void)
{
	struct action action;

	cr_assert_eq(action_get(h.txn, 1, &action), OK);
	return action.owner;
}

Test(decide_hand_over, gives_everything_back_to_the_queue)
{
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'anna','reason':'left'}");
	cr_assert_str_eq(harness_events(&h),
	    "people.revoked incident.assigned task.updated task.updated");
	cr_expect_eq(harness_number(&h, "incidents"), 1);
	cr_expect_eq(harness_number(&h, "tasks"), 2);
	cr_expect_eq(harness_number(&h, "actions"), 0);
	cr_expect_eq(harness_number(&h, "actions_kept"), 1);
	cr_expect(cJSON_IsFalse(harness_at(&h, "more")));
	cr_expect_eq(harness_incident(&h, 1).assignee, NOBODY);
	cr_expect_eq(owner_of(1, 1), NOBODY);
	cr_expect_eq(owner_of(2, 1), NOBODY);
	cr_expect_eq(owner_of(2, 2), OTHER_ANALYST);
	cr_expect_eq(owner_of_action(), ANALYST);
	/* `next` offers it again. */
	harness_must(&h, OTHER_ANALYST, VERB_next, "{}");
	cr_expect_str_eq(harness_text(&h, "id"), "INC-1");
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_show, "{'incident':'INC-2'}"), OK);
	harness_expect_rebuilt(&h);
}

Test(decide_hand_over, gives_everything_to_who_is_named)
{
	harness_must(&h, ADMIN, VERB_people_revoke,
	    "{'name':'anna','to':'otto','reason':'left'}");
	cr_expect_eq(harness_number(&h, "actions"), 1);
	cr_expect_eq(harness_number(&h, "actions_kept"), 0);
	cr_expect_eq(harness_incident(&h, 1).assignee, OTHER_ANALYST);
	cr_expect_eq(owner_of(1, 1), OTHER_ANALYST);
	cr_expect_eq(owner_of_action(), OTHER_ANALYST);
	harness_expect_rebuilt(&h);
}

Test(decide_hand_over, gives_nothing_to_who_may_not_have_it)
{
	static const char *const to[] = {"anna", "udo", "ghost", "worker"};
	size_t i;

	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, ADMIN, VERB_people_revoke,
			body_of(
			    "{'name':'anna','to':'%s','reason':'r'}", to[i])),
		    ERR_INVALID, "%s", to[i]);
		cr_assert_str_eq(h.fault.field, "to");
	}
	harness_must(&h, ANALYST, VERB_restrict,
	    "{'incident':'INC-1','to':['lena'],'reason':'r'}");
	harness_must(&h, ADMIN, VERB_people_revoke,
	    "{'name':'anna','to':'otto','reason':'left'}");
	cr_expect_eq(harness_incident(&h, 1).assignee, NOBODY);
	cr_expect_eq(owner_of(1, 1), NOBODY);
	cr_expect_eq(owner_of(2, 1), OTHER_ANALYST);
}

/* HANDED_OVER_MAX: 1,000. */
Test(decide_hand_over, stops_at_a_thousand_and_goes_on_when_said_again)
{
	static const char body[] = "{'name':'anna','reason':'left'}";
	int i;

	for (i = 0; i < LIMIT_HANDED_OVER_MAX - 2; i++) {
		uint64_t number = harness_open(&h);

		harness_must(&h, ANALYST, VERB_assign,
		    body_of("{'incident':'INC-%" PRIu64 "'}", number));
	}
	harness_must(&h, ADMIN, VERB_people_revoke, body);
	cr_expect_eq(harness_number(&h, "incidents"), 999);
	cr_expect_eq(harness_number(&h, "tasks"), 1);
	cr_expect(cJSON_IsTrue(harness_at(&h, "more")));
	harness_must(&h, ADMIN, VERB_people_revoke, body);
	cr_expect_eq(harness_number(&h, "tasks"), 1);
	cr_expect(cJSON_IsFalse(harness_at(&h, "more")));
	harness_must(&h, ADMIN, VERB_people_revoke, body);
	cr_expect_eq(h.kinds_count, 0);
}
