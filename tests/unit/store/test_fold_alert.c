#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

static struct world world;

static void
setup(void)
{
	world_init(&world);
	world_people(&world);
}

static void
teardown(void)
{
	world_fini(&world);
}

TestSuite(fold_alert, .init = setup, .fini = teardown);
TestSuite(fold_cluster, .init = setup, .fini = teardown);
TestSuite(fold_producer, .init = setup, .fini = teardown);

#define CLUSTER "'cluster':'000102030405060708090a0b0c0d0e0f'"
static const unsigned char CLUSTER_KEY[CLUSTER_KEY_BYTES] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void
receive(uint64_t first, unsigned count)
{
	world_fold(&world, EVENT_alert_received, SENSOR, alr(first, 0),
	    facts_of("{'source':'wazuh','n':%u}", count), NULL);
	world.time_ms += 100;
}

static void
triage(uint64_t alert, const char *disposition, const char *parts)
{
	world_fold(&world, EVENT_alert_triaged, WORKER, alr(alert, 0),
	    facts_of("{'config':'0','format':'wazuh','disposition':'%s',"
		     "'parts':[%s]}",
		disposition, parts),
	    NULL);
	world.time_ms += 100;
}

static void
open_incident(uint64_t number)
{
	world_fold(
	    &world, EVENT_incident_opened, WORKER, inc(number), "{}", NULL);
}

static struct alert
alert_of(uint64_t number)
{
	struct alert alert;

	cr_assert_eq(alert_get(world_txn(&world), number, &alert), OK);
	return alert;
}

static struct alert_part
part_of(uint64_t alert, uint32_t number)
{
	struct alert_part part;

	cr_assert_eq(
	    alert_part_get(world_txn(&world), alert, number, &part), OK);
	return part;
}

static uint64_t
alerts_of(uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(world_txn(&world), number, &incident), OK);
	return incident.alerts;
}

/* Is there a row of the table with this key? */
static bool
is_open(uint64_t alert, uint32_t part)
{
	struct slice value;
	PACK(key, 12);

	pack_u64(&key, alert);
	pack_u32(&key, part);
	return lmdb_get(world_txn(&world)->lmdb, TABLE_alert_open,
		   pack_slice(&key), &value) == OK;
}

/* ---- receiving ---- */

Test(fold_alert, is_a_row_for_each_payload)
{
	struct alert alert;
	struct counters counters;
	char name[LIMIT_NAME_BYTES_MAX + 1];
	uint32_t source;

	receive(1, 1);
	receive(2, 3);
	alert = alert_of(3);
	cr_assert_eq(alert.number, 3);
	cr_assert_eq(alert.seq, world.position.seq);
	cr_assert_eq(alert.payload, 1);
	cr_assert_eq(alert.actor, SENSOR);
	cr_assert_eq(alert.received_ms, WORLD_TIME_MS + 100);
	cr_assert_eq(alert.triaged_seq, 0);
	cr_assert_eq(alert.parts, 0);
	cr_assert_eq(alert.disposition, DISPOSITION_waiting);
	cr_assert_eq(alert.status, ALERT_STATUS_new);
	cr_assert_eq(alert_get(world.txn, 5, &alert), ERR_MISSING);
	cr_assert_eq(state_counters(world.txn, &counters), OK);
	cr_assert_eq(counters.alerts, 4);
	cr_assert_not(is_open(3, 0));

	cr_assert_eq(source_by_name(world.txn, "wazuh", &source), OK);
	cr_assert_eq(source, alert.source);
	cr_assert_eq(source_name(world.txn, source, name), OK);
	cr_assert_str_eq(name, "wazuh");
	cr_assert_eq(source_by_name(world.txn, "", &source), ERR_MISSING);
	cr_assert_eq(source_by_name(world.txn, "w", &source), ERR_MISSING);
	cr_assert_eq(source_name(world.txn, 2, name), ERR_MISSING);
}

Test(fold_alert, numbers_its_sources)
{
	char source[32];
	char name[LIMIT_NAME_BYTES_MAX + 1];

	for (uint64_t i = 1; i <= 300; i++)
		world_fold(&world, EVENT_alert_received, SENSOR, alr(i, 0),
		    facts_of("{'source':'s%d','n':1}", (int)i), NULL);
	for (uint32_t i = 1; i <= 300; i++) {
		(void)snprintf(source, sizeof(source), "s%u", i);
		cr_assert_eq(alert_of(i).source, i);
		cr_assert_eq(source_name(world.txn, i, name), OK);
		cr_assert_str_eq(name, source);
	}
}

/* The same message in every spelling of its facts is the same message. */
Test(fold_alert, is_the_same_however_its_facts_are_spelt)
{
	static const char *const spellings[] = {
	    "{'source':'wazuh','n':2,'format':'native',"
	    "'session':'00000000000000ab','counter':70}",
	    "{'source':'wazuh','n':2,'session':'00000000000000ab',"
	    "'counter':70}",
	    "{'n':2,'source':'wazuh','session':'00000000000000ab',"
	    "'counter':70}",
	    "{ 'source':'wazuh', 'n':2, 'session':'00000000000000ab', "
	    "'counter':70, 'later':'added' }",
	    "{'source':'w\\u0061zuh','n':2,'session':'00000000000000ab',"
	    "'counter':70}",
	    "{'source':'wazuh','n':2.0,'session':'00000000000000ab',"
	    "'counter':7e1}",
	};
	char *first = NULL;

	world_commit(&world);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		char *dump;

		world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
		    spellings[i], NULL);
		dump = world_dump(&world, false);
		if (first == NULL)
			first = dump;
		else
			cr_assert_str_eq(dump, first, "%s", spellings[i]);
		if (dump != first)
			free(dump);
		world_abort(&world);
	}
	cr_assert_not_null(strstr(first, "producers "));
	free(first);
}

Test(fold_alert, refuses_what_makes_no_sense)
{
	static const struct {
		uint64_t number;
		const char *facts;
	} rows[] = {
	    {0, "{'source':'wazuh','n':1}"},
	    {1, "{'source':'wazuh','n':1}"},
	    {2, "{'source':'wazuh','n':0}"},
	    {2, "{'source':'wazuh','n':1025}"},
	    {2, "{'source':'wazuh','n':99999999999999999999}"},
	    {2, "{'source':'','n':1}"},
	    {2, "{'n':1}"},
	    {2, "{'source':'wazuh','n':1"},
	    {2, "{'source':'wazuh','n':1}x'"},
	    {2, "{'source':'wazuh','n':1,'session':'00','counter':1}"},
	    {2, "{'source':'wazuh','n':1,'session':7,'counter':1}"},
	    {2, ""},
	};

	receive(1, 1);
	world_commit(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(world_try(&world, EVENT_alert_received, SENSOR,
				 alr(rows[i].number, 0), rows[i].facts, NULL),
		    ERR_CORRUPT, "%s", rows[i].facts);
		world_abort(&world);
	}
	receive(2, 1024);
}

/* ---- producers ---- */

struct produced_list {
	struct produced rows[LIMIT_PRODUCER_WINDOW + 1];
	size_t count;
	uint64_t session; /* of those to keep; 0 for all */
};

static bool
produced_add(void *arg, const struct produced *row)
{
	struct produced_list *list = arg;

	if (list->session != 0 && row->session != list->session)
		return true;
	if (list->count < LIMIT_PRODUCER_WINDOW + 1)
		list->rows[list->count] = *row;
	list->count++;
	return true;
}

static uint64_t
produce(unsigned session, unsigned counter)
{
	static uint64_t next = 1;

	world_fold(&world, EVENT_alert_received, SENSOR, alr(next, 0),
	    facts_of("{'source':'wazuh','n':2,'format':'native',"
		     "'session':'%016x','counter':%u}",
		session, counter),
	    NULL);
	next += 2;
	return next - 2;
}

Test(fold_producer, remembers_a_window_of_messages)
{
	struct produced_list list = {.count = 0};
	uint64_t first = 0;

	for (unsigned i = 1; i <= LIMIT_PRODUCER_WINDOW + 10; i++) {
		uint64_t alert = produce(0xab, i);

		if (i == 11)
			first = alert;
	}
	cr_assert_eq(produced_each(world.txn, produced_add, &list), OK);
	cr_assert_eq(list.count, LIMIT_PRODUCER_WINDOW);
	for (size_t i = 0; i < list.count; i++) {
		cr_assert_eq(list.rows[i].principal, SENSOR);
		cr_assert_eq(list.rows[i].session, 0xab);
		cr_assert_eq(list.rows[i].count, 2);
		cr_assert_geq(list.rows[i].counter, 11);
		cr_assert_eq(list.rows[i].alert,
		    first + 2 * (list.rows[i].counter - 11));
		cr_assert_eq(
		    list.rows[i].seq, alert_of(list.rows[i].alert).seq);
	}
}

Test(fold_producer, forgets_the_session_that_is_silent_longest)
{
	struct produced_list list = {.session = 2};

	for (unsigned i = 1; i <= LIMIT_PRODUCER_SESSIONS_MAX; i++)
		(void)produce(i, 1);
	/* The first speaks again, so the second is the oldest. */
	(void)produce(1, 2);
	cr_assert_eq(produced_each(world.txn, produced_add, &list), OK);
	cr_assert_eq(list.count, 1);
	(void)produce(1000, 1);
	list = (struct produced_list){.session = 2};
	cr_assert_eq(produced_each(world.txn, produced_add, &list), OK);
	cr_assert_eq(list.count, 0);
	list = (struct produced_list){.session = 1};
	cr_assert_eq(produced_each(world.txn, produced_add, &list), OK);
	cr_assert_eq(list.count, 2);
	list = (struct produced_list){.session = 0};
	cr_assert_eq(produced_each(world.txn, produced_add, &list), OK);
	cr_assert_eq(list.count, LIMIT_PRODUCER_SESSIONS_MAX + 1);
}

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
