/*
 * A worker that is ready: what it runs, how many jobs it still takes ahead
 * (its credit), and the leases that it has in hand.  Times are steady
 * milliseconds.
 */
#ifndef TOCSIN_BROKER_WORKER_H
#define TOCSIN_BROKER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "protocol/words.h"

struct origin;

struct holding {
	uint64_t lease;
	uint64_t until_ms; /* it has run out by then */
	enum workflow workflow;
	unsigned char token[16];
};

/* All zero at first, but for its number and origin. */
struct worker {
	uint64_t number; /* so that a lease finds it again */
	struct origin *origin; /* owned by whoever has the worker */
	unsigned workflows; /* set of enum workflow */
	size_t asking[WORKFLOW_COUNT]; /* leases that are not decided yet */
	int64_t credit;
	struct holding holdings[LIMIT_WORKER_CREDIT_MAX];
	size_t holdings_count;
};

/* How many leases of the workflow it has, or is about to get. */
size_t worker_in_hand(
    const struct worker *worker, enum workflow workflow, uint64_t now_ms);

/*
 * Does it take one lease more of the workflow?  Of notify only with none in
 * hand: the time of such a lease is that of one notification, and must not pass
 * while another is worked on.
 */
bool worker_takes(
    const struct worker *worker, enum workflow workflow, uint64_t now_ms);

/* How many jobs it has or is about to get; what has run out is forgotten. */
size_t worker_ahead(struct worker *worker, uint64_t now_ms);

/* Credit counts what is held, so that there is room; else it is ignored. */
void worker_hold(struct worker *worker, const struct holding *holding);

/* The lease, when it has it by this token in hex; NULL when not. */
const struct holding *worker_holding(
    const struct worker *worker, uint64_t lease, const char *token);

/* Forgets the lease; true when it had it. */
bool worker_let_go(struct worker *worker, uint64_t lease);

/* One credit more, up to WORKER_CREDIT_MAX. */
void worker_credit_back(struct worker *worker);

#endif
