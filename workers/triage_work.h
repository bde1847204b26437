/*
 * One part on its way through triage, and what its class and its observables
 * are taken from.  Private to triage.
 */
#ifndef TOCSIN_WORKERS_TRIAGE_WORK_H
#define TOCSIN_WORKERS_TRIAGE_WORK_H

#include "workers/classify.h"
#include "workers/finding.h"
#include "workers/format.h"
#include "workers/normal.h"
#include "workers/triage.h"

enum { TRIAGE_QUOTE_BYTES = 65 };

/* One part on its way: what it is, and what is found out about it. */
struct work {
	const struct triage_ask *ask;
	const struct format *format;
	const struct part *part;
	struct scanner *scanner;
	struct finding *finding;
	struct classify classify;
	struct normal_envelope envelope;
};

/* A field as a string, for sentences. */

/* The beginning of the text, to be quoted in a reason; it ends at a character. */
const char *triage_quote(
    const struct normal_text *text, char out[TRIAGE_QUOTE_BYTES]);

/* The techniques that the alert names, and the RSIT class that follows. */
void triage_class(struct work *work);

/* What can be looked for elsewhere: addresses, hashes, hosts, people. */
void triage_observables(struct work *work);

#endif
