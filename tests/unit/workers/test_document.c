/* docs/TRIAGE.md holds what the tables hold, row by row. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/finding.h"
#include "workers/format.h"
#include "workers/normal.h"

static char *document;

static void
read_document(void)
{
	FILE *file = fopen("docs/TRIAGE.md", "r");
	long size;

	cr_assert_not_null(file, "docs/TRIAGE.md cannot be read");
	(void)fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	document = calloc(1, (size_t)size + 1);
	cr_assert_eq(fread(document, 1, (size_t)size, file), (size_t)size);
	(void)fclose(file);
}

TestSuite(document, .init = read_document);

/* The line stands in the section that is headed by `heading`. */
static void
expect_line(const char *heading, const char *line)
{
	const char *section = strstr(document, heading);
	const char *found, *next;

	cr_assert_not_null(section, "there is no \"%s\"", heading);
	next = strstr(section + 3, "\n## ");
	found = strstr(section, line);
	cr_assert(found != NULL && (next == NULL || found < next),
	    "under \"%s\" this is missing:\n%s", heading, line);
}

/* "| host | `agent.name`, `agent.ip` |" */
static bool
field_line(const struct format *format, int field, char *out, size_t size)
{
	size_t used = 0;
	bool any = false;

	used += (size_t)snprintf(
	    out, size, "| %s | ", normal_name((enum normal_field)field));
	for (const struct format_row *row = format->rows; row->path != NULL;
	     row++) {
		if (row->field != field)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s`%s`%s",
		    any ? ", " : "", row->path,
		    row->base == FORMAT_OUTER ? " (envelope)" : "");
		any = true;
	}
	(void)snprintf(out + used, size - used, " |\n");
	return any;
}

Test(document, has_every_field_of_every_format)
{
	char heading[64], line[2048];

	for (const struct format *const *f = format_all(); *f != NULL; f++) {
		(void)snprintf(
		    heading, sizeof(heading), "\n## Format: %s\n", (*f)->name);
		for (int field = 0; field < NORMAL_COUNT; field++)
			if (field_line(*f, field, line, sizeof(line)))
				expect_line(heading, line);
	}
}

Test(document, has_every_place_of_observables)
{
	static const char *const marks[] = {
	    [MARK_text] = "text",
	    [MARK_ip] = "address",
	    [MARK_host] = "host",
	    [MARK_user] = "user",
	    [MARK_domain] = "domain",
	    [MARK_url] = "url",
	    [MARK_hash] = "digest",
	    [MARK_email] = "email",
	    [MARK_cve] = "cve",
	};
	char heading[64], line[2048];

	for (const struct format *const *f = format_all(); *f != NULL; f++) {
		(void)snprintf(
		    heading, sizeof(heading), "\n## Format: %s\n", (*f)->name);
		for (int mark = 0; mark <= MARK_cve; mark++) {
			size_t used = (size_t)snprintf(
			    line, sizeof(line), "| %s | ", marks[mark]);
			bool any = false;

			for (const struct format_mark *m = (*f)->marks;
			     m->path != NULL; m++) {
				if ((int)m->mark != mark)
					continue;
				used += (size_t)snprintf(line + used,
				    sizeof(line) - used, "%s`%s`",
				    any ? ", " : "", m->path);
				any = true;
			}
			(void)snprintf(
			    line + used, sizeof(line) - used, " |\n");
			if (any)
				expect_line(heading, line);
		}
	}
}

Test(document, has_every_reason)
{
	char line[256];

	for (int i = 0; i < REASON_COUNT; i++) {
		(void)snprintf(line, sizeof(line), "| `%s` |",
		    reason_code((enum reason)i));
		expect_line("\n## Reasons\n", line);
	}
}
