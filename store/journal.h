/*
 * The journal: append a group behind an expected head, read from a number on,
 * say where the head is.  Nothing outside knows which engine keeps it; the
 * first one keeps it in segment files (segment.h).
 *
 * One thread appends and seals.  Any thread reads, at the same time: readers
 * see what was durable when they asked and never more.
 */
#ifndef TOCSIN_STORE_JOURNAL_H
#define TOCSIN_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "store/entry.h"

struct journal;
struct journal_cursor;

struct journal_head {
	uint64_t seq; /* of the last durable entry; 0 for none */
	unsigned char hash[HASH_BYTES];
};

struct journal_options {
	const char *path; /* the store's folder */
	/* Of new segments: a multiple of 4096, from 12 KiB to 1 GiB. A group that
	 * needs more gets a larger segment of its own. */
	uint64_t segment_bytes;
	bool read_only; /* no lock, no repair, no append */
	/* A position that must be there, e.g. LMDB's: never cut below it. */
	uint64_t known_seq;
	uint64_t now_ms; /* for the header of a first segment */
};

/* What opening had to mend. */
struct journal_repair {
	bool cut; /* a torn end was cut: the caller appends journal_cut */
	uint64_t after; /* the last entry that stands */
	uint64_t bytes; /* bytes that were cut */
	bool clean; /* it had been closed in good order: nothing was mended */
};

/*
 * Makes an empty store folder: journal/, keys/, the root key pair, segment 1.
 * ERR_CONFLICT when there is one already.  ERR_IO, with why for people.
 */
MUST_CHECK enum err journal_create(
    const struct journal_options *options, char *why, size_t size);

/*
 * Opens the journal of a store and takes its lock file (STORE/lock).
 *
 * Verifies the last segment's end.  A torn last group is cut: what of it does
 * verify, up to the last whole command, is rewritten and synced; the rest is
 * zeroed and synced.
 *
 * ERR_MISSING  no store there.
 * ERR_LOCKED   another process has it.
 * ERR_CORRUPT  bytes that were acknowledged do not verify: something valid
 *              follows the fault, or known_seq or a seal lies beyond it.  *out
 *              is then a journal that reads up to the fault and refuses to
 *              append; why names file, offset and entry.
 * ERR_IO, ERR_MEMORY
 */
MUST_CHECK enum err journal_open(const struct journal_options *options,
    struct journal **out, struct journal_repair *repair, char *why,
    size_t size);

/*
 * Seals "closed in good order" and gives everything back.  Every cursor is
 * closed before.  NULL is fine.
 */
void journal_close(struct journal **journal);

/*
 * The durable head.  Any thread.  A read-only journal looks for what a running
 * broker has appended since; it may see the group that is just being synced.
 */
void journal_head(struct journal *journal, struct journal_head *head);

/* The store's id, 16 bytes.  Static for the journal's life. */
const unsigned char *journal_store_id(const struct journal *journal);

/*
 * Appends one group of entries and makes it durable: when this returns OK the
 * group is on disk, and not before.  All of it is, or none.
 *
 * records are borrowed, numbered from the head's number on without gaps; their
 * chain hashes are set.  count is at least 1 and the sum of record_bytes at
 * most GROUP_BYTES_MAX.  A group holds whole commands: its last record's "more"
 * flag is clear.  Times never go back.  On OK *head is the new head.
 *
 * ERR_STALE    the journal's head is not `behind`.  Nothing was appended.
 * ERR_FULL     no room left on the disk; nothing was appended.
 * ERR_IO       the disk refused.  The journal takes no more writes until it is
 *              opened again: what is on disk is unknown until it is read back.
 * ERR_CORRUPT  the journal was found corrupt when it was opened.
 */
MUST_CHECK enum err journal_append(struct journal *journal,
    const struct journal_head *behind, struct record *const *records,
    size_t count, struct journal_head *head);

/*
 * Signs the head and makes the seal durable; does nothing when the head is
 * sealed.  The appending thread calls it at the latest 100 ms after an entry.
 * ERR_IO as above.
 */
MUST_CHECK enum err journal_seal(struct journal *journal, uint64_t now_ms);

/* Free bytes on the journal's disk, and what the next segment still needs. */
MUST_CHECK enum err journal_room(
    struct journal *journal, uint64_t *free_bytes, uint64_t *needed_bytes);

/*
 * A cursor that yields entries from number `from` on.  ERR_MISSING when `from`
 * is 0 or below the first one that is kept; beyond the head it waits there.
 */
MUST_CHECK enum err journal_read(
    struct journal *journal, uint64_t from, struct journal_cursor **cursor);

/*
 * The next entry: it points into memory that lives until the next call or
 * until cursor_close.  ERR_END at the durable head (call again later).
 * ERR_CORRUPT, ERR_IO.
 */
MUST_CHECK enum err journal_next(
    struct journal_cursor *cursor, struct entry *entry);
void journal_cursor_close(struct journal_cursor **cursor);

/* Moves a cursor to another number, as journal_read. */
MUST_CHECK enum err journal_seek(struct journal_cursor *cursor, uint64_t from);

#endif
