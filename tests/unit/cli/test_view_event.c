/* Entries on a line, or a few rows: each kind has its sentence. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "cli/view.h"
#include "tests/unit/cli/view_samples.h"

TestSuite(view_event, .init = utf8_locale);

/* How many rows it takes, none of them wider than the screen. */
static size_t
rows_of(char *text, size_t columns)
{
	size_t rows = 0;
	char *line;

	for (line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n"), rows++)
		cr_expect_leq(render_columns(line, true), columns, "%s", line);
	return rows;
}

Test(view_event, is_one_line_or_a_few_rows_and_harmless)
{
	cJSON *event = cJSON_Parse(EVENT("incident.moved",
	    "\"from\":\"new\",\"to\":\"triage\"", "\"reason\":\"r\""));
	char *out;
	size_t size;
	struct screen screen = {.columns = 80,
	    .utf8 = true,
	    .utc = true,
	    .out = open_memstream(&out, &size)};

	view_event(&screen, event, false);
	(void)fflush(screen.out);
	cr_expect_str_eq(out, "7  2026-01-31 11:00:00 UTC  ada: INC-1 moved "
			      "from new to triage: r\n");
	poison(event);
	rewind(screen.out);
	view_event(&screen, event, false);
	(void)fflush(screen.out);
	expect_harmless(out, VERB_watch, "event");
	cr_expect_eq(strchr(out, '\n'), out + strlen(out) - 1);
	rewind(screen.out);
	screen.columns = 40;
	view_event(&screen, event, true);
	(void)fputc('\0', screen.out);
	(void)fclose(screen.out);
	expect_harmless(out, VERB_watch, "event");
	cr_expect_leq(rows_of(out, 40), 5, "%s", out);
	free(out);
	cJSON_Delete(event);
}

/* Every kind of entry has its sentence. */
Test(view_event, knows_every_kind)
{
	static const char *const kinds[] = {
#undef EVENT
#define EVENT(number, name, subject) #name,
#include "store/events.def"
#undef EVENT
	};
	char out[256];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		cJSON *event = cJSON_CreateObject();
		char kind[64], *mark;

		(void)snprintf(kind, sizeof(kind), "%s", kinds[i]);
		while ((mark = strchr(kind, '_')) != NULL)
			*mark = '.';
		(void)cJSON_AddStringToObject(event, "kind", kind);
		cr_expect(view_event_is(event, kinds[i]));
		cr_expect_str_neq(
		    view_event_words(event, NULL, out, sizeof(out)), kind);
		cJSON_Delete(event);
	}
}
