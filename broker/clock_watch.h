/*
 * Watches the wall clock against the steady one, on the state thread: looked
 * at whenever timers have read the time, so that none acts on one that jumped.
 */
#ifndef TOCSIN_BROKER_CLOCK_WATCH_H
#define TOCSIN_BROKER_CLOCK_WATCH_H

#include "broker/folding.h"
#include "broker/moment.h"
#include "protocol/config.h"

struct clock_watch {
	struct moment_watch moments;
	int64_t jumped_ms; /* a jump that is in no entry yet; 0: none */
};

/* Has the clock jumped since the last look?  The first only begins. */
void clock_watch_look(struct clock_watch *watch);

/*
 * Writes down a jump that is in no entry yet, which holds the timers.  What
 * cannot be written now is at the next call.  Errors as deciding_clock_jump.
 */
MUST_CHECK
enum err clock_watch_write(struct clock_watch *watch, struct folding *folding,
    const struct config *config);

#endif
