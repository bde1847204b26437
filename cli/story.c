#include "cli/story.h"

#include <stdio.h>
#include <string.h>

#include "cli/render.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/json.h"

enum {
	INDENT = 2,
	DEEP = 4,
	DEEPER = 6,
	BESIDE_TIME = 72,
	GAP = 2,
	TEXTS_MAX = 8,
	SENTENCE_MAX = 2048
};

void
story_title(const struct screen *screen, const cJSON *object)
{
	const char *id = shape_text(object, "id");
	const char *title = json_text(object, "title");
	size_t indent = render_columns(id, screen->utf8) + INDENT;

	if (title == NULL)
		title = "(erased)";
	screen_text(screen, STYLE_BOLD, id, screen->columns);
	(void)fprintf(
	    screen->out, "%*s%s", INDENT, "", screen_style(screen, STYLE_BOLD));
	render_hanging(screen->out, title, strlen(title), screen->utf8, indent,
	    screen->columns);
	(void)fputs(screen_plain(screen, STYLE_BOLD), screen->out);
}

void
story_text(const struct screen *screen, const cJSON *object, const char *key,
    const char *heading)
{
	const char *text = json_text(object, key);

	if (text == NULL || text[0] == '\0')
		return;
	screen_heading(screen, heading);
	render_block(screen->out, text, strlen(text), screen->utf8, INDENT,
	    screen->columns);
}

void
story_table(const struct screen *screen, const cJSON *object, const char *key,
    const char *heading, const struct shown *shown, size_t count)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(object, key);

	if (cJSON_GetArraySize(rows) == 0)
		return;
	screen_heading(screen, heading);
	(void)shape_table(screen, rows, shown, count);
}

void
story_observables(const struct screen *screen, const cJSON *object)
{
	const cJSON *list =
	    cJSON_GetObjectItemCaseSensitive(object, "observables");
	const cJSON *row;
	size_t columns, widest = 0;

	if (cJSON_GetArraySize(list) == 0)
		return;
	screen_heading(screen, "Observables");
	cJSON_ArrayForEach (row, list) {
		columns = render_columns(shape_text(row, "type"), screen->utf8);
		if (columns > widest)
			widest = columns;
	}
	cJSON_ArrayForEach (row, list) {
		const char *type = shape_text(row, "type");

		columns = render_columns(type, screen->utf8);
		(void)fprintf(screen->out, "%*s", INDENT, "");
		screen_text(screen, STYLE_DIM, type, RENDER_NO_LIMIT);
		(void)fprintf(
		    screen->out, "%*s", (int)(widest - columns + INDENT), "");
		screen_text(screen, STYLE_PLAIN, shape_text(row, "value"),
		    RENDER_NO_LIMIT);
		(void)fputc('\n', screen->out);
	}
}

/* Beside the time where there is room, else below it. */
static void
draw_moment(
    const struct screen *screen, const cJSON *event, const char *subject)
{
	const char *about = shape_text(event, "subject");
	bool other = strncmp(about, subject, strlen(about)) != 0;
	char line[SENTENCE_MAX], words[SENTENCE_MAX], when[WHEN_TEXT_MAX];
	size_t indent;

	(void)when_format(shape_time(event, "time"), screen->utc, when);
	indent = INDENT + strlen(when) + 2;
	(void)fprintf(screen->out, "%*s%s%s%s", INDENT, "",
	    screen_style(screen, STYLE_DIM), when,
	    screen_plain(screen, STYLE_DIM));
	if (screen->columns < BESIDE_TIME) {
		indent = DEEP;
		(void)fprintf(screen->out, "\n%*s", (int)indent, "");
	} else {
		(void)fprintf(screen->out, "%*s", 2, "");
	}
	(void)snprintf(line, sizeof(line), "%s%s%s %s",
	    shape_text(event, "actor"), other ? ": " : "", other ? about : "",
	    view_event_words(event, screen, words, sizeof(words)));
	render_hanging(screen->out, line, strlen(line), screen->utf8, indent,
	    screen->columns);
}

void
story_history(
    const struct screen *screen, const cJSON *events, const char *subject)
{
	const cJSON *event;
	const char *texts[TEXTS_MAX];
	size_t count, i;

	if (cJSON_GetArraySize(events) == 0)
		return;
	screen_heading(screen, "History");
	cJSON_ArrayForEach (event, events) {
		/* The header has what it was opened with. */
		bool opened = view_event_is(event, "incident_opened");

		draw_moment(screen, event, subject);
		count = opened ? 0 : view_event_texts(event, texts, TEXTS_MAX);
		for (i = 0; i < count; i++)
			render_block(screen->out, texts[i], strlen(texts[i]),
			    screen->utf8, DEEPER, screen->columns);
	}
}

void
story_steps(
    const struct screen *screen, const struct story_step *steps, size_t count)
{
	size_t command = 0, help = 0, i, at;

	for (i = 0; i < count; i++) {
		if (strlen(steps[i].command) > command)
			command = strlen(steps[i].command);
		if (strlen(steps[i].help) > help)
			help = strlen(steps[i].help);
	}
	at = INDENT + command + GAP;
	screen_heading(screen, "Next");
	for (i = 0; i < count; i++) {
		(void)fprintf(screen->out, "%*s", INDENT, "");
		screen_text(
		    screen, STYLE_NOTICE, steps[i].command, RENDER_NO_LIMIT);
		if (at + help <= screen->columns)
			(void)fprintf(screen->out, "%*s%s%s%s",
			    (int)(command - strlen(steps[i].command) + GAP), "",
			    screen_style(screen, STYLE_DIM), steps[i].help,
			    screen_plain(screen, STYLE_DIM));
		(void)fputc('\n', screen->out);
	}
}
