/*
 * The thread that owns the journal's writing: it takes all that is queued,
 * appends it as one group with one sync, says how far the journal is durable,
 * and seals at the latest 100 ms after an entry.
 */
#ifndef TOCSIN_BROKER_JOURNAL_THREAD_H
#define TOCSIN_BROKER_JOURNAL_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/mailbox.h"
#include "broker/sequencer.h"
#include "protocol/err.h"
#include "store/journal.h"

struct journal_thread;

/* All are borrowed and outlive the thread. */
struct journal_thread_start {
	struct journal *journal;
	struct sequencer *sequencer;
	struct mailbox *mailbox;
	uint64_t reserve_bytes; /* room on the disk that alerts leave free */
	bool broken; /* the journal was found corrupt: it is only read */
};

/* ERR_MEMORY. */
MUST_CHECK
enum err journal_thread_start(
    const struct journal_thread_start *start, struct journal_thread **thread);

/*
 * Appends what is queued, unless there is no room for it, seals and ends the
 * thread.  free gives the rest back, when nobody asks it anything any more.
 */
void journal_thread_stop(struct journal_thread *thread);
void journal_thread_free(struct journal_thread **thread);

/* Something was queued.  Any thread. */
void journal_thread_wake(struct journal_thread *thread);

/* How the journal is.  Any thread. */
struct journal_health {
	struct journal_head head; /* durable */
	bool writing; /* false: it takes nothing at the moment, or ever */
	bool failed; /* for ever: what was queued may be lost */
	bool intake; /* false: the disk's room is kept for commands */
};
void journal_thread_health(
    struct journal_thread *thread, struct journal_health *health);

/* Waits until seq is durable.  ERR_IO: it never will be. */
MUST_CHECK
enum err journal_thread_await(struct journal_thread *thread, uint64_t seq);

#endif
