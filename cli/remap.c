#include "cli/remap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/claim.h"
#include "cli/command.h"
#include "cli/local.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "cli/when.h"
#include "protocol/json.h"

enum { LOOK_DEFAULT = 1000, LOOK_MAX = 100000 };

/* ---- what was asked for ---- */

static enum err
read_max(struct remap *remap, struct fault *fault)
{
	const char *text = remap->args->given[LOCAL_alert_remap_max];
	unsigned long number;
	char *end;

	remap->max = LOOK_DEFAULT;
	if (text == NULL)
		return OK;
	number = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || number < 1 || number > LOOK_MAX)
		return fault_set(fault, ERR_INVALID,
		    "--max: expected a whole number from 1 to %d; got \"%s\"",
		    LOOK_MAX, text);
	remap->max = number;
	return OK;
}

static enum err
read_options(struct remap *remap, struct fault *fault)
{
	const char *const *given = remap->args->given;
	const char *since = given[LOCAL_alert_remap_since];
	enum err err;

	if (remap->args->words_count > 0)
		return fault_set(fault, ERR_INVALID,
		    "\"%s\": one word too many; usage: tocsin alert remap "
		    "--since 7d",
		    remap->args->words[0]);
	if (since == NULL)
		return fault_set(fault, ERR_INVALID,
		    "--since: say since when alerts are to be read again, "
		    "such as --since 7d");
	err = when_parse(since, remap->session->screen.now_ms,
	    remap->session->utc, &remap->since_ms);
	if (err != OK)
		return fault_set(fault, err, "--since: expected %s; got \"%s\"",
		    WHEN_FORMS, since);
	if (given[LOCAL_alert_remap_apply] == NULL &&
	    (given[LOCAL_alert_remap_yes] != NULL ||
		given[LOCAL_alert_remap_reason] != NULL))
		return fault_set(fault, ERR_INVALID,
		    "--yes and --reason go with --apply: without it nothing "
		    "is changed");
	return read_max(remap, fault);
}

/* ---- looking ---- */

enum err
remap_show(struct remap *remap, const char *id, struct answer *answer,
    struct fault *fault)
{
	cJSON *body = claim(cJSON_CreateObject());
	enum err err;

	report_text(body, "alert", id);
	report_member(body, "payload", claim(cJSON_CreateTrue()));
	answer_init(answer);
	err = remote_ask(remap->session, remap->client, VERB_alert_show, body,
	    NULL, 0, answer, fault);
	cJSON_Delete(body);
	return err;
}

static void
keep(struct remap *remap, const cJSON *shown, cJSON *changes, bool lost)
{
	const cJSON *decision =
	    cJSON_GetObjectItemCaseSensitive(shown, "decision");
	cJSON *row = report_new();

	report_text(row, "id", shape_text(shown, "id"));
	report_text(row, "source", shape_text(shown, "source"));
	report_text(row, "received", shape_text(shown, "received"));
	report_text(row, "status", shape_text(shown, "status"));
	report_number(row, "seen", json_number(decision, "seq", 0));
	report_text(row, "outcome", lost ? "cannot be read" : "would change");
	report_member(row, "changes", changes);
	if (!cJSON_AddItemToArray(remap->alerts, row))
		(void)claim(NULL);
}

static enum err
look(struct remap *remap, const char *id, struct fault *fault)
{
	const char *format = remap->args->given[LOCAL_alert_remap_format];
	cJSON *changes = claim(cJSON_CreateArray());
	enum remap_found found = REMAP_SAME;
	struct answer answer;
	enum err err = remap_show(remap, id, &answer, fault);

	if (err == OK &&
	    (format == NULL ||
		strcmp(format, shape_text(cJSON_GetObjectItemCaseSensitive(
					      answer.body, "decision"),
				   "format")) == 0)) {
		err = remap_compare(
		    remap->reader, &answer, changes, &found, fault);
		remap->found[found] += err == OK;
	}
	remap->looked++;
	if (err == OK && (found == REMAP_CHANGED || found == REMAP_LOST))
		keep(remap, answer.body, changes, found == REMAP_LOST);
	else
		cJSON_Delete(changes);
	answer_fini(&answer);
	return err;
}

/* Is it something that triage has read and that counts? */
static bool
is_read(const cJSON *row)
{
	const char *disposition = shape_text(row, "disposition");

	return strcmp(disposition, "waiting") != 0 &&
	       strcmp(disposition, "failed") != 0 &&
	       !cJSON_HasObjectItem(row, "test");
}

static enum err
look_at_page(struct remap *remap, const cJSON *rows, struct fault *fault)
{
	const cJSON *row;
	enum err err = OK;

	cJSON_ArrayForEach (row, rows) {
		const char *id = shape_text(row, "delivery");

		if (shape_time(row, "received") < remap->since_ms) {
			remap->over = true;
			break;
		}
		if (strcmp(id, remap->last) == 0 || !is_read(row))
			continue;
		(void)snprintf(remap->last, sizeof(remap->last), "%s", id);
		err = look(remap, id, fault);
		if (err != OK)
			break;
	}
	return err;
}

static enum err
ask_page(struct remap *remap, cJSON *body, struct fault *fault)
{
	size_t left = remap->max - remap->looked;
	struct answer answer;
	enum err err;

	report_number(body, "limit",
	    left < LIMIT_LIST_ROWS_MAX ? (int64_t)left : LIMIT_LIST_ROWS_MAX);
	answer_init(&answer);
	err = remote_ask(remap->session, remap->client, VERB_alert_list, body,
	    NULL, 0, &answer, fault);
	if (err == OK) {
		(void)snprintf(remap->next, sizeof(remap->next), "%s",
		    shape_text(answer.body, "next"));
		err = look_at_page(remap,
		    cJSON_GetObjectItemCaseSensitive(answer.body, "alerts"),
		    fault);
	}
	answer_fini(&answer);
	return err;
}

static enum err
look_at_all(struct remap *remap, struct fault *fault)
{
	const char *source = remap->args->given[LOCAL_alert_remap_source];
	const char *cursor = remap->args->given[LOCAL_alert_remap_cursor];
	enum err err = OK;

	(void)snprintf(remap->next, sizeof(remap->next), "%s",
	    cursor == NULL ? "" : cursor);
	do {
		cJSON *body = claim(cJSON_CreateObject());

		if (source != NULL)
			report_text(body, "source", source);
		if (remap->next[0] != '\0')
			report_text(body, "cursor", remap->next);
		err = ask_page(remap, body, fault);
		cJSON_Delete(body);
	} while (err == OK && !remap->over && remap->next[0] != '\0' &&
		 remap->looked < remap->max);
	if (remap->over)
		remap->next[0] = '\0';
	return err;
}

/* ---- showing ---- */

static void
draw(const struct remap *remap)
{
	static const struct column columns[] = {
	    {.title = "ALERT"},
	    {.title = "FIELD"},
	    {.title = "IS", .shortest = 12},
	    {.title = "WOULD BE", .shortest = 12},
	};
	struct table *table = table_new(columns, 4);
	const cJSON *alert, *row;

	cJSON_ArrayForEach (alert, remap->alerts) {
		cJSON_ArrayForEach (
		    row, cJSON_GetObjectItemCaseSensitive(alert, "changes")) {
			table_cell(table, STYLE_PLAIN, shape_text(row, "id"));
			table_cell(
			    table, STYLE_PLAIN, shape_text(row, "field"));
			table_cell(table, STYLE_PLAIN, shape_text(row, "old"));
			table_cell(table, STYLE_PLAIN, shape_text(row, "new"));
		}
	}
	if (table_rows(table) > 0) {
		table_draw(table, &remap->session->screen);
		(void)fputc('\n', remap->session->screen.out);
	}
	table_free(&table);
}

/* How often each field would change: {"title": 3, ...}. */
static cJSON *
count_fields(const struct remap *remap)
{
	cJSON *counts = claim(cJSON_CreateObject());
	const cJSON *alert, *row;

	cJSON_ArrayForEach (alert, remap->alerts) {
		cJSON_ArrayForEach (
		    row, cJSON_GetObjectItemCaseSensitive(alert, "changes")) {
			const char *field = shape_text(row, "field");
			cJSON *count =
			    cJSON_GetObjectItemCaseSensitive(counts, field);

			if (strcmp(field, "fault") == 0)
				continue;
			if (count == NULL)
				report_number(counts, field, 1);
			else
				cJSON_SetNumberValue(
				    count, count->valuedouble + 1);
		}
	}
	return counts;
}

static void
say_summary(const struct remap *remap)
{
	FILE *out = remap->session->screen.out;
	cJSON *counts = count_fields(remap);
	const cJSON *count;

	(void)fprintf(out, "%zu alert%s looked at, %zu would change",
	    remap->looked, remap->looked == 1 ? "" : "s",
	    remap->found[REMAP_CHANGED]);
	cJSON_ArrayForEach (count, counts)
		(void)fprintf(out, "%s%s %.0f%s",
		    count == counts->child ? " (" : ", ", count->string,
		    count->valuedouble, count->next == NULL ? ")" : "");
	if (remap->found[REMAP_LOST] > 0)
		(void)fprintf(out, "; %zu cannot be read any more and stay%s",
		    remap->found[REMAP_LOST],
		    remap->found[REMAP_LOST] == 1 ? "s" : "");
	if (remap->found[REMAP_ERASED] > 0)
		(void)fprintf(out, "; of %zu something was erased",
		    remap->found[REMAP_ERASED]);
	if (remap->found[REMAP_HIDDEN] > 0)
		(void)fprintf(out, "; %zu tell of incidents not for you",
		    remap->found[REMAP_HIDDEN]);
	(void)fputs(".\n", out);
	if (remap->next[0] != '\0')
		(void)fprintf(out,
		    "There may be more since then: --cursor %s goes on with "
		    "them.\n",
		    remap->next);
	(void)fflush(out);
	cJSON_Delete(counts);
}

static void
say_json(const struct remap *remap)
{
	cJSON *body = report_new();
	bool applied = remap->args->given[LOCAL_alert_remap_apply] != NULL;

	report_number(body, "looked", (int64_t)remap->looked);
	report_number(body, "changed", (int64_t)remap->found[REMAP_CHANGED]);
	report_number(body, "unreadable", (int64_t)remap->found[REMAP_LOST]);
	report_number(body, "erased", (int64_t)remap->found[REMAP_ERASED]);
	report_number(body, "hidden", (int64_t)remap->found[REMAP_HIDDEN]);
	report_member(body, "fields", count_fields(remap));
	if (applied) {
		report_number(body, "applied", (int64_t)remap->applied);
		report_number(body, "refused", (int64_t)remap->refused);
		report_number(body, "as_before", (int64_t)remap->as_before);
		report_number(body, "not_yet", (int64_t)remap->not_yet);
	}
	report_member(
	    body, "alerts", claim(cJSON_Duplicate(remap->alerts, true)));
	if (remap->next[0] != '\0')
		report_text(body, "next", remap->next);
	command_json(remap->session, body);
	cJSON_Delete(body);
}

static enum err
run(struct remap *remap, struct fault *fault)
{
	bool applies = remap->args->given[LOCAL_alert_remap_apply] != NULL;
	bool json = remap->session->json;
	enum err err = look_at_all(remap, fault);

	if (err != OK)
		return err;
	if (!json) {
		draw(remap);
		say_summary(remap);
	}
	if (!applies || remap->found[REMAP_CHANGED] == 0) {
		if (json)
			say_json(remap);
		return OK;
	}
	err = remap_apply(remap, fault);
	if (err != OK)
		return err;
	if (json)
		say_json(remap);
	err = remap_end(remap, fault);
	fault->told = json;
	return err;
}

int
local_alert_remap(struct session *session, const struct local_args *args)
{
	struct remap remap = {
	    .session = session,
	    .args = args,
	    .alerts = claim(cJSON_CreateArray()),
	};
	struct fault fault = {.err = OK};
	enum err err = read_options(&remap, &fault);

	if (err == OK)
		err = remote_open(session, remote_front(VERB_alert_retry),
		    &remap.client, &fault);
	if (err == OK)
		err = remap_open(&remap.reader, session, remap.client, &fault);
	if (err == OK)
		err = run(&remap, &fault);
	remap_close(&remap.reader);
	client_close(&remap.client);
	cJSON_Delete(remap.alerts);
	return err == OK ? 0 : report_fail(session, &fault);
}
