/* Memory that is given back all at once: what formats are made of. */
#ifndef TOCSIN_WORKERS_KEEP_H
#define TOCSIN_WORKERS_KEEP_H

#include <stddef.h>

#include "protocol/err.h"

struct pattern;
struct keep;

/* NULL: out of memory. */
struct keep *keep_open(void);
void keep_close(struct keep **keep);

/* Zeros, or NULL when out of memory.  size may be 0. */
void *keep_bytes(struct keep *keep, size_t size);

/* A copy, or NULL when out of memory. */
char *keep_text(struct keep *keep, const char *text);

/* As pattern_compile; the pattern is the keep's. */
MUST_CHECK
enum err keep_pattern(struct keep *keep, const char *text,
    struct pattern **pattern, char *why, size_t size);

#endif
