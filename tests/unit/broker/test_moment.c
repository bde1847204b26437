#include <criterion/criterion.h>

#include "broker/moment.h"
#include "protocol/limits.h"

enum { JUMP = LIMIT_CLOCK_JUMP_MS };

Test(moment_jumped, only_begins_at_first)
{
	struct moment_watch watch = {0, 0};

	cr_assert_eq(moment_jumped(&watch, 1700000000000, 5), 0);
}

Test(moment_jumped, takes_a_slow_clock_for_what_it_is)
{
	struct moment_watch watch = {0, 0};

	(void)moment_jumped(&watch, 1000000, 100);
	cr_assert_eq(moment_jumped(&watch, 1000100, 200), 0);
	/* Both have gone on for an hour: the machine slept. */
	cr_assert_eq(moment_jumped(&watch, 4600100, 3600200), 0);
	cr_assert_eq(moment_jumped(&watch, 4600100 + JUMP - 1, 3600200), 0);
}

Test(moment_jumped, says_by_how_much_and_which_way)
{
	struct moment_watch watch = {0, 0};

	(void)moment_jumped(&watch, 10000000, 100);
	cr_assert_eq(moment_jumped(&watch, 10000000 + JUMP, 100), JUMP);
	cr_assert_eq(moment_jumped(&watch, 10000000, 100), -JUMP);
	cr_assert_eq(moment_jumped(&watch, 10000100, 200), 0);
}

Test(moment, goes_forward)
{
	uint64_t before = moment_steady_us();

	cr_assert_geq(moment_steady_us(), before);
	cr_assert_gt(moment_wall_ms(), 1700000000000ull);
	cr_assert_leq(moment_steady_ms(), moment_steady_us() / 1000 + 1);
}
