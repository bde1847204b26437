/*
 * STORE/journal/end: where a clean end lies, so that a start need not walk the
 * last segment to find it.  It is a hint: what it points at is trusted only
 * when it verifies as a closing seal with nothing behind it.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/segment_engine.h"

enum { HINT_BYTES = 96 };

static const char hint_name[] = "journal/end";

enum err
hint_write(const char *store, const struct hint *hint)
{
	char path[SEGMENT_PATH_MAX], line[HINT_BYTES];
	int len;

	len = snprintf(line, sizeof(line),
	    "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", hint->number, hint->tail,
	    hint->end);
	return disk_write_file(
	    store_file(store, hint_name, path), line, (size_t)len, 0640);
}

/* A number of whole blocks, and what ends it. */
static bool
read_number(char **at, char end, uint64_t *number)
{
	char *after;

	*number = strtoull(*at, &after, 10);
	if (after == *at || *after != end)
		return false;
	*at = after + 1;
	return true;
}

bool
hint_read(const char *store, struct hint *hint)
{
	char path[SEGMENT_PATH_MAX], line[HINT_BYTES] = "", *at = line;
	ssize_t got;
	int fd;

	fd = open(store_file(store, hint_name, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = pread(fd, line, sizeof(line) - 1, 0);
	(void)close(fd);
	return got > 0 && read_number(&at, ' ', &hint->number) &&
	       read_number(&at, ' ', &hint->tail) &&
	       read_number(&at, '\n', &hint->end) &&
	       hint->tail % SEGMENT_BLOCK_BYTES == 0 &&
	       hint->end % SEGMENT_BLOCK_BYTES == 0;
}
