#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

enum {
	SEGMENT_BYTES = 1 << 20,
	STEPS = 400,
	FIRST_FREE_ALERT = 1000,
	GROUP = 500
};

/* A history that was lived, and a store that has it in its journal alone. */
static struct world lived;
static struct world store;
static struct journal *journal;
static size_t appended;

static void
journal_begin(void)
{
	struct journal_options options = {
	    .path = store.path,
	    .segment_bytes = SEGMENT_BYTES,
	    .now_ms = WORLD_TIME_MS,
	};
	struct journal_repair repair;
	char why[512] = "";

	cr_assert_eq(journal_create(&options, why, sizeof(why)), OK, "%s", why);
	cr_assert_eq(
	    journal_open(&options, &journal, &repair, why, sizeof(why)), OK,
	    "%s", why);
}

/* Appends the next entries of the history to the journal. */
static void
append(size_t count)
{
	struct journal_head head;

	for (size_t i = 0; i < count; i += GROUP) {
		size_t group = count - i < GROUP ? count - i : GROUP;

		journal_head(journal, &head);
		cr_assert_eq(journal_append(journal, &head,
				 lived.records + appended, group, &head),
		    OK);
		appended += group;
	}
}

static void
setup(void)
{
	world_init(&lived);
	world_init(&store);
	world_history(&lived, 21, STEPS);
	journal_begin();
}

static void
teardown(void)
{
	journal_close(&journal);
	world_fini(&store);
	world_fini(&lived);
}

TestSuite(fold_catch_up, .init = setup, .fini = teardown);

/* The line with the position holds the chain hash, which is the journal's. */
static char *
dump_without_position(struct world *world)
{
	char *dump = world_dump(world, false);
	char *at = strstr(dump, "meta =position ");
	const char *end;

	cr_assert_not_null(at);
	end = strchr(at, '\n') + 1;
	memmove(at, end, strlen(end) + 1);
	return dump;
}

static void
expect_caught_up(void)
{
	struct position position;
	struct journal_head head;
	uint32_t fold_version;

	journal_head(journal, &head);
	state_abort(&store.txn);
	cr_assert_eq(
	    state_position(world_txn(&store), &position, &fold_version), OK);
	cr_assert_eq(position.seq, head.seq);
	cr_assert_arr_eq(position.hash, head.hash, HASH_BYTES);
	cr_assert_eq(fold_version, FOLD_VERSION);
}

static void
expect_lived(void)
{
	char *a = dump_without_position(&lived);
	char *b;

	expect_caught_up();
	b = dump_without_position(&store);
	cr_assert_str_eq(a, b);
	free(a);
	free(b);
	state_abort(&store.txn);
}

static bool
catch_up(bool from_scratch)
{
	bool discarded = !from_scratch;

	state_abort(&store.txn);
	cr_assert_eq(fold_catch_up(store.state, journal, from_scratch, NULL,
			 NULL, &discarded),
	    OK);
	return discarded;
}

Test(fold_catch_up, replays_what_was_lived)
{
	append(lived.count);
	cr_assert_not(catch_up(false));
	expect_lived();
}

Test(fold_catch_up, is_content_with_an_empty_journal)
{
	struct position position;
	uint32_t fold_version;

	cr_assert_not(catch_up(false));
	cr_assert_eq(
	    state_position(world_txn(&store), &position, &fold_version), OK);
	cr_assert_eq(position.seq, 0);
}

Test(fold_catch_up, goes_on_where_it_stood)
{
	append(100);
	cr_assert_not(catch_up(false));
	expect_caught_up();
	cr_assert_not(catch_up(false));
	append(1);
	cr_assert_not(catch_up(false));
	expect_caught_up();
	append(lived.count - 101);
	cr_assert_not(catch_up(false));
	expect_lived();
}

static void
progress(void *arg, uint64_t seq, uint64_t head)
{
	uint64_t *last = arg;

	cr_assert_gt(seq, *last);
	cr_assert_leq(seq, head);
	*last = seq;
}

Test(fold_catch_up, begins_anew_when_asked)
{
	uint64_t last = 0;
	bool discarded = false;

	append(lived.count);
	cr_assert_not(catch_up(false));
	cr_assert_eq(fold_catch_up(store.state, journal, true, progress, &last,
			 &discarded),
	    OK);
	cr_assert(discarded);
	cr_assert_eq(last, lived.count);
	expect_lived();
}

static void
count_commit(void *arg, uint64_t seq, uint64_t head)
{
	unsigned *commits = arg;

	cr_assert_leq(seq, head);
	*commits += 1;
}

Test(fold_catch_up, commits_batch_by_batch)
{
	unsigned commits = 0;
	bool discarded = false;

	for (uint64_t i = 0; i < 10001; i++)
		world_fold(&lived, EVENT_alert_received, SENSOR,
		    alr(FIRST_FREE_ALERT + i, 0), "{'source':'s1','n':1}",
		    NULL);
	world_commit(&lived);
	append(lived.count);
	cr_assert_eq(fold_catch_up(store.state, journal, false, count_commit,
			 &commits, &discarded),
	    OK);
	cr_assert_eq(commits, lived.count / 10000 + 1);
	expect_lived();
}

Test(fold_catch_up, discards_the_state_of_another_journal)
{
	/* The same entries, but on another chain. */
	world_replay(&lived, &store, 100, false);
	append(lived.count);
	cr_assert(catch_up(false));
	expect_lived();
	cr_assert_not(catch_up(false));
}

Test(fold_catch_up, discards_a_state_that_is_ahead)
{
	struct incident incident;
	struct counters counters;

	world_replay(&lived, &store, 100, false);
	cr_assert_eq(state_counters(world_txn(&lived), &counters), OK);
	append(50);
	cr_assert(catch_up(false));
	expect_caught_up();
	cr_assert_eq(
	    incident_get(world_txn(&store), counters.incidents, &incident),
	    ERR_MISSING);
}

Test(fold_catch_up, discards_what_other_code_folded)
{
	struct slice value;
	struct slice key = {(const unsigned char *)"position", 8};
	unsigned char forged[64];

	append(lived.count);
	cr_assert_not(catch_up(false));
	cr_assert_eq(
	    lmdb_get(world_txn(&store)->lmdb, TABLE_meta, key, &value), OK);
	cr_assert_eq(value.len, 8 + HASH_BYTES + 4);
	memcpy(forged, value.bytes, value.len);
	put_be32(forged + 8 + HASH_BYTES, FOLD_VERSION + 1);
	cr_assert_eq(lmdb_put(store.txn->lmdb, TABLE_meta, key,
			 (struct slice){forged, value.len}),
	    OK);
	cr_assert_eq(lmdb_commit(&store.txn->lmdb), OK);
	cr_assert(catch_up(false));
	expect_lived();
}

Test(fold_catch_up, stops_at_an_entry_that_makes_no_sense)
{
	struct entry_draft draft = {
	    .kind = EVENT_incident_commented,
	    .subject = {SUBJECT_INCIDENT, 0, 99999},
	    .facts = "{}",
	    .facts_len = 2,
	};
	struct record *record = NULL;
	struct journal_head head;
	bool discarded;

	append(100);
	cr_assert_eq(record_make(&draft, &record), OK);
	journal_head(journal, &head);
	record_number(record, 101, lived.time_ms, 0);
	cr_assert_eq(journal_append(journal, &head, &record, 1, &head), OK);
	record_release(&record);
	cr_assert_eq(
	    fold_catch_up(store.state, journal, false, NULL, NULL, &discarded),
	    ERR_CORRUPT);
}
