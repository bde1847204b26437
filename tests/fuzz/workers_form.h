/* What the fuzz targets of the alert formats share. */
#ifndef TOCSIN_TESTS_FUZZ_WORKERS_FORM_H
#define TOCSIN_TESTS_FUZZ_WORKERS_FORM_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/limits.h"
#include "workers/formats.h"
#include "workers/outcome.h"
#include "workers/triage.h"

/*
 * Whatever the bytes: there is an outcome, it is JSON that the broker's scanner
 * takes, and at the last tier it fits a message.
 */
static inline int
form_fuzz(const uint8_t *bytes, size_t size, const char *format)
{
	static struct formats *formats;
	static struct triage *triage;
	char why[FORMATS_WHY_BYTES];
	struct triage_ask ask = {.alert = "ALR-1",
	    .source = "fuzz",
	    .format = format,
	    .received_ms = 1,
	    .payload = (const char *)bytes,
	    .payload_len = size,
	    .open = SEVERITY_medium,
	    .attach = SEVERITY_low};

	if (triage == NULL && (formats_open(&formats, NULL, why) != OK ||
				  triage_open(&triage, formats) != OK))
		abort();
	for (int tier = 0; tier < OUTCOME_TIERS; tier += OUTCOME_TIERS - 1) {
		struct outcome_size measured = {0, 0};
		cJSON *outcome = NULL;
		char *text;
		size_t len;

		assert(triage_run(triage, &ask, tier, &outcome) == OK);
		text = outcome_print(outcome, &measured);
		assert(text != NULL);
		len = strlen(text);
		assert(len + 1 == measured.bytes);
		assert(utf8_valid(text, len));
		if (tier > 0 || len < LIMIT_JSON_BYTES_MAX / 2)
			assert(json_scan(text, len, false, NULL) == OK);
		free(text);
		cJSON_Delete(outcome);
	}
	return 0;
}

#endif
