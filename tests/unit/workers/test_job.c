#include "answered.h"

#include <stdlib.h>

#include "protocol/json.h"

#define UPPER "0011223344556677889Aabbccddeeff0"

static struct job job;
static char why[JOB_WHY_BYTES];

#define ITEM                                                                   \
	"{\"alert\":\"ALR-7\",\"source\":\"w\",\"format\":\"wazuh\","          \
	"\"received\":1700000000000,\"payload\":0,\"at\":0,\"len\":2}"
#define NOTICE                                                                 \
	"{\"notification\":3,\"hook\":\"page\",\"on\":\"opened\","             \
	"\"command\":\"/bin/true\",\"incident\":{\"id\":\"INC-1\"}}"

static enum err
read_body(const char *body, struct answer *answer)
{
	static const char *const payloads[] = {"{}", ""};

	answered(answer, body, payloads, 2);
	why[0] = '\0';
	return job_read(answer, &job, why);
}

static void
expect_refusal(const char *body, const char *words)
{
	struct answer answer;

	cr_assert_eq(read_body(body, &answer), ERR_INVALID, "%s", body);
	cr_assert_not_null(strstr(why, words), "%s: %s", body, why);
	answer_fini(&answer);
}

Test(job_read, reads_a_job_of_triage)
{
	struct answer answer;

	cr_assert_eq(read_body("{" ANSWERED_TRIAGE "\"items\":[" ITEM ","
			       "{\"alert\":\"ALR-8\",\"source\":\"s\","
			       "\"received\":1},"
			       "{\"alert\":\"ALR-9\",\"source\":\"s\","
			       "\"received\":1,\"payload\":1,\"at\":0,"
			       "\"len\":0},"
			       "{\"alert\":\"ALR-10\",\"source\":\"s\","
			       "\"received\":1,\"payload\":0,\"at\":1,"
			       "\"len\":1}]}",
			 &answer),
	    OK, "%s", why);
	cr_assert_eq(job.workflow, WORKFLOW_triage);
	cr_assert_eq(job.lease, 12);
	cr_assert_str_eq(job.token, ANSWERED_TOKEN);
	cr_assert_eq(job.for_ms, 30000);
	cr_assert_eq(job.open, SEVERITY_medium);
	cr_assert_eq(job.attach, SEVERITY_low);
	cr_assert_eq(job.count, 4);
	cr_assert_str_eq(job.items[0].alert, "ALR-7");
	cr_assert_str_eq(job.items[0].source, "w");
	cr_assert_str_eq(job.items[0].format, "wazuh");
	cr_assert_eq(job.items[0].received_ms, 1700000000000);
	cr_assert_eq(job.items[0].payload_len, 2);
	cr_assert_null(job.items[1].payload);
	cr_assert_null(job.items[1].format);
	cr_assert_not_null(job.items[2].payload);
	cr_assert_eq(job.items[2].payload_len, 0);
	cr_assert_eq(job.items[3].payload[0], '}');
	cr_assert_eq(job.items[3].payload_len, 1);
	answer_fini(&answer);
}

Test(job_read, reads_a_job_of_notify)
{
	struct answer answer;

	cr_assert_eq(read_body("{" ANSWERED_NOTIFY "\"items\":[" NOTICE
			       ",{\"notification\":4,\"drop\":\"tlp\"},"
			       "{\"notification\":5,\"hook\":\"m\",\"on\":"
			       "\"assigned\",\"mail_to\":\"a@b.c\","
			       "\"mail_server\":\"smtp://x\",\"mail_from\":"
			       "\"d@e.f\",\"incident\":{}}]}",
			 &answer),
	    OK, "%s", why);
	cr_assert_eq(job.workflow, WORKFLOW_notify);
	cr_assert_eq(job.count, 3);
	cr_assert_eq(job.items[0].notification, 3);
	cr_assert_str_eq(job.items[0].command, "/bin/true");
	cr_assert_str_eq(job.items[1].drop, "tlp");
	cr_assert_str_eq(job.items[2].mail_to, "a@b.c");
	answer_fini(&answer);
}

Test(job_read, refuses_what_it_cannot_even_give_back)
{
	static const char *const bodies[] = {"{}",
	    "{\"workflow\":\"lessons\",\"lease\":1}",
	    "{\"workflow\":1,\"lease\":1}",
	    "{\"workflow\":\"triage\",\"token\":\"" ANSWERED_TOKEN "\"}",
	    "{\"workflow\":\"triage\",\"lease\":-1,\"token\":\"" ANSWERED_TOKEN
	    "\"}",
	    "{\"workflow\":\"triage\",\"lease\":1}",
	    "{\"workflow\":\"triage\",\"lease\":1,\"token\":\"abc\"}",
	    "{\"workflow\":\"triage\",\"lease\":1,\"token\":\"" UPPER "\"}"};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		expect_refusal(bodies[i], "no valid");
		cr_assert_eq(job.lease, 0, "%s", bodies[i]);
	}
}

Test(job_read, refuses_items_that_it_can_give_back)
{
	static const struct {
		const char *items, *words;
	} rows[] = {
	    {"\"items\":[]", "list of items"},
	    {"\"items\":{}", "list of items"},
	    {"\"x\":1", "list of items"},
	    {"\"items\":[1]", "alert of an item"},
	    {"\"items\":[{\"alert\":\"INC-1\",\"source\":\"s\","
	     "\"received\":1}]",
		"alert of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"received\":1}]",
		"source of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"a b\","
	     "\"received\":1}]",
		"source of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\"}]",
		"time of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":2,\"at\":0,\"len\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":-1,\"at\":0,\"len\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":\"0\",\"at\":0,\"len\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"len\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":0,\"len\":3}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":2,\"len\":1}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":3,\"len\":0}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":-1,\"len\":1}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":0,\"len\":-1}]",
		"payload of an item"},
	    {"\"items\":[{\"alert\":\"ALR-1\",\"source\":\"s\","
	     "\"received\":1,\"payload\":0,\"at\":1,\"len\":9007199254740991}]",
		"payload of an item"},
	};
	char body[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(body, sizeof(body), "{" ANSWERED_TRIAGE "%s}",
		    rows[i].items);
		expect_refusal(body, rows[i].words);
		cr_assert_eq(job.lease, 12);
	}
}

Test(job_read, refuses_notices_that_it_can_give_back)
{
	static const struct {
		const char *item, *words;
	} rows[] = {
	    {"{}", "number of a notification"},
	    {"{\"notification\":0}", "number of a notification"},
	    {"{\"notification\":1,\"command\":\"/x\",\"incident\":{}}",
		"hook of a notification"},
	    {"{\"notification\":1,\"hook\":\"h\",\"on\":\"opened\","
	     "\"incident\":{}}",
		"way to send"},
	    {"{\"notification\":1,\"hook\":\"h\",\"on\":\"opened\","
	     "\"command\":\"/x\",\"mail_to\":\"a@b\",\"incident\":{}}",
		"way to send"},
	    {"{\"notification\":1,\"hook\":\"h\",\"on\":\"opened\","
	     "\"command\":\"/x\"}",
		"incident of a notification"},
	};
	char body[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(body, sizeof(body),
		    "{" ANSWERED_NOTIFY "\"items\":[%s]}", rows[i].item);
		expect_refusal(body, rows[i].words);
		cr_assert_eq(job.lease, 13);
	}
}

Test(job_read, refuses_times_and_thresholds_out_of_range)
{
#define HEAD                                                                   \
	"{\"workflow\":\"triage\",\"lease\":1,\"token\":\"" ANSWERED_TOKEN "\","
#define TAIL "\"items\":[" ITEM "]}"
#define GOOD "\"config\":{\"open\":\"high\",\"attach\":\"info\"},"
	struct answer answer;

	cr_assert_eq(
	    read_body(
		HEAD "\"attempt\":4,\"for_ms\":3600000," GOOD TAIL, &answer),
	    OK);
	answer_fini(&answer);
	expect_refusal(
	    HEAD "\"attempt\":0,\"for_ms\":3600001," GOOD TAIL, "time");
	expect_refusal(HEAD "\"attempt\":0,\"for_ms\":0," GOOD TAIL, "time");
	expect_refusal(
	    HEAD "\"attempt\":-1,\"for_ms\":1," GOOD TAIL, "attempt");
	expect_refusal(HEAD "\"for_ms\":1," GOOD TAIL, "attempt");
	expect_refusal(HEAD "\"attempt\":0,\"for_ms\":1," TAIL, "thresholds");
	expect_refusal(HEAD "\"attempt\":0,\"for_ms\":1,\"config\":{\"open\":"
			    "\"hi\",\"attach\":\"info\"}," TAIL,
	    "thresholds");
	expect_refusal(HEAD "\"attempt\":0,\"for_ms\":1,\"config\":{\"open\":"
			    "\"high\"}," TAIL,
	    "thresholds");
}

Test(job_read, takes_so_many_items_and_no_more)
{
	char *body = malloc(LIMIT_JOB_ITEMS_MAX * sizeof(ITEM) + 1024);

	for (int count = LIMIT_JOB_ITEMS_MAX; count <= LIMIT_JOB_ITEMS_MAX + 1;
	     count++) {
		struct answer answer;
		char *p = body +
			  sprintf(body, "{" ANSWERED_TRIAGE "\"items\":[" ITEM);

		for (int i = 1; i < count; i++)
			p += sprintf(p, "," ITEM);
		(void)sprintf(p, "]}");
		cr_assert_eq(read_body(body, &answer),
		    count > LIMIT_JOB_ITEMS_MAX ? ERR_INVALID : OK);
		answer_fini(&answer);
	}
	free(body);
}

Test(job, is_settled_by_lease_and_token)
{
	struct answer answer;
	cJSON *body, *wanted;
	char long_why[5000];

	cr_assert_eq(
	    read_body("{" ANSWERED_TRIAGE "\"items\":[" ITEM "]}", &answer),
	    OK);
	body = job_done(&job, cJSON_Parse("[1]"));
	wanted = cJSON_Parse("{\"workflow\":\"triage\",\"lease\":12,\"token\":"
			     "\"" ANSWERED_TOKEN "\",\"outcomes\":[1]}");
	cr_assert(cJSON_Compare(body, wanted, true));
	cr_assert(job_done_to_fail(body, "too large"));
	cJSON_Delete(wanted);
	wanted = job_fail(&job, "too large");
	cr_assert(cJSON_Compare(body, wanted, true));
	cJSON_Delete(body);
	cJSON_Delete(wanted);
	memset(long_why, 'x', sizeof(long_why) - 1);
	long_why[sizeof(long_why) - 1] = '\0';
	body = job_fail(&job, long_why);
	cr_assert_eq(strlen(json_text(body, "reason")), 4096);
	cr_assert_eq(json_number(body, "lease", 0), 12);
	cJSON_Delete(body);
	answer_fini(&answer);
}
