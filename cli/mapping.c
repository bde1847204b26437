#include "cli/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/claim.h"
#include "cli/home.h"
#include "cli/local.h"
#include "cli/report.h"
#include "cli/slurp.h"
#include "cli/table.h"
#include "protocol/json.h"
#include "workers/delivery.h"
#include "workers/normal.h"
#include "workers/stamp.h"

enum { PAYLOAD_BYTES_MAX = LIMIT_FRAME_BYTES_MAX };

enum err
mapping_open(const struct session *session, struct formats **formats,
    struct fault *fault)
{
	char why[FORMATS_WHY_BYTES];
	struct config config;
	enum err err;

	*formats = NULL;
	err = home_config(session, &config, fault);
	if (err != OK)
		return err;
	err = formats_open(formats, config.triage_mappings, why);
	config_fini(&config);
	return err == OK ? OK : fault_set(fault, err, "%s", why);
}

/* What is shown of one delivery. */
struct test {
	struct session *session;
	struct formats *formats;
	const char *said;
	size_t part; /* from 1 */
	char *payload;
	size_t len;
	struct delivery delivery;
	struct normal normal;
	struct normal_trace trace;
};

/* The mapping's name: that of a file, which is read, or one that is known. */
static enum err
choose(struct test *test, const char *name, struct fault *fault)
{
	const struct format *format = formats_find(test->formats, name);
	char why[FORMATS_WHY_BYTES];
	enum err err;

	if (format == NULL) {
		err = formats_add_file(test->formats, name, &format, why);
		if (err == ERR_MISSING)
			return fault_set(fault, err,
			    "%s is neither a mapping (`tocsin mapping list`) "
			    "nor a file",
			    name);
		if (err != OK)
			return fault_set(fault, err, "%s", why);
	}
	test->said = format->name;
	return OK;
}

static enum err
read_part(struct test *test, const char *text, struct fault *fault)
{
	char *end;

	test->part = 1;
	if (text == NULL)
		return OK;
	test->part = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || test->part == 0)
		return fault_set(fault, ERR_INVALID,
		    "--part: expected a number from 1, not \"%.40s\"", text);
	return OK;
}

static enum err
read_delivery(struct test *test, struct fault *fault)
{
	enum err err = delivery_read(&test->delivery, test->formats,
	    test->payload, test->len, test->said);

	if (err == ERR_INVALID)
		return fault_set(fault, err, "%s", test->delivery.fault);
	if (err != OK)
		return fault_set(fault, err, "%s", err_meaning(err));
	if (test->part > test->delivery.count)
		return fault_set(fault, ERR_MISSING,
		    "--part %zu: the delivery holds %zu", test->part,
		    test->delivery.count);
	test->normal.trace = &test->trace;
	normal_read(&test->normal, test->delivery.format,
	    &test->delivery.parts[test->part - 1],
	    &(struct normal_envelope){0});
	return OK;
}

static bool
read_severity(const struct test *test, enum severity *severity)
{
	const struct normal_text *text = &test->normal.fields[NORMAL_severity];

	return severity_read(
	    &test->delivery.format->scale, text->bytes, text->len, severity);
}

/* A severity's word, a time as the journal keeps it; "" for other fields. */
static void
understand(const struct test *test, int field, char out[40])
{
	const struct normal_text *text = &test->normal.fields[field];
	enum severity severity;
	int64_t ms;
	bool zoned;

	out[0] = '\0';
	if (text->len == 0)
		return;
	if (field == NORMAL_severity && read_severity(test, &severity))
		(void)snprintf(
		    out, 40, "%s", words_name(WORDS_SEVERITY, (int)severity));
	if (field == NORMAL_time &&
	    stamp_parse(text->bytes, text->len, (int64_t)time(NULL) * 1000, &ms,
		&zoned) == OK)
		(void)snprintf(out, 40, "%lld", (long long)ms);
}

/* The value as it stands in the payload: numbers stay numbers. */
static cJSON *
value_of(const struct test *test, int field)
{
	const struct normal_text *text = &test->normal.fields[field];
	char *copy = claim(strndup(text->bytes, text->len));
	cJSON *value = test->trace.numbers[field] ? cJSON_CreateRaw(copy)
						  : cJSON_CreateString(copy);

	free(copy);
	return claim(value);
}

static cJSON *
field_of(const struct test *test, int field)
{
	cJSON *row = report_new();
	enum severity severity;
	char meaning[40];

	report_text(row, "field", normal_name((enum normal_field)field));
	report_member(row, "value", value_of(test, field));
	report_text(row, "path", test->trace.paths[field]);
	report_text(row, "ocsf", normal_ocsf((enum normal_field)field));
	understand(test, field, meaning);
	if (meaning[0] != '\0')
		report_text(row, "means", meaning);
	if (field == NORMAL_severity && read_severity(test, &severity))
		report_number(row, "severity_id", severity_ocsf(severity));
	if (test->trace.guessed[field])
		report_member(row, "guessed", claim(cJSON_CreateTrue()));
	return row;
}

static void
show_json(const struct test *test)
{
	cJSON *body = report_new();
	cJSON *fields = claim(cJSON_CreateArray());
	cJSON *missing = claim(cJSON_CreateArray());

	report_text(body, "format", test->delivery.format->name);
	report_member(body, "guessed",
	    claim(cJSON_CreateBool(test->delivery.format->guesses)));
	report_number(body, "alerts", (int64_t)test->delivery.count);
	report_number(body, "part", (int64_t)test->part);
	for (int field = 0; field < NORMAL_COUNT; field++) {
		const char *name = normal_name((enum normal_field)field);

		if (test->normal.fields[field].len > 0)
			(void)cJSON_AddItemToArray(
			    fields, field_of(test, field));
		else
			(void)cJSON_AddItemToArray(
			    missing, claim(cJSON_CreateString(name)));
	}
	report_member(body, "fields", fields);
	report_member(body, "missing", missing);
	report_done(test->session, body, "%s", "");
}

static void
show_text(const struct test *test)
{
	static const struct column columns[] = {
	    {.title = "FIELD"},
	    {.title = "VALUE", .shortest = 16},
	    {.title = "MEANS"},
	    {.title = "PATH", .rank = 1, .shortest = 12},
	};
	const struct format *format = test->delivery.format;
	struct table *table = table_new(columns, 4);
	char meaning[40], path[PATH_TEXT_BYTES + 16];

	(void)printf("%s%s, alert %zu of %zu\n", format->name,
	    format->guesses ? " (guessed: no mapping knows it)" : "",
	    test->part, test->delivery.count);
	for (int field = 0; field < NORMAL_COUNT; field++) {
		const struct normal_text *text = &test->normal.fields[field];
		char *value = claim(
		    strndup(text->bytes == NULL ? "" : text->bytes, text->len));

		understand(test, field, meaning);
		table_cell(
		    table, STYLE_PLAIN, normal_name((enum normal_field)field));
		table_cell(
		    table, STYLE_PLAIN, text->len == 0 ? "(not found)" : value);
		table_cell(table, STYLE_PLAIN, meaning);
		(void)snprintf(path, sizeof(path), "%s%s",
		    test->trace.paths[field],
		    test->trace.guessed[field] && !format->guesses
			? " (guessed)"
			: "");
		table_cell(table, STYLE_PLAIN, path);
		free(value);
	}
	table_draw(table, &test->session->screen);
	table_free(&table);
}

int
local_mapping_test(struct session *session, const struct local_args *args)
{
	static struct test test;
	const char *payload = args->given[LOCAL_mapping_test_payload];
	struct fault fault;
	enum err err = mapping_open(session, &test.formats, &fault);

	test.session = session;
	if (err == OK && args->words_count > 1)
		err = fault_set(&fault, ERR_INVALID, "one mapping at a time");
	if (err == OK && args->words_count == 1 &&
	    args->given[LOCAL_mapping_test_detect] != NULL)
		err = fault_set(&fault, ERR_INVALID,
		    "--detect finds the mapping out: name none beside it");
	if (err == OK)
		err = read_part(
		    &test, args->given[LOCAL_mapping_test_part], &fault);
	if (err == OK && args->words_count == 1)
		err = choose(&test, args->words[0], &fault);
	if (err == OK)
		err = slurp(payload == NULL ? "-" : payload, PAYLOAD_BYTES_MAX,
		    &test.payload, &test.len, &fault);
	if (err == OK)
		err = read_delivery(&test, &fault);
	if (err == OK && session->json)
		show_json(&test);
	else if (err == OK)
		show_text(&test);
	delivery_fini(&test.delivery);
	free(test.payload);
	formats_close(&test.formats);
	return err == OK ? 0 : report_fail(session, &fault);
}

int
local_mapping_list(struct session *session, const struct local_args *args)
{
	static const struct column columns[] = {
	    {.title = "MAPPING"},
	    {.title = "ORDER", .right = true},
	    {.title = "ABOUT", .shortest = 16},
	    {.title = "FILE", .rank = 1, .shortest = 16},
	};
	const struct format *const *format;
	struct table *table = table_new(columns, 4);
	cJSON *body = report_new(), *rows = claim(cJSON_CreateArray()), *row;
	struct formats *formats;
	struct fault fault;

	(void)args;
	if (mapping_open(session, &formats, &fault) != OK) {
		table_free(&table);
		cJSON_Delete(body);
		cJSON_Delete(rows);
		return report_fail(session, &fault);
	}
	for (format = formats_all(formats); *format != NULL; format++) {
		table_cell(table, STYLE_PLAIN, (*format)->name);
		table_number(table, STYLE_PLAIN, (*format)->order);
		table_cell(table, STYLE_PLAIN, (*format)->about);
		table_cell(table, STYLE_PLAIN, (*format)->file);
		row = report_new();
		report_text(row, "name", (*format)->name);
		report_number(row, "order", (*format)->order);
		report_text(row, "about", (*format)->about);
		report_text(row, "file", (*format)->file);
		(void)cJSON_AddItemToArray(rows, row);
	}
	report_member(body, "mappings", rows);
	if (session->json) {
		report_done(session, body, "%s", "");
	} else {
		table_draw(table, &session->screen);
		cJSON_Delete(body);
	}
	table_free(&table);
	formats_close(&formats);
	return 0;
}
