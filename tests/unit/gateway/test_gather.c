#include "gateway/gather.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fake_exchange.h"
#include "protocol/json.h"

enum { REQUESTS = 70 };

static struct gateway gateway;
static struct gather *gather;
static struct request requests[REQUESTS];
static char said[REQUESTS][32];
static const struct wire_part part = {"{}", 2};

static void
taken(struct request *request, const struct answer *answer)
{
	cr_assert_eq(answer->status, 200);
	cr_assert_eq(json_number(answer->body, "count", 0), 1);
	cr_assert_eq(json_number(answer->body, "seq", 0), 5);
	(void)snprintf(said[request - requests], sizeof(said[0]), "%s",
	    json_text(answer->body, "alert"));
}

static void
begin(void)
{
	fake_begin("POST", "/v1/alerts");
	cr_assert_eq(gather_new(&gather), OK);
	for (size_t i = 0; i < REQUESTS; i++) {
		requests[i] =
		    (struct request){.gateway = &gateway, .taken = taken};
		(void)strcpy(requests[i].token, FAKE_TOKEN);
		(void)strcpy(requests[i].segment, "ids");
	}
}

static void
end(void)
{
	gather_free(&gather);
}

TestSuite(gather, .init = begin, .fini = end);

Test(gather, answers_each_request_with_its_own_alert)
{
	for (size_t i = 0; i < 3; i++)
		cr_assert(gather_add(gather, &requests[i], &part, NULL));
	cr_assert_eq(fake.asked, 0);
	gather_send(gather);
	cr_assert_eq(fake.asked, 1);
	cr_assert_eq(fake.front, CLIENT_SENSORS);
	cr_assert_eq(fake.verb, VERB_alert_push);
	cr_assert_str_eq(fake.bearer, FAKE_TOKEN);
	cr_assert_str_eq(json_text(fake.body, "source"), "ids");
	cr_assert_eq(fake.parts_count, 3);
	cr_assert_eq(gateway.counters.alerts, 3);
	fake_broker(200, "{'alert':'ALR-9','count':3,'seq':5}");
	cr_assert_str_eq(said[0], "ALR-9");
	cr_assert_str_eq(said[1], "ALR-10");
	cr_assert_str_eq(said[2], "ALR-11");
	/* Nothing is left. */
	gather_send(gather);
	cr_assert_eq(fake.asked, 1);
}

Test(gather, keeps_tokens_sources_and_formats_apart)
{
	(void)strcpy(requests[1].segment, "av");
	requests[2].token[4] = '8';
	for (size_t i = 0; i < 3; i++)
		cr_assert(gather_add(gather, &requests[i], &part, NULL));
	cr_assert(gather_add(gather, &requests[3], &part, "wazuh"));
	cr_assert(gather_add(gather, &requests[4], &part, "native"));
	cr_assert(gather_add(gather, &requests[5], &part, "native"));
	gather_send(gather);
	cr_assert_eq(fake.asked, 5);
	cr_assert_eq(fake.parts_count, 2);
	cr_assert_str_eq(json_text(fake.body, "format"), "native");
}

Test(gather, sends_so_many_at_once_and_goes_on)
{
	(void)strcpy(requests[0].segment, "first");
	(void)strcpy(requests[69].segment, "last");
	cr_assert(gather_add(gather, &requests[0], &part, NULL));
	cr_assert(gather_add(gather, &requests[1], &part, NULL));
	cr_assert(gather_add(gather, &requests[69], &part, NULL));
	for (size_t i = 2; i < 64; i++)
		cr_assert(gather_add(gather, &requests[i], &part, NULL));
	cr_assert_eq(fake.asked, 0);
	cr_assert(gather_add(gather, &requests[64], &part, NULL));
	cr_assert_eq(fake.asked, 1);
	cr_assert_eq(fake.parts_count, 64);
	cr_assert(gather_add(gather, &requests[65], &part, NULL));
	gather_send(gather);
	cr_assert_eq(fake.asked, 4);
}

Test(gather, leaves_large_alerts_and_too_many_tokens_alone)
{
	static const char bytes[65537];

	cr_assert(gather_add(
	    gather, &requests[0], &(struct wire_part){bytes, 65536}, NULL));
	cr_assert_not(gather_add(
	    gather, &requests[1], &(struct wire_part){bytes, 65537}, NULL));
	for (size_t i = 1; i < 17; i++) {
		(void)sprintf(requests[i].segment, "s%zu", i);
		cr_assert_eq(gather_add(gather, &requests[i], &part, NULL),
		    i < 16, "%zu", i);
	}
	cr_assert_not(gather_add(NULL, &requests[20], &part, NULL));
	gather_send(gather);
	cr_assert_eq(fake.asked, 16);
}
