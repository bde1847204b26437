/* status, whoami, people.list, jobs, and what a watch shows. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(read_status, .init = fresh_begin, .fini = fresh_end);

Test(read_status, tells_insiders_all_and_others_whether_it_is_up)
{
	uint32_t who;

	harness_must(&h, ANALYST, VERB_open, "{'title':'x','severity':'high'}");
	(void)harness_open(&h);
	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.cluster = 1, .wish = "keep"});
	(void)harness_push(&h, "wazuh", 2);
	for (who = ADMIN; who < PRINCIPALS; who++) {
		bool insider = who != REPORTER && who != SENSOR &&
			       who != WORKER && who != OTHER_WORKER;

		harness_must_ask(&h, who, VERB_status, "{}");
		cr_assert_str_eq(harness_text(&h, "version"), TOCSIN_VERSION);
		cr_assert(cJSON_IsTrue(harness_at(&h, "writing")));
		cr_assert(cJSON_IsTrue(harness_at(&h, "intake")));
		cr_assert_eq(
		    harness_number(&h, "journal.durable"), (int64_t)h.head.seq);
		cr_assert_eq(harness_at(&h, "incidents") != NULL, insider);
		cr_assert_eq(harness_at(&h, "uptime_ms") != NULL, insider);
		cr_assert_eq(harness_at(&h, "store") != NULL, insider);
	}
	harness_must_ask(&h, ANALYST, VERB_status, "{}");
	cr_assert_eq(harness_number(&h, "incidents.open"), 2);
	cr_assert_eq(harness_number(&h, "incidents.by_severity.high"), 1);
	cr_assert_eq(harness_number(&h, "incidents.by_severity.medium"), 1);
	cr_assert_eq(harness_number(&h, "incidents.by_severity.low"), 0);
	cr_assert_eq(harness_number(&h, "alerts.received"), 3);
	cr_assert_eq(harness_number(&h, "alerts.waiting"), 2);
	cr_assert_eq(harness_number(&h, "alerts.kept"), 1);
	cr_assert(cJSON_IsFalse(harness_at(&h, "timers_held")));
}

Test(read_status, says_when_nothing_can_be_written)
{
	h.health.writing = false;
	h.health.intake = false;
	harness_must_ask(&h, REPORTER, VERB_status, "{}");
	cr_assert(cJSON_IsFalse(harness_at(&h, "writing")));
	cr_assert(cJSON_IsFalse(harness_at(&h, "intake")));
}

TestSuite(read_people, .init = fresh_begin, .fini = fresh_end);

Test(read_people, says_who_you_are_and_what_you_may_do)
{
	int i;
	bool opens = false, closes = false;

	harness_must_ask(&h, REPORTER, VERB_whoami, "{}");
	cr_assert_str_eq(harness_text(&h, "name"), "rita");
	cr_assert_eq(harness_number(&h, "number"), REPORTER);
	cr_assert_str_eq(harness_text(&h, "roles[0]"), "reporter");
	for (i = 0; i < harness_count(&h, "verbs"); i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "verbs[%d]", i);
		opens |= strcmp(harness_text(&h, path), "open") == 0;
		closes |= strcmp(harness_text(&h, path), "close") == 0;
	}
	cr_assert(opens && !closes);
	harness_must_ask(&h, SENSOR, VERB_whoami, "{}");
	cr_assert_str_eq(harness_text(&h, "sources[1]"), "probe");
}

Test(read_people, lists_everybody_ever_enrolled)
{
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'otto','reason':'left'}");
	harness_must_ask(&h, ADMIN, VERB_people_list, "{}");
	cr_assert_eq(harness_count(&h, "people"), PRINCIPALS - 1);
	cr_assert_str_eq(harness_text(&h, "people[2].name"), "anna");
	cr_assert_str_eq(harness_text(&h, "people[2].roles[0]"), "analyst");
	cr_assert_str_eq(
	    harness_text(&h, "people[2].display"), "A display name");
	cr_assert(cJSON_IsTrue(harness_at(&h, "people[2].active")));
	cr_assert_null(harness_at(&h, "people[2].revoked"));
	cr_assert(cJSON_IsFalse(harness_at(&h, "people[3].active")));
	cr_assert_str_neq(harness_text(&h, "people[3].revoked"), "");
}

/* ---- jobs ---- */

TestSuite(read_jobs, .init = fresh_begin, .fini = fresh_end);

Test(read_jobs, shows_queues_leases_and_dead_letters)
{
	uint64_t lease;

	h.config.retry_attempts = 1;
	(void)harness_push(&h, "wazuh", 5);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_must(&h, WORKER, VERB_worker_fail,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'reason':'it broke'}",
		lease));
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	harness_wait(&h, (uint64_t)h.config.lease_triage_ms);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 2, 7, &lease), OK);
	harness_must_ask(&h, ADMIN, VERB_jobs, "{}");
	cr_assert_eq(harness_count(&h, "workflows"), 2);
	cr_assert_str_eq(harness_text(&h, "workflows[0].workflow"), "triage");
	cr_assert_eq(harness_number(&h, "workflows[0].waiting"), 1);
	cr_assert_eq(harness_number(&h, "workflows[0].leased"), 2);
	cr_assert_eq(harness_number(&h, "workflows[0].dead"), 2);
	cr_assert_eq(harness_number(&h, "workflows[0].retrying"), 0);
	cr_assert_eq(harness_count(&h, "workflows[0].leases"), 1);
	cr_assert_str_eq(
	    harness_text(&h, "workflows[0].leases[0].worker"), "worker");
	cr_assert_eq(harness_number(&h, "workflows[0].leases[0].first"), 3);
	cr_assert_null(harness_at(&h, "workflows[0].leases[0].token"));
	cr_assert_eq(harness_count(&h, "workflows[0].dead_items"), 2);
	cr_assert_str_eq(
	    harness_text(&h, "workflows[0].dead_items[0].item"), "ALR-1");
	cr_assert_str_eq(
	    harness_text(&h, "workflows[0].dead_items[0].reason"), "it broke");
	cr_assert_str_eq(harness_text(&h, "workflows[0].dead_items[1].reason"),
	    "the lease's deadline passed");
	harness_must_ask(&h, ADMIN, VERB_jobs, "{'workflow':'notify'}");
	cr_assert_eq(harness_count(&h, "workflows"), 1);
	cr_assert_eq(harness_number(&h, "workflows[0].waiting"), 0);
}

/* ---- watch ---- */

TestSuite(read_event, .init = fresh_begin, .fini = fresh_end);

/* The event of the last entry as the principal sees it; NULL for nothing. */
static cJSON *
last_event(uint32_t who)
{
	struct journal_cursor *cursor;
	struct reading reading;
	struct person actor;
	struct entry entry;
	cJSON *tree = NULL;
	char *json;
	size_t len;

	cr_assert_eq(person_get(h.txn, who, &actor), OK);
	cr_assert_eq(journal_read(h.journal, h.head.seq, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), OK);
	reading_init(&reading);
	reading.txn = h.txn;
	reading.journal = h.journal;
	reading.config = &h.config;
	reading.actor = &actor;
	cr_assert_eq(read_event(&reading, &entry, &json, &len), OK);
	if (json != NULL) {
		cr_assert_eq(strlen(json), len);
		cr_assert_leq(len, (size_t)LIMIT_FRAME_BYTES_MAX);
		tree = cJSON_Parse(json);
		cr_assert_not_null(tree);
	}
	free(json);
	journal_cursor_close(&cursor);
	reading_fini(&reading);
	return tree;
}

Test(read_event, is_for_readers_alone)
{
	uint32_t who;

	(void)harness_open(&h);
	for (who = ADMIN; who < PRINCIPALS; who++) {
		cJSON *event = last_event(who);

		cr_assert_eq(event != NULL,
		    who == LEAD || who == ANALYST || who == OTHER_ANALYST ||
			who == MANAGER || who == AUDITOR);
		cJSON_Delete(event);
	}
}

Test(read_event, hides_tokens_and_counts_payloads)
{
	uint64_t lease;

	(void)harness_push(&h, "wazuh", 3);
	h.answer = last_event(ANALYST);
	cr_assert_str_eq(harness_text(&h, "kind"), "alert.received");
	cr_assert_str_eq(harness_text(&h, "subject"), "ALR-1");
	cr_assert_eq(harness_number(&h, "payloads"), 3);
	cr_assert_null(harness_at(&h, "text"));
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	cJSON_Delete(h.answer);
	h.answer = last_event(ANALYST);
	cr_assert_str_eq(harness_text(&h, "kind"), "job.leased");
	cr_assert_str_eq(harness_text(&h, "actor"), "worker");
	cr_assert_str_eq(harness_text(&h, "subject"), "job 1");
	cr_assert_str_eq(harness_text(&h, "facts.worker"), "worker");
	cr_assert_null(harness_at(&h, "facts.token"));
}

Test(read_event, leaves_out_text_that_would_burst_a_frame)
{
	char *text = malloc((2 << 20) + 1);
	struct decision decision;
	cJSON *event;

	memset(text, 'x', 2 << 20);
	text[2 << 20] = '\0';
	harness_decision(&h, &decision);
	decision.events[0] = (struct decision_event){
	    .kind = EVENT_clock_confirmed,
	    .subject = {SUBJECT_STORE, 0, 0},
	    .facts = cJSON_CreateObject(),
	    .text = cJSON_CreateObject(),
	};
	cJSON_AddStringToObject(decision.events[0].text, "reason", text);
	decision.events_count = 1;
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	event = last_event(ANALYST);
	cr_assert_null(cJSON_GetObjectItem(event, "text"));
	cr_assert(cJSON_IsTrue(cJSON_GetObjectItem(event, "shortened")));
	cJSON_Delete(event);
	free(text);
}
