#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "cli/table.h"

static const struct column columns[] = {
    {"ID", 0, 0, false},
    {"AGE", 2, 0, true},
    {"TITLE", 0, 10, false},
    {"TAGS", 3, 6, false},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static char *
draw(const struct table *table, size_t width, bool colour)
{
	char *out;
	size_t size;
	struct screen screen = {.columns = width,
	    .utf8 = true,
	    .colour = colour,
	    .out = open_memstream(&out, &size)};

	table_draw(table, &screen);
	(void)fclose(screen.out);
	return out;
}

static struct table *
sample(void)
{
	struct table *table = table_new(columns, COLUMNS);

	table_cell(table, STYLE_PLAIN, "INC-1");
	table_cell(table, STYLE_PLAIN, "5m");
	table_cell(table, STYLE_BAD, "Brute force on the mail gateway");
	table_cell(table, STYLE_PLAIN, "mail, ssh");
	table_cell(table, STYLE_PLAIN, "INC-22");
	table_cell(table, STYLE_PLAIN, "12h");
	table_cell(table, STYLE_PLAIN, "\xe6\x97\xa5\xe6\x9c\xac");
	table_cell(table, STYLE_PLAIN, "");
	return table;
}

static void
utf8(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}

TestSuite(table_draw, .init = utf8);

Test(table_draw, shows_everything_where_there_is_room)
{
	struct table *table = sample();
	char *out = draw(table, 80, false);

	cr_assert_str_eq(out,
	    "ID      AGE  TITLE                            TAGS\n"
	    "INC-1    5m  Brute force on the mail gateway  mail, ssh\n"
	    "INC-22  12h  \xe6\x97\xa5\xe6\x9c\xac\n");
	free(out);
	table_free(&table);
}

Test(table_draw, shortens_before_it_leaves_out)
{
	struct table *table = sample();
	char *out = draw(table, 40, false);

	cr_assert_not_null(strstr(out, "TAGS"));
	cr_assert_not_null(strstr(out, "\xe2\x80\xa6"));
	free(out);
	table_free(&table);
}

Test(table_draw, leaves_out_the_highest_rank_first)
{
	struct table *table = sample();
	char *out = draw(table, 28, false);

	cr_assert_null(strstr(out, "TAGS"));
	cr_assert_not_null(strstr(out, "AGE"));
	free(out);
	out = draw(table, 20, false);
	cr_assert_null(strstr(out, "AGE"));
	cr_assert_not_null(strstr(out, "TITLE"));
	free(out);
	table_free(&table);
}

Test(table_draw, cuts_nothing_where_nobody_sees_it)
{
	struct table *table = table_new(columns, COLUMNS);
	struct screen screen = {.columns = 20, .endless = true, .utf8 = true};
	char *text = NULL;
	size_t size = 0;

	table_cell(table, STYLE_PLAIN, "INC-1");
	table_cell(table, STYLE_PLAIN, "critical");
	table_cell(table, STYLE_PLAIN, "a title that is longer than that");
	table_cell(table, STYLE_PLAIN, "7");
	screen.out = open_memstream(&text, &size);
	table_draw(table, &screen);
	(void)fclose(screen.out);
	cr_expect_not_null(strstr(text, "critical"), "%s", text);
	cr_expect_not_null(
	    strstr(text, "a title that is longer than that"), "%s", text);
	free(text);
	table_free(&table);
}

/* The columns of the widest line. */
static size_t
widest(char *out)
{
	char *line, *rest = out;
	size_t most = 0;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (render_columns(line, true) > most)
			most = render_columns(line, true);
	return most;
}

Test(table_draw, is_never_wider_than_the_screen)
{
	struct table *table = sample();
	size_t width;

	for (width = 1; width <= 200; width++) {
		char *out = draw(table, width, false);

		cr_expect_leq(widest(out), width, "at %zu columns", width);
		free(out);
	}
	table_free(&table);
}

Test(table_draw, leaves_out_a_column_that_is_empty)
{
	struct table *table = table_new(columns, COLUMNS);
	char *out;

	table_cell(table, STYLE_PLAIN, "INC-1");
	table_cell(table, STYLE_PLAIN, NULL);
	table_cell(table, STYLE_PLAIN, "a");
	table_cell(table, STYLE_PLAIN, "");
	out = draw(table, 80, false);
	cr_assert_str_eq(out, "ID     TITLE\nINC-1  a\n");
	free(out);
	table_free(&table);
}

Test(table_draw, colours_only_where_there_is_colour)
{
	struct table *table = sample();
	char *plain = draw(table, 80, false);
	char *coloured = draw(table, 80, true);

	cr_assert_null(strchr(plain, '\033'));
	cr_assert_not_null(
	    strstr(coloured, "\033[31mBrute force on the mail gateway\033[0m"));
	free(plain);
	free(coloured);
	table_free(&table);
}

Test(table_draw, makes_hostile_cells_safe)
{
	struct table *table = table_new(columns, COLUMNS);
	char *out;

	table_cell(table, STYLE_PLAIN, "INC-1");
	table_cell(table, STYLE_PLAIN, "5m");
	table_cell(table, STYLE_PLAIN, "\x1b[2J\n\xe2\x80\xae");
	table_cell(table, STYLE_PLAIN, "x");
	out = draw(table, 80, false);
	cr_assert_not_null(strstr(out, "\\x1b[2J\\n\\u202e"));
	free(out);
	table_free(&table);
}
