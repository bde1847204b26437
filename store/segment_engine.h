/*
 * What the files of the segment engine share, and nobody else sees.
 *
 * Threads: the appending thread owns `current` and what stands beside it;
 * the prewriter's thread owns the file that it prepares until it is ready;
 * readers use maps, under `lock`, and below the durable head only.
 */
#ifndef TOCSIN_STORE_SEGMENT_ENGINE_H
#define TOCSIN_STORE_SEGMENT_ENGINE_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "store/segment_codec.h"
#include "store/segments.h"

enum {
	SEGMENT_PATH_MAX = 4096,
	STORE_PATH_MAX = SEGMENT_PATH_MAX - 64,
	SEGMENT_NAME_DIGITS = 16,
	MAPS_MAX = 8, /* segments that stay mapped though nobody reads them */
	POINT_SPACING = 32768,
	PREWRITE_STEP_BYTES = 16384, /* while it is ahead */
	PREWRITE_LONG_STEP_BYTES = 262144, /* when it is not */
	PREWRITE_CACHED_STEP_BYTES = 65536, /* when it is not, in the cache */
	PREWRITE_TICK_MS = 2,
	PREWRITE_WINDOW_BYTES = 262144, /* on their way to the disk at once */
	FULL_RETRY_MS = 1000,
	SEAL_RIDE_MS = 50 /* age at which a seal rides along with a group */
};

/* A place in a segment where a walk may begin. */
struct point {
	uint64_t seq;
	uint64_t at; /* offset of the entry */
	uint64_t group; /* offset of its group */
	uint64_t before; /* offset of the chain hash before it */
};

/*
 * A walk over the entries of one segment.  It trusts frames only as far as
 * they stay inside their group, and numbers only when they are the next.
 */
struct walk {
	const unsigned char *bytes;
	const unsigned char *key; /* of the segment */
	uint64_t size;
	uint64_t group; /* offset */
	uint64_t end; /* of the group */
	uint64_t at; /* offset of the next record */
	uint64_t next_seq; /* of the next entry */
	const unsigned char *before; /* chain hash before the next entry */
};

/* One segment file, mapped for reading. */
struct segment_map {
	uint64_t number;
	const unsigned char *bytes;
	struct segment_header header;
	unsigned users; /* under segments.lock, as is used */
	uint64_t used; /* when last, by segments.clock */
	struct segment_map *next; /* of those that are to be given back */
	/* Points of the entries from where the index begins up to where its
	 * walk has come, in order, sparse. */
	pthread_mutex_t lock;
	struct point *points;
	size_t points_count, points_room;
	uint64_t base; /* the number with which the index begins */
	struct walk walk; /* where it has come to */
};

/* Before the first entry of a segment. */
void walk_begin(struct walk *walk, const struct segment_map *map);

/*
 * Moves on to the next entry: its offset, length and the hash before it.
 * ERR_END when no further group follows here, ERR_CORRUPT.
 */
struct step {
	uint64_t at;
	size_t len;
	uint64_t before;
	uint64_t group;
};
MUST_CHECK
enum err walk_next(struct walk *walk, struct step *step);

enum prewrite_state {
	PREWRITE_WORKING,
	PREWRITE_READY, /* the appending thread may take file and key */
	PREWRITE_FULL, /* no room; tried again later */
	PREWRITE_BROKEN /* the disk refused; stays so */
};

/* Prepares the next segment: a file of zeros and a key, both synced. */
struct prewriter {
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of everything here but filled */
	pthread_cond_t wake; /* to its thread */
	pthread_cond_t told; /* from its thread: state has changed */
	enum prewrite_state state;
	bool stop;
	bool hurry; /* the appending thread waits */
	bool retire; /* the old secret is still to be erased */
	uint64_t wanted; /* bytes that the file is to have */
	uint64_t reserved; /* bytes that it has on the disk */
	uint64_t written;
	_Atomic uint64_t filled; /* bytes used of the segment in use */
	int fd; /* of next.tmp, or -1 */
	bool direct; /* past the page cache, of its thread alone */
	bool keyed;
	unsigned char key[SEAL_KEY_BYTES];
	unsigned char secret[SEAL_SECRET_BYTES];
};

/* The segment that is appended to. */
struct current {
	int fd;
	struct segment_header header;
	uint64_t offset; /* where the next group goes */
	uint64_t tail; /* where the last group of entries went; 0: none */
	bool ended; /* its last seal is written: roll before appending */
	/* It ends with a seal "closed": see segment.h on the next group. */
	bool closed;
	unsigned char secret[SEAL_SECRET_BYTES];
};

struct segments {
	char path[STORE_PATH_MAX]; /* of the store */
	uint64_t segment_bytes;
	bool read_only;
	int lock_fd;
	unsigned char store_id[STORE_ID_BYTES];

	struct current current;
	bool writable; /* current and prewriter are set up */
	uint64_t sealed_seq;
	uint64_t sealed_ms;
	uint64_t last_ms; /* the latest time that was handed down */
	unsigned char *buffer; /* of one group; GROUP_SPAN_MAX bytes */
	struct prewriter prewriter;

	pthread_mutex_t lock; /* of everything below */
	uint64_t first_number;
	uint64_t last_number;
	uint64_t *first_seqs; /* by number - first_number; 0: not known yet */
	size_t first_seqs_room;
	struct segment_map **maps;
	size_t maps_count, maps_room;
	uint64_t clock;

	uint64_t refresh_at; /* read-only: where the next group will be */
	bool refresh_ended; /* the group before it ends its segment */
};

/* Paths; out has SEGMENT_PATH_MAX bytes.  Returns out. */
const char *segments_file(const char *store, uint64_t number, char *out);
const char *store_file(const char *store, const char *name, char *out);

/* segment_open.c */

/* Writes why for people; returns err. */
enum err segments_why(enum err err, char *why, size_t size, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* ERR_INVALID, ERR_TOO_LARGE, with why. */
MUST_CHECK
enum err segments_options_check(
    const struct journal_options *options, char *why, size_t size);
/* Takes STORE/lock.  ERR_LOCKED, ERR_IO. */
MUST_CHECK
enum err segments_lock(const char *store, int *fd);

/* segment_files.c */

/* Which segment files there are. */
struct segment_files {
	uint64_t first, last; /* 0: none */
	uint64_t missing; /* the first that is not there; 0: none */
};
/* ERR_MISSING when the folder is not there. */
MUST_CHECK
enum err segment_files_list(const char *store, struct segment_files *files);
/* Is the file, whose header does not read, one that was never used? */
MUST_CHECK
enum err segment_file_unused(const char *store, uint64_t number, bool *unused);

/* segment_keys.c */

/* A fresh key for the next segment, its secret synced as seal.secret.next. */
MUST_CHECK
enum err keys_prepare(
    const char *store, unsigned char *key, unsigned char *secret);
/* Erases the secret in use and puts the next one in its place. */
MUST_CHECK
enum err keys_switch(const char *store);
/*
 * The secret that belongs to key, from seal.secret or seal.secret.next; a
 * switch that was interrupted is finished, a next secret without use erased.
 * ERR_MISSING when neither is it.
 */
MUST_CHECK
enum err keys_load(
    const char *store, const unsigned char *key, unsigned char *secret);
/* Makes the root key, writes its public half; the secret is the caller's to
 * wipe. */
MUST_CHECK
enum err keys_root_make(const char *store, unsigned char *secret);
/* ERR_MISSING when there is no such file or no key in it. */
MUST_CHECK
enum err keys_root_read(const char *store, unsigned char *key);
/* Writes a secret as seal.secret, for a first segment. */
MUST_CHECK
enum err keys_first(
    const char *store, unsigned char *key, unsigned char *secret);

/* segment_index.c */

/* Maps a segment and holds it until segments_unmap.
 * ERR_CORRUPT, ERR_MISSING, ERR_IO, ERR_MEMORY. */
MUST_CHECK
enum err segments_map(
    struct segments *segments, uint64_t number, struct segment_map **map);
void segments_unmap(struct segments *segments, struct segment_map **map);
/* The segment that holds entry seq, mapped; walk stands before that entry. */
MUST_CHECK
enum err segments_locate(struct segments *segments, uint64_t seq,
    struct segment_map **map, struct walk *walk);
/* Lets the index begin with the group at this offset, until an entry before
 * it is asked for.  Before anybody else uses the map. */
void segments_index_from(struct segment_map *map, uint64_t group);
/* Makes numbers up to last known; under no lock. */
MUST_CHECK
enum err segments_extend(struct segments *segments, uint64_t last);
/* Gives every map back; nobody holds one. */
void segments_unmap_all(struct segments *segments);

/* segment_scan.c */

/* How a segment ends. */
struct scan {
	struct chain_at last; /* the last entry that stands */
	uint64_t end; /* where its group ends, in whole blocks */
	uint64_t sealed_seq;
	uint64_t sealed_ms;
	bool ended; /* by a seal "ends" */
	bool closed; /* by a seal "closed" */
	bool clean; /* closed, synced and nothing follows: nothing to mend */
	/* The last group that stands, as it is to be; group_len 0: none. */
	uint64_t group_at;
	uint32_t group_len;
	uint32_t group_records;
	uint64_t dirty_end; /* where the last byte behind it ends; or end */
	bool torn; /* something behind what stands is to be cut */
	bool corrupt; /* something valid follows the fault */
	uint64_t fault_at; /* offset, for people */
	const char *fault; /* what is wrong there */
};

/*
 * Finds the end.  ERR_MEMORY only: what is wrong with the bytes is said in
 * *scan.  live: a writer may be at work, so what follows the last group that
 * verifies is none of ours.
 */
MUST_CHECK
enum err segment_scan(
    const struct segment_map *map, bool live, struct scan *scan);
/* The same when it was closed in good order with its seal at offset `end`, else
 * false. */
bool segment_scan_hinted(
    const struct segment_map *map, uint64_t end, struct scan *scan);

/* segment_hint.c */

struct hint {
	uint64_t number; /* of the segment */
	uint64_t tail; /* offset of its last group of entries; 0: none */
	uint64_t end; /* offset of the group with the closing seal */
};
MUST_CHECK
enum err hint_write(const char *store, const struct hint *hint);
/* False when there is none that can be read. */
bool hint_read(const char *store, struct hint *hint);

/* segment_repair.c */

/* Makes what stands durable and what is torn zero.  fd is open for writing. */
MUST_CHECK
enum err segment_repair(
    int fd, const struct segment_map *map, const struct scan *scan);

/* segment_append.c */

/* Writes a seal of head as a group of its own, and syncs.  Of the last block
 * that is left it ends the segment. */
MUST_CHECK
enum err segment_write_seal(struct segments *segments,
    const struct journal_head *head, uint64_t now_ms, unsigned flags);

/* segment_roll.c */

/*
 * Ends the segment in use and begins the next one, with room for a group of
 * len bytes.  ERR_FULL leaves a journal that can try again.
 */
MUST_CHECK
enum err segment_roll(struct segments *segments,
    const struct journal_head *head, uint64_t now_ms, uint64_t len);

/* segment_prewrite.c */

MUST_CHECK
enum err prewrite_start(struct segments *segments);
void prewrite_stop(struct segments *segments);
/* Waits until a file of at least `bytes` and a key are ready.
 * ERR_FULL, ERR_IO. */
MUST_CHECK
enum err prewrite_await(struct segments *segments, uint64_t bytes);
/* The file and the key are in use now: prepare the next ones. */
void prewrite_taken(struct segments *segments);

#endif
