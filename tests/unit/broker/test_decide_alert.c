/* alert.ack, alert.close, alert.promote, alert.retry. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

/*
 * ALR-1 has three parts that triage kept; ALR-2 opened INC-1; ALR-3 could not
 * be read; ALR-4 waits.
 */
static void
begin(void)
{
	char parts[8192];
	uint64_t lease;

	fresh_begin();
	(void)harness_push(&h, "wazuh", 4);
	(void)snprintf(parts, sizeof(parts), "%s,%s,%s",
	    told_part(1, (struct told){.wish = "keep", .cluster = 1}),
	    told_part(2,
		(struct told){
		    .wish = "keep", .cluster = 2, .severity = "critical"}),
	    told_part(3, (struct told){.wish = "keep", .cluster = 3}));
	cr_assert_eq(triage_parts(&h, 1, parts), OK);
	(void)triage_one(&h, 2, (struct told){.cluster = 4});
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[{'alert':'ALR-3','format':'unknown',"
		    "'fault':'x'}]}",
		lease));
}

static enum alert_status
status_of(uint64_t alert, uint32_t part)
{
	struct alert row;

	if (part != 0)
		return harness_part(&h, alert, part).status;
	cr_assert_eq(alert_get(h.txn, alert, &row), OK);
	return row.status;
}

TestSuite(decide_alert, .init = begin, .fini = fresh_end);

Test(decide_alert, says_of_an_unknown_alert_or_part_that_it_is_missing)
{
	static const struct {
		enum verb verb;
		const char *more;
	} rows[] = {
	    {VERB_alert_ack, ""},
	    {VERB_alert_close, ",'reason':'x'"},
	    {VERB_alert_promote, ""},
	};
	static const char *const unknown[] = {
	    "ALR-99", "ALR-1/4", "ALR-3/1", "ALR-4/1"};
	size_t i, j;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (j = 0; j < 4; j++) {
			cr_assert_eq(harness_do(&h, ANALYST, rows[i].verb,
					 body_of("{'alert':'%s'%s}", unknown[j],
					     rows[i].more)),
			    ERR_MISSING, "%s %s", unknown[j], h.fault.message);
			cr_assert_str_eq(h.fault.field, "alert");
		}
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-99'}"),
	    ERR_MISSING);
}

Test(decide_alert, refuses_what_is_not_triaged_yet_except_ack)
{
	static const struct {
		enum verb verb;
		const char *more;
	} rows[] = {
	    {VERB_alert_close, ",'reason':'x'"},
	    {VERB_alert_promote, ""},
	    {VERB_alert_retry, ""},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(harness_do(&h, ANALYST, rows[i].verb,
				 body_of("{'alert':'ALR-4'%s}", rows[i].more)),
		    ERR_CONFLICT);
		cr_assert(
		    strstr(h.fault.message,
			"is not triaged yet; try again in a moment") != NULL);
		harness_must(&h, ANALYST, rows[i].verb,
		    body_of("{'alert':'ALR-3'%s}", rows[i].more));
		fresh_end();
		begin();
	}
	harness_must(&h, ANALYST, VERB_alert_ack, "{'alert':'ALR-4'}");
	cr_assert_eq(status_of(4, 0), ALERT_STATUS_acknowledged);
}

/* ---- ack ---- */

Test(decide_alert, acknowledges_a_part_or_all_that_are_new)
{
	harness_must(&h, ANALYST, VERB_alert_ack,
	    "{'alert':'ALR-1/2','comment':'seen'}");
	cr_assert_eq(status_of(1, 1), ALERT_STATUS_new);
	cr_assert_eq(status_of(1, 2), ALERT_STATUS_acknowledged);
	harness_must(&h, ANALYST, VERB_alert_ack, "{'alert':'ALR-1/2'}");
	cr_assert_eq(h.kinds_count, 0);
	harness_must(&h, ANALYST, VERB_alert_ack, "{'alert':'ALR-1'}");
	cr_assert_eq(h.kinds_count, 1);
	cr_assert_eq(status_of(1, 1), ALERT_STATUS_acknowledged);
	cr_assert_eq(status_of(1, 3), ALERT_STATUS_acknowledged);
	/* What belongs to an incident is beyond that. */
	harness_must(&h, ANALYST, VERB_alert_ack, "{'alert':'ALR-2/1'}");
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(status_of(2, 1), ALERT_STATUS_promoted);
}

/* ---- close ---- */

Test(decide_alert, closes_with_a_verdict_and_a_reason)
{
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_close,
			 "{'alert':'ALR-1/1','reason':' '}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "reason");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_close,
			 "{'alert':'ALR-1/1','reason':'x','verdict':'none'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "verdict");
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-1/1','reason':'x','verdict':'test'}");
	cr_assert_eq(status_of(1, 1), ALERT_STATUS_closed);
	cr_assert_eq(status_of(1, 2), ALERT_STATUS_new);
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-1/1','reason':'again'}");
	cr_assert_eq(h.kinds_count, 0);
	harness_must(
	    &h, ANALYST, VERB_alert_close, "{'alert':'ALR-1','reason':'x'}");
	cr_assert_eq(status_of(1, 0), ALERT_STATUS_closed);
	harness_must(
	    &h, ANALYST, VERB_alert_close, "{'alert':'ALR-3','reason':'x'}");
	cr_assert_eq(status_of(3, 0), ALERT_STATUS_closed);
	harness_expect_rebuilt(&h);
}

Test(decide_alert, leaves_what_an_incident_has_to_the_incident)
{
	static const struct {
		enum verb verb;
		const char *body;
	} rows[] = {
	    {VERB_alert_close, "{'alert':'ALR-2','reason':'x'}"},
	    {VERB_alert_close, "{'alert':'ALR-2/1','reason':'x'}"},
	    {VERB_alert_promote, "{'alert':'ALR-2/1'}"},
	    {VERB_alert_retry, "{'alert':'ALR-2'}"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, ANALYST, rows[i].verb, rows[i].body),
		    ERR_CONFLICT, "%s", rows[i].body);
		cr_assert(strstr(h.fault.message, "ALR-2/1 belongs to INC-1") !=
			  NULL);
	}
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1/1'}");
	/* Of a delivery, one part in an incident is enough. */
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_close,
			 "{'alert':'ALR-1','reason':'x'}"),
	    ERR_CONFLICT);
	harness_must(
	    &h, ANALYST, VERB_alert_close, "{'alert':'ALR-1/2','reason':'x'}");
}

/* ---- promote ---- */

Test(decide_alert, promotes_a_part_under_the_alerts_own_title)
{
	struct incident incident;

	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1/2'}");
	cr_assert_str_eq(harness_events(&h), "incident.opened alert.promoted");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-2");
	cr_assert_str_eq(harness_text(&h, "alert"), "ALR-1/2");
	incident = harness_incident(&h, 2);
	cr_assert_eq(incident.severity, SEVERITY_critical);
	cr_assert_eq(incident.opened_by, ANALYST);
	cr_assert_eq(incident.alerts, 1);
	cr_assert_eq(status_of(1, 2), ALERT_STATUS_promoted);
	cr_assert_eq(harness_part(&h, 1, 2).incident, 2);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_list, "{'sort':'newest'}"), OK);
	cr_assert_str_eq(
	    harness_text(&h, "incidents[0].title"), "Alert of cluster 2");
	/* Its cluster's next alert joins, and the title stays. */
	(void)triage_one(&h, 4, (struct told){.cluster = 2});
	cr_assert_eq(harness_part(&h, 4, 1).incident, 2);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-2'}"), OK);
	cr_assert_str_eq(harness_text(&h, "title"), "Alert of cluster 2");
	harness_expect_rebuilt(&h);
}

Test(decide_alert, promotes_a_delivery_as_a_whole)
{
	harness_must(&h, ANALYST, VERB_alert_promote,
	    "{'alert':'ALR-1','title':'All of it','severity':'low'}");
	cr_assert_eq(harness_incident(&h, 2).alerts, 3);
	cr_assert_eq(harness_incident(&h, 2).severity, SEVERITY_low);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-2'}"), OK);
	cr_assert_str_eq(harness_text(&h, "title"), "All of it");
	fresh_end();
	begin();
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1'}");
	cr_assert_eq(harness_incident(&h, 2).severity, SEVERITY_critical);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-2'}"), OK);
	cr_assert_str_eq(harness_text(&h, "title"), "Alert of cluster 2");
	/* One that nobody could read has no severity to take. */
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-3'}");
	cr_assert_eq(harness_incident(&h, 3).severity, SEVERITY_medium);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-3'}"), OK);
	cr_assert_str_eq(harness_text(&h, "title"), "Alert ALR-3");
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-3'}"),
	    ERR_CONFLICT);
}

Test(decide_alert, attaches_to_an_open_incident_and_to_no_other)
{
	static const struct {
		const char *more;
		enum err err;
		const char *field;
	} rows[] = {
	    {"'incident':'INC-9'", ERR_MISSING, "incident"},
	    {"'incident':'INC-1','title':'x'", ERR_INVALID, "title"},
	    {"'incident':'INC-1','severity':'low'", ERR_INVALID, "severity"},
	    {"'incident':'INC-1','if_revision':7", ERR_CONFLICT, "if_revision"},
	    {"'if_revision':1", ERR_INVALID, "if_revision"},
	    {"'title':' '", ERR_INVALID, "title"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, ANALYST, VERB_alert_promote,
			body_of("{'alert':'ALR-1/1',%s}", rows[i].more)),
		    rows[i].err, "%s: %s", rows[i].more, h.fault.message);
		cr_assert_str_eq(h.fault.field, rows[i].field);
	}
	harness_must(&h, ANALYST, VERB_alert_promote,
	    "{'alert':'ALR-1/1','incident':'INC-1','if_revision':1}");
	cr_assert_str_eq(harness_events(&h), "alert.promoted");
	cr_assert_eq(harness_incident(&h, 1).alerts, 2);
	/* Who worked on the incident as it was is told. */
	cr_assert_eq(harness_number(&h, "revision"), 2);
	cr_assert_eq(harness_incident(&h, 1).revision, 2);
	harness_bring(&h, 1, STATUS_closed);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_promote,
			 "{'alert':'ALR-1/2','incident':'INC-1'}"),
	    ERR_CONFLICT);
	cr_assert_str_eq(h.fault.message, "INC-1 is closed: reopen it first");
}

Test(decide_alert, tells_the_hooks_of_a_promotion)
{
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "page",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_critical};
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1/2'}");
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened alert.promoted notification.queued");
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1/1'}");
	cr_assert_str_eq(harness_events(&h), "incident.opened alert.promoted");
}

/* ---- retry ---- */

Test(decide_alert, has_a_whole_delivery_triaged_again)
{
	struct alert row;
	uint64_t lease;

	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-1/1'}"),
	    ERR_INVALID);
	cr_assert(strstr(h.fault.message, "ask for ALR-1") != NULL);
	harness_must(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-3'}");
	cr_assert_str_eq(harness_events(&h), "alert.requeued");
	cr_assert_eq(alert_get(h.txn, 3, &row), OK);
	cr_assert_eq(row.disposition, DISPOSITION_waiting);
	/* It waits now, so it is not asked for twice. */
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-3'}"),
	    ERR_CONFLICT);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[{'alert':'ALR-3','format':'native',"
		    "'parts':[%s]}]}",
		lease, told_part(1, (struct told){.cluster = 9})));
	cr_assert_eq(harness_part(&h, 3, 1).disposition, DISPOSITION_opened);
	harness_expect_rebuilt(&h);
}
