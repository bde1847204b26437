/* Read-only: following a journal that another process appends to. */
#include <string.h>

#include "store/segment_engine.h"

/* Takes the group at refresh_at, once all of it verifies. */
static bool
take_group(struct segments *segments, const struct segment_map *map,
    struct chain_at *now, bool *ended)
{
	uint64_t at = segments->refresh_at;
	struct group_check check;
	struct group group;

	if (at >= map->header.bytes ||
	    !group_read(map->bytes + at, map->header.bytes - at,
		map->header.key, &group))
		return false;
	group_verify(map->bytes + at, &group, &map->header, now, &check);
	if (!check.whole || check.ends_inside)
		return false;
	*now = check.good;
	*ended = check.sealed && (check.seal_flags & SEAL_ENDS_SEGMENT);
	segments->refresh_at = at + group_span(group.len);
	return true;
}

/* Goes on to the next segment, once it is there and continues the chain. */
static bool
take_segment(struct segments *segments, const struct chain_at *now)
{
	uint64_t number = segments->last_number + 1;
	struct segment_map *map;
	bool continues;

	if (segments_map(segments, number, &map) != OK)
		return false;
	continues = map->header.first_seq == now->seq + 1 &&
		    memcmp(map->header.before, now->hash, HASH_BYTES) == 0;
	segments_unmap(segments, &map);
	if (!continues || segments_extend(segments, number) != OK)
		return false;
	segments->refresh_at = SEGMENT_BLOCK_BYTES;
	return true;
}

void
segments_refresh(struct segments *segments, struct journal_head *head)
{
	struct chain_at now = {.seq = head->seq};
	struct segment_map *map;
	bool ended;

	memcpy(now.hash, head->hash, HASH_BYTES);
	do {
		if (segments_map(segments, segments->last_number, &map) != OK)
			break;
		ended = segments->refresh_ended;
		while (take_group(segments, map, &now, &ended))
			;
		segments->refresh_ended = ended;
		segments_unmap(segments, &map);
		if (ended && take_segment(segments, &now))
			segments->refresh_ended = false;
		else
			ended = false;
	} while (ended);
	head->seq = now.seq;
	memcpy(head->hash, now.hash, HASH_BYTES);
}
