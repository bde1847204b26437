/* What a source says was seen: an event on what it names, and nothing else. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_acknowledge, .init = fresh_begin, .fini = fresh_end_rebuilt);

/* A delivery of the cluster 1 with the external id 1. */
static struct alert_part
come(const char *wish)
{
	return triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = wish, .cluster = 1, .external = 1});
}

static struct cluster
cluster(void)
{
	unsigned char key[CLUSTER_KEY_BYTES];
	struct cluster row;

	cluster_key(1, key);
	cr_assert_eq(cluster_get(h.txn, key, &row), OK);
	return row;
}

Test(decide_acknowledge, acknowledges_the_alert_that_it_names_once)
{
	struct alert_part part;

	(void)come("keep");
	part = come("acknowledge");
	cr_assert_str_eq(
	    harness_events(&h), "alert.acknowledged alert.triaged job.done");
	cr_assert_eq(harness_part(&h, 1, 1).status, ALERT_STATUS_acknowledged);
	cr_assert_eq(part.disposition, DISPOSITION_kept);
	cr_assert_eq(part.status, ALERT_STATUS_closed);
	cr_assert(part_has_reason(&h, 2, 1, "acknowledged_by_source"));
	(void)come("acknowledge");
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	/* It is no alert of the cluster: the next one counts as the second. */
	cr_assert_eq(cluster().count, 1);
	(void)come("keep");
	cr_assert_eq(cluster().count, 2);
	cr_assert_eq(cluster().open, 1);
}

Test(decide_acknowledge, opens_nothing_whatever_the_severity)
{
	struct alert_part part = come("acknowledge");

	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert_eq(part.disposition, DISPOSITION_kept);
	/* It waits for a person, who sees that it names nothing. */
	cr_assert_eq(part.status, ALERT_STATUS_new);
	cr_assert(part_has_reason(&h, 1, 1, "acknowledges_nothing"));
	part = triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.wish = "acknowledge", .cluster = 7});
	cr_assert(part_has_reason(&h, 2, 1, "acknowledges_nothing"));
	/* Another source's is another cluster, and so another alert. */
	cr_assert_eq(part.incident, 0);
}

Test(decide_acknowledge, joins_the_open_incident_of_what_it_names)
{
	struct alert_part part;

	(void)come("open");
	part = come("acknowledge");
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert_eq(part.incident, 1);
	cr_assert_eq(part.status, ALERT_STATUS_merged);
	cr_assert_eq(harness_part(&h, 1, 1).status, ALERT_STATUS_promoted);
	/* The incident's own time goes on: nobody here has taken it up. */
	cr_assert_eq(harness_incident(&h, 1).acknowledged_ms, 0);
	harness_bring(&h, 1, STATUS_closed);
	part = come("acknowledge");
	cr_assert_eq(part.incident, 0);
	cr_assert_eq(part.status, ALERT_STATUS_closed);
}

Test(decide_acknowledge, knows_what_is_over)
{
	struct alert_part part;

	(void)come("keep");
	(void)come("resolve");
	part = come("acknowledge");
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert_eq(part.status, ALERT_STATUS_closed);
	cr_assert(part_has_reason(&h, 3, 1, "acknowledges_what_is_over"));
}
