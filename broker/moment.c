#include "broker/moment.h"

#include <assert.h>
#include <time.h>

#include "protocol/limits.h"

static uint64_t
read_us(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		assert(!"a clock that Linux has had since 2.6.39");
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t
moment_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

uint64_t
moment_steady_ms(void)
{
	return read_us(CLOCK_BOOTTIME) / 1000;
}

uint64_t
moment_steady_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

int64_t
moment_jumped(struct moment_watch *watch, uint64_t wall_ms, uint64_t steady_ms)
{
	int64_t by = 0;

	if (watch->wall_ms != 0)
		by = (int64_t)(wall_ms - watch->wall_ms) -
		     (int64_t)(steady_ms - watch->steady_ms);
	watch->wall_ms = wall_ms;
	watch->steady_ms = steady_ms;
	return by >= LIMIT_CLOCK_JUMP_MS || by <= -LIMIT_CLOCK_JUMP_MS ? by : 0;
}
