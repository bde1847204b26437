/* Lists: incidents, alerts, people, what was found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/render.h"
#include "cli/shape.h"
#include "cli/shown.h"
#include "cli/view.h"
#include "protocol/json.h"

enum { COMMAND_MAX = 2048 };

/*  key          shape           title       rank  shortest  right */
static const struct shown incidents[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {NULL, SHAPE_MARKS, {"", 3, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 2, 0, false}},
    {"opened", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"due", SHAPE_DUE, {"DUE", 1, 0, true}},
    {"assignee", SHAPE_TEXT, {"ASSIGNEE", 5, 8, false}},
    {"alerts", SHAPE_COUNT, {"ALERTS", 7, 0, true}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
    {"tags", SHAPE_NAMES, {"TAGS", 8, 10, false}},
};

static const struct shown mine[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {NULL, SHAPE_MARKS, {"", 3, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 2, 0, false}},
    {"opened", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"alerts", SHAPE_COUNT, {"ALERTS", 7, 0, true}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
    {"tags", SHAPE_NAMES, {"TAGS", 8, 10, false}},
};

static const struct shown alerts[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 0, 0, false}},
    {"disposition", SHAPE_TEXT, {"TRIAGE", 3, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 5, 0, false}},
    {"received", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"source", SHAPE_TEXT, {"SOURCE", 6, 8, false}},
    {"incident", SHAPE_TEXT, {"INCIDENT", 2, 0, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
    {"host", SHAPE_TEXT, {"HOST", 8, 8, false}},
};

static const struct shown found[] = {
    {"subject", SHAPE_TEXT, {"WHERE", 0, 0, false}},
    {"type", SHAPE_TEXT, {"AS", 4, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 2, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 3, 0, false}},
    {"time", SHAPE_AGE, {"AGE", 5, 0, true}},
    {"incident", SHAPE_TEXT, {"INCIDENT", 6, 0, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

static const struct shown people[] = {
    {"name", SHAPE_TEXT, {"NAME", 0, 0, false}},
    {"roles", SHAPE_NAMES, {"ROLES", 0, 12, false}},
    {"sources", SHAPE_NAMES, {"SOURCES", 3, 10, false}},
    {"display", SHAPE_TEXT, {"CALLED", 4, 8, false}},
    {"enrolled", SHAPE_AGE, {"ENROLLED", 5, 0, true}},
    {"revoked", SHAPE_AGE, {"REVOKED", 2, 0, true}},
    {"public", SHAPE_TEXT, {"PUBLIC KEY", 8, 0, false}},
};

static const struct shown tokens[] = {
    {"name", SHAPE_TEXT, {"NAME", 0, 0, false}},
    {"roles", SHAPE_NAMES, {"ROLES", 0, 12, false}},
    {"sources", SHAPE_NAMES, {"SOURCES", 3, 10, false}},
    {"rate", SHAPE_SOME, {"RATE", 6, 0, true}},
    {"issued", SHAPE_AGE, {"ISSUED", 5, 0, true}},
    {"used", SHAPE_AGE, {"USED", 1, 0, true}},
    {"revoked", SHAPE_AGE, {"REVOKED", 2, 0, true}},
};

static const struct shown silences[] = {
    {"silence", SHAPE_NUMBER, {"SILENCE", 0, 0, true}},
    {"state", SHAPE_TEXT, {"STATE", 5, 0, false}},
    {"until", SHAPE_LEFT, {"LEFT", 0, 0, true}},
    {"by", SHAPE_TEXT, {"BY", 3, 8, false}},
    {"source", SHAPE_TEXT, {"SOURCE", 0, 8, false}},
    {"rule", SHAPE_TEXT, {"RULE", 0, 8, false}},
    {"host", SHAPE_TEXT, {"HOST", 0, 8, false}},
    {"reason", SHAPE_TITLE, {"WHY", 2, 20, false}},
};

static const struct shown sources[] = {
    {"source", SHAPE_TEXT, {"SOURCE", 0, 12, false}},
    {"state", SHAPE_SOURCE, {"STATE", 0, 0, false}},
    {"seen", SHAPE_AGE, {"SEEN", 0, 0, true}},
    {"hour", SHAPE_NUMBER, {"LAST 1H", 1, 0, true}},
    {"day", SHAPE_NUMBER, {"LAST 24H", 3, 0, true}},
    {"unreadable", SHAPE_SOME, {"UNREADABLE", 4, 0, true}},
    {"skew_ms", SHAPE_SKEW, {"CLOCK", 2, 0, true}},
    {"interval_ms", SHAPE_SPAN, {"EVERY", 5, 0, true}},
    {"rate", SHAPE_SOME, {"QUOTA", 8, 0, true}},
    {"refused", SHAPE_SOME, {"REFUSED", 2, 0, true}},
    {"failed", SHAPE_SOME, {"DEAD", 6, 0, true}},
    {"received", SHAPE_NUMBER, {"IN ALL", 7, 0, true}},
};

static const struct shown actions[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"status", SHAPE_ACTION, {"STATUS", 0, 0, false}},
    {"due", SHAPE_DUE, {"DUE", 1, 0, true}},
    {"owner", SHAPE_TEXT, {"OWNER", 3, 8, false}},
    {"incident", SHAPE_TEXT, {"INCIDENT", 4, 0, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

struct list {
	enum verb verb;
	const char *key; /* of the rows in the answer */
	const struct shown *shown;
	size_t count;
	const char *none; /* what an empty list says */
};

#define ROWS(shown) shown, sizeof(shown) / sizeof((shown)[0])
static const struct list lists[] = {
    {VERB_list, "incidents", ROWS(incidents),
	"No incident to show. (`tocsin list --all` has closed ones, too.)"},
    {VERB_mine, "incidents", ROWS(mine),
	"Nothing is assigned to you. `tocsin next` takes the most urgent "
	"one."},
    {VERB_alert_list, "alerts", ROWS(alerts), "No alert to show."},
    {VERB_find, "found", ROWS(found), "Seen nowhere"},
    {VERB_silence_list, "silences", ROWS(silences),
	"No silence holds: every alert is heard."},
    {VERB_source_list, "sources", ROWS(sources),
	"No source: nothing was received, and nobody is enrolled to push."},
    {VERB_task_list, "tasks", ROWS(shown_tasks), "No task to show."},
    {VERB_file_list, "files", ROWS(shown_files), "It has no files."},
    {VERB_action_list, "actions", ROWS(actions),
	"No corrective action to show. (`tocsin action list --all` has those "
	"that were carried out, too.)"},
    {VERB_people_list, "people", ROWS(people), "Nobody is enrolled."},
    {VERB_token_list, "tokens", ROWS(tokens),
	"No token was ever issued. `tocsin token new` issues one."},
};

/* Appends a word as a shell takes it. */
static void
append_word(char *out, size_t size, const char *word)
{
	size_t len = strlen(out);
	const char *p;

	if (word[0] != '\0' &&
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			 "XYZ0123456789._:/@%+,-") == strlen(word)) {
		(void)snprintf(out + len, size - len, " %s", word);
		return;
	}
	len += (size_t)snprintf(out + len, size - len, " '");
	for (p = word; *p != '\0' && len + 6 < size; p++)
		len += (size_t)snprintf(
		    out + len, size - len, *p == '\'' ? "'\\''" : "%c", *p);
	if (len + 1 < size)
		(void)snprintf(out + len, size - len, "'");
}

/* Appends a field of the request as the option that it was. */
static void
append_field(
    char *out, size_t size, const struct field_row *field, const cJSON *value)
{
	char option[ARGV_NAME_MAX + 8] = "--", number[32];

	if (cJSON_IsFalse(value))
		return;
	(void)args_spelling(field, option + 2);
	if (field->must)
		option[0] = '\0';
	if (option[0] != '\0')
		append_word(out, size, option);
	if (cJSON_IsString(value)) {
		append_word(out, size, value->valuestring);
	} else if (cJSON_IsNumber(value)) {
		(void)snprintf(
		    number, sizeof(number), "%.0f", value->valuedouble);
		append_word(out, size, number);
	}
}

void
view_more(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const char *next = json_text(answer, "next");
	char command[COMMAND_MAX];
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);
	char *dot;

	if (next == NULL || next[0] == '\0')
		return;
	(void)snprintf(
	    command, sizeof(command), "tocsin %s", verb_row(verb)->name);
	while ((dot = strchr(command, '.')) != NULL)
		*dot = ' ';
	for (i = 0; i < count; i++) {
		const cJSON *value =
		    cJSON_GetObjectItemCaseSensitive(asked, rows[i].name);

		if (value != NULL && strcmp(rows[i].name, "cursor") != 0)
			append_field(command, sizeof(command), &rows[i], value);
	}
	append_word(command, sizeof(command), "--cursor");
	append_word(command, sizeof(command), next);
	(void)fprintf(
	    screen->out, "\n%s: ", verb == VERB_show ? "Earlier" : "More");
	/* Never cut: it is to be copied. */
	screen_text(screen, STYLE_DIM, command, RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
}

/*
 * An empty list in a sentence; what was sought says what it was taken for, so
 * that nobody believes that a whole network was looked for.
 */
static void
draw_none(
    const struct screen *screen, const struct list *list, const cJSON *answer)
{
	char types[SHAPE_TEXT_MAX] = "", sentence[640];

	if (list->verb != VERB_find) {
		screen_say(screen, list->none);
		return;
	}
	(void)shape_value(screen, answer, "types", SHAPE_NAMES, types);
	(void)snprintf(sentence, sizeof(sentence),
	    "%s%s%.512s. Networks and wildcards are not searched.", list->none,
	    types[0] != '\0' ? " as " : "", types);
	screen_say(screen, sentence);
}

/* What the marks of the rows mean, for who sees them on a terminal. */
static void
explain_marks(const struct screen *screen, const cJSON *rows)
{
	bool major = false, unread = false;
	const cJSON *row;

	cJSON_ArrayForEach (row, rows) {
		major |= cJSON_IsTrue(
		    cJSON_GetObjectItemCaseSensitive(row, "major"));
		unread |= cJSON_IsTrue(
		    cJSON_GetObjectItemCaseSensitive(row, "unread"));
	}
	if (screen->endless || (!major && !unread))
		return;
	(void)fputc('\n', screen->out);
	screen_text(screen, STYLE_DIM,
	    major && unread ? "! major, * unread: nobody has looked yet"
	    : major         ? "! major"
			    : "* unread: nobody has looked yet",
	    screen->columns);
	(void)fputc('\n', screen->out);
}

void
view_list(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const struct list *list = lists;
	const cJSON *rows;

	while (list->verb != verb)
		list++;
	rows = cJSON_GetObjectItemCaseSensitive(answer, list->key);
	if (shape_table(screen, rows, list->shown, list->count) == 0 &&
	    json_text(answer, "next") == NULL)
		draw_none(screen, list, answer);
	explain_marks(screen, rows);
	view_more(screen, verb, asked, answer);
}
