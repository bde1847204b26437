#include "broker/state_thread.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "broker/clock_watch.h"
#include "broker/deciding.h"
#include "broker/doorbell.h"
#include "broker/hints.h"
#include "broker/moment.h"
#include "broker/state_trouble.h"
#include "protocol/limits.h"
#include "protocol/log.h"
#include "store/source.h"

enum {
	ANSWER_US = 2000, /* a command's answer waits this long for others */
	ALERTS_MS = 50, /* and alerts alone this long to be folded */
	LEASES_MS = 25, /* and leases that are for later, to be shown */
	ENTRIES_MAX = 8192,
	READERS_MS = 60000,
	COMMANDS_A_TURN = 256,
};

struct state_thread {
	pthread_t thread;
	const struct config *config;
	struct folding folding;
	struct progress progress;
	struct doorbell bell;

	/* Of the thread alone.  Steady time unless said otherwise; 0: none. */
	uint64_t answers_due_us; /* the first answer that waits for a commit */
	uint64_t fold_due_ms; /* alerts wait in the inbox or uncommitted */
	uint64_t timers_ms; /* wall: when the next timer is due */
	uint64_t readers_ms;
	struct clock_watch clock;
	bool more; /* commands wait */
	struct state_trouble trouble;

	/* Guarded by mutex. */
	pthread_mutex_t mutex;
	struct fair_queue queue;
	bool stop;
};

static bool
stopping(void *arg)
{
	struct state_thread *t = arg;
	bool stop;

	(void)pthread_mutex_lock(&t->mutex);
	stop = t->stop;
	(void)pthread_mutex_unlock(&t->mutex);
	return stop;
}

static struct command *
take_command(struct state_thread *t)
{
	struct fair_item *item;

	(void)pthread_mutex_lock(&t->mutex);
	item = fair_queue_take(&t->queue);
	(void)pthread_mutex_unlock(&t->mutex);
	if (item == NULL)
		return NULL;
	return (
	    struct command *)((char *)item - offsetof(struct command, item));
}

static uint64_t
sooner(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

/* Trouble came or went: what was due is not; timers are, with a state again. */
static void
forget_due(struct state_thread *t)
{
	t->answers_due_us = t->fold_due_ms = 0;
	t->timers_ms = state_trouble_none(&t->trouble) ? 1 : 0;
}

static void
fall_into_trouble(struct state_thread *t, enum err err)
{
	state_trouble_begin(&t->trouble, err);
	forget_due(t);
}

static enum err
commit(struct state_thread *t)
{
	enum err err = OK;

	if (t->folding.txn != NULL) {
		/* The end of a silence is told at once. */
		if (state_source_heard(t->folding.txn))
			t->timers_ms = 1;
		err = hints_read(t->folding.txn, &t->progress);
	}
	if (err == OK)
		err = folding_commit(&t->folding, &t->progress);
	t->answers_due_us = 0;
	t->fold_due_ms = 0;
	return err;
}

/* Is it time to commit?  idle: no command waits to be decided. */
static bool
commit_is_due(struct state_thread *t, bool idle)
{
	uint64_t folded = t->folding.folded - t->folding.committed.seq;

	if (folded >= ENTRIES_MAX)
		return true;
	if (t->answers_due_us != 0 &&
	    (idle || moment_steady_us() >= t->answers_due_us))
		return true;
	return t->fold_due_ms != 0 && moment_steady_ms() >= t->fold_due_ms;
}

/* Decides one command and sends it back.  Anything but OK: the state broke. */
static enum err
decide_one(struct state_thread *t, struct command *command)
{
	const char *refusal = state_trouble_refusal(&t->trouble);
	enum err err = OK;

	command->waiting.seq = t->folding.folded;
	if (refusal != NULL)
		deciding_refuse(command, ERR_BUSY, refusal);
	else
		err = deciding_command(&t->folding, t->config, command);
	if (command->after_commit && !command->patient &&
	    t->answers_due_us == 0)
		t->answers_due_us = moment_steady_us() + ANSWER_US;
	if (t->folding.folded != t->folding.committed.seq) {
		t->fold_due_ms = sooner(t->fold_due_ms,
		    moment_steady_ms() +
			(command->patient ? LEASES_MS : ALERTS_MS));
		/* It may have set a timer. */
		t->timers_ms = 1;
	}
	mailbox_put(t->folding.mailbox, &command->post);
	return err;
}

/* Decides at most so many, then timers and commits get their turn. */
static void
decide_some(struct state_thread *t, size_t max)
{
	struct command *command;
	size_t i;

	for (i = 0; i < max && (command = take_command(t)) != NULL; i++) {
		enum err err = decide_one(t, command);

		if (err == OK && commit_is_due(t, false))
			err = commit(t);
		if (err != OK)
			fall_into_trouble(t, err);
	}
	t->more = i == max;
}

/* Folds, acts and commits what is due by time. */
static void
settle(struct state_thread *t)
{
	enum err err = OK;

	if (t->timers_ms != 0 && moment_wall_ms() >= t->timers_ms)
		err = deciding_timers(
		    &t->folding, t->config, &t->clock, &t->timers_ms);
	if (t->folding.folded != t->folding.committed.seq)
		t->fold_due_ms =
		    sooner(t->fold_due_ms, moment_steady_ms() + ALERTS_MS);
	if (err == OK && commit_is_due(t, !t->more)) {
		err = folding_drain(&t->folding);
		if (err == OK)
			err = commit(t);
	}
	if (err != OK)
		fall_into_trouble(t, err);
}

/* How long to sleep: until whatever is due first. */
static uint64_t
next_due(struct state_thread *t)
{
	uint64_t now = moment_steady_ms(), wall = moment_wall_ms();
	uint64_t due = sooner(t->fold_due_ms, t->trouble.retry_ms);

	if (t->answers_due_us != 0)
		due = now;
	if (t->timers_ms != 0)
		due = sooner(
		    due, t->timers_ms > wall ? now + t->timers_ms - wall : now);
	due = sooner(due, t->readers_ms);
	return due;
}

static void
turn(struct state_thread *t)
{
	enum err err;

	if (state_trouble_turn(&t->trouble))
		forget_due(t);
	clock_watch_look(&t->clock);
	if (state_trouble_none(&t->trouble)) {
		err = clock_watch_write(&t->clock, &t->folding, t->config);
		if (err != OK)
			fall_into_trouble(t, err);
	}
	decide_some(t, COMMANDS_A_TURN);
	if (state_trouble_none(&t->trouble))
		settle(t);
	if (moment_steady_ms() >= t->readers_ms) {
		state_check_readers(t->folding.state);
		t->readers_ms = moment_steady_ms() + READERS_MS;
	}
}

/* A last round when the broker ends: nothing that was taken is left over. */
static void
finish(struct state_thread *t)
{
	decide_some(t, SIZE_MAX);
	if (state_trouble_none(&t->trouble)) {
		enum err err = folding_drain(&t->folding);

		if (err == OK)
			err = commit(t);
		if (err != OK)
			log_warning("the state was not committed at the end; "
				    "the next start folds the rest");
	}
	folding_abort(&t->folding);
	t->progress.stopped = true;
	mailbox_publish(t->folding.mailbox, &t->progress);
}

static void *
run(void *arg)
{
	struct state_thread *t = arg;

	(void)pthread_setname_np(pthread_self(), "state");
	if (state_trouble_none(&t->trouble)) {
		enum err err = hints_tell(&t->folding, &t->progress);

		if (err != OK)
			fall_into_trouble(t, err);
	}
	while (!stopping(t)) {
		turn(t);
		if (!doorbell_wait(&t->bell, t->more ? 0 : next_due(t)))
			continue;
		/* Whatever rang, alerts may have come in. */
		if (t->fold_due_ms == 0 && state_trouble_none(&t->trouble))
			t->fold_due_ms = moment_steady_ms() + ALERTS_MS;
	}
	finish(t);
	return NULL;
}

enum err
state_thread_start(
    const struct state_thread_start *start, struct state_thread **thread)
{
	struct state_thread *t = calloc(1, sizeof(*t));

	*thread = NULL;
	if (t == NULL)
		return ERR_MEMORY;
	t->config = start->config;
	t->folding.since_ms = moment_wall_ms();
	t->folding.broker_key = start->broker_key;
	t->folding.state = start->state;
	t->folding.journal = start->journal;
	t->folding.sequencer = start->sequencer;
	t->folding.journal_thread = start->journal_thread;
	t->folding.mailbox = start->mailbox;
	t->folding.committed = start->committed;
	t->folding.folded = start->committed.seq;
	t->trouble = (struct state_trouble){
	    .folding = &t->folding,
	    .progress = &t->progress,
	    .bell = &t->bell,
	    .stop = stopping,
	    .stop_arg = t,
	    .rebuild = start->rebuild,
	};
	t->progress.rebuilding = start->rebuild;
	t->progress.committed = start->committed.seq;
	t->timers_ms = 1;
	clock_watch_look(&t->clock);
	fair_queue_init(&t->queue, LIMIT_COMMAND_QUEUE_BYTES_MAX);
	doorbell_init(&t->bell);
	(void)pthread_mutex_init(&t->mutex, NULL);
	if (pthread_create(&t->thread, NULL, run, t) != 0) {
		free(t);
		return ERR_MEMORY;
	}
	*thread = t;
	return OK;
}

enum err
state_thread_post(struct state_thread *thread, struct command *command)
{
	bool room;

	(void)pthread_mutex_lock(&thread->mutex);
	room = !thread->stop && fair_queue_add(&thread->queue, &command->item);
	(void)pthread_mutex_unlock(&thread->mutex);
	if (!room)
		return ERR_BUSY;
	doorbell_ring(&thread->bell);
	return OK;
}

void
state_thread_wake(struct state_thread *thread)
{
	doorbell_ring(&thread->bell);
}

uint64_t
state_thread_waiting_bytes(struct state_thread *thread)
{
	uint64_t bytes;

	(void)pthread_mutex_lock(&thread->mutex);
	bytes = thread->queue.weight;
	(void)pthread_mutex_unlock(&thread->mutex);
	return bytes;
}

void
state_thread_stop(struct state_thread *thread)
{
	(void)pthread_mutex_lock(&thread->mutex);
	thread->stop = true;
	(void)pthread_mutex_unlock(&thread->mutex);
	doorbell_ring(&thread->bell);
}

void
state_thread_join(struct state_thread **thread)
{
	struct state_thread *t = *thread;

	*thread = NULL;
	if (t == NULL)
		return;
	(void)pthread_join(t->thread, NULL);
	batch_fini(&t->folding.batch);
	doorbell_fini(&t->bell);
	(void)pthread_mutex_destroy(&t->mutex);
	free(t);
}
