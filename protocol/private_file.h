/* Secrets in files: keys, tokens, what bodies are signed with. */
#ifndef TOCSIN_PROTOCOL_PRIVATE_FILE_H
#define TOCSIN_PROTOCOL_PRIVATE_FILE_H

#include <stddef.h>

#include "protocol/err.h"

/*
 * Reads a file that nobody but its owner may read or write, without the end of
 * its last line: at most `most` bytes.  On OK *text is for
 * private_file_wipe, and has a NUL behind it that *len does not count.
 *
 * ERR_MISSING    there is none.
 * ERR_INVALID    it is no file.
 * ERR_DENIED     others may read or write it.
 * ERR_TOO_LARGE  it has more bytes.
 * ERR_IO, ERR_MEMORY
 * why (size bytes) names the path and says what is wrong.
 */
MUST_CHECK
enum err private_file_read(const char *path, size_t most, char **text,
    size_t *len, char *why, size_t size);

/* Overwrites, frees and forgets it; NULL is fine. */
void private_file_wipe(char **text, size_t len);

#endif
