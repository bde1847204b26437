/* Tasks: what facts make of them, and who finds them. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/unit/store/fresh_world.h"

enum { FOUND_MAX = 256 };

static struct {
	struct incident_task tasks[FOUND_MAX];
	size_t count;
} found;

TestSuite(fold_task, .init = fresh_begin, .fini = fresh_end);

static void
open_one(uint64_t number)
{
	world_fold(&world, EVENT_incident_opened, ANALYST, inc(number),
	    "{'severity':'high'}", NULL);
}

static void
add(uint64_t incident, unsigned task, const char *more)
{
	world_fold(&world, EVENT_task_added, ANALYST, inc(incident),
	    facts_of("{'task':%u%s}", task, more), "{'title':'T'}");
}

static bool
take(void *arg, const struct incident_task *task)
{
	(void)arg;
	cr_assert_lt(found.count, FOUND_MAX);
	found.tasks[found.count++] = *task;
	return true;
}

/* Those that the owner finds; in all pages of `page` rows. */
static size_t
find(uint32_t owner, size_t page)
{
	char next[CURSOR_TEXT_MAX] = "", cursor[CURSOR_TEXT_MAX];
	size_t visited;

	found.count = 0;
	do {
		memcpy(cursor, next, sizeof(cursor));
		cr_assert_eq(task_open_each(world_txn(&world), owner, cursor,
				 page, take, NULL, next, &visited),
		    OK);
	} while (next[0] != '\0');
	return found.count;
}

static struct incident
incident_of(uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(world_txn(&world), number, &incident), OK);
	return incident;
}

Test(fold_task, keeps_what_was_said_and_counts)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	struct incident_task task;

	open_one(1);
	add(1, 1, ",'owner':2,'due':77,'mandatory':true");
	cr_assert_eq(task_get(world_txn(&world), 1, 1, &task), OK);
	cr_expect_eq(task.status, TASK_STATUS_waiting);
	cr_expect(task.mandatory);
	cr_expect_eq(task.owner, 2);
	cr_expect_eq(task.added_by, ANALYST);
	cr_expect_eq(task.due_ms, 77);
	cr_expect_eq(task.added_ms, world.time_ms);
	cr_assert_eq(task_title(world.txn, 1, 1, title), OK);
	cr_expect_str_eq(title, "T");
	cr_expect_eq(incident_of(1).tasks, 1);
	cr_expect_eq(incident_of(1).tasks_open, 1);
	cr_expect_eq(incident_of(1).tasks_mandatory, 1);
	cr_expect_eq(incident_of(1).revision, 2);
}

Test(fold_task, ends_and_begins_anew)
{
	struct incident_task task;

	open_one(1);
	add(1, 1, ",'due':77,'mandatory':true");
	world_fold(&world, EVENT_task_updated, ANALYST, inc(1),
	    "{'task':1,'from':'waiting','to':'done','no_due':true}", NULL);
	cr_assert_eq(task_get(world_txn(&world), 1, 1, &task), OK);
	cr_expect_eq(task.ended_ms, world.time_ms);
	cr_expect_eq(task.due_ms, 0);
	cr_expect_eq(incident_of(1).tasks_open, 0);
	cr_expect_eq(incident_of(1).tasks_mandatory, 0);
	cr_expect_eq(find(0, 9), 0);
	world_fold(&world, EVENT_task_updated, ANALYST, inc(1),
	    "{'task':1,'to':'waiting','owner':2}", NULL);
	cr_assert_eq(task_get(world_txn(&world), 1, 1, &task), OK);
	cr_expect_eq(task.ended_ms, 0);
	cr_expect_eq(incident_of(1).tasks_mandatory, 1);
	cr_expect_eq(find(2, 9), 1);
}

Test(fold_task, refuses_a_number_that_does_not_follow)
{
	open_one(1);
	cr_expect_eq(world_try(&world, EVENT_task_added, ANALYST, inc(1),
			 "{'task':2}", NULL),
	    ERR_CORRUPT);
	cr_expect_eq(world_try(&world, EVENT_task_updated, ANALYST, inc(1),
			 "{'task':1,'to':'done'}", NULL),
	    ERR_CORRUPT);
	add(1, 1, "");
	cr_expect_eq(world_try(&world, EVENT_task_updated, ANALYST, inc(1),
			 "{'task':4294967297,'to':'done'}", NULL),
	    ERR_CORRUPT);
}

Test(fold_task, is_found_by_its_owner_those_due_first_first)
{
	size_t page;

	open_one(1);
	open_one(2);
	add(1, 1, ",'owner':2");
	add(1, 2, ",'owner':2,'due':300");
	add(2, 1, ",'owner':2,'due':200");
	add(2, 2, ",'owner':1,'due':100");
	for (page = 1; page < 5; page++) {
		cr_assert_eq(find(2, page), 3);
		cr_expect_eq(found.tasks[0].due_ms, 200);
		cr_expect_eq(found.tasks[1].due_ms, 300);
		cr_expect_eq(found.tasks[2].due_ms, 0);
	}
	cr_expect_eq(find(1, 9), 1);
	cr_expect_eq(find(0, 9), 0);
}

Test(fold_task, refuses_a_cursor_of_another_list)
{
	char next[CURSOR_TEXT_MAX];
	size_t visited;

	cr_expect_eq(task_open_each(world_txn(&world), 2, "63ab", 9, take, NULL,
			 next, &visited),
	    ERR_INVALID);
}

Test(fold_task, is_not_found_while_its_incident_is_not_worked)
{
	open_one(1);
	open_one(2);
	add(1, 1, ",'owner':2");
	add(2, 1, ",'owner':2");
	world_fold(&world, EVENT_incident_merged, ANALYST, inc(1),
	    "{'from':'new','other':'INC-2'}", NULL);
	cr_expect_eq(find(2, 9), 2);
	world_fold(&world, EVENT_incident_closed, ANALYST, inc(2),
	    "{'verdict':'test','impact':'none'}", NULL);
	cr_expect_eq(find(2, 9), 0);
	/* What is taken out of it goes on. */
	world_fold(&world, EVENT_incident_unmerged, ANALYST, inc(1),
	    "{'to':'new','other':'INC-2'}", NULL);
	cr_expect_eq(find(2, 9), 1);
	cr_expect_eq(found.tasks[0].incident, 1);
	world_fold(&world, EVENT_incident_reopened, ANALYST, inc(2),
	    "{'to':'triage'}", NULL);
	cr_expect_eq(find(2, 9), 2);
}

/* Whatever happened: found are those that are open, in what is worked. */
Test(task_open_each, finds_each_while_it_is_to_be_done)
{
	uint64_t seed, number;

	for (seed = 1; seed <= 4; seed++) {
		struct counters counters;
		size_t expected = 0, listed = 0;
		uint32_t owner, i;

		world_init(&world);
		world_history(&world, seed, 600);
		cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
		for (number = 1; number <= counters.incidents; number++) {
			struct incident incident = incident_of(number), root;
			uint32_t open = 0;

			cr_assert_eq(
			    incident_resolve(world.txn, number, &root), OK);
			for (i = 1; i <= incident.tasks; i++) {
				struct incident_task task;

				cr_assert_eq(
				    task_get(world.txn, number, i, &task), OK);
				open += task_is_open(task.status);
			}
			cr_expect_eq(incident.tasks_open, open);
			if (status_is_open(root.status))
				expected += open;
		}
		for (owner = 0; owner < 3; owner++)
			listed += find(owner, FOUND_MAX);
		cr_expect_gt(expected, 0);
		cr_expect_eq(listed, expected, "seed %" PRIu64, seed);
		world_fini(&world);
	}
}
