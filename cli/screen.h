/* Where views are drawn: how wide it is, what it can show. */
#ifndef TOCSIN_CLI_SCREEN_H
#define TOCSIN_CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_NOTICE,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_ALARM,
	STYLE_COUNT
};

struct screen {
	FILE *out;
	size_t columns;
	bool endless; /* nobody sees it: lines of tables are not cut */
	bool utf8; /* else ASCII only */
	bool colour; /* a terminal, and the user has nothing against it */
	bool utc; /* times in UTC, else in the user's zone */
	int64_t now_ms;
};

/*
 * A screen for out: its width from the terminal, from COLUMNS, or 80; colour
 * only on a terminal that is not dumb and without NO_COLOR.  Where neither says
 * a width, a file or a pipe is endless: text wraps at 80, so that it can be
 * read, but a table loses no column and no letter that somebody greps for.
 */
void screen_init(struct screen *screen, FILE *out, bool utc);

/* Is the locale that setlocale was given a UTF-8 one? */
bool screen_is_utf8(void);

/* What begins the style, and what ends any; "" without colour.  Static. */
const char *screen_style(const struct screen *screen, enum style style);
const char *screen_plain(const struct screen *screen, enum style style);

/* Text from outside on one line, cut to columns, in style. */
void screen_text(const struct screen *screen, enum style style,
    const char *text, size_t columns);

/* A sentence of ours, on lines of its own that end between words. */
void screen_say(const struct screen *screen, const char *sentence);

/* A heading of ours, on a line of its own behind an empty one. */
void screen_heading(const struct screen *screen, const char *heading);

#endif
