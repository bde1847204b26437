/* open, comment, move, close, reopen. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

/* ---- open ---- */

TestSuite(decide_open, .init = fresh_begin, .fini = fresh_end);

Test(decide_open, takes_a_title_and_assumes_the_rest)
{
	struct incident incident;

	harness_must(&h, REPORTER, VERB_open, "{'title':'Strange mail'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-1");
	cr_assert_eq(harness_number(&h, "revision"), 1);
	cr_assert_str_eq(harness_events(&h), "incident.opened");
	incident = harness_incident(&h, 1);
	cr_assert_eq(incident.severity, SEVERITY_medium);
	cr_assert_eq(incident.status, STATUS_new);
	cr_assert_eq(incident.kind, KIND_incident);
	cr_assert_eq(incident.tlp, TLP_amber);
	cr_assert_eq(incident.pap, PAP_amber);
	cr_assert_eq(incident.opened_by, REPORTER);
	cr_assert_eq(incident.assignee, 0);
}

Test(decide_open, keeps_everything_that_it_is_told)
{
	struct incident incident;

	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'T','description':'D','severity':'critical',"
	    "'kind':'data_breach','classification':'intrusions',"
	    "'tags':['vip','mail'],'techniques':['t1059.001','t1566'],"
	    "'tlp':'red','pap':'green','major':true,"
	    "'occurred':'2026-01-01T00:00:00Z',"
	    "'detected':'2026-01-02T00:00:00Z',"
	    "'observables':[{'type':'ipv4','value':' 192[.]0.2.1'}]}");
	incident = harness_incident(&h, 1);
	cr_assert_eq(incident.severity, SEVERITY_critical);
	cr_assert_eq(incident.kind, KIND_data_breach);
	cr_assert_eq(incident.classification, RSIT_intrusions);
	cr_assert_eq(incident.tlp, TLP_red);
	cr_assert_eq(incident.pap, PAP_green);
	cr_assert(incident.major);
	cr_assert_eq(incident.tags_count, 2);
	cr_assert_str_eq(incident.tags[1], "mail");
	cr_assert_eq(incident.techniques_count, 2);
	cr_assert_str_eq(incident.techniques[0], "t1059.001");
	cr_assert_eq(incident.occurred_ms, 1767225600000);
	cr_assert_eq(incident.detected_ms, 1767312000000);
	cr_assert_str_eq(incident.config, "default");
	harness_expect_rebuilt(&h);
}

Test(decide_open, refuses_what_says_nothing_or_cannot_be)
{
	static const struct {
		const char *body, *field;
	} refused[] = {
	    {"{'title':' \\n '}", "title"},
	    {"{'title':'x','techniques':['t105']}", "techniques"},
	    {"{'title':'x','techniques':['t1059.01']}", "techniques"},
	    {"{'title':'x','techniques':['x1059']}", "techniques"},
	    {"{'title':'x','observables':['192.0.2.1']}", "observables"},
	    {"{'title':'x','observables':[{'type':'ipv4'}]}", "observables"},
	    {"{'title':'x','observables':[{'type':'ipv4','value':'x'}]}",
		"observables"},
	    {"{'title':'x','observables':[{'type':'shoe','value':'x'}]}",
		"observables"},
	    {"{'title':'x','observables':[{'type':'host','value':'x','a':1}]}",
		"observables"},
	};
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, ANALYST, VERB_open, refused[i].body),
		    ERR_INVALID, "%s", refused[i].body);
		cr_assert_str_eq(h.fault.field, refused[i].field);
		cr_assert_neq(h.fault.message[0], '\0');
	}
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'x','techniques':['t1059'],"
	    "'observables':[{'type':'host','value':'x'}]}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-1");
}

Test(decide_open, tells_the_hooks_of_its_severity)
{
	h.config.hooks_count = 3;
	h.config.hooks[0] = (struct config_hook){.name = "all",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_info};
	h.config.hooks[1] = (struct config_hook){.name = "high",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_high};
	h.config.hooks[2] = (struct config_hook){
	    .name = "assigned", .on[OCCASION_assigned] = true, .severity = 0};
	harness_must(&h, ANALYST, VERB_open, "{'title':'x'}");
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened notification.queued");
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','severity':'high'}");
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened notification.queued notification.queued");
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	cr_assert_str_eq(
	    harness_events(&h), "incident.assigned notification.queued");
	harness_must(
	    &h, ANALYST, VERB_assign, "{'incident':'INC-1','to':'none'}");
	cr_assert_str_eq(harness_events(&h), "incident.assigned");
}

/* ---- comment ---- */

TestSuite(decide_comment, .init = fresh_begin, .fini = fresh_end);

Test(decide_comment, is_taken_even_when_the_incident_is_closed)
{
	uint64_t number = harness_open(&h);

	harness_must(
	    &h, MANAGER, VERB_comment, "{'incident':'INC-1','text':'Why?'}");
	cr_assert_eq(harness_number(&h, "revision"), 2);
	harness_bring(&h, number, STATUS_closed);
	harness_must(
	    &h, ANALYST, VERB_comment, "{'incident':'INC-1','text':'So.'}");
	cr_assert_eq(harness_number(&h, "revision"), 4);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_comment,
			 "{'incident':'INC-1','text':'  '}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "text");
}

Test(decide_comment, is_a_reporters_on_its_own_incidents_alone)
{
	harness_must(&h, REPORTER, VERB_open, "{'title':'mine'}");
	(void)harness_open(&h);
	harness_must(
	    &h, REPORTER, VERB_comment, "{'incident':'INC-1','text':'x'}");
	cr_assert_eq(harness_do(&h, REPORTER, VERB_comment,
			 "{'incident':'INC-2','text':'x'}"),
	    ERR_MISSING);
}

/* ---- move ---- */

TestSuite(decide_move, .init = fresh_begin, .fini = fresh_end);

Test(decide_move, follows_the_table_for_every_status_and_every_other)
{
	int from, to;

	for (from = 0; from < STATUS_COUNT; from++)
		for (to = 0; to < STATUS_COUNT; to++) {
			uint64_t number = harness_open(&h);
			enum err expected = OK;

			harness_bring(&h, number, (enum status)from);
			if (!status_is_open((enum status)from))
				expected = ERR_CONFLICT;
			else if (from != to &&
				 !status_may_become(
				     (enum status)from, (enum status)to))
				expected = ERR_CONFLICT;
			cr_assert_eq(
			    harness_do(&h, ANALYST, VERB_move,
				body_of("{'incident':'INC-%" PRIu64
					"','to':'%s'}",
				    number, words_name(WORDS_STATUS, to))),
			    expected, "%s to %s: %s",
			    words_name(WORDS_STATUS, from),
			    words_name(WORDS_STATUS, to), h.fault.message);
			cr_assert_eq(harness_incident(&h, number).status,
			    (enum status)(expected == OK ? to : from));
			cr_assert_eq(h.kinds_count,
			    expected == OK && from != to ? 1 : 0);
		}
}

Test(decide_move, says_where_an_incident_may_go)
{
	(void)harness_open(&h);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_move,
			 "{'incident':'INC-1','to':'closed'}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "use close") != NULL);
	cr_assert_str_eq(h.fault.field, "to");
	harness_must(
	    &h, ANALYST, VERB_move, "{'incident':'INC-1','to':'review'}");
	cr_assert_str_eq(harness_text(&h, "status"), "review");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_move,
			 "{'incident':'INC-1','to':'new'}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "investigating") != NULL);
}

/* ---- close ---- */

TestSuite(decide_close, .init = fresh_begin, .fini = fresh_end);

Test(decide_close, takes_each_verdict_with_what_it_needs_from_any_open_status)
{
	static const struct {
		const char *with;
		enum err err;
		const char *field;
	} rows[] = {
	    {"'verdict':'none'", ERR_INVALID, "verdict"},
	    {"'verdict':'true_positive'", ERR_INVALID, "impact"},
	    {"'verdict':'true_positive','impact':'not_applicable',"
	     "'root_cause':'x'",
		ERR_INVALID, "impact"},
	    {"'verdict':'true_positive','impact':'none'", ERR_INVALID,
		"root_cause"},
	    {"'verdict':'true_positive','impact':'none','root_cause':' '",
		ERR_INVALID, "root_cause"},
	    {"'verdict':'true_positive','impact':'none','root_cause':'x'", OK,
		""},
	    {"'verdict':'true_positive','impact':'with_impact',"
	     "'root_cause':'x'",
		OK, ""},
	    {"'verdict':'other'", ERR_INVALID, "comment"},
	    {"'verdict':'other','comment':'x'", OK, ""},
	    {"'verdict':'benign_positive'", OK, ""},
	    {"'verdict':'false_positive'", OK, ""},
	    {"'verdict':'indeterminate'", OK, ""},
	    {"'verdict':'duplicate'", OK, ""},
	    {"'verdict':'test'", OK, ""},
	};
	size_t i;
	int from;

	for (from = 0; from < STATUS_COUNT; from++)
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			uint64_t number;

			if (!status_is_open((enum status)from))
				continue;
			number = harness_open(&h);
			harness_bring(&h, number, (enum status)from);
			cr_assert_eq(
			    harness_do(&h, ANALYST, VERB_close,
				body_of("{'incident':'INC-%" PRIu64 "',%s}",
				    number, rows[i].with)),
			    rows[i].err, "%s: %s", rows[i].with,
			    h.fault.message);
			cr_assert_str_eq(h.fault.field, rows[i].field);
			cr_assert_eq(harness_incident(&h, number).status ==
					 STATUS_closed,
			    rows[i].err == OK);
		}
}

Test(decide_close, shuts_the_incident_for_all_but_comment_and_reopen)
{
	static const struct {
		enum verb verb;
		const char *body;
	} refused[] = {
	    {VERB_update, "{'incident':'INC-1','severity':'low'}"},
	    {VERB_move, "{'incident':'INC-1','to':'triage'}"},
	    {VERB_assign, "{'incident':'INC-1'}"},
	    {VERB_close, "{'incident':'INC-1','verdict':'test'}"},
	};
	size_t i;

	(void)harness_open(&h);
	harness_bring(&h, 1, STATUS_closed);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, LEAD, refused[i].verb, refused[i].body),
		    ERR_CONFLICT, "%s", refused[i].body);
		cr_assert_str_eq(
		    h.fault.message, "INC-1 is closed: reopen it first");
	}
	harness_must(
	    &h, ANALYST, VERB_reopen, "{'incident':'INC-1','reason':'x'}");
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		harness_must(&h, LEAD, refused[i].verb, refused[i].body);
}

/* ---- reopen ---- */

TestSuite(decide_reopen, .init = fresh_begin, .fini = fresh_end);

Test(decide_reopen, goes_on_where_the_work_had_got_to)
{
	(void)harness_open(&h);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_reopen,
			 "{'incident':'INC-1','reason':'x'}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "is open (new)") != NULL);

	harness_bring(&h, 1, STATUS_cancelled);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_reopen,
			 "{'incident':'INC-1','reason':' '}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "reason");
	harness_must(
	    &h, ANALYST, VERB_reopen, "{'incident':'INC-1','reason':'x'}");
	cr_assert_str_eq(harness_text(&h, "status"), "triage");
	cr_assert_eq(harness_incident(&h, 1).status, STATUS_triage);

	(void)harness_open(&h);
	harness_bring(&h, 2, STATUS_contained);
	h.now_ms += 1000;
	harness_bring(&h, 2, STATUS_closed);
	harness_must(
	    &h, ANALYST, VERB_reopen, "{'incident':'INC-2','reason':'x'}");
	cr_assert_str_eq(harness_text(&h, "status"), "investigating");
	cr_assert_eq(harness_incident(&h, 2).verdict, VERDICT_none);
}
