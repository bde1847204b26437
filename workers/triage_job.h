/* The workflow triage: a job's payloads to its outcomes. */
#ifndef TOCSIN_WORKERS_TRIAGE_JOB_H
#define TOCSIN_WORKERS_TRIAGE_JOB_H

#include <cjson/cJSON.h>

#include "workers/job.h"
#include "workers/triage.h"

/*
 * The outcomes of the job's items, in their order, each a text of JSON (raw);
 * the caller's to cJSON_Delete.  They fit one message: where all of everything
 * does not, the items that take more than their share are written more briefly.
 *
 * ERR_TOO_LARGE  the items together have too many parts for one message, even
 *                so; each alone fits.
 * ERR_MEMORY
 * why (JOB_WHY_BYTES) is then a sentence for people.
 */
MUST_CHECK
enum err triage_job(
    struct triage *triage, const struct job *job, cJSON **outcomes, char *why);

#endif
