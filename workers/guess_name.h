/* Names of members, and what guesses.def has to say of them. */
#ifndef TOCSIN_WORKERS_GUESS_NAME_H
#define TOCSIN_WORKERS_GUESS_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum {
	GUESS_NAME_BYTES = 48 /* folded; longer ones tell nothing */
};

/* What lies around a member: the rows GUESS_WITHIN. */
enum guess_within {
#define GUESS(field, names)
#define GUESS_WITHIN(kind, names) GUESS_WITHIN_##kind,
#include "workers/guesses.def"
	GUESS_WITHIN_COUNT
};
#undef GUESS
#undef GUESS_WITHIN

/*
 * Appends name to out at used, in lower case, letters and digits alone, and
 * ends it; answers how long it is then.
 */
size_t guess_name_fold(
    const char *name, char out[GUESS_NAME_BYTES], size_t used);

/*
 * How telling the folded name is for each field, by enum normal_field: the
 * fewer the more; GUESS_NOTHING (guess_value.h) where it is none of its names.
 * A name that only ends with one of ours tells less.
 */
void guess_name_ranks(const char *name, size_t len, int *ranks);

/* Is the folded name one of that kind, or several of one? */
bool guess_name_within(enum guess_within kind, const char *name, size_t len);

#endif
