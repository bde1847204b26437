/* review: what an incident teaches, as far as it was said and can be told. */
#include <stdio.h>
#include <string.h>

#include "cli/story.h"
#include "cli/view.h"
#include "protocol/json.h"

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct shown facts[] = {
    {"severity", SHAPE_SEVERITY, COLUMN("severity")},
    {"status", SHAPE_STATUS, COLUMN("status")},
    {"verdict", SHAPE_VERDICT, COLUMN("verdict")},
    {"impact", SHAPE_VERDICT, COLUMN("impact")},
    {"tlp", SHAPE_TLP, COLUMN("TLP")},
    {"alerts", SHAPE_COUNT, COLUMN("alerts")},
};

static const struct shown review_facts[] = {
    {"state", SHAPE_TEXT, COLUMN("review")},
    {"drafted", SHAPE_TIME, COLUMN("drafted")},
    {"updated", SHAPE_TIME, COLUMN("updated")},
    {"approved", SHAPE_TIME, COLUMN("approved")},
    {"approved_by", SHAPE_TEXT, COLUMN("by")},
    {"cost", SHAPE_NUMBER, COLUMN("cost")},
};

static const struct shown times[] = {
    {"time", SHAPE_TIMES, {"TIME TO", 0, 0, false}},
    {"ms", SHAPE_SPAN, {"TOOK", 0, 0, true}},
    {"from_entry", SHAPE_NUMBER, {"FROM ENTRY", 0, 0, true}},
    {"from_at", SHAPE_TIME, {"AT", 3, 0, false}},
    {"to_entry", SHAPE_NUMBER, {"TO ENTRY", 0, 0, true}},
    {"to_at", SHAPE_TIME, {"AT", 2, 0, false}},
};

static const struct shown actions[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"status", SHAPE_ACTION, {"STATUS", 0, 0, false}},
    {"due", SHAPE_DUE, {"DUE", 1, 0, true}},
    {"owner", SHAPE_TEXT, {"OWNER", 3, 8, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

static const struct shown similar[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 3, 0, false}},
    {"verdict", SHAPE_VERDICT, {"VERDICT", 2, 0, false}},
    {"opened", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

static void
flatten(cJSON *row, const cJSON *moment, const char *at, const char *entry)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(moment, "entry");

	(void)cJSON_AddItemToObject(
	    row, at, cJSON_CreateString(shape_text(moment, "at")));
	if (value != NULL)
		(void)cJSON_AddItemToObject(
		    row, entry, cJSON_Duplicate(value, false));
}

static void
draw_times(const struct screen *screen, const cJSON *answer)
{
	const cJSON *row;
	cJSON *flat = cJSON_CreateObject();
	cJSON *rows = cJSON_AddArrayToObject(flat, "times");
	cJSON *copy;

	cJSON_ArrayForEach (
	    row, cJSON_GetObjectItemCaseSensitive(answer, "times")) {
		copy = cJSON_Duplicate(row, false);
		(void)cJSON_AddItemToObject(
		    copy, "time", cJSON_CreateString(shape_text(row, "time")));
		(void)cJSON_AddItemToObject(copy, "ms",
		    cJSON_Duplicate(
			cJSON_GetObjectItemCaseSensitive(row, "ms"), false));
		flatten(copy, cJSON_GetObjectItemCaseSensitive(row, "from"),
		    "from_at", "from_entry");
		flatten(copy, cJSON_GetObjectItemCaseSensitive(row, "to"),
		    "to_at", "to_entry");
		(void)cJSON_AddItemToArray(rows, copy);
	}
	story_table(screen, flat, "times", "Times", times, COUNT(times));
	cJSON_Delete(flat);
}

void
view_review(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	static const struct {
		const char *command, *help;
	} steps[] = {
	    {"tocsin review %s --edit --went-well \"...\"", "fill it in"},
	    {"tocsin action add %s \"...\" --due 14d",
		"have something done about it"},
	    {"tocsin report %s --format html -o report.html",
		"for people who have no key"},
	};
	const cJSON *review =
	    cJSON_GetObjectItemCaseSensitive(answer, "review");
	struct story_step next[COUNT(steps)];
	size_t i;

	(void)verb;
	(void)asked;
	story_title(screen, answer);
	shape_facts(screen, answer, facts, COUNT(facts));
	shape_facts(screen, review, review_facts, COUNT(review_facts));
	draw_times(screen, answer);
	story_text(screen, review, "summary", "Summary");
	story_text(screen,
	    json_text(review, "root_cause") != NULL ? review : answer,
	    "root_cause", "Root cause");
	story_text(screen, review, "went_well", "What went well");
	story_text(screen, review, "went_badly", "What went badly");
	story_text(screen, review, "to_improve", "What is to be done better");
	story_table(screen, answer, "actions", "Corrective actions", actions,
	    COUNT(actions));
	story_observables(screen, answer);
	story_table(screen, answer, "similar", "Similar earlier incidents",
	    similar, COUNT(similar));
	for (i = 0; i < COUNT(steps); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(next[i].command, STORY_COMMAND_MAX,
		    steps[i].command, shape_text(answer, "id"));
#pragma GCC diagnostic pop
		next[i].help = steps[i].help;
	}
	story_steps(screen, next, COUNT(steps));
}
