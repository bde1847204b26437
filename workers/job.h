/* Jobs as the broker hands them out (docs/JOBS.md), and how they are settled. */
#ifndef TOCSIN_WORKERS_JOB_H
#define TOCSIN_WORKERS_JOB_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/client.h"
#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/words.h"

enum { JOB_TOKEN_TEXT = 33, JOB_WHY_BYTES = 2048 };

/* An item of either workflow.  Strings are borrowed; NULL where absent. */
struct job_item {
	/* triage */
	const char *alert, *source, *format;
	int64_t received_ms;
	const char *payload; /* NULL when it was erased */
	size_t payload_len;
	/* notify */
	int64_t notification;
	const char *hook, *on, *command, *drop;
	const char *mail_to, *mail_server, *mail_from;
	const cJSON *incident;
	const char *url, *secret_file, *token_file; /* of a callback */
	const cJSON *callback; /* what it is told */
};

struct job {
	enum workflow workflow;
	int64_t lease;
	char token[JOB_TOKEN_TEXT];
	int64_t attempt, for_ms;
	enum severity open, attach; /* triage */
	size_t count;
	struct job_item items[LIMIT_JOB_ITEMS_MAX];
};

/*
 * Reads an answer of status 206.  The job borrows from the answer.
 *
 * ERR_INVALID  why (JOB_WHY_BYTES) says what is wrong.  When *lease of the job
 *              is not 0, workflow, lease and token were understood, so that
 *              the job can be given back.
 */
MUST_CHECK
enum err job_read(const struct answer *answer, struct job *job, char *why);

/* The body of worker.done; takes the outcomes over.  NULL: out of memory. */
cJSON *job_done(const struct job *job, cJSON *outcomes);

/* The body of worker.fail.  NULL: out of memory. */
cJSON *job_fail(const struct job *job, const char *why);

/*
 * Makes the body of worker.done one of worker.fail.  False: out of memory; it
 * is as it was.
 */
bool job_done_to_fail(cJSON *body, const char *why);

#endif
