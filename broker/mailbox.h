/*
 * How the other threads tell the loop something: posts, delivered on the loop
 * in the order they were put, and the progress of the state, published in the
 * same breath, so that the loop never knows of a commit without the posts that
 * came before it.
 */
#ifndef TOCSIN_BROKER_MAILBOX_H
#define TOCSIN_BROKER_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "protocol/err.h"
#include "protocol/words.h"

struct broker;
struct mailbox;

/* The first member of what is posted.  deliver runs on the loop and owns it. */
struct post {
	struct post *next;
	void (*deliver)(struct broker *broker, struct post *post);
};

/* Work that a workflow has, as of the last commit. */
struct work {
	uint64_t fresh; /* items that were never leased */
	uint64_t retrying; /* items that failed and wait to be tried again */
	uint64_t retry_ms; /* when the next retry is due, wall; 0: none */
};

struct progress {
	uint64_t committed; /* everything up to it is in the state */
	struct work work[WORKFLOW_COUNT];
	uint64_t looked; /* how many times work was looked at */
	bool rebuilding; /* the state is no answer yet */
	bool degraded; /* the state cannot be written at the moment */
	bool stopped; /* the state thread has ended */
};

/* heard runs on the loop whenever something is new.  ERR_MEMORY. */
MUST_CHECK
enum err mailbox_new(uv_loop_t *loop, void (*heard)(struct broker *broker),
    struct broker *broker, struct mailbox **mailbox);

/* After the threads that post have ended; the loop must run once more. */
void mailbox_close(struct mailbox *mailbox);
/* After the loop has ended. */
void mailbox_free(struct mailbox **mailbox);

/* Any thread. */
void mailbox_put(struct mailbox *mailbox, struct post *post);
void mailbox_publish(struct mailbox *mailbox, const struct progress *progress);
/* Only wakes the loop: the durable head has moved. */
void mailbox_wake(struct mailbox *mailbox);

/* The posts in order, the caller's, and the progress that goes with them. */
struct post *mailbox_take(struct mailbox *mailbox, struct progress *progress);

#endif
