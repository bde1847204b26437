/* Times as sources write them. */
#ifndef TOCSIN_WORKERS_STAMP_H
#define TOCSIN_WORKERS_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

/*
 * Reads a time (len bytes) to milliseconds since 1970:
 *   2026-01-31T23:59:59.123456789+01:00   'T', 't' or a space; any fraction,
 *                                         or none; seconds may be missing
 *                                         slashes for the date's dashes
 *   ... Z, UTC, (GMT), +0100, +01,        *zoned is false then, and it is
 *       or no zone at all                 taken as UTC
 *   1769903999  1769903999.123            seconds since 1970 (up to 11 digits),
 *   1769903999123                         milliseconds (12 to 14),
 *   1769903999123456                      microseconds (15 to 17),
 *   1769903999123456789                   nanoseconds (18 or 19)
 *   Oct 11 22:14:15, ...                  the forms of stamp_words.h; a year that
 *                                         is not said is that of the last such
 *                                         time before near_ms, and a day behind
 *                                         it; near_ms 0: such a time is invalid
 * ERR_INVALID for anything else, and outside of the years 1970 to 9999.
 */
MUST_CHECK
enum err stamp_parse(
    const char *text, size_t len, int64_t near_ms, int64_t *ms, bool *zoned);

#endif
