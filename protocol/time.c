/* RFC 3339, without the C library's calendars and their time zones. */
#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"

enum {
	YEAR_MIN = 1970,
	YEAR_MAX = 9999,
	DAYS_TO_1970 = 719468, /* from 1 March of year 0 */
	DAYS_IN_400_YEARS = 146097,
};

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
/* The last millisecond of the year 9999. */
#define TIME_MAX INT64_C(253402300799999)

struct date {
	int year, month, day;
};

static int
days_of_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/*
 * Days since 1970 and back.  The year is taken to begin in March, so that the
 * leap day is its last.
 */
static int64_t
days_of_date(struct date date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
	int64_t era = year / 400;
	int64_t year_of_era = year % 400;
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * DAYS_IN_400_YEARS + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - DAYS_TO_1970;
}

static struct date
date_of_days(int64_t days)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = shifted / DAYS_IN_400_YEARS;
	int64_t day = shifted % DAYS_IN_400_YEARS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date date;

	date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = (int)(year + era * 400 + (date.month <= 2));
	return date;
}

/* Reads exactly `digits` digits and moves *text behind them. */
static bool
read_digits(const char **text, int digits, int *value)
{
	*value = 0;
	for (; digits > 0; digits--, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*value = *value * 10 + (**text - '0');
	}
	return true;
}

static bool
read_one_of(const char **text, const char *accepted)
{
	if (**text == '\0' || strchr(accepted, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

static bool
read_date(const char **text, struct date *date)
{
	return read_digits(text, 4, &date->year) && read_one_of(text, "-") &&
	       read_digits(text, 2, &date->month) && read_one_of(text, "-") &&
	       read_digits(text, 2, &date->day) && date->year >= YEAR_MIN &&
	       date->month >= 1 && date->month <= 12 && date->day >= 1 &&
	       date->day <= days_of_month(date->year, date->month);
}

/* A fraction of a second; what is finer than a millisecond is cut off. */
static bool
read_fraction(const char **text, int64_t *ms)
{
	int64_t unit = 100;

	if (**text != '.')
		return true;
	(*text)++;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, unit /= 10)
		*ms += (**text - '0') * unit;
	return true;
}

static bool
read_clock(const char **text, int64_t *ms)
{
	int hour, minute, second;

	if (!read_digits(text, 2, &hour) || !read_one_of(text, ":") ||
	    !read_digits(text, 2, &minute) || !read_one_of(text, ":") ||
	    !read_digits(text, 2, &second) || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	if (second == 60)
		second = 59;
	*ms = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
	return read_fraction(text, ms);
}

static bool
read_offset(const char **text, int64_t *ms)
{
	int sign = **text == '-' ? -1 : 1;
	int hour, minute;

	*ms = 0;
	if (read_one_of(text, "Zz"))
		return true;
	if (!read_one_of(text, "+-") || !read_digits(text, 2, &hour) ||
	    !read_one_of(text, ":") || !read_digits(text, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	*ms = sign * (hour * HOUR_MS + minute * MINUTE_MS);
	return true;
}

enum err
time_parse(const char *text, int64_t *ms)
{
	struct date date;
	int64_t clock, offset, time;

	if (!read_date(&text, &date) || !read_one_of(&text, "Tt") ||
	    !read_clock(&text, &clock) || !read_offset(&text, &offset) ||
	    *text != '\0')
		return ERR_INVALID;
	time = days_of_date(date) * DAY_MS + clock - offset;
	if (time < 0 || time > TIME_MAX)
		return ERR_INVALID;
	*ms = time;
	return OK;
}

const char *
time_format(int64_t ms, char out[TIME_TEXT_MAX])
{
	struct date date;
	int64_t clock;

	if (ms < 0)
		ms = 0;
	if (ms > TIME_MAX)
		ms = TIME_MAX;
	date = date_of_days(ms / DAY_MS);
	clock = ms % DAY_MS;
	(void)snprintf(out, TIME_TEXT_MAX,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year % 10000,
	    date.month % 100, date.day % 100, (int)(clock / HOUR_MS),
	    (int)(clock / MINUTE_MS % 60), (int)(clock / SECOND_MS % 60),
	    (int)(clock % SECOND_MS));
	return out;
}
