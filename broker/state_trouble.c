#include "broker/state_trouble.h"

#include <inttypes.h>

#include "broker/hints.h"
#include "broker/moment.h"
#include "protocol/log.h"

enum {
	BACK_OFF_MS = 100,
	BACK_OFF_MS_MAX = 5000,
};

bool
state_trouble_none(const struct state_trouble *trouble)
{
	return !trouble->dead && trouble->retry_ms == 0 && !trouble->rebuild;
}

const char *
state_trouble_refusal(const struct state_trouble *trouble)
{
	if (state_trouble_none(trouble))
		return NULL;
	if (trouble->dead)
		return "the journal has failed: the broker writes nothing "
		       "until it is restarted; reads go on";
	return "the state cannot be written at the moment; nothing was "
	       "changed, try again";
}

/* Throws away what cannot be committed, and takes no more. */
static void
let_go(struct state_trouble *trouble)
{
	folding_abort(trouble->folding);
	sequencer_close_inbox(trouble->folding->sequencer);
}

static bool
journal_failed(const struct state_trouble *trouble)
{
	struct journal_health health;

	journal_thread_health(trouble->folding->journal_thread, &health);
	return health.failed;
}

/* The journal has failed: throw away what it may not hold, decide no more. */
static void
die(struct state_trouble *trouble)
{
	if (trouble->dead)
		return;
	trouble->dead = true;
	trouble->retry_ms = 0;
	let_go(trouble);
	mailbox_publish(trouble->folding->mailbox, trouble->progress);
}

/* What helps where it does not help itself. */
static const char *
remedy(enum err err)
{
	if (err == ERR_FULL)
		return "make room on its disk, or, where its address space is "
		       "limited (LimitAS), allow it more and restart";
	if (err == ERR_MEMORY)
		return "let the broker have more memory";
	return "look at its disk";
}

/* LMDB refused: fold again out of the journal, from what is committed on. */
static void
degrade(struct state_trouble *trouble, enum err err)
{
	let_go(trouble);
	trouble->back_off_ms =
	    trouble->back_off_ms == 0 ? BACK_OFF_MS : trouble->back_off_ms * 2;
	if (trouble->back_off_ms > BACK_OFF_MS_MAX)
		trouble->back_off_ms = BACK_OFF_MS_MAX;
	log_error("the state cannot be written (%s): entry %" PRIu64
		  " is the last that it shows; alerts are still taken, "
		  "commands are refused; trying again in %" PRIu64
		  " ms; if that does not help, %s",
	    err_meaning(err), trouble->folding->committed.seq,
	    trouble->back_off_ms, remedy(err));
	trouble->retry_ms = moment_steady_ms() + trouble->back_off_ms;
	trouble->progress->degraded = true;
	mailbox_publish(trouble->folding->mailbox, trouble->progress);
}

void
state_trouble_begin(struct state_trouble *trouble, enum err err)
{
	if (journal_failed(trouble))
		die(trouble);
	else
		degrade(trouble, err);
}

static void
recover(struct state_trouble *trouble)
{
	struct folding *folding = trouble->folding;
	enum err err = folding_catch_up(
	    folding, trouble->progress, trouble->stop, trouble->stop_arg);

	if (err == ERR_END)
		return;
	if (err == OK) {
		log_info("the state is written again; it shows entry %" PRIu64,
		    folding->committed.seq);
		trouble->retry_ms = trouble->back_off_ms = 0;
		trouble->progress->degraded = false;
		err = hints_tell(folding, trouble->progress);
	}
	if (err != OK)
		state_trouble_begin(trouble, err);
}

/*
 * Folds everything anew, while alerts are taken and nothing else.  Until the
 * old state is thrown away it is tried again: nothing can be built on it.
 */
static void
rebuild(struct state_trouble *trouble)
{
	struct folding *folding = trouble->folding;
	uint64_t began = moment_steady_ms();
	enum err err = state_discard(folding->state);

	if (err != OK) {
		log_error("the state cannot be thrown away to be rebuilt: %s; "
			  "alerts are still taken; trying again",
		    err_meaning(err));
		(void)doorbell_wait(trouble->bell, began + BACK_OFF_MS_MAX);
		return;
	}
	folding->committed = (struct position){0};
	err = folding_catch_up(
	    folding, trouble->progress, trouble->stop, trouble->stop_arg);
	if (err == ERR_END)
		return;
	trouble->rebuild = false;
	trouble->progress->rebuilding = false;
	if (err == OK)
		err = hints_tell(folding, trouble->progress);
	if (err != OK) {
		state_trouble_begin(trouble, err);
		return;
	}
	log_info("the state is rebuilt: %" PRIu64 " entries in %" PRIu64 " ms",
	    folding->committed.seq, moment_steady_ms() - began);
}

bool
state_trouble_turn(struct state_trouble *trouble)
{
	const struct state_trouble before = *trouble;

	if (!trouble->dead && journal_failed(trouble))
		die(trouble);
	if (trouble->rebuild && !trouble->dead)
		rebuild(trouble);
	if (trouble->retry_ms != 0 && moment_steady_ms() >= trouble->retry_ms)
		recover(trouble);
	return trouble->dead != before.dead ||
	       trouble->rebuild != before.rebuild ||
	       trouble->retry_ms != before.retry_ms;
}
