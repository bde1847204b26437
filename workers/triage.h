/*
 * Triage: from the bytes of one delivery to what the broker is to make of it.
 * A pure function of its arguments: no clock, no files, no environment, so
 * that the same delivery under the same configuration is decided alike.
 */
#ifndef TOCSIN_WORKERS_TRIAGE_H
#define TOCSIN_WORKERS_TRIAGE_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/words.h"

struct formats;

/* What one thread needs again and again: patterns, and room. */
struct triage;

/*
 * formats is borrowed until triage_close.  ERR_MEMORY, ERR_INTERNAL.  Reads no
 * files, then or later.
 */
MUST_CHECK
enum err triage_open(struct triage **triage, const struct formats *formats);
void triage_close(struct triage **triage);

struct triage_ask {
	const char *alert; /* "ALR-7" */
	const char *source;
	const char *format; /* as the sender said, or NULL */
	int64_t received_ms;
	const char *payload; /* NULL: it was erased */
	size_t payload_len;
	enum severity open, attach; /* the thresholds of the configuration */
};

/*
 * Makes the outcome (docs/JOBS.md), the caller's to cJSON_Delete.  tier says how
 * much of each part is written (outcome.h).  A payload that cannot be read has
 * an outcome too.
 *
 * ERR_MEMORY  and no other.
 */
MUST_CHECK
enum err triage_run(struct triage *triage, const struct triage_ask *ask,
    int tier, cJSON **outcome);

#endif
