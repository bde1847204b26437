/* The worker's loop: a job, its outcomes, the next job. */
#ifndef TOCSIN_WORKERS_WORKER_H
#define TOCSIN_WORKERS_WORKER_H

#include <signal.h>
#include <stdbool.h>

#include "protocol/err.h"
#include "protocol/key.h"
#include "protocol/words.h"

struct formats;

struct worker_settings {
	const struct formats *formats; /* for triage; otherwise NULL */
	struct key key;
	bool runs[WORKFLOW_COUNT]; /* which workflows; one at least */
	int credit; /* jobs taken ahead */
};

/*
 * Works until *stop is set, by a signal handler: then it finishes the job in
 * hand, hands its outcomes in and returns.  A broker that is away is waited
 * for, for ever.  With triage alone it gives up files, programs and new
 * processes first (sandbox.h).
 *
 * OK            stopped.
 * ERR_INVALID   the key's endpoints are malformed.
 * ERR_MEMORY, ERR_INTERNAL  it could not begin.
 * What happens is written to standard error, a line an event.
 */
MUST_CHECK
enum err worker_run(
    const struct worker_settings *settings, const volatile sig_atomic_t *stop);

#endif
