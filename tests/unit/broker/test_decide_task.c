/* task.add, task.update, task.list, and what a mandatory task holds up. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

TestSuite(decide_task, .init = fresh_begin, .fini = fresh_end);

static void
add(const char *more)
{
	harness_must(&h, ANALYST, VERB_task_add,
	    body_of("{'incident':'INC-1','title':'T'%s}", more));
}

/* The change, as ANALYST. */
static enum err
change(const char *more)
{
	return harness_do(&h, ANALYST, VERB_task_update,
	    body_of("{'incident':'INC-1','task':1%s}", more));
}

static struct incident_task
task_of(uint64_t incident, uint32_t number)
{
	struct incident_task task;

	cr_assert_eq(task_get(h.txn, incident, number, &task), OK);
	return task;
}

Test(decide_task, adds_and_says_which_number_it_has)
{
	(void)harness_open(&h);
	add(",'owner':'otto','due':'2026-01-31T00:00:00Z','mandatory':true");
	cr_expect_str_eq(harness_events(&h), "task.added");
	cr_expect_eq(harness_number(&h, "task"), 1);
	cr_expect_eq(harness_number(&h, "revision"), 2);
	cr_expect_eq(task_of(1, 1).owner, OTHER_ANALYST);
	cr_expect_eq(task_of(1, 1).due_ms, 1769817600000);
	cr_expect(task_of(1, 1).mandatory);
	add("");
	cr_expect_eq(harness_number(&h, "task"), 2);
	cr_expect_eq(task_of(1, 2).owner, 0);
	cr_assert_eq(
	    harness_ask(&h, MANAGER, VERB_show, "{'incident':'INC-1'}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 2);
	cr_expect_str_eq(harness_text(&h, "tasks[0].title"), "T");
	cr_expect_str_eq(harness_text(&h, "tasks[0].owner"), "otto");
	harness_expect_rebuilt(&h);
}

Test(decide_task, refuses_what_says_nothing_and_owners_who_do_not_work)
{
	(void)harness_open(&h);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_task_add,
			 "{'incident':'INC-1','title':' '}"),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "title");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_task_add,
			 "{'incident':'INC-1','title':'T','owner':'nobody1'}"),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "owner");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_task_add,
			 "{'incident':'INC-1','title':'T','owner':'wazuh1'}"),
	    ERR_INVALID);
	cr_expect_eq(harness_incident(&h, 1).revision, 1);
}

Test(decide_task, takes_as_many_as_may_be_and_not_one_more)
{
	int i;

	(void)harness_open(&h);
	for (i = 0; i < LIMIT_TASKS_MAX; i++)
		add("");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_task_add,
			 "{'incident':'INC-1','title':'T'}"),
	    ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "100 tasks"));
	cr_expect_eq(harness_incident(&h, 1).tasks, LIMIT_TASKS_MAX);
	/* All of them are shown, and all can be changed. */
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_task_list, "{'incident':'INC-1'}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), LIMIT_TASKS_MAX);
	harness_must(&h, LEAD, VERB_task_update,
	    "{'incident':'INC-1','task':100,'status':'done'}");
}

Test(decide_task, changes_only_what_changes)
{
	(void)harness_open(&h);
	add(",'due':'2026-01-31T00:00:00Z'");
	cr_assert_eq(change(""), OK);
	cr_expect_eq(h.kinds_count, 0);
	cr_assert_eq(change(",'status':'waiting','owner':'none'"), OK);
	cr_expect_eq(h.kinds_count, 0);
	cr_assert_eq(change(",'owner':'otto','no_due':true,'title':'U'"), OK);
	cr_expect_str_eq(harness_events(&h), "task.updated");
	cr_expect_eq(task_of(1, 1).owner, OTHER_ANALYST);
	cr_expect_eq(task_of(1, 1).due_ms, 0);
	cr_expect_eq(change(",'title':''"), ERR_INVALID);
	cr_expect_eq(
	    change(",'due':'2026-01-31T00:00:00Z','no_due':true"), ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "no_due");
	harness_expect_rebuilt(&h);
}

Test(decide_task, belongs_to_who_begins_it)
{
	(void)harness_open(&h);
	add("");
	cr_assert_eq(change(",'status':'in_progress'"), OK);
	cr_expect_eq(task_of(1, 1).owner, ANALYST);
	cr_assert_eq(change(",'status':'in_progress','owner':'none'"), OK);
	cr_expect_eq(task_of(1, 1).owner, 0);
	add(",'owner':'otto'");
	harness_must(&h, ANALYST, VERB_task_update,
	    "{'incident':'INC-1','task':2,'status':'in_progress'}");
	cr_expect_eq(task_of(1, 2).owner, OTHER_ANALYST);
}

Test(decide_task, says_which_it_does_not_have)
{
	(void)harness_open(&h);
	cr_expect_eq(change(",'status':'done'"), ERR_MISSING);
	cr_expect_str_eq(h.fault.field, "task");
	cr_expect_not_null(strstr(h.fault.message, "INC-1 has no task 1"));
}

Test(decide_task, minds_the_revision_of_its_incident)
{
	(void)harness_open(&h);
	add("");
	cr_expect_eq(change(",'status':'done','if_revision':1"), ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "if_revision");
	cr_expect_eq(change(",'status':'done','if_revision':2"), OK);
	cr_expect_eq(harness_incident(&h, 1).revision, 3);
}

Test(decide_task, holds_up_the_close_of_its_incident_when_mandatory)
{
	static const char close[] = "{'incident':'INC-1','verdict':'test'}";

	(void)harness_open(&h);
	add("");
	add(",'mandatory':true");
	cr_expect_eq(harness_do(&h, LEAD, VERB_close, close), ERR_CONFLICT);
	cr_expect_not_null(
	    strstr(h.fault.message, "task 2 of INC-1 is mandatory"));
	cr_expect_eq(h.kinds_count, 0);
	/* Not to do it needs its reason. */
	cr_expect_eq(harness_do(&h, ANALYST, VERB_task_update,
			 "{'incident':'INC-1','task':2,'status':'cancelled'}"),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "reason");
	harness_must(&h, ANALYST, VERB_task_update,
	    "{'incident':'INC-1','task':2,'status':'cancelled','reason':'R'}");
	harness_must(&h, LEAD, VERB_close, close);
	/* The other one is open still, and comes back with the incident. */
	cr_expect_eq(change(",'status':'done'"), ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "reopen"));
	harness_must(
	    &h, LEAD, VERB_reopen, "{'incident':'INC-1','reason':'x'}");
	cr_expect_eq(change(",'status':'done'"), OK);
}

Test(decide_task, goes_with_its_incident_into_another)
{
	(void)harness_open(&h);
	(void)harness_open(&h);
	add(",'mandatory':true,'owner':'otto'");
	harness_must(
	    &h, LEAD, VERB_merge, "{'incident':'INC-1','into':'INC-2'}");
	/* A new one is the other's; the old one is still called INC-1's. */
	add("");
	cr_expect_eq(harness_incident(&h, 2).tasks, 1);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_task_list, "{'incident':'INC-1'}"), OK);
	cr_expect_str_eq(harness_text(&h, "id"), "INC-2");
	cr_expect_eq(harness_count(&h, "tasks"), 2);
	cr_expect_str_eq(harness_text(&h, "tasks[1].incident"), "INC-1");
	cr_assert_eq(harness_ask(&h, LEAD, VERB_task_list,
			 "{'incident':'INC-1','own':true}"),
	    OK);
	cr_expect_eq(harness_count(&h, "tasks"), 1);
	cr_assert_eq(harness_ask(&h, OTHER_ANALYST, VERB_task_list, "{}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 1);
	cr_expect_eq(harness_do(&h, LEAD, VERB_close,
			 "{'incident':'INC-2','verdict':'test'}"),
	    ERR_CONFLICT);
	cr_expect_not_null(
	    strstr(h.fault.message, "task 1 of INC-1 is mandatory"));
	cr_expect_eq(change(",'status':'done'"), OK);
	cr_expect_eq(harness_incident(&h, 1).tasks_open, 0);
	harness_must(
	    &h, LEAD, VERB_close, "{'incident':'INC-2','verdict':'test'}");
	harness_expect_rebuilt(&h);
}

Test(decide_task, of_a_restricted_incident_is_for_those_named)
{
	(void)harness_open(&h);
	add(",'owner':'otto'");
	harness_must(&h, LEAD, VERB_restrict,
	    "{'incident':'INC-1','to':['mona'],'reason':'x'}");
	cr_expect_eq(change(",'status':'done'"), ERR_MISSING);
	cr_expect_eq(
	    harness_ask(&h, AUDITOR, VERB_task_list, "{'incident':'INC-1'}"),
	    ERR_MISSING);
	cr_assert_eq(harness_ask(&h, OTHER_ANALYST, VERB_task_list, "{}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 0);
	/* Nor may it be given to who may not see it. */
	cr_expect_eq(harness_do(&h, LEAD, VERB_task_add,
			 "{'incident':'INC-1','title':'T','owner':'otto'}"),
	    ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "owner");
	harness_must(&h, LEAD, VERB_task_update,
	    "{'incident':'INC-1','task':1,'status':'on_hold'}");
	cr_expect_eq(harness_do(&h, LEAD, VERB_task_update,
			 "{'incident':'INC-1','task':1,'owner':'anna'}"),
	    ERR_CONFLICT);
}

Test(decide_task, lists_by_owner_page_by_page)
{
	char next[CURSOR_TEXT_MAX];

	(void)harness_open(&h);
	add(",'owner':'me','due':'2026-01-31T00:00:00Z'");
	add(",'owner':'me'");
	add("");
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_task_list, "{}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 2);
	cr_expect_eq(harness_number(&h, "tasks[0].task"), 1);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_task_list, "{'owner':'none'}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 1);
	cr_expect_eq(
	    harness_ask(&h, LEAD, VERB_task_list, "{'owner':'nobody1'}"),
	    ERR_INVALID);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_task_list, "{'limit':1}"), OK);
	cr_expect_eq(harness_count(&h, "tasks"), 1);
	(void)strcpy(next, harness_text(&h, "next"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_task_list,
			 body_of("{'limit':1,'cursor':'%s'}", next)),
	    OK);
	cr_expect_eq(harness_number(&h, "tasks[0].task"), 2);
	cr_expect_str_eq(harness_text(&h, "next"), "");
	cr_expect_eq(
	    harness_ask(&h, ANALYST, VERB_task_list, "{'cursor':'63ab'}"),
	    ERR_INVALID);
}

/* ---- overdue ---- */

/* What the timers did, as of so much later. */
static const char *
after(uint64_t ms)
{
	harness_wait(&h, ms);
	return harness_events(&h);
}

Test(decide_task, tells_once_that_it_is_overdue_and_anew_of_another_time)
{
	static const char due[] = ",'due':'1970-01-20T16:14:00Z'";

	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){
	    .name = "page", .tlp = TLP_red, .mail_to = "a@b.example"};
	h.config.hooks[0].on[OCCASION_overdue] = true;
	(void)harness_open(&h);
	add(due);
	cr_expect_str_eq(after(1000), "");
	h.now_ms = 1700040000;
	cr_expect_str_eq(after(1000), "task.overdue notification.queued");
	cr_expect_str_eq(after(1000), "");
	cr_expect(task_of(1, 1).overdue);
	cr_expect_eq(harness_incident(&h, 1).revision, 2);
	cr_assert_eq(change(",'due':'1970-01-20T16:15:00Z'"), OK);
	cr_expect_not(task_of(1, 1).overdue);
	h.now_ms = 1700100000;
	cr_expect_str_eq(after(1000), "task.overdue notification.queued");
	harness_expect_rebuilt(&h);
}

Test(decide_task, is_not_overdue_once_it_is_done_or_its_incident_closed)
{
	static const char due[] = ",'due':'1970-01-20T16:14:00Z'";

	(void)harness_open(&h);
	(void)harness_open(&h);
	add(due);
	add("");
	harness_must(&h, ANALYST, VERB_task_add,
	    body_of("{'incident':'INC-2','title':'T'%s}", due));
	cr_assert_eq(change(",'status':'done'"), OK);
	harness_must(
	    &h, ANALYST, VERB_close, "{'incident':'INC-2','verdict':'test'}");
	h.now_ms = 1700100000;
	cr_expect_str_eq(after(1000), "");
	/* Taken up again, its time is over at once. */
	harness_must(
	    &h, ANALYST, VERB_reopen, "{'incident':'INC-2','reason':'r'}");
	cr_expect_str_eq(after(1000), "task.overdue");
	cr_assert_eq(change(",'status':'waiting'"), OK);
	cr_expect_str_eq(after(1000), "task.overdue");
	harness_expect_rebuilt(&h);
}
