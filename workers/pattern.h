/* Regular expressions of mappings, with bounds on what a match may cost. */
#ifndef TOCSIN_WORKERS_PATTERN_H
#define TOCSIN_WORKERS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

enum {
	PATTERN_BYTES_MAX = 1024, /* of the expression */
	PATTERN_SUBJECT_BYTES_MAX = 65536, /* of a text; the rest is not read */
	PATTERN_STEPS_MAX = 100000 /* PCRE2's match limit */
};

/* One compiled expression; for one thread at a time. */
struct pattern;

/*
 * ERR_INVALID  why (size bytes) says what is wrong and at which of its bytes.
 * ERR_MEMORY
 */
MUST_CHECK
enum err pattern_compile(
    const char *text, struct pattern **pattern, char *why, size_t size);
void pattern_free(struct pattern **pattern);

/*
 * Matches text (len bytes of UTF-8).  *value is what the group `value` took,
 * else the first group, else the whole match.  False when it does not match, or
 * would cost more than PATTERN_STEPS_MAX.
 */
bool pattern_take(const struct pattern *pattern, const char *text, size_t len,
    const char **value, size_t *value_len);

/*
 * Shows every named group of the match that took something.  False when there
 * is no match.
 */
bool pattern_groups(const struct pattern *pattern, const char *text, size_t len,
    void (*show)(
	void *arg, const char *name, const char *value, size_t value_len),
    void *arg);

#endif
