#include "protocol/kill_point.h"

#ifdef TOCSIN_KILL_POINTS
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void
kill_point(const char *step)
{
	static atomic_long passes;
	const char *at = getenv("TOCSIN_KILL_AT");
	const char *after = getenv("TOCSIN_KILL_AFTER");

	if (at == NULL || strcmp(at, step) != 0)
		return;
	if (atomic_fetch_add(&passes, 1) + 1 >=
	    (after == NULL ? 1 : strtol(after, NULL, 10)))
		(void)raise(SIGKILL);
}

bool
left_out(const char *safeguard)
{
	const char *without = getenv("TOCSIN_WITHOUT");

	return without != NULL && strcmp(without, safeguard) == 0;
}
#else
/* An empty translation unit is not C. */
typedef int kill_points_are_off;
#endif
