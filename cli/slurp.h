/* Whole files, within a limit. */
#ifndef TOCSIN_CLI_SLURP_H
#define TOCSIN_CLI_SLURP_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/fault.h"

/*
 * Reads all of path, or of standard input for "-".  *bytes is the caller's to
 * free and is terminated besides.
 *
 * ERR_MISSING, ERR_IO; ERR_TOO_LARGE beyond max bytes.
 */
MUST_CHECK
enum err slurp(const char *path, size_t max, char **bytes, size_t *len,
    struct fault *fault);

#endif
