/* "Did you mean": the nearest of the words that would have been right. */
#ifndef TOCSIN_CLI_SUGGEST_H
#define TOCSIN_CLI_SUGGEST_H

#include <stddef.h>

enum { SUGGEST_BYTES_MAX = 32 };

struct suggestion {
	const char *given;
	char best[SUGGEST_BYTES_MAX + 1]; /* "" when nothing is near */
	size_t distance;
};

void suggest_begin(struct suggestion *suggestion, const char *given);

/*
 * Keeps word when it is nearer than any before, and near at all: one or two
 * letters are wrong, or the rest of it is missing.
 */
void suggest_word(struct suggestion *suggestion, const char *word);

/* Writes "; did you mean BEST?" with prefix before BEST, or "". */
void suggest_text(const struct suggestion *suggestion, const char *prefix,
    char *out, size_t size);

#endif
