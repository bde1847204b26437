/* Tables that fit the screen. */
#ifndef TOCSIN_CLI_TABLE_H
#define TOCSIN_CLI_TABLE_H

#include "cli/screen.h"

struct column {
	const char *title;
	/* 0: always there.  Of the others the highest goes first; up to 16. */
	unsigned rank;
	/*
	 * What it may be shortened to before a column is left out; 0: never
	 * shortened.  On a screen too narrow for that it is cut.
	 */
	unsigned shortest;
	bool right; /* numbers */
};

enum { TABLE_COLUMNS_MAX = 16 };

struct table;

/* columns is borrowed until table_free.  Ends the program without memory. */
struct table *table_new(const struct column *columns, size_t count);
void table_free(struct table **table);

/*
 * Adds the next cell, row by row; text from outside, copied.  NULL and "" are
 * an empty cell: a column of empty cells is left out.
 */
void table_cell(struct table *table, enum style style, const char *text);
/* The same for a whole number. */
void table_number(struct table *table, enum style style, int64_t number);

/* How many whole rows there are. */
size_t table_rows(const struct table *table);

/*
 * Draws a line of titles and the rows, none wider than the screen; on an
 * endless one everything as it is.
 */
void table_draw(const struct table *table, const struct screen *screen);

#endif
