/* list, mine, show. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

/* The ids of a list, joined by blanks. */
static const char *
ids(void)
{
	static char out[4096];
	char path[64];
	int i;

	out[0] = '\0';
	for (i = 0; i < harness_count(&h, "incidents"); i++) {
		(void)snprintf(path, sizeof(path), "incidents[%d].id", i);
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    "%s%s", i > 0 ? " " : "", harness_text(&h, path));
	}
	return out;
}

/* ---- every verb ---- */

TestSuite(read, .init = fresh_begin, .fini = fresh_end);

Test(read, answers_every_verb_of_its_effect)
{
	static const struct {
		enum verb verb;
		const char *body;
	} bodies[] = {
	    {VERB_list, "{}"},
	    {VERB_mine, "{}"},
	    {VERB_show, "{'incident':'INC-1'}"},
	    {VERB_review, "{'incident':'INC-1'}"},
	    {VERB_report, "{'incident':'INC-1'}"},
	    {VERB_report_weekly, "{}"},
	    {VERB_action_list, "{}"},
	    {VERB_alert_list, "{}"},
	    {VERB_alert_show, "{'alert':'ALR-1'}"},
	    {VERB_alert_outcome, "{'alert':'ALR-1'}"},
	    {VERB_find, "{'value':'192.0.2.1'}"},
	    {VERB_jobs, "{}"},
	    {VERB_whoami, "{}"},
	    {VERB_status, "{}"},
	    {VERB_people_list, "{}"},
	    {VERB_token_list, "{}"},
	    {VERB_silence_list, "{}"},
	    {VERB_source_list, "{}"},
	    {VERB_source_show, "{'source':'wazuh'}"},
	    {VERB_handover, "{}"},
	    {VERB_task_list, "{}"},
	    {VERB_file_list, "{'incident':'INC-1'}"},
	};
	size_t i, reads = 0;

	for (i = 0; i < VERB_COUNT; i++)
		/* file.read wants bytes on a disk: test_cli_64_files.py. */
		reads += verb_row((enum verb)i)->effect == EFFECT_READ &&
			 i != VERB_file_read;
	cr_assert_eq(reads, sizeof(bodies) / sizeof(bodies[0]));
	(void)harness_open(&h);
	(void)harness_push(&h, "wazuh", 1);
	for (i = 0; i < reads; i++)
		harness_must_ask(&h, ANALYST, bodies[i].verb, bodies[i].body);
}

Test(read, gives_no_page_of_more_rows_than_the_limit)
{
	static const struct {
		enum verb verb;
		const char *subject;
	} rows[] = {
	    {VERB_list, ""},
	    {VERB_mine, ""},
	    {VERB_show, "'incident':'INC-1',"},
	    {VERB_alert_list, ""},
	    {VERB_find, "'value':'192.0.2.1',"},
	    {VERB_handover, ""},
	};
	size_t i;

	(void)harness_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		harness_must_ask(&h, ANALYST, rows[i].verb,
		    body_of("{%s'limit':%d}", rows[i].subject,
			LIMIT_LIST_ROWS_MAX));
		cr_expect_eq(harness_ask(&h, ANALYST, rows[i].verb,
				 body_of("{%s'limit':%d}", rows[i].subject,
				     LIMIT_LIST_ROWS_MAX + 1)),
		    ERR_TOO_LARGE);
		cr_expect_str_eq(h.fault.field, "limit");
	}
}

/* ---- list ---- */

Test(read, gives_a_page_from_one_row_on)
{
	static const struct {
		enum verb verb;
		const char *none, *one;
	} rows[] = {
	    {VERB_list, "{'limit':0}", "{'limit':1}"},
	    {VERB_mine, "{'limit':0}", "{'limit':1}"},
	    {VERB_task_list, "{'limit':0}", "{'limit':1}"},
	    {VERB_show, "{'incident':'INC-1','limit':0}",
		"{'incident':'INC-1','limit':1}"},
	    {VERB_alert_list, "{'limit':0}", "{'limit':1}"},
	    {VERB_action_list, "{'limit':0}", "{'limit':1}"},
	    {VERB_report, "{'incident':'INC-1','limit':0}",
		"{'incident':'INC-1','limit':1}"},
	    {VERB_find, "{'value':'192.0.2.1','limit':0}",
		"{'value':'192.0.2.1','limit':1}"},
	    {VERB_handover, "{'limit':0}", "{'limit':1}"},
	};
	size_t i;

	(void)harness_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(
		    harness_ask(&h, ANALYST, rows[i].verb, rows[i].none),
		    ERR_INVALID);
		cr_expect_str_eq(h.fault.field, "limit");
		harness_must_ask(&h, ANALYST, rows[i].verb, rows[i].one);
	}
}

TestSuite(read_list, .init = fresh_begin, .fini = fresh_end);

Test(read_list, shows_a_row_in_full)
{
	harness_must(&h, LEAD, VERB_open,
	    "{'title':'A \\u001b[31m title','severity':'high',"
	    "'tags':['vip'],'major':true}");
	harness_must(&h, LEAD, VERB_assign, "{'incident':'INC-1','to':'anna'}");
	h.now_ms += 5000;
	harness_must_ask(&h, AUDITOR, VERB_list, "{}");
	cr_assert_eq(harness_count(&h, "incidents"), 1);
	cr_assert_str_eq(harness_text(&h, "incidents[0].id"), "INC-1");
	cr_assert_eq(harness_number(&h, "incidents[0].revision"), 2);
	cr_assert_str_eq(
	    harness_text(&h, "incidents[0].title"), "A \x1b[31m title");
	cr_assert_str_eq(harness_text(&h, "incidents[0].severity"), "high");
	cr_assert_str_eq(harness_text(&h, "incidents[0].status"), "new");
	cr_assert_str_eq(harness_text(&h, "incidents[0].kind"), "incident");
	cr_assert_str_eq(harness_text(&h, "incidents[0].assignee"), "anna");
	cr_assert_str_eq(harness_text(&h, "incidents[0].tags[0]"), "vip");
	cr_assert_eq(harness_number(&h, "incidents[0].age_ms"), 6000);
	cr_assert_eq(harness_number(&h, "incidents[0].alerts"), 0);
	cr_assert(cJSON_IsTrue(harness_at(&h, "incidents[0].major")));
	cr_assert(cJSON_IsFalse(harness_at(&h, "incidents[0].unread")));
	cr_assert(cJSON_IsFalse(harness_at(&h, "incidents[0].umbrella")));
	cr_assert_str_eq(harness_text(&h, "incidents[0].opened"),
	    "1970-01-20T16:13:21.000Z");
	cr_assert_str_eq(harness_text(&h, "incidents[0].updated"),
	    "1970-01-20T16:13:22.000Z");
	cr_assert_null(harness_at(&h, "next"));
	cr_assert_eq(harness_number(&h, "visited"), 1);
}

Test(read_list, filters_and_sorts)
{
	static const struct {
		const char *body, *ids;
	} rows[] = {
	    {"{}", "INC-2 INC-1 INC-3"},
	    {"{'sort':'severity'}", "INC-2 INC-1 INC-3"},
	    {"{'sort':'age'}", "INC-1 INC-2 INC-3"},
	    {"{'sort':'newest'}", "INC-3 INC-2 INC-1"},
	    {"{'all':true,'sort':'age'}", "INC-1 INC-2 INC-3 INC-4"},
	    {"{'status':'new'}", "INC-2 INC-1"},
	    {"{'status':'contained'}", "INC-3"},
	    {"{'status':'closed'}", "INC-4"},
	    {"{'severity':'high'}", "INC-2"},
	    {"{'assignee':'anna'}", "INC-1"},
	    {"{'assignee':'me'}", "INC-1"},
	    {"{'assignee':'none'}", "INC-2 INC-3"},
	    {"{'tag':'vip'}", "INC-2"},
	    {"{'text':'second'}", "INC-2"},
	    {"{'text':'nothing like it'}", ""},
	    {"{'since':'2026-01-01T00:00:00Z'}", ""},
	    {"{'until':'2026-01-01T00:00:00Z','sort':'age'}",
		"INC-1 INC-2 INC-3"},
	};
	size_t i;

	harness_must(&h, ANALYST, VERB_open, "{'title':'The first'}");
	harness_must(&h, LEAD, VERB_open,
	    "{'title':'The second','severity':'high','tags':['vip']}");
	harness_must(&h, REPORTER, VERB_open, "{'title':'The third'}");
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	harness_bring(&h, 3, STATUS_contained);
	harness_bring(&h, 4, STATUS_closed);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		harness_must_ask(&h, ANALYST, VERB_list, rows[i].body);
		cr_assert_str_eq(
		    ids(), rows[i].ids, "%s: %s", rows[i].body, ids());
	}
	harness_must_ask(&h, ANALYST, VERB_mine, "{}");
	cr_assert_str_eq(ids(), "INC-1");
	harness_must_ask(&h, LEAD, VERB_mine, "{}");
	cr_assert_str_eq(ids(), "");
}

Test(read_list, shows_a_reporter_only_what_it_opened)
{
	(void)harness_open(&h);
	harness_must(&h, REPORTER, VERB_open, "{'title':'mine'}");
	harness_must_ask(&h, REPORTER, VERB_list, "{'all':true}");
	cr_assert_str_eq(ids(), "INC-2");
	harness_must_ask(&h, REPORTER, VERB_show, "{'incident':'INC-2'}");
	cr_assert_null(harness_at(&h, "attached"));
	cr_assert_eq(
	    harness_ask(&h, REPORTER, VERB_show, "{'incident':'INC-1'}"),
	    ERR_MISSING);
	cr_assert_str_eq(
	    h.fault.message, "there is no INC-1, or you may not know of it");
}

Test(read_list, goes_on_where_a_page_ended)
{
	char cursor[256] = "";
	int i, pages = 0;
	char seen[256] = "";

	for (i = 0; i < 7; i++)
		(void)harness_open(&h);
	do {
		harness_must_ask(&h, ANALYST, VERB_list,
		    cursor[0] == '\0'
			? "{'limit':3}"
			: body_of("{'limit':3,'cursor':'%s'}", cursor));
		(void)snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
		    "%s ", ids());
		(void)snprintf(
		    cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
		pages++;
	} while (cursor[0] != '\0' && pages < 9);
	cr_assert_eq(pages, 3);
	cr_assert_str_eq(seen, "INC-1 INC-2 INC-3 INC-4 INC-5 INC-6 INC-7 ");
}

Test(read_list, gives_a_page_of_its_own_length_when_none_is_asked_for)
{
	int i;

	for (i = 0; i < LIMIT_LIST_ROWS_DEFAULT; i++)
		(void)harness_open(&h);
	harness_must_ask(&h, ANALYST, VERB_list, "{}");
	cr_assert_eq(harness_count(&h, "incidents"), LIMIT_LIST_ROWS_DEFAULT);
	cr_assert_null(harness_at(&h, "next"));
	(void)harness_open(&h);
	harness_must_ask(&h, ANALYST, VERB_list, "{}");
	cr_assert_eq(harness_count(&h, "incidents"), LIMIT_LIST_ROWS_DEFAULT);
	cr_assert_str_neq(harness_text(&h, "next"), "");
}

Test(read_list, ends_a_page_whose_time_is_spent_after_one_row)
{
	(void)harness_open(&h);
	(void)harness_open(&h);
	h.spent = true;
	harness_must_ask(&h, ANALYST, VERB_list, "{}");
	cr_assert_str_eq(ids(), "INC-1");
	cr_assert_str_neq(harness_text(&h, "next"), "");
}

Test(read_list, refuses_what_it_does_not_know)
{
	static const struct {
		const char *body, *field;
	} rows[] = {
	    {"{'sort':'mood'}", "sort"},
	    {"{'cursor':'nonsense'}", "cursor"},
	    {"{'assignee':'ghost'}", "assignee"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(harness_ask(&h, ANALYST, VERB_list, rows[i].body),
		    ERR_INVALID, "%s", rows[i].body);
		cr_assert_str_eq(h.fault.field, rows[i].field);
	}
}

/* ---- show ---- */

TestSuite(read_show, .init = fresh_begin, .fini = fresh_end);

Test(read_show, tells_the_whole_story)
{
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'T','description':'D',"
	    "'observables':[{'type':'ipv4','value':'192.0.2.1'}],'key':'k'}");
	harness_must(&h, LEAD, VERB_assign,
	    "{'incident':'INC-1','to':'anna','reason':'you know it'}");
	harness_must(
	    &h, ANALYST, VERB_comment, "{'incident':'INC-1','text':'Hm.'}");
	harness_must(&h, ANALYST, VERB_update,
	    "{'incident':'INC-1','observables':[{'type':'ipv4',"
	    "'value':'192.0.2.1'},{'type':'host','value':'web1'}]}");
	harness_must(&h, ANALYST, VERB_close,
	    "{'incident':'INC-1','verdict':'true_positive',"
	    "'impact':'with_impact','root_cause':'R','comment':'C'}");
	harness_must_ask(&h, AUDITOR, VERB_show, "{'incident':'INC-1'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-1");
	cr_assert_eq(harness_number(&h, "revision"), 5);
	cr_assert_str_eq(harness_text(&h, "title"), "T");
	cr_assert_str_eq(harness_text(&h, "description"), "D");
	cr_assert_str_eq(harness_text(&h, "root_cause"), "R");
	cr_assert_str_eq(harness_text(&h, "comment"), "C");
	cr_assert_str_eq(harness_text(&h, "status"), "closed");
	cr_assert_str_eq(harness_text(&h, "verdict"), "true_positive");
	cr_assert_str_eq(harness_text(&h, "impact"), "with_impact");
	cr_assert_str_eq(harness_text(&h, "opened_by"), "anna");
	cr_assert_str_neq(harness_text(&h, "closed"), "");
	cr_assert_eq(harness_count(&h, "observables"), 2);
	cr_assert_str_eq(harness_text(&h, "observables[1].value"), "web1");

	cr_assert_eq(harness_count(&h, "history"), 6);
	cr_assert_str_eq(
	    harness_text(&h, "history[0].kind"), "incident.opened");
	cr_assert_str_eq(harness_text(&h, "history[0].actor"), "anna");
	cr_assert_str_eq(harness_text(&h, "history[0].subject"), "INC-1");
	cr_assert_str_eq(
	    harness_text(&h, "history[0].time"), "1970-01-20T16:13:21.000Z");
	/* The key's facts are nobody's to see. */
	cr_assert_null(harness_at(&h, "history[0].facts.idem"));
	cr_assert_null(harness_at(&h, "history[0].facts.ask"));
	cr_assert_null(harness_at(&h, "history[0].facts.answer"));
	cr_assert_str_eq(harness_text(&h, "history[1].facts.to"), "anna");
	cr_assert_str_eq(
	    harness_text(&h, "history[1].text.reason"), "you know it");
	cr_assert_str_eq(harness_text(&h, "history[2].text.text"), "Hm.");
	cr_assert_null(harness_at(&h, "next"));
}

/* Observables first to last - 1, each an address of its own. */
static const char *
addresses(char *out, size_t size, int first, int last)
{
	size_t n = 0;
	int i;

	out[0] = '\0';
	for (i = first; i < last; i++)
		n += (size_t)snprintf(out + n, size - n,
		    "%s{'type':'ipv4','value':'192.0.2.%d'}",
		    i > first ? "," : "", i);
	return out;
}

Test(read_show, gathers_as_many_observables_as_are_kept_of_anything)
{
	static char list[8192];

	harness_must(&h, ANALYST, VERB_open,
	    body_of("{'title':'T','observables':[%s]}",
		addresses(list, sizeof(list), 0, 40)));
	harness_must(&h, ANALYST, VERB_update,
	    body_of("{'incident':'INC-1','observables':[%s]}",
		addresses(list, sizeof(list), 40, LIMIT_OBSERVABLES_MAX)));
	harness_must_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}");
	cr_assert_eq(harness_count(&h, "observables"), LIMIT_OBSERVABLES_MAX);
	harness_must(&h, ANALYST, VERB_update,
	    "{'incident':'INC-1',"
	    "'observables':[{'type':'host','value':'web1'}]}");
	harness_must_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}");
	cr_assert_eq(harness_count(&h, "observables"), LIMIT_OBSERVABLES_MAX);
	cr_assert_str_eq(
	    harness_text(&h, "observables[63].value"), "192.0.2.63");
}

Test(read_show, pages_its_history)
{
	char cursor[64];
	int i;

	(void)harness_open(&h);
	for (i = 0; i < 4; i++)
		harness_must(&h, ANALYST, VERB_comment,
		    body_of("{'incident':'INC-1','text':'%d'}", i));
	harness_must_ask(
	    &h, ANALYST, VERB_show, "{'incident':'INC-1','limit':3}");
	/* The newest first of all pages, the newest last of each. */
	cr_assert_eq(harness_count(&h, "history"), 3);
	cr_assert_str_eq(harness_text(&h, "history[0].text.text"), "1");
	cr_assert_str_eq(harness_text(&h, "history[2].text.text"), "3");
	(void)snprintf(cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	cr_assert_str_neq(cursor, "");
	harness_must_ask(&h, ANALYST, VERB_show,
	    body_of("{'incident':'INC-1','limit':3,'cursor':'%s'}", cursor));
	cr_assert_eq(harness_count(&h, "history"), 2);
	cr_assert_str_eq(
	    harness_text(&h, "history[0].kind"), "incident.opened");
	cr_assert_str_eq(harness_text(&h, "history[1].text.text"), "0");
	cr_assert_null(harness_at(&h, "next"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show,
			 "{'incident':'INC-1','cursor':'x'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "cursor");
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-2'}"),
	    ERR_MISSING);
}

/* The harness sees to it that no answer is over a frame. */
Test(read_show, keeps_long_texts_within_a_frame)
{
	char *body = malloc(LIMIT_TEXT_BYTES_MAX + 128);
	char cursor[64] = "";
	int i, shown = 0, pages = 0;

	(void)harness_open(&h);
	i = sprintf(body, "{'incident':'INC-1','text':'");
	memset(body + i, 'x', LIMIT_TEXT_BYTES_MAX);
	(void)memcpy(body + i + LIMIT_TEXT_BYTES_MAX, "'}", 3);
	for (i = 0; i < 30; i++)
		harness_must(&h, ANALYST, VERB_comment, body);
	free(body);
	do {
		harness_must_ask(&h, ANALYST, VERB_show,
		    cursor[0] == '\0'
			? "{'incident':'INC-1'}"
			: body_of(
			      "{'incident':'INC-1','cursor':'%s'}", cursor));
		shown += harness_count(&h, "history");
		(void)snprintf(
		    cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	} while (cursor[0] != '\0' && ++pages < 9);
	cr_assert_eq(shown, 31);
	cr_assert_gt(pages, 1);
}

Test(read_show, lists_the_alerts_that_are_attached)
{
	int i;

	for (i = 0; i < 3; i++)
		(void)triage_one(&h, harness_push(&h, "wazuh", 1),
		    (struct told){.cluster = 1, .rule = 7});
	harness_must_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}");
	cr_assert_eq(harness_number(&h, "alerts"), 3);
	cr_assert_eq(harness_count(&h, "attached"), 3);
	cr_assert_str_eq(harness_text(&h, "attached[2].id"), "ALR-1/1");
	cr_assert_str_eq(harness_text(&h, "attached[2].delivery"), "ALR-1");
	cr_assert_str_eq(harness_text(&h, "attached[2].disposition"), "opened");
	cr_assert_str_eq(harness_text(&h, "attached[2].rule"), "7");
	cr_assert(cJSON_IsFalse(harness_at(&h, "resolved_by_source")));
	harness_must_ask(&h, ANALYST, VERB_list, "{}");
	cr_assert(cJSON_IsTrue(harness_at(&h, "incidents[0].unread")));
	cr_assert(cJSON_IsNull(harness_at(&h, "incidents[0].assignee")));
}
