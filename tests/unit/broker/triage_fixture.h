/* Outcomes as a triage worker would send them, written short. */
#ifndef TOCSIN_TESTS_TRIAGE_FIXTURE_H
#define TOCSIN_TESTS_TRIAGE_FIXTURE_H

#include "tests/unit/broker/harness.h"

/* What differs between the parts of a test. */
struct told {
	const char *wish; /* NULL: open */
	const char *severity; /* NULL: high */
	unsigned cluster; /* told apart by number */
	unsigned external; /* 0: none */
	unsigned rule; /* 0: none */
	const char *more; /* further members, each with a comma before */
};

/* The part as JSON with ' for ".  Static memory, many in turn. */
const char *told_part(unsigned p, struct told told);

/* Leases what waits, hands in one outcome of `parts` (JSON, joined by commas)
 * and returns what came of it. */
enum err triage_parts(struct harness *h, uint64_t alert, const char *parts);
/* The same for one part; must succeed. */
struct alert_part triage_one(
    struct harness *h, uint64_t alert, struct told told);

/* Does the decision of the part give this reason? */
bool part_has_reason(
    struct harness *h, uint64_t alert, uint32_t part, const char *code);

void cluster_key(unsigned number, unsigned char key[CLUSTER_KEY_BYTES]);

#endif
