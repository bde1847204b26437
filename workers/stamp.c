#include "workers/stamp.h"

#include <string.h>

#include "workers/stamp_words.h"

enum {
	MS_PER_SECOND = 1000,
	SECONDS_PER_DAY = 86400,
	FRACTION_DIGITS_MAX = 18
};

/* The last millisecond of the year 9999. */
static const int64_t ms_max = 253402300799999;

struct reader {
	const char *p, *end;
};

/* Exactly count digits. */
static bool
read_digits(struct reader *reader, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--, reader->p++) {
		if (reader->p == reader->end || *reader->p < '0' ||
		    *reader->p > '9')
			return false;
		*value = *value * 10 + (*reader->p - '0');
	}
	return true;
}

static bool
read_char(struct reader *reader, const char *any_of)
{
	if (reader->p == reader->end || *reader->p == '\0' ||
	    strchr(any_of, *reader->p) == NULL)
		return false;
	reader->p++;
	return true;
}

/* Digits behind the point, cut to milliseconds. */
static bool
read_fraction(struct reader *reader, int *ms)
{
	int digits = 0, scale = 100;

	for (*ms = 0;
	     reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9';
	     reader->p++, digits++, scale /= 10)
		*ms += (*reader->p - '0') * scale;
	return digits > 0 && digits <= FRACTION_DIGITS_MAX;
}

/* "UTC", "GMT", "(UTC)" */
static bool
read_utc(struct reader *reader)
{
	struct reader ahead = *reader;
	bool closed = !read_char(&ahead, "(");

	if (ahead.end - ahead.p < 3 ||
	    (memcmp(ahead.p, "UTC", 3) != 0 && memcmp(ahead.p, "GMT", 3) != 0))
		return false;
	ahead.p += 3;
	if (!closed && !read_char(&ahead, ")"))
		return false;
	*reader = ahead;
	return true;
}

/* Seconds east of UTC. */
static bool
read_zone(struct reader *reader, int64_t *offset, bool *zoned)
{
	int hours, minutes = 0;
	bool west;

	*offset = 0;
	*zoned = true;
	if (reader->p == reader->end) {
		*zoned = false;
		return true;
	}
	if (read_char(reader, "Zz") || read_utc(reader))
		return true;
	west = *reader->p == '-';
	if (!read_char(reader, "+-") || !read_digits(reader, 2, &hours))
		return false;
	if (reader->p < reader->end) {
		(void)read_char(reader, ":");
		if (!read_digits(reader, 2, &minutes))
			return false;
	}
	*offset = (int64_t)hours * 3600 + (int64_t)minutes * 60;
	if (west)
		*offset = -*offset;
	return hours < 24 && minutes < 60;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
date_exists(int year, int month, int day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days since 1970-01-01; the year counts from March, so that a leap day is last. */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static enum err
calendar(struct reader *reader, int64_t *ms, bool *zoned)
{
	int year, month, day, hour, minute, second = 0, fraction = 0;
	int64_t offset;

	if (!read_digits(reader, 4, &year) || !read_char(reader, "-/") ||
	    !read_digits(reader, 2, &month) || !read_char(reader, "-/") ||
	    !read_digits(reader, 2, &day) || !read_char(reader, "Tt ") ||
	    !read_digits(reader, 2, &hour) || !read_char(reader, ":") ||
	    !read_digits(reader, 2, &minute))
		return ERR_INVALID;
	if (read_char(reader, ":") && !read_digits(reader, 2, &second))
		return ERR_INVALID;
	if (read_char(reader, ".,") && !read_fraction(reader, &fraction))
		return ERR_INVALID;
	(void)read_char(reader, " ");
	if (!read_zone(reader, &offset, zoned) || reader->p != reader->end)
		return ERR_INVALID;
	if (!date_exists(year, month, day) || hour > 23 || minute > 59 ||
	    second > 60)
		return ERR_INVALID;
	if (second == 60)
		second = 59;
	*ms =
	    (days_since_1970(year, month, day) * SECONDS_PER_DAY +
		(int64_t)hour * 3600 + (int64_t)minute * 60 + second - offset) *
		MS_PER_SECOND +
	    fraction;
	return *ms < 0 || *ms > ms_max ? ERR_INVALID : OK;
}

/* What one of the number's units is, by its count of digits. */
static const struct {
	int digits_max;
	int64_t per_unit, units_per_ms;
} epochs[] = {
    {11, MS_PER_SECOND, 1},
    {14, 1, 1},
    {17, 1, 1000},
    {19, 1, 1000000},
};

static enum err
epoch(struct reader *reader, int64_t *ms, bool *zoned)
{
	int digits = 0, fraction = 0;
	int64_t value = 0;
	size_t row = 0;

	for (;
	     reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9';
	     reader->p++, digits++) {
		int digit = *reader->p - '0';

		if (value > (INT64_MAX - digit) / 10)
			return ERR_INVALID;
		value = value * 10 + digit;
	}
	if (digits == 0 || digits > epochs[3].digits_max)
		return ERR_INVALID;
	while (digits > epochs[row].digits_max)
		row++;
	if (read_char(reader, ".") && !read_fraction(reader, &fraction))
		return ERR_INVALID;
	if (reader->p != reader->end)
		return ERR_INVALID;
	*ms = value * epochs[row].per_unit / epochs[row].units_per_ms;
	if (epochs[row].per_unit == MS_PER_SECOND)
		*ms += fraction;
	*zoned = true;
	return *ms > ms_max ? ERR_INVALID : OK;
}

static int64_t
at_parts(const struct stamp_parts *parts, int year)
{
	return (days_since_1970(year, parts->month, parts->day) *
		       SECONDS_PER_DAY +
		   (int64_t)parts->hour * 3600 + (int64_t)parts->minute * 60 +
		   parts->second - parts->offset_s) *
		   MS_PER_SECOND +
	       parts->ms;
}

/* The year of near_ms, or the one before, or (29 February) an earlier one. */
static bool
find_year(const struct stamp_parts *parts, int64_t near_ms, int64_t *ms)
{
	static const int64_t day_ms = (int64_t)SECONDS_PER_DAY * MS_PER_SECOND;
	int year = 1970 + (int)(near_ms / (day_ms * 365 + day_ms / 4)) + 1;

	for (int tries = 0; tries < 10; tries++, year--) {
		if (!date_exists(year, parts->month, parts->day))
			continue;
		*ms = at_parts(parts, year);
		if (*ms <= near_ms + day_ms)
			return true;
	}
	return false;
}

static enum err
words(const char *text, size_t len, int64_t near_ms, int64_t *ms, bool *zoned)
{
	struct stamp_parts parts;

	if (!stamp_words(text, len, &parts) || parts.hour > 23 ||
	    parts.minute > 59 || parts.second > 60)
		return ERR_INVALID;
	if (parts.second == 60)
		parts.second = 59;
	*zoned = parts.zoned;
	if (parts.year < 0)
		return near_ms > 0 && find_year(&parts, near_ms, ms)
			   ? OK
			   : ERR_INVALID;
	if (!date_exists(parts.year, parts.month, parts.day))
		return ERR_INVALID;
	*ms = at_parts(&parts, parts.year);
	return *ms < 0 || *ms > ms_max ? ERR_INVALID : OK;
}

enum err
stamp_parse(
    const char *text, size_t len, int64_t near_ms, int64_t *ms, bool *zoned)
{
	struct reader reader = {text, text + len};

	if (len > 4 && (text[4] == '-' || text[4] == '/') &&
	    calendar(&reader, ms, zoned) == OK)
		return OK;
	reader.p = text;
	if (epoch(&reader, ms, zoned) == OK)
		return OK;
	return words(text, len, near_ms, ms, zoned);
}
