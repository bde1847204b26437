/* What must hold of any history. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

enum { SEEDS = 4, STEPS = 1000 };

static void
expect_replay(struct world *lived, size_t batch, bool erased, bool facts_only)
{
	struct world replayed;
	char *a = world_dump(lived, facts_only);
	char *b;

	world_init(&replayed);
	world_replay(lived, &replayed, batch, erased);
	b = world_dump(&replayed, facts_only);
	cr_assert_str_eq(a, b);
	free(a);
	free(b);
	world_fini(&replayed);
}

Test(fold_random, comes_to_the_same_when_it_is_rebuilt)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct world world;

		world_init(&world);
		world_history(&world, seed, STEPS);
		expect_replay(&world, SIZE_MAX, false, false);
		expect_replay(&world, 7, false, false);
		world_fini(&world);
	}
}

Test(fold_random, knows_the_same_facts_when_the_law_erased_the_rest)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct world world;

		world_init(&world);
		world_history(&world, seed, STEPS);
		expect_replay(&world, 500, true, true);
		world_fini(&world);
	}
}

Test(fold_random, leaves_no_text_of_what_was_erased)
{
	struct world world;
	struct world erased;
	char *dump;

	world_init(&world);
	world_init(&erased);
	world_history(&world, 1, STEPS);
	world_replay(&world, &erased, 500, true);
	dump = world_dump(&world, false);
	cr_assert_not_null(strstr(dump, "\nincident_text "));
	cr_assert_not_null(strstr(dump, "\nobservables "));
	cr_assert_not_null(strstr(dump, "\npeople_text "));
	free(dump);
	dump = world_dump(&erased, false);
	cr_assert_null(strstr(dump, "\nincident_text "));
	cr_assert_null(strstr(dump, "\nobservables "));
	cr_assert_null(strstr(dump, "\npeople_text "));
	free(dump);
	world_fini(&world);
	world_fini(&erased);
}

/* Histories of which none fills a table at its end prove nothing about it. */
Test(fold_random, fills_every_table)
{
	static const char *const names[] = {
#define TABLE(name, class, layout) "\n" #name " ",
#include "store/tables.def"
#undef TABLE
	};
	bool filled[sizeof(names) / sizeof(names[0])] = {false};

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct world world;
		char *dump;

		world_init(&world);
		world_history(&world, seed, STEPS);
		dump = world_dump(&world, false);
		cr_assert_eq(strncmp(dump, "meta ", 5), 0);
		for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
			filled[i] |= strstr(dump, names[i]) != NULL;
		free(dump);
		world_fini(&world);
	}
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		cr_assert(filled[i], "nothing in%s", names[i]);
}

static uint64_t
rows_of(struct state_txn *txn, uint64_t incident)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	uint64_t count = 0;
	PACK(prefix, 8);
	enum err err;

	pack_u64(&prefix, incident);
	cr_assert_eq(
	    lmdb_cursor_open(txn->lmdb, TABLE_incident_alerts, &cursor), OK);
	for (err = lmdb_seek(cursor, pack_slice(&prefix), &key, NULL);
	     err == OK && get_be64(key.bytes) == incident;
	     err = lmdb_next(cursor, &key, NULL))
		count++;
	lmdb_cursor_close(&cursor);
	return count;
}

static void
check_incident(struct state_txn *txn, const struct incident *incident,
    uint64_t counts[STATUS_COUNT][SEVERITY_COUNT])
{
	if (status_is_open(incident->status))
		counts[incident->status][incident->severity]++;
	cr_assert_eq(
	    incident->closed_ms != 0, !status_is_open(incident->status));
	cr_assert_leq(incident->opened_ms, incident->updated_ms);
	cr_assert_eq(incident->alerts, rows_of(txn, incident->number));
}

Test(fold_random, counts_right)
{
	uint64_t counts[STATUS_COUNT][SEVERITY_COUNT] = {{0}};
	struct incident incident;
	struct counters counters;
	struct world world;

	world_init(&world);
	world_history(&world, 4, STEPS);
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert_gt(counters.incidents, 25);
	for (uint64_t i = 1; i <= counters.incidents; i++) {
		cr_assert_eq(incident_get(world.txn, i, &incident), OK);
		check_incident(world.txn, &incident, counts);
	}
	for (int i = 0; i < STATUS_COUNT; i++) {
		for (int j = 0; j < SEVERITY_COUNT; j++) {
			uint64_t count;

			cr_assert_eq(incident_count(world.txn, (enum status)i,
					 (enum severity)j, &count),
			    OK);
			cr_assert_eq(count, counts[i][j]);
		}
	}
	world_fini(&world);
}
