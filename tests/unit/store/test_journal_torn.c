/*
 * A power cut while the last group is being written: any subset of its
 * 512-byte sectors is on the disk.  What opens then is everything that was
 * acknowledged, whole commands of the rest, and nothing else; it can be
 * appended to, and the verifier is content.
 */
#include "verify_fixture.h"

enum { SECTOR = 512, SECTORS_MAX = 64 };

struct cut {
	struct store store;
	unsigned char *before, *after; /* the segment around the last append */
	size_t len;
	size_t first, count; /* sectors that the last append has changed */
	uint64_t acknowledged, most;
	unsigned commands; /* entries a command */
};

static unsigned char *
image(struct cut *cut)
{
	return file_read(store_segment(&cut->store, 1), &cut->len);
}

static void
note_sectors(struct cut *cut)
{
	size_t at, last = 0;

	cut->first = SIZE_MAX;
	for (at = 0; at < cut->len; at += SECTOR) {
		if (memcmp(cut->before + at, cut->after + at, SECTOR) == 0)
			continue;
		if (cut->first == SIZE_MAX)
			cut->first = at / SECTOR;
		last = at / SECTOR;
	}
	cr_assert_neq(cut->first, SIZE_MAX);
	cut->count = last - cut->first + 1;
	cr_assert_leq(cut->count, SECTORS_MAX);
}

/* Appends commands of so many entries each as one group. */
static void
append_commands(
    struct store *store, unsigned commands, unsigned entries, size_t len)
{
	struct record *records[64];
	struct journal_head before = store->head;
	unsigned i, count = commands * entries;

	store->now_ms += 3;
	for (i = 0; i < count; i++)
		records[i] = make_record(before.seq + 1 + i, store->now_ms, len,
		    i % entries != entries - 1);
	cr_assert_eq(journal_append(
			 store->journal, &before, records, count, &store->head),
	    OK);
	for (i = 0; i < count; i++)
		record_release(&records[i]);
}

/*
 * After a clean start a group of one block is on the disk before the first
 * long one is begun: what is cut is either the one or the other.
 */
static void
keep_opening(struct cut *cut, bool opening)
{
	size_t at = cut->first * SECTOR;

	cr_assert_eq(at % SEGMENT_BLOCK_BYTES, 0);
	if (opening)
		memcpy(cut->after + at + SEGMENT_BLOCK_BYTES,
		    cut->before + at + SEGMENT_BLOCK_BYTES,
		    cut->len - at - SEGMENT_BLOCK_BYTES);
	else
		memcpy(cut->before + at, cut->after + at, SEGMENT_BLOCK_BYTES);
	note_sectors(cut);
}

/* A store with some groups, then one more of commands x entries x len. */
static void
cut_make(struct cut *cut, bool reopened, unsigned commands, unsigned entries,
    size_t len)
{
	struct store *store = &cut->store;

	store_make(store);
	store_open(store);
	store_append(store, 3, 200);
	store_append(store, 1, 6000);
	cr_assert_eq(journal_seal(store->journal, store->now_ms), OK);
	if (reopened) {
		store_close(store);
		store_open(store);
		cr_assert(store->repair.clean);
	} else {
		store_append(store, 2, 300);
	}
	cut->acknowledged = store->head.seq;
	cut->before = image(cut);
	append_commands(store, commands, entries, len);
	cut->most = store->head.seq;
	cut->commands = entries;
	cut->after = image(cut);
	store_close(store);
	note_sectors(cut);
}

static void
cut_drop(struct cut *cut)
{
	store_drop(&cut->store);
	free(cut->before);
	free(cut->after);
}

static void
lay_out(struct cut *cut, const bool *kept)
{
	unsigned char *bytes = malloc(cut->len);
	size_t i, at;

	memcpy(bytes, cut->before, cut->len);
	for (i = 0; i < cut->count; i++) {
		at = (cut->first + i) * SECTOR;
		if (kept[i])
			memcpy(bytes + at, cut->after + at, SECTOR);
	}
	file_write(store_segment(&cut->store, 1), bytes, cut->len);
	free(bytes);
}

static void
try_kept(struct cut *cut, const bool *kept, bool whole)
{
	struct store *store = &cut->store;
	uint64_t stands;

	lay_out(cut, kept);
	store_open(store);
	stands = store->head.seq;
	cr_assert_geq(stands, cut->acknowledged);
	cr_assert_leq(stands, cut->most);
	cr_assert_eq((stands - cut->acknowledged) % cut->commands, 0,
	    "half a command stands");
	if (whole)
		cr_assert_eq(stands, cut->most);
	cr_assert_eq(store->repair.after, stands);
	cr_assert_eq(store_count(store, 1), stands);
	store_append(store, 2, 700);
	cr_assert_eq(store_count(store, 1), stands + 2);
	store_close(store);
	verify_content(store);
	store_open(store);
	cr_assert(store->repair.clean);
	cr_assert_eq(store->head.seq, stands + 2);
	store_close(store);
}

static void
try_prefixes_and_holes(struct cut *cut)
{
	bool kept[SECTORS_MAX];
	size_t i, n;

	for (n = 0; n <= cut->count; n++) {
		for (i = 0; i < cut->count; i++)
			kept[i] = i < n;
		try_kept(cut, kept, n == cut->count);
		for (i = 0; i < cut->count; i++)
			kept[i] = i >= n;
		try_kept(cut, kept, n == 0);
	}
	for (n = 0; n < cut->count; n++) {
		for (i = 0; i < cut->count; i++)
			kept[i] = i != n;
		try_kept(cut, kept, false);
		for (i = 0; i < cut->count; i++)
			kept[i] = i == n;
		try_kept(cut, kept, false);
	}
}

static void
try_blocks(struct cut *cut)
{
	enum { PER_BLOCK = SEGMENT_BLOCK_BYTES / SECTOR };
	size_t blocks = (cut->count + PER_BLOCK - 1) / PER_BLOCK, subset, i;
	bool kept[SECTORS_MAX];

	for (subset = 0; subset < (size_t)1 << blocks; subset++) {
		for (i = 0; i < cut->count; i++)
			kept[i] = subset >> (i / PER_BLOCK) & 1;
		try_kept(cut, kept, subset == ((size_t)1 << blocks) - 1);
	}
}

static void
try_samples(struct cut *cut, unsigned samples)
{
	bool kept[SECTORS_MAX];
	unsigned seed = 12345;
	size_t i;

	while (samples-- > 0) {
		for (i = 0; i < cut->count; i++) {
			seed = seed * 1103515245 + 12345;
			kept[i] = seed >> 16 & 1;
		}
		try_kept(cut, kept, false);
	}
}

Test(journal_open, mends_each_prefix_and_hole_of_a_torn_group, .timeout = 120)
{
	struct cut cut;

	cut_make(&cut, false, 5, 1, 2000);
	try_prefixes_and_holes(&cut);
	cut_drop(&cut);
}

Test(journal_open, mends_each_subset_of_blocks_and_sampled_sectors,
    .timeout = 120)
{
	struct cut cut;

	cut_make(&cut, false, 7, 1, 1500);
	try_blocks(&cut);
	try_samples(&cut, 100);
	cut_drop(&cut);
}

Test(journal_open, cuts_between_commands_never_inside_one, .timeout = 120)
{
	struct cut cut;

	cut_make(&cut, false, 4, 3, 700);
	try_blocks(&cut);
	try_prefixes_and_holes(&cut);
	cut_drop(&cut);
}

Test(journal_open, mends_the_first_group_after_a_clean_start, .timeout = 120)
{
	struct cut cut;

	cut_make(&cut, true, 5, 1, 1800);
	keep_opening(&cut, false);
	try_blocks(&cut);
	try_prefixes_and_holes(&cut);
	try_samples(&cut, 50);
	cut_drop(&cut);
}

Test(journal_open, mends_the_block_that_opens_after_a_clean_start,
    .timeout = 120)
{
	struct cut cut;

	cut_make(&cut, true, 5, 1, 1800);
	keep_opening(&cut, true);
	cut.most = cut.acknowledged;
	try_prefixes_and_holes(&cut);
	cut_drop(&cut);
}

Test(journal_open, says_what_it_has_cut)
{
	struct cut cut;
	bool kept[SECTORS_MAX] = {true, true, true, true, true};

	cut_make(&cut, false, 5, 1, 2000);
	lay_out(&cut, kept);
	store_open(&cut.store);
	cr_assert(cut.store.repair.cut);
	cr_assert_not(cut.store.repair.clean);
	cr_assert_eq(cut.store.repair.after, cut.acknowledged + 1);
	cr_assert_geq(cut.store.repair.bytes, 4 * 2000);
	store_close(&cut.store);

	memset(kept, true, sizeof(kept));
	lay_out(&cut, kept);
	store_open(&cut.store);
	cr_assert_not(cut.store.repair.cut);
	cr_assert_eq(cut.store.repair.bytes, 0);
	cr_assert_eq(cut.store.repair.after, cut.most);
	cut_drop(&cut);
}

Test(journal_open, never_cuts_below_a_number_that_is_known)
{
	struct cut cut;
	bool kept[SECTORS_MAX] = {true, true, true, true, true};

	cut_make(&cut, false, 5, 1, 2000);
	lay_out(&cut, kept);
	cut.store.options.known_seq = cut.acknowledged + 2;
	cr_assert_eq(store_try_open(&cut.store), ERR_CORRUPT);
	cr_assert_not_null(
	    strstr(cut.store.why, "later entry is known"), "%s", cut.store.why);
	cr_assert_eq(store_count_until(&cut.store, 1, ERR_CORRUPT),
	    cut.acknowledged + 1);
	cr_assert_eq(store_try_append(&cut.store, 1, 10), ERR_CORRUPT);
	store_close(&cut.store);

	cut.store.options.known_seq = cut.acknowledged + 1;
	store_open(&cut.store);
	cr_assert_eq(cut.store.head.seq, cut.acknowledged + 1);
	cut_drop(&cut);
}
