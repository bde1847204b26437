/* What the tests of triage share: one delivery, one outcome. */
#ifndef TOCSIN_TESTS_UNIT_WORKERS_ASKED_H
#define TOCSIN_TESTS_UNIT_WORKERS_ASKED_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/formats.h"
#include "workers/triage.h"

/* The mappings that come with Tocsin; they stay open. */
static inline const struct formats *
asked_formats(void)
{
	static struct formats *formats;
	char why[FORMATS_WHY_BYTES];

	if (formats == NULL)
		cr_assert_eq(formats_open(&formats, NULL, why), OK, "%s", why);
	return formats;
}

static inline const struct format *
asked_format(const char *name)
{
	const struct format *format = formats_find(asked_formats(), name);

	cr_assert_not_null(format, "%s", name);
	return format;
}

/* The outcome of a payload under open=medium, attach=low; for cJSON_Delete. */
static inline cJSON *
asked_bytes(const char *payload, size_t len, const char *format)
{
	static struct triage *triage;
	struct triage_ask ask = {.alert = "ALR-7",
	    .source = "sensor-1",
	    .format = format,
	    .received_ms = INT64_C(1800000000000),
	    .payload = payload,
	    .payload_len = len,
	    .open = SEVERITY_medium,
	    .attach = SEVERITY_low};
	cJSON *outcome = NULL;

	if (triage == NULL)
		cr_assert_eq(triage_open(&triage, asked_formats()), OK);
	cr_assert_eq(triage_run(triage, &ask, 0, &outcome), OK);
	cr_assert_not_null(outcome);
	return outcome;
}

static inline cJSON *
asked(const char *payload, const char *format)
{
	return asked_bytes(payload, strlen(payload), format);
}

static inline const cJSON *
asked_part(const cJSON *outcome, int number)
{
	const cJSON *parts = cJSON_GetObjectItemCaseSensitive(outcome, "parts");
	const cJSON *part = cJSON_GetArrayItem(parts, number - 1);

	cr_assert_not_null(
	    part, "no part %d: %s", number, cJSON_Print(outcome));
	return part;
}

static inline int
asked_parts(const cJSON *outcome)
{
	return cJSON_GetArraySize(
	    cJSON_GetObjectItemCaseSensitive(outcome, "parts"));
}

/* "" when there is no such text. */
static inline const char *
asked_text(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);

	return text == NULL ? "" : text;
}

/* Is the reason of this code among the part's?  Its sentence, or NULL. */
static inline const char *
asked_reason(const cJSON *part, const char *code)
{
	const cJSON *reason;

	cJSON_ArrayForEach (
	    reason, cJSON_GetObjectItemCaseSensitive(part, "reasons"))
		if (strcmp(asked_text(reason, "code"), code) == 0)
			return json_text(reason, "text");
	return NULL;
}

/* Is the observable among the part's? */
static inline bool
asked_observable(const cJSON *part, const char *type, const char *value)
{
	const cJSON *row;

	cJSON_ArrayForEach (
	    row, cJSON_GetObjectItemCaseSensitive(part, "observables"))
		if (strcmp(asked_text(row, "type"), type) == 0 &&
		    strcmp(asked_text(row, "value"), value) == 0)
			return true;
	return false;
}

/* The outcome equals the expected JSON, member by member. */
static inline void
asked_expect(const char *payload, const char *format, const char *expected)
{
	cJSON *outcome = asked(payload, format);
	cJSON *wanted = cJSON_Parse(expected);
	char *printed = json_print(outcome);
	cJSON *read = cJSON_Parse(printed);

	cr_assert_not_null(wanted, "the expectation is no JSON");
	cr_assert(cJSON_Compare(read, wanted, true), "%s", printed);
	cJSON_free(printed);
	cJSON_Delete(read);
	cJSON_Delete(outcome);
	cJSON_Delete(wanted);
}

#endif
