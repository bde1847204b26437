#include "cli/shape.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/render.h"
#include "cli/shape_word.h"
#include "cli/when.h"
#include "protocol/ask.h"
#include "protocol/json.h"
#include "protocol/words.h"

enum { INDENT = 2, GAP = 2, TWO_BESIDE = 76, LABEL_MAX = 16 };

const char *
shape_text(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);

	return text != NULL ? text : "";
}

int64_t
shape_time(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);
	int64_t ms = 0;

	if (text == NULL)
		return json_number(object, key, 0);
	return time_parse(text, &ms) == OK ? ms : 0;
}

enum style
shape_as_text(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	(void)snprintf(out, SHAPE_TEXT_MAX, "%s", shape_text(object, key));
	return STYLE_PLAIN;
}

static enum style
as_person(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	if (!cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(object, key)))
		return shape_as_text(screen, object, key, out);
	(void)snprintf(out, SHAPE_TEXT_MAX, "nobody");
	return STYLE_WARN;
}

static enum style
as_number(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	if (cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(object, key)))
		(void)snprintf(out, SHAPE_TEXT_MAX, "%" PRId64,
		    json_number(object, key, 0));
	return STYLE_PLAIN;
}

static enum style
as_some(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	if (json_number(object, key, 0) == 0)
		return STYLE_PLAIN;
	return as_number(screen, object, key, out);
}

static enum style
as_time(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	int64_t ms = shape_time(object, key);
	char when[WHEN_TEXT_MAX];

	if (ms != 0)
		(void)snprintf(out, SHAPE_TEXT_MAX, "%s",
		    when_format(ms, screen->utc, when));
	return STYLE_PLAIN;
}

static enum style
as_age(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	int64_t ms = shape_time(object, key);
	char age[WHEN_AGE_MAX];

	if (ms != 0)
		(void)snprintf(out, SHAPE_TEXT_MAX, "%s",
		    when_age(ms, screen->now_ms, age));
	return STYLE_PLAIN;
}

static enum style
as_due(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	int64_t ms = shape_time(object, key), now = screen->now_ms;
	bool over = ms < now;
	char age[WHEN_AGE_MAX];

	/* What is done is due no more. */
	if (ms == 0 || json_text(object, "ended") != NULL ||
	    json_text(object, "finished") != NULL)
		return STYLE_PLAIN;
	(void)snprintf(out, SHAPE_TEXT_MAX, "%s%s", over ? "-" : "",
	    over ? when_age(ms, now, age) : when_age(now, ms, age));
	return over ? STYLE_ALARM : STYLE_PLAIN;
}

static enum style
as_left(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	out[0] = '\0';
	return shape_time(object, key) > screen->now_ms
		   ? as_due(screen, object, key, out)
		   : STYLE_PLAIN;
}

/* Appends ", text" to out, as much as there is room for. */
static void
append(char out[SHAPE_TEXT_MAX], const char *text)
{
	size_t len = strlen(out);

	(void)snprintf(
	    out + len, SHAPE_TEXT_MAX - len, "%s%s", len > 0 ? ", " : "", text);
}

static enum style
as_names(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	const cJSON *name;

	(void)screen;
	cJSON_ArrayForEach (name, cJSON_GetObjectItemCaseSensitive(object, key))
		append(out, cJSON_IsString(name) ? name->valuestring : "?");
	return STYLE_PLAIN;
}

/* "alert.push" as it is typed; those that are not typed are left out. */
static enum style
as_commands(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	const cJSON *name;

	(void)screen;
	cJSON_ArrayForEach (
	    name, cJSON_GetObjectItemCaseSensitive(object, key)) {
		const char *text =
		    cJSON_IsString(name) ? name->valuestring : "";
		enum verb verb = verb_find(text, strlen(text));

		if (verb != VERB_NONE && args_offered(verb))
			append(out, text);
	}
	for (; *out != '\0'; out++)
		if (*out == '.')
			*out = ' ';
	return STYLE_PLAIN;
}

static enum style
as_count(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsArray(value))
		return as_number(screen, object, key, out);
	(void)snprintf(out, SHAPE_TEXT_MAX, "%d", cJSON_GetArraySize(value));
	return STYLE_PLAIN;
}

static enum style
as_flag(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key)))
		(void)snprintf(out, SHAPE_TEXT_MAX, "yes");
	return STYLE_PLAIN;
}

static enum style
as_title(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	bool erased =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "erased"));

	if (json_text(object, key) != NULL || !erased)
		return shape_as_text(screen, object, key, out);
	(void)snprintf(out, SHAPE_TEXT_MAX, "(erased)");
	return STYLE_DIM;
}

static enum style
as_span(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	char age[WHEN_AGE_MAX];

	(void)screen;
	if (cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(object, key)))
		(void)snprintf(out, SHAPE_TEXT_MAX, "%s",
		    when_age(0, json_number(object, key, 0), age));
	return STYLE_PLAIN;
}

static shaper *const shapers[] = {
    [SHAPE_TEXT] = shape_as_text,
    [SHAPE_PERSON] = as_person,
    [SHAPE_NUMBER] = as_number,
    [SHAPE_TIME] = as_time,
    [SHAPE_AGE] = as_age,
    [SHAPE_DUE] = as_due,
    [SHAPE_LEFT] = as_left,
    [SHAPE_TIMES] = shape_as_times,
    [SHAPE_NAMES] = as_names,
    [SHAPE_COMMANDS] = as_commands,
    [SHAPE_COUNT] = as_count,
    [SHAPE_FLAG] = as_flag,
    [SHAPE_SOME] = as_some,
    [SHAPE_SEVERITY] = shape_as_severity,
    [SHAPE_STATUS] = shape_as_status,
    [SHAPE_MARKS] = shape_as_marks,
    [SHAPE_TITLE] = as_title,
    [SHAPE_VERDICT] = shape_as_verdict,
    [SHAPE_SPAN] = as_span,
    [SHAPE_TARGET] = shape_as_target,
    [SHAPE_SOURCE] = shape_as_source,
    [SHAPE_SKEW] = shape_as_skew,
    [SHAPE_ACTION] = shape_as_action,
    [SHAPE_TLP] = shape_as_tlp,
    [SHAPE_PAP] = shape_as_pap,
};

enum style
shape_value(const struct screen *screen, const cJSON *object, const char *key,
    enum shape shape, char out[SHAPE_TEXT_MAX])
{
	out[0] = '\0';
	return shapers[shape](screen, object, key, out);
}

size_t
shape_table(const struct screen *screen, const cJSON *array,
    const struct shown *shown, size_t count)
{
	struct column columns[TABLE_COLUMNS_MAX];
	char text[SHAPE_TEXT_MAX];
	struct table *table;
	const cJSON *object;
	size_t i, rows;

	for (i = 0; i < count; i++)
		columns[i] = shown[i].column;
	table = table_new(columns, count);
	cJSON_ArrayForEach (object, array)
		for (i = 0; i < count; i++) {
			enum style style = shape_value(
			    screen, object, shown[i].key, shown[i].shape, text);

			table_cell(table, style, text);
		}
	rows = table_rows(table);
	if (rows > 0)
		table_draw(table, screen);
	table_free(&table);
	return rows;
}

static void
draw_fact(const struct screen *screen, const char *label, enum style style,
    const char *text, size_t room)
{
	(void)fprintf(screen->out, "%*s%s%-*s%s", INDENT, "",
	    screen_style(screen, STYLE_DIM), LABEL_MAX - INDENT, label,
	    screen_plain(screen, STYLE_DIM));
	screen_text(screen, style, text, room);
}

/* A value too long for its half has a line to itself, or several. */
static void
draw_long(const struct screen *screen, const char *label, const char *text)
{
	(void)fprintf(screen->out, "%*s%s%-*s%s", INDENT, "",
	    screen_style(screen, STYLE_DIM), LABEL_MAX - INDENT, label,
	    screen_plain(screen, STYLE_DIM));
	render_hanging(screen->out, text, strlen(text), screen->utf8, LABEL_MAX,
	    screen->columns);
}

/* Where the next fact stands: at the left, or beside the one before. */
struct place {
	bool second;
	size_t gap; /* to the second column */
};

static void
end_line(const struct screen *screen, struct place *place)
{
	if (place->second)
		(void)fputc('\n', screen->out);
	place->second = false;
}

static void
place_fact(const struct screen *screen, const struct shown *shown,
    enum style style, const char *text, struct place *place)
{
	bool beside = screen->columns >= TWO_BESIDE;
	size_t half = beside ? screen->columns / 2 : screen->columns;
	size_t room = half > LABEL_MAX + 8 ? half - LABEL_MAX : 8;
	size_t columns = render_columns(text, screen->utf8);

	if (columns > room) {
		end_line(screen, place);
		draw_long(screen, shown->column.title, text);
		return;
	}
	if (place->second)
		(void)fprintf(screen->out, "%*s", (int)place->gap, "");
	draw_fact(screen, shown->column.title, style, text, room);
	if (!beside || place->second) {
		(void)fputc('\n', screen->out);
		place->second = false;
	} else {
		place->second = true;
		place->gap = room - columns;
	}
}

void
shape_facts(const struct screen *screen, const cJSON *object,
    const struct shown *shown, size_t count)
{
	struct place place = {false, 0};
	char text[SHAPE_TEXT_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		enum style style = shape_value(
		    screen, object, shown[i].key, shown[i].shape, text);

		if (text[0] != '\0')
			place_fact(screen, &shown[i], style, text, &place);
	}
	end_line(screen, &place);
}
