#include "cli/when.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/ask.h"

struct unit {
	char letter;
	int64_t ms;
};

/* From fine to coarse; an age is told in the coarsest that fits. */
static const struct unit units[] = {
    {'s', INT64_C(1000)},
    {'m', INT64_C(60000)},
    {'h', INT64_C(3600000)},
    {'d', INT64_C(86400000)},
    {'w', INT64_C(604800000)},
    {'y', INT64_C(31557600000)},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

#define DAY_MS     INT64_C(86400000)
#define AGE_MAX_MS (INT64_C(100) * 31557600000)

const char *
when_format(int64_t ms, bool utc, char out[WHEN_TEXT_MAX])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms <= 0 || (utc ? gmtime_r(&seconds, &tm)
			    : localtime_r(&seconds, &tm)) == NULL)
		(void)snprintf(out, WHEN_TEXT_MAX, "-");
	else if (strftime(out, WHEN_TEXT_MAX,
		     utc ? "%Y-%m-%d %H:%M:%S UTC" : "%Y-%m-%d %H:%M:%S %Z",
		     &tm) == 0)
		(void)snprintf(out, WHEN_TEXT_MAX, "-");
	return out;
}

const char *
when_age(int64_t ms, int64_t now_ms, char out[WHEN_AGE_MAX])
{
	int64_t age = now_ms > ms ? now_ms - ms : 0;
	size_t i, best = 0;

	for (i = 1; i < UNITS; i++)
		if (units[i].letter != 'w' && age >= units[i].ms)
			best = i;
	/* Three days say more than 60 h, 40 days more than one month. */
	(void)snprintf(out, WHEN_AGE_MAX, "%" PRId64 "%c", age / units[best].ms,
	    units[best].letter);
	return out;
}

static bool
read_age(const char *text, int64_t now_ms, int64_t *ms)
{
	char *end;
	long long count;
	size_t i;

	if (!isdigit((unsigned char)text[0]) || strlen(text) > 12)
		return false;
	count = strtoll(text, &end, 10);
	for (i = 0; i < UNITS; i++)
		if (*end == units[i].letter && end[1] == '\0' &&
		    count <= AGE_MAX_MS / units[i].ms &&
		    count * units[i].ms <= now_ms) {
			*ms = now_ms - count * units[i].ms;
			return true;
		}
	return false;
}

static int64_t
ms_of(struct tm *tm, bool utc)
{
	tm->tm_isdst = -1;
	return (int64_t)(utc ? timegm(tm) : mktime(tm)) * 1000;
}

/* "23:59" or "23:59:59": the last time that the clock showed it. */
static bool
read_clock(const char *text, int64_t now_ms, bool utc, int64_t *ms)
{
	static const char *const forms[] = {"%H:%M", "%H:%M:%S"};
	time_t now = (time_t)(now_ms / 1000);
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm;
		const char *end;

		if ((utc ? gmtime_r(&now, &tm) : localtime_r(&now, &tm)) ==
		    NULL)
			return false;
		tm.tm_sec = 0;
		end = strptime(text, forms[i], &tm);
		if (end == NULL || *end != '\0')
			continue;
		*ms = ms_of(&tm, utc);
		if (*ms > now_ms) {
			tm.tm_mday--;
			*ms = ms_of(&tm, utc);
		}
		return true;
	}
	return false;
}

static bool
read_date(const char *text, bool utc, int64_t *ms)
{
	static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M",
	    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm, wanted;
		const char *end;

		memset(&tm, 0, sizeof(tm));
		end = strptime(text, forms[i], &tm);
		if (end == NULL || *end != '\0')
			continue;
		wanted = tm;
		*ms = ms_of(&tm, utc);
		/* mktime makes 3 March of 31 February. */
		return *ms >= 0 && tm.tm_mday == wanted.tm_mday;
	}
	return false;
}

enum err
when_parse_ahead(const char *text, int64_t now_ms, bool utc, int64_t *ms)
{
	if (read_age(text, now_ms, ms))
		*ms = now_ms + (now_ms - *ms);
	else if (time_parse(text, ms) != OK && !read_date(text, utc, ms) &&
		 read_clock(text, now_ms, utc, ms))
		/* Today's when that is yet to come, else tomorrow's. */
		return read_clock(text, now_ms + DAY_MS, utc, ms) ? OK
								  : ERR_INVALID;
	else
		return when_parse(text, now_ms, utc, ms);
	return OK;
}

enum err
when_parse(const char *text, int64_t now_ms, bool utc, int64_t *ms)
{
	if (strcmp(text, "now") == 0) {
		*ms = now_ms;
		return OK;
	}
	if (time_parse(text, ms) == OK || read_age(text, now_ms, ms) ||
	    read_date(text, utc, ms) || read_clock(text, now_ms, utc, ms))
		return OK;
	return ERR_INVALID;
}
