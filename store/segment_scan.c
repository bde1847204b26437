/* Where a segment ends, and whether what ends it was cut off or corrupted. */
#include <stdlib.h>
#include <string.h>

#include "store/segment_engine.h"

/* Offsets of the groups whose headers are good, front to back. */
struct groups {
	uint64_t *at;
	size_t count, room;
	uint64_t end; /* of the last one, in whole blocks */
};

static enum err
add_group(struct groups *groups, uint64_t at)
{
	uint64_t *larger;
	size_t room;

	if (groups->count == groups->room) {
		room = groups->room * 2 + 1024;
		larger = reallocarray(groups->at, room, sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		groups->at = larger;
		groups->room = room;
	}
	groups->at[groups->count++] = at;
	return OK;
}

static enum err
find_groups(const struct segment_map *map, struct groups *groups)
{
	uint64_t size = map->header.bytes, seq = map->header.first_seq;
	struct group group;
	enum err err;

	groups->end = SEGMENT_BLOCK_BYTES;
	while (groups->end < size &&
	       group_read(map->bytes + groups->end, size - groups->end,
		   map->header.key, &group) &&
	       group.first_seq >= seq) {
		err = add_group(groups, groups->end);
		if (err != OK)
			return err;
		seq = group.first_seq;
		groups->end += group_span(group.len);
	}
	return OK;
}

static bool
holds_seal(const unsigned char *at, const struct group *group)
{
	size_t offset = GROUP_HEADER_BYTES, len;
	enum record_type type;

	while (offset < group->len) {
		type = record_frame(at + offset, group->len - offset, &len);
		if (type != RECORD_ENTRY)
			return type == RECORD_SEAL;
		offset += len;
	}
	return false;
}

/*
 * The group from which on everything is verified: the last one that holds a
 * seal and has a successor.  What lies before it was signed as it is, which
 * tocsin-verify checks.
 */
static size_t
anchor(const struct segment_map *map, const struct groups *groups)
{
	struct group group;
	size_t i;

	for (i = groups->count - 1; i > 0; i--)
		if (group_read(map->bytes + groups->at[i - 1],
			map->header.bytes - groups->at[i - 1], map->header.key,
			&group) &&
		    holds_seal(map->bytes + groups->at[i - 1], &group))
			return i - 1;
	return 0;
}

static bool
zero_block(const unsigned char *block)
{
	return block[0] == 0 &&
	       memcmp(block, block + 1, SEGMENT_BLOCK_BYTES - 1) == 0;
}

/* Looks for anything but zeros behind `from`, and for a group among it. */
static void
find_remains(const struct segment_map *map, struct scan *scan, uint64_t from,
    bool *follows)
{
	uint64_t at;
	struct group group;

	*follows = false;
	scan->dirty_end = from;
	for (at = from; at < map->header.bytes; at += SEGMENT_BLOCK_BYTES) {
		if (zero_block(map->bytes + at))
			continue;
		scan->dirty_end = at + SEGMENT_BLOCK_BYTES;
		if (group_read(map->bytes + at, map->header.bytes - at,
			map->header.key, &group) &&
		    group.first_seq > scan->last.seq)
			*follows = true;
	}
	while (scan->dirty_end > from && map->bytes[scan->dirty_end - 1] == 0)
		scan->dirty_end--;
}

static void
fault(struct scan *scan, uint64_t at, const char *what)
{
	scan->corrupt = true;
	scan->fault_at = at;
	scan->fault = what;
}

static void
note_group(struct scan *scan, uint64_t at, const struct group_check *check)
{
	scan->last = check->good;
	if (check->good_len == 0) {
		scan->group_len = 0;
		scan->end = at;
		return;
	}
	scan->group_at = at;
	scan->group_len = check->good_len;
	scan->group_records = check->good_records;
	scan->end = at + group_span(check->good_len);
	scan->ended = scan->closed = false;
	if (!check->sealed)
		return;
	scan->sealed_seq = check->good.seq;
	scan->sealed_ms = check->seal_ms;
	scan->ended = (check->seal_flags & SEAL_ENDS_SEGMENT) != 0;
	scan->closed = (check->seal_flags & SEAL_CLOSED) != 0;
}

/*
 * Verifies the groups from number `from` on.  Whatever is wrong with one that
 * has a successor is corruption: it was synced before that was begun.
 */
static void
verify(const struct segment_map *map, const struct groups *groups, size_t from,
    struct scan *scan)
{
	struct group_check check;
	struct group group;
	uint64_t at;
	size_t i;

	for (i = from; i < groups->count; i++) {
		at = groups->at[i];
		if (!group_read(map->bytes + at, map->header.bytes - at,
			map->header.key, &group)) {
			fault(scan, at, "a group's header changes");
			return;
		}
		if (i == from && i > 0) {
			scan->last.seq = group.first_seq - 1;
			scan->last.time_ms = 0;
			memcpy(scan->last.hash, group.before, HASH_BYTES);
		}
		group_verify(
		    map->bytes + at, &group, &map->header, &scan->last, &check);
		note_group(scan, at, &check);
		if (!check.fits) {
			fault(scan, at, "the chain does not go on");
			return;
		}
		if (check.whole && !check.ends_inside)
			continue;
		if (check.newer) {
			fault(scan, at + check.good_len,
			    "a later version of Tocsin wrote it");
			return;
		}
		if (i + 1 < groups->count) {
			fault(scan, at + check.good_len,
			    "a record does not verify, though a later group "
			    "does");
			return;
		}
		scan->torn = true;
		scan->dirty_end = at + group.len;
	}
}

/* Weighs what lies behind the groups that were found. */
static void
weigh_remains(const struct segment_map *map, uint64_t end, struct scan *scan)
{
	uint64_t torn_end = scan->torn ? scan->dirty_end : 0;
	bool follows;

	find_remains(map, scan, end, &follows);
	if (follows)
		fault(scan, end, "a valid group follows bytes that are none");
	else if (scan->torn && scan->dirty_end > end)
		fault(scan, scan->end,
		    "a record does not verify, though more was written later");
	else if (scan->dirty_end > end)
		scan->torn = true;
	if (scan->dirty_end < torn_end)
		scan->dirty_end = torn_end;
	if (scan->torn && scan->dirty_end < end)
		scan->dirty_end = end;
}

bool
segment_scan_hinted(
    const struct segment_map *map, uint64_t end, struct scan *scan)
{
	uint64_t size = map->header.bytes, after = end + SEGMENT_BLOCK_BYTES;
	struct group_check check;
	struct chain_at before = {0};
	struct group group;

	if (end < SEGMENT_BLOCK_BYTES || end >= size ||
	    !group_read(
		map->bytes + end, size - end, map->header.key, &group) ||
	    group_span(group.len) != SEGMENT_BLOCK_BYTES ||
	    group.first_seq < map->header.first_seq ||
	    (after < size && !zero_block(map->bytes + after)))
		return false;
	before.seq = group.first_seq - 1;
	memcpy(before.hash, group.before, HASH_BYTES);
	group_verify(map->bytes + end, &group, &map->header, &before, &check);
	if (!check.whole || check.good_records != 1)
		return false;
	*scan = (struct scan){0};
	note_group(scan, end, &check);
	scan->dirty_end = scan->end;
	scan->clean = scan->closed;
	return scan->clean;
}

static enum err
begin(const struct segment_map *map, struct scan *scan, struct groups *groups)
{
	*scan = (struct scan){
	    .end = SEGMENT_BLOCK_BYTES,
	    .dirty_end = SEGMENT_BLOCK_BYTES,
	    .sealed_seq = map->header.first_seq - 1,
	};
	scan->last.seq = map->header.first_seq - 1;
	memcpy(scan->last.hash, map->header.before, HASH_BYTES);
	return find_groups(map, groups);
}

enum err
segment_scan(const struct segment_map *map, bool live, struct scan *scan)
{
	struct groups groups = {0};
	enum err err;

	err = begin(map, scan, &groups);
	if (err == OK && groups.count > 0)
		verify(map, &groups, anchor(map, &groups), scan);
	/* Beside a running writer the bytes behind change as one looks. */
	if (err == OK && !scan->corrupt && !live)
		weigh_remains(map, groups.end, scan);
	free(groups.at);
	return err;
}
