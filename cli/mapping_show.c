/* mapping show: where a mapping says that the fields of its alerts lie. */
#include <stdio.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/local.h"
#include "cli/mapping.h"
#include "cli/report.h"
#include "cli/table.h"
#include "workers/normal.h"

enum { PLACES_BYTES = 4096 };

/* As mappings write it, and whether a match or a table makes less of it. */
static void
spell(const struct place *place, char *out, size_t size)
{
	(void)snprintf(out, size, "%s%s%s%s", place->outer ? "^" : "",
	    place->path == NULL ? "\"" : "",
	    place->path == NULL ? place->text : place->path,
	    place->path == NULL                            ? "\""
	    : place->match != NULL || place->table != NULL ? " (of it, a part)"
							   : "");
}

static cJSON *
places_of(const struct format *format, int field)
{
	cJSON *places = claim(cJSON_CreateArray());
	char text[PATH_TEXT_BYTES + 32];

	for (size_t i = 0; i < format->rows_count; i++) {
		if (format->rows[i].field != field)
			continue;
		spell(&format->rows[i].place, text, sizeof(text));
		(void)cJSON_AddItemToArray(
		    places, claim(cJSON_CreateString(text)));
	}
	return places;
}

static cJSON *
body_of(const struct format *format)
{
	cJSON *body = report_new(), *fields = claim(cJSON_CreateArray()), *row;

	report_text(body, "name", format->name);
	report_text(body, "about", format->about);
	report_text(body, "file", format->file);
	report_number(body, "order", format->order);
	report_member(
	    body, "guesses", claim(cJSON_CreateBool(format->guesses)));
	for (int field = 0; field < NORMAL_COUNT; field++) {
		cJSON *places = places_of(format, field);

		if (places->child == NULL) {
			cJSON_Delete(places);
			continue;
		}
		row = report_new();
		report_text(
		    row, "field", normal_name((enum normal_field)field));
		report_text(row, "ocsf", normal_ocsf((enum normal_field)field));
		report_member(row, "places", places);
		(void)cJSON_AddItemToArray(fields, row);
	}
	report_member(body, "fields", fields);
	return body;
}

static void
draw(const struct session *session, const struct format *format,
    const cJSON *body)
{
	static const struct column columns[] = {
	    {.title = "FIELD"},
	    {.title = "OCSF", .rank = 1, .shortest = 12},
	    {.title = "PLACES, THE FIRST THAT HOLDS SOMETHING", .shortest = 24},
	};
	const cJSON *row, *place;
	struct table *table;
	char text[PLACES_BYTES];

	(void)printf("%s: %s (%s)\n", format->name, format->about,
	    format->file[0] == '\0' ? "built in" : format->file);
	if (format->guesses)
		(void)printf("no places: what members are called is gone by\n");
	table = table_new(columns, 3);
	cJSON_ArrayForEach (
	    row, cJSON_GetObjectItemCaseSensitive(body, "fields")) {
		size_t used = 0;

		text[0] = '\0';
		cJSON_ArrayForEach (
		    place, cJSON_GetObjectItemCaseSensitive(row, "places"))
			if (used < sizeof(text))
				used += (size_t)snprintf(text + used,
				    sizeof(text) - used, "%s%s",
				    used == 0 ? "" : ", ", place->valuestring);
		table_cell(table, STYLE_PLAIN,
		    cJSON_GetObjectItemCaseSensitive(row, "field")
			->valuestring);
		table_cell(table, STYLE_PLAIN,
		    cJSON_GetObjectItemCaseSensitive(row, "ocsf")->valuestring);
		table_cell(table, STYLE_PLAIN, text);
	}
	table_draw(table, &session->screen);
	table_free(&table);
}

int
local_mapping_show(struct session *session, const struct local_args *args)
{
	struct formats *formats = NULL;
	const struct format *format;
	struct fault fault;
	cJSON *body;
	enum err err = args->words_count == 1
			   ? mapping_open(session, &formats, &fault)
			   : fault_set(&fault, ERR_INVALID, "name one mapping");

	format = err == OK ? formats_find(formats, args->words[0]) : NULL;
	if (err == OK && format == NULL)
		err = fault_set(&fault, ERR_MISSING,
		    "%s is no mapping: `tocsin mapping list` has them",
		    args->words[0]);
	if (format != NULL) {
		body = body_of(format);
		if (session->json) {
			report_done(session, body, "%s", "");
		} else {
			draw(session, format, body);
			cJSON_Delete(body);
		}
	}
	formats_close(&formats);
	return err == OK ? 0 : report_fail(session, &fault);
}
