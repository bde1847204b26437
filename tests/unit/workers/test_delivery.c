#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "protocol/json.h"
#include "workers/delivery.h"
#include "workers/normal.h"

static struct delivery delivery;

static enum err
read_text(const char *payload, const char *said)
{
	return delivery_read(
	    &delivery, asked_formats(), payload, strlen(payload), said);
}

static void
expect_parts(
    const char *payload, const char *said, const char *format, size_t count)
{
	enum err err = read_text(payload, said);

	cr_assert_eq(err, OK, "%s", delivery.fault);
	cr_assert_str_eq(delivery.format->name, format);
	cr_assert_eq(delivery.count, count, "%zu", delivery.count);
	cr_assert_eq(delivery.beyond, 0);
	delivery_fini(&delivery);
}

static void
expect_fault(const char *payload, const char *said, const char *words)
{
	cr_assert_eq(read_text(payload, said), ERR_INVALID, "%s", payload);
	cr_assert_not_null(strstr(delivery.fault, words), "%s", delivery.fault);
	delivery_fini(&delivery);
}

#define WAZUH   "{\"rule\":{\"id\":\"1\",\"level\":3}}"
#define WRAPPED "{\"_source\":{\"rule\":{\"id\":\"1\"},\"agent\":{}}}"
#define EVE     "{\"event_type\":\"alert\",\"alert\":{\"signature\":\"s\"}}"
#define FLOW    "{\"event_type\":\"flow\"}"
#define MANAGER                                                                \
	"{\"version\":\"4\",\"alerts\":[{\"labels\":{}},{\"labels\":{}}]}"
#define SINGLE "{\"labels\":{\"alertname\":\"a\"},\"state\":\"firing\"}"
#define DNS    "{\"event_type\":\"dns\",\"dns\":{\"rrname\":\"a.example\"}}"
#define NATIVE "{\"title\":\"t\"}"

static const struct {
	const char *name, *alert;
	size_t parts;
} forms[] = {
    {"wazuh", WAZUH, 1},
    {"wazuh", WRAPPED, 1},
    {"suricata", EVE, 1},
    {"alertmanager", MANAGER, 2},
    {"alertmanager", SINGLE, 1},
    {"native", NATIVE, 1},
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

Test(delivery_read, recognises_each_format_alone_in_arrays_and_in_lines)
{
	char text[1024];

	for (size_t i = 0; i < FORMS; i++) {
		const char *alert = forms[i].alert, *name = forms[i].name;

		expect_parts(alert, NULL, name, forms[i].parts);
		expect_parts(alert, name, name, forms[i].parts);
		(void)snprintf(
		    text, sizeof(text), "\n [%s , %s]\n", alert, alert);
		expect_parts(text, NULL, name, 2 * forms[i].parts);
		(void)snprintf(text, sizeof(text), "\r\n%s\r\n\n %s\n%s", alert,
		    alert, alert);
		expect_parts(text, NULL, name, 3 * forms[i].parts);
		(void)snprintf(text, sizeof(text), "[%s]\n%s\n", alert, alert);
		expect_parts(text, NULL, name, 2 * forms[i].parts);
	}
}

Test(delivery_read, refuses_each_format_that_was_said_to_be_another)
{
	for (size_t i = 0; i < FORMS; i++)
		for (size_t j = 0; j < FORMS; j++)
			if (strcmp(forms[i].name, forms[j].name) != 0)
				expect_fault(forms[i].alert, forms[j].name,
				    "not of the format");
}

Test(delivery_read, says_which_formats_were_tried)
{
	expect_fault("{\"foo\":1}", NULL, "of no known format");
	expect_fault("{\"foo\":1}", NULL, "(tried: ");
	expect_fault("{\"foo\":1}", "wazuh", "nothing at /rule/id");
	expect_fault("{\"foo\":1}", "suricata", "nothing at /event_type");
	expect_fault("{\"foo\":1}", "alertmanager", "nothing at /alerts");
	expect_fault("{\"foo\":1}", "native", "nothing at /title");
	expect_fault("plain text", NULL, "(tried: ");
	cr_assert_null(delivery.format);
}

Test(delivery_read, says_where_and_why_it_is_unreadable)
{
	expect_fault("", NULL, "nothing in it");
	expect_fault(" \r\n\t", NULL, "nothing in it");
	expect_fault("{\"title\":", NULL, "at byte 9");
	expect_fault("{\"title\":\"a\",\"title\":\"b\"}", NULL, "duplicate");
	expect_fault("{\"title\":\"\\u0000\"}", NULL, "not JSON");
	expect_fault("{\"title\":\"\xff\"}", NULL, "not JSON");
	expect_fault("{\"title\":1e999}", NULL, "not JSON");
	expect_fault("[]", NULL, "array without alerts");
	expect_fault("12", NULL, "not a JSON object");
	expect_fault("\"text\"", NULL, "not a JSON object");
	expect_fault("[1]", NULL, "alert 1: not a JSON object");
	expect_fault("[" NATIVE ",[]]", NULL, "alert 2: not a JSON object");
	expect_fault(NATIVE, "nagios", "\"nagios\" is none of ");
	expect_fault(FLOW, NULL, "of no known format");
	expect_fault(
	    FLOW, "suricata", "/event_type is not \"alert\" but \"flow\"");
	expect_fault(EVE "\n" FLOW "\n", NULL, "line 2: ");
	expect_fault("[" EVE "," WAZUH "]", NULL, "alert 2: ");
	expect_fault(EVE "\n{\"event_type\"\n", NULL, "line 2: not JSON");
	expect_fault(NATIVE "\n" WAZUH, NULL,
	    "line 2: not of the format native: nothing at /title");
}

Test(delivery_read, passes_over_records_between_alerts)
{
	char *text = calloc(1, (2 * LIMIT_ALERT_SPLIT_MAX + 1) * sizeof(DNS));

	cr_assert_eq(read_text(DNS "\n" EVE "\n" DNS "\n" EVE, NULL), OK);
	cr_assert_eq(delivery.count, 2);
	cr_assert_eq(delivery.others, 2);
	delivery_fini(&delivery);
	cr_assert_eq(read_text("[" EVE "," DNS "]", "suricata"), OK);
	cr_assert_eq(delivery.count, 1);
	cr_assert_eq(delivery.others, 1);
	delivery_fini(&delivery);
	expect_fault(DNS, NULL, "no alert among its 1 records");
	expect_fault(DNS "\n" DNS, "suricata", "no alert among its 2 records");
	expect_fault("[" DNS "]", NULL, "no alert among its 1 records");
	/* Others have types of events, and an email, too. */
	cr_assert_eq(read_text("{\"event_type\":\"authentication\","
			       "\"email\":\"ada@corp.example\","
			       "\"reason\":\"marked as fraud\","
			       "\"severity\":\"high\"}",
			 NULL),
	    OK);
	cr_assert_eq(delivery.count, 1);
	cr_assert_str_eq(delivery.format->name, "generic");
	delivery_fini(&delivery);
	/* However many: they take no alert's place. */
	for (int i = 0; i < 2 * LIMIT_ALERT_SPLIT_MAX; i++)
		(void)strcat(
		    text + (size_t)i * (sizeof(DNS "\n") - 1), DNS "\n");
	(void)strcat(text, EVE "\n");
	cr_assert_eq(read_text(text, NULL), OK, "%s", delivery.fault);
	cr_assert_eq(delivery.count, 1);
	cr_assert_eq(delivery.beyond, 0);
	delivery_fini(&delivery);
	free(text);
}

Test(delivery_read, asks_of_each_format_what_makes_it_one)
{
	expect_fault("{\"rule\":{\"id\":\"1\"}}", "wazuh", "/rule/level");
	expect_fault("{\"rule\":{\"level\":1}}", "wazuh", "/rule/id");
	expect_fault("{\"rule\":\"1\"}", "wazuh", "/rule/id");
	expect_parts("{\"rule\":{\"id\":1,\"level\":3}}", NULL, "wazuh", 1);
	expect_fault("{\"event_type\":\"alert\"}", "suricata",
	    "nothing at /alert/signature");
	expect_fault("{\"event_type\":\"alert\",\"alert\":{}}", "suricata",
	    "nothing at /alert/signature");
	expect_fault("{\"version\":\"3\",\"alerts\":[{\"labels\":{}}]}",
	    "alertmanager", "/version is not \"4\" but \"3\"");
	expect_fault("{\"version\":4,\"alerts\":[{\"labels\":{}}]}",
	    "alertmanager", "no text at /version");
	expect_fault("{\"version\":\"4\",\"alerts\":[]}", "alertmanager",
	    "nothing at /alerts");
	expect_fault(
	    "{\"version\":\"4\",\"alerts\":[{}]}", "alertmanager", "labels");
	expect_fault("{\"version\":\"4\",\"alerts\":{}}", "alertmanager",
	    "no array at /alerts");
}

Test(delivery_read, holds_our_own_form_to_its_members)
{
	static const struct {
		const char *member, *good, *bad;
	} rows[] = {
	    {"severity", "\"high\"", "[]"},
	    {"severity", "3", "null"},
	    {"description", "\"x\"", "1"},
	    {"rule", "\"r\"", "{}"},
	    {"rule", "17", "true"},
	    {"time", "\"2024-01-01T00:00:00Z\"", "[]"},
	    {"time", "1744794240", "false"},
	    {"host", "\"h\"", "1"},
	    {"user", "\"u\"", "1"},
	    {"url", "\"http://x.example/\"", "1"},
	    {"observables", "[\"192.0.2.1\"]", "\"192.0.2.1\""},
	    {"observables", "[{\"type\":\"ipv4\",\"value\":\"192.0.2.1\"}]",
		"[{\"type\":\"ipv4\"}]"},
	    {"observables", "[]", "[1]"},
	    {"techniques", "[\"T1110\"]", "\"T1110\""},
	    {"techniques", "[]", "[1]"},
	    {"classification", "\"intrusions\"", "1"},
	    {"id", "\"i\"", "[]"},
	    {"id", "17", "{}"},
	    {"status", "\"firing\"", "\"on\""},
	    {"status", "\"resolved\"", "1"},
	    {"fingerprint", "[\"a\"]", "\"a\""},
	    {"data", "{\"any\":[1]}", "[1]"},
	};
	char text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"title\":\"t\",\"%s\":%s}", rows[i].member,
		    rows[i].good);
		expect_parts(text, "native", "native", 1);
		(void)snprintf(text, sizeof(text),
		    "{\"title\":\"t\",\"%s\":%s}", rows[i].member, rows[i].bad);
		expect_fault(text, "native", rows[i].member);
	}
	expect_fault("{\"title\":\" \"}", "native", "title is blank");
	expect_fault("{\"title\":1}", "native", "title is not a string");
	expect_fault("{\"title\":\"t\",\"Severity\":\"high\"}", "native",
	    "an unknown member \"Severity\"");
}

/* `count` native alerts as lines, or as an array. */
static char *
many(size_t count, bool lines)
{
	char *text = malloc(count * 20 + 8), *p = text;

	p += sprintf(p, "%s", lines ? "" : "[");
	for (size_t i = 1; i <= count; i++)
		p += sprintf(p, "{\"title\":\"%zu\"}%s", i,
		    lines       ? "\n"
		    : i < count ? ","
				: "]");
	return text;
}

Test(delivery_read, splits_into_so_many_parts_and_counts_what_is_beyond)
{
	for (size_t count = LIMIT_ALERT_SPLIT_MAX - 1;
	     count <= LIMIT_ALERT_SPLIT_MAX + 2; count++)
		for (int lines = 0; lines < 2; lines++) {
			const size_t max = LIMIT_ALERT_SPLIT_MAX;
			char *text = many(count, lines != 0);

			cr_assert_eq(
			    read_text(text, NULL), OK, "%s", delivery.fault);
			cr_assert_eq(delivery.count, count < max ? count : max);
			cr_assert_eq(
			    delivery.beyond, count < max ? 0 : count - max);
			delivery_fini(&delivery);
			free(text);
		}
}

Test(delivery_read, keeps_faults_short_and_in_utf8)
{
	char text[2048];
	int n;

	n = sprintf(text, "{\"title\":\"t\",\"");
	for (int i = 0; i < 500; i++)
		n += sprintf(text + n, "\xe2\x82\xac");
	(void)sprintf(text + n, "\":1}");
	for (int i = 0; i < 3; i++) {
		/* Moves the cut to each byte of the character. */
		memmove(text + 2, text + 1, strlen(text));
		text[1] = ' ';
		cr_assert_eq(read_text(text, "native"), ERR_INVALID);
		cr_assert(utf8_valid(delivery.fault, strlen(delivery.fault)));
		cr_assert_lt(strlen(delivery.fault), DELIVERY_FAULT_BYTES);
		delivery_fini(&delivery);
	}
	expect_fault("[{\"title\":\"a\"},{\"\xc3\xa9\":1}]", NULL, "alert 2");
	cr_assert(utf8_valid(delivery.fault, strlen(delivery.fault)));
}

Test(delivery_read, stops_at_json_bombs)
{
	const size_t size = LIMIT_JSON_BYTES_MAX + 64;
	char *text = malloc(size + 1);

	memset(text, '[', size);
	text[size] = '\0';
	cr_assert_eq(
	    delivery_read(&delivery, asked_formats(), text, size, NULL),
	    ERR_INVALID);
	delivery_fini(&delivery);
	cr_assert_eq(delivery_read(&delivery, asked_formats(), text, 100, NULL),
	    ERR_INVALID);
	cr_assert_not_null(
	    strstr(delivery.fault, "too large"), "%s", delivery.fault);
	delivery_fini(&delivery);
	memset(text, '\n', size);
	cr_assert_eq(
	    delivery_read(&delivery, asked_formats(), text, size, NULL),
	    ERR_INVALID);
	delivery_fini(&delivery);
	free(text);
}

Test(delivery_read, gives_each_element_of_an_array_its_own_bytes)
{
	struct normal normal = {.trace = NULL};

	cr_assert_eq(read_text("[{\"title\":\"a\",\"id\":9007199254740993},"
			       "{\"title\":\"b\",\"id\":9007199254740995}]",
			 NULL),
	    OK);
	for (size_t i = 0; i < 2; i++) {
		normal_read(&normal, delivery.format, &delivery.parts[i],
		    &(struct normal_envelope){0});
		cr_assert_str_eq(normal.fields[NORMAL_dedup].bytes,
		    i == 0 ? "9007199254740993" : "9007199254740995");
	}
	delivery_fini(&delivery);
}
