/* Tasks of incidents: rows, and who finds them where. */
#ifndef TOCSIN_STORE_TASKS_H
#define TOCSIN_STORE_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/words.h"

struct state_txn;

enum { CURSOR_TEXT_MAX = 128 }; /* of any list */

struct incident_task {
	uint64_t incident; /* that it was added to */
	uint32_t number; /* within it, from 1 */
	enum task_status status;
	bool mandatory;
	uint32_t owner; /* 0: nobody */
	uint32_t added_by;
	uint64_t due_ms; /* 0: none */
	bool overdue; /* it was told of; the time that it has now is over */
	uint64_t added_ms, updated_ms;
	uint64_t ended_ms; /* done or cancelled; 0: open */
};
/* ERR_MISSING. */
MUST_CHECK enum err task_get(struct state_txn *txn, uint64_t incident,
    uint32_t number, struct incident_task *task);
/* The title, for screens alone; ERR_MISSING when it was erased. */
MUST_CHECK enum err task_title(struct state_txn *txn, uint64_t incident,
    uint32_t number, char title[LIMIT_TITLE_BYTES_MAX + 1]);
/* Those of one incident itself, in order of number, until row returns false. */
MUST_CHECK enum err task_each(struct state_txn *txn, uint64_t incident,
    bool (*row)(void *arg, const struct incident_task *task), void *arg);
/*
 * Open tasks of the owner (0: nobody's) in incidents that are worked, those
 * due first first; else as incident_list.
 */
MUST_CHECK enum err task_open_each(struct state_txn *txn, uint32_t owner,
    const char *cursor, size_t visit_max,
    bool (*row)(void *arg, const struct incident_task *task), void *arg,
    char next[CURSOR_TEXT_MAX], size_t *visited);

#endif
