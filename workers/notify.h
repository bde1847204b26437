/* The workflow notify: a job's notifications are sent, one after the other. */
#ifndef TOCSIN_WORKERS_NOTIFY_H
#define TOCSIN_WORKERS_NOTIFY_H

#include <cjson/cJSON.h>

#include "workers/job.h"

/*
 * Sends what the job says and tells what came of it in *outcomes, the
 * caller's.  An item that is to be dropped is not sent.
 *
 * ERR_IO      one of them could not be sent; those before it were.
 * ERR_MEMORY
 * why (JOB_WHY_BYTES) is then a sentence for people.
 */
MUST_CHECK
enum err notify_job(const struct job *job, cJSON **outcomes, char *why);

#endif
