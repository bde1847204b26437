/*
 * What erasure by law does to a closed segment: the file is written anew
 * without the parts, and journal and verifier are content with it.
 */
#include "protocol/bytes.h"
#include "store/entry_layout.h"
#include "store/segment_codec.h"
#include "verify_fixture.h"

/* The entry without keys and bytes of its parts; returns its new length. */
static size_t
erase_entry(const unsigned char *from, unsigned char *to)
{
	struct entry entry;
	size_t kept, len;

	cr_assert_eq(
	    entry_read(from, get_be32(from + ENTRY_AT_LEN), &entry), OK);
	kept = (size_t)((const unsigned char *)entry.facts - from) +
	       entry.facts_len;
	memcpy(to, from, kept);
	len = (kept + entry.parts_count + ENTRY_ALIGN - 1) / ENTRY_ALIGN *
	      ENTRY_ALIGN;
	put_be32(to + ENTRY_AT_LEN, (uint32_t)len);
	return len;
}

/* The same for each entry of a group, seals as they are. */
static size_t
erase_group(const unsigned char *from, const struct group *group,
    const unsigned char *key, unsigned char *to)
{
	size_t at = GROUP_HEADER_BYTES, out = GROUP_HEADER_BYTES, len;
	struct group shorter = *group;

	for (; at < group->len; at += len) {
		if (record_frame(from + at, group->len - at, &len) ==
		    RECORD_ENTRY) {
			out += erase_entry(from + at, to + out);
			continue;
		}
		memcpy(to + out, from + at, len);
		out += len;
	}
	shorter.len = (uint32_t)out;
	group_write(&shorter, key, to);
	return (size_t)group_span(out);
}

static void
erase_segment(struct store *store, unsigned number)
{
	size_t len, at = SEGMENT_BLOCK_BYTES, out = SEGMENT_BLOCK_BYTES;
	unsigned char *bytes, *shorter;
	struct segment_header header;
	struct group group;

	bytes = file_read(store_segment(store, number), &len);
	shorter = calloc(1, len);
	cr_assert_eq(segment_header_read(bytes, &header), OK);
	memcpy(shorter, bytes, SEGMENT_BLOCK_BYTES);
	while (
	    at < len && group_read(bytes + at, len - at, header.key, &group)) {
		out +=
		    erase_group(bytes + at, &group, header.key, shorter + out);
		at += (size_t)group_span(group.len);
	}
	cr_assert_lt(out, at);
	file_write(store_segment(store, number), shorter, len);
	free(bytes);
	free(shorter);
}

/* Every entry in order; returns how many have lost their part. */
static uint64_t
count_erased(struct store *store)
{
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t erased = 0, seq = 0;
	struct part part;
	enum err err;

	cr_assert_eq(journal_read(store->journal, 1, &cursor), OK);
	while ((err = journal_next(cursor, &entry)) == OK) {
		cr_assert_eq(entry.seq, ++seq);
		entry_part(&entry, 0, &part);
		erased += !part.present;
	}
	cr_assert_eq(err, ERR_END);
	cr_assert_eq(seq, store->head.seq);
	journal_cursor_close(&cursor);
	return erased;
}

Test(journal_next, goes_on_over_parts_that_were_erased)
{
	struct verify_report report;
	struct segment_header header;
	struct store store;
	unsigned char *bytes;
	size_t len;
	int i;

	store_make(&store);
	store_open(&store);
	for (i = 0; i < 40; i++)
		store_append(&store, 1 + (size_t)i % 3, 3000);
	store_close(&store);
	bytes = file_read(store_segment(&store, 2), &len);
	cr_assert_eq(segment_header_read(bytes, &header), OK);
	free(bytes);

	erase_segment(&store, 1);
	verify(&store, &report);
	cr_assert_not(report.fault.found, "%s byte %lu: %s", report.fault.file,
	    (unsigned long)report.fault.offset, report.fault.what);
	cr_assert_eq(report.erased, header.first_seq - 1);
	store_open(&store);
	cr_assert(store.repair.clean);
	cr_assert_eq(count_erased(&store), header.first_seq - 1);
	store_append(&store, 2, 100);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}
