/* Writing groups and seals behind each other, one sync a group. */
#include <string.h>
#include <sys/mman.h>

#include "protocol/bytes.h"
#include "protocol/kill_point.h"
#include "store/disk.h"
#include "store/entry_layout.h"
#include "store/segment_engine.h"

enum { BUFFER_KEPT_BYTES = 1048576 };

/* After a large group the memory is given back, not what a usual one needs. */
static void
trim_buffer(struct segments *segments, size_t span)
{
	if (span > BUFFER_KEPT_BYTES)
		(void)madvise(segments->buffer + BUFFER_KEPT_BYTES,
		    GROUP_SPAN_MAX - BUFFER_KEPT_BYTES, MADV_DONTNEED);
}

/*
 * Writes and syncs the group whose records stand in the buffer.  Whatever
 * fails, fails for good: a second fdatasync would report success for pages
 * that the first one lost.
 */
static enum err
write_group(struct segments *segments, const struct group *group)
{
	struct current *current = &segments->current;
	size_t span = (size_t)group_span(group->len);
	enum err err;

	group_write(group, current->header.key, segments->buffer);
	memset(segments->buffer + group->len, 0, span - group->len);
	err = disk_write(current->fd, segments->buffer, span, current->offset);
	KILL_POINT(written);
	if (err == OK)
		err = disk_sync(current->fd);
	if (err != OK)
		return ERR_IO;
	current->offset += span;
	current->closed = false;
	atomic_store_explicit(
	    &segments->prewriter.filled, current->offset, memory_order_relaxed);
	trim_buffer(segments, span);
	return OK;
}

/* Puts a seal of head at `at` of the buffer. */
static void
put_seal(struct segments *segments, size_t at, const struct journal_head *head,
    uint64_t now_ms, unsigned flags)
{
	struct seal seal = {
	    .flags = (uint16_t)flags,
	    .seq = head->seq,
	    .time_ms = now_ms,
	    .segment = segments->current.header.number,
	    .hash = head->hash,
	};

	seal_write(&seal, segments->store_id, segments->current.secret,
	    segments->buffer + at);
}

enum err
segment_write_seal(struct segments *segments, const struct journal_head *head,
    uint64_t now_ms, unsigned flags)
{
	struct current *current = &segments->current;
	struct group group = {
	    .len = GROUP_HEADER_BYTES + SEAL_BYTES,
	    .records = 1,
	    .first_seq = head->seq + 1,
	    .before = head->hash,
	};
	enum err err;

	/* The last block of a segment is kept for the seal that ends it. */
	if (current->header.bytes - current->offset <= SEGMENT_BLOCK_BYTES)
		flags |= SEAL_ENDS_SEGMENT;
	put_seal(segments, GROUP_HEADER_BYTES, head, now_ms, flags);
	err = write_group(segments, &group);
	if (err != OK)
		return err;
	KILL_POINT(sealed);
	segments->sealed_seq = head->seq;
	segments->sealed_ms = segments->last_ms = now_ms;
	current->ended = (flags & SEAL_ENDS_SEGMENT) != 0;
	current->closed = (flags & SEAL_CLOSED) != 0;
	return OK;
}

enum err
segments_seal(
    struct segments *segments, const struct journal_head *head, uint64_t now_ms)
{
	enum err err;

	if (segments->sealed_seq == head->seq)
		return OK;
	err = segment_write_seal(segments, head, now_ms, 0);
	if (err != OK || !segments->current.ended)
		return err;
	/* It took the last block.  Without room the next append rolls. */
	err = segment_roll(segments, head, now_ms, 0);
	return err == ERR_FULL ? OK : err;
}

/* A group of one block without records: see segment.h on bit 1 of a seal. */
static enum err
write_opening(struct segments *segments, const struct journal_head *head)
{
	struct group group = {
	    .len = GROUP_HEADER_BYTES,
	    .first_seq = head->seq + 1,
	    .before = head->hash,
	};

	return write_group(segments, &group);
}

static bool
fits(const struct current *current, uint64_t len)
{
	uint64_t need = group_span(len) + SEGMENT_BLOCK_BYTES;

	if (current->closed)
		need += SEGMENT_BLOCK_BYTES;
	return !current->ended &&
	       need <= current->header.bytes - current->offset;
}

/* Copies the records into the buffer; returns where they end. */
static size_t
gather(struct segments *segments, struct record *const *records, size_t count)
{
	size_t at = GROUP_HEADER_BYTES, i;

	for (i = 0; i < count; i++) {
		memcpy(segments->buffer + at, record_data(records[i]),
		    record_bytes(records[i]));
		at += record_bytes(records[i]);
	}
	return at;
}

static size_t
sum_bytes(struct record *const *records, size_t count)
{
	size_t bytes = 0, i;

	for (i = 0; i < count; i++)
		bytes += record_bytes(records[i]);
	return bytes;
}

enum err
segments_append(struct segments *segments, const struct journal_head *before,
    struct record *const *records, size_t count,
    const struct journal_head *after)
{
	struct current *current = &segments->current;
	uint64_t now_ms, len;
	struct group group;
	enum err err;
	bool ride;

	now_ms = get_be64(record_data(records[count - 1]) + ENTRY_AT_TIME);
	segments->last_ms = now_ms;
	ride = now_ms >= segments->sealed_ms + SEAL_RIDE_MS;
	len = GROUP_HEADER_BYTES + sum_bytes(records, count) +
	      (ride ? SEAL_BYTES : 0);
	if (!fits(current, len)) {
		err = segment_roll(segments, before, now_ms, len);
		if (err != OK)
			return err;
	}
	if (current->closed && group_span(len) > SEGMENT_BLOCK_BYTES) {
		err = write_opening(segments, before);
		if (err != OK)
			return err;
	}
	group = (struct group){
	    .len = (uint32_t)len,
	    .records = (uint32_t)count + (ride ? 1 : 0),
	    .first_seq = before->seq + 1,
	    .before = before->hash,
	};
	(void)gather(segments, records, count);
	if (ride)
		put_seal(segments, (size_t)len - SEAL_BYTES, after, now_ms, 0);
	current->tail = current->offset;
	err = write_group(segments, &group);
	if (err == OK && ride) {
		segments->sealed_seq = after->seq;
		segments->sealed_ms = now_ms;
	}
	return err;
}
