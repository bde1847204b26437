/*
 * The parts of times that are written with names of months, or as Snort does:
 * "Oct 11 22:14:15", "Tue Sep 11 16:14:21 2018 UTC", "2016 Aug 12 15:13:30",
 * "Mon, 05 Jan 2026 10:00:00 +0100", "28/Nov/2021:03:15:00 -0500",
 * "08/28-12:21:29.123456", "1/31/2026 9:05:00 PM".
 */
#ifndef TOCSIN_WORKERS_STAMP_WORDS_H
#define TOCSIN_WORKERS_STAMP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct stamp_parts {
	int year; /* -1: it is not said */
	int month, day; /* from 1; not checked */
	int hour, minute, second, ms;
	int offset_s; /* east of UTC */
	bool zoned;
};

/* False when it is none of these forms. */
bool stamp_words(const char *text, size_t len, struct stamp_parts *parts);

#endif
