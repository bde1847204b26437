/* What wishes come to. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_triage, .init = fresh_begin, .fini = fresh_end);

static uint64_t
push(void)
{
	return harness_push(&h, "wazuh", 1);
}

/* How things stand with the cluster before the alert comes. */
enum before { FRESH, KEPT, OPEN, OPEN_LONG_AGO, CLOSED, BEFORES };

static void
arrange(enum before before, unsigned cluster)
{
	uint64_t alert;

	if (before == FRESH)
		return;
	alert = push();
	if (before == KEPT) {
		(void)triage_one(&h, alert,
		    (struct told){.wish = "keep", .cluster = cluster});
		return;
	}
	(void)triage_one(&h, alert, (struct told){.cluster = cluster});
	if (before == OPEN_LONG_AGO)
		h.now_ms += (uint64_t)h.config.triage_window_ms + 60000;
	if (before == CLOSED)
		harness_bring(
		    &h, harness_part(&h, alert, 1).incident, STATUS_closed);
}

Test(decide_triage, maps_every_wish_in_every_situation)
{
	static const struct {
		enum before before;
		const char *wish;
		enum disposition disposition;
		enum alert_status status;
		const char *reason; /* of decide's own; NULL for none */
	} rows[] = {
	    {FRESH, "open", DISPOSITION_opened, ALERT_STATUS_promoted, NULL},
	    {FRESH, "attach", DISPOSITION_kept, ALERT_STATUS_new, NULL},
	    {FRESH, "keep", DISPOSITION_kept, ALERT_STATUS_new, NULL},
	    {FRESH, "resolve", DISPOSITION_resolved, ALERT_STATUS_closed,
		"resolved_by_source"},
	    {KEPT, "open", DISPOSITION_opened, ALERT_STATUS_promoted, NULL},
	    {KEPT, "attach", DISPOSITION_kept, ALERT_STATUS_new, NULL},
	    {KEPT, "keep", DISPOSITION_kept, ALERT_STATUS_new, NULL},
	    {KEPT, "resolve", DISPOSITION_resolved, ALERT_STATUS_closed,
		"resolved_by_source"},
	    {OPEN, "open", DISPOSITION_attached, ALERT_STATUS_merged,
		"cluster_open"},
	    {OPEN, "attach", DISPOSITION_attached, ALERT_STATUS_merged,
		"cluster_open"},
	    {OPEN, "keep", DISPOSITION_attached, ALERT_STATUS_merged,
		"cluster_open"},
	    {OPEN, "resolve", DISPOSITION_resolved, ALERT_STATUS_closed,
		"resolved_by_source"},
	    {OPEN_LONG_AGO, "open", DISPOSITION_opened, ALERT_STATUS_promoted,
		"window_passed"},
	    {OPEN_LONG_AGO, "attach", DISPOSITION_kept, ALERT_STATUS_new,
		"window_passed"},
	    {OPEN_LONG_AGO, "keep", DISPOSITION_kept, ALERT_STATUS_new,
		"window_passed"},
	    {OPEN_LONG_AGO, "resolve", DISPOSITION_resolved,
		ALERT_STATUS_closed, "resolved_by_source"},
	    {CLOSED, "open", DISPOSITION_opened, ALERT_STATUS_promoted,
		"follows_closed"},
	    {CLOSED, "attach", DISPOSITION_kept, ALERT_STATUS_new,
		"incident_closed"},
	    {CLOSED, "keep", DISPOSITION_kept, ALERT_STATUS_new,
		"incident_closed"},
	    {CLOSED, "resolve", DISPOSITION_resolved, ALERT_STATUS_closed,
		"resolved_by_source"},
	};
	size_t i;

	cr_assert_eq(sizeof(rows) / sizeof(rows[0]), (size_t)4 * BEFORES);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned cluster = (unsigned)i + 1;
		struct alert_part part;
		uint64_t alert;

		arrange(rows[i].before, cluster);
		alert = push();
		part = triage_one(&h, alert,
		    (struct told){.wish = rows[i].wish, .cluster = cluster});
		cr_assert_eq(part.disposition, rows[i].disposition,
		    "row %zu: %s", i,
		    words_name(WORDS_DISPOSITION, (int)part.disposition));
		cr_assert_eq(part.status, rows[i].status, "row %zu", i);
		/* What resolves belongs to the incident while it is open. */
		cr_assert_eq(part.incident != 0,
		    part.disposition == DISPOSITION_opened ||
			part.disposition == DISPOSITION_attached ||
			(part.disposition == DISPOSITION_resolved &&
			    (rows[i].before == OPEN ||
				rows[i].before == OPEN_LONG_AGO)),
		    "row %zu", i);
		if (rows[i].reason != NULL)
			cr_assert(part_has_reason(&h, alert, 1, rows[i].reason),
			    "row %zu: %s", i, rows[i].reason);
	}
	harness_expect_rebuilt(&h);
}

Test(decide_triage, opens_with_everything_that_the_alert_says)
{
	struct incident incident;
	struct alert_part part;
	uint64_t alert = push();

	part = triage_one(&h, alert,
	    (struct told){.cluster = 1,
		.rule = 5712,
		.severity = "critical",
		.more = ",'description':'D','classification':'intrusions',"
			"'techniques':['t1110'],'host':'web1','user':'root',"
			"'host_hashes':['00000000000000aa'],"
			"'occurred':1699999999000,"
			"'observables':[{'type':'ipv4',"
			"'value':'192.0.2.1'}],"
			"'reasons':[{'code':'severity_open','text':'T'}]"});
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened alert.triaged job.done");
	cr_assert_eq(part.incident, 1);
	incident = harness_incident(&h, 1);
	cr_assert_eq(incident.severity, SEVERITY_critical);
	cr_assert_eq(incident.classification, RSIT_intrusions);
	cr_assert_eq(incident.opened_by, 0);
	cr_assert_eq(incident.alerts, 1);
	cr_assert_eq(incident.techniques_count, 1);
	cr_assert_eq(incident.hosts_count, 1);
	cr_assert_eq(incident.occurred_ms, 1699999999000);
	cr_assert(incident.unread);
	cr_assert(part_has_reason(&h, alert, 1, "severity_open"));
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}"), OK);
	cr_assert_str_eq(harness_text(&h, "title"), "Alert of cluster 1");
	cr_assert_str_eq(harness_text(&h, "description"), "D");
	cr_assert_str_eq(harness_text(&h, "source"), "wazuh");
	cr_assert_str_eq(harness_text(&h, "opened_by"), "triage");
}

Test(decide_triage, makes_one_command_of_one_delivery)
{
	uint64_t alert = push();
	size_t groups = h.groups;

	(void)triage_one(&h, alert, (struct told){.cluster = 1});
	/* The lease, the delivery, the job: a group each. */
	cr_assert_eq(h.groups - groups, 3);
}

Test(decide_triage, attaches_below_its_threshold_and_says_so)
{
	uint64_t alert;

	(void)triage_one(&h, push(), (struct told){.cluster = 1});
	alert = push();
	cr_assert_eq(
	    triage_one(&h, alert,
		(struct told){.cluster = 1, .wish = "keep", .severity = "info"})
		.disposition,
	    DISPOSITION_attached);
	cr_assert(part_has_reason(&h, alert, 1, "below_attach"));
	cr_assert_eq(harness_incident(&h, 1).alerts, 2);
	alert = push();
	(void)triage_one(
	    &h, alert, (struct told){.cluster = 1, .severity = "low"});
	cr_assert(!part_has_reason(&h, alert, 1, "below_attach"));
}

Test(decide_triage, names_the_closed_incident_that_a_new_one_follows)
{
	struct alert_part part;

	(void)triage_one(&h, push(), (struct told){.cluster = 1});
	harness_bring(&h, 1, STATUS_closed);
	part = triage_one(&h, push(), (struct told){.cluster = 1});
	cr_assert_eq(part.incident, 2);
	cr_assert_eq(harness_incident(&h, 2).follows, 1);
	cr_assert_eq(harness_incident(&h, 1).alerts, 1);
}

Test(decide_triage, raises_for_severity_technique_or_host_that_is_new)
{
	static const struct {
		struct told told;
		bool raises;
		enum severity then;
	} rows[] = {
	    {{.severity = "medium"}, false, SEVERITY_medium},
	    {{.severity = "low"}, false, SEVERITY_medium},
	    {{.severity = "critical"}, true, SEVERITY_critical},
	    {{.severity = "high"}, false, SEVERITY_critical},
	    {{.more = ",'techniques':['t1110']"}, true, SEVERITY_critical},
	    {{.more = ",'techniques':['t1110']"}, false, SEVERITY_critical},
	    {{.more = ",'host':'a','host_hashes':['00000000000000aa']"}, true,
		SEVERITY_critical},
	    {{.more = ",'host':'a','host_hashes':['00000000000000aa']"}, false,
		SEVERITY_critical},
	    {{.more = ",'host_hashes':['00000000000000aa',"
		      "'00000000000000bb']"},
		true, SEVERITY_critical},
	};
	size_t i;

	(void)triage_one(
	    &h, push(), (struct told){.cluster = 1, .severity = "medium"});
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told told = rows[i].told;
		struct incident incident;

		told.cluster = 1;
		/* A person reads it: unread is news again afterwards. */
		harness_must(&h, ANALYST, VERB_comment,
		    "{'incident':'INC-1','text':'seen'}");
		(void)triage_one(&h, push(), told);
		cr_assert_str_eq(harness_events(&h),
		    rows[i].raises ? "incident.raised alert.triaged job.done"
				   : "alert.triaged job.done",
		    "row %zu", i);
		incident = harness_incident(&h, 1);
		cr_assert_eq(incident.unread, rows[i].raises, "row %zu", i);
		cr_assert_eq(incident.severity, rows[i].then, "row %zu", i);
	}
	cr_assert_eq(harness_incident(&h, 1).hosts_count, 2);
}

Test(decide_triage, notices_no_more_hosts_than_it_remembers)
{
	char more[64];
	unsigned i;

	(void)triage_one(&h, push(), (struct told){.cluster = 1});
	for (i = 0; i < LIMIT_HOSTS_MAX + 2; i++) {
		(void)snprintf(
		    more, sizeof(more), ",'host_hashes':['%016x']", i + 1);
		(void)triage_one(
		    &h, push(), (struct told){.cluster = 1, .more = more});
		cr_assert_eq(h.kinds[0] == EVENT_incident_raised,
		    i < LIMIT_HOSTS_MAX, "host %u", i);
	}
	cr_assert_eq(harness_incident(&h, 1).hosts_count, LIMIT_HOSTS_MAX);
}

Test(decide_triage, tells_the_hooks_when_it_opens)
{
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "page",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_high};
	(void)triage_one(&h, push(), (struct told){.cluster = 1});
	cr_assert_str_eq(harness_events(&h),
	    "incident.opened notification.queued alert.triaged job.done");
	(void)triage_one(
	    &h, push(), (struct told){.cluster = 2, .severity = "medium"});
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened alert.triaged job.done");
}

/* ---- what resolved, and what comes too late ---- */

Test(decide_triage, leaves_closing_to_a_person_when_all_resolved)
{
	struct alert_part part;

	(void)triage_one(
	    &h, push(), (struct told){.cluster = 1, .external = 1});
	part = triage_one(&h, push(),
	    (struct told){.cluster = 1, .external = 1, .wish = "resolve"});
	cr_assert_eq(part.incident, 1);
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert(status_is_open(harness_incident(&h, 1).status));
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}"), OK);
	cr_assert(cJSON_IsTrue(harness_at(&h, "resolved_by_source")));
	/* It fires again. */
	(void)triage_one(
	    &h, push(), (struct told){.cluster = 1, .external = 1});
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-1'}"), OK);
	cr_assert(cJSON_IsFalse(harness_at(&h, "resolved_by_source")));
}

/* Leases both alerts, so that the newer can be settled first. */
static void
lease_two(uint64_t *older, uint64_t *newer, uint64_t leases[2])
{
	*older = push();
	*newer = push();
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 1, &leases[0]), OK);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 1, 1, &leases[1]), OK);
}

static void
settle(uint64_t lease, uint64_t alert, struct told told)
{
	harness_must(&h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'01010101010101010101010101010101',"
		    "'outcomes':[{'alert':'ALR-%" PRIu64
		    "','format':'native','parts':[%s]}]}",
		lease, alert, told_part(1, told)));
}

Test(decide_triage, opens_nothing_for_what_was_resolved_since)
{
	uint64_t older, newer, leases[2];
	struct alert_part part;

	lease_two(&older, &newer, leases);
	settle(leases[1], newer,
	    (struct told){.cluster = 1, .external = 1, .wish = "resolve"});
	settle(leases[0], older, (struct told){.cluster = 1, .external = 1});
	part = harness_part(&h, older, 1);
	cr_assert_eq(part.disposition, DISPOSITION_resolved);
	cr_assert_eq(part.status, ALERT_STATUS_closed);
	cr_assert(part_has_reason(&h, older, 1, "late"));
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	/* In order, it opens. */
	part =
	    triage_one(&h, push(), (struct told){.cluster = 1, .external = 1});
	cr_assert_eq(part.disposition, DISPOSITION_opened);
}

Test(decide_triage, lets_a_late_resolution_close_nothing)
{
	unsigned char key[CLUSTER_KEY_BYTES];
	uint64_t older, newer, leases[2];
	struct cluster cluster;

	lease_two(&older, &newer, leases);
	settle(leases[1], newer, (struct told){.cluster = 1, .external = 1});
	settle(leases[0], older,
	    (struct told){.cluster = 1, .external = 1, .wish = "resolve"});
	cr_assert(part_has_reason(&h, older, 1, "late"));
	cluster_key(1, key);
	cr_assert_eq(cluster_get(h.txn, key, &cluster), OK);
	cr_assert_eq(cluster.open, 1);
}

Test(decide_triage, takes_an_older_firing_while_the_newer_still_fires)
{
	uint64_t older, newer, leases[2];
	struct alert_part part;

	lease_two(&older, &newer, leases);
	settle(leases[1], newer, (struct told){.cluster = 1, .external = 1});
	settle(leases[0], older, (struct told){.cluster = 1, .external = 1});
	part = harness_part(&h, older, 1);
	cr_assert_eq(part.disposition, DISPOSITION_attached);
	cr_assert(part_has_reason(&h, older, 1, "late"));
}

Test(decide_triage, knows_the_later_part_of_one_delivery_as_newer)
{
	uint64_t alert = push();
	char parts[4096];

	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(
		1, (struct told){.wish = "keep", .cluster = 1, .external = 1}),
	    told_part(2,
		(struct told){.wish = "resolve", .cluster = 1, .external = 1}));
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_eq(harness_part(&h, alert, 1).disposition, DISPOSITION_kept);
	/* Triaged again, the first part knows how it ended; the second is
	 * not late for itself. */
	harness_must(&h, ANALYST, VERB_alert_retry, "{'alert':'ALR-1'}");
	cr_assert_eq(triage_parts(&h, alert, parts), OK);
	cr_assert_eq(
	    harness_part(&h, alert, 1).disposition, DISPOSITION_resolved);
	cr_assert(part_has_reason(&h, alert, 1, "late"));
	cr_assert(!part_has_reason(&h, alert, 2, "late"));
}

/* ---- umbrellas ---- */

TestSuite(decide_umbrella, .init = fresh_begin, .fini = fresh_end);

/* An alert of a cluster of its own, of the rule; its incident. */
static uint64_t
storm(unsigned *cluster, unsigned rule)
{
	return triage_one(
	    &h, push(), (struct told){.cluster = ++*cluster, .rule = rule})
	    .incident;
}

Test(decide_umbrella, covers_a_storm_of_one_rule_and_no_other)
{
	struct alert_part part;
	unsigned cluster = 0;
	uint64_t i;

	h.config.triage_umbrella = 3;
	for (i = 1; i <= 3; i++)
		cr_assert_eq(storm(&cluster, 1), i);
	/* The first beyond opens the umbrella, what follows joins it. */
	cr_assert_eq(storm(&cluster, 1), 4);
	cr_assert(harness_incident(&h, 4).umbrella);
	cr_assert(!harness_incident(&h, 3).umbrella);
	for (i = 0; i < 5; i++)
		cr_assert_eq(storm(&cluster, 1), 4);
	cr_assert_eq(harness_incident(&h, 4).alerts, 6);
	part = harness_part(&h, h.alerts, 1);
	cr_assert_eq(part.disposition, DISPOSITION_attached);
	cr_assert(part_has_reason(&h, h.alerts, 1, "umbrella"));
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-4'}"), OK);
	cr_assert_str_eq(
	    harness_text(&h, "title"), "Storm: Alert of cluster 4");
	/* Another rule, and another source, are not in this storm. */
	cr_assert_eq(storm(&cluster, 2), 5);
	part = triage_one(&h, harness_push(&h, "probe", 1),
	    (struct told){.cluster = 100, .rule = 1});
	cr_assert_eq(part.incident, 6);
	harness_expect_rebuilt(&h);
}

Test(decide_umbrella, counts_anew_when_its_window_has_passed)
{
	unsigned cluster = 0;

	h.config.triage_umbrella = 1;
	cr_assert_eq(storm(&cluster, 1), 1);
	cr_assert_eq(storm(&cluster, 1), 2);
	cr_assert_eq(storm(&cluster, 1), 2);
	h.now_ms += (uint64_t)h.config.triage_umbrella_window_ms;
	cr_assert_eq(storm(&cluster, 1), 3);
	cr_assert(!harness_incident(&h, 3).umbrella);
	/* The umbrella that stands open takes the next storm too. */
	cr_assert_eq(storm(&cluster, 1), 2);
}

Test(decide_umbrella, opens_another_when_the_first_was_closed)
{
	unsigned cluster = 0;

	h.config.triage_umbrella = 1;
	(void)storm(&cluster, 1);
	cr_assert_eq(storm(&cluster, 1), 2);
	harness_bring(&h, 2, STATUS_closed);
	cr_assert_eq(storm(&cluster, 1), 3);
	cr_assert(harness_incident(&h, 3).umbrella);
}

Test(decide_umbrella, keeps_a_title_of_full_length_whole)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	char part[1024];

	/* Two-byte characters, so that the cut falls into one. */
	for (size_t i = 0; i < LIMIT_TITLE_BYTES_MAX; i += 2)
		memcpy(title + i, "\xc3\xa4", 2);
	title[LIMIT_TITLE_BYTES_MAX] = '\0';
	(void)snprintf(part, sizeof(part),
	    "{'p':1,'wish':'open','title':'%s','severity':'high',"
	    "'cluster':'%032x'}",
	    title, 9);
	h.config.triage_umbrella = 1;
	(void)triage_one(&h, push(), (struct told){.cluster = 1});
	cr_assert_eq(triage_parts(&h, push(), part), OK);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_show, "{'incident':'INC-2'}"), OK);
	cr_assert_leq(
	    strlen(harness_text(&h, "title")), (size_t)LIMIT_TITLE_BYTES_MAX);
	cr_assert_geq(strlen(harness_text(&h, "title")),
	    (size_t)LIMIT_TITLE_BYTES_MAX - 1);
	cr_assert(
	    strncmp(harness_text(&h, "title"), "Storm: \xc3\xa4", 9) == 0);
}
