/* hold, resume, cancel, merge, unmerge, link, unlink, split. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_relation, .init = fresh_begin, .fini = fresh_end);

static void
merge(uint64_t incident, uint64_t into)
{
	harness_must(&h, ANALYST, VERB_merge,
	    body_of("{'incident':'INC-%" PRIu64 "','into':'INC-%" PRIu64 "'}",
		incident, into));
}

static enum err
try_merge(uint64_t incident, uint64_t into)
{
	return harness_do(&h, ANALYST, VERB_merge,
	    body_of("{'incident':'INC-%" PRIu64 "','into':'INC-%" PRIu64 "'}",
		incident, into));
}

static const char *
named(uint64_t incident)
{
	return body_of("{'incident':'INC-%" PRIu64 "'}", incident);
}

static const char *
reasoned(uint64_t incident)
{
	return body_of(
	    "{'incident':'INC-%" PRIu64 "','reason':'because'}", incident);
}

/* An incident that triage opened for an alert of the cluster. */
static uint64_t
open_for(unsigned cluster)
{
	uint64_t alert = harness_push(&h, "wazuh", 1);

	return triage_one(&h, alert, (struct told){.cluster = cluster})
	    .incident;
}

/* As show counts them. */
static int64_t
alerts_of(uint64_t incident)
{
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(incident)), OK);
	return harness_number(&h, "alerts");
}

/* ---- set aside ---- */

Test(decide_relation, hold_and_resume_lead_back_to_where_it_was)
{
	uint64_t incident = harness_open(&h);

	harness_bring(&h, incident, STATUS_contained);
	harness_must(&h, ANALYST, VERB_hold, reasoned(incident));
	cr_expect_str_eq(harness_events(&h), "incident.moved");
	cr_expect_eq(harness_incident(&h, incident).status, STATUS_on_hold);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_hold, reasoned(incident)),
	    ERR_CONFLICT);
	cr_expect_eq(
	    harness_do(&h, ANALYST, VERB_move,
		body_of("{'incident':'INC-%" PRIu64 "','to':'recovered'}",
		    incident)),
	    ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "resume"));
	harness_must(&h, ANALYST, VERB_resume, named(incident));
	cr_expect_eq(harness_incident(&h, incident).status, STATUS_contained);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_resume, named(incident)),
	    ERR_CONFLICT);
	harness_expect_rebuilt(&h);
}

Test(decide_relation, hold_before_triage_is_no_triage)
{
	uint64_t incident = harness_open(&h);

	harness_must(&h, ANALYST, VERB_hold, reasoned(incident));
	cr_expect_eq(harness_incident(&h, incident).triaged_ms, 0);
}

Test(decide_relation, hold_and_cancel_need_a_reason)
{
	uint64_t incident = harness_open(&h);
	const char *blank =
	    body_of("{'incident':'INC-%" PRIu64 "','reason':' '}", incident);

	cr_expect_eq(harness_do(&h, ANALYST, VERB_hold, blank), ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "reason");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_cancel, blank), ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "reason");
	cr_expect_eq(harness_incident(&h, incident).revision, 1);
}

Test(decide_relation, cancelled_is_not_open_and_can_be_reopened)
{
	uint64_t incident = harness_open(&h);

	harness_must(&h, ANALYST, VERB_cancel, reasoned(incident));
	cr_expect_eq(harness_incident(&h, incident).status, STATUS_cancelled);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_hold, reasoned(incident)),
	    ERR_CONFLICT);
	harness_must(&h, ANALYST, VERB_reopen, reasoned(incident));
	cr_expect(status_is_open(harness_incident(&h, incident).status));
}

/* ---- merge ---- */

Test(decide_relation, a_merged_id_leads_to_the_other)
{
	uint64_t goes = open_for(1), stays = open_for(2);

	merge(goes, stays);
	cr_expect_eq(harness_incident(&h, goes).status, STATUS_closed);
	cr_expect_eq(harness_incident(&h, goes).verdict, VERDICT_duplicate);
	cr_expect_eq(alerts_of(stays), 2);
	harness_must(&h, ANALYST, VERB_comment,
	    body_of("{'incident':'INC-%" PRIu64 "','text':'seen'}", goes));
	cr_expect_eq(harness_number(&h, "revision"),
	    (int64_t)harness_incident(&h, stays).revision);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(goes)), OK);
	cr_expect_str_eq(
	    harness_text(&h, "id"), body_of("INC-%" PRIu64, stays));
	cr_expect_str_eq(
	    harness_text(&h, "asked"), body_of("INC-%" PRIu64, goes));
	cr_expect_eq(harness_count(&h, "attached"), 2);
	cr_expect_eq(harness_count(&h, "merged"), 1);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show,
		body_of("{'incident':'INC-%" PRIu64 "','own':true}", goes)),
	    OK);
	cr_expect_str_eq(
	    harness_text(&h, "merged_into"), body_of("INC-%" PRIu64, stays));
	harness_expect_rebuilt(&h);
}

Test(decide_relation, new_alerts_of_a_merged_cluster_join_where_it_leads)
{
	uint64_t goes = open_for(1), stays = open_for(2);
	uint64_t alert;

	merge(goes, stays);
	alert = harness_push(&h, "wazuh", 1);
	cr_expect_eq(
	    triage_one(&h, alert, (struct told){.cluster = 1}).incident, stays);
	cr_expect_eq(alerts_of(stays), 3);
}

Test(decide_relation, unmerge_loses_nothing)
{
	uint64_t goes = open_for(1), stays = open_for(2);
	struct incident before;

	harness_bring(&h, goes, STATUS_investigating);
	before = harness_incident(&h, goes);
	merge(goes, stays);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_unmerge, reasoned(stays)),
	    ERR_CONFLICT);
	harness_must(&h, ANALYST, VERB_unmerge, reasoned(goes));
	cr_expect_eq(harness_incident(&h, goes).status, before.status);
	cr_expect_eq(harness_incident(&h, goes).verdict, VERDICT_none);
	cr_expect_eq(harness_incident(&h, goes).resolved_ms, 0);
	cr_expect_eq(harness_incident(&h, goes).closed_ms, 0);
	cr_expect_eq(harness_incident(&h, goes).alerts, 1);
	cr_expect_eq(harness_incident(&h, stays).alerts, 1);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(goes)), OK);
	cr_expect_str_eq(harness_text(&h, "id"), body_of("INC-%" PRIu64, goes));
	harness_expect_rebuilt(&h);
}

Test(decide_relation, many_merge_into_one_and_chains_lead_to_the_end)
{
	uint64_t first = open_for(1), second = open_for(2), third = open_for(3);

	merge(first, second);
	merge(second, third);
	cr_expect_eq(alerts_of(third), 3);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(first)), OK);
	cr_expect_str_eq(
	    harness_text(&h, "id"), body_of("INC-%" PRIu64, third));
	cr_expect_eq(harness_count(&h, "attached"), 3);
	/* Taking the first out takes its alerts from both. */
	harness_must(&h, ANALYST, VERB_unmerge, reasoned(first));
	cr_expect_eq(alerts_of(third), 2);
	harness_expect_rebuilt(&h);
}

Test(decide_relation, merge_refuses_itself_and_what_is_closed)
{
	uint64_t one = harness_open(&h), other = harness_open(&h);

	cr_expect_eq(try_merge(one, one), ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "into");
	merge(one, other);
	/* It leads to the other now, which is itself. */
	cr_expect_eq(try_merge(other, one), ERR_INVALID);
	cr_expect_eq(try_merge(other, 99), ERR_MISSING);
	cr_expect_str_eq(h.fault.field, "into");
	harness_bring(&h, other, STATUS_closed);
	cr_expect_eq(try_merge(harness_open(&h), other), ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "into");
}

Test(decide_relation, merge_goes_as_deep_as_the_limit_and_no_deeper)
{
	uint64_t last = harness_open(&h), next;
	int depth;

	for (depth = 1; depth <= LIMIT_MERGE_DEPTH_MAX; depth++) {
		next = harness_open(&h);
		merge(last, next);
		last = next;
	}
	next = harness_open(&h);
	cr_expect_eq(try_merge(last, next), ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "incident");
	/* The other way round it is not deep. */
	merge(next, last);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(1)), OK);
	cr_expect_str_eq(harness_text(&h, "id"), body_of("INC-%" PRIu64, last));
}

Test(decide_relation, a_reporter_sees_what_it_opened_and_not_where_it_leads)
{
	uint64_t mine, other = harness_open(&h);

	harness_must(&h, REPORTER, VERB_open, "{'title':'lost badge'}");
	mine = other + 1;
	merge(mine, other);
	cr_assert_eq(harness_ask(&h, REPORTER, VERB_show, named(mine)), OK);
	cr_expect_str_eq(harness_text(&h, "id"), body_of("INC-%" PRIu64, mine));
	cr_expect_eq(
	    harness_ask(&h, REPORTER, VERB_show, named(other)), ERR_MISSING);
}

/* ---- link ---- */

Test(decide_relation, a_link_is_seen_from_both_ends)
{
	uint64_t one = harness_open(&h), other = harness_open(&h);

	harness_must(&h, ANALYST, VERB_link,
	    body_of("{'incident':'INC-1','to':'INC-2','relation':'causes'}"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(one)), OK);
	cr_expect_str_eq(harness_text(&h, "links[0].id"), "INC-2");
	cr_expect_str_eq(harness_text(&h, "links[0].relation"), "causes");
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(other)), OK);
	cr_expect_str_eq(harness_text(&h, "links[0].id"), "INC-1");
	cr_expect_str_eq(harness_text(&h, "links[0].relation"), "caused_by");
	/* Its story has it as well: opened, linked. */
	cr_expect_eq(harness_count(&h, "history"), 2);
	/* Said again it changes nothing; another relation replaces it. */
	harness_must(&h, ANALYST, VERB_link,
	    body_of("{'incident':'INC-1','to':'INC-2','relation':'causes'}"));
	cr_expect_str_eq(harness_events(&h), "");
	harness_must(&h, ANALYST, VERB_link,
	    body_of("{'incident':'INC-2','to':'INC-1'}"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(one)), OK);
	cr_expect_eq(harness_count(&h, "links"), 1);
	cr_expect_str_eq(harness_text(&h, "links[0].relation"), "relates_to");
	harness_must(&h, ANALYST, VERB_unlink,
	    body_of("{'incident':'INC-1','to':'INC-2'}"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show, named(other)), OK);
	cr_expect_eq(harness_count(&h, "links"), 0);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_unlink,
			 body_of("{'incident':'INC-1','to':'INC-2'}")),
	    ERR_MISSING);
	cr_expect_str_eq(h.fault.field, "to");
	harness_expect_rebuilt(&h);
}

Test(decide_relation, an_incident_has_as_many_links_as_the_limit_and_no_more)
{
	uint64_t hub = harness_open(&h), other;
	int i;

	for (i = 0; i < LIMIT_LINKS_MAX; i++) {
		other = harness_open(&h);
		harness_must(&h, ANALYST, VERB_link,
		    body_of("{'incident':'INC-%" PRIu64 "','to':'INC-%" PRIu64
			    "'}",
			hub, other));
	}
	other = harness_open(&h);
	cr_expect_eq(
	    harness_do(&h, ANALYST, VERB_link,
		body_of("{'incident':'INC-%" PRIu64 "','to':'INC-%" PRIu64 "'}",
		    other, hub)),
	    ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "unlink"));
}

/* ---- split ---- */

Test(decide_relation, split_takes_alerts_and_their_cluster_along)
{
	uint64_t incident = open_for(1), fresh, alert;

	alert = harness_push(&h, "wazuh", 1);
	(void)triage_one(
	    &h, alert, (struct told){.cluster = 2, .severity = "critical"});
	/* Wrongly joined, by hand. */
	merge(harness_part(&h, alert, 1).incident, incident);
	harness_must(&h, ANALYST, VERB_split,
	    body_of("{'incident':'INC-%" PRIu64
		    "','title':'another matter','alerts':['ALR-%" PRIu64
		    "'],'reason':'not the same'}",
		incident, alert));
	cr_expect_str_eq(harness_events(&h), "incident.opened incident.split");
	fresh = harness_part(&h, alert, 1).incident;
	cr_expect_neq(fresh, incident);
	cr_expect_eq(harness_incident(&h, fresh).severity, SEVERITY_critical);
	cr_expect_eq(harness_incident(&h, fresh).alerts, 1);
	alert = harness_push(&h, "wazuh", 1);
	cr_expect_eq(
	    triage_one(&h, alert, (struct told){.cluster = 2}).incident, fresh);
	harness_expect_rebuilt(&h);
}

/* The parts first to last - 1 of the delivery, in quotes. */
static const char *
part_refs(uint64_t alert, int first, int last)
{
	static char refs[16384];
	size_t n = 0;
	int i;

	refs[0] = '\0';
	for (i = first; i < last; i++)
		n += (size_t)snprintf(refs + n, sizeof(refs) - n,
		    "%s'ALR-%" PRIu64 "/%d'", i > first ? "," : "", alert, i);
	return refs;
}

Test(decide_relation, split_takes_so_many_alerts_along_and_no_more)
{
	enum { PARTS = LIMIT_SPLIT_ALERTS_MAX + 1 };
	static char parts[65536];
	uint64_t alert = harness_push(&h, "wazuh", 1), incident;
	size_t n = 0;
	unsigned i;

	for (i = 1; i <= PARTS; i++)
		n += (size_t)snprintf(parts + n, sizeof(parts) - n, "%s%s",
		    i > 1 ? "," : "",
		    told_part(i, (struct told){.cluster = 1}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK, "%s", h.fault.message);
	incident = harness_part(&h, alert, PARTS).incident;
	cr_assert_neq(incident, 0);
	/* The delivery as a whole has one part too many, */
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':['ALR-%" PRIu64 "']}",
			     incident, alert)),
	    ERR_TOO_LARGE);
	cr_expect_str_eq(h.fault.field, "alerts");
	/* so has the list of them all, */
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':[%s]}",
			     incident, part_refs(alert, 1, PARTS + 1))),
	    ERR_TOO_LARGE);
	cr_expect_str_eq(h.fault.field, "alerts");
	/* and without the last it goes. */
	harness_must(&h, ANALYST, VERB_split,
	    body_of("{'incident':'INC-%" PRIu64 "','title':'x','alerts':[%s]}",
		incident, part_refs(alert, 1, PARTS)));
	cr_expect_eq(harness_part(&h, alert, PARTS).incident, incident);
	cr_expect_neq(harness_part(&h, alert, 1).incident, incident);
	harness_expect_rebuilt(&h);
}

Test(decide_relation, split_refuses_alerts_of_others)
{
	uint64_t one = open_for(1), other = open_for(2);

	(void)other;
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':['ALR-2']}",
			     one)),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "alerts");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':['ALR-99/1']}",
			     one)),
	    ERR_INVALID);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':[]}",
			     one)),
	    ERR_INVALID);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':' ','alerts':['ALR-1']}",
			     one)),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "title");
}

Test(decide_relation, refuses_a_stale_revision)
{
	static const struct {
		enum verb verb;
		const char *more;
	} rows[] = {{VERB_merge, ",'into':'INC-2'"},
	    {VERB_link, ",'to':'INC-2'"}, {VERB_unlink, ",'to':'INC-2'"},
	    {VERB_unmerge, ",'reason':'x'"},
	    {VERB_split, ",'title':'x','alerts':['ALR-1']"}};
	size_t i;

	(void)harness_open(&h);
	(void)harness_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(harness_do(&h, ANALYST, rows[i].verb,
				 body_of("{'incident':'INC-1'%s,"
					 "'if_revision':7}",
				     rows[i].more)),
		    ERR_CONFLICT, "%s", verb_row(rows[i].verb)->name);
		cr_expect_str_eq(h.fault.field, "if_revision");
		cr_expect_not_null(h.current);
	}
}
