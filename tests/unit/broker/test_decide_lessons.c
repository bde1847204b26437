/* review.update, action.add, action.update, and actions that are overdue. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"
#include "tests/unit/broker/fresh_harness.h"

static void
begin(void)
{
	fresh_begin();
	(void)harness_open(&h);
}

/* An action that is due so much later. */
static void
add(uint32_t who, uint64_t in_ms, const char *more)
{
	char due[TIME_TEXT_MAX];

	harness_must(&h, who, VERB_action_add,
	    body_of("{'incident':'INC-1','title':'Rotate keys','due':'%s'%s}",
		time_format((int64_t)(h.now_ms + in_ms), due), more));
}

static struct action
action(uint64_t number)
{
	struct action found;

	cr_assert_eq(action_get(h.txn, number, &found), OK);
	return found;
}

static enum err
update(uint32_t who, const char *fields)
{
	return harness_do(&h, who, VERB_action_update,
	    body_of("{'action':'ACT-1',%s}", fields));
}

TestSuite(action_add, .init = begin, .fini = fresh_end_rebuilt);

Test(action_add, gives_numbers_in_a_row_and_the_actor_as_owner)
{
	add(ANALYST, 1000000, "");
	cr_assert_str_eq(harness_text(&h, "id"), "ACT-1");
	cr_assert_str_eq(harness_text(&h, "incident"), "INC-1");
	cr_assert_str_eq(harness_events(&h), "action.added");
	add(MANAGER, 1000000, ",'owner':'anna'");
	cr_assert_str_eq(harness_text(&h, "id"), "ACT-2");
	cr_assert_eq(action(1).owner, ANALYST);
	cr_assert_eq(action(2).owner, ANALYST);
	cr_assert_eq(action(2).added_by, MANAGER);
	cr_assert_eq(action(2).status, ACTION_proposed);
}

Test(action_add, refuses_a_time_that_is_over_and_owners_that_could_not)
{
	static const struct {
		const char *fields, *field;
	} rows[] = {
	    {"'due':'1970-01-02T00:00:00Z'", "due"},
	    {"'due':'1970-01-01T00:00:00Z'", "due"},
	    {"'due':'2100-01-01T00:00:00Z','owner':'nobody-here'", "owner"},
	    {"'due':'2100-01-01T00:00:00Z','owner':'rita'", "owner"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(harness_do(&h, ANALYST, VERB_action_add,
				 body_of("{'incident':'INC-1','title':'x',%s}",
				     rows[i].fields)),
		    ERR_INVALID, "%s", rows[i].fields);
		cr_assert_str_eq(h.fault.field, rows[i].field);
	}
}

TestSuite(action_update, .init = begin, .fini = fresh_end_rebuilt);

Test(action_update, follows_the_table_and_names_where_it_may_go)
{
	static const char *const ways[ACTION_COUNT] = {
	    [ACTION_proposed] = "",
	    [ACTION_approved] = "approved",
	    [ACTION_in_progress] = "approved in_progress",
	    [ACTION_done] = "approved done",
	    [ACTION_effective] = "approved done effective",
	    [ACTION_not_effective] = "approved done not_effective",
	};
	uint64_t number = 0;
	int from, to;

	for (from = 0; from < ACTION_COUNT; from++)
		for (to = 0; to < ACTION_COUNT; to++) {
			char way[64], *word, *rest = way;
			bool may = from == to ||
				   action_may_become((enum action_status)from,
				       (enum action_status)to);

			add(LEAD, 1000000, "");
			number++;
			(void)snprintf(way, sizeof(way), "%s", ways[from]);
			while ((word = strsep(&rest, " ")) != NULL)
				if (word[0] != '\0')
					harness_must(&h, LEAD,
					    VERB_action_update,
					    body_of("{'action':'ACT-%" PRIu64
						    "','status':'%s'}",
						number, word));
			cr_assert_eq((int)action(number).status, from);
			(void)harness_do(&h, LEAD, VERB_action_update,
			    body_of("{'action':'ACT-%" PRIu64
				    "','status':'%s'}",
				number, words_name(WORDS_ACTION, to)));
			cr_assert_eq(h.err, may ? OK : ERR_CONFLICT);
			cr_assert_eq(
			    (int)action(number).status, may ? to : from);
			if (!may)
				cr_assert_not_null(
				    strstr(h.fault.message, "may go to "));
		}
}

Test(action_update, leaves_approval_and_judgement_to_leads_and_managers)
{
	add(ANALYST, 1000000, "");
	cr_assert_eq(update(ANALYST, "'status':'approved'"), ERR_DENIED);
	cr_assert_eq(update(MANAGER, "'status':'approved'"), OK);
	cr_assert_eq(update(ANALYST, "'status':'in_progress'"), OK);
	cr_assert_eq(update(ANALYST, "'status':'done'"), OK);
	cr_assert_eq(update(ANALYST, "'status':'effective'"), ERR_DENIED);
	cr_assert_eq(update(ANALYST, "'status':'not_effective'"), ERR_DENIED);
	cr_assert_eq(update(LEAD, "'status':'not_effective'"), OK);
}

Test(action_update, says_nothing_where_nothing_changes)
{
	add(ANALYST, 1000000, "");
	cr_assert_eq(update(ANALYST, "'status':'proposed','owner':'anna'"), OK);
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(harness_number(&h, "revision"), 1);
	cr_assert_eq(update(ANALYST, "'comment':' '"), OK);
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(update(ANALYST, "'comment':'half of them'"), OK);
	cr_assert_str_eq(harness_events(&h), "action.updated");
	cr_assert_eq(update(ANALYST, "'title':' '"), ERR_INVALID);
	cr_assert_eq(
	    update(ANALYST, "'if_revision':1,'comment':'x'"), ERR_CONFLICT);
	cr_assert_eq(update(ANALYST, "'if_revision':2,'comment':'x'"), OK);
}

Test(action_update, is_unknown_to_who_may_not_see_its_incident)
{
	add(ANALYST, 1000000, "");
	harness_must(&h, LEAD, VERB_restrict,
	    "{'incident':'INC-1','reason':'it concerns an employee'}");
	cr_assert_eq(update(OTHER_ANALYST, "'comment':'x'"), ERR_MISSING);
	cr_assert_str_eq(
	    h.fault.message, "there is no ACT-1, or you may not know of it");
	cr_assert_eq(
	    harness_ask(&h, OTHER_ANALYST, VERB_action_list, "{}"), OK);
	cr_assert_eq(harness_count(&h, "actions"), 0);
	cr_assert_eq(harness_ask(&h, LEAD, VERB_action_list, "{}"), OK);
	cr_assert_eq(harness_count(&h, "actions"), 1);
}

TestSuite(action_overdue, .init = begin, .fini = fresh_end_rebuilt);

Test(action_overdue, is_told_of_once_and_hooks_hear_of_it)
{
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "page",
	    .on[OCCASION_overdue] = true,
	    .severity = SEVERITY_low};
	add(ANALYST, 100000, "");
	harness_wait(&h, 90000);
	cr_assert_not(action(1).overdue);
	harness_wait(&h, 20000);
	cr_assert(action(1).overdue);
	cr_assert_str_eq(
	    harness_events(&h), "action.overdue notification.queued");
	harness_wait(&h, 1000000);
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_action_list, "{'overdue':true}"), OK);
	cr_assert_str_eq(harness_text(&h, "actions[0].id"), "ACT-1");
	/* Carried out in time, or given more of it: nothing to tell. */
	cr_assert_eq(update(LEAD, "'due':'2100-01-01T00:00:00Z'"), OK);
	harness_wait(&h, 1000);
	cr_assert_eq(h.kinds_count, 0);
}

TestSuite(review_update, .init = begin, .fini = fresh_end_rebuilt);

Test(review_update, is_drafted_at_close_and_approved_by_a_lead_or_a_manager)
{
	harness_must(&h, ANALYST, VERB_review_update,
	    "{'incident':'INC-1','went_well':'The filter','cost':1200}");
	cr_assert_str_eq(harness_text(&h, "review"), "draft");
	cr_assert_eq(harness_do(&h, LEAD, VERB_review_update,
			 "{'incident':'INC-1','approve':true}"),
	    ERR_CONFLICT);
	harness_must(
	    &h, ANALYST, VERB_close, "{'incident':'INC-1','verdict':'test'}");
	cr_assert_str_eq(harness_events(&h), "incident.closed review.drafted");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_review_update,
			 "{'incident':'INC-1','approve':true}"),
	    ERR_DENIED);
	harness_must(&h, MANAGER, VERB_review_update,
	    "{'incident':'INC-1','approve':true}");
	cr_assert_str_eq(harness_text(&h, "review"), "approved");
	/* Approved twice is approved once. */
	harness_must(&h, LEAD, VERB_review_update,
	    "{'incident':'INC-1','approve':true}");
	cr_assert_eq(h.kinds_count, 0);
	harness_must(&h, ANALYST, VERB_review_update,
	    "{'incident':'INC-1','went_badly':'The call tree'}");
	cr_assert_str_eq(harness_text(&h, "review"), "draft");
	cr_assert_eq(
	    harness_ask(&h, AUDITOR, VERB_review, "{'incident':'INC-1'}"), OK);
	cr_assert_str_eq(harness_text(&h, "review.went_well"), "The filter");
	cr_assert_str_eq(
	    harness_text(&h, "review.went_badly"), "The call tree");
	cr_assert_eq(harness_number(&h, "review.cost"), 1200);
}

Test(review_update, approves_nothing_that_is_empty)
{
	harness_must(
	    &h, ANALYST, VERB_close, "{'incident':'INC-1','verdict':'test'}");
	cr_assert_eq(harness_do(&h, LEAD, VERB_review_update,
			 "{'incident':'INC-1','approve':true}"),
	    ERR_CONFLICT);
	harness_must(&h, LEAD, VERB_review_update,
	    "{'incident':'INC-1','approve':true,'to_improve':'x'}");
}
