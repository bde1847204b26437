/* show and alert show: one thing with all that is known of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/render.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/json.h"
#include "protocol/words.h"

enum {
	INDENT = 2,
	DEEP = 4,
	DEEPER = 6,
	BESIDE_TIME = 72,
	TEXTS_MAX = 8,
	SENTENCE_MAX = 2048
};

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct shown incident_facts[] = {
    {"severity", SHAPE_SEVERITY, COLUMN("severity")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"assignee", SHAPE_TEXT, COLUMN("assignee")},
    {"revision", SHAPE_NUMBER, COLUMN("revision")},
    {"kind", SHAPE_TEXT, COLUMN("kind")},
    {"classification", SHAPE_TEXT, COLUMN("class")},
    {"tlp", SHAPE_TLP, COLUMN("TLP")},
    {"pap", SHAPE_PAP, COLUMN("PAP")},
    {"verdict", SHAPE_VERDICT, COLUMN("verdict")},
    {"impact", SHAPE_VERDICT, COLUMN("impact")},
    {"opened_by", SHAPE_TEXT, COLUMN("opened by")},
    {"source", SHAPE_TEXT, COLUMN("source")},
    {"follows", SHAPE_TEXT, COLUMN("follows")},
    {"umbrella", SHAPE_FLAG, COLUMN("umbrella")},
    {"occurred", SHAPE_TIME, COLUMN("occurred")},
    {"detected", SHAPE_TIME, COLUMN("detected")},
    {"opened", SHAPE_TIME, COLUMN("opened")},
    {"acknowledged", SHAPE_TIME, COLUMN("acknowledged")},
    {"triaged", SHAPE_TIME, COLUMN("triaged")},
    {"contained", SHAPE_TIME, COLUMN("contained")},
    {"resolved", SHAPE_TIME, COLUMN("resolved")},
    {"closed", SHAPE_TIME, COLUMN("closed")},
    {"updated", SHAPE_TIME, COLUMN("updated")},
    {"tags", SHAPE_NAMES, COLUMN("tags")},
    {"techniques", SHAPE_NAMES, COLUMN("techniques")},
};

static const struct shown delivery_facts[] = {
    {"source", SHAPE_TEXT, COLUMN("source")},
    {"pushed_by", SHAPE_TEXT, COLUMN("pushed by")},
    {"received", SHAPE_TIME, COLUMN("received")},
    {"disposition", SHAPE_TEXT, COLUMN("triage")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"parts_count", SHAPE_NUMBER, COLUMN("parts")},
};

static const struct shown part_facts[] = {
    {"severity", SHAPE_SEVERITY, COLUMN("severity")},
    {"severity_raw", SHAPE_TEXT, COLUMN("as sent")},
    {"disposition", SHAPE_TEXT, COLUMN("triage")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"incident", SHAPE_TEXT, COLUMN("incident")},
    {"classification", SHAPE_TEXT, COLUMN("class")},
    {"rule", SHAPE_TEXT, COLUMN("rule")},
    {"host", SHAPE_TEXT, COLUMN("host")},
    {"user", SHAPE_TEXT, COLUMN("user")},
    {"occurred", SHAPE_TIME, COLUMN("occurred")},
    {"techniques", SHAPE_NAMES, COLUMN("techniques")},
    {"url", SHAPE_TEXT, COLUMN("url")},
};

static const struct shown attached[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 2, 0, false}},
    {"disposition", SHAPE_TEXT, {"TRIAGE", 3, 0, false}},
    {"received", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"source", SHAPE_TEXT, {"SOURCE", 5, 8, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
    {"host", SHAPE_TEXT, {"HOST", 6, 8, false}},
};

static const struct shown observables[] = {
    {"type", SHAPE_TEXT, {"TYPE", 0, 0, false}},
    {"value", SHAPE_TEXT, {"VALUE", 0, 20, false}},
};

/* What one may want to type next, by the state of the incident. */
struct step {
	bool open, closed, unassigned;
	const char *command, *help;
};

static const struct step steps[] = {
    {true, false, true, "assign %s", "take it"},
    {true, false, false, "comment %s \"...\"", "say what you found"},
    {true, false, false, "close %s --fp \"...\"", "a false positive"},
    {true, false, false, "close %s --tp --impact none --root-cause \"...\"",
	"a real one"},
    {false, true, false, "reopen %s \"...\"", "it is not over"},
};

/* Where an open incident goes next, by the order of the statuses. */
static const char *
next_status(const char *status)
{
	int now = words_value(WORDS_STATUS, status), to;

	if (now < 0 || now >= STATUS_COUNT)
		return NULL;
	for (to = now + 1; to < STATUS_COUNT; to++)
		if (status_may_become((enum status)now, (enum status)to))
			return words_name(WORDS_STATUS, to);
	return NULL;
}

static void
draw_step(const struct screen *screen, const char *command, const char *help)
{
	size_t columns = strlen(command) + INDENT;

	(void)fprintf(screen->out, "%*stocsin ", INDENT, "");
	screen_text(screen, STYLE_NOTICE, command, RENDER_NO_LIMIT);
	if (columns + 48 < screen->columns + 24)
		(void)fprintf(screen->out, "%*s%s%s%s",
		    columns < 46 ? (int)(46 - columns) : 2, "",
		    screen_style(screen, STYLE_DIM), help,
		    screen_plain(screen, STYLE_DIM));
	(void)fputc('\n', screen->out);
}

static void
draw_steps(const struct screen *screen, const cJSON *answer)
{
	const char *id = shape_text(answer, "id");
	const char *status = shape_text(answer, "status");
	const char *to = next_status(status);
	int value = words_value(WORDS_STATUS, status);
	bool open = value >= 0 && status_is_open((enum status)value);
	bool unassigned = shape_text(answer, "assignee")[0] == '\0';
	char command[128];
	size_t i;

	screen_heading(screen, "Next");
	for (i = 0; i < COUNT(steps); i++) {
		if ((open ? !steps[i].open : !steps[i].closed) ||
		    (steps[i].unassigned && !unassigned))
			continue;
		(void)snprintf(command, sizeof(command), steps[i].command, id);
		draw_step(screen, command, steps[i].help);
	}
	if (open && to != NULL) {
		(void)snprintf(command, sizeof(command), "move %s %s", id, to);
		draw_step(screen, command,
		    words_help(WORDS_STATUS, words_value(WORDS_STATUS, to)));
	}
}

/* "INC-3  title", with what must not be overlooked. */
static void
draw_title(const struct screen *screen, const cJSON *object)
{
	const char *id = shape_text(object, "id");
	const char *title = json_text(object, "title");
	size_t room = screen->columns;
	char head[SENTENCE_MAX];

	(void)snprintf(head, sizeof(head), "%s  %s", id,
	    title != NULL ? title : "(erased)");
	(void)fputs(screen_style(screen, STYLE_BOLD), screen->out);
	render_hanging(screen->out, head, strlen(head), screen->utf8,
	    render_columns(id, screen->utf8) + 2, room);
	(void)fputs(screen_plain(screen, STYLE_BOLD), screen->out);
}

static void
draw_warnings(const struct screen *screen, const cJSON *object)
{
	static const struct {
		const char *key, *says;
	} warnings[] = {
	    {"major", "MAJOR INCIDENT"},
	    {"unread",
		"UNREAD: nobody has looked since an alert opened or raised it"},
	    {"resolved_by_source",
		"its sources say that all of its alerts are over"},
	};
	size_t i;

	for (i = 0; i < COUNT(warnings); i++)
		if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
			object, warnings[i].key))) {
			(void)fprintf(screen->out, "%*s", INDENT, "");
			screen_text(screen, i == 2 ? STYLE_GOOD : STYLE_ALARM,
			    warnings[i].says, screen->columns);
			(void)fputc('\n', screen->out);
		}
}

static void
draw_text(const struct screen *screen, const cJSON *object, const char *key,
    const char *heading)
{
	const char *text = json_text(object, key);

	if (text == NULL || text[0] == '\0')
		return;
	screen_heading(screen, heading);
	render_block(screen->out, text, strlen(text), screen->utf8, INDENT,
	    screen->columns);
}

static void
draw_table(const struct screen *screen, const cJSON *object, const char *key,
    const char *heading, const struct shown *shown, size_t count)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(object, key);

	if (cJSON_GetArraySize(rows) == 0)
		return;
	screen_heading(screen, heading);
	(void)shape_table(screen, rows, shown, count);
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
	    view_event_words(event, words, sizeof(words)));
	render_hanging(screen->out, line, strlen(line), screen->utf8, indent,
	    screen->columns);
}

void
view_history(
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
view_show(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	draw_title(screen, answer);
	draw_warnings(screen, answer);
	shape_facts(screen, answer, incident_facts, COUNT(incident_facts));
	draw_text(screen, answer, "description", "Description");
	draw_text(screen, answer, "root_cause", "Root cause");
	draw_text(screen, answer, "comment", "Closing comment");
	draw_table(screen, answer, "observables", "Observables", observables,
	    COUNT(observables));
	draw_table(
	    screen, answer, "attached", "Alerts", attached, COUNT(attached));
	view_history(screen,
	    cJSON_GetObjectItemCaseSensitive(answer, "history"),
	    shape_text(answer, "id"));
	view_more(screen, verb, asked, answer);
	draw_steps(screen, answer);
}

/* Why triage decided so: the sentences, or where erased the codes. */
static void
draw_reasons(const struct screen *screen, const cJSON *part)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(part, "reasons");
	const cJSON *reason;
	char line[SENTENCE_MAX];

	if (cJSON_GetArraySize(list) == 0)
		list = cJSON_GetObjectItemCaseSensitive(part, "codes");
	cJSON_ArrayForEach (reason, list) {
		const char *text = cJSON_IsString(reason)
				       ? reason->valuestring
				       : shape_text(reason, "text");

		(void)snprintf(line, sizeof(line), "- %s", text);
		render_block(screen->out, line, strlen(line), screen->utf8,
		    INDENT, screen->columns);
	}
}

static void
draw_part(const struct screen *screen, const cJSON *part)
{
	(void)fputc('\n', screen->out);
	draw_title(screen, part);
	shape_facts(screen, part, part_facts, COUNT(part_facts));
	draw_reasons(screen, part);
	draw_text(screen, part, "description", "Description");
	draw_table(screen, part, "observables", "Observables", observables,
	    COUNT(observables));
}

static void
draw_payload_hint(const struct screen *screen, const cJSON *answer)
{
	const cJSON *payload =
	    cJSON_GetObjectItemCaseSensitive(answer, "payload");
	const char *delivery = shape_text(answer, "delivery");

	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(payload, "erased")))
		(void)fprintf(screen->out, "\nThe payload was erased.\n");
	else if (!cJSON_HasObjectItem(payload, "attachment"))
		(void)fprintf(screen->out,
		    "\nPayload: %" PRId64 " bytes; `tocsin alert show ",
		    json_number(payload, "bytes", 0));
	else
		return;
	if (!cJSON_HasObjectItem(payload, "erased")) {
		screen_text(screen, STYLE_PLAIN, delivery, screen->columns);
		(void)fprintf(screen->out, " --payload` shows it\n");
	}
}

void
view_alert_show(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const cJSON *decision =
	    cJSON_GetObjectItemCaseSensitive(answer, "decision");
	const cJSON *part;

	(void)verb;
	(void)asked;
	screen_text(
	    screen, STYLE_BOLD, shape_text(answer, "id"), screen->columns);
	(void)fputc('\n', screen->out);
	shape_facts(screen, answer, delivery_facts, COUNT(delivery_facts));
	draw_text(screen, decision, "fault", "Why it could not be read");
	cJSON_ArrayForEach (
	    part, cJSON_GetObjectItemCaseSensitive(answer, "parts"))
		draw_part(screen, part);
	view_history(screen,
	    cJSON_GetObjectItemCaseSensitive(answer, "history"),
	    shape_text(answer, "id"));
	draw_payload_hint(screen, answer);
}
