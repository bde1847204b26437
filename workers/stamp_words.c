/* Times with names of months, and those of Snort: what people and syslog write. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "workers/stamp_words.h"

enum { NUMBER_DIGITS_MAX = 4, FRACTION_DIGITS_MAX = 9 };

/* What was read so far; -1 for what was not. */
struct words {
	struct stamp_parts *parts;
	const char *p, *end;
	bool clock, afternoon, morning;
};

static bool
read_name(struct words *w)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	static const char days[] = "monxtuexwedxthuxfrixsatxsun";
	char name[10];
	size_t len = 0;

	while (w->p < w->end && isalpha((unsigned char)*w->p)) {
		if (len + 1 == sizeof(name))
			return false;
		name[len++] = (char)tolower((unsigned char)*w->p++);
	}
	name[len] = '\0';
	if (strcmp(name, "utc") == 0 || strcmp(name, "gmt") == 0 ||
	    strcmp(name, "z") == 0) {
		w->parts->zoned = true;
		return true;
	}
	if (strcmp(name, "am") == 0 || strcmp(name, "pm") == 0) {
		w->afternoon = name[0] == 'p';
		w->morning = name[0] == 'a';
		return true;
	}
	if (strcmp(name, "t") == 0 || strcmp(name, "at") == 0)
		return true;
	if (len < 3)
		return false;
	for (int i = 0; i < 12; i++)
		if (memcmp(months + 3 * (size_t)i, name, 3) == 0) {
			if (w->parts->month >= 0)
				return false;
			w->parts->month = i + 1;
			return true;
		}
	name[3] = '\0';
	return strstr(days, name) != NULL;
}

/* Up to so many digits; how many there were. */
static int
digits(struct words *w, int max, int *value)
{
	int count = 0;

	for (*value = 0; w->p < w->end && isdigit((unsigned char)*w->p);
	     w->p++, count++) {
		if (count == max)
			return 0;
		*value = *value * 10 + (*w->p - '0');
	}
	return count;
}

static bool
read_fraction(struct words *w)
{
	int scale = 100, count = 0;

	w->parts->ms = 0;
	for (; w->p < w->end && isdigit((unsigned char)*w->p);
	     w->p++, scale /= 10, count++)
		w->parts->ms += (*w->p - '0') * scale;
	return count > 0 && count <= FRACTION_DIGITS_MAX;
}

/* hour is read; p is at the colon behind it. */
static bool
read_clock(struct words *w, int hour)
{
	if (w->clock)
		return false;
	w->clock = true;
	w->parts->hour = hour;
	w->p++;
	if (digits(w, 2, &w->parts->minute) != 2)
		return false;
	w->parts->second = 0;
	if (w->p < w->end && *w->p == ':') {
		w->p++;
		if (digits(w, 2, &w->parts->second) != 2)
			return false;
	}
	if (w->p < w->end && (*w->p == '.' || *w->p == ',') &&
	    w->p + 1 < w->end && isdigit((unsigned char)w->p[1])) {
		w->p++;
		return read_fraction(w);
	}
	return true;
}

/* "+0100", "-05:00" behind a clock. */
static bool
read_offset(struct words *w)
{
	bool west = *w->p++ == '-';
	int hours, minutes = 0;

	if (digits(w, 4, &hours) == 4) {
		minutes = hours % 100;
		hours /= 100;
	} else if (w->p < w->end && *w->p == ':') {
		w->p++;
		if (digits(w, 2, &minutes) != 2)
			return false;
	}
	w->parts->offset_s = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
	w->parts->zoned = true;
	return hours < 24 && minutes < 60;
}

static bool
read_number(struct words *w)
{
	struct stamp_parts *parts = w->parts;
	int value, count = digits(w, NUMBER_DIGITS_MAX, &value);

	if (count == 0)
		return false;
	/* "28/Nov/2021:03:15:00": the colon belongs to the date. */
	if (count == 4 && parts->year < 0) {
		parts->year = value;
		if (w->p < w->end && *w->p == ':')
			w->p++;
		return true;
	}
	if (count <= 2 && w->p < w->end && *w->p == ':' && !w->clock)
		return read_clock(w, value);
	/* "08/28", "1/31/2026": the month comes first. */
	if (count <= 2 && parts->month < 0 && w->p < w->end && *w->p == '/' &&
	    w->p + 1 < w->end && isdigit((unsigned char)w->p[1])) {
		parts->month = value;
		w->p++;
		return true;
	}
	if (count <= 2 && parts->day < 0) {
		parts->day = value;
		return true;
	}
	/* Snort's year of two digits. */
	if (count == 2 && parts->year < 0 && !w->clock) {
		parts->year = 2000 + value;
		return true;
	}
	return false;
}

static bool
read_token(struct words *w)
{
	if (isalpha((unsigned char)*w->p))
		return read_name(w);
	if (isdigit((unsigned char)*w->p))
		return read_number(w);
	if ((*w->p == '+' || *w->p == '-') && w->clock)
		return read_offset(w);
	return strchr(" ,/-()", *w->p++) != NULL;
}

bool
stamp_words(const char *text, size_t len, struct stamp_parts *parts)
{
	struct words w = {.parts = parts, .p = text, .end = text + len};

	*parts = (struct stamp_parts){.year = -1, .month = -1, .day = -1};
	while (w.p < w.end)
		if (*w.p == '\0' || !read_token(&w))
			return false;
	if (w.afternoon && parts->hour < 12)
		parts->hour += 12;
	if (w.morning && parts->hour == 12)
		parts->hour = 0;
	return w.clock && parts->month >= 0 && parts->day >= 0;
}
