/* What a write says that it did, in one line; and the plainest view of all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/render.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "protocol/json.h"

enum { LINE_MAX_BYTES = 512 };

struct deed {
	enum verb verb;
	const char *id; /* of the thing, in the answer */
	const char *words; /* behind it */
	const char *asked; /* field of the request that follows, or NULL */
	const char *otherwise; /* what follows where it was not said */
};

static const struct deed deeds[] = {
    {VERB_open, "id", "opened", NULL, NULL},
    {VERB_update, "id", "updated", NULL, NULL},
    {VERB_comment, "id", "commented", NULL, NULL},
    {VERB_assign, "id", "assigned to", "to", "you"},
    {VERB_move, "id", "moved to", "to", NULL},
    {VERB_close, "id", "closed as", "verdict", NULL},
    {VERB_reopen, "id", "reopened", NULL, NULL},
    {VERB_hold, "id", "on hold", NULL, NULL},
    {VERB_resume, "id", "goes on", NULL, NULL},
    {VERB_cancel, "id", "cancelled", NULL, NULL},
    {VERB_merge, "id", "merged into", "into", NULL},
    {VERB_unmerge, "id", "stands for itself again", NULL, NULL},
    {VERB_split, "id", "opened, split off", "incident", NULL},
    {VERB_link, "id", "linked to", "to", NULL},
    {VERB_unlink, "id", "no longer linked to", "to", NULL},
    {VERB_restrict, "id", "restricted to you, its assignee and", "to",
	"nobody else"},
    {VERB_unrestrict, "id", "shown to everybody again", NULL, NULL},
    {VERB_escalate, "id", "escalated to level", NULL, NULL},
    {VERB_source_update, "source", "has the interval", "interval",
	"that configuration says"},
    {VERB_file_put, "id", "has a new file", NULL, NULL},
    {VERB_file_get, "id", "gave you a file to read", NULL, NULL},
    {VERB_file_discard, "id", "lost file", NULL, NULL},
    {VERB_task_add, "id", "has a new task", NULL, NULL},
    {VERB_task_update, "id", "task", NULL, NULL},
    {VERB_review_update, "id", "review filled in", NULL, NULL},
    {VERB_action_add, "id", "proposed for", "incident", NULL},
    {VERB_action_update, "id", "updated", NULL, NULL},
    {VERB_alert_ack, "id", "acknowledged", NULL, NULL},
    {VERB_alert_close, "id", "closed as", "verdict", "false_positive"},
    {VERB_alert_promote, "alert", "promoted to", NULL, NULL},
    {VERB_alert_retry, "id", "goes through triage again", NULL, NULL},
    {VERB_people_enrol, "name", "enrolled as", "roles", NULL},
    {VERB_people_revoke, "name", "revoked", NULL, NULL},
    {VERB_token_revoke, "name", "revoked", NULL, NULL},
    {VERB_clock_confirm, NULL, "The clock is confirmed; timers go on", NULL,
	NULL},
};

static const struct deed *
deed_of(enum verb verb)
{
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (deeds[i].verb == verb)
			return &deeds[i];
	return NULL;
}

/* "3", and what was said of its status: "3 is done". */
static void
task_of(const struct screen *screen, const struct deed *deed,
    const cJSON *asked, const cJSON *answer, char out[SHAPE_TEXT_MAX])
{
	const char *status = shape_text(asked, "status");
	size_t len;

	(void)shape_value(screen, answer, "task", SHAPE_NUMBER, out);
	len = strlen(out);
	if (deed->verb == VERB_task_update)
		(void)snprintf(out + len, SHAPE_TEXT_MAX - len, " %s%s",
		    status[0] != '\0' ? "is " : "",
		    status[0] != '\0' ? status : "changed");
}

/* "2, for good", and where the same bytes are kept all the same. */
static void
discarded_of(const cJSON *answer, char out[SHAPE_TEXT_MAX])
{
	int64_t kept = json_number(answer, "kept", 0);
	int len = snprintf(out, SHAPE_TEXT_MAX, "%" PRId64 ", for good",
	    json_number(answer, "file", 0));

	if (kept > 0)
		(void)snprintf(out + len, SHAPE_TEXT_MAX - (size_t)len,
		    "; its bytes stay until %" PRId64
		    " other file%s with the same ones %s discarded, too",
		    kept, kept == 1 ? "" : "s", kept == 1 ? "is" : "are");
}

static void
add_count(char out[SHAPE_TEXT_MAX], const cJSON *answer, const char *key,
    const char *one, const char *many)
{
	int64_t count = json_number(answer, key, 0);
	size_t len = strlen(out);

	if (count > 0)
		(void)snprintf(out + len, SHAPE_TEXT_MAX - len,
		    "%s%" PRId64 " %s", len > 0 ? ", " : "", count,
		    count == 1 ? one : many);
}

/* What they had, and who has it now. */
static void
handed_over(const cJSON *asked, const cJSON *answer, char out[SHAPE_TEXT_MAX])
{
	const char *to = shape_text(asked, "to");
	int64_t kept = json_number(answer, "actions_kept", 0);
	char what[SHAPE_TEXT_MAX] = "";
	size_t len;

	add_count(what, answer, "incidents", "incident", "incidents");
	add_count(what, answer, "tasks", "task", "tasks");
	add_count(what, answer, "actions", "action", "actions");
	out[0] = '\0';
	if (what[0] != '\0' && (to[0] == '\0' || strcmp(to, "none") == 0))
		(void)snprintf(
		    out, SHAPE_TEXT_MAX, "; back in the queue: %.512s", what);
	else if (what[0] != '\0')
		(void)snprintf(
		    out, SHAPE_TEXT_MAX, "; now with %.64s: %.512s", to, what);
	len = strlen(out);
	if (kept > 0)
		len += (size_t)snprintf(out + len, SHAPE_TEXT_MAX - len,
		    "; %" PRId64 " corrective action%s still theirs: give "
		    "%s to somebody with `tocsin action update`",
		    kept, kept == 1 ? " is" : "s are",
		    kept == 1 ? "it" : "them");
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "more")))
		(void)snprintf(out + len, SHAPE_TEXT_MAX - len,
		    "; there are more: say it again");
}

/* What follows the words: from the request, from the answer, or fixed. */
static const char *
object_of(const struct screen *screen, const struct deed *deed,
    const cJSON *asked, const cJSON *answer, char out[SHAPE_TEXT_MAX])
{
	out[0] = '\0';
	if (deed->verb == VERB_alert_promote)
		return shape_text(answer, "id");
	if (deed->verb == VERB_escalate) {
		(void)shape_value(screen, answer, "level", SHAPE_NUMBER, out);
		return out;
	}
	if (deed->verb == VERB_people_revoke) {
		handed_over(asked, answer, out);
		return out;
	}
	if (deed->verb == VERB_file_discard) {
		discarded_of(answer, out);
		return out;
	}
	if (deed->verb == VERB_task_add || deed->verb == VERB_task_update) {
		task_of(screen, deed, asked, answer, out);
		return out;
	}
	if (deed->asked == NULL)
		return out;
	(void)shape_value(screen, asked, deed->asked,
	    cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(asked, deed->asked))
		? SHAPE_NAMES
		: SHAPE_TEXT,
	    out);
	if (out[0] == '\0' && deed->otherwise != NULL)
		return deed->otherwise;
	return strcmp(out, "none") == 0 ? "nobody" : out;
}

void
view_done(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const struct deed *deed = deed_of(verb);
	int64_t revision = json_number(answer, "revision", 0);
	char line[LINE_MAX_BYTES], object[SHAPE_TEXT_MAX], end[64] = "";
	const char *what;

	if (deed == NULL) {
		view_plain(screen, verb, asked, answer);
		return;
	}
	what = object_of(screen, deed, asked, answer, object);
	if (revision > 0)
		(void)snprintf(
		    end, sizeof(end), " (revision %" PRId64 ")", revision);
	(void)snprintf(line, sizeof(line), "%s%s%s%s%s%s",
	    deed->id != NULL ? shape_text(answer, deed->id) : "",
	    deed->id != NULL ? " " : "", deed->words,
	    what[0] != '\0' && what[0] != ';' ? " " : "", what, end);
	screen_text(screen, STYLE_PLAIN, line, RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
}

/* Any object: its members, each as JSON on a line of its own. */
void
view_plain(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	const cJSON *member;

	(void)verb;
	(void)asked;
	cJSON_ArrayForEach (member, answer) {
		char *text = claim(cJSON_PrintUnformatted(member));

		screen_text(screen, STYLE_DIM, member->string, screen->columns);
		(void)fputs(": ", screen->out);
		render_json(screen->out, text, screen->utf8);
		(void)fputc('\n', screen->out);
		cJSON_free(text);
	}
}

/* jobs retry: how many. */
static void
view_retried(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	int64_t count = json_number(answer, "retried", 0);

	(void)verb;
	(void)asked;
	if (count == 0)
		(void)fprintf(screen->out, "There is no dead letter.\n");
	else
		(void)fprintf(screen->out,
		    "%" PRId64 " dead letter%s another try%s\n", count,
		    count == 1 ? " gets" : "s get",
		    cJSON_IsTrue(
			cJSON_GetObjectItemCaseSensitive(answer, "more"))
			? "; there are more: say it again"
			: "");
}

static const view views[VERB_COUNT] = {
    [VERB_list] = view_list,
    [VERB_mine] = view_list,
    [VERB_alert_list] = view_list,
    [VERB_find] = view_list,
    [VERB_task_list] = view_list,
    [VERB_file_list] = view_list,
    [VERB_people_list] = view_list,
    [VERB_token_list] = view_list,
    [VERB_action_list] = view_list,
    [VERB_show] = view_show,
    [VERB_review] = view_review,
    [VERB_alert_show] = view_alert_show,
    [VERB_alert_outcome] = view_alert_outcome,
    [VERB_jobs] = view_jobs,
    [VERB_jobs_retry] = view_retried,
    [VERB_silence_add] = view_silence,
    [VERB_silence_end] = view_silence,
    [VERB_silence_list] = view_list,
    [VERB_source_list] = view_list,
    [VERB_source_show] = view_source_show,
    [VERB_whoami] = view_whoami,
    [VERB_status] = view_status,
};

view
view_of(enum verb verb)
{
	if (views[verb] != NULL)
		return views[verb];
	return verb_row(verb)->effect == EFFECT_WRITE ? view_done : view_plain;
}
