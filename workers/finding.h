/* What triage found out about one part, before it is written down. */
#ifndef TOCSIN_WORKERS_FINDING_H
#define TOCSIN_WORKERS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "protocol/words.h"
#include "workers/fingerprint.h"
#include "workers/normal.h"
#include "workers/observables.h"

enum wish { WISH_open, WISH_attach, WISH_keep, WISH_resolve, WISH_acknowledge };

enum {
	FINDING_TECHNIQUE_BYTES = sizeof("t1234.567"),
	FINDING_REASON_BYTES = 256
};

#define REASON(code, sentence) REASON_##code,
enum reason {
#include "workers/reasons.def"
	REASON_COUNT
};
#undef REASON

/* The code as it stands in JSON.  Static. */
const char *reason_code(enum reason reason);

struct finding {
	enum wish wish;
	enum severity severity;
	enum rsit classification;
	bool has_time;
	int64_t occurred_ms;
	struct normal normal;
	char title[128]; /* stands in where the source gave none */
	size_t host_len; /* of the machine's name, without a port behind it */
	bool host_known; /* it names a machine that is concerned */
	char cluster[FINGERPRINT_CLUSTER_TEXT];
	char external[FINGERPRINT_SHORT_TEXT]; /* "" for none */
	char techniques[LIMIT_TECHNIQUES_MAX][FINDING_TECHNIQUE_BYTES];
	size_t techniques_count;
	struct observables observables;
	struct {
		enum reason reason;
		char sentence[FINDING_REASON_BYTES];
	} reasons[LIMIT_REASONS_MAX];
	size_t reasons_count;
};

/*
 * Gives a reason; a, b and c fill its sentence and may be NULL where it has
 * less places.  A reason that was given already is not given again.
 */
void finding_reason(struct finding *finding, enum reason reason, const char *a,
    const char *b, const char *c);

/*
 * Lower-cases the ATT&CK technique that text (terminated) begins with into out;
 * false when it begins with none.
 */
bool finding_technique_at(const char *text, char out[FINDING_TECHNIQUE_BYTES]);

#endif
