#include <criterion/criterion.h>

#include "broker/gathering.h"

enum { GROUP_BYTES = 8 * 1280 };

/* A group of `records` that took half a millisecond, many times over. */
static struct gathering
after(size_t records, size_t waiting)
{
	struct gathering gathering = {0};
	int i;

	for (i = 0; i < 100; i++)
		gathering_appended(
		    &gathering, records, GROUP_BYTES, 500, waiting);
	return gathering;
}

Test(gathering, waits_for_nobody_at_first)
{
	struct gathering gathering = {0};

	cr_assert_eq(gathering_wait_us(&gathering, 1), 0);
}

Test(gathering, lets_one_sender_alone_go_at_once)
{
	struct gathering gathering = after(1, 0);

	cr_assert_eq(gathering_wait_us(&gathering, 1), 0);
}

Test(gathering, has_nothing_to_wait_for_while_nothing_waits)
{
	struct gathering gathering = after(8, 8);

	cr_assert_eq(gathering_wait_us(&gathering, 0), 0);
}

Test(gathering, joins_two_halves_within_the_time_of_a_sync)
{
	struct gathering gathering = after(8, 8);
	uint64_t us = gathering_wait_us(&gathering, 8);

	cr_assert_eq(gathering.expected, 16);
	cr_assert_gt(us, 400);
	cr_assert_leq(us, 500);
	gathering_waited(&gathering, 16);
	cr_assert_eq(gathering_wait_us(&gathering, 16), 0);
	cr_assert_gt(gathering_wait_us(&gathering, 8), 0);
}

Test(gathering, never_waits_for_longer_than_its_bound)
{
	struct gathering gathering = {0};
	int i;

	for (i = 0; i < 100; i++)
		gathering_appended(&gathering, 8, GROUP_BYTES, 50000, 8);
	cr_assert_eq(gathering_wait_us(&gathering, 8), GATHERING_US_MAX);
}

Test(gathering, waits_for_nobody_where_bytes_are_what_a_sync_takes)
{
	struct gathering gathering = after(8, 8);

	gathering_appended(&gathering, 8, GATHERING_BYTES_MAX - 1, 500, 8);
	cr_assert_gt(gathering_wait_us(&gathering, 8), 0);
	gathering_appended(&gathering, 8, GATHERING_BYTES_MAX, 500, 8);
	cr_assert_eq(gathering_wait_us(&gathering, 8), 0);
	cr_assert_eq(gathering_wait_us(&gathering, 1), 0);
}

Test(gathering, takes_three_of_four_for_a_wait_that_was_worth_it)
{
	struct gathering gathering = after(8, 8);

	cr_assert_gt(gathering_wait_us(&gathering, 8), 0);
	gathering_waited(&gathering, 12);
	cr_assert_gt(gathering_wait_us(&gathering, 8), 0);
	gathering_waited(&gathering, 11);
	cr_assert_eq(gathering_wait_us(&gathering, 8), 0);
}

Test(gathering, waits_ever_more_seldom_for_senders_that_do_not_come)
{
	struct gathering gathering = after(8, 8);
	size_t waits = 0, groups = 0;

	while (groups < 10000) {
		groups++;
		if (gathering_wait_us(&gathering, 8) == 0)
			continue;
		waits++;
		gathering_waited(&gathering, 9);
	}
	/* 7 while the pauses double, then one in GATHERING_SKIPS_MAX. */
	cr_assert_leq(waits, 7 + 10000 / GATHERING_SKIPS_MAX);
	cr_assert_gt(waits, 100);
}
