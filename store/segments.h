/*
 * The engine that keeps the journal in segment files, as journal.c sees it.
 * Rules and errors are journal.h's; the head is journal.c's to keep.
 */
#ifndef TOCSIN_STORE_SEGMENTS_H
#define TOCSIN_STORE_SEGMENTS_H

#include "store/journal.h"

struct segments;
struct segments_cursor;

MUST_CHECK
enum err segments_create(
    const struct journal_options *options, char *why, size_t size);

/*
 * Opens, verifies the end and mends it.  *head is where the journal ends.
 * ERR_CORRUPT, with *out set: it can be read up to *head and not written.
 */
MUST_CHECK
enum err segments_open(const struct journal_options *options,
    struct segments **out, struct journal_head *head,
    struct journal_repair *repair, char *why, size_t size);

/* Closes; with a head it seals it "closed in good order" first. */
void segments_close(
    struct segments **segments, const struct journal_head *head);

const unsigned char *segments_store_id(const struct segments *segments);

/*
 * Writes the records, chained and numbered from before->seq + 1, and syncs.
 * after is the head that they make.  Any error but ERR_FULL is final.
 */
MUST_CHECK
enum err segments_append(struct segments *segments,
    const struct journal_head *before, struct record *const *records,
    size_t count, const struct journal_head *after);

/* Signs the head, unless it is signed, and syncs.  Any error is final. */
MUST_CHECK
enum err segments_seal(struct segments *segments,
    const struct journal_head *head, uint64_t now_ms);

MUST_CHECK
enum err segments_room(
    struct segments *segments, uint64_t *free_bytes, uint64_t *needed_bytes);

/* Read-only: moves *head to where the journal ends now. */
void segments_refresh(struct segments *segments, struct journal_head *head);

/* The lowest number that is kept. */
uint64_t segments_first(struct segments *segments);

/* A cursor that stands nowhere yet. */
MUST_CHECK
enum err segments_cursor_open(
    struct segments *segments, struct segments_cursor **cursor);
void segments_cursor_close(struct segments_cursor **cursor);

/* The entry with this number, which is known to be durable.
 * ERR_CORRUPT, ERR_IO, ERR_MEMORY. */
MUST_CHECK
enum err segments_cursor_get(
    struct segments_cursor *cursor, uint64_t seq, struct entry *entry);

#endif
