/* alert.retry with remap: read again for its fields' sake, left where it is. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_remap, .init = fresh_begin, .fini = fresh_end_rebuilt);

static uint64_t
push(void)
{
	return harness_push(&h, "wazuh", 1);
}

/* Asks for the alert to be read again. */
static void
ask(uint64_t alert)
{
	harness_must(&h, ANALYST, VERB_alert_retry,
	    body_of("{'alert':'ALR-%" PRIu64
		    "','remap':true,'reason':'corrected'}",
		alert));
	cr_assert_str_eq(harness_events(&h), "alert.requeued");
}

static struct alert
row(uint64_t number)
{
	struct alert alert;

	cr_assert_eq(alert_get(h.txn, number, &alert), OK);
	return alert;
}

/* The outcome of a payload that cannot be read. */
static void
cannot_be_read(uint64_t alert)
{
	uint64_t lease;

	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[{'alert':'ALR-%" PRIu64
		    "','format':'unknown','fault':'x'}]}",
		lease, alert));
}

Test(decide_remap, leaves_the_alert_what_it_is_until_triage_has_read_it)
{
	uint64_t alert = push();
	struct alert_part part;

	(void)triage_one(
	    &h, alert, (struct told){.wish = "keep", .severity = "low"});
	ask(alert);
	cr_assert_eq(row(alert).disposition, DISPOSITION_kept);
	cr_assert(row(alert).remap);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "read again already") != NULL);
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-1'}"),
	    ERR_CONFLICT);
	part = triage_one(&h, alert,
	    (struct told){.severity = "high", .cluster = 2, .rule = 3});
	cr_assert_eq(part.disposition, DISPOSITION_opened);
	cr_assert_eq(part.severity, SEVERITY_high);
	cr_assert_not(row(alert).remap);
	cr_assert_eq(harness_incident(&h, 1).alerts, 1);
}

Test(decide_remap, takes_nothing_away_from_an_incident)
{
	uint64_t alert = push();
	struct alert_part part;
	char parts[4096];

	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(1, (struct told){.wish = "keep", .cluster = 1}),
	    told_part(2, (struct told){.cluster = 2, .severity = "medium"}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_eq(harness_part(&h, alert, 2).incident, 1);
	ask(alert);
	/* Of one part alone, and of another rule: both stay in place. */
	cr_assert_eq(
	    triage_parts(&h, alert,
		told_part(
		    1, (struct told){.wish = "keep", .cluster = 9, .rule = 7})),
	    OK);
	cr_assert_eq(row(alert).parts, 2);
	part = harness_part(&h, alert, 2);
	cr_assert_eq(part.incident, 1);
	cr_assert_eq(part.status, ALERT_STATUS_promoted);
	cr_assert_eq(part.severity, SEVERITY_medium);
	cr_assert_eq(harness_part(&h, alert, 1).rule[HASH8 - 1], 7);
	/* Both again: the incident learns that it is worse. */
	ask(alert);
	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(1, (struct told){.wish = "keep", .cluster = 1}),
	    told_part(
		2, (struct told){
		       .wish = "keep", .cluster = 5, .severity = "critical"}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_str_eq(
	    harness_events(&h), "incident.raised alert.triaged job.done");
	part = harness_part(&h, alert, 2);
	cr_assert_eq(part.incident, 1);
	cr_assert_eq(part.severity, SEVERITY_critical);
	cr_assert_eq(part.disposition, DISPOSITION_opened);
	cr_assert(part_has_reason(&h, alert, 2, "stays"));
	cr_assert_eq(harness_incident(&h, 1).severity, SEVERITY_critical);
	cr_assert_eq(harness_incident(&h, 1).alerts, 1);
}

Test(decide_remap, drops_parts_that_no_incident_has)
{
	uint64_t alert = push();
	char parts[4096];

	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(1, (struct told){.wish = "keep", .cluster = 1}),
	    told_part(2, (struct told){.wish = "keep", .cluster = 2}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	ask(alert);
	(void)triage_one(
	    &h, alert, (struct told){.wish = "keep", .cluster = 1});
	cr_assert_eq(row(alert).parts, 1);
}

Test(decide_remap, raises_no_incident_that_is_closed)
{
	uint64_t alert = push();

	(void)triage_one(&h, alert, (struct told){.severity = "low"});
	harness_bring(&h, 1, STATUS_closed);
	ask(alert);
	(void)triage_one(&h, alert, (struct told){.severity = "critical"});
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert_eq(harness_part(&h, alert, 1).incident, 1);
	cr_assert_eq(harness_incident(&h, 1).severity, SEVERITY_low);
}

Test(decide_remap, opens_nothing_that_a_person_closed_or_silenced)
{
	uint64_t closed = push(), silenced, read;
	struct alert_part part;

	(void)triage_one(
	    &h, closed, (struct told){.wish = "keep", .cluster = 1});
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-1','reason':'a drill'}");
	ask(closed);
	part = triage_one(&h, closed, (struct told){.cluster = 1});
	cr_assert_eq(part.status, ALERT_STATUS_closed);
	cr_assert_eq(part.incident, 0);
	cr_assert_eq(part.severity, SEVERITY_high);

	harness_must(&h, ANALYST, VERB_silence_add,
	    "{'source':'wazuh','for':'1h','reason':'pentest'}");
	silenced = push();
	(void)triage_one(
	    &h, silenced, (struct told){.wish = "keep", .cluster = 2});
	harness_must(&h, ANALYST, VERB_silence_end, "{'silence':1}");
	ask(silenced);
	part = triage_one(&h, silenced, (struct told){.cluster = 2});
	/* It came while the silence held. */
	cr_assert_eq(part.disposition, DISPOSITION_suppressed);

	h.now_ms += 1000;
	read = push();
	cannot_be_read(read);
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-3','reason':'noise'}");
	ask(read);
	part = triage_one(&h, read, (struct told){.cluster = 3});
	cr_assert_eq(part.status, ALERT_STATUS_closed);
	cr_assert_eq(h.kinds[0], EVENT_alert_triaged);
}

Test(decide_remap, keeps_that_somebody_has_seen_it)
{
	uint64_t alert = push();
	struct alert_part part;

	(void)triage_one(&h, alert, (struct told){.wish = "keep"});
	harness_must(&h, ANALYST, VERB_alert_ack, "{'alert':'ALR-1'}");
	ask(alert);
	part = triage_one(
	    &h, alert, (struct told){.wish = "keep", .severity = "low"});
	cr_assert_eq(part.status, ALERT_STATUS_acknowledged);
	ask(alert);
	part = triage_one(&h, alert, (struct told){.severity = "critical"});
	cr_assert_eq(part.status, ALERT_STATUS_promoted);
}

Test(decide_remap, changes_nothing_that_can_no_longer_be_read)
{
	uint64_t alert = push(), seq;

	(void)triage_one(&h, alert, (struct told){.cluster = 1});
	seq = row(alert).triaged_seq;
	ask(alert);
	cannot_be_read(alert);
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert_not(row(alert).remap);
	cr_assert_eq(row(alert).triaged_seq, seq);
	cr_assert_eq(row(alert).disposition, DISPOSITION_opened);
	cr_assert_eq(harness_part(&h, alert, 1).incident, 1);
	/* What could not be read before can be read now. */
	alert = push();
	cannot_be_read(alert);
	ask(alert);
	cr_assert_eq(
	    triage_one(&h, alert, (struct told){.cluster = 5}).disposition,
	    DISPOSITION_opened);
}

Test(decide_remap, leaves_a_whole_that_an_incident_has)
{
	uint64_t alert = push();

	cannot_be_read(alert);
	ask(alert);
	/* Between the asking and the reading. */
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1'}");
	cr_assert_eq(
	    triage_parts(&h, alert, told_part(1, (struct told){.cluster = 1})),
	    OK);
	cr_assert_eq(row(alert).parts, 0);
	cr_assert_eq(row(alert).status, ALERT_STATUS_promoted);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "belongs to an incident") != NULL);
}

Test(decide_remap, is_refused_where_there_is_nothing_to_correct)
{
	uint64_t alert = push();

	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "not triaged yet") != NULL);
	(void)triage_one(&h, alert, (struct told){.wish = "keep"});
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_retry,
			 "{'alert':'ALR-1','seen':1}"),
	    ERR_INVALID);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true,'seen':1}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "triaged again since") != NULL);
	harness_must(&h, ANALYST, VERB_alert_retry,
	    body_of("{'alert':'ALR-1','remap':true,'seen':%" PRIu64 "}",
		row(alert).triaged_seq));
	cr_assert_eq(harness_do(&h, AUDITOR, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true}"),
	    ERR_DENIED);
	cr_assert_eq(harness_do(&h, SENSOR, VERB_alert_retry,
			 "{'alert':'ALR-1','remap':true}"),
	    ERR_DENIED);
}

Test(decide_remap, survives_a_worker_that_fails_at_it)
{
	uint64_t alert = push(), lease;

	h.config.retry_attempts = 1;
	(void)triage_one(&h, alert, (struct told){.cluster = 1});
	ask(alert);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_fail,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'reason':'x'}",
		lease));
	/* A dead letter, and the alert is no worse for it. */
	cr_assert_eq(row(alert).disposition, DISPOSITION_opened);
	cr_assert(row(alert).remap);
	harness_must(&h, ANALYST, VERB_jobs_retry, "{'workflow':'triage'}");
	cr_assert_eq(row(alert).disposition, DISPOSITION_opened);
	(void)triage_one(
	    &h, alert, (struct told){.cluster = 1, .severity = "critical"});
	cr_assert_not(row(alert).remap);
	cr_assert_eq(harness_incident(&h, 1).severity, SEVERITY_critical);
}
