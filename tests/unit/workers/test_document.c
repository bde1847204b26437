/* docs/TRIAGE.md holds what the tables hold, row by row. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/finding.h"

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

Test(document, has_every_reason)
{
	char line[256];

	for (int i = 0; i < REASON_COUNT; i++) {
		(void)snprintf(line, sizeof(line), "| `%s` |",
		    reason_code((enum reason)i));
		expect_line("\n## Reasons\n", line);
	}
}
