/* What was acknowledged and does not verify: named, never cut, still read. */
#include "store/entry_layout.h"
#include "store/segment_codec.h"
#include "verify_fixture.h"

enum { GROUPS = 6 };

/* A journal of some groups, none of them sealed but the last; no clean end. */
struct damage {
	struct store store;
	unsigned char *bytes;
	size_t len;
	uint64_t offsets[GROUPS]; /* of the groups */
};

static void
damage_make(struct damage *damage)
{
	struct store *store = &damage->store;
	size_t at, found = 0;
	int i;

	store_make(store);
	store_open(store);
	for (i = 0; i < GROUPS; i++)
		store_append(store, 2, 900);
	damage->bytes = file_read(store_segment(store, 1), &damage->len);
	store_close(store);
	for (at = SEGMENT_BLOCK_BYTES; at < damage->len && found < GROUPS;
	     at += SEGMENT_BLOCK_BYTES)
		if (memcmp(damage->bytes + at, "TOCG", 4) == 0)
			damage->offsets[found++] = at;
	cr_assert_eq(found, GROUPS);
}

static void
damage_drop(struct damage *damage)
{
	store_drop(&damage->store);
	free(damage->bytes);
}

/* Lays the segment out as a crash would, with one byte changed. */
static void
lay_out(struct damage *damage, uint64_t at)
{
	const char *path = store_segment(&damage->store, 1);

	file_write(path, damage->bytes, damage->len);
	file_flip(path, (off_t)at);
}

static void
is_named(struct damage *damage, uint64_t readable)
{
	struct store *store = &damage->store;
	unsigned char *now;
	size_t len;

	cr_assert_eq(store_try_open(store), ERR_CORRUPT, "head %lu",
	    (unsigned long)store->head.seq);
	cr_assert_not_null(
	    strstr(store->why, "0000000000000001.seg"), "%s", store->why);
	cr_assert_eq(store->head.seq, readable, "%lu can be read, not %lu: %s",
	    (unsigned long)store->head.seq, (unsigned long)readable,
	    store->why);
	cr_assert_eq(store_count_until(store, 1, ERR_CORRUPT), readable);
	cr_assert_eq(store_try_append(store, 1, 1), ERR_CORRUPT);
	cr_assert_eq(journal_seal(store->journal, store->now_ms), ERR_CORRUPT);
	now = file_read(store_segment(store, 1), &len);
	store_close(store);
	free(now);
}

Test(journal_open, finds_corruption_before_a_group_that_is_good)
{
	struct damage damage;
	int i;

	damage_make(&damage);
	for (i = 0; i < GROUPS - 1; i++) {
		lay_out(&damage, damage.offsets[i] + GROUP_HEADER_BYTES + 200);
		is_named(&damage, (uint64_t)i * 2);
	}
	damage_drop(&damage);
}

Test(journal_open, finds_a_group_header_that_is_lost_between_two)
{
	struct damage damage;
	int i;

	damage_make(&damage);
	for (i = 0; i < GROUPS - 1; i++) {
		lay_out(&damage, damage.offsets[i] + 20);
		is_named(&damage, (uint64_t)i * 2);
	}
	damage_drop(&damage);
}

Test(journal_open, writes_nothing_to_a_corrupt_segment)
{
	struct damage damage;
	unsigned char *before, *after;
	size_t len;

	damage_make(&damage);
	lay_out(&damage, damage.offsets[2] + 300);
	before = file_read(store_segment(&damage.store, 1), &len);
	is_named(&damage, 4);
	after = file_read(store_segment(&damage.store, 1), &len);
	cr_assert_eq(memcmp(before, after, len), 0);
	free(before);
	free(after);
	damage_drop(&damage);
}

Test(journal_open, cuts_the_last_group_as_its_neighbour_is_kept)
{
	struct damage damage;

	damage_make(&damage);
	lay_out(&damage, damage.offsets[GROUPS - 1] + GROUP_HEADER_BYTES + 200);
	store_open(&damage.store);
	cr_assert(damage.store.repair.cut);
	cr_assert_eq(damage.store.head.seq, (GROUPS - 1) * 2);
	damage_drop(&damage);
}

Test(journal_open, takes_a_last_group_with_something_behind_it_for_corrupt)
{
	struct damage damage;
	off_t end;

	damage_make(&damage);
	lay_out(&damage, damage.offsets[GROUPS - 1] + GROUP_HEADER_BYTES + 200);
	end = (off_t)damage.offsets[GROUPS - 1] + 2 * SEGMENT_BLOCK_BYTES;
	file_poke(store_segment(&damage.store, 1), end, "left over", 9);
	is_named(&damage, (GROUPS - 1) * 2);
	damage_drop(&damage);
}

Test(journal_next, stops_at_a_fault_that_opening_did_not_look_for)
{
	struct store store;
	struct journal_cursor *cursor;
	struct entry entry;
	int i;

	store_make(&store);
	store_open(&store);
	for (i = 0; i < 60; i++)
		store_append(&store, 2, 900);
	store_close(&store);
	file_flip(store_segment(&store, 1), 2 * SEGMENT_BLOCK_BYTES + 100);
	store_open(&store);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), 2);
	/* What lies in other segments can be read. */
	cr_assert_eq(journal_read(store.journal, 100, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), OK);
	cr_assert_eq(entry.seq, 100);
	journal_cursor_close(&cursor);
	store_drop(&store);
}

Test(journal_next, checks_each_entry_against_the_chain)
{
	struct store store;
	struct entry entry;
	unsigned char *bytes;
	size_t len, at = 2 * SEGMENT_BLOCK_BYTES + GROUP_HEADER_BYTES;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 900);
	store_append(&store, 1, 900);
	store_append(&store, 1, 900);
	store_close(&store);
	bytes = file_read(store_segment(&store, 1), &len);
	cr_assert_eq(entry_read(bytes + at, len - at, &entry), OK);
	at += (size_t)((const unsigned char *)entry.facts - entry.bytes) + 12;
	free(bytes);
	file_flip(store_segment(&store, 1), (off_t)at);
	store_open(&store);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), 1);
	store_drop(&store);
}

/* A journal of several segments; *each is what was readable up to there. */
static void
make_segments(struct store *store, uint64_t ends[4])
{
	unsigned segments = 1;

	store_make(store);
	store_open(store);
	while (segments < 4) {
		ends[segments] = store->head.seq;
		store_append(store, 2, 3000);
		if (access(store_segment(store, segments + 1), F_OK) == 0)
			segments++;
	}
	store_close(store);
}

Test(journal_open, names_a_segment_that_is_missing)
{
	struct store store;
	uint64_t ends[4];

	make_segments(&store, ends);
	cr_assert_eq(unlink(store_segment(&store, 2)), 0);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_not_null(
	    strstr(store.why, "0000000000000002.seg"), "%s", store.why);
	cr_assert_not_null(strstr(store.why, "missing"), "%s", store.why);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), ends[1]);
	cr_assert_eq(store_try_append(&store, 1, 1), ERR_CORRUPT);
	store_drop(&store);
}

Test(journal_open, names_a_last_segment_whose_header_is_damaged)
{
	struct store store;
	uint64_t ends[4];

	make_segments(&store, ends);
	file_flip(store_segment(&store, 4), 70);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_not_null(
	    strstr(store.why, "0000000000000004.seg"), "%s", store.why);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), ends[3]);
	store_close(&store);
	file_flip(store_segment(&store, 4), 70);
	store_open(&store);
	store_drop(&store);
}

Test(journal_open, names_a_segment_that_another_key_has_signed)
{
	struct store store, other;
	uint64_t ends[4];
	unsigned char *bytes;
	size_t len;

	make_segments(&store, ends);
	make_segments(&other, ends);
	bytes = file_read(store_segment(&other, 4), &len);
	file_write(store_segment(&store, 4), bytes, len);
	free(bytes);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_not_null(
	    strstr(store.why, "0000000000000004.seg"), "%s", store.why);
	store_drop(&store);
	store_drop(&other);
}

Test(journal_open, reads_nothing_when_the_only_header_is_damaged)
{
	struct store store;
	struct journal_cursor *cursor;
	struct entry entry;

	store_make(&store);
	file_flip(store_segment(&store, 1), 70);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_eq(store.head.seq, 0);
	cr_assert_eq(journal_read(store.journal, 1, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), ERR_CORRUPT);
	journal_cursor_close(&cursor);
	store_drop(&store);
}

Test(journal_next, does_not_go_on_into_a_segment_of_another_store)
{
	struct store store, other;
	uint64_t ends[4];
	unsigned char *bytes;
	size_t len;

	make_segments(&store, ends);
	make_segments(&other, ends);
	bytes = file_read(store_segment(&other, 2), &len);
	file_write(store_segment(&store, 2), bytes, len);
	free(bytes);
	store_open(&store);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), ends[1]);
	store_drop(&store);
	store_drop(&other);
}

/* A roll that came as far as this file, and no further. */
static void
half_rolled(const void *bytes, size_t len)
{
	struct store store;
	uint64_t ends[4], last;

	make_segments(&store, ends);
	last = store.head.seq;
	file_write(store_segment(&store, 5), bytes, len);
	store_open(&store);
	cr_assert_eq(store.head.seq, last);
	cr_assert_neq(access(store_segment(&store, 5), F_OK), 0);
	while (access(store_segment(&store, 5), F_OK) != 0)
		store_append(&store, 2, 3000);
	cr_assert_eq(store_count(&store, 1), store.head.seq);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_open, undoes_a_roll_that_left_no_header)
{
	unsigned char *zeros = calloc(1, SMALL_SEGMENT);

	half_rolled(zeros, SMALL_SEGMENT);
	half_rolled(zeros, 0);
	memcpy(zeros, "TOCSINJ1 torn", 13);
	half_rolled(zeros, SMALL_SEGMENT);
	half_rolled(zeros, 600);
	free(zeros);
}

Test(journal_open, keeps_a_headerless_segment_that_holds_something)
{
	unsigned char *zeros = calloc(1, SMALL_SEGMENT);
	struct store store;
	uint64_t ends[4];

	make_segments(&store, ends);
	zeros[3 * SEGMENT_BLOCK_BYTES] = 1;
	file_write(store_segment(&store, 5), zeros, SMALL_SEGMENT);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_eq(access(store_segment(&store, 5), F_OK), 0);
	free(zeros);
	store_drop(&store);
}

Test(journal_open, removes_what_a_prewriter_left)
{
	struct store store;

	store_make(&store);
	file_write(store_path(&store, "journal/next.tmp"), "half", 4);
	store_open(&store);
	while (access(store_segment(&store, 2), F_OK) != 0)
		store_append(&store, 2, 3000);
	store_close(&store);
	cr_assert_neq(access(store_path(&store, "journal/next.tmp"), F_OK), 0);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_open, trusts_a_clean_end_only_when_nothing_follows)
{
	struct store store;
	size_t len;
	unsigned char *bytes;
	off_t end;

	store_make(&store);
	store_open(&store);
	store_append(&store, 2, 100);
	store_close(&store);
	bytes = file_read(store_segment(&store, 1), &len);
	for (end = SEGMENT_BLOCK_BYTES; bytes[end] != 0;)
		end += SEGMENT_BLOCK_BYTES;
	free(bytes);
	store_open(&store);
	cr_assert(store.repair.clean);
	store_close(&store);
	file_poke(store_segment(&store, 1), end + 100, "torn", 4);
	store_open(&store);
	cr_assert_not(store.repair.clean);
	cr_assert(store.repair.cut);
	cr_assert_eq(store.head.seq, 2);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

/* A group that is good in itself, chained to another past. */
Test(journal_next, does_not_take_a_group_from_another_past)
{
	struct segment_header header;
	struct store store;
	struct group group;
	struct entry entry;
	unsigned char *bytes, past[HASH_BYTES] = {1};
	size_t len, at = 2 * SEGMENT_BLOCK_BYTES;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 1, 10);
	store_append(&store, 1, 10);
	store_close(&store);
	bytes = file_read(store_segment(&store, 1), &len);
	cr_assert_eq(segment_header_read(bytes, &header), OK);
	cr_assert(group_read(bytes + at, len - at, header.key, &group));
	cr_assert_eq(group.first_seq, 2);
	group.before = past;
	group_write(&group, header.key, bytes + at);
	at += GROUP_HEADER_BYTES;
	entry_chain(bytes + at, past, bytes + at + ENTRY_AT_CHAIN);
	cr_assert_eq(entry_read(bytes + at, len - at, &entry), OK);
	cr_assert(entry_chain_holds(&entry, past));
	file_write(store_segment(&store, 1), bytes, len);
	free(bytes);
	store_open(&store);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), 1);
	store_drop(&store);
}

Test(group_verify, refuses_an_entry_that_is_older_than_the_one_before)
{
	struct store store;
	struct segment_header header;
	struct group_check check;
	struct chain_at before = {0};
	struct group group;
	unsigned char *bytes;
	size_t len, at = SEGMENT_BLOCK_BYTES;

	store_make(&store);
	store_open(&store);
	store_append(&store, 2, 10);
	bytes = file_read(store_segment(&store, 1), &len);
	cr_assert_eq(segment_header_read(bytes, &header), OK);
	cr_assert(group_read(bytes + at, len - at, header.key, &group));
	memcpy(before.hash, header.before, HASH_BYTES);
	before.time_ms = store.now_ms;
	group_verify(bytes + at, &group, &header, &before, &check);
	cr_assert(check.whole);
	cr_assert_eq(check.good.seq, 2);
	before.time_ms = store.now_ms + 1;
	group_verify(bytes + at, &group, &header, &before, &check);
	cr_assert_not(check.whole);
	cr_assert_eq(check.good_len, 0);
	free(bytes);
	store_drop(&store);
}
