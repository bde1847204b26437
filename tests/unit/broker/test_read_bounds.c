/* Answers just beyond what they show of a thing. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"
#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(read_bounds, .init = fresh_begin, .fini = fresh_end);

/* One delivery of so many parts of cluster 1; the first has a wish of its own.
 */
static void
deliver(unsigned parts, const char *first, const char *others)
{
	static char list[65536];
	uint64_t alert = harness_push(&h, "wazuh", 1);
	size_t n = 0;
	unsigned i;

	for (i = 1; i <= parts; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
		    i > 1 ? "," : "",
		    told_part(i, (struct told){.cluster = 1,
				     .external = 1,
				     .wish = i == 1 ? first : others}));
	cr_assert_eq(triage_parts(&h, alert, list), OK, "%s", h.fault.message);
}

static bool
over_by_source(void)
{
	harness_must_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}");
	return cJSON_IsTrue(harness_at(&h, "resolved_by_source"));
}

/* ATTACHED_SHOWN_MAX, ATTACHED_VISIT_MAX: 50 and 1,000. */
Test(read_bounds, show_has_50_alerts_and_looks_at_1000)
{
	unsigned left;

	deliver(50, "open", "resolve");
	cr_assert(over_by_source());
	cr_assert_eq(harness_count(&h, "attached"), 50);
	for (left = 950; left > 0; left -= 190)
		deliver(190, "resolve", "resolve");
	cr_assert(over_by_source());
	cr_assert_eq(harness_number(&h, "alerts"), 1000);
	cr_assert_eq(harness_count(&h, "attached"), 50);
	deliver(1, "resolve", "resolve");
	cr_assert_not(over_by_source(), "it did not look at all of them");
	cr_assert_eq(harness_number(&h, "alerts"), 1001);
}

/* MERGED_SHOWN_MAX, ATTACHED_INCIDENTS_MAX: 64 of each, itself among those. */
Test(read_bounds, show_has_64_merged_incidents_and_looks_at_64_in_all)
{
	int i;

	deliver(2, "open", "resolve");
	for (i = 2; i <= 66; i++) {
		(void)harness_open(&h);
		harness_must(&h, ANALYST, VERB_merge,
		    body_of("{'incident':'INC-%d','into':'INC-1'}", i));
		cr_expect_eq(over_by_source(), i <= 64, "%d", i);
		cr_expect_eq(harness_count(&h, "merged"), i <= 65 ? i - 1 : 64);
	}
}

/* PARTS_SHOWN_MAX: 100. */
Test(read_bounds, alert_show_has_100_parts_and_the_count_of_all)
{
	deliver(100, "open", "resolve");
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-1'}");
	cr_assert_eq(harness_count(&h, "parts"), 100);
	deliver(101, "resolve", "resolve");
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-2'}");
	cr_assert_eq(harness_count(&h, "parts"), 100);
	cr_assert_eq(harness_number(&h, "parts_count"), 101);
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-2/101'}");
	cr_assert_str_eq(harness_text(&h, "parts[0].id"), "ALR-2/101");
}

static uint64_t
lease_one(void)
{
	uint64_t lease;

	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	return lease;
}

static void
fail(uint64_t lease)
{
	harness_must(&h, WORKER, VERB_worker_fail,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'reason':'it broke'}",
		lease));
}

/* HISTORY_SHOWN_MAX: 100. */
Test(read_bounds, alert_show_has_100_events)
{
	int i;

	deliver(1, "keep", "keep");
	for (i = 0; i < 101; i++) {
		harness_must(
		    &h, ANALYST, VERB_alert_retry, "{'alert':'ALR-1'}");
		cr_assert_eq(triage_parts(&h, 1,
				 told_part(1, (struct told){.cluster = 1,
						  .wish = "keep"})),
		    OK);
	}
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-1'}");
	cr_assert_eq(harness_count(&h, "history"), 100);
}

/* LEASES_SHOWN_MAX, DEAD_SHOWN_MAX: 200 and 50. */
Test(read_bounds, jobs_has_200_leases_and_50_dead_letters)
{
	uint64_t leases[201];
	int i;

	h.config.retry_attempts = 1;
	(void)harness_push(&h, "wazuh", 201);
	for (i = 0; i < 201; i++)
		leases[i] = lease_one();
	harness_must_ask(&h, ANALYST, VERB_jobs, "{}");
	cr_assert_eq(harness_count(&h, "workflows[0].leases"), 200);
	for (i = 0; i < 51; i++)
		fail(leases[i]);
	harness_must_ask(&h, ANALYST, VERB_jobs, "{}");
	cr_assert_eq(harness_count(&h, "workflows[0].leases"), 150);
	cr_assert_eq(harness_number(&h, "workflows[0].dead"), 51);
	cr_assert_eq(harness_count(&h, "workflows[0].dead_items"), 50);
}

/* KEPT_COUNTED_MAX: 1,000. */
Test(read_bounds, status_counts_1000_alerts_that_wait_for_a_person)
{
	int i;

	for (i = 0; i < 5; i++)
		deliver(200, "keep", "keep");
	harness_must_ask(&h, ANALYST, VERB_status, "{}");
	cr_assert_eq(harness_number(&h, "alerts.kept"), 1000);
	deliver(1, "keep", "keep");
	harness_must_ask(&h, ANALYST, VERB_status, "{}");
	cr_assert_eq(harness_number(&h, "alerts.kept"), 1000);
}

/* PAGE_BYTES_MAX: three quarters of a frame. */
Test(read_bounds, a_page_is_full_to_the_byte)
{
	enum { PAGE = LIMIT_FRAME_BYTES_MAX / 4 * 3 };
	struct reading r;
	cJSON *row = put_object(NULL, NULL);
	size_t size;

	put_text(row, "title", "as long as it is");
	reading_init(&r);
	cr_assert(reading_fits(&r, row, 0));
	size = r.bytes;
	r.bytes = PAGE - size;
	cr_assert(reading_fits(&r, row, 1));
	cr_assert_eq(r.bytes, PAGE);
	r.bytes = PAGE - size + 1;
	cr_assert_not(reading_fits(&r, row, 1));
	cr_assert_eq(r.bytes, PAGE - size + 1);
	cJSON_Delete(row);
	reading_fini(&r);
}
