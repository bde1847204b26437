#include "cli/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/claim.h"

enum { CHUNK = 65536 };

struct lines {
	int fd;
	size_t max;
	char *bytes;
	size_t from, to, capacity; /* what is read and not yet given */
	size_t seen; /* bytes from `from` without a newline */
	bool ended;
	bool skipping; /* in a line that is too long */
};

struct lines *
lines_open(int fd, size_t max)
{
	struct lines *lines = claim(calloc(1, sizeof(*lines)));

	lines->fd = fd;
	lines->max = max;
	lines->capacity = CHUNK;
	lines->bytes = claim(malloc(lines->capacity));
	return lines;
}

void
lines_close(struct lines **lines)
{
	if (*lines == NULL)
		return;
	free((*lines)->bytes);
	free(*lines);
	*lines = NULL;
}

/* Room for another chunk, the unread bytes at the front. */
static void
make_room(struct lines *lines)
{
	if (lines->from > 0) {
		memmove(lines->bytes, lines->bytes + lines->from,
		    lines->to - lines->from);
		lines->to -= lines->from;
		lines->from = 0;
	}
	if (lines->capacity - lines->to < CHUNK) {
		lines->capacity = lines->to + CHUNK;
		lines->bytes = claim(realloc(lines->bytes, lines->capacity));
	}
}

static enum err
read_more(struct lines *lines, bool wait)
{
	struct pollfd ready = {.fd = lines->fd, .events = POLLIN};
	ssize_t n;

	if (!wait && poll(&ready, 1, 0) == 0)
		return ERR_TIMEOUT;
	make_room(lines);
	do
		n = read(lines->fd, lines->bytes + lines->to, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return ERR_IO;
	lines->ended = n == 0;
	lines->to += (size_t)n;
	return OK;
}

/* Takes `used` bytes; what was skipped so far is no line of its own. */
static enum err
give(struct lines *lines, size_t used, size_t len, const char **line,
    size_t *line_len)
{
	bool skipped = lines->skipping || len > lines->max;

	*line = lines->bytes + lines->from;
	*line_len = len;
	lines->from += used;
	lines->seen = 0;
	lines->skipping = false;
	return skipped ? ERR_TOO_LARGE : OK;
}

enum err
lines_next(struct lines *lines, bool wait, const char **line, size_t *len)
{
	for (;;) {
		const char *start = lines->bytes + lines->from;
		size_t held = lines->to - lines->from;
		const char *end =
		    memchr(start + lines->seen, '\n', held - lines->seen);
		enum err err;

		if (end != NULL)
			return give(lines, (size_t)(end - start) + 1,
			    (size_t)(end - start), line, len);
		lines->seen = held;
		if (lines->ended && held == 0 && !lines->skipping)
			return ERR_END;
		if (lines->ended)
			return give(lines, held, held, line, len);
		if (held > lines->max) {
			lines->skipping = true;
			lines->from = lines->to;
			lines->seen = 0;
		}
		err = read_more(lines, wait);
		if (err != OK)
			return err;
	}
}
