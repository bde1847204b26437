/*
 * The thread that owns LMDB's write transaction: it folds entries, decides
 * commands, acts on timers and commits.
 */
#ifndef TOCSIN_BROKER_STATE_THREAD_H
#define TOCSIN_BROKER_STATE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/command.h"
#include "broker/folding.h"
#include "protocol/config.h"

struct state_thread;

struct state_thread_start {
	/* Borrowed; they outlive the thread. */
	struct state *state;
	struct journal *journal;
	struct sequencer *sequencer;
	struct journal_thread *journal_thread;
	struct mailbox *mailbox;
	const struct config *config;
	const char *broker_key; /* public, Z85; borrowed */
	struct position committed; /* what LMDB holds */
	/* Throw the state away and fold it anew; the inbox is closed. */
	bool rebuild;
};

/* ERR_MEMORY. */
MUST_CHECK
enum err state_thread_start(
    const struct state_thread_start *start, struct state_thread **thread);

/*
 * Hands over a command; it comes back to the loop by the mailbox.  Any thread.
 * ERR_BUSY: COMMAND_QUEUE_BYTES_MAX of them wait; the command stays the
 * caller's.
 */
MUST_CHECK
enum err state_thread_post(
    struct state_thread *thread, struct command *command);

/* Something is in the inbox.  Any thread. */
void state_thread_wake(struct state_thread *thread);

/* Bytes of the commands that wait.  Any thread. */
uint64_t state_thread_waiting_bytes(struct state_thread *thread);

/*
 * Asks the thread to decide what is queued, commit and end; progress.stopped
 * says when it has.  join waits for it and gives everything back; NULL is fine.
 */
void state_thread_stop(struct state_thread *thread);
void state_thread_join(struct state_thread **thread);

#endif
