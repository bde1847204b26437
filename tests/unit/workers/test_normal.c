#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/normal.h"
#include "workers/path.h"

/* Reads one object as the format's part. */
static void
read_bare(struct normal *normal, const struct format *format, const char *json,
    cJSON **tree)
{
	struct part part;

	*tree = cJSON_Parse(json);
	cr_assert_not_null(*tree, "%s", json);
	part = (struct part){*tree, *tree, json, strlen(json)};
	normal_read(normal, format, &part, &(struct normal_envelope){0});
}

static void
expect(const struct normal *normal, enum normal_field field, const char *text)
{
	const struct normal_text *is = &normal->fields[field];

	cr_assert_eq(is->len, strlen(text), "%s: %.*s", normal_name(field),
	    (int)is->len, is->len == 0 ? "" : is->bytes);
	if (is->len > 0)
		cr_assert_arr_eq(
		    is->bytes, text, is->len, "%s", normal_name(field));
}

/* Builds {"a":{"b":["value"]}} for the path a.b[0]. */
static cJSON *
build(const char *path, cJSON *value)
{
	char name[64];
	size_t len;
	cJSON *rest, *node;
	bool quoted = strncmp(path, "[\"", 2) == 0;

	if (*path == '\0')
		return value;
	if (*path == '.')
		path++;
	if (*path == '[' && !quoted) {
		rest = build(strchr(path, ']') + 1, value);
		node = cJSON_CreateArray();
		cJSON_AddItemToArray(node, rest);
		return node;
	}
	path += quoted ? 2 : 0;
	len = strcspn(path, quoted ? "\"" : ".[");
	(void)snprintf(name, sizeof(name), "%.*s", (int)len, path);
	rest = build(path + len + (quoted ? 2 : 0), value);
	node = cJSON_CreateObject();
	cJSON_AddItemToObject(node, name, rest);
	return node;
}

Test(normal_read, fills_a_field_from_every_row_of_every_format)
{
	size_t rows = 0;

	for (const struct format *const *f = format_all(); *f != NULL; f++)
		for (const struct format_row *row = (*f)->rows;
		     row->path != NULL; row++, rows++) {
			cJSON *tree =
			    build(row->path, cJSON_CreateString("value"));
			cJSON *other = cJSON_CreateObject();
			const bool outer = row->base == FORMAT_OUTER;
			struct part part = {outer ? other : tree,
			    outer ? tree : other, NULL, 0};
			struct normal normal;

			cr_assert(path_valid(row->path), "%s", row->path);
			normal_read(
			    &normal, *f, &part, &(struct normal_envelope){0});
			expect(&normal, (enum normal_field)row->field, "value");
			cJSON_Delete(tree);
			cJSON_Delete(other);
		}
	cr_assert_gt(rows, 90);
}

Test(normal_read, takes_the_first_place_that_holds_something)
{
	struct normal normal;
	cJSON *tree;

	read_bare(&normal, &format_wazuh,
	    "{\"rule\":{\"description\":\"  \",\"level\":null},"
	    "\"agent\":{\"name\":\"-\",\"ip\":\"192.0.2.1\"},"
	    "\"data\":{\"dstuser\":\"(null)\",\"srcuser\":\"root\","
	    "\"srcip\":\"\"}}",
	    &tree);
	expect(&normal, NORMAL_title, "");
	expect(&normal, NORMAL_severity, "");
	expect(&normal, NORMAL_host, "192.0.2.1");
	expect(&normal, NORMAL_user, "root");
	expect(&normal, NORMAL_src_ip, "");
	cJSON_Delete(tree);
}

Test(normal_read, keeps_a_dash_that_is_a_title)
{
	struct normal normal;
	cJSON *tree;

	read_bare(&normal, &format_native, "{\"title\":\"-\"}", &tree);
	expect(&normal, NORMAL_title, "-");
	cJSON_Delete(tree);
}

Test(normal_read, writes_whole_numbers_as_the_sender_did)
{
	static const struct {
		const char *json, *text;
	} rows[] = {
	    {"{\"flow_id\":7}", "7"},
	    {"{\"flow_id\":2102415274651608}", "2102415274651608"},
	    {"{\"flow_id\":9007199254740991}", "9007199254740991"},
	    {"{\"flow_id\":9007199254740993}", "9007199254740993"},
	    {"{\"x\":{\"flow_id\":1},\"flow_id\" : 18446744073709551615 }",
		"18446744073709551615"},
	    {"{\"flow_id\":-18446744073709551615}", "-18446744073709551615"},
	    {"{\"flow_id\":1.50}", "1.50"},
	    {"{\"flow_id\":true}", "true"},
	};
	struct normal normal;
	cJSON *tree;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_bare(&normal, &format_suricata, rows[i].json, &tree);
		expect(&normal, NORMAL_dedup, rows[i].text);
		cJSON_Delete(tree);
	}
}

Test(normal_read, finds_large_numbers_within_a_wrapped_alert)
{
	static const char json[] =
	    "{\"_source\":{\"rule\":{\"id\":9007199254740993}}}";
	cJSON *tree = cJSON_Parse(json);
	struct part part = {
	    path_find(tree, "_source"), tree, json, strlen(json)};
	struct normal normal;

	normal_read(
	    &normal, &format_wazuh, &part, &(struct normal_envelope){0});
	expect(&normal, NORMAL_rule_id, "9007199254740993");
	cJSON_Delete(tree);
}

Test(normal_read, cuts_at_the_limit_and_at_a_character)
{
	enum { MAX = LIMIT_TITLE_BYTES_MAX };
	char json[2 * MAX], *p;
	struct normal normal;
	cJSON *tree;

	for (size_t len = MAX - 1; len <= MAX + 1; len++) {
		p = json + sprintf(json, "{\"title\":\"");
		memset(p, 'a', len);
		(void)sprintf(p + len, "\"}");
		read_bare(&normal, &format_native, json, &tree);
		cr_assert_eq(normal.fields[NORMAL_title].len,
		    len > MAX ? (size_t)MAX : len);
		cr_assert_eq(normal.fields[NORMAL_title].cut, len > MAX);
		cJSON_Delete(tree);
	}
	/* A character of two bytes across the limit is left out. */
	p = json + sprintf(json, "{\"title\":\"");
	memset(p, 'a', MAX - 1);
	(void)sprintf(p + MAX - 1, "\xc3\xa9\"}");
	read_bare(&normal, &format_native, json, &tree);
	cr_assert_eq(normal.fields[NORMAL_title].len, MAX - 1);
	cr_assert(normal.fields[NORMAL_title].cut);
	cJSON_Delete(tree);
}

Test(normal_fit, never_cuts_a_character)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\xa5z";
	static const size_t fits[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};

	for (size_t max = 0; max < 12; max++)
		cr_assert_eq(
		    normal_fit(text, strlen(text), max), fits[max], "%zu", max);
}

Test(normal_mend, drops_the_beginning_of_a_character)
{
	static const struct {
		const char *cut, *mended;
	} rows[] = {{"", ""}, {"ab", "ab"}, {"a\xc3", "a"},
	    {"a\xc3\xa9", "a\xc3\xa9"}, {"a\xe2\x82", "a"},
	    {"a\xf0\x9f\x94", "a"}, {"\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5"},
	    {"\xe2", ""}};
	char text[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(text, rows[i].cut);
		normal_mend(text);
		cr_assert_str_eq(text, rows[i].mended);
	}
}

Test(format_find, knows_every_format_by_its_name)
{
	for (const struct format *const *f = format_all(); *f != NULL; f++) {
		cr_assert_eq(format_find((*f)->name), *f);
		cr_assert_not_null(strstr(format_names(), (*f)->name));
	}
	cr_assert_null(format_find("splunk"));
	cr_assert_null(format_find(""));
}

Test(format, has_paths_that_are_paths)
{
	for (const struct format *const *f = format_all(); *f != NULL; f++) {
		const struct format_print *print;

		for (const char *const *p = (*f)->techniques; *p; p++)
			cr_assert(path_valid(*p), "%s", *p);
		for (const char *const *p = (*f)->groups; *p; p++)
			cr_assert(path_valid(*p), "%s", *p);
		for (const struct format_mark *m = (*f)->marks; m->path != NULL;
		     m++)
			cr_assert(path_valid(m->path), "%s", m->path);
		for (print = (*f)->prints; !print->end; print++)
			cr_assert(
			    print->path == NULL || path_valid(print->path));
	}
}

Test(normal_read, looks_into_each_envelope_once_and_into_the_next_anew)
{
	cJSON *one = cJSON_Parse("{\"commonLabels\":{\"alertname\":\"a\"}}");
	cJSON *two = cJSON_Parse("{\"commonLabels\":{\"alertname\":\"b\"}}");
	cJSON *alert = cJSON_Parse("{\"labels\":{}}");
	cJSON *own = cJSON_Parse("{\"labels\":{\"alertname\":\"c\"}}");
	struct normal_envelope envelope = {0};
	struct normal normal;

	for (int i = 0; i < 2; i++) {
		normal_read(&normal, &format_alertmanager,
		    &(struct part){alert, one, NULL, 0}, &envelope);
		expect(&normal, NORMAL_rule_id, "a");
		expect(&normal, NORMAL_severity, "");
	}
	normal_read(&normal, &format_alertmanager,
	    &(struct part){own, one, NULL, 0}, &envelope);
	expect(&normal, NORMAL_rule_id, "c");
	normal_read(&normal, &format_alertmanager,
	    &(struct part){alert, two, NULL, 0}, &envelope);
	expect(&normal, NORMAL_rule_id, "b");
	cJSON_Delete(one);
	cJSON_Delete(two);
	cJSON_Delete(alert);
	cJSON_Delete(own);
}

Test(format, has_no_more_rows_than_an_envelope_remembers)
{
	for (const struct format *const *f = format_all(); *f != NULL; f++) {
		size_t rows = 0;

		while ((*f)->rows[rows].path != NULL)
			rows++;
		cr_assert_leq(rows, NORMAL_ROWS_MAX, "%s", (*f)->name);
	}
}
