/* show: an incident with all that is known of it. */
#include <stdio.h>
#include <string.h>

#include "cli/shown.h"
#include "cli/story.h"
#include "cli/view.h"
#include "protocol/json.h"
#include "protocol/words.h"

enum { INDENT = 2 };

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct shown incident_facts[] = {
    {"severity", SHAPE_SEVERITY, COLUMN("severity")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"assignee", SHAPE_PERSON, COLUMN("assignee")},
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
    {"merged_into", SHAPE_TEXT, COLUMN("merged into")},
    {"merged", SHAPE_NAMES, COLUMN("merged")},
    {"restricted_to", SHAPE_NAMES, COLUMN("only for")},
    {"umbrella", SHAPE_FLAG, COLUMN("umbrella")},
    {"level", SHAPE_SOME, COLUMN("escalated")},
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

static const struct shown attached[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 2, 0, false}},
    {"disposition", SHAPE_TEXT, {"TRIAGE", 3, 0, false}},
    {"received", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"source", SHAPE_TEXT, {"SOURCE", 5, 8, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
    {"host", SHAPE_TEXT, {"HOST", 6, 8, false}},
};

static const struct shown links[] = {
    {"relation", SHAPE_TEXT, {"RELATION", 0, 0, false}},
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 2, 0, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

static const struct shown targets[] = {
    {"target", SHAPE_TEXT, {"TARGET", 0, 0, false}},
    {"within_ms", SHAPE_SPAN, {"WITHIN", 0, 0, true}},
    {"used_ms", SHAPE_SPAN, {"USED", 0, 0, true}},
    {"state", SHAPE_TARGET, {"STATE", 0, 0, false}},
    {"due", SHAPE_DUE, {"LEFT", 0, 0, true}},
    {"due", SHAPE_TIME, {"DUE", 2, 0, false}},
};

/* What one may want to type next, by the state of the incident. */
struct step {
	bool open, closed, unassigned;
	const char *command, *help;
};

static const struct step steps[] = {
    {true, false, true, "tocsin assign %s", "take it"},
    {true, false, false, "tocsin comment %s \"...\"", "say what you found"},
    {true, false, false, "tocsin escalate %s \"...\"",
	"have others look at it"},
    {true, false, false, "tocsin close %s --fp \"...\"", "a false positive"},
    {true, false, false,
	"tocsin close %s --tp --impact none --root-cause \"...\"",
	"a real one"},
    {false, true, false, "tocsin reopen %s \"...\"", "it is not over"},
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
draw_steps(const struct screen *screen, const cJSON *answer)
{
	const char *id = shape_text(answer, "id");
	const char *status = shape_text(answer, "status");
	const char *to = next_status(status);
	int value = words_value(WORDS_STATUS, status);
	bool open = value >= 0 && status_is_open((enum status)value);
	bool unassigned = shape_text(answer, "assignee")[0] == '\0';
	struct story_step next[STORY_STEPS_MAX];
	size_t i, count = 0;

	for (i = 0; i < COUNT(steps); i++) {
		if ((open ? !steps[i].open : !steps[i].closed) ||
		    (steps[i].unassigned && !unassigned))
			continue;
		(void)snprintf(next[count].command, STORY_COMMAND_MAX,
		    steps[i].command, id);
		next[count++].help = steps[i].help;
	}
	if (open && to != NULL) {
		(void)snprintf(next[count].command, STORY_COMMAND_MAX,
		    "tocsin move %s %s", id, to);
		next[count++].help =
		    words_help(WORDS_STATUS, words_value(WORDS_STATUS, to));
	}
	story_steps(screen, next, count);
}

static void
draw_warnings(const struct screen *screen, const cJSON *object)
{
	static const struct {
		const char *key, *says;
	} warnings[] = {
	    {"major", "MAJOR INCIDENT"},
	    {"overdue", "OVERDUE: a target is missed"},
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
			screen_text(screen, i == 3 ? STYLE_GOOD : STYLE_ALARM,
			    warnings[i].says, screen->columns);
			(void)fputc('\n', screen->out);
		}
}

/* The id that was typed leads elsewhere since a merge. */
static void
draw_asked(const struct screen *screen, const cJSON *answer)
{
	const char *asked = shape_text(answer, "asked");

	if (asked[0] == '\0')
		return;
	(void)fprintf(screen->out, "%*s%s was merged into it (show %s --own)\n",
	    INDENT, "", asked, asked);
}

void
view_show(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	story_title(screen, answer);
	draw_asked(screen, answer);
	draw_warnings(screen, answer);
	shape_facts(screen, answer, incident_facts, COUNT(incident_facts));
	story_table(
	    screen, answer, "targets", "Targets", targets, COUNT(targets));
	story_table(screen, answer, "tasks", "Tasks", shown_tasks, SHOWN_TASKS);
	story_table(screen, answer, "files", "Files", shown_files, SHOWN_FILES);
	story_text(screen, answer, "description", "Description");
	story_text(screen, answer, "root_cause", "Root cause");
	story_text(screen, answer, "comment", "Closing comment");
	story_observables(screen, answer);
	story_table(
	    screen, answer, "attached", "Alerts", attached, COUNT(attached));
	story_table(screen, answer, "links", "Links", links, COUNT(links));
	story_history(screen,
	    cJSON_GetObjectItemCaseSensitive(answer, "history"),
	    shape_text(answer, "id"));
	view_more(screen, verb, asked, answer);
	draw_steps(screen, answer);
}
