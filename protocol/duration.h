/* Durations as people write them: 250ms, 30s, 15m, 24h, 7d. */
#ifndef TOCSIN_PROTOCOL_DURATION_H
#define TOCSIN_PROTOCOL_DURATION_H

#include <stdint.h>

#include "protocol/err.h"

enum { DURATION_TEXT_MAX = 24 };

/* What duration_parse takes, for error messages. */
#define DURATION_FORMS "250ms, 30s, 15m, 24h or 7d"

/*
 * Reads a duration to milliseconds; "0" is none at all.  One beyond max is
 * max + 1.  ERR_INVALID when text is no duration.
 */
MUST_CHECK
enum err duration_parse(const char *text, int64_t max, int64_t *ms);

/* Writes it in the coarsest unit that says it whole: "90s", "1h".  Returns
 * out. */
const char *duration_format(int64_t ms, char out[DURATION_TEXT_MAX]);

#endif
