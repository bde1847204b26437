/*
 * The one small lock: it gives out sequence numbers, the entries' time and the
 * alerts' numbers, and puts each entry on the journal's queue and into the
 * fold's inbox in the same breath.  File order, number order and fold order
 * are one order because of it.
 *
 *  1. Numbers rise by one, without gaps; time never goes back.
 *  2. What is numbered is on the journal's queue: nothing can fail in between.
 *  3. An alert that is numbered while the inbox is open is in the inbox;
 *     the state thread's own entries never are: it folds those itself.
 */
#ifndef TOCSIN_BROKER_SEQUENCER_H
#define TOCSIN_BROKER_SEQUENCER_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/batch.h"
#include "protocol/err.h"
#include "store/entry.h"

struct sequencer;

struct sequencer_start {
	uint64_t seq; /* of the last entry in the journal */
	uint64_t time_ms; /* its time */
	uint64_t alerts; /* last alert number given */
	uint64_t (*clock_ms)(void);
	bool inbox; /* open from the start; else see sequencer_open_inbox */
};

struct numbered {
	uint64_t seq;
	uint64_t alert; /* first alert of the entry */
	bool wake; /* the journal thread waits for this one: wake it */
};

/* ERR_MEMORY. */
MUST_CHECK
enum err sequencer_new(
    const struct sequencer_start *start, struct sequencer **sequencer);
void sequencer_free(struct sequencer **sequencer);

/*
 * Numbers an alert delivery of count payloads.  The record is borrowed; the
 * queues keep references of their own.  *first_in_inbox says that the inbox
 * was empty before: the state thread may be asleep.
 *
 * ERR_BUSY    a queue is full: take less.  Nothing happened.
 * ERR_FULL    the disk has no room for it, see sequencer_room.
 * ERR_IO      closed: the journal failed, or the broker ends.
 * ERR_MEMORY  nothing happened.
 */
MUST_CHECK
enum err sequencer_deliver(struct sequencer *sequencer, struct record *record,
    uint32_t count, struct numbered *numbered, bool *first_in_inbox);

/*
 * The state thread's hold: moves what came into the inbox since into late
 * (emptied before), then numbers its own records.  *last is the last number.
 * An alert_received among them has one payload, and gets an alert's number.
 * Whoever decides wakes the journal thread when it is done; a delivery that
 * comes before that is told to.
 * ERR_IO, ERR_MEMORY: nothing was numbered, late is what came in.
 */
MUST_CHECK
enum err sequencer_decided(struct sequencer *sequencer,
    struct record *const *records, size_t count, struct batch *late,
    uint64_t *last);

/* Moves the inbox into batch, which was cleared before. */
void sequencer_take_inbox(struct sequencer *sequencer, struct batch *batch);

/* Says that bytes taken from the inbox are folded: room for others. */
void sequencer_folded(struct sequencer *sequencer, size_t bytes);

/*
 * Closes the inbox and throws away what is in it: the state is to be folded
 * out of the journal.  open has alerts put into it again, and returns the last
 * number that was given before.
 */
void sequencer_close_inbox(struct sequencer *sequencer);
uint64_t sequencer_open_inbox(struct sequencer *sequencer);

/*
 * How many records wait for the journal.  From now on the first record of an
 * empty queue and the one that makes it `wanted` records wake the journal
 * thread, and none between.
 */
size_t sequencer_want(struct sequencer *sequencer, size_t wanted);

/* Moves the journal's queue into batch, which was cleared before. */
void sequencer_take_queue(struct sequencer *sequencer, struct batch *batch);

/* Says that bytes taken from the queue are durable: room for others. */
void sequencer_durable(struct sequencer *sequencer, size_t bytes);

/*
 * The disk has room for so many bytes of alerts, those included that are on
 * the journal's queue: no more are numbered until it is told anew.  Without
 * limit before the first call.
 */
void sequencer_room(struct sequencer *sequencer, uint64_t bytes);

/* No number is given any more. */
void sequencer_close(struct sequencer *sequencer);

/* The last number given, and how full the fuller queue is, in thousandths. */
uint64_t sequencer_last(struct sequencer *sequencer);
unsigned sequencer_fill(struct sequencer *sequencer);
uint64_t sequencer_waiting_bytes(struct sequencer *sequencer);

#endif
