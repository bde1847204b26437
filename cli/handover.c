#include "cli/handover.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/own.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/ask.h"
#include "protocol/json.h"

enum {
	FIRST_MS = 8 * 3600 * 1000, /* a shift */
	EVENTS_MAX = 2000,
	PAGES_MAX = 100,
	NAME_BYTES = 8,
	LEAF_MAX = 2 * NAME_BYTES + 2 + LIMIT_NAME_BYTES_MAX,
	COMMENT_GAP = 2
};

enum group {
	GROUP_opened,
	GROUP_closed,
	GROUP_escalated,
	GROUP_mine,
	GROUP_unassigned,
	GROUP_COUNT
};

struct handover {
	struct session *session;
	struct client *client;
	cJSON *events, *incidents; /* of all pages */
	cJSON *groups[GROUP_COUNT]; /* rows of incidents */
	bool more[GROUP_COUNT]; /* the list has further pages */
	cJSON *comments; /* on incidents of the person */
	char next[32]; /* "" when all was looked at */
	int64_t from, until;
	int64_t kept_ms; /* when the last one was; 0 for none */
};

/* What leads to the rest of a list that is too long. */
static const struct {
	const char *name, *heading, *rest;
} groups[GROUP_COUNT] = {
    [GROUP_opened] = {"opened", "New or open again", NULL},
    [GROUP_closed] = {"closed", "Closed", NULL},
    [GROUP_escalated] = {"escalated", "Escalated, raised or overdue", NULL},
    [GROUP_mine] = {"mine", "Waiting for you", "tocsin mine"},
    [GROUP_unassigned] = {"unassigned", "High and nobody's",
	"tocsin list --assignee none"},
};

static const struct shown shown[] = {
    {"id", SHAPE_TEXT, {"ID", 0, 0, false}},
    {NULL, SHAPE_MARKS, {"", 3, 0, false}},
    {"severity", SHAPE_SEVERITY, {"SEV", 0, 0, false}},
    {"status", SHAPE_STATUS, {"STATUS", 2, 0, false}},
    {"updated", SHAPE_AGE, {"CHANGED", 4, 0, true}},
    {"due", SHAPE_DUE, {"DUE", 1, 0, true}},
    {"assignee", SHAPE_TEXT, {"ASSIGNEE", 5, 8, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

/* ---- where the last one ended ---- */

/* A file for each person at each broker. */
static const char *
leaf_of(const struct session *session, char out[LEAF_MAX])
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char broker[2 * NAME_BYTES + 1];

	(void)crypto_generichash(hash, sizeof(hash),
	    (const unsigned char *)session->key.server_z85,
	    strlen(session->key.server_z85), NULL, 0);
	(void)sodium_bin2hex(broker, sizeof(broker), hash, NAME_BYTES);
	(void)snprintf(out, LEAF_MAX, "%s-%s", broker, session->key.name);
	return out;
}

/* "SEQ TIME"; what a foreign hand wrote there is as good as nothing. */
static int64_t
last_seq(struct handover *handover)
{
	char leaf[LEAF_MAX], *text, *end;
	struct fault ignored;
	int64_t seq = 0;

	if (own_read(OWN_HANDOVERS, leaf_of(handover->session, leaf), &text,
		&ignored) != OK)
		return 0;
	seq = strtoll(text, &end, 10);
	if (end == text || *end != ' ' || seq < 0)
		seq = 0;
	else
		handover->kept_ms = strtoll(end, NULL, 10);
	free(text);
	return seq;
}

static enum err
keep(const struct handover *handover, struct fault *fault)
{
	char leaf[LEAF_MAX], text[64];

	(void)snprintf(text, sizeof(text), "%" PRId64 " %" PRId64 "\n",
	    handover->until, handover->session->screen.now_ms);
	return own_write(
	    OWN_HANDOVERS, leaf_of(handover->session, leaf), text, fault);
}

/* ---- asking ---- */

static void
set_number(cJSON *body, const char *name, int64_t number)
{
	cJSON_DeleteItemFromObjectCaseSensitive(body, name);
	if (!json_add_number(body, name, number))
		(void)claim(NULL);
}

static void
set_text(cJSON *body, const char *name, const char *text)
{
	cJSON_DeleteItemFromObjectCaseSensitive(body, name);
	(void)claim(cJSON_AddStringToObject(body, name, text));
}

/* Moves the members of a list to another; those that are there by id stay. */
static void
move_rows(cJSON *to, const cJSON *answer, const char *name)
{
	cJSON *from = cJSON_GetObjectItemCaseSensitive(answer, name);
	const char *id;
	cJSON *row;

	while ((row = cJSON_DetachItemFromArray(from, 0)) != NULL) {
		const cJSON *there = NULL;

		id = json_text(row, "id");
		if (id != NULL)
			cJSON_ArrayForEach (there, to)
				if (strcmp(shape_text(there, "id"), id) == 0)
					break;
		if (there != NULL)
			cJSON_Delete(row);
		else if (!cJSON_AddItemToArray(to, row))
			(void)claim(NULL);
	}
}

/* Is there no room left?  The next page asks for no more than there is. */
static bool
is_full(const struct handover *handover, cJSON *body)
{
	int64_t left = EVENTS_MAX - cJSON_GetArraySize(handover->events);

	if (json_number(body, "limit", 0) > left)
		set_number(body, "limit", left);
	return left == 0;
}

static enum err
ask_events(struct handover *handover, cJSON *body, struct fault *fault)
{
	int pages = 0;
	enum err err;

	do {
		struct answer answer;
		const char *next;

		answer_init(&answer);
		err = remote_ask(handover->session, handover->client,
		    VERB_handover, body, NULL, 0, &answer, fault);
		next = json_text(answer.body, "next");
		(void)snprintf(handover->next, sizeof(handover->next), "%s",
		    next != NULL ? next : "");
		if (err == OK) {
			if (pages == 0)
				handover->from =
				    json_number(answer.body, "from", 0);
			handover->until = json_number(answer.body, "until", 0);
			move_rows(handover->events, answer.body, "events");
			move_rows(
			    handover->incidents, answer.body, "incidents");
			set_text(body, "cursor", handover->next);
		}
		answer_fini(&answer);
	} while (err == OK && handover->next[0] != '\0' &&
		 ++pages < PAGES_MAX && !is_full(handover, body));
	/* What was not looked at is the next one's. */
	if (err == OK && handover->next[0] != '\0')
		handover->until = strtoll(handover->next, NULL, 10) - 1;
	return err;
}

static enum err
ask_list(struct handover *handover, enum group group, const char *assignee,
    const char *severity, struct fault *fault)
{
	cJSON *body = claim(cJSON_CreateObject());
	struct answer answer;
	enum err err;

	set_text(body, "assignee", assignee);
	if (severity != NULL)
		set_text(body, "severity", severity);
	answer_init(&answer);
	err = remote_ask(handover->session, handover->client, VERB_list, body,
	    NULL, 0, &answer, fault);
	if (err == OK) {
		move_rows(handover->groups[group], answer.body, "incidents");
		handover->more[group] |= json_text(answer.body, "next") != NULL;
	}
	answer_fini(&answer);
	cJSON_Delete(body);
	return err;
}

/* ---- grouping ---- */

static cJSON *
row_of(const struct handover *handover, const char *id)
{
	cJSON *row;

	cJSON_ArrayForEach (row, handover->incidents)
		if (strcmp(shape_text(row, "id"), id) == 0)
			return row;
	return NULL;
}

static bool
is_open(const cJSON *row)
{
	int status = words_value(WORDS_STATUS, shape_text(row, "status"));

	return status >= 0 && status_is_open((enum status)status);
}

/* Adds a copy of the row, once. */
static void
add_row(struct handover *handover, enum group group, const cJSON *row)
{
	const cJSON *there;

	cJSON_ArrayForEach (there, handover->groups[group])
		if (strcmp(shape_text(there, "id"), shape_text(row, "id")) == 0)
			return;
	if (!cJSON_AddItemToArray(
		handover->groups[group], claim(cJSON_Duplicate(row, true))))
		(void)claim(NULL);
}

/* An event puts its incident, as it is now, into the group that it is of. */
static void
sort_event(struct handover *handover, cJSON *event)
{
	const cJSON *row = row_of(handover, shape_text(event, "subject"));
	const char *self = handover->session->key.name;

	if (row == NULL)
		return;
	if (view_event_is(event, "incident_commented")) {
		if (strcmp(shape_text(row, "assignee"), self) == 0 &&
		    strcmp(shape_text(event, "actor"), self) != 0 &&
		    !cJSON_AddItemReferenceToArray(handover->comments, event))
			(void)claim(NULL);
		return;
	}
	if (!is_open(row)) {
		add_row(handover, GROUP_closed, row);
		return;
	}
	if (view_event_is(event, "incident_opened") ||
	    view_event_is(event, "incident_reopened"))
		add_row(handover, GROUP_opened, row);
	if (view_event_is(event, "incident_escalated") ||
	    view_event_is(event, "incident_raised") ||
	    view_event_is(event, "target_step"))
		add_row(handover, GROUP_escalated, row);
}

static enum err
gather(struct handover *handover, struct args *args, struct fault *fault)
{
	cJSON *event;
	enum err err = ask_events(handover, args->body, fault);

	if (err == OK)
		err = ask_list(handover, GROUP_mine,
		    handover->session->key.name, NULL, fault);
	if (err == OK)
		err = ask_list(
		    handover, GROUP_unassigned, "none", "critical", fault);
	if (err == OK)
		err =
		    ask_list(handover, GROUP_unassigned, "none", "high", fault);
	cJSON_ArrayForEach (event, handover->events)
		sort_event(handover, event);
	return err;
}

/* ---- showing ---- */

/* "INC-3  analyst, 5m ago: what they said", on one line. */
static void
draw_comment(const struct screen *screen, const cJSON *event)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(event, "text");
	char age[WHEN_AGE_MAX], head[256], *line;
	const char *said = json_text(text, "text");
	size_t columns;

	(void)snprintf(head, sizeof(head),
	    "%s  %.64s, %s: ", shape_text(event, "subject"),
	    shape_text(event, "actor"),
	    when_age(shape_time(event, "time"), screen->now_ms, age));
	columns = render_columns(head, screen->utf8);
	screen_text(screen, STYLE_PLAIN, head, RENDER_NO_LIMIT);
	line = claim(strdup(said != NULL ? said : "(erased)"));
	line[strcspn(line, "\r\n")] = '\0';
	screen_text(screen, STYLE_PLAIN, line,
	    screen->endless || columns + COMMENT_GAP >= screen->columns
		? RENDER_NO_LIMIT
		: screen->columns - columns);
	(void)fputc('\n', screen->out);
	free(line);
}

static void
draw_since(const struct handover *handover, const cJSON *asked)
{
	const struct screen *screen = &handover->session->screen;
	const char *since = json_text(asked, "since");
	char time[WHEN_TEXT_MAX];
	int64_t ms = handover->kept_ms;

	if (since != NULL)
		ms = shape_time(asked, "since");
	if (ms > 0)
		(void)fprintf(screen->out, "Since %s (entry %" PRId64 ")\n",
		    when_format(ms, screen->utc, time), handover->from);
	else
		(void)fprintf(
		    screen->out, "Since entry %" PRId64 "\n", handover->from);
}

static void
draw(const struct handover *handover, const cJSON *asked)
{
	const struct screen *screen = &handover->session->screen;
	const cJSON *event;
	bool any = false;
	int i;

	draw_since(handover, asked);
	for (i = 0; i < GROUP_COUNT; i++) {
		if (cJSON_GetArraySize(handover->groups[i]) == 0)
			continue;
		any = true;
		screen_heading(screen, groups[i].heading);
		(void)shape_table(screen, handover->groups[i], shown,
		    sizeof(shown) / sizeof(shown[0]));
		if (handover->more[i])
			(void)fprintf(
			    screen->out, "More: %s\n", groups[i].rest);
	}
	if (cJSON_GetArraySize(handover->comments) > 0) {
		any = true;
		screen_heading(screen, "Said on yours");
		cJSON_ArrayForEach (event, handover->comments)
			draw_comment(screen, event);
	}
	if (!any)
		(void)fputs("Nothing happened that concerns you, and nothing "
			    "waits.\n",
		    screen->out);
	if (handover->next[0] != '\0')
		(void)fprintf(screen->out,
		    "\nMore: tocsin handover --from %s\n", handover->next);
}

static void
print(const struct handover *handover)
{
	cJSON *body = report_new();
	int i;

	report_number(body, "from", handover->from);
	report_number(body, "until", handover->until);
	for (i = 0; i < GROUP_COUNT; i++)
		report_member(body, groups[i].name,
		    claim(cJSON_Duplicate(handover->groups[i], true)));
	report_member(
	    body, "comments", claim(cJSON_Duplicate(handover->comments, true)));
	if (handover->next[0] != '\0')
		report_text(body, "next", handover->next);
	command_json(handover->session, body);
	cJSON_Delete(body);
}

/* ---- the whole of it ---- */

/* Where it begins when nobody says; false when somebody does. */
static bool
begin(struct handover *handover, struct args *args)
{
	char time[TIME_TEXT_MAX];
	int64_t seq;

	if (!cJSON_HasObjectItem(args->body, "limit"))
		set_number(args->body, "limit", LIMIT_LIST_ROWS_MAX);
	if (cJSON_HasObjectItem(args->body, "since") ||
	    cJSON_HasObjectItem(args->body, "from") ||
	    cJSON_HasObjectItem(args->body, "cursor"))
		return false;
	seq = last_seq(handover);
	if (seq > 0)
		set_number(args->body, "from", seq + 1);
	else
		set_text(args->body, "since",
		    time_format(
			handover->session->screen.now_ms - FIRST_MS, time));
	return true;
}

enum err
handover_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	struct handover handover = {
	    .session = session,
	    .client = client,
	    .events = claim(cJSON_CreateArray()),
	    .incidents = claim(cJSON_CreateArray()),
	    .comments = claim(cJSON_CreateArray()),
	};
	bool keeps;
	enum err err;
	int i;

	for (i = 0; i < GROUP_COUNT; i++)
		handover.groups[i] = claim(cJSON_CreateArray());
	keeps = begin(&handover, args) && args->extras[EXTRA_peek] == NULL;
	err = gather(&handover, args, fault);
	if (err == OK && session->json)
		print(&handover);
	else if (err == OK)
		draw(&handover, args->body);
	if (err == OK && keeps)
		err = keep(&handover, fault);
	for (i = 0; i < GROUP_COUNT; i++)
		cJSON_Delete(handover.groups[i]);
	cJSON_Delete(handover.comments);
	cJSON_Delete(handover.incidents);
	cJSON_Delete(handover.events);
	return err;
}
