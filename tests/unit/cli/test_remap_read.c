#include "cli/remap_read.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/json.h"

/* Our own form, for which there needs no mapping of one's own. */
#define PAYLOAD                                                                \
	"{\"title\":\"Forced door\",\"severity\":\"high\",\"rule\":\"door\","  \
	"\"host\":\"b-2\",\"observables\":[\"192.0.2.7\"]}"

static struct session session;
static struct fault fault;
static struct remap_reader *reader;
static struct answer answer;
static cJSON *changes;
static char home[] = "/tmp/tocsin-remap-XXXXXX";

static void
begin(void)
{
	session_init(&session);
	cr_assert_not_null(mkdtemp(home));
	(void)snprintf(session.home, sizeof(session.home), "%s", home);
	cr_assert_eq(
	    remap_open(&reader, &session, NULL, &fault), OK, "%s", fault.text);
	answer_init(&answer);
	changes = cJSON_CreateArray();
}

static void
end(void)
{
	cJSON_Delete(changes);
	answer_fini(&answer);
	remap_close(&reader);
	session_fini(&session);
	(void)rmdir(home);
}

TestSuite(remap_compare, .init = begin, .fini = end);

/* What alert.show answers of ALR-7 with these parts, and the payload. */
static enum remap_found
compare(int count, const char *parts, const char *payload, const char *more)
{
	enum remap_found found;
	char body[2048], *at;

	(void)snprintf(body, sizeof(body),
	    "{'id':'ALR-7','source':'s','received':'2026-01-12T03:22:06.120Z',"
	    "'parts_count':%d,'parts':[%s],'decision':{'format':'native'},"
	    "'payload':{'bytes':1%s}}",
	    count, parts, more);
	for (at = body; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	answer.body = cJSON_Parse(body);
	cr_assert_not_null(answer.body, "%s", body);
	if (payload != NULL)
		cr_assert_eq(
		    wire_add(&answer.message, payload, strlen(payload)), OK);
	answer.attachments = payload != NULL;
	cr_assert_eq(remap_compare(reader, &answer, changes, &found, &fault),
	    OK, "%s", fault.text);
	return found;
}

/* "old -> new" of the field that would change, or NULL. */
static const char *
change(const char *field)
{
	static char out[512];
	const cJSON *row;

	cJSON_ArrayForEach (row, changes) {
		if (strcmp(json_text(row, "field"), field) != 0)
			continue;
		(void)snprintf(out, sizeof(out), "%s: %s -> %s",
		    json_text(row, "id"), json_text(row, "old"),
		    json_text(row, "new"));
		return out;
	}
	return NULL;
}

Test(remap_compare, says_field_by_field_what_would_be_another)
{
	cr_assert_eq(compare(1,
			 "{'id':'ALR-7/1','title':'alarm','severity':'low',"
			 "'classification':'unclassified','rule':'door',"
			 "'host':'b-2','user':'x'}",
			 PAYLOAD, ""),
	    REMAP_CHANGED);
	cr_assert_str_eq(change("title"), "ALR-7/1: alarm -> Forced door");
	cr_assert_str_eq(change("severity"), "ALR-7/1: low -> high");
	cr_assert_str_eq(change("user"), "ALR-7/1: x -> ");
	cr_assert_not_null(strstr(change("observables"), "ipv4 192.0.2.7"));
	cr_assert_null(change("host"));
	cr_assert_null(change("rule"));
	cr_assert_null(change("classification"));
	cr_assert_null(change("format"));
}

Test(remap_compare, tells_of_parts_that_come_and_go)
{
	cr_assert_eq(compare(0, "", PAYLOAD, ""), REMAP_CHANGED);
	cr_assert_str_eq(change("title"), "ALR-7/1:  -> Forced door");
}

Test(remap_compare, leaves_parts_to_the_incident_that_has_them)
{
	(void)compare(2,
	    "{'id':'ALR-7/1','title':'Forced door'},"
	    "{'id':'ALR-7/2','title':'other','incident':'INC-1'}",
	    PAYLOAD, "");
	cr_assert_null(change("title"));
	answer_fini(&answer);
	answer_init(&answer);
	(void)compare(2,
	    "{'id':'ALR-7/1','title':'Forced door'},"
	    "{'id':'ALR-7/2','title':'other'}",
	    PAYLOAD, "");
	cr_assert_str_eq(change("title"), "ALR-7/2: other -> ");
}

Test(remap_compare, says_what_cannot_be_read_any_more)
{
	cr_assert_eq(
	    compare(1, "{'id':'ALR-7/1','title':'x'}", "{\"a\":1}", ""),
	    REMAP_LOST);
	cr_assert_not_null(strstr(change("fault"), "ALR-7:  -> "));
	cr_assert_gt(strlen(change("fault")), strlen("ALR-7:  -> "));
}

Test(remap_compare, makes_nothing_of_what_was_erased_or_is_not_for_one)
{
	cr_expect_eq(compare(1, "{'id':'ALR-7/1','erased':true}", PAYLOAD, ""),
	    REMAP_ERASED);
	cr_expect_eq(compare(1, "{'id':'ALR-7/1'}", NULL, ",'erased':true"),
	    REMAP_ERASED);
	cr_expect_eq(compare(1, "{'id':'ALR-7/1'}", NULL, ",'restricted':true"),
	    REMAP_HIDDEN);
	cr_expect_eq(cJSON_GetArraySize(changes), 0);
}
