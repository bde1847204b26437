/* Sources: their silence, its end, and what is expected of them. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

#define INTERVAL_MS UINT64_C(60000)

static void
begin(void)
{
	fresh_begin();
	h.config.silence_severity = SEVERITY_medium;
	h.config.clock_skew_ms = 300000;
}

TestSuite(decide_source, .init = begin, .fini = fresh_end_rebuilt);

static void
expect_every(const char *source, const char *interval)
{
	harness_must(&h, ADMIN, VERB_source_update,
	    body_of("{'source':'%s','interval':'%s'}", source, interval));
}

/* What it says of the source in the list. */
static const char *
listed(const char *source, const char *key)
{
	static char text[64];
	int i;

	cr_assert_eq(harness_ask(&h, AUDITOR, VERB_source_list, "{}"), OK);
	for (i = 0; i < harness_count(&h, "sources"); i++) {
		if (strcmp(harness_text(&h, body_of("sources[%d].source", i)),
			source) != 0)
			continue;
		(void)snprintf(text, sizeof(text), "%s",
		    harness_text(&h, body_of("sources[%d].%s", i, key)));
		return text;
	}
	return "not listed";
}

/* Lets the timers act, and says which events that made. */
static const char *
act(uint64_t ms)
{
	h.now_ms += ms;
	(void)harness_timers(&h);
	return harness_events(&h);
}

Test(decide_source, raises_one_alert_of_a_silence_and_one_of_its_end)
{
	uint64_t due;

	(void)harness_push(&h, "wazuh", 1);
	expect_every("wazuh", "1m");
	due = h.now_ms + INTERVAL_MS;
	cr_assert_eq(harness_timers(&h), due);
	cr_assert_str_eq(act(due - h.now_ms - 1), "");
	cr_assert_str_eq(listed("wazuh", "state"), "heard");
	cr_assert_str_eq(act(1), "alert.received source.silent");
	cr_assert_str_eq(act(100 * INTERVAL_MS), "");
	cr_assert_str_eq(listed("wazuh", "state"), "silent");
	cr_assert_str_eq(listed("wazuh", "alert"), "ALR-2");
	cr_assert_str_eq(listed("tocsin", "state"), "heard");
	(void)harness_push(&h, "wazuh", 1);
	cr_assert_str_eq(act(0), "alert.received source.heard");
	cr_assert_str_eq(listed("wazuh", "state"), "heard");
	cr_assert_str_eq(act(0), "");
	/* And the next one is another. */
	cr_assert_str_eq(act(INTERVAL_MS), "alert.received source.silent");
}

Test(decide_source, waits_from_what_came_last)
{
	expect_every("wazuh", "1m");
	h.now_ms += INTERVAL_MS - 1;
	(void)harness_push(&h, "wazuh", 1);
	cr_assert_eq(harness_timers(&h), h.now_ms + INTERVAL_MS);
	cr_assert_str_eq(act(INTERVAL_MS - 1), "");
	cr_assert_str_eq(act(1), "alert.received source.silent");
}

Test(decide_source, says_late_when_nobody_was_there)
{
	expect_every("wazuh", "1m");
	h.since_ms = h.now_ms + 2 * INTERVAL_MS;
	(void)act(3 * INTERVAL_MS);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_source_show, "{'source':'wazuh'}"), OK);
	cr_assert_str_eq(
	    harness_text(&h, "history[1].subject"), "source wazuh");
	cr_assert(cJSON_IsTrue(harness_at(&h, "history[1].facts.late")));
}

Test(decide_source, closes_the_alert_of_a_silence_unless_people_work_on_it)
{
	expect_every("wazuh", "1m");
	expect_every("probe", "1m");
	(void)act(INTERVAL_MS);
	(void)triage_one(&h, 1, (struct told){.wish = "keep", .cluster = 1});
	(void)triage_one(&h, 2, (struct told){.wish = "open", .cluster = 2});
	(void)harness_push(&h, "wazuh", 1);
	(void)harness_push(&h, "probe", 1);
	cr_assert_str_eq(act(0), "alert.closed alert.received source.heard "
				 "alert.received source.heard");
	cr_assert_eq(harness_part(&h, 1, 1).status, ALERT_STATUS_closed);
	cr_assert_eq(harness_part(&h, 2, 1).status, ALERT_STATUS_promoted);
}

Test(decide_source, begins_anew_when_something_else_is_expected)
{
	expect_every("wazuh", "1m");
	(void)act(INTERVAL_MS);
	(void)triage_one(&h, 1, (struct told){.wish = "keep", .cluster = 1});
	expect_every("wazuh", "2m");
	cr_assert_str_eq(harness_events(&h), "alert.closed source.updated");
	cr_assert_str_eq(act(INTERVAL_MS), "");
	cr_assert_str_eq(act(INTERVAL_MS), "alert.received source.silent");
	expect_every("wazuh", "0");
	cr_assert_eq(harness_timers(&h), 0);
	cr_assert_str_eq(listed("wazuh", "state"), "never");
}

Test(decide_source, refuses_what_it_cannot_wait_for)
{
	cr_assert_eq(harness_do(&h, LEAD, VERB_source_update,
			 "{'source':'wazhu','interval':'1m'}"),
	    ERR_MISSING);
	cr_assert_str_eq(h.fault.field, "source");
	cr_assert_eq(
	    harness_do(&h, LEAD, VERB_source_update, "{'source':'wazuh'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "interval");
	cr_assert_eq(harness_do(&h, LEAD, VERB_source_update,
			 "{'source':'wazuh','interval':'1m',"
			 "'configured':true}"),
	    ERR_INVALID);
	cr_assert_eq(harness_do(&h, LEAD, VERB_source_update,
			 "{'source':'tocsin','interval':'1m'}"),
	    ERR_INVALID);
	cr_assert_eq(harness_do(&h, LEAD, VERB_source_update,
			 body_of("{'source':'wazuh','interval':'%lldms'}",
			     (long long)LIMIT_INTERVAL_MS_MAX + 1)),
	    ERR_TOO_LARGE);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_source_show, "{'source':'wazhu'}"),
	    ERR_MISSING);
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_source_show, "{'source':'wazuh'}"), OK);
	cr_assert_eq(harness_ask(&h, LEAD, VERB_source_show,
			 "{'source':'wazuh','cursor':'x'}"),
	    ERR_INVALID);
}

static const char *
reconcile(void)
{
	struct decision decision;

	h.kinds_count = 0;
	harness_decision(&h, &decision);
	cr_assert_eq(decide_sources(&decision), OK);
	cr_assert_eq(harness_fold(&h, &decision), OK);
	decision_fini(&decision);
	return harness_events(&h);
}

static void
configure(const char *name, int64_t interval_ms)
{
	struct config_source *row = &h.config.sources[h.config.sources_count++];

	(void)snprintf(row->name, sizeof(row->name), "%s", name);
	row->interval_ms = interval_ms;
}

Test(decide_source, takes_up_what_configuration_says_but_not_over_people)
{
	configure("wazuh", INTERVAL_MS);
	configure("new-one", INTERVAL_MS);
	configure("whenever", 0);
	cr_assert_str_eq(reconcile(), "source.updated source.updated");
	cr_assert_str_eq(reconcile(), "");
	cr_assert_str_eq(listed("wazuh", "interval_by"), "configuration");
	expect_every("wazuh", "2m");
	cr_assert_str_eq(listed("wazuh", "interval_by"), "person");
	cr_assert_str_eq(reconcile(), "");
	harness_must(&h, LEAD, VERB_source_update,
	    "{'source':'wazuh','configured':true}");
	cr_assert_eq(harness_number(&h, "interval_ms"), (int64_t)INTERVAL_MS);
	h.config.sources_count = 0;
	cr_assert_str_eq(reconcile(), "source.updated source.updated");
	cr_assert_eq(harness_timers(&h), 0);
}

Test(decide_source, takes_up_more_sources_than_one_decision_has_room_for)
{
	char name[16];
	int i;

	for (i = 0; i < DECISION_EVENTS_MAX + 10; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		configure(name, INTERVAL_MS);
	}
	(void)reconcile();
	cr_assert_eq(h.kinds_count, DECISION_EVENTS_MAX + 10);
	/* All of them fall silent, each once. */
	h.now_ms += INTERVAL_MS;
	while (harness_timers(&h) == h.now_ms)
		;
	cr_assert_str_eq(act(INTERVAL_MS), "");
	cr_assert_eq(harness_ask(&h, LEAD, VERB_source_list, "{}"), OK);
	for (i = 0; i < DECISION_EVENTS_MAX + 10; i++)
		cr_assert_str_eq(
		    harness_text(&h, body_of("sources[%d].state", i)),
		    "silent");
}

Test(decide_source, lists_whom_nobody_has_heard)
{
	cr_assert_str_eq(listed("wazuh", "state"), "never");
	cr_assert_str_eq(listed("probe", "state"), "never");
	cr_assert_eq(harness_count(&h, "sources"), 2);
	(void)harness_push(&h, "wazuh", 3);
	cr_assert_str_eq(listed("wazuh", "state"), "heard");
	cr_assert_eq(harness_number(&h, "sources[0].hour"), 3);
	cr_assert_eq(harness_count(&h, "sources"), 2);
}

/* One alert of a cluster of its own that occurred so long before it came. */
static void
occur(unsigned cluster, int64_t before_ms)
{
	uint64_t alert = harness_push(&h, "wazuh", 1);

	(void)triage_one(&h, alert,
	    (struct told){.wish = "keep",
		.cluster = cluster,
		.more = body_of(
		    ",'occurred':%" PRId64, (int64_t)h.now_ms - before_ms)});
}

Test(decide_source, marks_a_clock_that_is_off_and_what_came_by_it)
{
	occur(1, 2000);
	cr_assert_not(part_has_reason(&h, 1, 1, "clock_skewed"));
	/* Known already: told again, perhaps of yesterday. */
	occur(1, 86400000);
	cr_assert_not(part_has_reason(&h, 2, 1, "clock_skewed"));
	occur(2, -300001 - 5000);
	cr_assert(part_has_reason(&h, 3, 1, "clock_skewed"));
	occur(3, 2000);
	cr_assert(part_has_reason(&h, 4, 1, "clock_skewed"));
	cr_assert_eq(harness_ask(&h, LEAD, VERB_source_list, "{}"), OK);
	cr_assert(cJSON_IsTrue(harness_at(&h, "sources[0].skewed")));
	cr_assert_gt(harness_number(&h, "sources[0].skew_ms"), 300000);
}

Test(decide_source, notices_a_clock_that_is_behind)
{
	occur(1, 7200000);
	occur(2, 7200000);
	cr_assert(part_has_reason(&h, 2, 1, "clock_skewed"));
	cr_assert_eq(harness_ask(&h, LEAD, VERB_source_list, "{}"), OK);
	cr_assert_lt(harness_number(&h, "sources[0].skew_ms"), -7000000);
	/* One that came at once shows that it was delay. */
	occur(3, 1000);
	occur(4, 1000);
	cr_assert_not(part_has_reason(&h, 4, 1, "clock_skewed"));
}

Test(decide_source, lets_nothing_come_of_a_test)
{
	static const char facts[] =
	    "{\"source\":\"wazuh\",\"n\":1,\"test\":true}";
	struct decision decision;
	int i;

	for (i = 0; i < 3; i++) {
		harness_decision(&h, &decision);
		decision.events[0] = (struct decision_event){
		    .kind = EVENT_alert_received,
		    .subject = {SUBJECT_ALERT, 0, 0},
		    .facts = cJSON_Parse(facts),
		    .payload = "{}",
		    .payload_len = 2,
		};
		decision.events_count = 1;
		cr_assert_eq(harness_fold(&h, &decision), OK);
		decision_fini(&decision);
	}
	(void)triage_one(&h, 1, (struct told){.wish = "open", .cluster = 1});
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert(part_has_reason(&h, 1, 1, "test_open"));
	cr_assert_eq(harness_part(&h, 1, 1).status, ALERT_STATUS_closed);
	cr_assert_str_eq(listed("wazuh", "state"), "never");
	cr_assert_eq(
	    harness_do(&h, LEAD, VERB_alert_promote, "{'alert':'ALR-1'}"),
	    ERR_CONFLICT);
	/* Beside a real one of the same cluster. */
	(void)triage_one(&h, 2, (struct told){.wish = "keep", .cluster = 1});
	cr_assert(part_has_reason(&h, 2, 1, "test_keep"));
	(void)triage_one(&h, 3, (struct told){.wish = "resolve", .cluster = 1});
	cr_assert(part_has_reason(&h, 3, 1, "test_resolve"));
	cr_assert_eq(harness_ask(&h, LEAD, VERB_status, "{}"), OK);
	cr_assert_eq(harness_number(&h, "alerts.kept"), 0);
	cr_assert_eq(harness_number(&h, "incidents.open"), 0);
}
