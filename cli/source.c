/* source show: how a source stands, and what befell it. */
#include <stdio.h>

#include "cli/story.h"
#include "cli/view.h"

#define COLUMN(title)                                                          \
	{                                                                      \
		title, 0, 0, false                                             \
	}

static const struct shown facts[] = {
    {"state", SHAPE_SOURCE, COLUMN("state")},
    {"seen", SHAPE_TIME, COLUMN("last heard")},
    {"silent_since", SHAPE_TIME, COLUMN("silent since")},
    {"alert", SHAPE_TEXT, COLUMN("alert of it")},
    {"interval_ms", SHAPE_SPAN, COLUMN("heard every")},
    {"interval_by", SHAPE_TEXT, COLUMN("says")},
    {"due", SHAPE_TIME, COLUMN("due")},
    {"skew_ms", SHAPE_SKEW, COLUMN("its clock")},
    {"received", SHAPE_NUMBER, COLUMN("received")},
    {"hour", SHAPE_NUMBER, COLUMN("last hour")},
    {"day", SHAPE_NUMBER, COLUMN("last 24 h")},
    {"rate", SHAPE_NUMBER, COLUMN("quota a second")},
    {"burst", SHAPE_NUMBER, COLUMN("at once")},
    {"refused", SHAPE_NUMBER, COLUMN("over it")},
    {"unreadable", SHAPE_NUMBER, COLUMN("unreadable")},
    {"failed", SHAPE_NUMBER, COLUMN("dead letters")},
};

void
view_source_show(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer)
{
	screen_text(
	    screen, STYLE_BOLD, shape_text(answer, "source"), screen->columns);
	(void)fputc('\n', screen->out);
	shape_facts(screen, answer, facts, sizeof(facts) / sizeof(facts[0]));
	story_history(screen,
	    cJSON_GetObjectItemCaseSensitive(answer, "history"),
	    shape_text(answer, "source"));
	view_more(screen, verb, asked, answer);
}
