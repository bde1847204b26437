/*
 * Whole files that a command in flight is about to mention: put on hold by the
 * thread for files before they take their place, let go by the loop once it is
 * known what became of the command, so that no sweep takes them in between.
 */
#ifndef TOCSIN_BROKER_HOLDS_H
#define TOCSIN_BROKER_HOLDS_H

#include <stdbool.h>

#include "protocol/err.h"

struct holds;

/* ERR_MEMORY. */
MUST_CHECK
enum err holds_new(struct holds **holds);
/* NULL is fine. */
void holds_free(struct holds **holds);

/* Any thread.  Each add is let go once; sha256 is 64 hex digits.  ERR_MEMORY. */
MUST_CHECK
enum err holds_add(struct holds *holds, const char *sha256);
/* Not there is fine. */
void holds_drop(struct holds *holds, const char *sha256);
bool holds_has(struct holds *holds, const char *sha256);

#endif
