/* Why the command line itself could not go on: one sentence for people. */
#ifndef TOCSIN_CLI_FAULT_H
#define TOCSIN_CLI_FAULT_H

#include <stdbool.h>

#include "protocol/err.h"

enum { FAULT_TEXT_MAX = 1024 };

struct fault {
	enum err err;
	int code; /* the exit code */
	bool told; /* standard output has it already, as JSON */
	char text[FAULT_TEXT_MAX]; /* already safe for a terminal */
};

/*
 * Fills fault and returns err.  The finished sentence is made safe for a
 * terminal as a whole, so that arguments may hold anything; too long a
 * sentence is cut.
 */
enum err fault_set(struct fault *fault, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for what failed on this machine, not at the broker: the exit code
 * is 1, whatever err is.
 */
enum err fault_here(struct fault *fault, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints "tocsin: ..." on standard error and returns the exit code. */
int fault_report(const struct fault *fault);

#endif
