/* What a worker hands in with worker.done, one function for each workflow. */
#ifndef TOCSIN_BROKER_SETTLE_H
#define TOCSIN_BROKER_SETTLE_H

#include "broker/decision.h"

/*
 * Checks all of the outcomes against the lease first, so that a lie leaves
 * nothing behind, then settles them item by item, each with a flush.  The
 * lease itself is the caller's to end.
 */
MUST_CHECK
enum err settle_triage(
    struct decision *d, const struct lease *lease, const cJSON *outcomes);
MUST_CHECK
enum err settle_notify(
    struct decision *d, const struct lease *lease, const cJSON *outcomes);

#endif
