/* Deliveries of many parts, and settling a job item by item. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_delivery, .init = fresh_begin, .fini = fresh_end);

/* `count` parts, each of a cluster from `first` on, joined by commas. */
static char *
many_parts(unsigned count, unsigned first, unsigned step)
{
	char *out = malloc((size_t)count * 256);
	size_t used = 0;
	unsigned i;

	for (i = 0; i < count; i++)
		used += (size_t)sprintf(out + used, "%s%s", i > 0 ? "," : "",
		    told_part(i + 1, (struct told){.cluster = first + i * step,
					 .rule = 1 + i}));
	return out;
}

/* As triage_parts, for bodies of any length. */
static enum err
triage_long(uint64_t alert, const char *parts)
{
	char *body = malloc(strlen(parts) + 512);
	uint64_t lease;
	enum err err;

	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	(void)sprintf(body,
	    "{'workflow':'triage','lease':%" PRIu64
	    ",'token':'07070707070707070707070707070707',"
	    "'outcomes':[{'alert':'ALR-%" PRIu64
	    "','format':'native','parts':[%s]}]}",
	    lease, alert, parts);
	err = harness_do(&h, WORKER, VERB_worker_done, body);
	free(body);
	return err;
}

Test(decide_delivery, gives_parts_of_one_cluster_one_incident)
{
	char *parts = many_parts(3, 5, 0);
	uint64_t alert = harness_push(&h, "wazuh", 1);

	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened alert.triaged job.done");
	cr_assert_eq(
	    harness_part(&h, alert, 1).disposition, DISPOSITION_opened);
	cr_assert_eq(
	    harness_part(&h, alert, 2).disposition, DISPOSITION_attached);
	cr_assert_eq(harness_part(&h, alert, 3).incident, 1);
	cr_assert_eq(harness_incident(&h, 1).alerts, 3);
	free(parts);
}

Test(decide_delivery, raises_what_it_opened_itself)
{
	uint64_t alert = harness_push(&h, "wazuh", 1);
	char parts[4096];

	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(1, (struct told){.cluster = 1, .severity = "medium"}),
	    told_part(2, (struct told){.cluster = 1, .severity = "critical"}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened incident.raised alert.triaged job.done");
	cr_assert_eq(harness_incident(&h, 1).severity, SEVERITY_critical);
	cr_assert_eq(harness_incident(&h, 1).revision, 2);
}

Test(decide_delivery, holds_the_umbrella_within_one_delivery)
{
	uint64_t alert = harness_push(&h, "wazuh", 1);
	char parts[8192] = "";
	unsigned i;

	h.config.triage_umbrella = 2;
	for (i = 1; i <= 5; i++)
		(void)snprintf(parts + strlen(parts),
		    sizeof(parts) - strlen(parts), "%s%s", i > 1 ? "," : "",
		    told_part(i, (struct told){.cluster = i, .rule = 1}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened incident.opened incident.opened alert.triaged "
	    "job.done");
	cr_assert(harness_incident(&h, 3).umbrella);
	cr_assert_eq(harness_part(&h, alert, 4).incident, 3);
	cr_assert_eq(harness_part(&h, alert, 5).incident, 3);
}

Test(decide_delivery, takes_as_many_parts_as_the_limit_and_no_more)
{
	char *parts = many_parts(LIMIT_ALERT_SPLIT_MAX, 1, 1);
	uint64_t alert = harness_push(&h, "wazuh", 1);
	struct counters counters;

	/* Each opens an incident, so that it is flushed many times. */
	cr_assert_eq(triage_long(alert, parts), OK, "%s", h.fault.message);
	cr_assert_eq(state_counters(h.txn, &counters), OK);
	cr_assert_eq(counters.incidents, LIMIT_ALERT_SPLIT_MAX);
	cr_assert_eq(harness_part(&h, alert, LIMIT_ALERT_SPLIT_MAX).incident,
	    LIMIT_ALERT_SPLIT_MAX);
	free(parts);

	parts = many_parts(LIMIT_ALERT_SPLIT_MAX + 1, 1, 1);
	alert = harness_push(&h, "wazuh", 1);
	cr_assert_eq(triage_long(alert, parts), ERR_TOO_LARGE);
	cr_assert_eq(h.kinds_count, 0);
	free(parts);
}

Test(decide_delivery, knows_observables_that_its_cluster_had)
{
	static const char seen[] =
	    ",'observables':[{'type':'ipv4','value':'192.0.2.1'}]";
	static const char other[] =
	    ",'observables':[{'type':'ipv4','value':'192.0.2.2'}]";
	static const char *const rows[] = {seen, seen, other, seen};
	static const bool again[] = {false, true, false, false};
	size_t i;

	for (i = 0; i < 4; i++) {
		uint64_t alert = harness_push(&h, "wazuh", 1);
		struct journal_cursor *cursor;
		struct alert row;
		struct entry entry;
		cJSON *facts;
		const cJSON *part;

		(void)triage_one(
		    &h, alert, (struct told){.cluster = 1, .more = rows[i]});
		cr_assert_eq(alert_get(h.txn, alert, &row), OK);
		cr_assert_eq(
		    journal_read(h.journal, row.triaged_seq, &cursor), OK);
		cr_assert_eq(journal_next(cursor, &entry), OK);
		facts = cJSON_ParseWithLength(entry.facts, entry.facts_len);
		part = cJSON_GetArrayItem(
		    cJSON_GetObjectItemCaseSensitive(facts, "parts"), 0);
		cr_assert_eq(
		    cJSON_HasObjectItem(part, "again"), again[i], "%zu", i);
		cJSON_Delete(facts);
		journal_cursor_close(&cursor);
	}
}

Test(decide_delivery, keeps_what_cannot_be_read_as_what_it_is)
{
	uint64_t alert = harness_push(&h, "wazuh", 1), lease;
	struct alert row;

	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[{'alert':'ALR-%" PRIu64
		    "','format':'unknown','fault':'not JSON, at byte 1'}]}",
		lease, alert));
	cr_assert_eq(alert_get(h.txn, alert, &row), OK);
	cr_assert_eq(row.disposition, DISPOSITION_unreadable);
	cr_assert_eq(row.parts, 0);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_alert_show,
			 body_of("{'alert':'ALR-%" PRIu64 "'}", alert)),
	    OK);
	cr_assert_str_eq(
	    harness_text(&h, "decision.fault"), "not JSON, at byte 1");
	cr_assert_str_eq(harness_text(&h, "decision.format"), "unknown");
}

Test(decide_delivery, skips_what_was_settled_before)
{
	uint64_t first = harness_push(&h, "wazuh", 2), lease;
	struct decision decision;
	char outcomes[4096];

	/* The job's first outcome was flushed, then the broker died: it is as
	 * if somebody else had settled it. */
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 2, 7, &lease), OK);
	harness_decision(&h, &decision);
	decision.events[0] = (struct decision_event){
	    .kind = EVENT_alert_triaged,
	    .subject = {SUBJECT_ALERT, 0, first},
	    .facts = cJSON_Parse("{\"config\":\"x\",\"format\":\"native\","
				 "\"disposition\":\"kept\",\"parts\":[]}"),
	};
	decision.events_count = 1;
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	(void)snprintf(outcomes, sizeof(outcomes),
	    "{'alert':'ALR-1','format':'native','parts':[%s]},"
	    "{'alert':'ALR-2','format':'native','parts':[%s]}",
	    told_part(1, (struct told){.cluster = 1}),
	    told_part(1, (struct told){.cluster = 1}));
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[%s]}",
		lease, outcomes));
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened alert.triaged job.done");
	cr_assert_eq(harness_part(&h, 2, 1).incident, 1);
}
