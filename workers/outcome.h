/* Outcomes: findings as the JSON that worker.done carries (docs/JOBS.md). */
#ifndef TOCSIN_WORKERS_OUTCOME_H
#define TOCSIN_WORKERS_OUTCOME_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "workers/finding.h"

/*
 * How much of each part is written: tier 0 is everything, the last one so
 * little that LIMIT_ALERT_SPLIT_MAX parts fit one message whatever is in them.
 */
enum { OUTCOME_TIERS = 5 };

/* {"alert":...,"format":...}; NULL when out of memory. */
cJSON *outcome_new(const char *alert, const char *format);

/* Makes it an outcome of what could not be read.  False: out of memory. */
bool outcome_fault(cJSON *outcome, const char *fault);

/*
 * Adds part number p to "parts".  Texts that are cut to the tier end at a
 * character; what was cut stands in the reason "truncated".
 * False when out of memory; the outcome is then to be thrown away.
 */
bool outcome_part(
    cJSON *outcome, unsigned p, struct finding *finding, int tier);

/* Sizes as printed, with the comma behind it. */
struct outcome_size {
	size_t bytes;
	size_t nodes; /* keys included, as LIMIT_JSON_NODES_MAX counts */
};

/*
 * The outcome as it is sent, to cJSON_free, and its size; NULL when out
 * of memory.
 */
char *outcome_print(const cJSON *outcome, struct outcome_size *size);

#endif
