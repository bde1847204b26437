#include "workers/worker.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "protocol/client.h"
#include "protocol/json.h"
#include "protocol/kill_point.h"
#include "workers/job.h"
#include "workers/notify.h"
#include "workers/sandbox.h"
#include "workers/triage_job.h"

enum {
	STATUS_JOB = 206,
	TURN_MS = 1000, /* how soon a stop is noticed */
	QUIET_MS = 30000, /* without a word: is anybody there? */
	SILENT_MS = 45000, /* still none: the connection is made anew */
	FAREWELL_MS = 3000, /* for the last outcomes to be taken */
	BACK_OFF_MS = 200, /* the first wait, doubled with each further */
	BACK_OFF_MS_MAX = 10000
};

/* A settlement whose answer has not come. */
struct settling {
	cJSON *body; /* NULL: the row is free */
	enum verb verb;
	int64_t lease;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
};

struct worker {
	const struct worker_settings *settings;
	struct client *client;
	struct triage *triage;
	struct settling settling[LIMIT_WORKER_CREDIT_MAX];
	char ready_id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	bool asked; /* whether anybody is there */
	int64_t heard_ms;
	int back_off_ms;
	struct job job;
};

static void __attribute__((format(printf, 1, 2))) tell(const char *form, ...)
{
	char line[2048];
	va_list args;

	va_start(args, form);
	(void)vsnprintf(line, sizeof(line), form, args);
	va_end(args);
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	(void)fprintf(stderr, "tocsin-worker: %s\n", line);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits longer each time; a signal ends the wait. */
static void
back_off(struct worker *worker)
{
	struct timespec wait = {worker->back_off_ms / 1000,
	    (long)(worker->back_off_ms % 1000) * 1000000};

	(void)nanosleep(&wait, NULL);
	worker->back_off_ms *= 2;
	if (worker->back_off_ms > BACK_OFF_MS_MAX)
		worker->back_off_ms = BACK_OFF_MS_MAX;
}

static enum err
send_ready(struct worker *worker)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *names = cJSON_AddArrayToObject(body, "workflows");
	enum err err = ERR_MEMORY;

	for (int i = 0; i < WORKFLOW_COUNT && names != NULL; i++)
		if (worker->settings->runs[i])
			(void)cJSON_AddItemToArray(names,
			    cJSON_CreateString(words_name(WORDS_WORKFLOW, i)));
	if (names != NULL &&
	    json_add_number(body, "credit", worker->settings->credit))
		err = client_send(worker->client, VERB_worker_ready, body, NULL,
		    0, worker->ready_id);
	KILL_POINT(offered);
	cJSON_Delete(body);
	return err;
}

/* Gives the job back whose outcomes cannot be taken. */
static enum err
send_back(struct worker *worker, struct settling *settling, const char *why)
{
	if (!job_done_to_fail(settling->body, why))
		return ERR_MEMORY;
	settling->verb = VERB_worker_fail;
	return client_send(worker->client, settling->verb, settling->body, NULL,
	    0, settling->id);
}

/* No message holds the outcomes. */
static enum err
send_too_large(struct worker *worker, struct settling *settling)
{
	char why[128];

	(void)snprintf(why, sizeof(why),
	    "the outcomes take more than the %d bytes of one message's body",
	    LIMIT_FRAME_BYTES_MAX);
	tell("lease %" PRId64 ": %s", settling->lease, why);
	return send_back(worker, settling, why);
}

static enum err
send_settling(struct worker *worker, struct settling *settling)
{
	enum err err = client_send(worker->client, settling->verb,
	    settling->body, NULL, 0, settling->id);

	if (err == ERR_TOO_LARGE && settling->verb == VERB_worker_done)
		err = send_too_large(worker, settling);
	KILL_POINT(handed_in);
	return err;
}

/*
 * On a connection that was made anew: what was handed in but not answered
 * first, so that the broker has it before it gives the items to somebody else.
 */
static void
begin(struct worker *worker)
{
	enum err err = OK;

	for (size_t i = 0; i < LIMIT_WORKER_CREDIT_MAX && err == OK; i++)
		if (worker->settling[i].body != NULL)
			err = send_settling(worker, &worker->settling[i]);
	if (err == OK)
		err = send_ready(worker);
	worker->heard_ms = now_ms();
	worker->asked = false;
	if (err != OK)
		tell("cannot offer to work: %s", err_meaning(err));
}

static void
forget(struct settling *settling)
{
	cJSON_Delete(settling->body);
	memset(settling, 0, sizeof(*settling));
}

/* Hands in, and remembers it until it is answered.  Takes body over. */
static void
settle(struct worker *worker, enum verb verb, int64_t lease, cJSON *body)
{
	struct settling *row = NULL;
	enum err err;

	if (body == NULL) {
		/* The lease runs out, and the items come again. */
		tell("lease %" PRId64 ": out of memory", lease);
		return;
	}
	for (size_t i = 0; i < LIMIT_WORKER_CREDIT_MAX; i++)
		if (worker->settling[i].body == NULL)
			row = &worker->settling[i];
	if (row == NULL) {
		/* More jobs at once than were asked for. */
		tell("lease %" PRId64 ": too many unanswered outcomes", lease);
		cJSON_Delete(body);
		return;
	}
	row->body = body;
	row->verb = verb;
	row->lease = lease;
	err = send_settling(worker, row);
	if (err != OK)
		tell("lease %" PRId64 ": not handed in yet: %s", lease,
		    err_meaning(err));
}

static enum err
work(struct worker *worker, cJSON **outcomes, char *why)
{
	if (worker->job.workflow == WORKFLOW_triage)
		return triage_job(worker->triage, &worker->job, outcomes, why);
	return notify_job(&worker->job, outcomes, why);
}

static void
take_job(struct worker *worker, const struct answer *answer)
{
	struct job *job = &worker->job;
	char why[JOB_WHY_BYTES];
	cJSON *outcomes = NULL;
	enum err err;

	KILL_POINT(job_taken);
	err = job_read(answer, job, why);
	if (err == OK)
		err = work(worker, &outcomes, why);
	KILL_POINT(job_worked);
	if (err == OK) {
		settle(worker, VERB_worker_done, job->lease,
		    job_done(job, outcomes));
		return;
	}
	tell("lease %" PRId64 ": %s", job->lease, why);
	if (job->lease != 0)
		settle(
		    worker, VERB_worker_fail, job->lease, job_fail(job, why));
}

static const char *
refusal_of(const struct answer *answer)
{
	const char *message = json_text(answer->body, "message");

	return message == NULL ? err_meaning(answer->err) : message;
}

static void
tell_refusal(const char *what, const struct answer *answer)
{
	tell("%s: refused with %d: %s", what, answer->status,
	    refusal_of(answer));
}

/*
 * Outcomes that the broker finds fault with never will be taken: the job goes
 * back, and with it the credit.  False: the fault is not theirs.  The lease may
 * have ended, or what was handed in may even be kept (500).
 */
static bool
give_back(
    struct worker *worker, struct settling *row, const struct answer *answer)
{
	char why[JOB_WHY_BYTES];

	if (row->verb != VERB_worker_done ||
	    (answer->err != ERR_INVALID && answer->err != ERR_TOO_LARGE))
		return false;
	(void)snprintf(why, sizeof(why), "the outcomes were refused: %s",
	    refusal_of(answer));
	if (send_back(worker, row, why) != OK)
		row->id[0] = '\0';
	return true;
}

/* The answer to something that was handed in.  False: it is to none of them. */
static bool
take_settled(struct worker *worker, const char *id, const struct answer *answer)
{
	char what[40];

	for (size_t i = 0; i < LIMIT_WORKER_CREDIT_MAX; i++) {
		struct settling *row = &worker->settling[i];

		if (row->body == NULL || strcmp(row->id, id) != 0)
			continue;
		KILL_POINT(heard);
		/* Not taken now: it is handed in again with the next try. */
		if (answer->err == ERR_BUSY || answer->err == ERR_QUOTA) {
			back_off(worker);
			if (send_settling(worker, row) != OK)
				row->id[0] = '\0';
			return true;
		}
		if (answer->err != OK) {
			(void)snprintf(
			    what, sizeof(what), "lease %" PRId64, row->lease);
			tell_refusal(what, answer);
			if (give_back(worker, row, answer))
				return true;
		}
		forget(row);
		return true;
	}
	return false;
}

static void
take(struct worker *worker, const char *id, const struct answer *answer)
{
	worker->heard_ms = now_ms();
	worker->asked = false;
	if (take_settled(worker, id, answer)) {
		worker->back_off_ms = BACK_OFF_MS;
		return;
	}
	if (answer->status == STATUS_JOB) {
		worker->back_off_ms = BACK_OFF_MS;
		take_job(worker, answer);
	} else if (answer->err != OK && strcmp(id, worker->ready_id) == 0) {
		tell_refusal("the offer to work", answer);
		back_off(worker);
		begin(worker);
	}
}

/* Nothing came for a while: asks whether anybody is there, then starts over. */
static void
take_silence(struct worker *worker)
{
	int64_t quiet_ms = now_ms() - worker->heard_ms;

	if (quiet_ms >= SILENT_MS) {
		tell("the broker is silent; connecting again");
		if (client_reconnect(worker->client) == OK)
			begin(worker);
		else
			back_off(worker);
	} else if (quiet_ms >= QUIET_MS && !worker->asked) {
		worker->asked = client_send(worker->client, VERB_whoami, NULL,
				    NULL, 0, NULL) == OK;
	}
}

static void
take_trouble(struct worker *worker, enum err err)
{
	if (err == ERR_END)
		tell("the connection was lost; connecting again");
	else
		tell("cannot hear the broker: %s", err_meaning(err));
	back_off(worker);
	if (err != ERR_END && client_reconnect(worker->client) != OK)
		return;
	begin(worker);
}

static void
turn(struct worker *worker, int wait_ms)
{
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = client_receive(worker->client, wait_ms, id, &answer);
	if (err == OK)
		take(worker, id, &answer);
	else if (err == ERR_TIMEOUT)
		take_silence(worker);
	else
		take_trouble(worker, err);
	answer_fini(&answer);
}

static bool
is_settled(const struct worker *worker)
{
	for (size_t i = 0; i < LIMIT_WORKER_CREDIT_MAX; i++)
		if (worker->settling[i].body != NULL)
			return false;
	return true;
}

/*
 * Waits a moment for the last answers.  Jobs that came in the meantime are
 * left alone: their leases run out, or the broker sees us go.
 */
static void
farewell(struct worker *worker)
{
	int64_t until_ms = now_ms() + FAREWELL_MS;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	struct answer answer;
	int64_t left;

	while (!is_settled(worker) && (left = until_ms - now_ms()) > 0) {
		answer_init(&answer);
		if (client_receive(worker->client, (int)left, id, &answer) ==
		    OK)
			(void)take_settled(worker, id, &answer);
		answer_fini(&answer);
	}
}

/* Does the key lead to nothing but a local socket? */
static bool
is_local(const struct key *key)
{
	return strncmp(key->people, "ipc://", 6) == 0 &&
	       (key->people_remote[0] == '\0' ||
		   strncmp(key->people_remote, "ipc://", 6) == 0);
}

/*
 * One that does triage alone needs no files and no programs any more.  Where
 * it cannot give them up it works nevertheless: its user is the first wall.
 */
static void
confine(const struct worker_settings *settings)
{
	char why[128];

	for (int i = 0; i < WORKFLOW_COUNT; i++)
		if (settings->runs[i] && i != WORKFLOW_triage)
			return;
	if (sandbox_enter(!is_local(&settings->key), why, sizeof(why)) != OK)
		tell("works without its sandbox: %s", why);
}

enum err
worker_run(
    const struct worker_settings *settings, const volatile sig_atomic_t *stop)
{
	static struct worker worker;
	enum err err;

	memset(&worker, 0, sizeof(worker));
	worker.settings = settings;
	worker.back_off_ms = BACK_OFF_MS;
	err = triage_open(&worker.triage, settings->formats);
	if (err == OK)
		err =
		    client_open(&settings->key, CLIENT_PEOPLE, &worker.client);
	if (err == OK) {
		client_only_reads(worker.client);
		confine(settings);
		begin(&worker);
		while (!*stop)
			turn(&worker, TURN_MS);
		farewell(&worker);
	}
	for (size_t i = 0; i < LIMIT_WORKER_CREDIT_MAX; i++)
		forget(&worker.settling[i]);
	client_close(&worker.client);
	triage_close(&worker.triage);
	return err;
}
