/* Deliveries, and what triage makes of them, in the fresh world. */
#ifndef TOCSIN_TESTS_FOLD_ALERTS_H
#define TOCSIN_TESTS_FOLD_ALERTS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fresh_world.h"

#define CLUSTER "'cluster':'000102030405060708090a0b0c0d0e0f'"
__attribute__((
    unused)) static const unsigned char CLUSTER_KEY[CLUSTER_KEY_BYTES] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

__attribute__((unused)) static void
receive(uint64_t first, unsigned count)
{
	world_fold(&world, EVENT_alert_received, SENSOR, alr(first, 0),
	    facts_of("{'source':'wazuh','n':%u}", count), NULL);
	world.time_ms += 100;
}

__attribute__((unused)) static void
triage(uint64_t alert, const char *disposition, const char *parts)
{
	world_fold(&world, EVENT_alert_triaged, WORKER, alr(alert, 0),
	    facts_of("{'config':'0','format':'wazuh','disposition':'%s',"
		     "'parts':[%s]}",
		disposition, parts),
	    NULL);
	world.time_ms += 100;
}

__attribute__((unused)) static void
open_incident(uint64_t number)
{
	world_fold(
	    &world, EVENT_incident_opened, WORKER, inc(number), "{}", NULL);
}

__attribute__((unused)) static struct alert
alert_of(uint64_t number)
{
	struct alert alert;

	cr_assert_eq(alert_get(world_txn(&world), number, &alert), OK);
	return alert;
}

__attribute__((unused)) static struct alert_part
part_of(uint64_t alert, uint32_t number)
{
	struct alert_part part;

	cr_assert_eq(
	    alert_part_get(world_txn(&world), alert, number, &part), OK);
	return part;
}

__attribute__((unused)) static uint64_t
alerts_of(uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(world_txn(&world), number, &incident), OK);
	return incident.alerts;
}

/* Is there a row of the table with this key? */
__attribute__((unused)) static bool
is_open(uint64_t alert, uint32_t part)
{
	struct slice value;
	PACK(key, 12);

	pack_u64(&key, alert);
	pack_u32(&key, part);
	return lmdb_get(world_txn(&world)->lmdb, TABLE_alert_open,
		   pack_slice(&key), &value) == OK;
}

#endif
