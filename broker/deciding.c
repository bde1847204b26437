#include "broker/deciding.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/clock_watch.h"
#include "broker/moment.h"
#include "broker/refusal.h"

/*
 * A command that settles many things has its entries numbered one after the
 * other; the journal thread is woken for so many of them, and not for each:
 * every wake-up is a group, and so a sync, of its own.
 */
enum { WAKE_RECORDS = 64 };

/* What flush reaches through the decision: where events go. */
struct emitting {
	struct folding *folding;
	size_t unwoken; /* records that the journal thread was not told of */
	enum err broken; /* the state, not the command, is at fault */
	bool whole; /* the command's last events are numbered */
};

static void
wake(struct emitting *emitting)
{
	if (emitting->unwoken > 0)
		journal_thread_wake(emitting->folding->journal_thread);
	emitting->unwoken = 0;
}

/* Numbers the records in one hold; folds what came before them, then them. */
static enum err
number_and_fold(
    struct emitting *emitting, struct record *const *records, size_t count)
{
	struct folding *folding = emitting->folding;
	struct batch late = {0};
	uint64_t last;
	size_t i;
	enum err err, numbered;

	numbered =
	    sequencer_decided(folding->sequencer, records, count, &late, &last);
	if (numbered == OK)
		emitting->unwoken += count;
	if (emitting->unwoken >= WAKE_RECORDS)
		wake(emitting);
	err = folding_batch(folding, &late);
	for (i = 0; err == OK && numbered == OK && i < count; i++)
		err = folding_record(folding, records[i]);
	batch_fini(&late);
	emitting->broken = err;
	if (numbered != OK)
		return ERR_BUSY;
	/* From here on the command stands, even when the state is broken. */
	assert(err != OK || folding->folded == last);
	return OK;
}

/*
 * Hands on what the decision has emitted so far.  That the state broke over
 * it is said in emitting alone: what was numbered stands.
 */
static enum err
emit(void *arg, struct decision *decision)
{
	struct emitting *emitting = arg;
	struct record *records[DECISION_EVENTS_MAX];
	size_t count = 0, i;
	enum err err;

	if (decision->events_count == 0)
		return OK;
	if (emitting->broken != OK)
		return emitting->broken;
	err = decision_records(decision, records, &count);
	if (err != OK)
		return err;
	err = number_and_fold(emitting, records, count);
	for (i = 0; i < count; i++)
		record_release(&records[i]);
	return err;
}

static enum err
prepare(struct folding *folding, const struct config *config,
    struct decision *decision, struct emitting *emitting)
{
	struct counters counters;
	uint64_t now = moment_wall_ms();
	enum err err = folding_begin(folding);

	if (err == OK)
		err = state_counters(folding->txn, &counters);
	if (err != OK)
		return err;
	emitting->folding = folding;
	decision->txn = folding->txn;
	decision->config = config;
	decision->since_ms = folding->since_ms;
	decision->broker_key = folding->broker_key;
	decision->now_ms = now > counters.time_ms ? now : counters.time_ms;
	decision->flush = emit;
	decision->flush_arg = emitting;
	return OK;
}

/* Is err about the state's own condition, not about what was asked? */
static bool
of_the_state(enum err err)
{
	return err == ERR_IO || err == ERR_FULL || err == ERR_CORRUPT ||
	       err == ERR_STALE;
}

static void
set_answer(struct command *command, struct decision *decision)
{
	if (command->err == OK && decision->answer == NULL)
		command->body = strdup("{}");
	else if (command->err == OK)
		command->body = cJSON_PrintUnformatted(decision->answer);
	else
		command->body = refusal_text(
		    command->err, &decision->fault, decision->current);
}

/*
 * A person's success is told once the state shows it, everything else once
 * what it was computed from is durable.
 */
static void
set_wait(struct folding *folding, struct command *command,
    const struct emitting *emitting)
{
	bool worker = command->verb == VERB_worker_done ||
		      command->verb == VERB_worker_fail;

	command->waiting.seq = emitting->broken != OK
				   ? sequencer_last(folding->sequencer)
				   : folding->folded;
	command->after_commit =
	    command->err == OK && !worker && command->verb != VERB_NONE;
	if (command->worker != 0)
		command->after_commit = command->err == OK;
}

static enum err
decide_it(struct command *command, struct decision *decision,
    struct emitting *emitting)
{
	enum err err = command->decide(command, decision);

	if (err == OK)
		err = emit(emitting, decision);
	emitting->whole = err == OK;
	wake(emitting);
	return err;
}

/* Who asks, as the state has it now; *actor NULL for the broker itself. */
static enum err
find_actor(struct folding *folding, uint32_t principal, struct person *person,
    const struct person **actor)
{
	enum err err;

	*actor = NULL;
	if (principal == 0)
		return OK;
	err = person_get(folding->txn, principal, person);
	if (err == OK)
		*actor = person;
	return err == ERR_MISSING ? ERR_DENIED : err;
}

enum err
deciding_command(struct folding *folding, const struct config *config,
    struct command *command)
{
	struct emitting emitting = {0};
	struct decision decision;
	struct person person;
	enum err err, broken;

	/* What is folded by half is of the state, whatever it failed of. */
	err = emitting.broken = folding_drain(folding);
	decision_init(&decision);
	if (err == OK)
		err = prepare(folding, config, &decision, &emitting);
	if (err == OK)
		err = find_actor(
		    folding, command->principal, &person, &decision.actor);
	if (err == OK) {
		decision.verb = command->verb;
		decision.ask = command->ask;
		err = decide_it(command, &decision, &emitting);
	}
	broken = emitting.broken;
	if (broken == OK && of_the_state(err))
		broken = err;
	/* What was numbered stands: the fold of it is made up for later. */
	if (broken != OK)
		err = emitting.whole ? OK : ERR_BUSY;
	command->err = err;
	set_answer(command, &decision);
	set_wait(folding, command, &emitting);
	decision_fini(&decision);
	return broken;
}

/* Looked at once the time is read: a jump that is part of it shows by then. */
static enum err
time_timers(
    struct decision *decision, struct clock_watch *watch, uint64_t *next_ms)
{
	clock_watch_look(watch);
	if (watch->jumped_ms == 0)
		return decide_timers(decision, next_ms);
	*next_ms = 1;
	return OK;
}

enum err
deciding_timers(struct folding *folding, const struct config *config,
    struct clock_watch *watch, uint64_t *next_ms)
{
	struct emitting emitting = {0};
	struct decision decision;
	bool any;
	enum err err;

	do {
		decision_init(&decision);
		decision.verb = VERB_NONE;
		err = prepare(folding, config, &decision, &emitting);
		if (err == OK)
			err = time_timers(&decision, watch, next_ms);
		any = err == OK && decision.events_count > 0;
		if (err == OK)
			err = emit(&emitting, &decision);
		if (err == OK)
			err = emitting.broken;
		wake(&emitting);
		decision_fini(&decision);
	} while (any && err == OK);
	/* Closed: the broker ends, or the journal has failed and says so. */
	return err == ERR_BUSY ? OK : err;
}

enum err
deciding_clock_jump(
    struct folding *folding, const struct config *config, int64_t by_ms)
{
	struct emitting emitting = {0};
	struct decision decision;
	enum err err = folding_drain(folding);

	decision_init(&decision);
	decision.verb = VERB_NONE;
	if (err == OK)
		err = prepare(folding, config, &decision, &emitting);
	if (err == OK)
		err = decide_clock_jump(&decision, by_ms);
	if (err == OK)
		err = emit(&emitting, &decision);
	wake(&emitting);
	decision_fini(&decision);
	if (err == OK)
		err = emitting.broken;
	/* Closed: the broker ends, or the journal has failed and says so. */
	return err == ERR_BUSY ? OK : err;
}

void
deciding_refuse(struct command *command, enum err err, const char *message)
{
	struct ask_fault fault = {0};

	command->err = err;
	(void)snprintf(fault.message, sizeof(fault.message), "%s", message);
	command->body = refusal_text(err, &fault, NULL);
}
