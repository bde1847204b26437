#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_alerts.h"

TestSuite(fold_cluster, .init = fresh_begin, .fini = fresh_end);

/* ---- clusters ---- */

static struct cluster
cluster_of(void)
{
	struct cluster cluster;

	cr_assert_eq(cluster_get(world_txn(&world), CLUSTER_KEY, &cluster), OK);
	return cluster;
}

static void
say(uint64_t alert, const char *disposition, const char *external)
{
	char part[256];

	(void)snprintf(part, sizeof(part),
	    "{'disposition':'%s','severity':'low'," CLUSTER ",'external':'%s'}",
	    disposition, external);
	triage(alert, disposition, part);
}

static const char ID_A[] = "00000000000000aa";
static const char ID_B[] = "00000000000000bb";

Test(fold_cluster, counts_what_belongs_together)
{
	struct cluster cluster;

	receive(1, 9);
	open_incident(1);
	triage(5, "kept",
	    "{'disposition':'kept','severity':'low'," CLUSTER
	    ",'observables':'1122334455667788'}");
	triage(7, "opened",
	    "{'disposition':'opened','severity':'high','incident':'INC-1'"
	    "," CLUSTER "}");
	triage(3, "kept",
	    "{'disposition':'kept','severity':'medium'," CLUSTER "}");
	cluster = cluster_of();
	cr_assert_eq(cluster.count, 3);
	cr_assert_eq(cluster.first_alert, 3);
	cr_assert_eq(cluster.last_alert, 7);
	cr_assert_eq(cluster.first_ms, WORLD_TIME_MS + 100);
	cr_assert_eq(cluster.last_ms, WORLD_TIME_MS + 300);
	cr_assert_eq(cluster.severity, SEVERITY_high);
	cr_assert_eq(cluster.incident, 1);
	cr_assert_eq(cluster.observables[7], 0x88);
	cr_assert_eq(cluster.open, 0);
	/* Triaged again, it is the same alert. */
	triage(7, "attached",
	    "{'disposition':'attached','incident':'INC-1'," CLUSTER "}");
	cr_assert_eq(cluster_of().count, 3);
	triage(8, "kept", "{'disposition':'kept'}");
	cr_assert_eq(cluster_of().count, 3);
}

Test(fold_cluster, fires_until_each_id_is_resolved)
{
	receive(1, 9);
	say(1, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 1);
	say(2, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 1);
	say(3, "kept", ID_B);
	cr_assert_eq(cluster_of().open, 2);
	say(4, "resolved", ID_A);
	cr_assert_eq(cluster_of().open, 1);
	say(5, "resolved", ID_A);
	cr_assert_eq(cluster_of().open, 1);
	say(6, "resolved", ID_B);
	cr_assert_eq(cluster_of().open, 0);
	say(7, "kept", ID_B);
	cr_assert_eq(cluster_of().open, 1);
	cr_assert_eq(cluster_of().count, 4);
}

Test(fold_cluster, is_not_reopened_by_an_alert_that_is_late)
{
	static const unsigned char id[HASH8] = {0, 0, 0, 0, 0, 0, 0, 0xaa};
	struct external external;

	receive(1, 9);
	say(1, "kept", ID_A);
	say(3, "resolved", ID_A);
	say(2, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 0);
	cr_assert_eq(cluster_of().count, 2);
	cr_assert_eq(external_get(world.txn, CLUSTER_KEY, id, &external), OK);
	cr_assert_eq(external.alert, 3);
	cr_assert_eq(external.part, 1);
	cr_assert(external.resolved);
}

Test(fold_cluster, believes_an_alert_that_is_triaged_again)
{
	receive(1, 1);
	say(1, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 1);
	say(1, "resolved", ID_A);
	cr_assert_eq(cluster_of().open, 0);
}

Test(fold_cluster, heeds_the_later_part_of_one_delivery)
{
	receive(1, 1);
	triage(1, "kept",
	    "{'disposition':'kept'," CLUSTER ",'external':'00000000000000aa'},"
	    "{'disposition':'resolved'," CLUSTER
	    ",'external':'00000000000000aa'}");
	cr_assert_eq(cluster_of().open, 0);
	cr_assert_eq(cluster_of().count, 1);
	triage(1, "kept",
	    "{'disposition':'kept'," CLUSTER ",'external':'00000000000000aa'}");
	cr_assert_eq(cluster_of().open, 0);
}

Test(fold_cluster, is_not_made_by_what_is_over_already)
{
	static const unsigned char id[HASH8] = {0, 0, 0, 0, 0, 0, 0, 0xaa};
	struct external external;
	struct cluster cluster;

	receive(1, 9);
	say(2, "resolved", ID_A);
	cr_assert_eq(
	    cluster_get(world.txn, CLUSTER_KEY, &cluster), ERR_MISSING);
	cr_assert_eq(external_get(world.txn, CLUSTER_KEY, id, &external), OK);
	say(1, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 0);
	say(3, "kept", ID_A);
	cr_assert_eq(cluster_of().open, 1);
}

Test(fold_cluster, follows_its_alerts_when_people_promote_them)
{
	receive(1, 2);
	open_incident(1);
	say(1, "kept", ID_A);
	cr_assert_eq(cluster_of().incident, 0);
	world_fold(&world, EVENT_alert_promoted, ANALYST, alr(1, 1),
	    "{'incident':'INC-1'}", NULL);
	cr_assert_eq(cluster_of().incident, 1);
	cr_assert_eq(cluster_of().count, 1);
}

/* ---- umbrellas ---- */

static const unsigned char RULE[HASH8] = {0, 0, 0, 0, 0, 0, 0, 0xcc};

static struct umbrella
under(uint64_t number, uint64_t window, const char *more)
{
	struct umbrella umbrella;

	world_fold(&world, EVENT_incident_opened, WORKER, inc(number),
	    facts_of("{'source':'wazuh','rule':'00000000000000cc',"
		     "'window':%d%s}",
		(int)window, more),
	    NULL);
	cr_assert_eq(umbrella_get(world.txn, 1, RULE, &umbrella), OK);
	return umbrella;
}

Test(fold_cluster, counts_incidents_of_a_rule_by_window)
{
	struct umbrella umbrella = under(1, 1000, "");

	cr_assert_eq(umbrella.since_ms, 1000);
	cr_assert_eq(umbrella.opened, 1);
	cr_assert_eq(umbrella.incident, 0);
	umbrella = under(2, 1000, ",'umbrella':true");
	cr_assert_eq(umbrella.opened, 2);
	cr_assert_eq(umbrella.incident, 2);
	umbrella = under(3, 5000, "");
	cr_assert_eq(umbrella.since_ms, 5000);
	cr_assert_eq(umbrella.opened, 1);
	cr_assert_eq(umbrella.incident, 2, "it survives its window");
	/* By hand there is no window, and nothing is counted. */
	world_fold(&world, EVENT_incident_opened, ANALYST, inc(4),
	    "{'source':'wazuh','rule':'00000000000000cc'}", NULL);
	cr_assert_eq(umbrella_get(world.txn, 1, RULE, &umbrella), OK);
	cr_assert_eq(umbrella.opened, 1);
	cr_assert_eq(umbrella_get(world.txn, 2, RULE, &umbrella), ERR_MISSING);
}
