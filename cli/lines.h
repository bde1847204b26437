/* Lines of a descriptor, as they come. */
#ifndef TOCSIN_CLI_LINES_H
#define TOCSIN_CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

struct lines;

/* fd stays the caller's.  A line may have up to max bytes. */
struct lines *lines_open(int fd, size_t max);
void lines_close(struct lines **lines);

/*
 * The next line, without its end, valid until the next call; a last line
 * needs no newline.  Without wait ERR_TIMEOUT when none is there yet.
 *
 * ERR_END        no more.
 * ERR_TOO_LARGE  the line is longer than max; it was skipped as a whole.
 * ERR_IO         errno says why.
 */
MUST_CHECK
enum err lines_next(
    struct lines *lines, bool wait, const char **line, size_t *len);

#endif
