/*
 * Mending the end of a segment after a crash.
 *
 * Two steps, each synced, in this order, so that a crash between or within
 * them leaves an end that the next start takes for torn and nothing worse:
 * first everything behind what stands becomes zero, then the last group is
 * written again, as short as what stands of it.  It is written even when all
 * of it stands: after an fdatasync that failed it may be in the page cache
 * only, and nothing would ever write it back.
 */
#include <stdlib.h>
#include <string.h>

#include "store/disk.h"
#include "store/segment_engine.h"

enum { ZERO_STEP_BYTES = 65536 };

static enum err
write_zeros(int fd, uint64_t from, uint64_t to)
{
	static const unsigned char zeros[ZERO_STEP_BYTES];
	uint64_t at;
	size_t len;
	enum err err;

	for (at = from; at < to; at += len) {
		len = sizeof(zeros);
		if (len > to - at)
			len = (size_t)(to - at);
		err = disk_write(fd, zeros, len, at);
		if (err != OK)
			return err;
	}
	return disk_sync(fd);
}

static enum err
write_last_group(int fd, const struct segment_map *map, const struct scan *scan)
{
	const unsigned char *at = map->bytes + scan->group_at;
	size_t span = (size_t)group_span(scan->group_len);
	unsigned char *copy;
	struct group group;
	enum err err;

	if (!group_read(at, map->header.bytes - scan->group_at, map->header.key,
		&group))
		return ERR_CORRUPT;
	copy = calloc(1, span);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, at, scan->group_len);
	group.len = scan->group_len;
	group.records = scan->group_records;
	group_write(&group, map->header.key, copy);
	err = disk_write(fd, copy, span, scan->group_at);
	if (err == OK)
		err = disk_sync(fd);
	free(copy);
	return err;
}

enum err
segment_repair(int fd, const struct segment_map *map, const struct scan *scan)
{
	enum err err;

	if (scan->dirty_end > scan->end) {
		err = write_zeros(fd, scan->end, group_span(scan->dirty_end));
		if (err != OK)
			return err;
	}
	if (scan->group_len == 0)
		return OK;
	return write_last_group(fd, map, scan);
}
