/* Where an entry lies: mapped segments, and a sparse index of each. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/bytes.h"
#include "store/entry_layout.h"
#include "store/segment_engine.h"

void
walk_begin(struct walk *walk, const struct segment_map *map)
{
	*walk = (struct walk){
	    .bytes = map->bytes,
	    .key = map->header.key,
	    .size = map->header.bytes,
	    .group = SEGMENT_BLOCK_BYTES,
	    .end = SEGMENT_BLOCK_BYTES,
	    .at = SEGMENT_BLOCK_BYTES,
	    .next_seq = map->header.first_seq,
	    .before = map->header.before,
	};
}

static enum err
next_group(struct walk *walk)
{
	uint64_t at = group_span(walk->end);
	struct group group;

	if (at >= walk->size ||
	    !group_read(walk->bytes + at, walk->size - at, walk->key, &group))
		return ERR_END;
	if (group.first_seq != walk->next_seq ||
	    memcmp(group.before, walk->before, HASH_BYTES) != 0)
		return ERR_CORRUPT;
	walk->group = at;
	walk->at = at + GROUP_HEADER_BYTES;
	walk->end = at + group.len;
	walk->before = group.before;
	return OK;
}

enum err
walk_next(struct walk *walk, struct step *step)
{
	const unsigned char *record;
	enum record_type type;
	enum err err;
	size_t len;

	for (;;) {
		if (walk->at == walk->end) {
			err = next_group(walk);
			if (err != OK)
				return err;
			continue;
		}
		record = walk->bytes + walk->at;
		type = record_frame(record, walk->end - walk->at, &len);
		if (type == RECORD_NONE)
			return ERR_CORRUPT;
		if (type == RECORD_ENTRY)
			break;
		walk->at += len;
	}
	if (len < ENTRY_HEADER_BYTES ||
	    get_be64(record + ENTRY_AT_SEQ) != walk->next_seq)
		return ERR_CORRUPT;
	/* Before the first entry of a segment that is the header's copy. */
	*step = (struct step){
	    .at = walk->at,
	    .len = len,
	    .before = (uint64_t)(walk->before - walk->bytes),
	    .group = walk->group,
	};
	walk->at += len;
	walk->next_seq++;
	walk->before = record + ENTRY_AT_CHAIN;
	return OK;
}

static void
map_free(struct segment_map *map)
{
	if (map->bytes != NULL)
		(void)munmap((void *)map->bytes, map->header.bytes);
	pthread_mutex_destroy(&map->lock);
	free(map->points);
	free(map);
}

/* Maps the file at fd, whose header must be good and tell its true size. */
static enum err
map_file(struct segment_map *map, int fd)
{
	unsigned char block[SEGMENT_BLOCK_BYTES];
	struct stat status;
	void *bytes;

	if (fstat(fd, &status) != 0)
		return ERR_IO;
	if (pread(fd, block, sizeof(block), 0) != sizeof(block) ||
	    segment_header_read(block, &map->header) != OK ||
	    map->header.number != map->number ||
	    (uint64_t)status.st_size != map->header.bytes)
		return ERR_CORRUPT;
	bytes = mmap(NULL, map->header.bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return errno == ENOMEM ? ERR_MEMORY : ERR_IO;
	map->bytes = bytes;
	map->base = map->header.first_seq;
	walk_begin(&map->walk, map);
	return OK;
}

static enum err
map_make(struct segments *segments, uint64_t number, struct segment_map **out)
{
	char path[SEGMENT_PATH_MAX];
	struct segment_map *map;
	enum err err;
	int fd;

	fd = open(
	    segments_file(segments->path, number, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	map = calloc(1, sizeof(*map));
	if (map == NULL) {
		(void)close(fd);
		return ERR_MEMORY;
	}
	map->number = number;
	pthread_mutex_init(&map->lock, NULL);
	err = map_file(map, fd);
	(void)close(fd);
	if (err != OK) {
		map_free(map);
		return err;
	}
	*out = map;
	return OK;
}

/*
 * Gives back maps that were taken out, and the memory of what was read by them:
 * as the journal grows it would take ever more, page by page, which costs a
 * storm more than to use the same again.
 */
static void
give_back(struct segment_map *maps)
{
	struct segment_map *map;

	while ((map = maps) != NULL) {
		maps = map->next;
		/* A hint: without it the kernel finds out by itself. */
		(void)madvise(
		    (void *)map->bytes, map->header.bytes, MADV_PAGEOUT);
		map_free(map);
	}
}

/* Takes out what was unused for longest, while there is too much: to
 * give_back without the lock. */
static struct segment_map *
take_oldest(struct segments *segments)
{
	struct segment_map *taken = NULL;
	size_t i, oldest;

	while (segments->maps_count > MAPS_MAX) {
		oldest = segments->maps_count;
		for (i = 0; i < segments->maps_count; i++)
			if (segments->maps[i]->users == 0 &&
			    (oldest == segments->maps_count ||
				segments->maps[i]->used <
				    segments->maps[oldest]->used))
				oldest = i;
		if (oldest == segments->maps_count)
			break;
		segments->maps[oldest]->next = taken;
		taken = segments->maps[oldest];
		segments->maps[oldest] = segments->maps[--segments->maps_count];
	}
	return taken;
}

static enum err
keep_map(struct segments *segments, struct segment_map *map)
{
	struct segment_map **larger;
	size_t room;

	if (segments->maps_count == segments->maps_room) {
		room = segments->maps_room * 2 + MAPS_MAX;
		larger = reallocarray(
		    segments->maps, room, sizeof(struct segment_map *));
		if (larger == NULL)
			return ERR_MEMORY;
		segments->maps = larger;
		segments->maps_room = room;
	}
	segments->maps[segments->maps_count++] = map;
	return OK;
}

static enum err
map_locked(struct segments *segments, uint64_t number, struct segment_map **out)
{
	struct segment_map *map;
	enum err err;
	size_t i;

	for (i = 0; i < segments->maps_count; i++) {
		map = segments->maps[i];
		if (map->number != number)
			continue;
		map->users++;
		map->used = ++segments->clock;
		*out = map;
		return OK;
	}
	err = map_make(segments, number, &map);
	if (err != OK)
		return err;
	map->users = 1;
	map->used = ++segments->clock;
	err = keep_map(segments, map);
	if (err != OK) {
		map_free(map);
		return err;
	}
	*out = map;
	return OK;
}

enum err
segments_map(
    struct segments *segments, uint64_t number, struct segment_map **map)
{
	struct segment_map *oldest;
	enum err err;

	pthread_mutex_lock(&segments->lock);
	err = map_locked(segments, number, map);
	oldest = take_oldest(segments);
	pthread_mutex_unlock(&segments->lock);
	give_back(oldest);
	return err;
}

void
segments_unmap(struct segments *segments, struct segment_map **map)
{
	struct segment_map *held = *map, *oldest;

	*map = NULL;
	if (held == NULL)
		return;
	pthread_mutex_lock(&segments->lock);
	assert(held->users > 0);
	held->users--;
	oldest = take_oldest(segments);
	pthread_mutex_unlock(&segments->lock);
	give_back(oldest);
}

void
segments_unmap_all(struct segments *segments)
{
	size_t i;

	for (i = 0; i < segments->maps_count; i++)
		map_free(segments->maps[i]);
	segments->maps_count = 0;
}

enum err
segments_extend(struct segments *segments, uint64_t last)
{
	uint64_t *larger;
	size_t need, room;
	enum err err = OK;

	pthread_mutex_lock(&segments->lock);
	need = (size_t)(last - segments->first_number) + 1;
	if (need > segments->first_seqs_room) {
		room = need * 2;
		larger =
		    reallocarray(segments->first_seqs, room, sizeof(*larger));
		if (larger == NULL) {
			err = ERR_MEMORY;
			goto out;
		}
		memset(larger + segments->first_seqs_room, 0,
		    (room - segments->first_seqs_room) * sizeof(*larger));
		segments->first_seqs = larger;
		segments->first_seqs_room = room;
	}
	segments->last_number = last;
out:
	pthread_mutex_unlock(&segments->lock);
	return err;
}

/* The number of the first entry of a segment, remembered. */
static enum err
first_seq(struct segments *segments, uint64_t number, uint64_t *seq)
{
	uint64_t *known =
	    &segments->first_seqs[number - segments->first_number];
	struct segment_map *map;
	enum err err;

	if (*known == 0) {
		err = map_locked(segments, number, &map);
		if (err != OK)
			return err;
		*known = map->header.first_seq;
		map->users--;
	}
	*seq = *known;
	return OK;
}

uint64_t
segments_first(struct segments *segments)
{
	uint64_t seq = 1;

	pthread_mutex_lock(&segments->lock);
	if (segments->last_number == 0 ||
	    first_seq(segments, segments->first_number, &seq) != OK)
		seq = 1;
	pthread_mutex_unlock(&segments->lock);
	return seq;
}

/* The last segment whose first number is at most seq. */
static enum err
find_segment(struct segments *segments, uint64_t seq, struct segment_map **map)
{
	uint64_t low, high, middle, first;
	enum err err = OK;

	pthread_mutex_lock(&segments->lock);
	low = segments->first_number;
	high = segments->last_number;
	while (low < high && err == OK) {
		middle = low + (high - low + 1) / 2;
		err = first_seq(segments, middle, &first);
		if (err == OK && first <= seq)
			low = middle;
		else
			high = middle - 1;
	}
	if (err == OK)
		err = map_locked(segments, low, map);
	pthread_mutex_unlock(&segments->lock);
	return err;
}

static enum err
add_point(struct segment_map *map, const struct step *step, uint64_t seq)
{
	struct point *larger;
	size_t room;

	if (map->points_count > 0 &&
	    step->at - map->points[map->points_count - 1].at < POINT_SPACING)
		return OK;
	if (map->points_count == map->points_room) {
		room = map->points_room * 2 + 64;
		larger = reallocarray(map->points, room, sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		map->points = larger;
		map->points_room = room;
	}
	map->points[map->points_count++] = (struct point){
	    .seq = seq,
	    .at = step->at,
	    .group = step->group,
	    .before = step->before,
	};
	return OK;
}

void
segments_index_from(struct segment_map *map, uint64_t group_at)
{
	struct group group;

	if (group_at < SEGMENT_BLOCK_BYTES || group_at >= map->header.bytes ||
	    !group_read(map->bytes + group_at, map->header.bytes - group_at,
		map->header.key, &group) ||
	    group.first_seq < map->header.first_seq)
		return;
	map->walk.group = map->walk.end = map->walk.at = group_at;
	map->walk.next_seq = map->base = group.first_seq;
	map->walk.before = group.before;
}

/* Walks until the index knows seq. */
static enum err
index_to(struct segment_map *map, uint64_t seq)
{
	struct step step;
	enum err err = OK;

	if (seq < map->base) {
		map->points_count = 0;
		map->base = map->header.first_seq;
		walk_begin(&map->walk, map);
	}

	while (err == OK && map->walk.next_seq <= seq) {
		err = walk_next(&map->walk, &step);
		if (err == OK)
			err = add_point(map, &step, map->walk.next_seq - 1);
	}
	return err;
}

/* The last point whose number is at most seq; there is one. */
static const struct point *
find_point(const struct segment_map *map, uint64_t seq)
{
	size_t low = 0, high = map->points_count - 1, middle;

	while (low < high) {
		middle = low + (high - low + 1) / 2;
		if (map->points[middle].seq <= seq)
			low = middle;
		else
			high = middle - 1;
	}
	return &map->points[low];
}

static enum err
walk_to(struct segment_map *map, uint64_t seq, struct walk *walk)
{
	const struct point *point;
	struct group group;
	struct step step;
	enum err err;

	pthread_mutex_lock(&map->lock);
	err = index_to(map, seq);
	if (err == OK) {
		point = find_point(map, seq);
		walk_begin(walk, map);
		walk->group = point->group;
		walk->at = point->at;
		walk->next_seq = point->seq;
		walk->before = map->bytes + point->before;
	}
	pthread_mutex_unlock(&map->lock);
	if (err != OK)
		return err;
	if (!group_read(map->bytes + walk->group, walk->size - walk->group,
		walk->key, &group))
		return ERR_CORRUPT;
	walk->end = walk->group + group.len;
	while (err == OK && walk->next_seq < seq)
		err = walk_next(walk, &step);
	return err;
}

enum err
segments_locate(struct segments *segments, uint64_t seq,
    struct segment_map **map, struct walk *walk)
{
	enum err err;

	err = find_segment(segments, seq, map);
	if (err != OK)
		return err;
	err = walk_to(*map, seq, walk);
	if (err == OK)
		return OK;
	segments_unmap(segments, map);
	/* The entry is durable, so it must be there. */
	return err == ERR_END ? ERR_CORRUPT : err;
}
