/* Where there is work: what the loop needs to know to offer leases. */
#ifndef TOCSIN_BROKER_HINTS_H
#define TOCSIN_BROKER_HINTS_H

#include "broker/mailbox.h"
#include "store/state.h"

/* Fills work for every workflow from the transaction. */
MUST_CHECK
enum err hints_read(struct state_txn *txn, struct work work[WORKFLOW_COUNT]);

#endif
