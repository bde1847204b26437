/*
 * Reader threads: two for what is read, one for the bytes of files, each with a read transaction that is renewed from
 * task to task and given back before it sleeps, so that no old snapshot is
 * kept alive.
 */
#ifndef TOCSIN_BROKER_READER_H
#define TOCSIN_BROKER_READER_H

#include <stddef.h>

#include "broker/fair_queue.h"
#include "broker/mailbox.h"
#include "broker/read.h"

struct readers;

/* Who they are: how many, how much may wait for them. */
struct readers_kind {
	const char *name;
	size_t threads; /* at most READERS_THREADS_MAX */
	size_t queue_max;
};
enum { READERS_THREADS_MAX = 2 };
extern const struct readers_kind readers_of_rows, readers_of_files;

/*
 * The first member of what is read.  run fills the task on a reader thread,
 * from a reading whose txn, journal, config and budget are set; then the post
 * brings the task back to the loop.  err is set when no transaction could be
 * had; run is not called then.
 */
struct task {
	struct post post;
	struct fair_item item; /* its principal is set by who posts it */
	void (*run)(struct task *task, struct reading *reading);
	enum err err;
};

/* ERR_MEMORY. */
MUST_CHECK
enum err readers_start(const struct readers_kind *kind, struct state *state,
    struct journal *journal, const struct config *config,
    struct mailbox *mailbox, struct readers **readers);

/* Does what is queued, then ends the threads.  NULL is fine. */
void readers_stop(struct readers **readers);

/*
 * ERR_BUSY: as many as may wait do, or the principal's share of them; the task
 * stays the caller's.
 */
MUST_CHECK
enum err readers_post(struct readers *readers, struct task *task);

#endif
