/* Opening and closing a store's journal. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <sodium.h>

#include "store/disk.h"
#include "store/segment_engine.h"

/* One opening: what it is about, and what it has found. */
struct opening {
	const struct journal_options *options;
	struct segments *segments;
	struct segment_map *map; /* the last segment that reads */
	struct scan scan;
	char *why;
	size_t size;
};

const char *
segments_file(const char *store, uint64_t number, char *out)
{
	snprintf(out, SEGMENT_PATH_MAX, "%s/journal/%0*" PRIu64 ".seg", store,
	    SEGMENT_NAME_DIGITS, number);
	return out;
}

const char *
store_file(const char *store, const char *name, char *out)
{
	snprintf(out, SEGMENT_PATH_MAX, "%s/%s", store, name);
	return out;
}

enum err
segments_why(enum err err, char *why, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, size, format, arguments);
	va_end(arguments);
	return err;
}

enum err
segments_options_check(
    const struct journal_options *options, char *why, size_t size)
{
	uint64_t bytes = options->segment_bytes;

	if (strlen(options->path) >= STORE_PATH_MAX)
		return segments_why(ERR_TOO_LARGE, why, size,
		    "the path of the store is longer than %d bytes",
		    STORE_PATH_MAX - 1);
	if (options->read_only)
		return OK;
	if (bytes % SEGMENT_BLOCK_BYTES != 0 || bytes > SEGMENT_BYTES_MAX ||
	    bytes < SEGMENT_BLOCKS_MIN * (uint64_t)SEGMENT_BLOCK_BYTES)
		return segments_why(ERR_INVALID, why, size,
		    "segments of %" PRIu64 " bytes: must be a multiple of %d, "
		    "from %d to %d",
		    bytes, SEGMENT_BLOCK_BYTES,
		    SEGMENT_BLOCKS_MIN * SEGMENT_BLOCK_BYTES,
		    SEGMENT_BYTES_MAX);
	return OK;
}

enum err
segments_lock(const char *store, int *fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[SEGMENT_PATH_MAX];

	*fd =
	    disk.open(store_file(store, "lock", path), O_RDWR | O_CREAT, 0640);
	if (*fd < 0)
		return disk_err(errno);
	/* Bound to the descriptor: a second opener of this process is refused
	 * too. */
	if (fcntl(*fd, F_OFD_SETLK, &whole) == 0)
		return OK;
	(void)close(*fd);
	*fd = -1;
	return errno == EAGAIN || errno == EACCES ? ERR_LOCKED : ERR_IO;
}

static enum err
fail(struct opening *opening, enum err err, const char *what)
{
	return segments_why(err, opening->why, opening->size,
	    "cannot open the store %s: %s: %s", opening->options->path, what,
	    errno != 0 ? strerror(errno) : err_meaning(err));
}

/* Names the fault; the journal can be read up to the scan's last entry. */
static enum err
corrupt(struct opening *opening, uint64_t number, uint64_t at, const char *what)
{
	return segments_why(ERR_CORRUPT, opening->why, opening->size,
	    "%s/journal/%0*" PRIu64 ".seg is corrupt at byte %" PRIu64
	    ", entry %" PRIu64 ": %s. Nothing is written to this store; "
	    "tocsin-verify says more",
	    opening->options->path, SEGMENT_NAME_DIGITS, number, at,
	    opening->scan.last.seq + 1, what);
}

/* Takes the lock and finds the files. */
static enum err
find_files(struct opening *opening, struct segment_files *files)
{
	const struct journal_options *options = opening->options;
	struct segments *segments = opening->segments;
	char path[SEGMENT_PATH_MAX];
	enum err err;

	err = segment_files_list(options->path, files);
	if (err == ERR_MISSING || (err == OK && files->first == 0))
		return segments_why(ERR_MISSING, opening->why, opening->size,
		    "there is no store in %s", options->path);
	if (err == OK && !options->read_only) {
		err = segments_lock(options->path, &segments->lock_fd);
		if (err == ERR_LOCKED)
			return segments_why(err, opening->why, opening->size,
			    "another process has the store %s open: it holds "
			    "the file \"lock\" there",
			    options->path);
		/* Before the lock, another process may have been at work. */
		if (err == OK)
			err = segment_files_list(options->path, files);
		if (err == OK)
			err = disk_remove(store_file(
			    options->path, "journal/next.tmp", path));
	}
	if (err != OK)
		return fail(opening, err, "journal/");
	segments->first_number = files->first;
	return OK;
}

/* Is the segment's header signed by the one before, or by the root key? */
static bool
certified(struct opening *opening, const struct segment_map *map)
{
	struct segments *segments = opening->segments;
	unsigned char key[SEAL_KEY_BYTES];
	struct segment_map *before;

	if (map->number == 1) {
		if (keys_root_read(segments->path, key) != OK)
			return true;
	} else if (map->number == segments->first_number) {
		return true;
	} else {
		if (segments_map(segments, map->number - 1, &before) != OK)
			return false;
		memcpy(key, before->header.key, sizeof(key));
		segments_unmap(segments, &before);
	}
	return segment_header_signed(map->bytes, key);
}

/* A roll that was interrupted before the header was there is undone. */
static enum err
drop_unused(struct opening *opening, uint64_t *last)
{
	struct segments *segments = opening->segments;
	char path[SEGMENT_PATH_MAX];
	struct segment_map *map;
	bool unused;
	enum err err;

	err = segments_map(segments, *last, &map);
	if (err == OK)
		segments_unmap(segments, &map);
	if (err != ERR_CORRUPT || *last == segments->first_number)
		return err == ERR_CORRUPT ? OK : err;
	err = segment_file_unused(segments->path, *last, &unused);
	if (err != OK || !unused)
		return err;
	if (!segments->read_only) {
		err = disk_remove(segments_file(segments->path, *last, path));
		if (err == OK)
			err = disk_sync_folder(
			    store_file(segments->path, "journal", path));
	}
	if (err == OK)
		(*last)--;
	return err;
}

/*
 * Maps the last segment whose header reads.  *bad is the number of one behind
 * it that does not, or 0.
 */
static enum err
map_last(struct opening *opening, uint64_t last, uint64_t *bad)
{
	struct segments *segments = opening->segments;
	enum err err;

	for (; last >= segments->first_number; last--) {
		err = segments_extend(segments, last);
		if (err == OK)
			err = segments_map(segments, last, &opening->map);
		if (err == OK && certified(opening, opening->map))
			return OK;
		if (err == OK)
			segments_unmap(segments, &opening->map);
		else if (err != ERR_CORRUPT)
			return err;
		*bad = last;
	}
	return ERR_CORRUPT;
}

/*
 * Scans the end.  Unless the hint, which is written after the closing seal is
 * synced, says that it was closed in good order, the cached pages are dropped
 * before: after an fdatasync that failed, they are not what is on the disk.
 */
static enum err
scan_end(struct opening *opening)
{
	struct segments *segments = opening->segments;
	uint64_t number = opening->map->number;
	struct hint hint;
	enum err err;

	if (hint_read(segments->path, &hint) && hint.number == number &&
	    segment_scan_hinted(opening->map, hint.end, &opening->scan)) {
		segments_index_from(opening->map, hint.tail);
		return OK;
	}
	if (!segments->read_only) {
		err = disk_sync(segments->current.fd);
		if (err != OK)
			return err;
		segments_unmap(segments, &opening->map);
		segments_unmap_all(segments);
		(void)posix_fadvise(
		    segments->current.fd, 0, 0, POSIX_FADV_DONTNEED);
		err = segments_map(segments, number, &opening->map);
		if (err != OK)
			return err;
	}
	return segment_scan(opening->map, segments->read_only, &opening->scan);
}

/* Finds where the journal ends; ERR_CORRUPT when that is a fault. */
static enum err
find_end(struct opening *opening, const struct segment_files *files)
{
	struct segments *segments = opening->segments;
	uint64_t last = files->last, bad = 0;
	char path[SEGMENT_PATH_MAX];
	enum err err = OK;

	if (files->missing != 0)
		last = files->missing - 1;
	else
		err = drop_unused(opening, &last);
	if (err == OK)
		err = map_last(opening, last, &bad);
	if (err == ERR_CORRUPT)
		return corrupt(opening, bad, 0, "its header does not verify");
	if (err != OK)
		return fail(opening, err, "journal/");

	memcpy(
	    segments->store_id, opening->map->header.store_id, STORE_ID_BYTES);
	if (!segments->read_only) {
		segments->current.fd = disk.open(
		    segments_file(segments->path, opening->map->number, path),
		    O_RDWR, 0);
		if (segments->current.fd < 0)
			return fail(opening, disk_err(errno), path);
	}
	err = scan_end(opening);
	if (err != OK)
		return fail(opening, err, "the last segment");
	if (opening->scan.corrupt)
		return corrupt(opening, opening->map->number,
		    opening->scan.fault_at, opening->scan.fault);
	if (files->missing != 0)
		return corrupt(
		    opening, files->missing, 0, "the file is missing");
	if (bad != 0)
		return corrupt(opening, bad, 0, "its header does not verify");
	if (opening->scan.last.seq < opening->options->known_seq)
		return corrupt(opening, opening->map->number, opening->scan.end,
		    "the journal ends, though a later entry is known");
	return OK;
}

static enum err
mend(struct opening *opening, struct journal_repair *repair)
{
	const struct scan *scan = &opening->scan;
	uint64_t kept = scan->end;
	enum err err;

	repair->after = scan->last.seq;
	repair->clean = scan->clean;
	if (scan->clean || opening->segments->read_only)
		return OK;
	if (scan->group_len != 0)
		kept = scan->group_at + scan->group_len;
	repair->cut = scan->torn;
	repair->bytes = scan->torn ? scan->dirty_end - kept : 0;
	err = segment_repair(opening->segments->current.fd, opening->map, scan);
	if (err != OK)
		return fail(opening, err, "mending the last segment's end");
	return OK;
}

static enum err
begin_writing(struct opening *opening)
{
	struct segments *segments = opening->segments;
	struct current *current = &segments->current;
	const struct scan *scan = &opening->scan;
	enum err err;

	assert(opening->map != NULL);
	current->header = opening->map->header;
	current->offset = scan->end;
	current->ended = scan->ended;
	current->closed = scan->closed;
	segments->sealed_seq = scan->sealed_seq;
	segments->sealed_ms = scan->sealed_ms;
	segments->last_ms = scan->last.time_ms;
	if (segments->last_ms < scan->sealed_ms)
		segments->last_ms = scan->sealed_ms;
	err = keys_load(segments->path, current->header.key, current->secret);
	if (err == ERR_MISSING)
		return segments_why(ERR_CORRUPT, opening->why, opening->size,
		    "no secret in %s/keys belongs to the last segment, so "
		    "nothing can be sealed. Nothing is written to this store",
		    segments->path);
	if (err != OK)
		return fail(opening, err, "keys/");
	segments->buffer = mmap(NULL, GROUP_SPAN_MAX, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (segments->buffer == MAP_FAILED) {
		segments->buffer = NULL;
		return fail(opening, ERR_MEMORY, "a buffer");
	}
	atomic_init(&segments->prewriter.filled, current->offset);
	err = prewrite_start(segments);
	if (err != OK)
		return fail(opening, err, "a thread");
	return OK;
}

static struct segments *
segments_make(const struct journal_options *options)
{
	struct segments *segments;

	segments = calloc(1, sizeof(*segments));
	if (segments == NULL)
		return NULL;
	memcpy(segments->path, options->path, strlen(options->path));
	segments->segment_bytes = options->segment_bytes;
	segments->read_only = options->read_only;
	segments->lock_fd = -1;
	segments->current.fd = -1;
	segments->first_number = 1;
	pthread_mutex_init(&segments->lock, NULL);
	return segments;
}

enum err
segments_open(const struct journal_options *options, struct segments **out,
    struct journal_head *head, struct journal_repair *repair, char *why,
    size_t size)
{
	struct opening opening = {.options = options, .why = why, .size = size};
	struct segment_files files;
	enum err err;

	*out = NULL;
	errno = 0;
	if (sodium_init() < 0)
		return fail(&opening, ERR_IO, "libsodium does not start");
	err = segments_options_check(options, why, size);
	if (err != OK)
		return err;
	opening.segments = segments_make(options);
	if (opening.segments == NULL)
		return fail(&opening, ERR_MEMORY, "memory");
	err = find_files(&opening, &files);
	if (err == OK)
		err = find_end(&opening, &files);
	if (err == OK)
		err = mend(&opening, repair);
	if (err == OK && !options->read_only)
		err = begin_writing(&opening);
	head->seq = opening.scan.last.seq;
	memcpy(head->hash, opening.scan.last.hash, HASH_BYTES);
	opening.segments->refresh_at = opening.scan.end;
	opening.segments->refresh_ended = opening.scan.ended;
	segments_unmap(opening.segments, &opening.map);
	*out = opening.segments;
	if (err != OK && err != ERR_CORRUPT)
		segments_close(out, NULL);
	return err;
}

/* What fails here is made good by the next start, which looks closer. */
static void
close_clean(struct segments *segments, const struct journal_head *head)
{
	struct current *current = &segments->current;
	struct hint hint = {
	    .number = current->header.number,
	    .tail = current->tail,
	    .end = current->offset,
	};

	if (segment_write_seal(
		segments, head, segments->last_ms, SEAL_CLOSED) == OK)
		(void)!hint_write(segments->path, &hint);
}

void
segments_close(struct segments **segments, const struct journal_head *head)
{
	struct segments *closing = *segments;
	struct current *current = &closing->current;

	*segments = NULL;
	prewrite_stop(closing);
	if (head != NULL && !current->ended && !current->closed)
		close_clean(closing, head);
	sodium_memzero(current->secret, sizeof(current->secret));
	segments_unmap_all(closing);
	free(closing->maps);
	free(closing->first_seqs);
	if (closing->buffer != NULL)
		(void)munmap(closing->buffer, GROUP_SPAN_MAX);
	if (current->fd >= 0)
		(void)close(current->fd);
	if (closing->lock_fd >= 0)
		(void)close(closing->lock_fd);
	pthread_mutex_destroy(&closing->lock);
	free(closing);
}

const unsigned char *
segments_store_id(const struct segments *segments)
{
	return segments->store_id;
}

enum err
segments_room(
    struct segments *segments, uint64_t *free_bytes, uint64_t *needed_bytes)
{
	struct prewriter *prewriter = &segments->prewriter;
	struct statvfs status;

	if (statvfs(segments->path, &status) != 0)
		return ERR_IO;
	*free_bytes = (uint64_t)status.f_bavail * status.f_frsize;
	*needed_bytes = 0;
	if (!prewriter->running)
		return OK;
	pthread_mutex_lock(&prewriter->lock);
	if (prewriter->state != PREWRITE_READY)
		*needed_bytes = prewriter->wanted - prewriter->reserved;
	pthread_mutex_unlock(&prewriter->lock);
	return OK;
}
