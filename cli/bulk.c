#include "cli/bulk.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/prompt.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "cli/where.h"
#include "protocol/json.h"

enum { SAID_MAX = 1024, VALUE_COLUMNS = 40 };

enum became { DONE, ALREADY, REFUSED, LEFT, BECAME_COUNT };

static const char *const became_words[] = {
    [DONE] = "done",
    [ALREADY] = "already so",
    [REFUSED] = "refused",
    [LEFT] = "left",
};

struct bulk {
	struct args *args;
	struct session *session;
	struct client *client;
	cJSON *found; /* the rows of the list */
	cJSON *results; /* what became of each */
	size_t counts[BECAME_COUNT];
	struct fault first; /* the first refusal */
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* ---- what the filter finds ---- */

static enum err
read_max(const struct args *args, size_t *max, struct fault *fault)
{
	const char *text = args->extras[EXTRA_max];
	char *end;
	unsigned long number;

	*max = BULK_DEFAULT;
	if (text == NULL)
		return OK;
	number = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || number < 1 || number > BULK_MAX)
		return fault_set(fault, ERR_INVALID,
		    "--max: expected a whole number from 1 to %d; got \"%s\"",
		    BULK_MAX, text);
	*max = number;
	return OK;
}

/* Takes the rows of a page over. */
static void
keep_rows(struct bulk *bulk, const cJSON *answer)
{
	cJSON *rows = cJSON_GetObjectItemCaseSensitive(answer, "incidents");
	cJSON *row;

	while ((row = cJSON_DetachItemFromArray(rows, 0)) != NULL)
		if (!cJSON_AddItemToArray(bulk->found, row))
			(void)claim(NULL);
}

static void
set_text(cJSON *body, const char *name, const char *text)
{
	cJSON_DeleteItemFromObjectCaseSensitive(body, name);
	(void)claim(cJSON_AddStringToObject(body, name, text));
}

static enum err
find_pages(
    struct bulk *bulk, struct args *list, size_t max, struct fault *fault)
{
	struct answer answer;
	bool more = true;
	enum err err = OK;

	if (!json_add_number(list->body, "limit", LIMIT_LIST_ROWS_MAX))
		(void)claim(NULL);
	while (err == OK && more) {
		const char *next;

		answer_init(&answer);
		err = remote_ask(bulk->session, bulk->client, VERB_list,
		    list->body, NULL, 0, &answer, fault);
		next = json_text(answer.body, "next");
		more = err == OK && next != NULL && next[0] != '\0';
		if (more)
			set_text(list->body, "cursor", next);
		if (err == OK)
			keep_rows(bulk, answer.body);
		answer_fini(&answer);
		if (err == OK && (size_t)cJSON_GetArraySize(bulk->found) > max)
			return fault_set(fault, ERR_TOO_LARGE,
			    "more than %zu incidents match, and nothing was "
			    "done: add terms to --where, or say --max N (up "
			    "to %d)",
			    max, BULK_MAX);
	}
	return err;
}

static enum err
find(struct bulk *bulk, struct fault *fault)
{
	struct args list;
	size_t max, i;
	enum err err = read_max(bulk->args, &max, fault);

	args_init(&list, VERB_list);
	for (i = 0; err == OK && i < bulk->args->where_count; i++)
		err = where_add(
		    &list, bulk->session, bulk->args->where[i], fault);
	if (err == OK)
		err = args_check(&list, fault);
	if (err == OK)
		err = find_pages(bulk, &list, max, fault);
	args_fini(&list);
	return err;
}

/* ---- what is asked before ---- */

/* "close 3 incidents (verdict false_positive, comment noise)" */
static void
describe(const struct bulk *bulk, char out[SAID_MAX])
{
	int count = cJSON_GetArraySize(bulk->found);
	const char *before = " (";
	char value[SHAPE_TEXT_MAX], cut[VALUE_COLUMNS + 4];
	size_t len = (size_t)snprintf(out, SAID_MAX, "%s %d incident%s",
	    verb_row(bulk->args->verb)->name, count, count == 1 ? "" : "s");
	const cJSON *member;

	cJSON_ArrayForEach (member, bulk->args->body) {
		if (len >= SAID_MAX)
			return;
		(void)shape_value(&bulk->session->screen, bulk->args->body,
		    member->string,
		    cJSON_IsArray(member)    ? SHAPE_NAMES
		    : cJSON_IsBool(member)   ? SHAPE_FLAG
		    : cJSON_IsNumber(member) ? SHAPE_NUMBER
					     : SHAPE_TEXT,
		    value);
		(void)snprintf(cut, sizeof(cut), "%.*s%s", VALUE_COLUMNS, value,
		    strlen(value) > VALUE_COLUMNS ? "..." : "");
		len += (size_t)snprintf(out + len, SAID_MAX - len, "%s%s %s",
		    before, member->string, cut);
		before = ", ";
	}
	if (len < SAID_MAX && before[0] == ',')
		(void)snprintf(out + len, SAID_MAX - len, ")");
}

static void
show_found(const struct bulk *bulk)
{
	cJSON *answer = claim(cJSON_CreateObject());
	cJSON *asked = claim(cJSON_CreateObject());

	if (!cJSON_AddItemReferenceToObject(answer, "incidents", bulk->found))
		(void)claim(NULL);
	view_list(&bulk->session->screen, VERB_list, asked, answer);
	(void)fflush(bulk->session->screen.out);
	cJSON_Delete(answer);
	cJSON_Delete(asked);
}

static enum err
agree(const struct bulk *bulk, struct fault *fault)
{
	const struct session *session = bulk->session;
	char what[SAID_MAX];

	if (bulk->args->extras[EXTRA_yes] != NULL)
		return OK;
	describe(bulk, what);
	if (!session->json)
		show_found(bulk);
	if (!session->interactive || session->json)
		return fault_set(fault, ERR_INVALID,
		    "nothing was done: add --yes to %s", what);
	if (prompt_agrees(what))
		return OK;
	return fault_set(fault, ERR_INVALID, "nothing was done");
}

/* ---- one incident ---- */

static bool
row_has(const cJSON *row, const char *list, const char *word)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(row, list))
		if (cJSON_IsString(item) &&
		    strcmp(item->valuestring, word) == 0)
			return true;
	return false;
}

/* Does the row have all, or none, of the tags? */
static bool
tags_are(const cJSON *row, const cJSON *tags, bool wanted)
{
	const cJSON *tag;

	cJSON_ArrayForEach (tag, tags)
		if (row_has(row, "tags", tag->valuestring) != wanted)
			return false;
	return true;
}

/* Is the incident as this member of the body wants it? */
static bool
is_already(const struct bulk *bulk, const cJSON *row, const cJSON *member)
{
	const char *name = member->string;
	const char *now;

	if (strcmp(name, "reason") == 0)
		return true;
	if (strcmp(name, "tag") == 0)
		return tags_are(row, member, true);
	if (strcmp(name, "untag") == 0)
		return tags_are(row, member, false);
	if (cJSON_IsBool(member))
		return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
			   row, name)) == cJSON_IsTrue(member) &&
		       cJSON_HasObjectItem(row, name);
	if (bulk->args->verb == VERB_assign && strcmp(name, "to") == 0)
		name = "assignee";
	now = json_text(row, name);
	if (strcmp(name, "assignee") == 0 && now == NULL)
		now = "none";
	return now != NULL && cJSON_IsString(member) &&
	       strcmp(now, member->valuestring) == 0;
}

/* Would the command change nothing that the row shows? */
static bool
already(const struct bulk *bulk, const cJSON *row)
{
	const cJSON *member;

	if (bulk->args->verb == VERB_close)
		return false;
	if (bulk->args->verb == VERB_assign &&
	    !cJSON_HasObjectItem(bulk->args->body, "to") &&
	    strcmp(shape_text(row, "assignee"), bulk->session->key.name) != 0)
		return false;
	cJSON_ArrayForEach (member, bulk->args->body)
		if (!is_already(bulk, row, member))
			return false;
	return true;
}

static void
note(struct bulk *bulk, const cJSON *row, enum became became,
    const struct fault *fault, const cJSON *answer)
{
	const struct screen *screen = &bulk->session->screen;
	const char *id = shape_text(row, "id");
	cJSON *result = claim(cJSON_CreateObject());
	char line[SAID_MAX];

	bulk->counts[became]++;
	report_text(result, "id", id);
	report_text(result, "outcome", became_words[became]);
	if (answer != NULL && became == DONE)
		report_number(
		    result, "revision", json_number(answer, "revision", 0));
	if (became == REFUSED) {
		report_text(result, "error", err_word(fault->err));
		report_text(result, "message", fault->text);
	}
	if (!cJSON_AddItemToArray(bulk->results, result))
		(void)claim(NULL);
	if (bulk->session->json || became == DONE || became == LEFT)
		return;
	(void)snprintf(line, sizeof(line), "%s %s%s%.900s", id,
	    became_words[became], became == REFUSED ? ": " : "",
	    became == REFUSED ? fault->text : "");
	screen_text(screen, STYLE_PLAIN, line, RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
}

static cJSON *
body_for(const struct bulk *bulk, const cJSON *row)
{
	cJSON *body = claim(cJSON_Duplicate(bulk->args->body, true));

	set_text(body, "incident", shape_text(row, "id"));
	if (!json_add_number(
		body, "if_revision", json_number(row, "revision", 0)))
		(void)claim(NULL);
	return body;
}

/* Does what went wrong concern this incident alone? */
static bool
is_its_own(enum err err)
{
	return err == ERR_CONFLICT || err == ERR_MISSING || err == ERR_DENIED;
}

/* False when it makes no sense to go on with the others. */
static bool
do_one(struct bulk *bulk, const cJSON *row)
{
	struct session *session = bulk->session;
	enum verb verb = bulk->args->verb;
	cJSON *body = body_for(bulk, row);
	struct fault fault;
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = remote_ask(
	    session, bulk->client, verb, body, NULL, 0, &answer, &fault);
	if (err == OK && !session->json)
		view_of(verb)(&session->screen, verb, body, answer.body);
	note(bulk, row, err == OK ? DONE : REFUSED, &fault, answer.body);
	(void)fflush(session->screen.out);
	if (err != OK && bulk->first.err == OK)
		bulk->first = fault;
	answer_fini(&answer);
	cJSON_Delete(body);
	return err == OK || is_its_own(err);
}

static void
do_all(struct bulk *bulk)
{
	const cJSON *row;
	bool on = true;

	cJSON_ArrayForEach (row, bulk->found) {
		on = on && !interrupted;
		if (!on)
			note(bulk, row, LEFT, NULL, NULL);
		else if (already(bulk, row))
			note(bulk, row, ALREADY, NULL, NULL);
		else
			on = do_one(bulk, row);
	}
}

/* ---- what became of them ---- */

static void
sum_up(const struct bulk *bulk)
{
	const struct session *session = bulk->session;
	cJSON *body;
	int i;

	if (session->json) {
		body = report_new();
		for (i = 0; i < BECAME_COUNT; i++)
			report_number(body,
			    i == ALREADY ? "already" : became_words[i],
			    (int64_t)bulk->counts[i]);
		if (!cJSON_AddItemReferenceToObject(
			body, "results", bulk->results))
			(void)claim(NULL);
		command_json(session, body);
		cJSON_Delete(body);
		return;
	}
	(void)fprintf(session->screen.out, "%zu done", bulk->counts[DONE]);
	for (i = ALREADY; i < BECAME_COUNT; i++)
		if (bulk->counts[i] > 0)
			(void)fprintf(session->screen.out, ", %zu %s",
			    bulk->counts[i], became_words[i]);
	(void)fputc('\n', session->screen.out);
}

static enum err
end(struct bulk *bulk, struct fault *fault)
{
	size_t refused = bulk->counts[REFUSED], left = bulk->counts[LEFT];

	sum_up(bulk);
	fault->told = bulk->session->json;
	if (refused > 0) {
		(void)fault_set(fault, bulk->first.err,
		    "%zu refused%s; the same command tries them again, as they "
		    "are then",
		    refused, left > 0 ? ", and the rest was left" : "");
	} else if (left > 0) {
		(void)fault_here(fault, ERR_BUSY,
		    "stopped with %zu left; the same command goes on with "
		    "them",
		    left);
	} else {
		return OK;
	}
	fault->told = bulk->session->json;
	return fault->err;
}

enum err
bulk_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	struct bulk bulk = {
	    .args = args,
	    .session = session,
	    .client = client,
	    .found = claim(cJSON_CreateArray()),
	    .results = claim(cJSON_CreateArray()),
	};
	struct sigaction action = {.sa_handler = on_interrupt};
	enum err err = find(&bulk, fault);

	if (err == OK && cJSON_GetArraySize(bulk.found) == 0) {
		if (!session->json)
			(void)fprintf(
			    session->screen.out, "No incident matches.\n");
		else
			sum_up(&bulk);
	} else {
		if (err == OK)
			err = agree(&bulk, fault);
		if (err == OK) {
			(void)sigaction(SIGINT, &action, NULL);
			do_all(&bulk);
			err = end(&bulk, fault);
		}
	}
	cJSON_Delete(bulk.found);
	cJSON_Delete(bulk.results);
	return err;
}
