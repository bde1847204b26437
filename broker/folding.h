/*
 * The state thread's hold on the state: the open write transaction, how far it
 * has folded, how far it has committed.
 *
 *  1. LMDB is never committed past the durable position: commit waits for it.
 *  2. The committed position is a prefix: all up to it is folded, nothing
 *     beyond.
 *  3. Entries are folded in the order of their numbers, each once.
 */
#ifndef TOCSIN_BROKER_FOLDING_H
#define TOCSIN_BROKER_FOLDING_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/batch.h"
#include "broker/journal_thread.h"
#include "broker/mailbox.h"
#include "broker/sequencer.h"
#include "store/fold.h"
#include "store/journal.h"
#include "store/state.h"

enum { FOLDING_PEOPLE_MAX = 64 };

struct folding {
	/* Borrowed. */
	struct state *state;
	struct journal *journal;
	struct sequencer *sequencer;
	struct journal_thread *journal_thread;
	struct mailbox *mailbox;

	const char *broker_key; /* public, Z85; borrowed */
	uint64_t since_ms; /* wall time of the broker's start */
	struct state_txn *txn; /* NULL: none is open */
	uint64_t folded; /* last entry in txn */
	struct position committed; /* what LMDB holds */
	struct record *last; /* the one folded last, or NULL: */
	struct position read; /* it came out of the journal */
	struct batch batch;
	/* Whose rows changed since the commit; all of them when too many. */
	uint32_t people[FOLDING_PEOPLE_MAX];
	size_t people_count;
	bool people_all;
};

/* Opens the transaction when there is none. */
MUST_CHECK
enum err folding_begin(struct folding *folding);

/* Folds what is in the inbox. */
MUST_CHECK
enum err folding_drain(struct folding *folding);

/* Folds the records of a batch that came from the inbox, and clears it. */
MUST_CHECK
enum err folding_batch(struct folding *folding, struct batch *batch);

/* Folds one record, the next by number. */
MUST_CHECK
enum err folding_record(struct folding *folding, struct record *record);

/*
 * Commits what is folded once it is durable, tells the loop whose rows have
 * changed, then publishes the progress with its committed position set.
 *
 * ERR_IO and others: the transaction was thrown away; what LMDB holds is
 * folding->committed.
 */
MUST_CHECK
enum err folding_commit(struct folding *folding, struct progress *progress);

/* Throws the open transaction away. */
void folding_abort(struct folding *folding);

/*
 * Folds out of the journal from the committed position on, until the inbox
 * can take over, and opens it.  The inbox is closed before.  Publishes after
 * each commit.  ERR_END: stop said so.
 */
MUST_CHECK
enum err folding_catch_up(struct folding *folding, struct progress *progress,
    bool (*stop)(void *arg), void *arg);

#endif
