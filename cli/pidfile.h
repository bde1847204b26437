/*
 * HOME/run/up.pid: which process runs this home's broker and workers.  The
 * file is locked for as long as it lives, so that a number left behind by a
 * process that was killed is never taken for a process that runs.
 */
#ifndef TOCSIN_CLI_PIDFILE_H
#define TOCSIN_CLI_PIDFILE_H

#include <sys/types.h>

#include "cli/session.h"

/*
 * Takes the file for this process; *fd holds the lock until it is closed.
 * ERR_CONFLICT: another process has it, *holder says which.  ERR_IO.
 */
MUST_CHECK
enum err pidfile_take(
    const struct session *session, int *fd, pid_t *holder, struct fault *fault);

/* The process that holds the file.  ERR_MISSING: none does.  ERR_IO. */
MUST_CHECK
enum err pidfile_holder(
    const struct session *session, pid_t *holder, struct fault *fault);

#endif
