/* Callbacks: who is told of what, decided with the event itself. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

static void
callback(size_t i, const char *source, enum occasion on)
{
	struct config_callback *row = &h.config.callbacks[i];

	(void)snprintf(row->name, sizeof(row->name), "c%zu", i);
	(void)snprintf(row->source, sizeof(row->source), "%s", source);
	(void)snprintf(row->url, sizeof(row->url), "http://localhost/%zu", i);
	row->on[on] = true;
	h.config.callbacks_count = i + 1;
}

static void
begin(void)
{
	fresh_begin();
	callback(0, "wazuh", OCCASION_triaged);
	callback(1, "wazuh", OCCASION_closed);
	callback(2, "probe", OCCASION_closed);
	callback(3, "wazuh", OCCASION_promoted);
}

TestSuite(decide_callback, .init = begin, .fini = fresh_end_rebuilt);

Test(decide_callback, tells_the_alerts_source_that_it_was_triaged)
{
	struct notification row;

	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = "keep", .cluster = 1});
	cr_assert_str_eq(
	    harness_events(&h), "alert.triaged notification.queued job.done");
	cr_assert_eq(notification_get(h.txn, 1, &row), OK);
	cr_assert_eq(row.alert, 1);
	cr_assert_eq(row.incident, 0);
	cr_assert_eq(row.on, OCCASION_triaged);
	cr_assert_str_eq(row.hook, "c0");
	cr_assert_gt(row.seq, 0);
	(void)triage_one(&h, harness_push(&h, "probe", 1),
	    (struct told){.wish = "keep", .cluster = 2});
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
}

Test(decide_callback, tells_what_people_do_with_it)
{
	struct notification row;

	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = "keep", .cluster = 1});
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-1/1'}");
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened alert.promoted notification.queued");
	cr_assert_eq(notification_get(h.txn, 2, &row), OK);
	cr_assert_eq(row.alert_part, 1);
	cr_assert_eq(row.on, OCCASION_promoted);
	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = "keep", .cluster = 2});
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-2','reason':'noise'}");
	cr_assert_str_eq(
	    harness_events(&h), "alert.closed notification.queued");
	/* What is closed already is not told again. */
	harness_must(&h, ANALYST, VERB_alert_close,
	    "{'alert':'ALR-2','reason':'noise'}");
	cr_assert_eq(h.kinds_count, 0);
}

Test(decide_callback, tells_each_source_of_an_incident_that_it_is_closed)
{
	struct notification row;

	h.config.callbacks[0].on[OCCASION_triaged] = false;
	h.config.callbacks[3].on[OCCASION_promoted] = false;
	(void)triage_one(
	    &h, harness_push(&h, "wazuh", 1), (struct told){.cluster = 1});
	(void)triage_one(
	    &h, harness_push(&h, "wazuh", 1), (struct told){.cluster = 1});
	harness_must(&h, ANALYST, VERB_close,
	    "{'incident':'INC-1','verdict':'false_positive','impact':'none'}");
	cr_assert_str_eq(harness_events(&h),
	    "incident.closed review.drafted notification.queued");
	cr_assert_eq(notification_get(h.txn, 1, &row), OK);
	cr_assert_eq(row.incident, 1);
	cr_assert_eq(row.alert, 0);
	cr_assert_str_eq(row.hook, "c1");
	/* Those of what was merged into it, too. */
	harness_must(
	    &h, ANALYST, VERB_reopen, "{'incident':'INC-1','reason':'again'}");
	(void)triage_one(
	    &h, harness_push(&h, "probe", 1), (struct told){.cluster = 2});
	harness_must(
	    &h, ANALYST, VERB_merge, "{'incident':'INC-2','into':'INC-1'}");
	harness_must(&h, ANALYST, VERB_cancel,
	    "{'incident':'INC-1','reason':'a mistake'}");
	cr_assert_str_eq(harness_events(&h),
	    "incident.moved notification.queued notification.queued");
	/* An incident without alerts concerns no sender. */
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_close,
	    "{'incident':'INC-3','verdict':'false_positive','impact':'none'}");
	cr_assert_str_eq(harness_events(&h), "incident.closed review.drafted");
}

Test(decide_callback, has_room_for_as_many_as_there_can_be)
{
	size_t i;

	for (i = 0; i < CONFIG_CALLBACKS_MAX; i++) {
		callback(i, "wazuh", OCCASION_triaged);
		h.config.callbacks[i].on[OCCASION_promoted] = true;
		h.config.callbacks[i].on[OCCASION_closed] = true;
	}
	h.config.hooks_count = CONFIG_HOOKS_MAX;
	for (i = 0; i < CONFIG_HOOKS_MAX; i++)
		h.config.hooks[i] = (struct config_hook){
		    .name = "h", .on[OCCASION_opened] = true};
	(void)triage_one(
	    &h, harness_push(&h, "wazuh", 1), (struct told){.cluster = 1});
	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = "keep", .cluster = 2});
	harness_must(&h, ANALYST, VERB_alert_promote, "{'alert':'ALR-2'}");
	harness_must(&h, ANALYST, VERB_close,
	    "{'incident':'INC-2','verdict':'false_positive','impact':'none'}");
}
