/* report: asked for page by page, written for people who have no key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/extras.h"
#include "cli/paper.h"
#include "cli/remote.h"
#include "cli/report_run.h"
#include "protocol/json.h"

/* Counts of one page go to those of the ones before. */
static void
add_counts(cJSON *sum, const cJSON *more)
{
	const cJSON *count;
	cJSON *into;

	cJSON_ArrayForEach (count, more) {
		into = cJSON_GetObjectItemCaseSensitive(sum, count->string);
		if (into != NULL)
			cJSON_SetNumberValue(
			    into, into->valuedouble + count->valuedouble);
	}
}

/* The journal may have grown between two pages: both ends are told. */
static void
keep_first(const cJSON *first, cJSON *last)
{
	int64_t from =
	    json_number(first, "from", json_number(first, "entry", 0));

	if (from != json_number(last, "entry", 0) &&
	    !json_add_number(last, "from", from))
		(void)claim(NULL);
}

/* Puts the elements of the page's lists behind those of the first page's, and
 * takes over what that has not; of each thing the last page's word counts. */
static void
join(cJSON *data, cJSON *page)
{
	cJSON *item, *list;

	while ((item = page->child) != NULL) {
		item = cJSON_DetachItemViaPointer(page, item);
		list = cJSON_GetObjectItemCaseSensitive(data, item->string);
		if (cJSON_IsArray(list) && cJSON_IsArray(item)) {
			while (item->child != NULL)
				(void)cJSON_AddItemToArray(
				    list, cJSON_DetachItemFromArray(item, 0));
			cJSON_Delete(item);
		} else if (strcmp(item->string, "restricted") == 0 &&
			   cJSON_IsObject(list)) {
			add_counts(list, item);
			cJSON_Delete(item);
		} else {
			if (strcmp(item->string, "as_of") == 0)
				keep_first(list, item);
			cJSON_DeleteItemFromObjectCaseSensitive(
			    data, item->string);
			(void)cJSON_AddItemToObject(data, item->string, item);
		}
	}
}

/* The next page, joined to data. */
static enum err
ask_more(struct session *session, struct client *client, enum verb verb,
    const cJSON *asked, cJSON *data, struct fault *fault)
{
	cJSON *body = claim(cJSON_Duplicate(asked, true));
	struct answer answer;
	enum err err;

	cJSON_DeleteItemFromObjectCaseSensitive(body, "cursor");
	(void)claim(
	    cJSON_AddStringToObject(body, "cursor", json_text(data, "next")));
	answer_init(&answer);
	err = remote_ask(session, client, verb, body, NULL, 0, &answer, fault);
	cJSON_DeleteItemFromObjectCaseSensitive(data, "next");
	if (err == OK)
		join(data, answer.body);
	cJSON_Delete(body);
	answer_fini(&answer);
	return err;
}

/* What is told of the journal as it was asked, not of what it is about. */
static void
drop_receipt(cJSON *data)
{
	cJSON_DeleteItemFromObjectCaseSensitive(data, "seq");
	cJSON_DeleteItemFromObjectCaseSensitive(data, "head");
}

/* To the file, or to standard output where there is none. */
static enum err
write_out(const struct session *session, const char *path, bool force,
    const char *text, size_t len, struct fault *fault)
{
	bool standard = path == NULL || strcmp(path, "-") == 0;
	FILE *file =
	    standard ? session->screen.out : fopen(path, force ? "we" : "wxe");
	bool written = file != NULL && fwrite(text, 1, len, file) == len;

	if (file != NULL && !standard && fclose(file) != 0)
		written = false;
	if (written)
		return OK;
	if (file == NULL && errno == EEXIST)
		return fault_set(fault, ERR_CONFLICT,
		    "%s: is there already: name another file, or say --force "
		    "to write over it",
		    path);
	return fault_here(fault, ERR_IO, "%s: cannot be written: %s",
	    standard ? "standard output" : path, strerror(errno));
}

static enum err
find_format(const struct args *args, const struct session *session,
    enum paper_format *format, struct fault *fault)
{
	const char *word = args->extras[EXTRA_format];

	*format = session->json ? PAPER_JSON : PAPER_MD;
	if (word == NULL)
		return OK;
	*format = paper_format_of(word);
	if (*format != PAPER_FORMATS)
		return OK;
	return fault_set(fault, ERR_INVALID,
	    "--format: expected md, json or html; got \"%s\"", word);
}

static enum err
write_report(const struct args *args, const struct session *session,
    const cJSON *data, enum paper_format format, struct fault *fault)
{
	const char *path = args->extras[EXTRA_output];
	cJSON *week;
	char *text;
	size_t len;
	enum err err;

	/* As every answer is with --json: on one line. */
	if (session->json && path == NULL &&
	    args->extras[EXTRA_format] == NULL) {
		week = args->verb == VERB_report_weekly ? paper_week_sums(data)
							: NULL;
		command_json(session, week != NULL ? week : data);
		cJSON_Delete(week);
		return OK;
	}
	text = (args->verb == VERB_report_weekly ? paper_week : paper_incident)(
	    data, format, &len);
	err = write_out(
	    session, path, args->extras[EXTRA_force] != NULL, text, len, fault);
	free(text);
	return err;
}

enum err
report_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	enum paper_format format;
	struct answer answer;
	enum err err = find_format(args, session, &format, fault);

	if (err != OK)
		return err;
	if (args->verb == VERB_report &&
	    !cJSON_HasObjectItem(args->body, "limit") &&
	    !json_add_number(args->body, "limit", LIMIT_LIST_ROWS_MAX))
		(void)claim(NULL);
	answer_init(&answer);
	err = remote_ask(
	    session, client, args->verb, args->body, NULL, 0, &answer, fault);
	while (err == OK && json_text(answer.body, "next") != NULL)
		err = ask_more(session, client, args->verb, args->body,
		    answer.body, fault);
	if (err == OK) {
		drop_receipt(answer.body);
		err = write_report(args, session, answer.body, format, fault);
	}
	answer_fini(&answer);
	return err;
}
