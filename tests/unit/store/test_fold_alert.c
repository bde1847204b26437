#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_alerts.h"

TestSuite(fold_alert, .init = fresh_begin, .fini = fresh_end);

/* ---- triage ---- */

Test(fold_alert, becomes_what_triage_made_of_it)
{
	struct alert_part part;
	struct alert alert;

	receive(1, 1);
	open_incident(1);
	triage(1, "opened",
	    "{'p':1,'disposition':'opened','status':'promoted',"
	    "'severity':'high','classification':'intrusions'," CLUSTER
	    ",'rule':'0011223344556677','incident':'INC-1','occurred':7,"
	    "'reasons':['severity']},"
	    "{'p':2,'disposition':'kept','severity':'low'," CLUSTER "}");
	part = part_of(1, 1);
	cr_assert_eq(part.disposition, DISPOSITION_opened);
	cr_assert_eq(part.status, ALERT_STATUS_promoted);
	cr_assert_eq(part.severity, SEVERITY_high);
	cr_assert_eq(part.classification, RSIT_intrusions);
	cr_assert_arr_eq(part.cluster, CLUSTER_KEY, CLUSTER_KEY_BYTES);
	cr_assert_eq(part.rule[1], 0x11);
	cr_assert_eq(part.incident, 1);
	cr_assert_eq(part.occurred_ms, 7);
	cr_assert_eq(part.seq, world.position.seq);
	cr_assert_eq(part.index, 0);
	cr_assert_eq(part_of(1, 2).index, 1);
	cr_assert_eq(part_of(1, 2).status, ALERT_STATUS_new);

	alert = alert_of(1);
	cr_assert_eq(alert.parts, 2);
	cr_assert_eq(alert.triaged_seq, world.position.seq);
	cr_assert_eq(alert.disposition, DISPOSITION_opened);
	cr_assert_eq(alert.status, ALERT_STATUS_new, "its least advanced");
	cr_assert_eq(alerts_of(1), 1);
	cr_assert_not(is_open(1, 0));
	cr_assert_not(is_open(1, 1));
	cr_assert(is_open(1, 2));
}

Test(fold_alert, has_a_status_for_each_disposition)
{
	static const struct {
		const char *disposition;
		enum alert_status status;
	} rows[] = {
	    {"opened", ALERT_STATUS_promoted},
	    {"attached", ALERT_STATUS_merged},
	    {"kept", ALERT_STATUS_new},
	    {"resolved", ALERT_STATUS_closed},
	};

	receive(1, 4);
	for (uint64_t i = 0; i < 4; i++) {
		char part[64];

		(void)snprintf(part, sizeof(part), "{'disposition':'%s'}",
		    rows[i].disposition);
		triage(i + 1, rows[i].disposition, part);
		cr_assert_eq(part_of(i + 1, 1).status, rows[i].status);
		cr_assert_eq(alert_of(i + 1).status, rows[i].status);
	}
}

Test(fold_alert, counts_once_in_its_incident)
{
	struct incident incident;

	receive(1, 3);
	open_incident(1);
	for (uint64_t i = 1; i <= 3; i++)
		triage(i, "attached",
		    "{'disposition':'attached','incident':'INC-1'}");
	cr_assert_eq(alerts_of(1), 3);
	cr_assert_eq(incident_get(world.txn, 1, &incident), OK);
	cr_assert_eq(incident.updated_ms, world.time_ms - 100);
	cr_assert_eq(incident.revision, 1);
	triage(2, "attached", "{'disposition':'attached','incident':'INC-1'}");
	cr_assert_eq(alerts_of(1), 3);
}

Test(fold_alert, is_kept_when_it_cannot_be_read)
{
	receive(1, 1);
	triage(1, "unreadable", "");
	cr_assert_eq(alert_of(1).disposition, DISPOSITION_unreadable);
	cr_assert_eq(alert_of(1).status, ALERT_STATUS_new);
	cr_assert_eq(alert_of(1).parts, 0);
	cr_assert(is_open(1, 0));
	world_fold(
	    &world, EVENT_alert_acknowledged, ANALYST, alr(1, 0), "{}", NULL);
	cr_assert_eq(alert_of(1).status, ALERT_STATUS_acknowledged);
	cr_assert_not(is_open(1, 0));
}

Test(fold_alert, waits_for_triage_not_for_people_once_requeued)
{
	receive(1, 1);
	triage(1, "unreadable", "");
	cr_assert(is_open(1, 0));
	world_fold(
	    &world, EVENT_alert_requeued, ANALYST, alr(1, 0), "{}", NULL);
	cr_assert_not(is_open(1, 0));
	cr_assert_eq(alert_of(1).disposition, DISPOSITION_waiting);
	triage(1, "unreadable", "");
	cr_assert(is_open(1, 0));
}

Test(fold_alert, is_triaged_again_part_by_part)
{
	receive(1, 1);
	open_incident(1);
	open_incident(2);
	triage(1, "opened",
	    "{'disposition':'opened','incident':'INC-1'},"
	    "{'disposition':'opened','incident':'INC-1'},"
	    "{'disposition':'kept'},{'disposition':'opened',"
	    "'incident':'INC-1'}");
	cr_assert_eq(alerts_of(1), 3);
	/* One moves, one stays where it was, two are gone. */
	triage(1, "attached",
	    "{'disposition':'attached','incident':'INC-2'},"
	    "{'disposition':'kept'}");
	cr_assert_eq(alert_of(1).parts, 2);
	cr_assert_eq(alerts_of(1), 1);
	cr_assert_eq(alerts_of(2), 1);
	cr_assert_eq(part_of(1, 1).incident, 2);
	cr_assert_eq(part_of(1, 2).incident, 1);
	cr_assert_eq(part_of(1, 2).status, ALERT_STATUS_promoted);
	cr_assert_eq(alert_part_get(world.txn, 1, 3, &(struct alert_part){0}),
	    ERR_MISSING);
	cr_assert_not(is_open(1, 3));
}

Test(fold_alert, refuses_decisions_that_make_no_sense)
{
	static const char *const parts[] = {
	    "7",
	    "{'p':2}",
	    "{'disposition':'eaten'}",
	    "{'severity':'huge'}",
	    "{'cluster':'00'}",
	    "{'incident':'INC-9'}",
	    "{'incident':'ALR-1'}",
	};

	receive(1, 1);
	world_commit(&world);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		cr_assert_eq(
		    world_try(&world, EVENT_alert_triaged, WORKER, alr(1, 0),
			facts_of("{'disposition':'kept',"
				 "'parts':[%s]}",
			    parts[i]),
			NULL),
		    ERR_CORRUPT, "%s", parts[i]);
		world_abort(&world);
	}
	cr_assert_eq(world_try(&world, EVENT_alert_triaged, WORKER, alr(2, 0),
			 "{'parts':[]}", NULL),
	    ERR_CORRUPT);
}

/* ---- people ---- */

static void
three_parts(void)
{
	receive(1, 1);
	open_incident(1);
	open_incident(2);
	triage(1, "attached",
	    "{'disposition':'attached','incident':'INC-1'},"
	    "{'disposition':'kept'," CLUSTER "},"
	    "{'disposition':'resolved'}");
}

static void
expect(enum alert_status first, enum alert_status second,
    enum alert_status third, enum alert_status whole)
{
	cr_assert_eq(part_of(1, 1).status, first);
	cr_assert_eq(part_of(1, 2).status, second);
	cr_assert_eq(part_of(1, 3).status, third);
	cr_assert_eq(alert_of(1).status, whole);
	cr_assert_eq(is_open(1, 2), second == ALERT_STATUS_new);
}

Test(fold_alert, is_acknowledged_where_nobody_looked_yet)
{
	three_parts();
	world_fold(
	    &world, EVENT_alert_acknowledged, ANALYST, alr(1, 0), "{}", NULL);
	expect(ALERT_STATUS_merged, ALERT_STATUS_acknowledged,
	    ALERT_STATUS_closed, ALERT_STATUS_acknowledged);
}

Test(fold_alert, is_closed_where_nothing_was_decided)
{
	three_parts();
	world_fold(&world, EVENT_alert_closed, ANALYST, alr(1, 0),
	    "{'verdict':'false_positive'}", "{'reason':'noise'}");
	expect(ALERT_STATUS_merged, ALERT_STATUS_closed, ALERT_STATUS_closed,
	    ALERT_STATUS_merged);
	cr_assert_eq(alerts_of(1), 1);
}

Test(fold_alert, is_promoted_where_it_is_in_no_incident)
{
	three_parts();
	world_fold(&world, EVENT_alert_promoted, ANALYST, alr(1, 0),
	    "{'incident':'INC-2'}", NULL);
	expect(ALERT_STATUS_merged, ALERT_STATUS_promoted,
	    ALERT_STATUS_promoted, ALERT_STATUS_promoted);
	cr_assert_eq(part_of(1, 1).incident, 1);
	cr_assert_eq(part_of(1, 2).incident, 2);
	cr_assert_eq(alerts_of(1), 1);
	cr_assert_eq(alerts_of(2), 2);
}

Test(fold_alert, changes_only_the_part_that_was_named)
{
	three_parts();
	world_fold(&world, EVENT_alert_promoted, ANALYST, alr(1, 1),
	    "{'incident':'INC-2'}", NULL);
	expect(ALERT_STATUS_promoted, ALERT_STATUS_new, ALERT_STATUS_closed,
	    ALERT_STATUS_new);
	cr_assert_eq(alerts_of(1), 0);
	cr_assert_eq(alerts_of(2), 1);
	world_fold(&world, EVENT_alert_closed, ANALYST, alr(1, 2),
	    "{'verdict':'false_positive'}", NULL);
	expect(ALERT_STATUS_promoted, ALERT_STATUS_closed, ALERT_STATUS_closed,
	    ALERT_STATUS_promoted);
	cr_assert_eq(world_try(&world, EVENT_alert_closed, ANALYST, alr(1, 4),
			 "{}", NULL),
	    ERR_CORRUPT);
}

Test(fold_alert, is_promoted_as_a_whole_when_it_has_no_parts)
{
	receive(1, 1);
	open_incident(1);
	triage(1, "unreadable", "");
	world_fold(&world, EVENT_alert_promoted, ANALYST, alr(1, 0),
	    "{'incident':'INC-1'}", NULL);
	cr_assert_eq(alert_of(1).status, ALERT_STATUS_promoted);
	cr_assert_eq(alerts_of(1), 1);
	cr_assert_not(is_open(1, 0));
	cr_assert_eq(world_try(&world, EVENT_alert_promoted, ANALYST, alr(1, 0),
			 "{}", NULL),
	    ERR_CORRUPT);
}

Test(fold_alert, has_no_history_of_what_it_says_itself)
{
	size_t rows = 0;
	char *dump;

	three_parts();
	world_fold(
	    &world, EVENT_alert_acknowledged, ANALYST, alr(1, 2), "{}", NULL);
	dump = world_dump(&world, true);
	for (const char *at = dump; (at = strstr(at, "\nhistory 02")) != NULL;
	     at++)
		rows++;
	cr_assert_eq(rows, 1);
	free(dump);
}
