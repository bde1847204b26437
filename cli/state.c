/* status, whoami, jobs: how things stand. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/render.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/json.h"

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct shown workflows[] = {
    {"workflow", SHAPE_TEXT, {"WORKFLOW", 0, 0, false}},
    {"waiting", SHAPE_NUMBER, {"WAITING", 0, 0, true}},
    {"leased", SHAPE_NUMBER, {"LEASED", 2, 0, true}},
    {"retrying", SHAPE_NUMBER, {"RETRYING", 3, 0, true}},
    {"dead", SHAPE_NUMBER, {"DEAD", 0, 0, true}},
    {"done", SHAPE_NUMBER, {"DONE", 4, 0, true}},
    {"failed", SHAPE_NUMBER, {"FAILED", 5, 0, true}},
};

static const struct shown dead[] = {
    {"item", SHAPE_TEXT, {"ITEM", 0, 0, false}},
    {"number", SHAPE_NUMBER, {"NUMBER", 3, 0, true}},
    {"attempts", SHAPE_NUMBER, {"TRIES", 2, 0, true}},
    {"time", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"reason", SHAPE_TEXT, {"WHY", 0, 20, false}},
};

static const struct shown leases[] = {
    {"lease", SHAPE_NUMBER, {"LEASE", 0, 0, true}},
    {"worker", SHAPE_TEXT, {"WORKER", 0, 8, false}},
    {"first", SHAPE_NUMBER, {"FIRST", 2, 0, true}},
    {"last", SHAPE_NUMBER, {"LAST", 2, 0, true}},
    {"attempt", SHAPE_NUMBER, {"TRY", 3, 0, true}},
    {"deadline", SHAPE_TIME, {"UNTIL", 4, 0, false}},
};

static const struct shown person[] = {
    {"name", SHAPE_TEXT, COLUMN("name")},
    {"display", SHAPE_TEXT, COLUMN("called")},
    {"roles", SHAPE_NAMES, COLUMN("roles")},
    {"sources", SHAPE_NAMES, COLUMN("sources")},
    {"public", SHAPE_TEXT, COLUMN("public key")},
    {"verbs", SHAPE_COMMANDS, COLUMN("may")},
};

static const struct shown broker[] = {
    {"version", SHAPE_TEXT, COLUMN("version")},
    {"uptime_ms", SHAPE_SPAN, COLUMN("up for")},
    {"workers", SHAPE_NUMBER, COLUMN("workers")},
    {"watchers", SHAPE_NUMBER, COLUMN("watchers")},
    {"config", SHAPE_TEXT, COLUMN("config")},
    {"store", SHAPE_TEXT, COLUMN("store")},
    {"refused_auth", SHAPE_NUMBER, COLUMN("refused keys")},
    {"dropped_frames", SHAPE_NUMBER, COLUMN("dropped")},
};

static const struct shown journal[] = {
    {"durable", SHAPE_NUMBER, COLUMN("entries")},
    {"committed", SHAPE_NUMBER, COLUMN("shown")},
    {"time", SHAPE_TIME, COLUMN("last")},
};

static const struct shown intake[] = {
    {"received", SHAPE_NUMBER, COLUMN("received")},
    {"waiting", SHAPE_NUMBER, COLUMN("waiting")},
    {"kept", SHAPE_NUMBER, COLUMN("for people")},
    {"dead", SHAPE_NUMBER, COLUMN("dead")},
};

static const struct shown queues[] = {
    {"intake_bytes", SHAPE_NUMBER, COLUMN("alerts")},
    {"command_bytes", SHAPE_NUMBER, COLUMN("commands")},
};

static const struct shown severities[] = {
    {"critical", SHAPE_NUMBER, COLUMN("critical")},
    {"high", SHAPE_NUMBER, COLUMN("high")},
    {"medium", SHAPE_NUMBER, COLUMN("medium")},
    {"low", SHAPE_NUMBER, COLUMN("low")},
    {"info", SHAPE_NUMBER, COLUMN("info")},
};

/* What is wrong when the flag at key has that value. */
struct alarm {
	const char *key;
	bool when;
	const char *says;
};

static const struct alarm alarms[] = {
    {"writing", false,
	"THE JOURNAL FAILED: nothing is written; reading goes on"},
    {"intake", false,
	"THE DISK IS NEARLY FULL: alerts are refused; the rest still works"},
    {"rebuilding", true,
	"the state is being rebuilt: alerts are taken, reads may wait"},
    {"timers_held", true,
	"the clock has jumped and timers are held: `tocsin clock confirm`"},
};

static const cJSON *
at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void
draw_section(const struct screen *screen, const cJSON *object,
    const char *heading, const struct shown *shown, size_t count)
{
	if (object == NULL)
		return;
	screen_heading(screen, heading);
	shape_facts(screen, object, shown, count);
}

/* A sentence of ours, in as many rows as it needs. */
static void
draw_sentence(const struct screen *screen, enum style style, const char *text)
{
	(void)fputs(screen_style(screen, style), screen->out);
	render_block(
	    screen->out, text, strlen(text), screen->utf8, 0, screen->columns);
	(void)fputs(screen_plain(screen, style), screen->out);
}

static void
draw_alarms(const struct screen *screen, const cJSON *answer)
{
	bool calm = true;
	size_t i;

	for (i = 0; i < COUNT(alarms); i++) {
		const cJSON *flag = at(answer, alarms[i].key);

		if (!cJSON_IsBool(flag) || cJSON_IsTrue(flag) != alarms[i].when)
			continue;
		calm = false;
		draw_sentence(screen, STYLE_ALARM, alarms[i].says);
	}
	if (calm)
		draw_sentence(screen, STYLE_GOOD,
		    "The broker answers, writes and takes alerts.");
}

void
view_status(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const cJSON *incidents = at(answer, "incidents");
	char heading[64];

	(void)verb;
	(void)asked;
	draw_alarms(screen, answer);
	shape_facts(screen, answer, broker, COUNT(broker));
	draw_section(
	    screen, at(answer, "journal"), "Journal", journal, COUNT(journal));
	(void)snprintf(heading, sizeof(heading), "Open incidents: %" PRId64,
	    json_number(incidents, "open", 0));
	draw_section(screen, at(incidents, "by_severity"), heading, severities,
	    COUNT(severities));
	draw_section(
	    screen, at(answer, "alerts"), "Alerts", intake, COUNT(intake));
	draw_section(screen, at(answer, "queues"), "Bytes that wait", queues,
	    COUNT(queues));
}

void
view_whoami(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	(void)verb;
	(void)asked;
	shape_facts(screen, answer, person, COUNT(person));
}

static void
draw_rows(const struct screen *screen, const cJSON *workflow, const char *key,
    const char *what, const struct shown *shown, size_t count)
{
	char heading[SHAPE_TEXT_MAX];

	if (cJSON_GetArraySize(at(workflow, key)) == 0)
		return;
	(void)fputc('\n', screen->out);
	(void)snprintf(heading, sizeof(heading), "%s, %s",
	    shape_text(workflow, "workflow"), what);
	screen_text(screen, STYLE_BOLD, heading, screen->columns);
	(void)fputc('\n', screen->out);
	(void)shape_table(screen, at(workflow, key), shown, count);
}

void
view_jobs(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const cJSON *workflow, *rows = at(answer, "workflows");
	bool any_dead = false;

	(void)verb;
	(void)asked;
	(void)shape_table(screen, rows, workflows, COUNT(workflows));
	cJSON_ArrayForEach (workflow, rows) {
		draw_rows(screen, workflow, "leases", "leased", leases,
		    COUNT(leases));
		draw_rows(screen, workflow, "dead_items", "dead letters", dead,
		    COUNT(dead));
		any_dead |= json_number(workflow, "dead", 0) > 0;
	}
	if (!any_dead)
		return;
	(void)fputc('\n', screen->out);
	screen_say(screen,
	    "`tocsin jobs retry WORKFLOW [NUMBER]` gives them another try.");
}
