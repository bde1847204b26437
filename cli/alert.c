/* alert show: a delivery, its parts, and what triage made of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/render.h"
#include "cli/story.h"
#include "cli/view.h"
#include "protocol/json.h"

enum { INDENT = 2, SENTENCE_MAX = 2048 };

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct shown delivery_facts[] = {
    {"source", SHAPE_TEXT, COLUMN("source")},
    {"pushed_by", SHAPE_TEXT, COLUMN("pushed by")},
    {"received", SHAPE_TIME, COLUMN("received")},
    {"disposition", SHAPE_TEXT, COLUMN("triage")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"test", SHAPE_FLAG, COLUMN("a test")},
    {"parts_count", SHAPE_NUMBER, COLUMN("parts")},
};

static const struct shown part_facts[] = {
    {"severity", SHAPE_SEVERITY, COLUMN("severity")},
    {"severity_raw", SHAPE_TEXT, COLUMN("as sent")},
    {"disposition", SHAPE_TEXT, COLUMN("triage")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"silence", SHAPE_NUMBER, COLUMN("silence")},
    {"incident", SHAPE_TEXT, COLUMN("incident")},
    {"classification", SHAPE_TEXT, COLUMN("class")},
    {"rule", SHAPE_TEXT, COLUMN("rule")},
    {"host", SHAPE_TEXT, COLUMN("host")},
    {"user", SHAPE_TEXT, COLUMN("user")},
    {"src_ip", SHAPE_TEXT, COLUMN("from")},
    {"dst_ip", SHAPE_TEXT, COLUMN("to")},
    {"occurred", SHAPE_TIME, COLUMN("occurred")},
    {"techniques", SHAPE_NAMES, COLUMN("techniques")},
    {"url", SHAPE_TEXT, COLUMN("url")},
    {"hash", SHAPE_TEXT, COLUMN("hash")},
    {"dedup", SHAPE_TEXT, COLUMN("their id")},
};

/* What one may want to type next about an alert that nobody dealt with. */
struct step {
	bool unreadable; /* only for those */
	const char *command, *help;
};

static const struct step steps[] = {
    {false, "tocsin alert promote %s", "open an incident for it"},
    {false, "tocsin alert close %s \"...\"", "no incident; say why"},
    {false, "tocsin alert ack %s", "seen, nothing more yet"},
    {true, "tocsin alert retry %s", "have it triaged again"},
};

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
	story_title(screen, part);
	shape_facts(screen, part, part_facts, COUNT(part_facts));
	draw_reasons(screen, part);
	story_text(screen, part, "description", "Description");
	story_observables(screen, part);
}

static void
draw_payload_hint(const struct screen *screen, const cJSON *answer)
{
	const cJSON *payload =
	    cJSON_GetObjectItemCaseSensitive(answer, "payload");

	if (cJSON_HasObjectItem(payload, "erased"))
		(void)fprintf(screen->out, "\nThe payload was erased.\n");
	else if (!cJSON_HasObjectItem(payload, "attachment"))
		(void)fprintf(screen->out,
		    "\nPayload: %" PRId64 " bytes; --payload shows it, --out "
		    "FILE keeps it as it came.\n",
		    json_number(payload, "bytes", 0));
}

/* Those that are in no incident and not closed wait for a person. */
static void
draw_steps(const struct screen *screen, const cJSON *answer)
{
	const char *status = shape_text(answer, "status");
	bool unreadable =
	    strcmp(shape_text(answer, "disposition"), "unreadable") == 0;
	struct story_step next[STORY_STEPS_MAX];
	size_t i, count = 0;

	if (strcmp(status, "new") != 0 && strcmp(status, "acknowledged") != 0)
		return;
	for (i = 0; i < COUNT(steps); i++) {
		if (steps[i].unreadable && !unreadable)
			continue;
		(void)snprintf(next[count].command, STORY_COMMAND_MAX,
		    steps[i].command, shape_text(answer, "id"));
		next[count++].help = steps[i].help;
	}
	story_steps(screen, next, count);
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
	story_text(screen, decision, "fault", "Why it could not be read");
	cJSON_ArrayForEach (
	    part, cJSON_GetObjectItemCaseSensitive(answer, "parts"))
		draw_part(screen, part);
	story_history(screen,
	    cJSON_GetObjectItemCaseSensitive(answer, "history"),
	    shape_text(answer, "id"));
	draw_payload_hint(screen, answer);
	draw_steps(screen, answer);
}

/* ---- alert outcome ---- */

static const struct shown outcome_facts[] = {
    {"source", SHAPE_TEXT, {"source", 0, 0, false}},
    {"received", SHAPE_TIME, {"received", 0, 0, false}},
    {"disposition", SHAPE_TEXT, {"triage", 0, 0, false}},
    {"status", SHAPE_STATUS, {"status", 0, 0, false}},
};

static const struct shown outcome_parts[] = {
    {"alert", SHAPE_TEXT, {"ALERT", 0, 0, false}},
    {"disposition", SHAPE_TEXT, {"TRIAGE", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 0, 0, false}},
    {"incident", SHAPE_TEXT, {"INCIDENT", 0, 0, false}},
    {"incident_status", SHAPE_STATUS, {"WHICH IS", 1, 0, false}},
    {"verdict", SHAPE_TEXT, {"VERDICT", 2, 0, false}},
};

void
view_alert_outcome(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer)
{
	(void)verb;
	(void)asked;
	screen_text(
	    screen, STYLE_BOLD, shape_text(answer, "alert"), RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
	shape_facts(screen, answer, outcome_facts,
	    sizeof(outcome_facts) / sizeof(outcome_facts[0]));
	story_table(screen, answer, "parts", "What became of it", outcome_parts,
	    sizeof(outcome_parts) / sizeof(outcome_parts[0]));
}
