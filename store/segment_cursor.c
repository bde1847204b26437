/* Reading entries one after the other, each checked against the chain. */
#include <stdlib.h>
#include <string.h>

#include "store/segment_engine.h"

struct segments_cursor {
	struct segments *segments;
	struct segment_map *map; /* NULL: it stands nowhere */
	struct walk walk;
};

enum err
segments_cursor_open(struct segments *segments, struct segments_cursor **cursor)
{
	*cursor = calloc(1, sizeof(**cursor));
	if (*cursor == NULL)
		return ERR_MEMORY;
	(*cursor)->segments = segments;
	return OK;
}

void
segments_cursor_close(struct segments_cursor **cursor)
{
	if (*cursor == NULL)
		return;
	segments_unmap((*cursor)->segments, &(*cursor)->map);
	free(*cursor);
	*cursor = NULL;
}

/* On to the first entry of the next segment; the chain must go on there. */
static enum err
next_segment(struct segments_cursor *cursor)
{
	struct segments *segments = cursor->segments;
	struct segment_map *map;
	uint64_t last;
	enum err err;

	pthread_mutex_lock(&segments->lock);
	last = segments->last_number;
	pthread_mutex_unlock(&segments->lock);
	if (cursor->map->number >= last)
		return ERR_CORRUPT;
	err = segments_map(segments, cursor->map->number + 1, &map);
	if (err != OK)
		return err;
	if (map->header.first_seq != cursor->walk.next_seq ||
	    memcmp(map->header.before, cursor->walk.before, HASH_BYTES) != 0) {
		segments_unmap(segments, &map);
		return ERR_CORRUPT;
	}
	segments_unmap(segments, &cursor->map);
	cursor->map = map;
	walk_begin(&cursor->walk, map);
	return OK;
}

static enum err
step_on(struct segments_cursor *cursor, struct step *step)
{
	enum err err;

	for (;;) {
		err = walk_next(&cursor->walk, step);
		if (err != ERR_END)
			return err;
		err = next_segment(cursor);
		if (err != OK)
			return err;
	}
}

enum err
segments_cursor_get(
    struct segments_cursor *cursor, uint64_t seq, struct entry *entry)
{
	const unsigned char *bytes;
	struct step step;
	enum err err;

	if (cursor->map == NULL || cursor->walk.next_seq != seq) {
		segments_unmap(cursor->segments, &cursor->map);
		err = segments_locate(
		    cursor->segments, seq, &cursor->map, &cursor->walk);
		if (err != OK)
			return err;
	}
	err = step_on(cursor, &step);
	if (err == OK) {
		bytes = cursor->walk.bytes;
		err = entry_read(bytes + step.at, step.len, entry);
		if (err == OK &&
		    (entry->seq != seq ||
			!entry_chain_holds(entry, bytes + step.before) ||
			!entry_parts_hold(entry)))
			err = ERR_CORRUPT;
	}
	if (err != OK)
		segments_unmap(cursor->segments, &cursor->map);
	return err;
}
