/* A file of bounded size, read whole. */
#ifndef TOCSIN_PROTOCOL_READ_SOME_H
#define TOCSIN_PROTOCOL_READ_SOME_H

#include <stddef.h>

#include "protocol/err.h"

/*
 * Reads from fd to its end, at most `most` bytes: a caller that gives one more
 * than it takes sees by *len what is too long.  On OK *text is for free(); it
 * has no NUL behind it.  ERR_MEMORY, ERR_IO.
 */
MUST_CHECK
enum err read_some(int fd, size_t most, char **text, size_t *len);

#endif
