/*
 * The fold: the only writer of the state.  A pure function of (tables, entry):
 * no clock, no randomness, no environment.  It never refuses what the journal
 * holds and never branches on a private part.
 */
#ifndef TOCSIN_STORE_FOLD_H
#define TOCSIN_STORE_FOLD_H

#include "store/journal.h"
#include "store/state.h"

/* Raised with every change of what fold writes: older states are rebuilt. */
enum { FOLD_VERSION = 10 };

/*
 * Applies the entry, which must be the one after counters.folded_seq.
 *
 * ERR_CORRUPT  the entry makes no sense after what was folded: a fault of ours
 *              or a journal of another program.  Abort the transaction.
 * ERR_FULL, ERR_IO, ERR_MEMORY  as LMDB says.  Abort the transaction.
 */
MUST_CHECK enum err fold_apply(
    struct state_txn *txn, const struct entry *entry);

/* As state_position, of what is committed now. */
MUST_CHECK enum err fold_position(
    struct state *state, struct position *position, uint32_t *fold_version);
/*
 * Makes state equal to the fold of the journal up to its head: replays from
 * the state's position, or discards it first where position and journal do
 * not match (restored, copied, other fold version) or `from_scratch` says so.
 * Commits in batches.  progress (may be NULL) is called now and then.
 * *discarded says whether it had to start anew.
 */
MUST_CHECK enum err fold_catch_up(struct state *state, struct journal *journal,
    bool from_scratch, void (*progress)(void *arg, uint64_t seq, uint64_t head),
    void *arg, bool *discarded);

#endif
