/* The other programs of Tocsin: found, run, replaced by. */
#ifndef TOCSIN_CLI_PROGRAM_H
#define TOCSIN_CLI_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cli/fault.h"

enum { PROGRAM_PATH_MAX = 1024, PROGRAM_ARGS_MAX = 64 };

/*
 * Finds the program beside this one, else in PATH.  ERR_MISSING: in neither;
 * the fault says where it was looked for.
 */
MUST_CHECK
enum err program_find(
    const char *name, char out[PROGRAM_PATH_MAX], struct fault *fault);

/*
 * Runs the program with args (ended by NULL, the first being its name) and
 * waits.  *code is its exit code, 128 and the signal's number when one ended
 * it.  ERR_MISSING, ERR_IO: it did not run.
 */
MUST_CHECK
enum err program_run(char *const *args, int *code, struct fault *fault);

/*
 * Becomes the program: comes back only when that fails.  ERR_MISSING, ERR_IO.
 */
enum err program_become(char *const *args, struct fault *fault);

#endif
