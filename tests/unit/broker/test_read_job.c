/* The bodies of jobs. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

TestSuite(read_job, .init = fresh_begin, .fini = fresh_end);

/* Reads the job of a new lease into h.answer; its payloads to h.attachments. */
static enum err
read(enum workflow workflow, size_t max)
{
	struct reading reading;
	struct lease lease;
	uint64_t number;
	enum err err;
	char *text;

	cr_assert_eq(harness_lease(&h, WORKER, workflow, max, 7, &number), OK);
	cr_assert_eq(lease_get(h.txn, number, &lease), OK);
	reading_init(&reading);
	reading.txn = h.txn;
	reading.journal = h.journal;
	reading.config = &h.config;
	reading.health = &h.health;
	err = read_job(&reading, &lease);
	if (err == OK) {
		text = cJSON_PrintUnformatted(reading.answer);
		h.answer = cJSON_Parse(text);
		free(text);
		h.attachments_count = reading.attachments_count;
		memcpy(
		    h.attachments, reading.attachments, sizeof(h.attachments));
		reading.attachments_count = 0;
	}
	reading_fini(&reading);
	return err;
}

Test(read_job, hands_triage_its_payloads)
{
	(void)harness_push(&h, "wazuh", 2);
	(void)harness_push(&h, "probe", 1);
	cr_assert_eq(read(WORKFLOW_triage, 8), OK);
	cr_assert_str_eq(harness_text(&h, "workflow"), "triage");
	cr_assert_eq(harness_number(&h, "lease"), 1);
	cr_assert_str_eq(
	    harness_text(&h, "token"), "07070707070707070707070707070707");
	cr_assert_eq(harness_number(&h, "attempt"), 0);
	cr_assert_eq(harness_number(&h, "for_ms"), h.config.lease_triage_ms);
	cr_assert_str_eq(harness_text(&h, "config.version"), "default");
	cr_assert_str_eq(harness_text(&h, "config.open"), "medium");
	cr_assert_str_eq(harness_text(&h, "config.attach"), "low");
	cr_assert_eq(harness_count(&h, "items"), 3);
	cr_assert_str_eq(harness_text(&h, "items[1].alert"), "ALR-2");
	cr_assert_str_eq(harness_text(&h, "items[1].source"), "wazuh");
	cr_assert_str_eq(harness_text(&h, "items[2].source"), "probe");
	cr_assert_str_eq(harness_text(&h, "items[1].format"), "native");
	cr_assert_eq(harness_number(&h, "items[1].payload"), 0);
	cr_assert_eq(harness_number(&h, "items[0].at"), 0);
	cr_assert_eq(harness_number(&h, "items[1].at"), 7);
	cr_assert_eq(harness_number(&h, "items[1].len"), 7);
	cr_assert_eq(
	    harness_number(&h, "items[0].received"), HARNESS_NOW_MS + 1000);
	cr_assert_eq(h.attachments_count, 1);
	cr_assert_eq(h.attachments[0].len, 21);
	cr_assert_eq(
	    memcmp(h.attachments[0].bytes, "payloadpayloadpayload", 21), 0);
}

/* Pushes one delivery of len bytes. */
static void
push_bytes(size_t len)
{
	struct decision decision;
	char *payload = malloc(len);

	memset(payload, 'x', len);
	harness_decision(&h, &decision);
	decision.events[0] = (struct decision_event){
	    .kind = EVENT_alert_received,
	    .subject = {SUBJECT_ALERT, 0, 0},
	    .facts = cJSON_Parse("{\"source\":\"wazuh\",\"n\":1}"),
	    .payload = payload,
	    .payload_len = len,
	};
	decision.events_count = 1;
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	free(payload);
}

Test(read_job, begins_a_frame_when_one_is_full)
{
	push_bytes(LIMIT_FRAME_BYTES_MAX - 10);
	push_bytes(10);
	push_bytes(1);
	push_bytes(LIMIT_FRAME_BYTES_MAX - 1);
	push_bytes(100);
	cr_assert_eq(read(WORKFLOW_triage, 5), OK);
	cr_assert_eq(h.attachments_count, 3);
	cr_assert_eq(h.attachments[0].len, LIMIT_FRAME_BYTES_MAX);
	cr_assert_eq(h.attachments[1].len, LIMIT_FRAME_BYTES_MAX);
	cr_assert_eq(h.attachments[2].len, 100);
	cr_assert_eq(harness_number(&h, "items[1].payload"), 0);
	cr_assert_eq(
	    harness_number(&h, "items[1].at"), LIMIT_FRAME_BYTES_MAX - 10);
	cr_assert_eq(harness_number(&h, "items[3].payload"), 1);
	cr_assert_eq(harness_number(&h, "items[3].at"), 1);
	cr_assert_eq(harness_number(&h, "items[4].payload"), 2);
	cr_assert_eq(harness_number(&h, "items[4].len"), 100);
}

Test(read_job, refuses_a_job_over_its_bytes_and_not_one_at_the_limit)
{
	int i;

	for (i = 0; i < 4; i++)
		push_bytes(LIMIT_JOB_BYTES_MAX / 4);
	cr_assert_eq(read(WORKFLOW_triage, 4), OK);
	for (i = 0; i < 4; i++)
		push_bytes(LIMIT_JOB_BYTES_MAX / 4);
	push_bytes(1);
	cr_assert_eq(read(WORKFLOW_triage, 5), ERR_TOO_LARGE);
}

Test(read_job, says_where_a_notification_goes_or_why_it_must_not)
{
	static const struct {
		const char *tlp, *hook, *drop;
	} rows[] = {
	    {"green", "page", ""},
	    {"amber", "page", ""},
	    {"amber_strict", "page", "tlp"},
	    {"red", "page", "tlp"},
	    {"green", "gone", "no_such_hook"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config_hook hook = {.name = "page",
		    .on[OCCASION_opened] = true,
		    .tlp = TLP_amber,
		    .command = "/bin/page"};

		h.config.hooks_count = 1;
		h.config.hooks[0] = hook;
		harness_must(&h, ANALYST, VERB_open,
		    body_of("{'title':'Secret','tlp':'%s'}", rows[i].tlp));
		if (strcmp(rows[i].hook, "gone") == 0)
			h.config.hooks_count = 0;
		cr_assert_eq(read(WORKFLOW_notify, 1), OK);
		cr_assert_eq(harness_number(&h, "items[0].notification"),
		    (int64_t)i + 1);
		cr_assert_str_eq(harness_text(&h, "items[0].hook"), "page");
		cr_assert_str_eq(harness_text(&h, "items[0].on"), "opened");
		cr_assert_str_eq(
		    harness_text(&h, "items[0].drop"), rows[i].drop);
		cr_assert_str_eq(harness_text(&h, "items[0].command"),
		    rows[i].drop[0] == '\0' ? "/bin/page" : "");
		/* What is not to leave does not reach the worker either. */
		cr_assert_str_eq(harness_text(&h, "items[0].incident.title"),
		    rows[i].drop[0] == '\0' ? "Secret" : "");
		cr_assert_null(harness_at(&h, "items[0].incident.history"));
	}
}

Test(read_job, tells_a_mail_hook_its_server)
{
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "mail",
	    .on[OCCASION_assigned] = true,
	    .tlp = TLP_red,
	    .mail_to = "soc@example.org"};
	strcpy(h.config.mail_server, "smtp://mail.example.org:25");
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	cr_assert_eq(read(WORKFLOW_notify, 1), OK);
	cr_assert_str_eq(harness_text(&h, "items[0].on"), "assigned");
	cr_assert_str_eq(
	    harness_text(&h, "items[0].mail_to"), "soc@example.org");
	cr_assert_str_eq(harness_text(&h, "items[0].mail_server"),
	    "smtp://mail.example.org:25");
	cr_assert_str_eq(
	    harness_text(&h, "items[0].mail_from"), "tocsin@localhost");
	cr_assert_null(harness_at(&h, "items[0].command"));
}
