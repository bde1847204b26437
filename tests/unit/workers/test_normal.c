#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
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
	part = (struct part){*tree, *tree, json, strlen(json), "", ""};
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

Test(normal_read, takes_the_first_place_that_holds_something)
{
	struct normal normal = {.trace = NULL};
	cJSON *tree;

	read_bare(&normal, asked_format("wazuh"),
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
	struct normal normal = {.trace = NULL};
	cJSON *tree;

	read_bare(&normal, asked_format("native"), "{\"title\":\"-\"}", &tree);
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
	struct normal normal = {.trace = NULL};
	cJSON *tree;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_bare(
		    &normal, asked_format("suricata"), rows[i].json, &tree);
		expect(&normal, NORMAL_dedup, rows[i].text);
		cJSON_Delete(tree);
	}
}

Test(normal_read, finds_large_numbers_within_a_wrapped_alert)
{
	static const char json[] =
	    "{\"_source\":{\"rule\":{\"id\":9007199254740993}}}";
	cJSON *tree = cJSON_Parse(json);
	struct part part = {path_find(tree, "/_source", PATH_EXACT), tree, json,
	    strlen(json), "", "/_source"};
	struct normal normal = {.trace = NULL};

	normal_read(&normal, asked_format("wazuh"), &part,
	    &(struct normal_envelope){0});
	expect(&normal, NORMAL_rule_id, "9007199254740993");
	cJSON_Delete(tree);
}

Test(normal_read, cuts_at_the_limit_and_at_a_character)
{
	enum { MAX = LIMIT_TITLE_BYTES_MAX };
	char json[2 * MAX], *p;
	struct normal normal = {.trace = NULL};
	cJSON *tree;

	for (size_t len = MAX - 1; len <= MAX + 1; len++) {
		p = json + sprintf(json, "{\"title\":\"");
		memset(p, 'a', len);
		(void)sprintf(p + len, "\"}");
		read_bare(&normal, asked_format("native"), json, &tree);
		cr_assert_eq(normal.fields[NORMAL_title].len,
		    len > MAX ? (size_t)MAX : len);
		cr_assert_eq(normal.fields[NORMAL_title].cut, len > MAX);
		cJSON_Delete(tree);
	}
	/* A character of two bytes across the limit is left out. */
	p = json + sprintf(json, "{\"title\":\"");
	memset(p, 'a', MAX - 1);
	(void)sprintf(p + MAX - 1, "\xc3\xa9\"}");
	read_bare(&normal, asked_format("native"), json, &tree);
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

Test(formats_find, knows_every_format_by_its_name)
{
	const struct format *const *f = formats_all(asked_formats());

	for (; *f != NULL; f++)
		cr_assert_eq(formats_find(asked_formats(), (*f)->name), *f);
	cr_assert_null(formats_find(asked_formats(), "nagios"));
	cr_assert_null(formats_find(asked_formats(), ""));
}

Test(normal_read, looks_into_each_envelope_once_and_into_the_next_anew)
{
	cJSON *one = cJSON_Parse("{\"commonLabels\":{\"alertname\":\"a\"}}");
	cJSON *two = cJSON_Parse("{\"commonLabels\":{\"alertname\":\"b\"}}");
	cJSON *alert = cJSON_Parse("{\"labels\":{}}");
	cJSON *own = cJSON_Parse("{\"labels\":{\"alertname\":\"c\"}}");
	struct normal_envelope envelope = {0};
	struct normal normal = {.trace = NULL};

	for (int i = 0; i < 2; i++) {
		normal_read(&normal, asked_format("alertmanager"),
		    &(struct part){alert, one, NULL, 0, "", ""}, &envelope);
		expect(&normal, NORMAL_rule_id, "a");
		expect(&normal, NORMAL_severity, "");
	}
	normal_read(&normal, asked_format("alertmanager"),
	    &(struct part){own, one, NULL, 0, "", ""}, &envelope);
	expect(&normal, NORMAL_rule_id, "c");
	normal_read(&normal, asked_format("alertmanager"),
	    &(struct part){alert, two, NULL, 0, "", ""}, &envelope);
	expect(&normal, NORMAL_rule_id, "b");
	cJSON_Delete(one);
	cJSON_Delete(two);
	cJSON_Delete(alert);
	cJSON_Delete(own);
}
