#include "cli/example.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { WIDTH = 2 };

struct setting_row {
	const char *path, *type, *otherwise, *help;
};

/* A list's row says only what the list is for. */
static const struct setting_row settings[] = {
#define SETTING(field, path, type, min, max, otherwise, help)                  \
	{path, #type, otherwise, help},
#define MEMBER(owner, field, path, type, min, max, otherwise, help)            \
	SETTING(field, path, type, min, max, otherwise, help)
#define LIST(field, path, max, help) {path, "LIST", "", help},
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* How many bytes of both paths are whole parts that they share. */
static size_t
shared(const char *a, const char *b)
{
	size_t i, last = 0;

	for (i = 0; a[i] != '\0' && a[i] == b[i]; i++)
		if (a[i] == '.')
			last = i + 1;
	return last;
}

static void
indent(FILE *out, size_t depth)
{
	(void)fprintf(out, "#%*s", (int)(depth * WIDTH), "");
}

/*
 * The parts of the path above the setting that the one before had not, and how
 * deep the setting stands.  "hooks[]" is a list: its first member gets a dash.
 */
static size_t
open_parents(FILE *out, const char *path, const char *before, bool *first)
{
	size_t same = shared(path, before), at = 0, depth = 0;

	*first = false;
	for (;;) {
		size_t len = strcspn(path + at, ".");
		bool list;

		if (path[at + len] == '\0')
			return depth;
		list = len > 2 && path[at + len - 1] == ']';
		if (list && at >= same)
			*first = true;
		else if (at >= same) {
			indent(out, depth);
			(void)fprintf(out, "%.*s:\n", (int)len, path + at);
		}
		depth += list ? 2 : 1;
		at += len + 1;
	}
}

/* Numbers and durations stand bare, and so does what a list begins with. */
static bool
is_quoted(const char *type)
{
	return strcmp(type, "COUNT") != 0 && strcmp(type, "DURATION") != 0 &&
	       strcmp(type, "LIST") != 0;
}

static void
write_setting(FILE *out, const struct setting_row *row, const char *before)
{
	const char *name = strrchr(row->path, '.');
	const char *quote = is_quoted(row->type) ? "\"" : "";
	const char *gap = strcmp(row->type, "LIST") != 0 ? " " : "";
	bool first;
	size_t depth = open_parents(out, row->path, before, &first);

	indent(out, depth);
	(void)fprintf(out, "# %s\n", row->help);
	indent(out, first ? depth - 1 : depth);
	(void)fprintf(out, "%s%s:%s%s%s%s\n", first ? "- " : "", name + 1, gap,
	    quote, row->otherwise, quote);
}

/* Do both stand under the same first name? */
static bool
same_top(const char *a, const char *b)
{
	size_t len = strcspn(a, ".");

	return len == strcspn(b, ".") && memcmp(a, b, len) == 0;
}

/* One top name with all that is under it, wherever its rows stand. */
static void
write_section(FILE *out, size_t first)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < first; i++)
		if (same_top(settings[i].path, settings[first].path))
			return;
	(void)fputc('\n', out);
	for (i = first; i < SETTINGS; i++) {
		if (!same_top(settings[i].path, settings[first].path))
			continue;
		write_setting(out, &settings[i], before);
		before = settings[i].path;
	}
}

void
example_write(FILE *out)
{
	size_t i;

	(void)fputs("# Tocsin's configuration: every setting with what it "
		    "is when it is not set.\n"
		    "# To set one, take the \"#\" away from its line and from "
		    "those of the names\n"
		    "# above it. `tocsin config check` says what is wrong; the "
		    "broker reads it at\n"
		    "# its start.\n",
	    out);
	for (i = 0; i < SETTINGS; i++)
		write_section(out, i);
}
