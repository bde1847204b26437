/*
 * The broker, its workers and the gateway as child processes: started, started again with
 * growing pauses when they die, stopped in order.
 */
#ifndef TOCSIN_CLI_CHILDREN_H
#define TOCSIN_CLI_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/session.h"

struct children;

/*
 * Prepares for a broker, `workers` workers that triage and, unless that is 0,
 * one that notifies, and where asked for a gateway, of the session's home;
 * takes SIGCHLD, SIGINT and SIGTERM over.  Starts nothing.  ERR_MISSING: a
 * program is not there.  ERR_IO.
 */
MUST_CHECK
enum err children_open(const struct session *session, size_t workers,
    bool gateway, struct children **children, struct fault *fault);

/* Starts the broker; all others.  ERR_IO. */
MUST_CHECK
enum err children_start_broker(struct children *children, struct fault *fault);
MUST_CHECK
enum err children_start_others(struct children *children, struct fault *fault);

/* Readable when a signal waits to be looked at with children_look. */
int children_fd(const struct children *children);

/*
 * Takes in what signals told: which children ended, whether to stop.  True
 * when somebody wants a stop.
 */
bool children_look(struct children *children);

/* Does the broker run?  If not, *code is what it ended with. */
bool children_broker_runs(const struct children *children, int *code);

/* Runs until a stop is wanted; starts again what ends. */
void children_tend(struct children *children);

/* Stops the workers, then the broker, which drains; waits for both. */
void children_stop(struct children *children);

void children_close(struct children **children);

/* One line of the log that the children write, too. */
void children_log(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
