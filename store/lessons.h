/* Lessons: reviews of incidents, and corrective actions. */
#ifndef TOCSIN_STORE_LESSONS_H
#define TOCSIN_STORE_LESSONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/words.h"

struct state_txn;

struct review { /* of an incident */
	uint64_t incident;
	enum review_state state;
	uint64_t drafted_ms, updated_ms, approved_ms; /* 0: not yet */
	uint32_t approved_by;
	unsigned texts; /* a bit for each that was filled in */
	bool costed;
	uint64_t cost; /* whole units of money */
	uint64_t seq; /* of its last entry */
};
/* ERR_MISSING when it was never begun; *review is then an empty draft. */
MUST_CHECK enum err review_get(
    struct state_txn *txn, uint64_t incident, struct review *review);
/* As incident_text. */
MUST_CHECK enum err review_text(
    struct state_txn *txn, uint64_t incident, const char **json, size_t *len);

struct action {
	uint64_t number, revision;
	uint64_t incident; /* that it follows from */
	enum action_status status;
	uint32_t owner, added_by;
	uint64_t due_ms;
	bool overdue; /* it was told of; the time that it has now is over */
	uint64_t added_ms, updated_ms, finished_ms; /* 0: not yet */
	uint64_t seq; /* of its last entry */
};
/* ERR_MISSING when there is none. */
MUST_CHECK enum err action_get(
    struct state_txn *txn, uint64_t number, struct action *action);
/* As incident_text. */
MUST_CHECK enum err action_text(
    struct state_txn *txn, uint64_t number, const char **json, size_t *len);
/* The number given last; 0 before the first. */
MUST_CHECK enum err action_last(struct state_txn *txn, uint64_t *number);

enum action_index {
	ACTIONS_OF_INCIDENT = 1, /* by incident */
	ACTIONS_OPEN = 2, /* to be carried out, by due time */
	ACTIONS_FINISHED = 3, /* carried out, by due time */
};
/*
 * Calls row for the actions of the incident `by`, above `after`; or for those
 * that are due at `by` and above `after`, or later, in that order; until it
 * returns false.
 */
MUST_CHECK enum err action_each(struct state_txn *txn, enum action_index index,
    uint64_t by, uint64_t after,
    bool (*row)(void *arg, const struct action *action), void *arg);

#endif
