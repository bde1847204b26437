/*
 * The window of each producer: what the last PRODUCER_WINDOW messages of a
 * (principal, session) were answered, so that a repeat gets the first answer
 * again.  The same slots and the same eviction as the fold's table, which it
 * is filled from at start.  On the loop alone.
 */
#ifndef TOCSIN_BROKER_PRODUCERS_H
#define TOCSIN_BROKER_PRODUCERS_H

#include "protocol/err.h"
#include "store/state.h"

struct producers;

/* ERR_MEMORY. */
MUST_CHECK
enum err producers_new(struct producers **producers);
void producers_free(struct producers **producers);

enum produced_before { PRODUCED_NEW, PRODUCED_REPEAT, PRODUCED_TOO_OLD };

/*
 * Was the message taken before?  *first is then what it was given.  TOO_OLD:
 * not above the highest counter and not in the window either.
 */
enum produced_before producers_look(const struct producers *producers,
    uint32_t principal, uint64_t session, uint64_t counter,
    struct produced *first);

/* Makes room for a message, so that remembering it cannot fail.  ERR_MEMORY. */
MUST_CHECK
enum err producers_reserve(
    struct producers *producers, uint32_t principal, uint64_t session);

/*
 * Remembers a message; room was made.  A principal's session beyond
 * PRODUCER_SESSIONS_MAX puts out the one whose last message is the oldest.
 */
void producers_remember(
    struct producers *producers, const struct produced *message);

#endif
