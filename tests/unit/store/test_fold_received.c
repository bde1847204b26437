#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_alerts.h"

TestSuite(fold_received, .init = fresh_begin, .fini = fresh_end);
TestSuite(fold_producer, .init = fresh_begin, .fini = fresh_end);

/* ---- receiving ---- */

Test(fold_received, is_a_row_for_each_payload)
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

Test(fold_received, numbers_its_sources)
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
Test(fold_received, is_the_same_however_its_facts_are_spelt)
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

Test(fold_received, refuses_what_makes_no_sense)
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
