#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/gateway/fake_exchange.h"

#define PAYLOAD                                                                \
	"'payload':{'summary':'Disk full','source':'db1','severity':'info'}"
#define STARS "*******************************************"

static void
come(const char *event)
{
	fake_begin("POST", "/v2/enqueue");
	fake_no_token();
	fake_come(event);
}

Test(take_pagerduty, takes_the_routing_key_for_the_token_and_keeps_it_not)
{
	come("{'routing_key':'" FAKE_TOKEN "','event_action':'trigger',"
	     "'dedup_key':'d " FAKE_TOKEN "'," PAYLOAD "}");
	cr_assert_eq(fake.verb, VERB_alert_push);
	cr_assert_str_eq(fake.bearer, FAKE_TOKEN);
	cr_assert_eq(fake.parts_count, 1);
	cr_assert_null(strstr(fake.parts[0], FAKE_TOKEN));
	cr_assert_not_null(
	    strstr(fake.parts[0], "\"routing_key\":\"toc_7_" STARS "\""));
	cr_assert_not_null(strstr(fake.parts[0], "\"d toc_7_" STARS "\""));
	fake_broker(200, "{'alert':'ALR-1'}");
	cr_assert_eq(fake.status, 202);
	cr_assert_str_eq(fake_said("status"), "success");
	cr_assert_str_eq(fake_said("dedup_key"), "d " FAKE_TOKEN);
}

Test(take_pagerduty, gives_an_event_without_a_key_one)
{
	come("{'routing_key':'" FAKE_TOKEN "','event_action':'trigger'," PAYLOAD
	     "}");
	fake_broker(200, "{'alert':'ALR-12'}");
	cr_assert_str_eq(fake_said("dedup_key"), "ALR-12");
	/* Alerts have numbers of any size. */
	come(
	    "{'routing_key':'" FAKE_TOKEN "','event_action':'trigger','custom':"
	    "1767225600000000000," PAYLOAD "}");
	cr_assert_not_null(strstr(fake.parts[0], ":1767225600000000000,"));
	/* With a token in the head the routing key is anything. */
	fake_begin("POST", "/v2/enqueue");
	fake_come("{'event_action':'resolve','dedup_key':'k'}");
	cr_assert_str_eq(fake.bearer, FAKE_TOKEN);
	fake_broker(429, "{'error':'quota','message':'slower'}");
	cr_assert_eq(fake.status, 429);
}

Test(take_pagerduty, refuses_as_pagerduty_does)
{
	static const struct {
		const char *event, *word;
	} rows[] = {
	    {"", "no JSON object"},
	    {"[]", "no JSON object"},
	    {"{'event_action':'trigger'", "no JSON object"},
	    {"{}", "event_action"},
	    {"{'event_action':7}", "event_action"},
	    {"{'event_action':'open'}", "event_action"},
	    {"{'event_action':'resolve'}", "dedup_key"},
	    {"{'event_action':'acknowledge','dedup_key':1}", "dedup_key"},
	    {"{'event_action':'trigger'}", "payload.summary"},
	    {"{'event_action':'trigger','payload':[]}", "payload.summary"},
	    {"{'event_action':'trigger','payload':{'summary':'x'}}",
		"payload.source"},
	    {"{'event_action':'trigger','payload':{'summary':'x',"
	     "'source':'y'}}",
		"payload.severity"},
	    {"{'event_action':'trigger'," PAYLOAD "}", "routing_key"},
	    {"{'event_action':'trigger','routing_key':'R'," PAYLOAD "}",
		"routing_key"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		come(rows[i].event);
		cr_expect_eq(fake.status, 400, "%s", rows[i].event);
		cr_expect_eq(fake.asked, 0);
		cr_expect_str_eq(fake_said("status"), "invalid event");
		cr_expect_not_null(
		    strstr(fake.text, rows[i].word), "%s", fake.text);
	}
}
