/* Times as people write and read them. */
#ifndef TOCSIN_CLI_WHEN_H
#define TOCSIN_CLI_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum { WHEN_TEXT_MAX = 64, WHEN_AGE_MAX = 24 };

/*
 * "2026-01-31 23:59:59 CET" in the user's zone, or in UTC.  "-" for 0, which
 * stands for a time that has not come.  Returns out.
 */
const char *when_format(int64_t ms, bool utc, char out[WHEN_TEXT_MAX]);

/* How long ago: 45s, 5m, 3h, 2d, 4y; 0s for what is yet to come. */
const char *when_age(int64_t ms, int64_t now_ms, char out[WHEN_AGE_MAX]);

/*
 * Reads a time: RFC 3339; "2026-01-31 23:59[:59]" and "2026-01-31" in the
 * user's zone (or in UTC); "23:59" of today, or of yesterday when that is yet
 * to come; "now"; an age ("90s", "5m", "3h", "2d", "1w").  ERR_INVALID.
 */
MUST_CHECK
enum err when_parse(const char *text, int64_t now_ms, bool utc, int64_t *ms);

/*
 * The same for what is yet to come: "2h" is in two hours, "23:59" the next time
 * that the clock shows it.
 */
MUST_CHECK
enum err when_parse_ahead(
    const char *text, int64_t now_ms, bool utc, int64_t *ms);

/* What when_parse takes, for error messages. */
#define WHEN_FORMS                                                             \
	"2026-01-31T23:59:59Z, \"2026-01-31 23:59\", 23:59, now or an age "    \
	"such as 15m, 3h, 2d"
#define WHEN_FORMS_AHEAD                                                       \
	"2026-01-31T23:59:59Z, \"2026-01-31 23:59\", 23:59 or how long until " \
	"then, such as 15m, 3h, 2d"

#endif
