/*
 * A command on its way: from the loop to the state thread, which decides it,
 * and back, to wait until what it was decided from may be told.
 */
#ifndef TOCSIN_BROKER_COMMAND_H
#define TOCSIN_BROKER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/decide.h"
#include "broker/fair_queue.h"
#include "broker/mailbox.h"
#include "broker/waiting.h"

struct origin;

struct command {
	struct post post; /* while it travels back to the loop */
	struct waiting waiting; /* while its answer waits */
	struct fair_item item; /* while it waits to be decided */

	uint32_t principal; /* who asks; 0 for the broker itself */
	enum verb verb; /* VERB_NONE for the broker's own */
	struct ask *ask; /* owned; NULL for most of the broker's own */
	struct origin *origin; /* owned; NULL when nobody is answered */

	/* Runs on the state thread: fills the decision. */
	enum err (*decide)(struct command *command, struct decision *decision);
	/* Runs on the loop when the answer may go; does not own. */
	void (*answer)(struct broker *broker, struct command *command);

	/* What decide and answer of the broker's own commands need. */
	enum workflow workflow;
	uint64_t worker; /* who is to get the lease */
	bool patient; /* the lease is for later: its commit may wait */
	uint64_t settles; /* whose job ends by it, see jobs_settling */
	uint64_t lease;
	unsigned char token[16];
	int64_t by_ms;
	uint64_t cut_after, cut_bytes;

	/* Set by the state thread. */
	enum err err;
	bool after_commit; /* waits for the state to show it, too */
	char *body; /* the answer's, owned */
};

/* An empty command of the verb, ask and origin owned by it.  NULL: no memory;
 * ask and origin are then still the caller's. */
struct command *command_new(uint32_t principal, enum verb verb, struct ask *ask,
    struct origin *origin, size_t bytes);
void command_free(struct command *command);

#endif
