/*
 * The whole life of a journal, cut by the power at any call: creation, groups
 * of all sizes, seals, rolls, a clean end, a restart, and the mending after an
 * earlier cut.
 */
#include "disk_recorder.h"
#include "verify_fixture.h"

enum { CUTS = 100, LAZY_CUTS = 40 };

static void
acknowledge(struct store *store)
{
	recorder_acknowledge(store->head.seq);
}

static void
append_some(struct store *store, unsigned *seed, int groups)
{
	size_t count, len;

	while (groups-- > 0) {
		count = 1 + dice(seed) % 6;
		len = dice(seed) % 3000;
		store_append(store, count, len);
		acknowledge(store);
		if (dice(seed) % 4 == 0)
			cr_assert_eq(
			    journal_seal(store->journal, store->now_ms), OK);
	}
}

/* Lives a whole life under the recorder. */
static void
live(struct store *store, unsigned seed, bool lazy)
{
	memset(store, 0, sizeof(*store));
	strcpy(store->path, "/tmp/tocsin-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(store->path));
	store->now_ms = 1700000000000;
	store->options = (struct journal_options){
	    .path = store->path,
	    .segment_bytes = SMALL_SEGMENT,
	    .now_ms = store->now_ms,
	};
	recorder_begin(store->path, lazy);
	cr_assert_eq(
	    journal_create(&store->options, store->why, WHY_BYTES), OK);
	recorder_acknowledge(0);
	store_open(store);
	append_some(store, &seed, 15);
	store_close(store);
	store_open(store);
	append_some(store, &seed, 15);
	store_append(store, 2, 50000);
	acknowledge(store);
	append_some(store, &seed, 5);
	store_close(store);
	recorder_end();
}

/* Each store is laid out a day after the one that it was cut from. */
static void
lay_out(struct store *store, size_t cut, unsigned seed, unsigned days)
{
	memset(store, 0, sizeof(*store));
	strcpy(store->path, "/tmp/tocsin-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(store->path));
	store->now_ms = 1800000000000 + days * 86400000ULL;
	store->options = (struct journal_options){
	    .path = store->path,
	    .segment_bytes = SMALL_SEGMENT,
	};
	recorder_lay_out(store->path, cut, seed);
}

/* Opens what a cut left: everything acknowledged is there.  False if not. */
static bool
stands(struct store *store, uint64_t acknowledged, bool made)
{
	enum err err = store_try_open(store);

	if (!made && err == ERR_MISSING)
		return true;
	if (err != OK || store->head.seq < acknowledged) {
		fprintf(stderr, "%d: %s; %lu of %lu\n", (int)err, store->why,
		    (unsigned long)store->head.seq,
		    (unsigned long)acknowledged);
		return false;
	}
	return true;
}

/* It can be used like any other. */
static void
goes_on(struct store *store)
{
	uint64_t before = store->head.seq;

	if (store->journal == NULL)
		return;
	cr_assert_eq(store_count(store, 1), before);
	store_append(store, 1, 10);
	store_append(store, 3, 9000);
	store_close(store);
	verify_content(store);
	store_open(store);
	cr_assert(store->repair.clean);
	cr_assert_eq(store_count(store, 1), before + 4);
}

Test(journal_open, keeps_what_was_acknowledged_when_the_power_fails,
    .timeout = 300)
{
	struct store life, store;
	uint64_t acknowledged;
	unsigned seed = 7, i;
	size_t cut;
	bool made;

	live(&life, 1, false);
	for (i = 0; i < CUTS; i++) {
		cut = dice(&seed) % recorder.count + 1;
		acknowledged = recorder_acknowledged(cut, &made);
		lay_out(&store, cut, i, 0);
		cr_assert(
		    stands(&store, acknowledged, made), "cut %zu, %u", cut, i);
		goes_on(&store);
		store_drop(&store);
	}
	store_drop(&life);
}

/* Everything that a store may hold, so that the recorder begins with it. */
static void
know_all(struct store *store)
{
	char name[RECORDER_NAME];
	int i;

	recorder_begin(store->path, false);
	recorder_know("keys/root.public");
	recorder_know("keys/seal.secret");
	recorder_know("keys/seal.secret.next");
	recorder_know("journal/next.tmp");
	recorder_know("journal/end");
	for (i = 1; i < 40; i++) {
		snprintf(name, sizeof(name), "journal/%016d.seg", i);
		recorder_know(name);
	}
}

/* A call after which a group of several blocks is written and not synced. */
static size_t
inside_a_group(unsigned *seed)
{
	const struct op *op;
	size_t cut;

	do {
		cut = dice(seed) % recorder.count;
		op = &recorder.ops[cut];
	} while (op->kind != OP_WRITE || op->len < 3 * SEGMENT_BLOCK_BYTES ||
		 memcmp(op->bytes, "TOCG", 4) != 0);
	return cut + 1;
}

/* Cuts a life, mends what is left under the recorder, and cuts that too. */
static void
cut_twice(unsigned round)
{
	struct store life, first, second;
	size_t cut, known, opened, from, to;
	uint64_t acknowledged, before;
	unsigned seed = round * 77 + 5, i;
	bool made;

	live(&life, round, false);
	cut = inside_a_group(&seed);
	before = recorder_acknowledged(cut, &made);
	lay_out(&first, cut, round, 0);
	know_all(&first);
	recorder_acknowledge(before);
	known = recorder.count;
	cr_assert(
	    stands(&first, before, made), "round %u, cut %zu", round, cut);
	recorder_acknowledge(first.head.seq);
	opened = recorder.count;
	append_some(&first, &seed, 2);
	journal_close(&first.journal);
	recorder_end();
	for (i = 0; i < 15; i++) {
		from = i < 10 ? known : opened;
		to = i < 10 ? opened : recorder.count;
		cut = i == 0 ? opened : from + 1 + dice(&seed) % (to - from);
		acknowledged = recorder_acknowledged(cut, &made);
		lay_out(&second, cut, i, 1);
		cr_assert(stands(&second, acknowledged, made),
		    "round %u, second cut %zu", round, cut);
		goes_on(&second);
		store_drop(&second);
	}
	store_drop(&first);
	store_drop(&life);
}

Test(journal_open, stands_a_power_cut_while_it_mends_another, .timeout = 300)
{
	unsigned round;

	for (round = 1; round <= 16; round++)
		cut_twice(round);
}

static void
make_empty(struct store *store)
{
	memset(store, 0, sizeof(*store));
	strcpy(store->path, "/tmp/tocsin-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(store->path));
	store->now_ms = 1800000000000;
	store->options = (struct journal_options){
	    .path = store->path,
	    .segment_bytes = SMALL_SEGMENT,
	};
}

/* What a start shows is durable: it may be answered and folded at once. */
static void
cut_after_the_start(struct store *restarted, unsigned rounds)
{
	struct store store;
	uint64_t acknowledged;
	size_t cut;
	unsigned i;
	bool made;

	recorder_acknowledge(restarted->head.seq);
	cut = recorder.count;
	for (i = 0; i < rounds; i++) {
		acknowledged = recorder_acknowledged(cut, &made);
		lay_out(&store, cut, i, 1);
		/* The recorder stays with the one that was restarted. */
		disk = disk_posix;
		cr_assert(stands(&store, acknowledged, made), "cut %zu", cut);
		goes_on(&store);
		store_drop(&store);
	}
}

Test(journal_open, shows_nothing_that_a_power_cut_after_a_kill_could_take,
    .timeout = 300)
{
	struct store life, killed;
	unsigned seed = 3, round;

	for (round = 1; round <= 20; round++) {
		live(&life, round, false);
		make_empty(&killed);
		recorder_kill(killed.path, inside_a_group(&seed));
		store_open(&killed);
		cut_after_the_start(&killed, 3);
		store_drop(&killed);
		recorder_end();
		store_drop(&life);
	}
}

Test(journal_open, shows_nothing_that_is_in_the_cache_only, .timeout = 300)
{
	struct store store;
	unsigned round, seed;

	for (round = 1; round <= 20; round++) {
		seed = round;
		make_empty(&store);
		recorder_begin(store.path, false);
		cr_assert_eq(
		    journal_create(&store.options, store.why, WHY_BYTES), OK);
		store_open(&store);
		append_some(&store, &seed, 3);
		recorder.failing = true;
		cr_assert_eq(store_try_append(&store, 2, 5000), ERR_IO);
		store_close(&store);
		store_open(&store);
		cut_after_the_start(&store, 3);
		store_drop(&store);
		recorder_end();
	}
}

Test(disk_recorder, notices_a_journal_that_does_not_sync, .timeout = 300)
{
	struct store life, store;
	uint64_t acknowledged;
	unsigned seed = 7, i, lost = 0;
	size_t cut;
	bool made;

	live(&life, 1, true);
	for (i = 0; i < LAZY_CUTS; i++) {
		cut = dice(&seed) % recorder.count + 1;
		acknowledged = recorder_acknowledged(cut, &made);
		lay_out(&store, cut, i, 0);
		lost += !stands(&store, acknowledged, made);
		store_drop(&store);
	}
	cr_assert_gt(lost, LAZY_CUTS / 2);
	store_drop(&life);
}
