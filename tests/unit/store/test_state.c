#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/store/fold_world.h"

static struct world world;

static void
setup(void)
{
	world_init(&world);
}

static void
teardown(void)
{
	world_fini(&world);
}

TestSuite(state, .init = setup, .fini = teardown);
TestSuite(state_disk, .init = setup, .fini = teardown);

static void
open_one(void)
{
	struct counters counters;

	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	world_fold(&world, EVENT_incident_opened, 0,
	    inc(counters.incidents + 1), "{'severity':'high'}",
	    "{'title':'x'}");
}

Test(state, begins_at_nothing)
{
	struct position position;
	struct counters counters;
	struct incident incident;
	uint32_t fold_version = 77;

	cr_assert_eq(
	    state_position(world_txn(&world), &position, &fold_version), OK);
	cr_assert_eq(position.seq, 0);
	cr_assert_eq(fold_version, 0);
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert_eq(counters.folded_seq, 0);
	cr_assert_eq(counters.incidents, 0);
	cr_assert_eq(
	    incident_get(world_txn(&world), 1, &incident), ERR_MISSING);
}

Test(state, keeps_its_position_over_a_restart)
{
	struct position position;
	uint32_t fold_version;

	open_one();
	world_commit(&world);
	world_reopen(&world);
	cr_assert_eq(
	    state_position(world_txn(&world), &position, &fold_version), OK);
	cr_assert_eq(position.seq, 1);
	cr_assert_eq(fold_version, FOLD_VERSION);
	cr_assert_arr_eq(
	    position.hash, record_chain(world.records[0]), HASH_BYTES);
}

Test(state, forgets_what_was_aborted)
{
	struct counters counters;
	struct incident incident;

	open_one();
	world_commit(&world);
	open_one();
	cr_assert_eq(incident_get(world_txn(&world), 2, &incident), OK);
	world_abort(&world);
	cr_assert_eq(incident_get(world_txn(&world), 1, &incident), OK);
	cr_assert_eq(
	    incident_get(world_txn(&world), 2, &incident), ERR_MISSING);
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert_eq(counters.folded_seq, 1);
	cr_assert_eq(counters.incidents, 1);
}

Test(state, shows_readers_what_is_committed_alone)
{
	struct state_txn *reader = NULL;
	struct counters counters;
	struct incident incident;

	open_one();
	world_commit(&world);
	cr_assert_eq(state_begin(world.state, false, &reader), OK);
	cr_assert_eq(state_counters(reader, &counters), OK);
	open_one();
	world_commit(&world);
	cr_assert_eq(incident_get(reader, 2, &incident), ERR_MISSING);
	cr_assert_eq(state_renew(reader), OK);
	cr_assert_eq(incident_get(reader, 2, &incident), OK);
	cr_assert_eq(state_counters(reader, &counters), OK);
	cr_assert_eq(counters.incidents, 2);
	state_abort(&reader);
	cr_assert_null(reader);
	state_abort(&reader);
}

Test(state, stops_when_the_position_is_not_what_was_folded, .signal = SIGABRT)
{
	open_one();
	world_unlink(&world);
	world.position.seq = 2;
	cr_assert_neq(state_commit(&world.txn, &world.position), OK);
}

Test(state, discards_everything)
{
	struct incident incident;
	struct position position;
	uint32_t fold_version;

	open_one();
	world_commit(&world);
	cr_assert_eq(state_discard(world.state), OK);
	cr_assert_eq(
	    incident_get(world_txn(&world), 1, &incident), ERR_MISSING);
	cr_assert_eq(
	    state_position(world_txn(&world), &position, &fold_version), OK);
	cr_assert_eq(position.seq, 0);
}

Test(state, refuses_entries_out_of_order)
{
	struct entry entry;

	open_one();
	entry_of_record(world.records[0], &entry);
	cr_assert_eq(fold_apply(world.txn, &entry), ERR_CORRUPT);
	world.position.seq = 5;
	cr_assert_eq(world_try(&world, EVENT_clock_jumped, 0, store_ref(),
			 "{'by_ms':1}", NULL),
	    ERR_CORRUPT);
	world.position.seq = 1;
	cr_assert_eq(world_try(&world, EVENT_clock_jumped, 0, store_ref(),
			 "{'by_ms':1}", NULL),
	    OK);
}

Test(state, refuses_entries_that_it_does_not_know)
{
	cr_assert_eq(
	    world_try(&world, (enum event)99, 0, store_ref(), "{}", NULL),
	    ERR_CORRUPT);
	cr_assert_eq(
	    world_try(&world, (enum event)300, 0, store_ref(), "{}", NULL),
	    ERR_CORRUPT);
	cr_assert_eq(
	    world_try(&world, EVENT_clock_confirmed, 0, inc(1), "{}", NULL),
	    ERR_CORRUPT);
	cr_assert_eq(world_try(&world, EVENT_clock_confirmed, 0, store_ref(),
			 "[]", NULL),
	    ERR_CORRUPT);
	cr_assert_eq(world_try(&world, EVENT_clock_confirmed, 0, store_ref(),
			 "{}", NULL),
	    OK);
}

static void
file_write(const char *name, const char *content)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/state/%s", world.path, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	for (int i = 0; i < 1000; i++)
		(void)fputs(content, file);
	(void)fclose(file);
}

Test(state_disk, throws_away_what_is_no_lmdb)
{
	struct incident incident;

	open_one();
	world_commit(&world);
	state_close(&world.state);
	file_write("data.mdb", "This was an LMDB once. ");
	cr_assert_eq(state_open_sized(world.path, false, 1 << 24, &world.state,
			 (char[64]){0}, 64),
	    OK);
	cr_assert_eq(
	    incident_get(world_txn(&world), 1, &incident), ERR_MISSING);
}

Test(state_disk, leaves_it_to_others_when_it_may_only_read)
{
	struct state *reader = NULL;
	char why[256] = "";

	open_one();
	world_commit(&world);
	state_close(&world.state);
	file_write("data.mdb", "This was an LMDB once. ");
	cr_assert_eq(state_open_sized(
			 world.path, true, 1 << 24, &reader, why, sizeof(why)),
	    ERR_IO);
	cr_assert_not_null(strstr(why, world.path), "%s", why);
	cr_assert_null(reader);
}

Test(state_disk, reads_beside_a_writer)
{
	struct state *other = NULL;
	struct state_txn *reader = NULL;
	struct incident incident;
	char why[256] = "";

	open_one();
	world_commit(&world);
	cr_assert_eq(state_open_sized(world.path, true, (size_t)1 << 30, &other,
			 why, sizeof(why)),
	    OK, "%s", why);
	cr_assert_eq(state_begin(other, false, &reader), OK);
	cr_assert_eq(incident_get(reader, 1, &incident), OK);
	cr_assert_eq(incident.severity, SEVERITY_high);
	state_abort(&reader);
	state_check_readers(other);
	state_close(&other);
	cr_assert_null(other);
	state_close(&other);
}

Test(state_disk, says_which_folder_it_could_not_open)
{
	struct state *none = NULL;
	char why[256] = "";

	cr_assert_eq(
	    state_open("/nowhere/at/all", false, &none, why, sizeof(why)),
	    ERR_IO);
	cr_assert_not_null(strstr(why, "/nowhere/at/all/state"), "%s", why);
	cr_assert_eq(
	    state_open("/nowhere/at/all", true, &none, why, sizeof(why)),
	    ERR_IO);
}

Test(state_disk, takes_less_where_the_map_is_refused)
{
	state_close(&world.state);
	cr_assert_eq(state_open_sized(world.path, false, (size_t)1 << 55,
			 &world.state, (char[64]){0}, 64),
	    OK);
	open_one();
	world_commit(&world);
}

Test(state_disk, holds_the_map_that_stores_have)
{
	state_close(&world.state);
	cr_assert_eq(
	    state_open(world.path, false, &world.state, (char[64]){0}, 64), OK);
	open_one();
	world_commit(&world);
}

/* Opens incidents until the map is full; says how many were committed. */
static uint64_t
fill(enum err *why)
{
	static char text[20000];

	(void)snprintf(text, sizeof(text), "{'title':'%019000d'}", 0);
	for (uint64_t i = 1;; i++) {
		*why = world_try(&world, EVENT_incident_opened, 0, inc(i),
		    "{'severity':'low'}", text);
		if (*why == OK)
			*why = state_commit(&world.txn, &world.position);
		if (*why != OK)
			return i - 1;
	}
}

Test(state_disk, is_intact_when_the_map_is_full)
{
	struct incident incident;
	uint64_t stored;
	enum err err;

	state_close(&world.state);
	cr_assert_eq(state_open_sized(world.path, false, 1 << 20, &world.state,
			 (char[64]){0}, 64),
	    OK);
	stored = fill(&err);
	cr_assert_eq(err, ERR_FULL, "%s", err_word(err));
	cr_assert_gt(stored, 10);
	world_reopen(&world);
	cr_assert_eq(world.position.seq, stored);
	for (uint64_t i = 1; i <= stored; i++)
		cr_assert_eq(incident_get(world_txn(&world), i, &incident), OK);
	cr_assert_eq(incident_get(world_txn(&world), stored + 1, &incident),
	    ERR_MISSING);
	open_one();
	world_commit(&world);
}

Test(state_disk, goes_on_after_it_was_full)
{
	uint64_t stored;
	enum err err;

	state_close(&world.state);
	cr_assert_eq(state_open_sized(world.path, false, 1 << 20, &world.state,
			 (char[64]){0}, 64),
	    OK);
	stored = fill(&err);
	cr_assert_eq(err, ERR_FULL);
	world_abort(&world);
	cr_assert_eq(world.position.seq, stored);
	cr_assert_eq(state_discard(world.state), OK);
	world.position = (struct position){0};
	open_one();
	world_commit(&world);
}
