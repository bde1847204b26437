/* mapping measure: fields of payloads, held against what an index says of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/local.h"
#include "cli/mapping.h"
#include "cli/report.h"
#include "cli/slurp.h"
#include "cli/table.h"
#include "protocol/json.h"
#include "workers/delivery.h"
#include "workers/normal.h"

enum {
	INDEX_BYTES_MAX = LIMIT_JSON_BYTES_MAX,
	PRODUCTS_MAX = 256,
	PATH_MAX_BYTES = 1024,
	READ_AS_MAX = 8 /* mappings that are named for a product */
};

/* The fields that are counted. */
static const int counted[] = {NORMAL_title, NORMAL_severity, NORMAL_time,
    NORMAL_rule_id, NORMAL_host, NORMAL_user, NORMAL_src_ip, NORMAL_dst_ip,
    NORMAL_hash, NORMAL_mitre, NORMAL_dedup};

enum { COUNTED = sizeof(counted) / sizeof(counted[0]) };

struct product {
	const char *name; /* within the index */
	size_t payloads, fields, right;
	const char *read_as[READ_AS_MAX]; /* mappings; NULL: no more */
};

struct measuring {
	struct session *session;
	const struct formats *formats;
	const char *folder, *kind;
	bool show_wrong;
	struct product products[PRODUCTS_MAX];
	size_t count;
	struct product all;
	struct delivery delivery;
	struct normal normal;
	cJSON *wrong;
};

static struct product *
product_of(struct measuring *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->products[i].name, name) == 0)
			return &m->products[i];
	if (m->count == PRODUCTS_MAX)
		return &m->products[PRODUCTS_MAX - 1];
	m->products[m->count].name = name;
	return &m->products[m->count++];
}

static bool
same_number(const char *text, double expected)
{
	char *end;
	double value = strtod(text, &end);

	return end != text && *end == '\0' && fabs(value - expected) < 1e-9;
}

/* Remembers which mapping read a payload of the product. */
static void
note_mapping(struct product *product, const struct format *format)
{
	const char *name = format == NULL ? "unread" : format->name;

	for (size_t i = 0; i < READ_AS_MAX; i++) {
		if (product->read_as[i] == NULL)
			product->read_as[i] = name;
		if (strcmp(product->read_as[i], name) == 0)
			return;
	}
}

/* Is the field what the index says? */
static bool
is_right(const struct normal_text *field, const cJSON *expected)
{
	char *text = claim(
	    strndup(field->bytes == NULL ? "" : field->bytes, field->len));
	bool right = false;

	if (cJSON_IsNumber(expected))
		right = same_number(text, expected->valuedouble);
	else if (cJSON_IsString(expected))
		right = field->len > 0 &&
			(strcmp(text, expected->valuestring) == 0 ||
			    (field->cut && strncmp(text, expected->valuestring,
					       field->len) == 0));
	free(text);
	return right;
}

static void
note_wrong(struct measuring *m, const char *file, int field,
    const cJSON *expected, const char *path)
{
	const struct normal_text *found = &m->normal.fields[field];
	cJSON *row = report_new();
	char *text =
	    claim(strndup(found->len == 0 ? "" : found->bytes, found->len));

	report_text(row, "file", file);
	report_text(row, "field", normal_name((enum normal_field)field));
	report_member(row, "expected", claim(cJSON_Duplicate(expected, true)));
	report_text(row, "at", path == NULL ? "" : path);
	report_text(row, "found", text);
	(void)cJSON_AddItemToArray(m->wrong, row);
	free(text);
}

static enum err
read_payload(struct measuring *m, const char *file, struct fault *fault)
{
	char path[PATH_MAX_BYTES], *payload;
	size_t len;
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/%s", m->folder, file);
	err = slurp(path, LIMIT_FRAME_BYTES_MAX, &payload, &len, fault);
	if (err != OK)
		return err;
	memset(m->normal.fields, 0, sizeof(m->normal.fields));
	if (delivery_read(&m->delivery, m->formats, payload, len, NULL) == OK)
		normal_read(&m->normal, m->delivery.format,
		    &m->delivery.parts[0], &(struct normal_envelope){0});
	free(payload);
	return OK;
}

static enum err
measure_payload(struct measuring *m, const cJSON *entry, struct fault *fault)
{
	const char *file = json_text(entry, "file");
	const char *name = json_text(entry, "product");
	const cJSON *paths = cJSON_GetObjectItemCaseSensitive(entry, "paths");
	struct product *product;
	enum err err;

	if (file == NULL || name == NULL)
		return fault_set(fault, ERR_INVALID,
		    "index.json: an entry without file or product");
	product = product_of(m, name);
	err = read_payload(m, file, fault);
	if (err != OK)
		return err;
	product->payloads++;
	note_mapping(product, m->delivery.format);
	for (size_t i = 0; i < COUNTED; i++) {
		const cJSON *field = cJSON_GetObjectItemCaseSensitive(
		    paths, normal_name((enum normal_field)counted[i]));
		const cJSON *expected =
		    cJSON_GetObjectItemCaseSensitive(field, "value");

		if (expected == NULL)
			continue;
		product->fields++;
		if (is_right(&m->normal.fields[counted[i]], expected))
			product->right++;
		else
			note_wrong(m, file, counted[i], expected,
			    json_text(field, "path"));
	}
	delivery_fini(&m->delivery);
	return OK;
}

static enum err
measure(struct measuring *m, const cJSON *index, struct fault *fault)
{
	const cJSON *entry;
	enum err err = OK;

	cJSON_ArrayForEach (entry, index) {
		const char *kind = json_text(entry, "kind");

		if (kind == NULL || strcmp(kind, m->kind) != 0)
			continue;
		err = measure_payload(m, entry, fault);
		if (err != OK)
			return err;
	}
	for (size_t i = 0; i < m->count; i++) {
		m->all.payloads += m->products[i].payloads;
		m->all.fields += m->products[i].fields;
		m->all.right += m->products[i].right;
	}
	return OK;
}

static double
share(const struct product *product)
{
	return product->fields == 0
		   ? 100
		   : 100.0 * (double)product->right / (double)product->fields;
}

static cJSON *
row_of(const struct product *product)
{
	cJSON *row = report_new(), *read_as = claim(cJSON_CreateArray());

	for (size_t i = 0; i < READ_AS_MAX && product->read_as[i] != NULL; i++)
		(void)cJSON_AddItemToArray(
		    read_as, claim(cJSON_CreateString(product->read_as[i])));
	report_text(row, "product", product->name);
	report_number(row, "payloads", (int64_t)product->payloads);
	report_number(row, "fields", (int64_t)product->fields);
	report_number(row, "right", (int64_t)product->right);
	report_member(
	    row, "percent", claim(cJSON_CreateNumber(share(product))));
	report_member(row, "read_as", read_as);
	return row;
}

static void
show_json(struct measuring *m)
{
	cJSON *body = row_of(&m->all), *rows = claim(cJSON_CreateArray());

	for (size_t i = 0; i < m->count; i++)
		(void)cJSON_AddItemToArray(rows, row_of(&m->products[i]));
	report_member(body, "products", rows);
	if (m->show_wrong)
		report_member(
		    body, "wrong", claim(cJSON_Duplicate(m->wrong, true)));
	report_done(m->session, body, "%s", "");
}

static void
add_row(struct table *table, const struct product *product)
{
	char percent[32], read_as[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < READ_AS_MAX && product->read_as[i] != NULL &&
			   len < sizeof(read_as);
	     i++)
		len += (size_t)snprintf(read_as + len, sizeof(read_as) - len,
		    "%s%s", i == 0 ? "" : ", ", product->read_as[i]);
	(void)snprintf(percent, sizeof(percent), "%.1f", share(product));
	table_cell(table, STYLE_PLAIN, product->name);
	table_number(table, STYLE_PLAIN, (int64_t)product->payloads);
	table_number(table, STYLE_PLAIN, (int64_t)product->fields);
	table_number(table, STYLE_PLAIN, (int64_t)product->right);
	table_cell(table, STYLE_PLAIN, percent);
	table_cell(table, STYLE_PLAIN, read_as);
}

static void
show_text(const struct measuring *m)
{
	static const struct column columns[] = {
	    {.title = "PRODUCT"},
	    {.title = "PAYLOADS", .right = true},
	    {.title = "FIELDS", .right = true},
	    {.title = "RIGHT", .right = true},
	    {.title = "PERCENT", .right = true},
	    {.title = "READ AS", .rank = 1, .shortest = 8},
	};
	static const struct column wrongs[] = {
	    {.title = "FILE"},
	    {.title = "FIELD"},
	    {.title = "EXPECTED", .shortest = 12},
	    {.title = "AT", .shortest = 12},
	    {.title = "FOUND", .shortest = 12},
	};
	struct table *table = table_new(columns, 6);
	const cJSON *row;

	for (size_t i = 0; i < m->count; i++)
		add_row(table, &m->products[i]);
	add_row(table, &m->all);
	table_draw(table, &m->session->screen);
	table_free(&table);
	if (!m->show_wrong)
		return;
	table = table_new(wrongs, 5);
	cJSON_ArrayForEach (row, m->wrong) {
		const cJSON *expected =
		    cJSON_GetObjectItemCaseSensitive(row, "expected");
		char *text = claim(cJSON_PrintUnformatted(expected));

		table_cell(table, STYLE_PLAIN, json_text(row, "file"));
		table_cell(table, STYLE_PLAIN, json_text(row, "field"));
		table_cell(table, STYLE_PLAIN, text);
		table_cell(table, STYLE_PLAIN, json_text(row, "at"));
		table_cell(table, STYLE_PLAIN, json_text(row, "found"));
		free(text);
	}
	table_draw(table, &m->session->screen);
	table_free(&table);
}

static enum err
read_index(const char *folder, cJSON **index, struct fault *fault)
{
	char path[PATH_MAX_BYTES], *text;
	struct json_fault json;
	size_t len;
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/index.json", folder);
	err = slurp(path, INDEX_BYTES_MAX, &text, &len, fault);
	if (err != OK)
		return err;
	err = json_parse(text, len, true, index, &json);
	free(text);
	if (err != OK)
		return fault_set(fault, err, "%s: %s, at byte %zu", path,
		    json.reason, json.offset);
	return cJSON_IsArray(*index)
		   ? OK
		   : fault_set(fault, ERR_INVALID, "%s: expected a list", path);
}

/* Only what needs to know no product: lists of alerts, and the guess. */
static enum err
only_guess(struct formats **formats, struct fault *fault)
{
	static const char *const files[] = {"lists", "generic"};
	char folder[FORMATS_PATH_BYTES], path[FORMATS_PATH_BYTES + 32];
	char why[FORMATS_WHY_BYTES] = "out of memory";
	enum err err = formats_begin(formats);

	formats_folder(folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && err == OK;
	     i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s.yaml", folder, files[i]);
		err = formats_add_file(*formats, path, NULL, why);
	}
	return err == OK ? OK : fault_set(fault, err, "%s", why);
}

int
local_mapping_measure(struct session *session, const struct local_args *args)
{
	static struct measuring m;
	const char *kind = args->given[LOCAL_mapping_measure_kind];
	struct formats *formats = NULL;
	cJSON *index = NULL;
	struct fault fault;
	enum err err;

	m.session = session;
	m.folder = args->words[0];
	m.kind = kind == NULL ? "alert" : kind;
	m.show_wrong = args->given[LOCAL_mapping_measure_wrong] != NULL;
	m.all.name = "all";
	m.wrong = claim(cJSON_CreateArray());
	err = args->words_count == 1
		  ? OK
		  : fault_set(&fault, ERR_INVALID,
			"name the folder with payloads and index.json");
	if (err == OK)
		err = args->given[LOCAL_mapping_measure_guess] != NULL
			  ? only_guess(&formats, &fault)
			  : mapping_open(session, &formats, &fault);
	m.formats = formats;
	if (err == OK)
		err = read_index(m.folder, &index, &fault);
	if (err == OK)
		err = measure(&m, index, &fault);
	if (err == OK && session->json)
		show_json(&m);
	else if (err == OK)
		show_text(&m);
	cJSON_Delete(index);
	cJSON_Delete(m.wrong);
	formats_close(&formats);
	return err == OK ? 0 : report_fail(session, &fault);
}
