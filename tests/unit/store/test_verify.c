#include "verify_fixture.h"

/* A store of three segments, closed in good order. */
static void
make_segments(struct store *store)
{
	store_make(store);
	store_open(store);
	while (access(store_segment(store, 3), F_OK) != 0) {
		store_append(store, 2, 2500);
		store_append(store, 1, 50);
	}
	store_append(store, 3, 700);
	store_close(store);
}

Test(verify_store, is_content_with_what_the_journal_wrote)
{
	struct store store;
	struct verify_report report;

	make_segments(&store);
	verify_content(&store);
	verify(&store, &report);
	cr_assert_eq(report.segments, 3);
	cr_assert_eq(report.entries, store.head.seq);
	cr_assert_eq(report.head_seq, store.head.seq);
	cr_assert_eq(memcmp(report.head_hash, store.head.hash, HASH_BYTES), 0);
	cr_assert_eq(report.sealed_seq, store.head.seq);
	cr_assert_eq(report.first_ms, 1700000000003);
	cr_assert_eq(report.last_ms, store.now_ms);
	cr_assert_geq(report.seals, 3);
	cr_assert_eq(report.erased, 0);
	cr_assert(report.closed);
	store_drop(&store);
}

Test(verify_store, is_content_with_an_empty_store)
{
	struct store store;
	struct verify_report report;

	store_make(&store);
	verify_content(&store);
	store_open(&store);
	store_close(&store);
	verify_content(&store);
	verify(&store, &report);
	cr_assert_eq(report.head_seq, 0);
	cr_assert(report.closed);
	store_drop(&store);
}

/* The end of what is used of a segment. */
static size_t
used(const unsigned char *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len;
}

/* Flips every stride-th byte, one after the other: each is named. */
static void
flip_each(struct store *store, unsigned segment, size_t stride)
{
	struct verify_report report;
	const char *path;
	unsigned char *bytes;
	char name[64];
	size_t len, at, last_group;

	bytes = file_read(store_segment(store, segment), &len);
	last_group =
	    used(bytes, len) / SEGMENT_BLOCK_BYTES * SEGMENT_BLOCK_BYTES;
	snprintf(name, sizeof(name), "journal/%016u.seg", segment);
	for (at = 0; at < last_group + SEGMENT_BLOCK_BYTES; at += stride) {
		path = store_segment(store, segment);
		file_flip(path, (off_t)at);
		verify(store, &report);
		cr_assert(report.fault.found || report.torn.found,
		    "byte %zu of %s may change", at, name);
		if (segment < 3 || at < last_group)
			cr_assert(report.fault.found, "byte %zu of %s is torn",
			    at, name);
		if (report.fault.found) {
			cr_assert_str_eq(report.fault.file, name);
			cr_assert_leq(report.fault.offset, at);
			cr_assert_leq(at - report.fault.offset, 12000);
		}
		file_flip(store_segment(store, segment), (off_t)at);
	}
	free(bytes);
	verify_content(store);
}

Test(verify_store, names_a_flipped_byte_wherever_it_is, .timeout = 120)
{
	struct store store;

	make_segments(&store);
	flip_each(&store, 1, 61);
	flip_each(&store, 2, 67);
	flip_each(&store, 3, 7);
	store_drop(&store);
}

Test(verify_store, names_the_entry_and_what_is_wrong_with_it)
{
	struct store store;
	struct verify_report report;
	unsigned char *bytes;
	size_t len, at;

	make_segments(&store);
	/* The second group holds entry 3 alone, its payload at the end. */
	bytes = file_read(store_segment(&store, 1), &len);
	for (at = 2 * SEGMENT_BLOCK_BYTES; memcmp(bytes + at, "TOCG", 4) != 0;)
		at += SEGMENT_BLOCK_BYTES;
	free(bytes);
	at += GROUP_HEADER_BYTES;
	file_flip(store_segment(&store, 1), (off_t)at + 170);
	verify(&store, &report);
	cr_assert(report.fault.found);
	cr_assert_str_eq(report.fault.file, "journal/0000000000000001.seg");
	cr_assert_eq(report.fault.offset, at);
	cr_assert_eq(report.fault.seq, 3);
	cr_assert_not_null(
	    strstr(report.fault.what, "digest"), "%s", report.fault.what);
	file_flip(store_segment(&store, 1), (off_t)at + 170);
	file_flip(store_segment(&store, 1),
	    (off_t)at + ENTRY_HEADER_BYTES + ENTRY_PART_ROW_BYTES + 3);
	verify(&store, &report);
	cr_assert_eq(report.fault.seq, 3);
	cr_assert_not_null(
	    strstr(report.fault.what, "chain"), "%s", report.fault.what);
	store_drop(&store);
}

Test(verify_store, names_a_segment_that_was_removed)
{
	struct store store;
	struct verify_report report;
	unsigned i;
	char name[64];

	for (i = 1; i <= 2; i++) {
		make_segments(&store);
		cr_assert_eq(unlink(store_segment(&store, i)), 0);
		verify(&store, &report);
		snprintf(name, sizeof(name), "journal/%016u.seg", i);
		cr_assert(report.fault.found);
		cr_assert_str_eq(report.fault.file, name);
		cr_assert_not_null(strstr(report.fault.what, "missing"), "%s",
		    report.fault.what);
		store_drop(&store);
	}
	make_segments(&store);
	cr_assert_eq(unlink(store_segment(&store, 3)), 0);
	verify(&store, &report);
	cr_assert_not(report.fault.found);
	cr_assert(report.torn.found);
	cr_assert_not_null(
	    strstr(report.torn.what, "successor"), "%s", report.torn.what);
	store_drop(&store);
}

Test(verify_store, names_a_segment_that_was_written_anew)
{
	struct store store, other;
	struct verify_report report;
	unsigned char *bytes;
	char name[64];
	unsigned i;
	size_t len;

	make_segments(&store);
	make_segments(&other);
	for (i = 1; i <= 3; i++) {
		unsigned char *own;
		size_t own_len;

		bytes = file_read(store_segment(&other, i), &len);
		own = file_read(store_segment(&store, i), &own_len);
		file_write(store_segment(&store, i), bytes, len);
		verify(&store, &report);
		snprintf(name, sizeof(name), "journal/%016u.seg", i);
		cr_assert(report.fault.found);
		cr_assert_str_eq(report.fault.file, name);
		file_write(store_segment(&store, i), own, own_len);
		free(bytes);
		free(own);
	}
	verify_content(&store);
	store_drop(&store);
	store_drop(&other);
}

Test(verify_store, names_segments_that_changed_places)
{
	struct store store;
	struct verify_report report;
	char first[128], second[128], aside[160];

	make_segments(&store);
	strcpy(first, store_segment(&store, 1));
	strcpy(second, store_segment(&store, 2));
	snprintf(aside, sizeof(aside), "%s.aside", first);
	rename(first, aside);
	rename(second, first);
	rename(aside, second);
	verify(&store, &report);
	cr_assert(report.fault.found);
	cr_assert_str_eq(report.fault.file, "journal/0000000000000001.seg");
	store_drop(&store);
}

Test(verify_store, does_not_take_another_root_key)
{
	struct store store, other;
	struct verify_report report;
	unsigned char *key;
	size_t len;

	make_segments(&store);
	make_segments(&other);
	key = file_read(store_path(&other, "keys/root.public"), &len);
	file_write(store_path(&store, "keys/root.public"), key, len);
	free(key);
	verify(&store, &report);
	cr_assert(report.fault.found);
	cr_assert_not_null(
	    strstr(report.fault.what, "root key"), "%s", report.fault.what);
	store_drop(&store);
	store_drop(&other);
}

/* Cuts segment 3 back to its first group, as if no more had been written. */
static uint64_t
drop_tail(struct store *store)
{
	struct verify_report report;
	unsigned char *bytes;
	size_t len, at;

	bytes = file_read(store_segment(store, 3), &len);
	for (at = 2 * SEGMENT_BLOCK_BYTES; memcmp(bytes + at, "TOCG", 4) != 0;)
		at += SEGMENT_BLOCK_BYTES;
	memset(bytes + at, 0, len - at);
	file_write(store_segment(store, 3), bytes, len);
	free(bytes);
	verify(store, &report);
	cr_assert_not(report.fault.found, "%s", report.fault.what);
	cr_assert_lt(report.head_seq, store->head.seq);
	return report.head_seq;
}

Test(verify_receipt, shows_a_tail_that_was_dropped)
{
	struct store store;
	struct verify_report report;
	struct verify_receipt receipts[2];
	uint64_t left;

	make_segments(&store);
	receipts[0].seq = store.head.seq;
	memcpy(receipts[0].hash, store.head.hash, HASH_BYTES);
	receipts[1].seq = 0;
	memset(receipts[1].hash, 0, HASH_BYTES);
	verify(&store, &report);
	memcpy(receipts[1].hash, report.store_id, VERIFY_STORE_ID_BYTES);
	verify_with(&store, receipts, 2, &report);
	cr_assert_not(report.fault.found, "%s", report.fault.what);
	cr_assert_eq(report.receipts, 2);

	left = drop_tail(&store);
	verify_with(&store, receipts, 2, &report);
	cr_assert(report.fault.found);
	cr_assert_eq(report.fault.seq, left + 1);
	cr_assert_not_null(
	    strstr(report.fault.what, "receipt"), "%s", report.fault.what);
	store_drop(&store);
}

Test(verify_receipt, must_have_the_hash_of_its_entry)
{
	struct store store;
	struct verify_report report;
	struct verify_receipt receipt;
	struct journal_cursor *cursor;
	struct entry entry;

	make_segments(&store);
	store_open(&store);
	cr_assert_eq(journal_read(store.journal, 5, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), OK);
	receipt.seq = 5;
	memcpy(receipt.hash, entry.chain, HASH_BYTES);
	journal_cursor_close(&cursor);
	store_close(&store);
	verify_with(&store, &receipt, 1, &report);
	cr_assert_not(report.fault.found);
	receipt.hash[31] ^= 1;
	verify_with(&store, &receipt, 1, &report);
	cr_assert(report.fault.found);
	cr_assert_not_null(
	    strstr(report.fault.what, "receipt"), "%s", report.fault.what);
	store_drop(&store);
}

static const struct {
	const char *text;
	bool good;
	uint64_t seq;
} receipts[] = {
#define HEX "00112233445566778899aabbccddeeffFF112233445566778899aabbccddeeff"
    {"12:" HEX, true, 12},
    {"12 " HEX, true, 12},
    {"12\t" HEX "\n", true, 12},
    {"18446744073709551615:" HEX, true, UINT64_MAX},
    {"18446744073709551616:" HEX, false, 0},
    {"-1:" HEX, false, 0},
    {"12" HEX, false, 0},
    {"12:" HEX "0", false, 0},
    {"12:0" HEX, false, 0},
    {"12:", false, 0},
    {"", false, 0},
    {"x:" HEX, false, 0},
    {"12:" HEX " x", false, 0},
#undef HEX
};

Test(verify_receipt_parse, takes_number_and_hash_and_nothing_else)
{
	struct verify_receipt receipt;
	size_t i;

	for (i = 0; i < sizeof(receipts) / sizeof(receipts[0]); i++) {
		cr_assert_eq(verify_receipt_parse(receipts[i].text, &receipt),
		    receipts[i].good, "%s", receipts[i].text);
		if (receipts[i].good) {
			cr_assert_eq(receipt.seq, receipts[i].seq);
			cr_assert_eq(receipt.hash[1], 0x11);
			cr_assert_eq(receipt.hash[16], 0xff);
		}
	}
}

Test(verify_store, reports_an_unsealed_tail_as_no_fault)
{
	struct store store;
	struct verify_report report;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 2, 10);
	verify(&store, &report);
	cr_assert_not(report.fault.found);
	cr_assert_not(report.torn.found);
	cr_assert_eq(report.head_seq, 3);
	cr_assert_lt(report.sealed_seq, 3);
	store_drop(&store);
}

Test(verify_store, reports_a_torn_tail_as_no_fault)
{
	struct store store;
	struct verify_report report;
	unsigned char *bytes;
	size_t len, end;

	store_make(&store);
	store_open(&store);
	store_append(&store, 2, 300);
	store_append(&store, 3, 3000);
	bytes = file_read(store_segment(&store, 1), &len);
	store_close(&store);
	end = used(bytes, len);
	memset(bytes + end - 2000, 0, 2000);
	file_write(store_segment(&store, 1), bytes, len);
	free(bytes);
	verify(&store, &report);
	cr_assert_not(report.fault.found, "%s", report.fault.what);
	cr_assert(report.torn.found);
	cr_assert_eq(report.head_seq, 2);
	cr_assert_eq(report.torn.seq, 5);
	store_open(&store);
	cr_assert(store.repair.cut);
	cr_assert_eq(store.head.seq, 4);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(verify_store, does_not_forgive_a_torn_group_in_an_earlier_segment)
{
	struct store store;
	struct verify_report report;
	unsigned char *bytes;
	size_t len, end;

	make_segments(&store);
	bytes = file_read(store_segment(&store, 2), &len);
	end = used(bytes, len);
	memset(bytes + end - 100, 0, 100);
	file_write(store_segment(&store, 2), bytes, len);
	verify(&store, &report);
	cr_assert(report.fault.found);
	cr_assert_str_eq(report.fault.file, "journal/0000000000000002.seg");
	memset(bytes + end / SEGMENT_BLOCK_BYTES * SEGMENT_BLOCK_BYTES, 0,
	    SEGMENT_BLOCK_BYTES);
	file_write(store_segment(&store, 2), bytes, len);
	free(bytes);
	verify(&store, &report);
	cr_assert(report.fault.found);
	cr_assert_not_null(strstr(report.fault.what, "no seal that ends"), "%s",
	    report.fault.what);
	store_drop(&store);
}

Test(verify_store, takes_files_of_any_size_for_what_they_are)
{
	static const off_t sizes[] = {0, 1, 4095, 4096, 5000, 65535, 131072};
	struct store store;
	struct verify_report report;
	unsigned char *bytes;
	size_t len, i;

	make_segments(&store);
	bytes = file_read(store_segment(&store, 2), &len);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cr_assert_eq(truncate(store_segment(&store, 2), sizes[i]), 0);
		verify(&store, &report);
		cr_assert(report.fault.found, "%ld bytes", (long)sizes[i]);
		cr_assert_str_eq(
		    report.fault.file, "journal/0000000000000002.seg");
		file_write(store_segment(&store, 2), bytes, len);
	}
	cr_assert_eq(truncate(store_segment(&store, 2), (off_t)1 << 40), 0);
	verify(&store, &report);
	cr_assert(report.fault.found);
	free(bytes);
	store_drop(&store);
}

Test(verify_store, says_when_there_is_nothing_to_read)
{
	struct verify_report report;
	unsigned char root[VERIFY_KEY_BYTES] = {0};
	char why[WHY_BYTES] = "";

	cr_assert_not(verify_store("/tmp/tocsin-journal-nowhere", root, NULL, 0,
	    &report, why, sizeof(why)));
	cr_assert_not_null(strstr(why, "tocsin-journal-nowhere"), "%s", why);
}

Test(verify_store, counts_files_that_are_no_segments)
{
	struct store store;
	struct verify_report report;

	make_segments(&store);
	file_write(store_path(&store, "journal/notes.txt"), "x", 1);
	file_write(store_path(&store, "journal/next.tmp"), "x", 1);
	file_write(store_path(&store, "journal/000000000000000a.seg"), "x", 1);
	verify(&store, &report);
	cr_assert_not(report.fault.found);
	cr_assert_eq(report.strays, 2);
	store_drop(&store);
}
