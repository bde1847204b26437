#include "cli/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/render.h"

enum { GAP = 2, RANK_MAX = 16, AMPLE = 60 };

struct cell {
	char *text; /* owned */
	enum style style;
};

struct table {
	const struct column *columns;
	size_t count;
	struct cell *cells;
	size_t cells_count, capacity;
};

/* How the columns are laid out on one screen; width 0: left out. */
struct layout {
	size_t natural[TABLE_COLUMNS_MAX];
	size_t width[TABLE_COLUMNS_MAX];
};

struct table *
table_new(const struct column *columns, size_t count)
{
	struct table *table = claim(calloc(1, sizeof(*table)));

	assert(count > 0 && count <= TABLE_COLUMNS_MAX);
	table->columns = columns;
	table->count = count;
	return table;
}

void
table_free(struct table **table)
{
	size_t i;

	if (*table == NULL)
		return;
	for (i = 0; i < (*table)->cells_count; i++)
		free((*table)->cells[i].text);
	free((*table)->cells);
	free(*table);
	*table = NULL;
}

void
table_cell(struct table *table, enum style style, const char *text)
{
	if (table->cells_count == table->capacity) {
		table->capacity =
		    table->capacity > 0 ? table->capacity * 2 : 64;
		table->cells = claim(reallocarray(
		    table->cells, table->capacity, sizeof(*table->cells)));
	}
	table->cells[table->cells_count].text =
	    claim(strdup(text != NULL ? text : ""));
	table->cells[table->cells_count++].style = style;
}

void
table_number(struct table *table, enum style style, int64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRId64, number);
	table_cell(table, style, text);
}

size_t
table_rows(const struct table *table)
{
	return table->cells_count / table->count;
}

static void
measure(const struct table *table, bool utf8, struct layout *layout)
{
	size_t rows = table_rows(table), row, i;

	for (i = 0; i < table->count; i++) {
		layout->natural[i] = 0;
		for (row = 0; row < rows; row++) {
			size_t columns = render_columns(
			    table->cells[row * table->count + i].text, utf8);

			if (columns > layout->natural[i])
				layout->natural[i] = columns;
		}
		if (layout->natural[i] > 0 &&
		    layout->natural[i] < strlen(table->columns[i].title))
			layout->natural[i] = strlen(table->columns[i].title);
	}
}

static size_t
total(const struct table *table, const struct layout *layout)
{
	size_t sum = 0, i;

	for (i = 0; i < table->count; i++)
		if (layout->width[i] > 0)
			sum += layout->width[i] + (sum > 0 ? GAP : 0);
	return sum;
}

/* Leaves out the column that matters least; false when each has to stay. */
static bool
drop_one(const struct table *table, struct layout *layout)
{
	size_t least = table->count, i;

	for (i = 0; i < table->count; i++)
		if (layout->width[i] > 0 && table->columns[i].rank > 0 &&
		    (least == table->count ||
			table->columns[i].rank > table->columns[least].rank))
			least = i;
	if (least == table->count)
		return false;
	layout->width[least] = 0;
	return true;
}

/*
 * Gives what is left of the width to what was shortened, by importance, up to
 * so many columns each.
 */
static void
widen(const struct table *table, struct layout *layout, size_t columns,
    size_t each)
{
	size_t used = total(table, layout), i;
	unsigned rank;

	for (rank = 0; rank <= RANK_MAX; rank++)
		for (i = 0; i < table->count && used < columns; i++) {
			size_t wanted = layout->natural[i] < each
					    ? layout->natural[i]
					    : each;
			size_t missing;

			if (table->columns[i].rank != rank ||
			    layout->width[i] == 0 || layout->width[i] >= wanted)
				continue;
			missing = wanted - layout->width[i];
			if (missing > columns - used)
				missing = columns - used;
			layout->width[i] += missing;
			used += missing;
		}
}

static void
fit(const struct table *table, struct layout *layout, size_t columns)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		size_t shortest = table->columns[i].shortest;

		layout->width[i] = layout->natural[i];
		if (shortest > 0 && layout->width[i] > shortest)
			layout->width[i] = shortest;
	}
	while (total(table, layout) > columns && drop_one(table, layout))
		;
	/* One long title leaves the others what they need. */
	widen(table, layout, columns, AMPLE);
	widen(table, layout, columns, RENDER_NO_LIMIT);
}

static size_t
columns_of(const struct screen *screen)
{
	return screen->endless ? RENDER_NO_LIMIT : screen->columns;
}

/* One line; `left` counts what the screen still takes. */
static void
draw_cell(const struct screen *screen, const struct column *column,
    enum style style, const char *text, size_t width, bool last, size_t *left)
{
	size_t room = width < *left ? width : *left;
	size_t columns = render_columns(text, screen->utf8);
	size_t pad = columns < room ? room - columns : 0;

	if (column->right)
		(void)fprintf(screen->out, "%*s", (int)pad, "");
	screen_text(screen, style, text, room);
	if (!column->right && !last)
		(void)fprintf(screen->out, "%*s", (int)pad, "");
	*left -= room;
	if (!last && *left > GAP) {
		(void)fprintf(screen->out, "%*s", GAP, "");
		*left -= GAP;
	}
}

/* The last column of the row that shows anything. */
static size_t
last_shown(const struct table *table, const struct layout *layout,
    const struct cell *cells)
{
	size_t last = 0, i;

	for (i = 0; i < table->count; i++)
		if (layout->width[i] > 0 &&
		    (cells == NULL || cells[i].text[0] != '\0'))
			last = i;
	return last;
}

static void
draw_row(const struct table *table, const struct layout *layout,
    const struct screen *screen, const struct cell *cells)
{
	size_t last = last_shown(table, layout, cells);
	size_t left = columns_of(screen), i;

	for (i = 0; i <= last; i++)
		if (layout->width[i] > 0)
			draw_cell(screen, &table->columns[i],
			    cells != NULL ? cells[i].style : STYLE_DIM,
			    cells != NULL ? cells[i].text
					  : table->columns[i].title,
			    layout->width[i], i == last, &left);
	(void)fputc('\n', screen->out);
}

void
table_draw(const struct table *table, const struct screen *screen)
{
	size_t rows = table_rows(table), row;
	struct layout layout = {0};

	measure(table, screen->utf8, &layout);
	fit(table, &layout, columns_of(screen));
	draw_row(table, &layout, screen, NULL);
	for (row = 0; row < rows; row++)
		draw_row(
		    table, &layout, screen, table->cells + row * table->count);
}
