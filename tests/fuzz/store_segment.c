/*
 * The journal's reader on hostile bytes: what is given becomes the groups of a
 * segment whose header is good; what looks like a group's header gets its
 * checksum and what looks like an entry its number and chain hash, so that the
 * bytes behind them are reached.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/entry_layout.h"
#include "store/segment_engine.h"

enum { BLOCKS_MAX = 32 };

/* The segment's: its header is not read from the bytes. */
static const unsigned char no_key[SEAL_KEY_BYTES];

/* Numbers and chains the entries of a group; returns where the chain stands. */
static uint64_t
mend_entries(unsigned char *at, size_t len, uint64_t seq, unsigned char *hash)
{
	size_t offset = GROUP_HEADER_BYTES, record;
	enum record_type type;
	struct entry entry;

	for (; offset < len; offset += record) {
		type = record_frame(at + offset, len - offset, &record);
		if (type == RECORD_NONE)
			break;
		if (type == RECORD_SEAL ||
		    entry_read(at + offset, record, &entry) != OK)
			continue;
		put_be64(at + offset + ENTRY_AT_SEQ, ++seq);
		entry_chain(at + offset, hash, hash);
		memcpy(at + offset + ENTRY_AT_CHAIN, hash, HASH_BYTES);
	}
	return seq;
}

static void
mend(unsigned char *bytes, size_t len)
{
	unsigned char hash[HASH_BYTES] = {0}, before[HASH_BYTES];
	size_t at = SEGMENT_BLOCK_BYTES, group_len;
	struct group group;
	uint64_t seq = 0;

	while (at < len) {
		group_len = get_be32(bytes + at + 4);
		if (memcmp(bytes + at, "TOCG", 4) != 0 ||
		    group_len < GROUP_HEADER_BYTES || group_len > len - at) {
			at += SEGMENT_BLOCK_BYTES;
			continue;
		}
		memcpy(before, hash, sizeof(before));
		group = (struct group){
		    .len = (uint32_t)group_len,
		    .records = get_be32(bytes + at + 16),
		    .first_seq = seq + 1,
		    .before = before,
		};
		seq = mend_entries(bytes + at, group_len, seq, hash);
		group_write(&group, no_key, bytes + at);
		at += (size_t)group_span(group_len);
	}
}

/* Walks all that a reader would, and reads each entry's parts. */
static void
walk(const struct segment_map *map)
{
	struct entry entry;
	struct walk walk;
	struct part part;
	struct step step;
	size_t i;

	walk_begin(&walk, map);
	while (walk_next(&walk, &step) == OK) {
		if (entry_read(map->bytes + step.at, step.len, &entry) != OK)
			continue;
		for (i = 0; i < entry.parts_count; i++)
			entry_part(&entry, i, &part);
		(void)entry_text(&entry, &part);
		(void)entry_chain_holds(&entry, map->bytes + step.before);
		(void)entry_parts_hold(&entry);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment_map map = {.number = 1};
	struct segment_header header;
	unsigned char *bytes;
	struct scan scan;
	size_t len, room, end;

	if (size > (BLOCKS_MAX - 1) * SEGMENT_BLOCK_BYTES)
		return 0;
	len = (size_t)group_span(size) + SEGMENT_BLOCK_BYTES;
	room = len < 3 * SEGMENT_BLOCK_BYTES ? 3 * SEGMENT_BLOCK_BYTES : len;
	bytes = calloc(1, room);
	if (bytes == NULL)
		return 0;
	if (size >= SEGMENT_BLOCK_BYTES)
		(void)segment_header_read(data, &header);
	memcpy(bytes + SEGMENT_BLOCK_BYTES, data, size);
	mend(bytes, room);
	map.bytes = bytes;
	map.header = (struct segment_header){
	    .number = 1,
	    .first_seq = 1,
	    .bytes = room,
	};
	if (segment_scan(&map, false, &scan) == OK) {
		assert(scan.end <= room);
		assert(scan.corrupt || scan.dirty_end <= room);
		assert(scan.group_len == 0 ||
		       scan.group_at + scan.group_len <= scan.end);
	}
	for (end = 0; end <= room; end += SEGMENT_BLOCK_BYTES)
		if (segment_scan_hinted(&map, end, &scan))
			assert(scan.end == end + SEGMENT_BLOCK_BYTES);
	walk(&map);
	free(bytes);
	return 0;
}
