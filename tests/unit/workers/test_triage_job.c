#include <stdio.h>
#include <stdlib.h>

#include "asked.h"
#include "workers/outcome.h"
#include "workers/triage_job.h"

static struct job job;
static char why[JOB_WHY_BYTES];

static void
add_item(const char *payload, size_t len)
{
	static char names[LIMIT_JOB_ITEMS_MAX][16];

	(void)sprintf(names[job.count], "ALR-%zu", job.count + 1);
	job.items[job.count] = (struct job_item){.alert = names[job.count],
	    .source = "s",
	    .received_ms = 1,
	    .payload = payload,
	    .payload_len = len};
	job.count++;
}

static enum err
run(cJSON **outcomes)
{
	struct triage *triage;
	cJSON *printed = NULL;
	char *text;
	enum err err;

	cr_assert_eq(triage_open(&triage, asked_formats()), OK);
	job.open = SEVERITY_medium;
	job.attach = SEVERITY_low;
	err = triage_job(triage, &job, &printed, why);
	triage_close(&triage);
	*outcomes = NULL;
	if (err != OK)
		return err;
	/* As the broker reads it. */
	text = cJSON_PrintUnformatted(printed);
	cr_assert_eq(json_parse(text, strlen(text), false, outcomes, NULL), OK);
	free(text);
	cJSON_Delete(printed);
	return err;
}

static void
expect_fit(const cJSON *outcomes)
{
	char *text = cJSON_PrintUnformatted(outcomes);

	cr_assert_lt(strlen(text), LIMIT_JSON_BYTES_MAX - 512);
	cr_assert_eq(json_scan(text, strlen(text), false, NULL), OK);
	free(text);
}

/* A native alert whose description has so many bytes. */
static char *
described(size_t bytes)
{
	char *text = malloc(bytes + 64);
	size_t n = (size_t)sprintf(text, "{\"title\":\"t\",\"description\":\"");

	memset(text + n, 'd', bytes);
	(void)strcpy(text + n + bytes, "\"}");
	return text;
}

/* So many native alerts in lines. */
static char *
lines(size_t count)
{
	char *text = malloc(count * 16 + 1), *p = text;

	for (size_t i = 0; i < count; i++)
		p += sprintf(p, "{\"title\":\"a\"}\n");
	return text;
}

Test(triage_job, answers_each_item_in_order)
{
	cJSON *outcomes;

	add_item("{\"title\":\"a\"}", 13);
	add_item("nonsense", 8);
	add_item(NULL, 0);
	cr_assert_eq(run(&outcomes), OK);
	cr_assert_eq(cJSON_GetArraySize(outcomes), 3);
	for (int i = 0; i < 3; i++) {
		const cJSON *outcome = cJSON_GetArrayItem(outcomes, i);

		cr_assert_str_eq(
		    asked_text(outcome, "alert"), job.items[i].alert);
		cr_assert_eq(cJSON_HasObjectItem(outcome, "fault"), i > 0);
	}
	cJSON_Delete(outcomes);
}

Test(triage_job, cuts_only_the_items_that_take_more_than_their_share)
{
	const cJSON *part;
	cJSON *outcomes;
	char *large = described(60000), *small = described(1000);

	for (int i = 0; i < 40; i++)
		add_item(i % 2 == 0 ? large : small,
		    strlen(i % 2 == 0 ? large : small));
	cr_assert_eq(run(&outcomes), OK);
	expect_fit(outcomes);
	part = asked_part(cJSON_GetArrayItem(outcomes, 0), 1);
	cr_assert_eq(strlen(asked_text(part, "description")), 4096);
	cr_assert_not_null(asked_reason(part, "truncated"));
	part = asked_part(cJSON_GetArrayItem(outcomes, 1), 1);
	cr_assert_eq(strlen(asked_text(part, "description")), 1000);
	cr_assert_null(asked_reason(part, "truncated"));
	cJSON_Delete(outcomes);
	free(large);
	free(small);
}

Test(triage_job, cuts_nothing_while_all_fits)
{
	cJSON *outcomes;
	char *large = described(60000);

	for (int i = 0; i < 8; i++)
		add_item(large, strlen(large));
	cr_assert_eq(run(&outcomes), OK);
	expect_fit(outcomes);
	for (int i = 0; i < 8; i++)
		cr_assert_eq(strlen(asked_text(
				 asked_part(cJSON_GetArrayItem(outcomes, i), 1),
				 "description")),
		    60000);
	cJSON_Delete(outcomes);
	free(large);
}

Test(triage_job, fits_any_one_delivery)
{
	cJSON *outcomes;
	char *many = lines(LIMIT_ALERT_SPLIT_MAX + 1);
	char *wide = malloc(LIMIT_FRAME_BYTES_MAX), *p = wide;

	add_item(many, strlen(many));
	cr_assert_eq(run(&outcomes), OK, "%s", why);
	expect_fit(outcomes);
	cJSON_Delete(outcomes);
	free(many);

	/* A thousand alerts, each with text and observables to the brim. */
	while ((size_t)(p - wide) < LIMIT_FRAME_BYTES_MAX - 1100) {
		p += sprintf(p, "{\"title\":\"\\u0001\\u0002\",\"host\":\"h\","
				"\"user\":\"u\",\"techniques\":[\"T1000\","
				"\"T1001\",\"T1002\"],\"id\":1,\"description\":"
				"\"");
		for (int i = 0; i < 60; i++)
			p += sprintf(
			    p, "10.1.%d.%d\\n", i, (int)(p - wide) % 200);
		p += sprintf(p, "\"}\n");
	}
	job.count = 0;
	add_item(wide, (size_t)(p - wide));
	cr_assert_eq(run(&outcomes), OK, "%s", why);
	expect_fit(outcomes);
	cr_assert_eq(asked_parts(cJSON_GetArrayItem(outcomes, 0)),
	    LIMIT_ALERT_SPLIT_MAX);
	cJSON_Delete(outcomes);
	free(wide);
}

Test(triage_job, gives_back_what_fits_only_one_by_one)
{
	cJSON *outcomes;
	char *many = lines(LIMIT_ALERT_SPLIT_MAX);

	for (int i = 0; i < 8; i++)
		add_item(many, strlen(many));
	cr_assert_eq(run(&outcomes), ERR_TOO_LARGE);
	cr_assert_null(outcomes);
	cr_assert_not_null(strstr(why, "one by one they fit"), "%s", why);
	job.count = 1;
	cr_assert_eq(run(&outcomes), OK);
	cJSON_Delete(outcomes);
	free(many);
}
