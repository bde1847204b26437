/*
 * What becomes of the state thread when the state or the journal cannot be
 * written, and how it gets out of that again.
 *
 *  - The journal has failed: it is dead.  Nothing is decided until the broker
 *    is restarted.
 *  - LMDB has refused: it is degraded.  Every now and then it folds again, out
 *    of the journal, from what is committed on.
 *  - The state is of no use: it is thrown away and folded anew.
 *
 * Meanwhile the inbox is closed, alerts are taken into the journal alone, and
 * commands are refused.
 */
#ifndef TOCSIN_BROKER_STATE_TROUBLE_H
#define TOCSIN_BROKER_STATE_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/doorbell.h"
#include "broker/folding.h"
#include "broker/mailbox.h"
#include "protocol/err.h"

struct state_trouble {
	/* Borrowed of the state thread, which alone calls what is below. */
	struct folding *folding;
	struct progress *progress;
	struct doorbell *bell;
	bool (*stop)(void *arg); /* is the thread to end? */
	void *stop_arg;

	bool dead; /* the journal has failed */
	bool rebuild; /* the state is to be folded anew */
	uint64_t retry_ms; /* degraded: when to try again, steady; 0: is not */
	uint64_t back_off_ms;
};

/* Is there none: a state to decide by and to write? */
bool state_trouble_none(const struct state_trouble *trouble);

/* The sentence for a command that comes meanwhile; NULL when there is none. */
const char *state_trouble_refusal(const struct state_trouble *trouble);

/*
 * The state could not be read or written: throws the open transaction away,
 * and what was to be committed with it.
 */
void state_trouble_begin(struct state_trouble *trouble, enum err err);

/*
 * Looks whether the journal has failed, then tries to get out of trouble when
 * it is time to; that may take as long as folding everything does.  True when
 * trouble has come, changed or gone: whatever was due before is not any more.
 */
bool state_trouble_turn(struct state_trouble *trouble);

#endif
