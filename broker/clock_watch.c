#include "broker/clock_watch.h"

#include <inttypes.h>

#include "broker/deciding.h"
#include "protocol/log.h"

void
clock_watch_look(struct clock_watch *watch)
{
	int64_t by_ms = moment_jumped(
	    &watch->moments, moment_wall_ms(), moment_steady_ms());

	if (by_ms == 0)
		return;
	log_warning("the clock jumped by %" PRId64
		    " ms: timers are held until `tocsin clock confirm`",
	    by_ms);
	watch->jumped_ms = by_ms;
}

enum err
clock_watch_write(struct clock_watch *watch, struct folding *folding,
    const struct config *config)
{
	enum err err;

	if (watch->jumped_ms == 0)
		return OK;
	err = deciding_clock_jump(folding, config, watch->jumped_ms);
	if (err == OK)
		watch->jumped_ms = 0;
	return err;
}
