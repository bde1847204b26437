#include "cli/remap_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/home.h"
#include "cli/mapping.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "protocol/ask.h"
#include "protocol/json.h"
#include "protocol/observable.h"
#include "workers/triage_job.h"

struct remap_reader {
	struct session *session;
	struct client *client;
	struct formats *formats;
	struct triage *triage;
	enum severity open, attach;
};

enum err
remap_open(struct remap_reader **out, struct session *session,
    struct client *client, struct fault *fault)
{
	struct remap_reader *reader = claim(calloc(1, sizeof(*reader)));
	struct config config;
	enum err err;

	*out = reader;
	reader->session = session;
	reader->client = client;
	err = mapping_open(session, &reader->formats, fault);
	if (err != OK)
		return err;
	err = home_config(session, &config, fault);
	if (err != OK)
		return err;
	reader->open = config.triage_open;
	reader->attach = config.triage_attach;
	config_fini(&config);
	err = triage_open(&reader->triage, reader->formats);
	return err == OK ? OK
			 : fault_here(fault, err, "the patterns of triage: %s",
			       err_meaning(err));
}

void
remap_close(struct remap_reader **reader)
{
	if (*reader == NULL)
		return;
	triage_close(&(*reader)->triage);
	formats_close(&(*reader)->formats);
	free(*reader);
	*reader = NULL;
}

/* ---- one field, as text ---- */

/* How a field stands in an answer, and in an outcome of triage. */
enum form { TEXT, WORD, TIME, NAMES, OBSERVABLES };

static const struct {
	const char *name;
	enum form form;
} fields[] = {
    {"title", TEXT},
    {"description", TEXT},
    {"severity", WORD},
    {"severity_raw", TEXT},
    {"classification", WORD},
    {"rule", TEXT},
    {"host", TEXT},
    {"user", TEXT},
    {"url", TEXT},
    {"src_ip", TEXT},
    {"dst_ip", TEXT},
    {"hash", TEXT},
    {"dedup", TEXT},
    {"occurred", TIME},
    {"techniques", NAMES},
    {"observables", OBSERVABLES},
    {"cluster", WORD},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static void
say_observable(FILE *out, const cJSON *row)
{
	char canonical[OBSERVABLE_BYTES_MAX + 1];
	const char *type = shape_text(row, "type");
	const char *value = shape_text(row, "value");

	if (observable_type(type) >= 0 &&
	    observable_canonical(
		(enum observable)observable_type(type), value, canonical) == OK)
		value = canonical;
	(void)fprintf(out, "%s %s", type, value);
}

static void
say_list(FILE *out, const cJSON *list, enum form form)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		if (item != list->child)
			(void)fputs(", ", out);
		if (form == OBSERVABLES)
			say_observable(out, item);
		else if (cJSON_IsString(item))
			(void)fputs(item->valuestring, out);
	}
}

/* The field of part, to free(); "" where it is not there. */
static char *
field_text(const cJSON *part, size_t field)
{
	const char *name = fields[field].name;
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(part, name);
	char *text = NULL, time[TIME_TEXT_MAX];
	size_t len = 0;
	FILE *out = claim(open_memstream(&text, &len));

	if (fields[field].form == TIME && cJSON_IsNumber(item)) {
		if (json_number(part, name, 0) != 0)
			(void)fputs(
			    time_format(json_number(part, name, 0), time), out);
	} else if (cJSON_IsArray(item)) {
		say_list(out, item, fields[field].form);
	} else if (cJSON_IsString(item)) {
		(void)fputs(item->valuestring, out);
	} else if (strcmp(name, "classification") == 0 && part != NULL) {
		/* Triage leaves it out where it does not know. */
		(void)fputs(words_name(WORDS_RSIT, RSIT_unclassified), out);
	}
	if (fclose(out) != 0)
		(void)claim(NULL);
	return claim(text);
}

/* ---- what differs ---- */

static void
note(cJSON *changes, const char *id, const char *field, const char *old,
    const char *now)
{
	cJSON *row = claim(cJSON_CreateObject());

	report_text(row, "id", id);
	report_text(row, "field", field);
	report_text(row, "old", old);
	report_text(row, "new", now);
	if (!cJSON_AddItemToArray(changes, row))
		(void)claim(NULL);
}

/* Either may be NULL: the part is new, or would be gone. */
static void
compare_part(cJSON *changes, const char *id, const cJSON *old, const cJSON *now)
{
	for (size_t i = 0; i < FIELDS; i++) {
		char *was = field_text(old, i), *is = field_text(now, i);

		if (strcmp(was, is) != 0)
			note(changes, id, fields[i].name, was, is);
		free(was);
		free(is);
	}
}

/* ---- the parts as they are kept ---- */

static enum err
ask_part(struct remap_reader *reader, const char *id, cJSON *rows,
    struct fault *fault)
{
	cJSON *body = claim(cJSON_CreateObject()), *row;
	struct answer answer;
	enum err err;

	report_text(body, "alert", id);
	answer_init(&answer);
	err = remote_ask(reader->session, reader->client, VERB_alert_show, body,
	    NULL, 0, &answer, fault);
	row = cJSON_DetachItemFromArray(
	    cJSON_GetObjectItemCaseSensitive(answer.body, "parts"), 0);
	if (err == OK)
		(void)cJSON_AddItemToArray(
		    rows, row != NULL ? row : claim(cJSON_CreateObject()));
	else
		cJSON_Delete(row);
	answer_fini(&answer);
	cJSON_Delete(body);
	return err;
}

/* All of them, in order; *rows is the caller's. */
static enum err
read_rows(struct remap_reader *reader, const cJSON *answer, cJSON **rows,
    struct fault *fault)
{
	int64_t count = json_number(answer, "parts_count", 0);
	char id[80];
	enum err err = OK;

	*rows = claim(cJSON_Duplicate(
	    cJSON_GetObjectItemCaseSensitive(answer, "parts"), true));
	for (int64_t part = cJSON_GetArraySize(*rows) + 1;
	     part <= count && err == OK; part++) {
		(void)snprintf(id, sizeof(id), "%s/%" PRId64,
		    shape_text(answer, "id"), part);
		err = ask_part(reader, id, *rows, fault);
	}
	return err;
}

/* The number of the last part that an incident has; it and those before it
 * stay. */
static int
last_attached(const cJSON *rows)
{
	const cJSON *row;
	int number = 0, last = 0;

	cJSON_ArrayForEach (row, rows) {
		number++;
		if (cJSON_HasObjectItem(row, "incident"))
			last = number;
	}
	return last;
}

static bool
some_erased(const cJSON *rows)
{
	const cJSON *row;

	cJSON_ArrayForEach (row, rows)
		if (cJSON_HasObjectItem(row, "erased"))
			return true;
	return false;
}

/* ---- a delivery ---- */

/* The outcome of the delivery, the caller's. */
static enum err
read_again(struct remap_reader *reader, const struct answer *answer,
    cJSON **outcome, struct fault *fault)
{
	const cJSON *payload =
	    cJSON_GetObjectItemCaseSensitive(answer->body, "payload");
	struct wire_part part =
	    wire_frame(&answer->message, answer->first_attachment);
	struct job *job = claim(calloc(1, sizeof(*job)));
	char why[JOB_WHY_BYTES] = "triage ran out of memory";
	cJSON *outcomes = NULL;
	const char *text;
	enum err err;

	*outcome = NULL;
	job->workflow = WORKFLOW_triage;
	job->open = reader->open;
	job->attach = reader->attach;
	job->count = 1;
	job->items[0] = (struct job_item){
	    .alert = shape_text(answer->body, "id"),
	    .source = shape_text(answer->body, "source"),
	    .format = json_text(payload, "format"),
	    .received_ms = shape_time(answer->body, "received"),
	    .payload = part.bytes,
	    .payload_len = part.len,
	};
	err = triage_job(reader->triage, job, &outcomes, why);
	/* An outcome is text, as it is handed in. */
	if (err == OK) {
		text = outcomes->child->valuestring;
		err = json_tree(text, strlen(text), outcome);
	}
	cJSON_Delete(outcomes);
	free(job);
	return err == OK ? OK : fault_here(fault, err, "%s", why);
}

static void
compare_all(const cJSON *answer, const cJSON *rows, const cJSON *outcome,
    cJSON *changes)
{
	const cJSON *now = cJSON_GetObjectItemCaseSensitive(outcome, "parts");
	const cJSON *decision =
	    cJSON_GetObjectItemCaseSensitive(answer, "decision");
	const char *id = shape_text(answer, "id");
	const char *was = shape_text(decision, "format");
	const char *is = shape_text(outcome, "format");
	int parts = cJSON_GetArraySize(now), kept = cJSON_GetArraySize(rows);
	int attached = last_attached(rows);
	char part[80];

	if (strcmp(was, is) != 0)
		note(changes, id, "format", was, is);
	for (int i = 0; i < parts || i < kept; i++) {
		if (i >= parts && i < attached)
			continue;
		(void)snprintf(part, sizeof(part), "%s/%d", id, i + 1);
		compare_part(changes, part, cJSON_GetArrayItem(rows, i),
		    cJSON_GetArrayItem(now, i));
	}
}

static enum err
compare(struct remap_reader *reader, const struct answer *answer,
    const cJSON *rows, cJSON *changes, enum remap_found *found,
    struct fault *fault)
{
	cJSON *outcome;
	enum err err = read_again(reader, answer, &outcome, fault);

	if (err != OK)
		return err;
	if (cJSON_HasObjectItem(outcome, "parts"))
		compare_all(answer->body, rows, outcome, changes);
	else if (cJSON_GetArraySize(rows) > 0)
		*found = REMAP_LOST;
	if (*found == REMAP_LOST)
		note(changes, shape_text(answer->body, "id"), "fault", "",
		    shape_text(outcome, "fault"));
	else if (changes->child != NULL)
		*found = REMAP_CHANGED;
	cJSON_Delete(outcome);
	return OK;
}

enum err
remap_compare(struct remap_reader *reader, const struct answer *answer,
    cJSON *changes, enum remap_found *found, struct fault *fault)
{
	const cJSON *payload =
	    cJSON_GetObjectItemCaseSensitive(answer->body, "payload");
	cJSON *rows = NULL;
	enum err err;

	*found = REMAP_SAME;
	if (cJSON_HasObjectItem(payload, "restricted")) {
		*found = REMAP_HIDDEN;
		return OK;
	}
	if (answer->attachments == 0) {
		*found = REMAP_ERASED;
		return OK;
	}
	err = read_rows(reader, answer->body, &rows, fault);
	if (err == OK && some_erased(rows))
		*found = REMAP_ERASED;
	else if (err == OK)
		err = compare(reader, answer, rows, changes, found, fault);
	cJSON_Delete(rows);
	return err;
}
