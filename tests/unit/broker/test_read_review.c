/* review and report: times with their entries, pages, what was similar. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

/* Bounds of the broker's answers, private to it. */
enum {
	ACTIONS_SHOWN_MAX = 100,
	SIMILAR_SHOWN_MAX = 10,
	SHARED_SHOWN_MAX = 5,
	OBSERVED_ENTRIES_MAX = 500,
};

static void
observed(const char *title, const char *more)
{
	harness_must(&h, ANALYST, VERB_open,
	    body_of("{'title':'%s','observables':[{'type':'ipv4','value':"
		    "'192.0.2.1'}]%s}",
		title, more));
}

TestSuite(read_review, .init = fresh_begin, .fini = fresh_end);

Test(read_review, has_each_time_with_the_entries_that_it_comes_from)
{
	uint64_t opened;

	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'a','occurred':'1970-01-02T00:00:00Z'}");
	opened = h.head.seq;
	h.now_ms += 60000;
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	h.now_ms += 60000;
	harness_must(
	    &h, ANALYST, VERB_move, "{'incident':'INC-1','to':'contained'}");
	harness_must_ask(&h, MANAGER, VERB_review, "{'incident':'INC-1'}");
	cr_assert_str_eq(harness_text(&h, "times[0].time"), "ttd");
	cr_assert_eq(
	    harness_number(&h, "times[0].from.entry"), (int64_t)opened);
	cr_assert_str_eq(harness_text(&h, "times[1].time"), "tta");
	cr_assert_eq(
	    harness_number(&h, "times[1].from.entry"), (int64_t)opened);
	cr_assert_eq(
	    harness_number(&h, "times[1].to.entry"), (int64_t)opened + 1);
	cr_assert_geq(harness_number(&h, "times[1].ms"), 60000);
	cr_assert_lt(harness_number(&h, "times[1].ms"), 65000);
	cr_assert_eq(
	    harness_number(&h, "times[3].to.entry"), (int64_t)opened + 2);
	cr_assert_null(harness_at(&h, "times[4].to"));
	cr_assert_null(harness_at(&h, "times[4].ms"));
	cr_assert_eq(harness_number(&h, "as_of.entry"), (int64_t)h.head.seq);
	cr_assert_eq(strlen(harness_text(&h, "as_of.head")), 64);
}

Test(read_review, depends_on_nothing_but_the_position)
{
	char *first, *second;

	(void)harness_open(&h);
	harness_must_ask(&h, LEAD, VERB_report, "{'incident':'INC-1'}");
	first = cJSON_PrintUnformatted(h.answer);
	h.now_ms += 1000000000;
	harness_must_ask(&h, LEAD, VERB_report, "{'incident':'INC-1'}");
	second = cJSON_PrintUnformatted(h.answer);
	cr_assert_str_eq(first, second);
	cJSON_free(first);
	cJSON_free(second);
}

Test(read_review, finds_what_was_similar_before_but_nothing_restricted)
{
	observed("First", "");
	observed("Secret", "");
	harness_must(&h, LEAD, VERB_restrict,
	    "{'incident':'INC-2','reason':'an employee'}");
	observed("Red", ",'tlp':'red','techniques':['t1566']");
	harness_must(
	    &h, ANALYST, VERB_open, "{'title':'Other','techniques':['t1566']}");
	observed("Now", ",'techniques':['t1566']");
	observed("Later", "");
	harness_must_ask(&h, LEAD, VERB_review, "{'incident':'INC-5'}");
	cr_assert_eq(harness_count(&h, "similar"), 3);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-3");
	cr_assert(cJSON_IsTrue(harness_at(&h, "similar[0].withheld")));
	cr_assert_null(harness_at(&h, "similar[0].title"));
	cr_assert_str_eq(harness_text(&h, "similar[1].id"), "INC-1");
	cr_assert_str_eq(harness_text(&h, "similar[1].title"), "First");
	cr_assert_str_eq(
	    harness_text(&h, "similar[1].shared.observables[0].value"),
	    "192.0.2.1");
	cr_assert_str_eq(harness_text(&h, "similar[2].id"), "INC-4");
	cr_assert_str_eq(
	    harness_text(&h, "similar[2].shared.techniques[0]"), "t1566");
}

Test(read_review, hides_what_is_restricted)
{
	(void)harness_open(&h);
	harness_must(&h, LEAD, VERB_restrict,
	    "{'incident':'INC-1','reason':'an employee'}");
	cr_assert_eq(
	    harness_ask(&h, MANAGER, VERB_review, "{'incident':'INC-1'}"),
	    ERR_MISSING);
	cr_assert_eq(
	    harness_ask(&h, AUDITOR, VERB_report, "{'incident':'INC-1'}"),
	    ERR_MISSING);
	harness_must_ask(&h, LEAD, VERB_report, "{'incident':'INC-1'}");
}

Test(read_review, shows_no_more_actions_than_it_may)
{
	int i;

	(void)harness_open(&h);
	for (i = 0; i < ACTIONS_SHOWN_MAX; i++)
		harness_must(&h, LEAD, VERB_action_add,
		    "{'incident':'INC-1','title':'x','due':"
		    "'2100-01-01T00:00:00Z'}");
	harness_must_ask(&h, LEAD, VERB_review, "{'incident':'INC-1'}");
	cr_assert_eq(harness_count(&h, "actions"), ACTIONS_SHOWN_MAX);
	cr_assert_null(harness_at(&h, "actions_more"));
	harness_must(&h, LEAD, VERB_action_add,
	    "{'incident':'INC-1','title':'x','due':'2100-01-01T00:00:00Z'}");
	harness_must_ask(&h, LEAD, VERB_review, "{'incident':'INC-1'}");
	cr_assert_eq(harness_count(&h, "actions"), ACTIONS_SHOWN_MAX);
	cr_assert(cJSON_IsTrue(harness_at(&h, "actions_more")));
}

Test(read_review, shows_the_newest_of_many_that_are_alike)
{
	static const char six[] =
	    ",'observables':[{'type':'ipv4','value':'192.0.2.1'},"
	    "{'type':'ipv4','value':'192.0.2.2'},{'type':'ipv4','value':"
	    "'192.0.2.3'},{'type':'ipv4','value':'192.0.2.4'},"
	    "{'type':'ipv4','value':'192.0.2.5'},{'type':'ipv4','value':"
	    "'192.0.2.6'}]";
	int i;

	for (i = 0; i <= SIMILAR_SHOWN_MAX + 1; i++)
		harness_must(
		    &h, ANALYST, VERB_open, body_of("{'title':'x'%s}", six));
	harness_must_ask(&h, LEAD, VERB_review,
	    body_of("{'incident':'INC-%d'}", SIMILAR_SHOWN_MAX + 2));
	cr_assert_eq(harness_count(&h, "similar"), SIMILAR_SHOWN_MAX);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-11");
	cr_assert_eq(harness_count(&h, "similar[0].shared.observables"),
	    SHARED_SHOWN_MAX);
	cr_assert_eq(harness_number(&h, "similar[0].shared.observables_count"),
	    SHARED_SHOWN_MAX + 1);
}

Test(read_review, gathers_observables_from_so_many_entries)
{
	int i;

	(void)harness_open(&h);
	for (i = 2; i < OBSERVED_ENTRIES_MAX; i++)
		harness_must(&h, ANALYST, VERB_comment,
		    "{'incident':'INC-1','text':'c'}");
	for (i = 1; i <= 2; i++) {
		harness_must(&h, ANALYST, VERB_update,
		    body_of("{'incident':'INC-1','observables':[{'type':"
			    "'ipv4','value':'192.0.2.%d'}]}",
			i));
		harness_must_ask(&h, LEAD, VERB_review, "{'incident':'INC-1'}");
		cr_assert_eq(harness_count(&h, "observables"), 1);
	}
	cr_assert_str_eq(harness_text(&h, "observables[0].value"), "192.0.2.1");
	cr_assert(cJSON_IsTrue(harness_at(&h, "observables_more")));
}

TestSuite(read_report, .init = fresh_begin, .fini = fresh_end);

Test(read_report, pages_its_timeline_as_of_the_first_page)
{
	char cursor[64];
	int i;

	(void)harness_open(&h);
	for (i = 0; i < 4; i++)
		harness_must(&h, ANALYST, VERB_comment,
		    body_of("{'incident':'INC-1','text':'c%d'}", i));
	harness_must_ask(
	    &h, LEAD, VERB_report, "{'incident':'INC-1','limit':2}");
	cr_assert_eq(harness_count(&h, "timeline"), 2);
	(void)snprintf(cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	harness_must(&h, ANALYST, VERB_comment,
	    "{'incident':'INC-1','text':'too late'}");
	harness_must_ask(&h, LEAD, VERB_report,
	    body_of("{'incident':'INC-1','cursor':'%s'}", cursor));
	cr_assert_eq(harness_count(&h, "timeline"), 3);
	cr_assert_str_eq(harness_text(&h, "timeline[2].text.text"), "c3");
	cr_assert_null(harness_at(&h, "next"));
	cr_assert_null(harness_at(&h, "times"));
}

Test(read_report, refuses_a_cursor_of_something_else)
{
	(void)harness_open(&h);
	cr_assert_eq(harness_ask(&h, LEAD, VERB_report,
			 "{'incident':'INC-1','cursor':'12'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "cursor");
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_action_list, "{'cursor':'9.1.1'}"),
	    ERR_INVALID);
}

TestSuite(read_action_list, .init = fresh_begin, .fini = fresh_end);

Test(read_action_list, has_the_first_due_first_page_by_page)
{
	static const char *const due[] = {"2102", "2101", "2103"};
	char cursor[64];
	size_t i;

	(void)harness_open(&h);
	for (i = 0; i < 3; i++)
		harness_must(&h, LEAD, VERB_action_add,
		    body_of("{'incident':'INC-1','title':'in %s','due':"
			    "'%s-01-01T00:00:00Z'}",
			due[i], due[i]));
	harness_must(&h, LEAD, VERB_action_update,
	    "{'action':'ACT-1','status':'approved'}");
	harness_must(
	    &h, LEAD, VERB_action_update, "{'action':'ACT-1','status':'done'}");
	harness_must_ask(&h, LEAD, VERB_action_list, "{'all':true,'limit':2}");
	cr_assert_str_eq(harness_text(&h, "actions[0].id"), "ACT-2");
	cr_assert_str_eq(harness_text(&h, "actions[1].id"), "ACT-3");
	(void)snprintf(cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	harness_must_ask(&h, LEAD, VERB_action_list,
	    body_of("{'all':true,'cursor':'%s'}", cursor));
	cr_assert_eq(harness_count(&h, "actions"), 1);
	cr_assert_str_eq(harness_text(&h, "actions[0].id"), "ACT-1");
	cr_assert_str_eq(harness_text(&h, "actions[0].title"), "in 2102");
	harness_must_ask(&h, LEAD, VERB_action_list, "{'status':'approved'}");
	cr_assert_eq(harness_count(&h, "actions"), 0);
	harness_must_ask(
	    &h, LEAD, VERB_action_list, "{'incident':'INC-1','owner':'me'}");
	cr_assert_eq(harness_count(&h, "actions"), 3);
}
