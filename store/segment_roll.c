/* From one segment to the next. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "protocol/kill_point.h"
#include "store/disk.h"
#include "store/segment_engine.h"

/* The header goes to disk under the old name, so that no segment ever lacks
 * one. */
static enum err
write_header(struct segments *segments, const struct segment_header *header)
{
	unsigned char block[SEGMENT_BLOCK_BYTES];
	enum err err;

	segment_header_write(header, segments->current.secret, block);
	err = disk_write(segments->prewriter.fd, block, sizeof(block), 0);
	return err == OK ? disk_sync(segments->prewriter.fd) : err;
}

static enum err
give_name(struct segments *segments, uint64_t number)
{
	char from[SEGMENT_PATH_MAX], to[SEGMENT_PATH_MAX];

	if (disk.rename(store_file(segments->path, "journal/next.tmp", from),
		segments_file(segments->path, number, to)) != 0)
		return disk_err(errno);
	return disk_sync_folder(store_file(segments->path, "journal", from));
}

/* The prepared segment becomes the one in use. */
static void
use_next(struct segments *segments, const struct segment_header *header)
{
	struct current *current = &segments->current;

	(void)close(current->fd);
	current->fd = segments->prewriter.fd;
	current->header = *header;
	current->offset = SEGMENT_BLOCK_BYTES;
	current->tail = 0;
	current->ended = false;
	current->closed = false;
	memcpy(current->secret, segments->prewriter.secret, SEAL_SECRET_BYTES);
	prewrite_taken(segments);
}

enum err
segment_roll(struct segments *segments, const struct journal_head *head,
    uint64_t now_ms, uint64_t len)
{
	struct current *current = &segments->current;
	uint64_t number = current->header.number + 1;
	struct segment_header header;
	enum err err;

	/* Room first: without it nothing has happened. */
	err = prewrite_await(
	    segments, group_span(len) + 2 * (uint64_t)SEGMENT_BLOCK_BYTES);
	if (err != OK)
		return err;
	if (!current->ended) {
		err = segment_write_seal(
		    segments, head, now_ms, SEAL_ENDS_SEGMENT);
		if (err != OK)
			return err;
	}
	header = (struct segment_header){
	    .number = number,
	    .first_seq = head->seq + 1,
	    .bytes = segments->prewriter.written,
	    .begun_ms = now_ms,
	};
	memcpy(header.store_id, segments->store_id, STORE_ID_BYTES);
	memcpy(header.before, head->hash, HASH_BYTES);
	memcpy(header.key, segments->prewriter.key, SEAL_KEY_BYTES);
	err = write_header(segments, &header);
	if (err == OK)
		err = give_name(segments, number);
	if (err != OK)
		return err;
	KILL_POINT(rolled);
	use_next(segments, &header);
	return segments_extend(segments, number);
}
