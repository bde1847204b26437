/* Where there is work: what the loop needs to know to offer leases. */
#ifndef TOCSIN_BROKER_HINTS_H
#define TOCSIN_BROKER_HINTS_H

#include "broker/folding.h"
#include "broker/mailbox.h"
#include "store/state.h"

/* Looks at the transaction: fills the progress's work for every workflow. */
MUST_CHECK
enum err hints_read(struct state_txn *txn, struct progress *progress);

/*
 * Looks, in a transaction that stays open, and tells the loop at once: for when
 * no commit is about to do so.
 */
MUST_CHECK
enum err hints_tell(struct folding *folding, struct progress *progress);

#endif
