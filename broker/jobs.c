#include "broker/jobs.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/handout.h"
#include "broker/reply.h"
#include "broker/worker.h"
#include "protocol/kill_point.h"

/* How long a workflow whose retries were not due yet is left alone. */
enum { AGAIN_MS = 250 };

struct jobs {
	struct worker *workers[LIMIT_WORKERS_MAX];
	size_t count;
	size_t away;
	size_t turn; /* whose turn it is */
	uint64_t last; /* number given */
	struct work work[WORKFLOW_COUNT];
	uint64_t asked[WORKFLOW_COUNT]; /* leases asked for, all workers' */
	uint64_t looked;
};

enum err
jobs_new(struct jobs **jobs)
{
	*jobs = calloc(1, sizeof(**jobs));
	return *jobs != NULL ? OK : ERR_MEMORY;
}

static void
worker_free(struct worker *worker)
{
	origin_free(&worker->origin);
	free(worker);
}

void
jobs_free(struct jobs **jobs)
{
	size_t i;

	if (*jobs == NULL)
		return;
	for (i = 0; i < (*jobs)->count; i++)
		worker_free((*jobs)->workers[i]);
	free(*jobs);
	*jobs = NULL;
}

size_t
jobs_workers(const struct broker *broker)
{
	return broker->jobs->count;
}

size_t
jobs_away(const struct broker *broker)
{
	return broker->jobs->away;
}

static struct worker *
by_peer(struct jobs *jobs, const struct origin *origin)
{
	size_t i;

	for (i = 0; i < jobs->count; i++)
		if (origin_same_peer(jobs->workers[i]->origin, origin))
			return jobs->workers[i];
	return NULL;
}

static struct worker *
by_number(struct jobs *jobs, uint64_t number)
{
	size_t i;

	for (i = 0; i < jobs->count; i++)
		if (jobs->workers[i]->number == number)
			return jobs->workers[i];
	return NULL;
}

/* Takes the worker out; its leases go back at once when it is gone. */
static void
drop(struct broker *broker, struct worker *worker, bool gone)
{
	struct jobs *jobs = broker->jobs;
	size_t i;

	for (i = 0; gone && i < worker->holdings_count; i++)
		handout_give_up(broker, worker->origin->principal,
		    worker->holdings[i].workflow, worker->holdings[i].lease,
		    worker->holdings[i].token,
		    "the worker's connection is gone");
	for (i = 0; jobs->workers[i] != worker; i++)
		continue;
	jobs->workers[i] = jobs->workers[--jobs->count];
	worker_free(worker);
}

/* ---- a lease, once the state shows it ---- */

/* The job was read, or could not be: send it, or give the lease up. */
static void
hand_out(struct broker *broker, struct handout *handout)
{
	struct worker *worker = by_number(broker->jobs, handout->worker);
	const char *why = NULL;
	enum err err = handout->err;

	broker->jobs->away--;
	if (worker == NULL)
		why = "the worker's connection is gone";
	else if (err == ERR_TOO_LARGE)
		why = "the job is too large for one message";
	else if (err != OK)
		why = "the job could not be read";
	if (why == NULL) {
		KILL_POINT(handed_out);
		err = reply_with(broker, worker->origin, STATUS_PART,
		    handout->body, handout->attachments, handout->count);
		if (err != OK)
			why = "the worker does not take its jobs";
	}
	if (why == NULL)
		return;
	handout_give_up(broker, handout->principal, handout->workflow,
	    handout->lease, handout->token, why);
	if (worker == NULL)
		return;
	if (worker_let_go(worker, handout->lease))
		worker_credit_back(worker);
	/* Who does not read gets nothing more until it says ready again. */
	if (err == ERR_END)
		drop(broker, worker, true);
	jobs_pump(broker);
}

static uint64_t
lease_ms(const struct config *config, enum workflow workflow)
{
	return (uint64_t)(workflow == WORKFLOW_triage
			      ? config->lease_triage_ms
			      : config->lease_notify_ms);
}

static void
hold(const struct broker *broker, struct worker *worker,
    const struct command *command)
{
	struct holding holding = {
	    .lease = command->lease,
	    .until_ms = moment_steady_ms() +
			lease_ms(broker->config, command->workflow),
	    .workflow = command->workflow,
	};

	memcpy(holding.token, command->token, sizeof(holding.token));
	worker_hold(worker, &holding);
}

/* Nothing to lease: true until a later look at the state. */
static void
nothing_there(struct broker *broker, const struct command *command)
{
	struct work *work = &broker->jobs->work[command->workflow];

	if (broker->progress.committed > command->waiting.seq)
		return;
	work->fresh = 0;
	if (work->retry_ms != 0)
		work->retry_ms = moment_wall_ms() + AGAIN_MS;
}

/* The lease that was asked for is decided.  NULL: its worker is gone. */
static struct worker *
answered(struct broker *broker, const struct command *command)
{
	struct worker *worker = by_number(broker->jobs, command->worker);

	broker->jobs->asked[command->workflow]--;
	if (worker != NULL)
		worker->asking[command->workflow]--;
	return worker;
}

static void
leased(struct broker *broker, struct command *command)
{
	struct worker *worker = answered(broker, command);

	if (command->err != OK) {
		if (worker != NULL)
			worker_credit_back(worker);
		nothing_there(broker, command);
		return;
	}
	if (worker != NULL)
		hold(broker, worker, command);
	if (handout_read(broker, command, hand_out) == OK)
		broker->jobs->away++;
	else
		handout_give_up(broker, command->principal, command->workflow,
		    command->lease, command->token, "too many reads wait");
	jobs_pump(broker);
}

void
jobs_not_leased(struct broker *broker, const struct command *command)
{
	struct worker *worker = answered(broker, command);

	if (worker != NULL)
		worker_credit_back(worker);
}

static enum err
decide_the_lease(struct command *command, struct decision *decision)
{
	randombytes_buf(command->token, sizeof(command->token));
	return decide_lease(decision, command->workflow, LIMIT_JOB_ITEMS_MAX,
	    command->token, &command->lease);
}

static bool
ask_for(struct broker *broker, struct worker *worker, int workflow)
{
	struct command *command =
	    command_new(worker->origin->principal, VERB_NONE, NULL, NULL, 0);

	if (command == NULL)
		return false;
	command->decide = decide_the_lease;
	command->answer = leased;
	command->workflow = (enum workflow)workflow;
	command->worker = worker->number;
	/* With such a job in hand it needs the next one soon, not now. */
	command->patient =
	    worker_in_hand(worker, command->workflow, moment_steady_ms()) > 0;
	if (broker_command(broker, command) != OK) {
		command_free(command);
		return false;
	}
	broker->jobs->asked[workflow]++;
	worker->asking[workflow]++;
	worker->credit--;
	return true;
}

/* ---- who is ready ---- */

void
jobs_hints(struct broker *broker, const struct progress *progress)
{
	if (progress->looked == broker->jobs->looked)
		return;
	broker->jobs->looked = progress->looked;
	memcpy(broker->jobs->work, progress->work, sizeof(progress->work));
}

/* Is there more to lease than was asked for, as far as is known? */
static bool
more_to_lease(const struct jobs *jobs, int workflow, uint64_t now)
{
	const struct work *work = &jobs->work[workflow];
	size_t items = decide_lease_items((enum workflow)workflow);
	uint64_t leases = (work->fresh + items - 1) / items;

	/* Which of the others are due as well is not known. */
	if (work->retry_ms != 0 && work->retry_ms <= now)
		leases += work->retrying;
	return jobs->asked[workflow] < leases;
}

/* Asks for at most one lease of each workflow.  Has it asked? */
static bool
serve(struct broker *broker, struct worker *worker, uint64_t now)
{
	bool asked = false;
	int workflow;

	for (workflow = 1; workflow < WORKFLOW_COUNT; workflow++)
		if (worker_takes(
			worker, (enum workflow)workflow, moment_steady_ms()) &&
		    more_to_lease(broker->jobs, workflow, now) &&
		    ask_for(broker, worker, workflow))
			asked = true;
	return asked;
}

void
jobs_pump(struct broker *broker)
{
	struct jobs *jobs = broker->jobs;
	uint64_t now = moment_wall_ms();
	bool asked = true;
	const char *why;
	size_t i;

	if (broker->draining || broker_takes(broker, false, &why) != OK)
		return;
	/* One each, then one each again, while there is work and credit. */
	while (asked) {
		asked = false;
		for (i = 0; i < jobs->count; i++)
			asked |= serve(broker,
			    jobs->workers[(jobs->turn + i) % jobs->count], now);
		jobs->turn++;
	}
}

/* One worker more; NULL when there is none (which is answered). */
static struct worker *
add_worker(struct broker *broker, const struct request *request)
{
	struct jobs *jobs = broker->jobs;
	struct worker *worker;

	if (jobs->count == LIMIT_WORKERS_MAX) {
		reply_refuse(broker, request->origin, ERR_BUSY, "",
		    "%d workers are ready, which is the limit",
		    LIMIT_WORKERS_MAX);
		return NULL;
	}
	worker = calloc(1, sizeof(*worker));
	if (worker == NULL) {
		reply_fault(broker, request->origin, ERR_MEMORY, NULL);
		return NULL;
	}
	worker->number = ++jobs->last;
	jobs->workers[jobs->count++] = worker;
	return worker;
}

/* Reads the names; 0 when one is none (which is answered). */
static unsigned
read_workflows(struct broker *broker, const struct request *request)
{
	const cJSON *name;
	unsigned set = 0;

	cJSON_ArrayForEach (name, ask_json(request->ask, "workflows")) {
		int value = words_value(WORDS_WORKFLOW, name->valuestring);

		if (value < 0) {
			reply_refuse(broker, request->origin, ERR_INVALID,
			    "workflows", "there is no workflow %s",
			    name->valuestring);
			return 0;
		}
		set |= 1u << value;
	}
	if (set == 0)
		reply_refuse(broker, request->origin, ERR_INVALID, "workflows",
		    "name at least one workflow");
	return set;
}

void
jobs_ready(struct broker *broker, struct request *request)
{
	unsigned workflows = read_workflows(broker, request);
	struct worker *worker = by_peer(broker->jobs, request->origin);

	if (workflows == 0)
		return;
	if (worker == NULL)
		worker = add_worker(broker, request);
	if (worker == NULL)
		return;
	origin_free(&worker->origin);
	worker->origin = request->origin;
	request->origin = NULL;
	worker->workflows = workflows;
	worker->credit = ask_number(request->ask, "credit", 0) -
			 (int64_t)worker_ahead(worker, moment_steady_ms());
	jobs_pump(broker);
}

/* ---- a lease handed in ---- */

void
jobs_settling(struct broker *broker, struct command *command)
{
	struct worker *worker = by_peer(broker->jobs, command->origin);
	const struct holding *holding = NULL;

	if (worker != NULL)
		holding = worker_holding(worker,
		    (uint64_t)ask_number(command->ask, "lease", 0),
		    ask_text(command->ask, "token"));
	if (holding == NULL)
		return;
	command->settles = worker->number;
	command->lease = holding->lease;
	command->workflow = holding->workflow;
	memcpy(command->token, holding->token, sizeof(command->token));
	KILL_POINT(settled);
	(void)worker_let_go(worker, holding->lease);
	worker_credit_back(worker);
	jobs_pump(broker);
}

void
jobs_settled(struct broker *broker, const struct command *command)
{
	struct worker *worker;

	/* In conflict with the state: the lease has run out. */
	if (command->settles == 0 || command->err == OK ||
	    command->err == ERR_CONFLICT)
		return;
	worker = by_number(broker->jobs, command->settles);
	if (worker == NULL) {
		handout_give_up(broker, command->principal, command->workflow,
		    command->lease, command->token,
		    "the worker's connection is gone");
		return;
	}
	hold(broker, worker, command);
	worker->credit--;
}

/* ---- who goes ---- */

void
jobs_peer_went(struct broker *broker, int fd)
{
	size_t i = broker->jobs->count;

	while (i-- > 0)
		if (broker->jobs->workers[i]->origin->fd == fd)
			drop(broker, broker->jobs->workers[i], true);
}

/* Its leases are void: they expire, because nobody may act on them any more. */
void
jobs_revoke(struct broker *broker, uint32_t principal)
{
	size_t i = broker->jobs->count;

	while (i-- > 0)
		if (broker->jobs->workers[i]->origin->principal == principal)
			drop(broker, broker->jobs->workers[i], false);
}
