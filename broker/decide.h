/*
 * Decide: from a command and the current state to events, or to a refusal.
 * It writes nothing, asks no clock and reads no private part: everything that
 * a person is refused for stands in the facts.
 *
 * The state thread makes a decision, calls one of the decide functions, then
 * takes the records, numbers them at the lock and folds them.
 */
#ifndef TOCSIN_BROKER_DECIDE_H
#define TOCSIN_BROKER_DECIDE_H

#include <cjson/cJSON.h>

#include "protocol/ask.h"
#include "protocol/config.h"
#include "protocol/verb.h"
#include "store/source.h"

enum { DECISION_EVENTS_MAX = 64 };

struct decision_event {
	uint16_t kind;
	struct ref subject;
	cJSON *facts; /* owned, an object */
	cJSON *text; /* owned, NULL for none */
	const char *payload; /* borrowed, NULL for none */
	char *printed; /* the payload, where it is owned */
	size_t payload_len;
};

struct decision {
	/* Set by the state thread; all borrowed. */
	struct state_txn *txn;
	const struct config *config;
	const struct person *actor; /* NULL for the broker itself */
	enum verb verb;
	const struct ask *ask;
	uint64_t now_ms; /* journal time of the last folded entry, or later */
	uint64_t since_ms; /* when the broker began to act on timers */
	const char *broker_key; /* its public key, Z85; NULL: not known */
	/*
	 * Numbers and folds what was emitted so far and empties the list, so
	 * that the next step sees it; for verbs that settle many things one by
	 * one (worker_done).  What is flushed stands, whatever follows.
	 */
	enum err (*flush)(void *arg, struct decision *decision);
	void *flush_arg;

	/* The outcome. */
	struct decision_event events[DECISION_EVENTS_MAX];
	size_t events_count;
	cJSON *answer; /* owned; the answer's body without its receipt */
	uint64_t repeat_of; /* sequence number of the first answer when this
				 * is a repeat, which the answer says too; 0
				 * otherwise */
	struct ask_fault fault; /* for refusals */
	cJSON *
	    current; /* owned; with ERR_CONFLICT the object as it is, or NULL */

	/* For decide alone. */
	uint32_t roles; /* of the actor, as they are now */
	bool remember; /* the next event gets the key's facts */
	unsigned char idem[HASH16]; /* of the idempotency key */
	unsigned char asked[HASH16]; /* of verb and body */
};

/* Your memory.  fini ends what the decision owns. */
void decision_init(struct decision *decision);
void decision_fini(struct decision *decision);

/*
 * Decides the command of a verb of effect WRITE.  Checks, in this order: the
 * principal is active and has a role of the verb's row (again: a revocation
 * may have come in between), the idempotency key, the object, its revision,
 * what the verb asks.
 *
 * OK           events (perhaps none: nothing to change) and answer are set.
 * any refusal  fault says what; no events beyond those that were flushed.
 */
MUST_CHECK enum err decide(struct decision *decision);

/*
 * Leases the next items of the workflow to the worker (decision->actor): a due
 * retry, alone, or a fresh range of at most max items and at most
 * decide_lease_items.  ERR_END when there is nothing to do or timers are held
 * and only retries are left; OK with *lease the number that the lease will
 * have.
 *
 * The broker never wants fewer than the workflow's most: max is for tests that
 * lease a part of what waits, so that two workers, or a settled item and one
 * that is still out, stand beside each other.
 */
MUST_CHECK enum err decide_lease(struct decision *decision,
    enum workflow workflow, size_t max, const unsigned char token[16],
    uint64_t *lease);

/* The most items of a fresh range that one lease of the workflow has. */
size_t decide_lease_items(enum workflow workflow);

/* Acts on the timers that are due at now_ms, as many as there is room for
 * events; none while they are held.  *next_ms is when the next is due, now_ms
 * when some are left, 0 when there is none. */
MUST_CHECK enum err decide_timers(struct decision *decision, uint64_t *next_ms);

/* config_loaded, when the configuration differs from the one in force. */
MUST_CHECK enum err decide_config(struct decision *decision);
/* What configuration expects of sources, where that is new. */
MUST_CHECK enum err decide_sources(struct decision *decision);
/* clock_jumped, unless timers are held already. */
MUST_CHECK enum err decide_clock_jump(struct decision *decision, int64_t by_ms);
/* journal_cut, after a restart that cut a torn end. */
MUST_CHECK enum err decide_cut(
    struct decision *decision, uint64_t after, uint64_t bytes);

/*
 * First light of a store: store_created and people_enrolled, for `tocsind
 * init`, which appends them to an empty journal.
 */
struct enrolment {
	const char *name, *public_z85, *display;
	uint32_t roles;
	const char *const *sources;
	size_t sources_count;
};
MUST_CHECK enum err decide_created(
    struct decision *decision, const unsigned char store_id[16]);
MUST_CHECK enum err decide_enrolment(struct decision *decision,
    const struct enrolment *enrolment, uint32_t number);

/*
 * Encodes the events: all but the last carry the "more" flag, the first the
 * idempotency facts.  records has room for DECISION_EVENTS_MAX; the caller
 * owns what it receives.  Empties the list of events.
 */
MUST_CHECK enum err decision_records(
    struct decision *decision, struct record **records, size_t *count);

#endif
