/*
 * Answers that wait for the journal or the state to get somewhere, in the
 * order in which they were made.  On the loop alone.
 */
#ifndef TOCSIN_BROKER_WAITING_H
#define TOCSIN_BROKER_WAITING_H

#include <stdint.h>

#include "protocol/err.h"

struct broker;

/*
 * The first member of what waits.  ready owns it.  outcome is
 *   OK        what it waited for has happened
 *   ERR_BUSY  it is durable, but the state does not show it: 202
 *   ERR_IO    the journal failed: it may or may not have been kept
 */
struct waiting {
	struct waiting *next;
	uint64_t seq; /* what it waits for */
	void (*ready)(
	    struct broker *broker, struct waiting *waiting, enum err outcome);
};

struct waiting_list {
	struct waiting *first, *last;
};

void waiting_add(struct waiting_list *list, struct waiting *waiting);

/* Readies, from the front, those that wait for nothing beyond seq. */
void waiting_release(struct broker *broker, struct waiting_list *list,
    uint64_t seq, enum err outcome);

/* Readies all of them. */
void waiting_end(
    struct broker *broker, struct waiting_list *list, enum err outcome);

#endif
