#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/delivery.h"
#include "workers/format_read.h"
#include "workers/formats.h"
#include "workers/normal.h"

static struct formats *formats;
static struct delivery delivery;
static struct normal normal;
static char why[FORMATS_WHY_BYTES];

static void
begin(void)
{
	cr_assert_eq(formats_begin(&formats), OK);
}

static void
end(void)
{
	formats_close(&formats);
}

TestSuite(formats, .init = begin, .fini = end);

static void
add(const char *mapping)
{
	cr_assert_eq(
	    formats_add(formats, mapping, strlen(mapping), "m", NULL, why), OK,
	    "%s", why);
}

/* The field of the first alert of the payload; "(none)" where it has none. */
static const char *
field(const char *payload, enum normal_field number)
{
	static char out[256];
	enum err err =
	    delivery_read(&delivery, formats, payload, strlen(payload), NULL);

	cr_assert_eq(err, OK, "%s", delivery.fault);
	normal_read(&normal, delivery.format, &delivery.parts[0],
	    &(struct normal_envelope){0});
	(void)snprintf(out, sizeof(out), "%.*s", (int)normal.fields[number].len,
	    normal.fields[number].len == 0 ? "" : normal.fields[number].bytes);
	delivery_fini(&delivery);
	return out[0] == '\0' ? "(none)" : out;
}

static void
expect_unread(const char *payload, const char *said, const char *words)
{
	cr_assert_eq(
	    delivery_read(&delivery, formats, payload, strlen(payload), said),
	    ERR_INVALID, "%s", payload);
	cr_assert_not_null(strstr(delivery.fault, words), "%s", delivery.fault);
	delivery_fini(&delivery);
}

Test(formats, takes_groups_tables_and_constants)
{
	add("format: a\nrecognise: [/a]\nfields:\n"
	    "  title: {text: Constant}\n"
	    "  host: {at: /a, match: 'host=(?<value>\\S+)'}\n"
	    "  user: {at: /a, match: 'by (\\S+)'}\n"
	    "  rule_id: {at: /a, match: 'r\\d+'}\n"
	    "  status: {at: /s, table: {\"0\": open, \"1\": closed}}\n");
	cr_assert_str_eq(field("{\"a\":\"x\"}", NORMAL_title), "Constant");
	cr_assert_str_eq(field("{\"a\":\"x\"}", NORMAL_host), "(none)");
	cr_assert_str_eq(
	    field("{\"a\":\"host=h by u r17\"}", NORMAL_host), "h");
	cr_assert_str_eq(
	    field("{\"a\":\"host=h by u r17\"}", NORMAL_user), "u");
	cr_assert_str_eq(
	    field("{\"a\":\"host=h by u r17\"}", NORMAL_rule_id), "r17");
	cr_assert_str_eq(field("{\"a\":1,\"s\":1}", NORMAL_status), "closed");
	cr_assert_str_eq(field("{\"a\":1,\"s\":\"0\"}", NORMAL_status), "open");
	cr_assert_str_eq(field("{\"a\":1,\"s\":2}", NORMAL_status), "(none)");
}

Test(formats, looks_into_envelopes_and_texts_that_hold_json)
{
	add("format: inner\norder: 10\nrecognise: [/what]\n"
	    "fields: {title: /what, host: /deep/h}\nembedded: /deep\n");
	add("format: outer\norder: 20\nrecognise: [/sent]\n"
	    "envelope: [/body/*, /text]\nfields: {title: /sent}\n");
	cr_assert_str_eq(
	    field("{\"sent\":1,\"body\":[{\"what\":\"x\"}]}", NORMAL_title),
	    "x");
	cr_assert_str_eq(
	    field("{\"sent\":1,\"text\":\"{\\\"what\\\":\\\"y\\\"}\"}",
		NORMAL_title),
	    "y");
	/* In base64. */
	cr_assert_str_eq(
	    field("{\"sent\":1,\"text\":\"eyJ3aGF0IjoieiJ9\"}", NORMAL_title),
	    "z");
	cr_assert_str_eq(
	    field("{\"sent\":\"s\",\"text\":\"nothing\"}", NORMAL_title), "s");
	cr_assert_str_eq(
	    field("{\"sent\":\"s\",\"body\":[{}]}", NORMAL_title), "s");
	cr_assert_str_eq(
	    field("{\"what\":1,\"deep\":\"{\\\"h\\\":\\\"web1\\\"}\"}",
		NORMAL_host),
	    "web1");
}

Test(formats, looks_into_so_many_envelopes_and_no_more)
{
	char payload[256];

	add("format: inner\norder: 10\nrecognise: [/what]\n"
	    "fields: {title: /what}\n");
	add("format: outer\norder: 20\nrecognise: [/sent]\n"
	    "envelope: /body\nfields: {title: {text: outer}}\n");
	for (int depth = DELIVERY_ENVELOPES_MAX;
	     depth <= DELIVERY_ENVELOPES_MAX + 1; depth++) {
		payload[0] = '\0';
		for (int i = 0; i < depth; i++)
			(void)strcat(payload, "{\"sent\":1,\"body\":");
		(void)strcat(payload, "{\"what\":\"deep\"}");
		for (int i = 0; i < depth; i++)
			(void)strcat(payload, "}");
		cr_assert_str_eq(field(payload, NORMAL_title),
		    depth == DELIVERY_ENVELOPES_MAX ? "deep" : "outer");
	}
}

Test(formats, reads_text_by_patterns_and_records)
{
	static const char three[] = "## 1\na\n## x\nb\n## 3\nc\n";

	add("format: t\ntext:\n  records: '## '\n"
	    "  pattern: '^## (?<id>\\d+)\\n(?<msg>[^\\n]+)'\n"
	    "fields: {title: /msg, dedup: /id}\n");
	cr_assert_str_eq(
	    field("## 1\nfirst\nmore\n\n## 2\nsecond\n", NORMAL_title),
	    "first");
	cr_assert_eq(
	    delivery_read(&delivery, formats, three, strlen(three), NULL), OK);
	cr_assert_eq(delivery.count, 2);
	cr_assert_eq(delivery.others, 1);
	delivery_fini(&delivery);
	expect_unread("# 1\na\n", NULL, "nor text of any format");
}

Test(formats, reads_zeeks_columns)
{
	add("format: z\ntext: zeek\n"
	    "fields: {title: /note, src_ip: /id.orig_h}\n");
	cr_assert_str_eq(
	    field("#separator \\x09\n#path\tnotice\n#fields\tnote\tid.orig_h\n"
		  "A::B\t192.0.2.1\nC::D\t-\n#close\n",
		NORMAL_src_ip),
	    "192.0.2.1");
	expect_unread("A::B\t1\n", NULL, "nor text of any format");
}

Test(formats, bends_text_that_is_no_utf8)
{
	add("format: t\ntext: {pattern: '^! (?<m>.*)$'}\n"
	    "fields: {title: /m}\n");
	cr_assert_str_eq(field("! caf\xe9 x", NORMAL_title), "caf? x");
}

Test(formats, gives_up_a_match_that_costs_too_much)
{
	char text[256] = "{\"a\":\"";

	add("format: e\nrecognise: [/a]\nfields:\n"
	    "  title: [{at: /a, match: '^(a|a?)+$'}, {text: gave up}]\n");
	memset(text + strlen(text), 'a', 64);
	(void)strcat(text, "b\"}");
	cr_assert_str_eq(field(text, NORMAL_title), "gave up");
}

/* A mapping of so many places in one field. */
static enum err
add_places(size_t count)
{
	char *text = malloc(count * 8 + 128);
	size_t n = (size_t)sprintf(
	    text, "format: p\nrecognise: [/a]\nfields: {title: [");
	enum err err;

	for (size_t i = 0; i < count; i++)
		n += (size_t)sprintf(text + n, "%s/a", i == 0 ? "" : ", ");
	n += (size_t)sprintf(text + n, "]}\n");
	err = formats_add(formats, text, n, "p", NULL, why);
	free(text);
	return err;
}

Test(formats, holds_mappings_to_their_limits)
{
	static char text[YAML_FILE_BYTES_MAX + 2];
	char small[64];
	enum err err;

	cr_assert_eq(add_places(FORMAT_PLACES_MAX), OK, "%s", why);
	cr_assert_eq(add_places(FORMAT_PLACES_MAX + 1), ERR_INVALID);
	cr_assert_not_null(
	    strstr(why, "p:3:1: fields: more than 256"), "%s", why);
	memset(text, '#', sizeof(text) - 1);
	cr_assert_eq(
	    formats_add(formats, text, sizeof(text) - 1, "big", NULL, why),
	    ERR_TOO_LARGE);
	/* "native" and "p" are there. */
	for (int i = 2; i <= FORMATS_MAX; i++) {
		(void)snprintf(small, sizeof(small),
		    "{format: f%d, recognise: [/a], fields: {title: /a}}", i);
		err =
		    formats_add(formats, small, strlen(small), "m", NULL, why);
		cr_assert_eq(
		    err, i < FORMATS_MAX ? OK : ERR_TOO_LARGE, "%d %s", i, why);
	}
}

Test(formats, refuses_deep_and_long_documents)
{
	static char text[YAML_NODES_MAX * 4];
	size_t n = (size_t)sprintf(text, "format: [");

	for (int i = 0; i <= YAML_NODES_MAX; i++)
		n += (size_t)sprintf(text + n, "a, ");
	n += (size_t)sprintf(text + n, "a]");
	cr_assert_eq(
	    formats_add(formats, text, n, "m", NULL, why), ERR_TOO_LARGE);
	n = (size_t)sprintf(text, "format: ");
	for (int i = 0; i < YAML_DEPTH_MAX + 1; i++)
		text[n++] = '[';
	for (int i = 0; i < YAML_DEPTH_MAX + 1; i++)
		text[n++] = ']';
	cr_assert_eq(
	    formats_add(formats, text, n, "m", NULL, why), ERR_INVALID);
	cr_assert_not_null(strstr(why, "levels"), "%s", why);
}

Test(formats, tries_them_in_order_and_replaces_by_name)
{
	add("format: late\norder: 800\nrecognise: [/a]\nfields: {title: /a}\n");
	add("format: early\norder: 5\nrecognise: [/a]\nfields: {title: /a}\n");
	cr_assert_str_eq(formats_all(formats)[0]->name, "early");
	cr_assert_str_eq(formats_all(formats)[1]->name, "late");
	cr_assert_str_eq(formats_all(formats)[2]->name, "native");
	add("format: early\norder: 850\nrecognise: [/a]\nfields: {title: "
	    "/b}\n");
	cr_assert_str_eq(formats_all(formats)[1]->name, "early");
	cr_assert_null(formats_all(formats)[3]);
	cr_assert_str_eq(formats_names(formats), "late, early, native");
}

#define REST "\"n\":1,\"s\":\"xy\",\"q\":[]"

Test(formats, knows_conditions)
{
	add("format: c\nrecognise:\n"
	    "  - {at: /k, is: [One, two]}\n"
	    "  - {at: /n, kind: number}\n"
	    "  - {at: /s, matches: '^x'}\n"
	    "  - any: [/p, {at: /q, kind: array}]\n"
	    "  - none: [/bad]\n"
	    "fields: {title: /s}\n");
	cr_assert_str_eq(field("{\"k\":\"ONE\"," REST "}", NORMAL_title), "xy");
	expect_unread(
	    "{\"k\":\"three\"," REST "}", "c", "/k is not what it should be");
	expect_unread("{" REST "}", "c", "nothing at /k");
	expect_unread("{\"k\":\"two\",\"n\":\"1\",\"s\":\"x\",\"q\":[]}", "c",
	    "no number at /n");
	expect_unread(
	    "{\"k\":\"two\",\"n\":1,\"s\":\"y\",\"q\":[]}", "c", "\"y\"");
	expect_unread("{\"k\":\"two\",\"n\":1,\"s\":\"x\",\"q\":{}}", "c",
	    "nothing at /p");
	expect_unread(
	    "{\"k\":\"two\",\"bad\":1," REST "}", "c", "something at /bad");
}

Test(formats, guess_what_their_places_miss_where_names_are_sure)
{
	static const char payload[] =
	    "{\"a\":\"Odd\",\"from\":\"192.0.2.1\",\"host_name\":\"pc7\","
	    "\"severity\":\"high\",\"status\":\"resolved\",\"x\":{\"y\":{"
	    "\"z\":{\"v\":{\"w\":{\"q\":{\"user\":\"deep\"}}}}}},"
	    "\"destination_ip\":\"192.0.2.1\",\"owner\":\"bob\"}";
	static const char fields[] =
	    "recognise: [/a]\nfields: {title: /a, src_ip: /from}\n";
	char mapping[256];

	(void)snprintf(mapping, sizeof(mapping), "format: sure\n%s", fields);
	add(mapping);
	cr_assert_str_eq(field(payload, NORMAL_host), "(none)");
	cr_assert_not(normal.guessed);
	(void)snprintf(mapping, sizeof(mapping),
	    "format: sure\n%sguess: missing\n", fields);
	add(mapping);
	cr_assert_str_eq(field(payload, NORMAL_host), "pc7");
	cr_assert(normal.guessed);
	cr_assert_str_eq(field(payload, NORMAL_title), "Odd");
	/* What decides, what is far off, and what stands elsewhere already. */
	cr_assert_str_eq(field(payload, NORMAL_severity), "(none)");
	cr_assert_str_eq(field(payload, NORMAL_status), "(none)");
	cr_assert_str_eq(field(payload, NORMAL_user), "(none)");
	cr_assert_str_eq(field(payload, NORMAL_dst_ip), "(none)");
	cr_assert_str_eq(
	    field("{\"a\":\"Odd\",\"from\":\"x\"}", NORMAL_host), "(none)");
	cr_assert_not(normal.guessed);
}

/* A line of an array of count envelopes, to out; how long it is. */
static size_t
envelopes(char *out, size_t count)
{
	static const char element[] = "{\"e\":{\"a\":\"x\"}},";
	size_t one = strlen(element);

	out[0] = '[';
	for (size_t i = 0; i < count; i++)
		memcpy(out + 1 + i * one, element, one);
	memcpy(out + count * one, "]\n", 2);
	return count * one + 2;
}

Test(formats, looks_into_twenty_thousand_envelopes_of_a_delivery_and_no_more)
{
	char *payload = malloc((size_t)DELIVERY_LOOKS_MAX * 32);
	size_t len;

	cr_assert_not_null(payload);
	add("format: inner\nrecognise: [/a]\nfields: {title: /a}\n");
	add("format: outer\nrecognise: [/e]\nenvelope: /e\n");
	/* One document has not as many values. */
	len = envelopes(payload, DELIVERY_LOOKS_MAX / 2);
	len += envelopes(payload + len, DELIVERY_LOOKS_MAX / 2);
	cr_assert_eq(delivery_read(&delivery, formats, payload, len, NULL), OK,
	    "%s", delivery.fault);
	delivery_fini(&delivery);
	len += envelopes(payload + len, 1);
	cr_assert_eq(
	    delivery_read(&delivery, formats, payload, len, NULL), ERR_INVALID);
	cr_assert_not_null(
	    strstr(delivery.fault, "alert 1: not of the format inner"), "%s",
	    delivery.fault);
	delivery_fini(&delivery);
	free(payload);
}
