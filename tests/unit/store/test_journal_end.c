/* Ends of a journal that look like something that they are not. */
#include <errno.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/disk.h"
#include "store/entry_layout.h"
#include "store/segment_codec.h"
#include "verify_fixture.h"

static int
refuse_sync(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

/* A store with three entries, its first segment's bytes as after a SIGKILL. */
static unsigned char *
make_killed(struct store *store, size_t *len)
{
	unsigned char *bytes;

	store_make(store);
	store_open(store);
	store_append(store, 3, 100);
	bytes = file_read(store_segment(store, 1), len);
	store_close(store);
	return bytes;
}

/* What one who knows the format, but not the file, can make of a header. */
static void
forge_header(unsigned char *at, bool keyed)
{
	static const unsigned char guess[SEAL_KEY_BYTES];
	unsigned char sum[HASH_BYTES];

	memset(at, 0, GROUP_HEADER_BYTES);
	memcpy(at, "TOCG", 4);
	put_be32(at + 4, GROUP_HEADER_BYTES);
	put_be64(at + 8, 4);
	crypto_generichash(sum, sizeof(sum), at, 56, keyed ? guess : NULL,
	    keyed ? sizeof(guess) : 0);
	memcpy(at + 56, sum, 8);
}

/* The blocks behind a torn one hold a payload: what a sensor sent. */
static void
takes_no_payload_for_a_group(bool keyed)
{
	struct verify_report report;
	struct store store;
	unsigned char *bytes;
	size_t len, at;

	bytes = make_killed(&store, &len);
	at = 2 * SEGMENT_BLOCK_BYTES;
	cr_assert_eq(bytes[at], 0);
	memset(bytes + at, 'x', 3 * (size_t)SEGMENT_BLOCK_BYTES);
	forge_header(bytes + at + SEGMENT_BLOCK_BYTES, keyed);
	file_write(store_segment(&store, 1), bytes, len);
	verify(&store, &report);
	cr_assert_not(report.fault.found, "%s", report.fault.what);
	cr_assert(report.torn.found);
	cr_assert_eq(store_try_open(&store), OK, "%s", store.why);
	cr_assert(store.repair.cut);
	cr_assert_eq(store.head.seq, 3);
	store_close(&store);
	verify_content(&store);
	free(bytes);
	store_drop(&store);
}

Test(journal_open, takes_no_payload_for_a_group)
{
	takes_no_payload_for_a_group(false);
	takes_no_payload_for_a_group(true);
}

Test(journal_open, begins_anew_when_the_first_block_behind_a_clean_end_is_torn)
{
	struct store store;
	off_t end = 3 * (off_t)SEGMENT_BLOCK_BYTES;

	store_make(&store);
	store_open(&store);
	store_append(&store, 2, 100);
	store_close(&store);
	file_poke(store_segment(&store, 1), end + 700, "torn", 4);
	store_open(&store);
	cr_assert(store.repair.cut);
	store_append(&store, 2, 9000);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_open, believes_no_closing_seal_that_was_not_synced)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	store_append(&store, 3, 100);
	disk.fdatasync = refuse_sync;
	store_close(&store);
	disk = disk_posix;
	store_open(&store);
	cr_assert_not(store.repair.clean);
	cr_assert_eq(store.head.seq, 3);
	store_append(&store, 2, 9000);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

/* Changes the last entry as a later version might have written it. */
static void
never_cuts(struct store *store, void (*change)(unsigned char *entry))
{
	unsigned char *bytes, *entry;
	const unsigned char *before;
	size_t len;

	bytes = make_killed(store, &len);
	entry = bytes + SEGMENT_BLOCK_BYTES + GROUP_HEADER_BYTES;
	before = entry + get_be32(entry + ENTRY_AT_LEN) + ENTRY_AT_CHAIN;
	entry += get_be32(entry + ENTRY_AT_LEN);
	entry += get_be32(entry + ENTRY_AT_LEN);
	change(entry);
	entry_chain(entry, before, entry + ENTRY_AT_CHAIN);
	file_write(store_segment(store, 1), bytes, len);
	cr_assert_eq(store_try_open(store), ERR_CORRUPT);
	cr_assert_not_null(
	    strstr(store->why, "later version"), "%s", store->why);
	cr_assert_eq(store_count_until(store, 1, ERR_CORRUPT), 2);
	store_close(store);
	free(bytes);
	store_drop(store);
}

static void
another_format(unsigned char *entry)
{
	put_be16(entry + ENTRY_AT_FORMAT, 2);
}

static void
another_subject(unsigned char *entry)
{
	entry[ENTRY_AT_SUBJECT] = SUBJECT_LAST + 1;
}

static void
another_flag(unsigned char *entry)
{
	entry[ENTRY_AT_FLAGS] = 2;
}

static void
another_part(unsigned char *entry)
{
	put_be16(entry + ENTRY_HEADER_BYTES + PART_AT_KIND, PART_PAYLOAD + 1);
}

Test(journal_open, never_cuts_what_a_later_version_wrote)
{
	struct store store;

	never_cuts(&store, another_format);
	never_cuts(&store, another_subject);
	never_cuts(&store, another_flag);
	never_cuts(&store, another_part);
}

Test(journal_open, never_cuts_a_seal_of_a_later_version)
{
	struct store store;
	unsigned char *bytes;
	size_t len, at = 2 * SEGMENT_BLOCK_BYTES;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 100);
	cr_assert_eq(journal_seal(store.journal, store.now_ms + 1), OK);
	bytes = file_read(store_segment(&store, 1), &len);
	store_close(&store);
	if (memcmp(bytes + at, "TOCG", 4) != 0)
		at -= SEGMENT_BLOCK_BYTES;
	for (at += GROUP_HEADER_BYTES; memcmp(bytes + at, "TOCS", 4) != 0;)
		at += get_be32(bytes + at + ENTRY_AT_LEN);
	put_be16(bytes + at + ENTRY_AT_FORMAT, 2);
	file_write(store_segment(&store, 1), bytes, len);
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_not_null(strstr(store.why, "later version"), "%s", store.why);
	store_close(&store);
	free(bytes);
	store_drop(&store);
}

Test(journal_next, refuses_a_part_that_is_not_its_digest_s)
{
	struct store store;
	unsigned char *bytes;
	struct entry entry;
	struct part part;
	size_t len;

	bytes = make_killed(&store, &len);
	cr_assert_eq(
	    entry_read(bytes + SEGMENT_BLOCK_BYTES + GROUP_HEADER_BYTES,
		len - SEGMENT_BLOCK_BYTES - GROUP_HEADER_BYTES, &entry),
	    OK);
	entry_part(&entry, 0, &part);
	store_open(&store);
	store_append(&store, 1, 10);
	store_close(&store);
	file_flip(store_segment(&store, 1), part.bytes + 5 - bytes);
	store_open(&store);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), 0);
	store_drop(&store);
	free(bytes);
}
