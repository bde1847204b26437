/* The arguments, one by one: options and the words between them. */
#ifndef TOCSIN_CLI_ARGV_H
#define TOCSIN_CLI_ARGV_H

#include <stdbool.h>

enum { ARGV_NAME_MAX = 64 };

struct argv {
	int count;
	char *const *words;
	int at;
	bool ended; /* behind "--": no more options */
};

struct argument {
	bool option;
	/* Of an option: its name, "--Root-Cause=x" as "root_cause".  Cut. */
	char name[ARGV_NAME_MAX + 1];
	/* The word itself, or what stands behind "=", or NULL. */
	const char *value;
};

/* Borrows words until the last argument was read. */
void argv_init(struct argv *argv, int count, char *const *words);

/* The next argument; false at the end. */
bool argv_next(struct argv *argv, struct argument *argument);

/*
 * The value of the option that was read last: behind its "=", or the next
 * word, which is taken.  NULL when there is none, or one that looks like
 * another option.
 */
const char *argv_value(struct argv *argv, const struct argument *argument);

#endif
