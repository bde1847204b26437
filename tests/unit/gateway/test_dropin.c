/* Alertmanager, Prometheus, Grafana, Splunk, CloudEvents. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/gateway/fake_exchange.h"

#define RECEIPT "{'alert':'ALR-7','count':1,'seq':9,'head':'ab'}"

static const char *
format(void)
{
	return json_text(fake.body, "format");
}

Test(take_alertmanager, pushes_the_body_whole_as_what_it_is)
{
	fake_begin("POST", "/v1/alertmanager/prod");
	fake_come(" {'alerts':[]} ");
	cr_assert_eq(fake.front, CLIENT_SENSORS);
	cr_assert_eq(fake.verb, VERB_alert_push);
	cr_assert_str_eq(fake.bearer, FAKE_TOKEN);
	cr_assert_str_eq(format(), "alertmanager");
	cr_assert_str_eq(json_text(fake.body, "source"), "prod");
	cr_assert_eq(fake.parts_count, 1);
	cr_assert_str_eq(fake.parts[0], " {\"alerts\":[]} ");
	cr_assert_not(fake.answered, "not before it is durable");
	fake_broker(200, RECEIPT);
	cr_assert_eq(fake.status, 200);
	cr_assert_str_eq(fake_said("alert"), "ALR-7");
}

Test(take_alertmanager, says_why_nothing_was_kept)
{
	fake_begin("POST", "/v1/alertmanager");
	fake_come("");
	cr_assert_eq(fake.status, 400);
	cr_assert_eq(fake.asked, 0);
	fake_begin("POST", "/v1/alertmanager");
	fake_no_token();
	fake_come("{}");
	cr_assert_eq(fake.status, 401);
	fake_begin("GET", "/v1/alertmanager");
	fake_come("");
	cr_assert_eq(fake.status, 405);
	fake_begin("POST", "/v1/alertmanager");
	fake.err = ERR_BUSY;
	fake_come("{}");
	cr_assert_eq(fake.status, 503);
	fake_begin("POST", "/v1/alertmanager");
	fake_come("{}");
	fake_broker(403, "{'error':'denied','message':'not yours'}");
	cr_assert_eq(fake.status, 403);
	cr_assert_str_eq(fake_said("message"), "not yours");
}

Test(take_webhook, lets_the_format_be_found_out)
{
	static const char *const paths[] = {
	    "/v1/grafana", "/v1/grafana/s", "/v1/splunk", "/v1/splunk/s"};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fake_begin("POST", paths[i]);
		fake_come("{'result':{}}");
		cr_expect_null(format());
		cr_expect_eq(fake.parts_count, 1);
		cr_expect_eq(json_text(fake.body, "source") != NULL,
		    strchr(paths[i] + 4, '/') != NULL);
	}
}

Test(take_prometheus, splits_the_array_and_says_nothing)
{
	fake_begin("POST", "/api/v2/alerts");
	fake_come("[{'a':1}, {'b':[2]}]");
	cr_assert_eq(fake.parts_count, 2);
	cr_assert_str_eq(fake.parts[1], "{\"b\":[2]}");
	cr_assert_str_eq(format(), "alertmanager");
	fake_broker(200, RECEIPT);
	cr_assert_eq(fake.status, 200);
	cr_assert_str_eq(fake.text, "");
	/* Nothing new is no mistake; no body is one. */
	fake_begin("POST", "/api/v2/alerts");
	fake_come("[]");
	cr_assert_eq(fake.status, 200);
	cr_assert_eq(fake.asked, 0);
	fake_begin("POST", "/api/v2/alerts");
	fake_come("");
	cr_assert_eq(fake.status, 400);
}

/* An array of so many empty objects. */
static char *
array_of(size_t count)
{
	char *text = malloc(count * 3 + 3);
	size_t i, len = 0;

	cr_assert_not_null(text);
	text[len++] = '[';
	for (i = 0; i < count; i++) {
		memcpy(text + len, i == 0 ? "{}" : ",{}", i == 0 ? 2 : 3);
		len += i == 0 ? 2 : 3;
	}
	memcpy(text + len, "]", 2);
	return text;
}

Test(take_prometheus, takes_as_many_as_one_message_has)
{
	char *text = array_of(LIMIT_PUSH_ALERTS_MAX);

	fake_begin("POST", "/api/v2/alerts");
	fake_come(text);
	cr_assert_eq(fake.parts_count, LIMIT_PUSH_ALERTS_MAX);
	free(text);
	text = array_of(LIMIT_PUSH_ALERTS_MAX + 1);
	fake_begin("POST", "/api/v2/alerts");
	fake_come(text);
	cr_assert_eq(fake.status, 413);
	cr_assert_eq(fake.asked, 0);
	fake_begin("POST", "/v1/cloudevents");
	fake_come(text);
	cr_assert_eq(fake.status, 413);
	free(text);
}

/* ---- CloudEvents ---- */

Test(take_cloudevents, takes_structured_events_and_batches_as_they_came)
{
	fake_begin("POST", "/v1/cloudevents");
	fake_come("{'specversion':'1.0','id':'1'}");
	cr_assert_eq(fake.parts_count, 1);
	cr_assert_str_eq(
	    fake.parts[0], "{\"specversion\":\"1.0\",\"id\":\"1\"}");
	fake_begin("POST", "/v1/cloudevents/s");
	fake_come("[{'id':'1'},{'id':'2'}]");
	cr_assert_eq(fake.parts_count, 2);
	fake_broker(200, RECEIPT);
	cr_assert_eq(fake.status, 200);
	fake_begin("POST", "/v1/cloudevents");
	fake_come(" ");
	cr_assert_eq(fake.status, 400);
}

static void
binary(const char *type, const char *body)
{
	fake_begin("POST", "/v1/cloudevents");
	fake_header("CE-SpecVersion", "1.0");
	fake_header("ce-type", "door.forced");
	fake_header("ce-type", "said twice");
	fake_header("Content-Type", type);
	fake_come(body);
}

Test(take_cloudevents, makes_a_structured_event_of_a_binary_one)
{
	/* The JSON is kept byte for byte, large numbers too. */
	binary("application/json", "{'n':12345678901234567890}");
	cr_assert_str_eq(fake.parts[0],
	    "{\"specversion\":\"1.0\",\"type\":\"door.forced\","
	    "\"datacontenttype\":\"application/json\","
	    "\"data\":{\"n\":12345678901234567890}}");
	binary("text/plain", "not JSON");
	cr_assert_str_eq(fake.parts[0],
	    "{\"specversion\":\"1.0\",\"type\":\"door.forced\","
	    "\"datacontenttype\":\"text/plain\","
	    "\"data_base64\":\"bm90IEpTT04=\"}");
	binary("text/plain", "");
	cr_assert_null(strstr(fake.parts[0], "\"data"
					     "\""));
	cr_assert_null(strstr(fake.parts[0], "data_base64"));
}

Test(take_cloudevents, looks_at_no_header_whose_name_is_too_long)
{
	char name[80] = "ce-";

	memset(name + 3, 'x', 61);
	fake_begin("POST", "/v1/cloudevents");
	fake_header("ce-specversion", "1.0");
	fake_header(name, "too long");
	fake_come("{}");
	cr_assert_null(strstr(fake.parts[0], "too long"));
	name[63] = '\0';
	fake_begin("POST", "/v1/cloudevents");
	fake_header("ce-specversion", "1.0");
	fake_header(name, "just right");
	fake_come("{}");
	cr_assert_not_null(strstr(fake.parts[0], "just right"));
}

Test(intake_content, inflates_what_is_what_it_says_and_nothing_else)
{
	/* printf '{}' | gzip -n */
	static const char packed[] =
	    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf"
	    "\xa6\xa3\x02\x00\x00\x00";

	fake_begin("POST", "/v1/grafana");
	fake_header("Content-Encoding", "gzip");
	fake_come_bytes(packed, sizeof(packed) - 1);
	cr_assert_str_eq(fake.parts[0], "{}");
	fake_begin("POST", "/v1/grafana");
	fake_header("Content-Encoding", "gzip");
	fake_come_bytes(packed, sizeof(packed) - 2);
	cr_assert_eq(fake.status, 400);
	fake_begin("POST", "/v1/grafana");
	fake_header("Content-Encoding", "br");
	fake_come("{}");
	cr_assert_eq(fake.status, 415);
}
