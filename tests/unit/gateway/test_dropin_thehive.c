#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/gateway/fake_exchange.h"

#define ALERT "{'title':'t','type':'siem','source':'wazuh','sourceRef':'r1'"

Test(take_thehive_alert, answers_with_what_was_created)
{
	fake_begin("POST", "/api/v1/alert");
	fake_come(ALERT ",'status':'Imported'}");
	cr_assert_eq(fake.verb, VERB_alert_push);
	cr_assert_null(json_text(fake.body, "source"));
	fake_broker(200, "{'alert':'ALR-3'}");
	cr_assert_eq(fake.status, 201);
	cr_assert_str_eq(fake_said("_id"), "ALR-3");
	cr_assert_null(fake_said("id"));
	cr_assert_str_eq(fake_said("_type"), "Alert");
	cr_assert_str_eq(fake_said("sourceRef"), "r1");
	cr_assert_str_eq(fake_said("status"), "New");
	cr_assert_str_eq(fake_said("stage"), "New");
	fake_begin("POST", "/api/v1/alert");
	fake_come(ALERT ",'date':1767225600000000000}");
	cr_assert_not_null(strstr(fake.parts[0], ":1767225600000000000}"));
	/* Version 0 calls some of it otherwise. */
	fake_begin("POST", "/api/alert");
	fake_come(ALERT "}");
	fake_broker(200, "{'alert':'ALR-4'}");
	cr_assert_str_eq(fake_said("id"), "ALR-4");
	cr_assert_str_eq(fake_said("_type"), "alert");
	cr_assert_str_eq(fake_said("createdBy"), "tocsin");
	cr_assert_null(fake_said("stage"));
}

Test(take_thehive_alert, refuses_what_lacks_an_attribute)
{
	static const struct {
		const char *body, *word;
	} rows[] = {
	    {"", "no JSON object"},
	    {"[1]", "no JSON object"},
	    {"{}", "title: attribute is missing"},
	    {"{'title':1}", "title: attribute is missing"},
	    {"{'title':'t'}", "type: attribute is missing"},
	    {"{'title':'t','type':'x','source':'y'}",
		"sourceRef: attribute is missing"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_begin("POST", "/api/alert");
		fake_come(rows[i].body);
		cr_expect_eq(fake.status, 400, "%s", rows[i].body);
		cr_expect_eq(fake.asked, 0);
		cr_expect_str_eq(fake_said("type"), "AttributeCheckingError");
		cr_expect_not_null(strstr(fake_said("message"), rows[i].word),
		    "%s", fake.text);
	}
	fake_begin("POST", "/api/alert");
	fake_come(ALERT "}");
	fake_broker(403, "{'error':'denied','message':'no sensor'}");
	cr_assert_eq(fake.status, 403);
}

static void
come_case(const char *path, const char *more)
{
	char body[1024];

	(void)snprintf(
	    body, sizeof(body), "{'title':'Phish','description':'d'%s}", more);
	fake_begin("POST", path);
	fake_come(body);
}

Test(take_thehive_case, opens_an_incident_in_our_words)
{
	come_case("/api/case", ",'severity':4,'tlp':2");
	cr_assert_eq(fake.front, CLIENT_PEOPLE);
	cr_assert_eq(fake.verb, VERB_open);
	cr_assert_str_eq(json_text(fake.body, "title"), "Phish");
	cr_assert_str_eq(json_text(fake.body, "severity"), "critical");
	cr_assert_str_eq(json_text(fake.body, "tlp"), "amber");
	fake_broker(200, "{'id':'INC-15','revision':1}");
	cr_assert_eq(fake.status, 201);
	cr_assert_str_eq(fake_said("_id"), "INC-15");
	cr_assert_str_eq(fake_said("status"), "Open");
	cr_assert_not_null(strstr(fake.text, "\"caseId\":15"));
	/* Version 1 counts TLP 2.0. */
	come_case("/api/v1/case", ",'severity':1,'tlp':3");
	cr_assert_str_eq(json_text(fake.body, "severity"), "low");
	cr_assert_str_eq(json_text(fake.body, "tlp"), "amber_strict");
	fake_broker(200, "{'id':'INC-16','revision':1}");
	cr_assert_str_eq(fake_said("status"), "New");
	cr_assert_not_null(strstr(fake.text, "\"number\":16"));
}

Test(take_thehive_case, leaves_numbers_out_that_mean_nothing)
{
	static const char *const rows[] = {"", ",'severity':0", ",'severity':5",
	    ",'severity':-1", ",'severity':'high'", ",'tlp':4", ",'tlp':-1"};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		come_case("/api/case", rows[i]);
		cr_expect_null(json_text(fake.body, "severity"), "%s", rows[i]);
		cr_expect_null(json_text(fake.body, "tlp"), "%s", rows[i]);
	}
	come_case("/api/v1/case", ",'tlp':4");
	cr_assert_str_eq(json_text(fake.body, "tlp"), "red");
	come_case("/api/v1/case", ",'tlp':5");
	cr_assert_null(json_text(fake.body, "tlp"));
}

Test(take_thehive_case, makes_names_of_tags)
{
	const cJSON *tags;
	char *text;

	come_case("/api/case",
	    ",'tags':['Wazuh Rule=5712','src:web1','wazuh-rule-5712','!!!',"
	    "7,'_x','a@b.c']");
	tags = cJSON_GetObjectItemCaseSensitive(fake.body, "tags");
	text = cJSON_PrintUnformatted(tags);
	cr_assert_str_eq(
	    text, "[\"wazuh-rule-5712\",\"src:web1\",\"x\",\"a@b.c\"]");
	cJSON_free(text);
}

Test(take_thehive_case, takes_tags_up_to_their_limits)
{
	char more[2048] = ",'tags':['", *at = more + strlen(more);
	size_t i;

	/* One of 65 bytes is cut to what a name has. */
	memset(at, 'n', LIMIT_NAME_BYTES_MAX + 1);
	at += LIMIT_NAME_BYTES_MAX + 1;
	for (i = 0; i < LIMIT_TAGS_MAX; i++)
		at += snprintf(at, 16, "','t%zu", i);
	(void)snprintf(at, 8, "']");
	come_case("/api/case", more);
	cr_assert_eq(cJSON_GetArraySize(
			 cJSON_GetObjectItemCaseSensitive(fake.body, "tags")),
	    LIMIT_TAGS_MAX);
	cr_assert_eq(strlen(cJSON_GetArrayItem(
			 cJSON_GetObjectItemCaseSensitive(fake.body, "tags"), 0)
				->valuestring),
	    LIMIT_NAME_BYTES_MAX);
}
