/* Hooks that are programs. */
#ifndef TOCSIN_WORKERS_HOOK_H
#define TOCSIN_WORKERS_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum { HOOK_OUTPUT_BYTES = 1024, HOOK_DETAIL_BYTES = HOOK_OUTPUT_BYTES + 128 };

struct hook {
	const char *command; /* absolute path; no shell, no arguments */
	const char *name; /* TOCSIN_HOOK in its environment */
	const char *on; /* TOCSIN_ON */
	int64_t notification; /* TOCSIN_NOTIFICATION, the same with every try */
	const char *input; /* what it reads on standard input */
	size_t input_len;
	int limit_ms;
};

/*
 * Runs the program and waits for it.  Its environment is TOCSIN_HOOK,
 * TOCSIN_ON, TOCSIN_NOTIFICATION, PATH and LANG; its working directory is /; it has no descriptors
 * but standard input, output and error, of which the last two are kept up to
 * HOOK_OUTPUT_BYTES.  It need not read its input.  At the limit it is killed,
 * with what it started and did not move to a process group of its own.
 *
 * OK      it exited with 0.
 * ERR_IO  it could not be started, or exited otherwise, or was killed.
 * detail (HOOK_DETAIL_BYTES) says so: "exit 0: what it said", in UTF-8, one line.
 */
MUST_CHECK
enum err hook_run(const struct hook *hook, char *detail);

#endif
