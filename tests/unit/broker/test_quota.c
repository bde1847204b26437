#include <criterion/criterion.h>

#include "broker/quota.h"
#include "protocol/limits.h"

enum { SECOND = 1000000 };

Test(quota, lets_a_second_s_worth_through_and_says_how_long_to_wait)
{
	struct quota_bucket bucket = {0};
	uint64_t now = 5 * SECOND;

	cr_assert_eq(quota_fill_and_take(&bucket, 10, 0, 10, now), 0);
	cr_assert_eq(quota_fill_and_take(&bucket, 10, 0, 1, now), 101);
	cr_assert_eq(
	    quota_fill_and_take(&bucket, 10, 0, 1, now + SECOND / 10), 0);
	cr_assert_gt(
	    quota_fill_and_take(&bucket, 10, 0, 1, now + SECOND / 10), 0);
}

Test(quota, takes_nothing_when_it_refuses)
{
	struct quota_bucket bucket = {0};
	uint64_t now = SECOND;

	cr_assert_gt(quota_fill_and_take(&bucket, 100, 0, 101, now), 0);
	cr_assert_eq(quota_fill_and_take(&bucket, 100, 0, 100, now), 0);
}

Test(quota, lets_the_largest_message_pass_in_the_end)
{
	struct quota_bucket bucket = {0};
	uint64_t now = SECOND, wait;

	wait = quota_fill_and_take(&bucket, 1, 0, LIMIT_PUSH_ALERTS_MAX, now);
	cr_assert_gt(wait, 0);
	now += wait * 1000;
	cr_assert_eq(
	    quota_fill_and_take(&bucket, 1, 0, LIMIT_PUSH_ALERTS_MAX, now), 0);
}

Test(quota, holds_as_many_at_once_as_its_burst)
{
	struct quota_bucket bucket = {0};

	cr_assert_eq(quota_fill_and_take(&bucket, 10, 2000, 2000, SECOND), 0);
	cr_assert_gt(quota_fill_and_take(&bucket, 10, 2000, 1, SECOND), 0);
	cr_assert_eq(quota_fill_and_take(&bucket, 10, 2000, 10, 2 * SECOND), 0);
}

Test(quota, saves_up_no_more_than_its_room)
{
	struct quota_bucket bucket = {0};
	uint64_t year = 31536000ull * SECOND;

	cr_assert_eq(quota_fill_and_take(&bucket, 2000, 0, 1, SECOND), 0);
	cr_assert_eq(quota_fill_and_take(&bucket, 2000, 0, 2000, year), 0);
	cr_assert_gt(quota_fill_and_take(&bucket, 2000, 0, 1, year), 0);
}

Test(quota, holds_at_the_largest_rate)
{
	struct quota_bucket bucket = {0};

	cr_assert_eq(quota_fill_and_take(&bucket, 10000000, 0, 1024, 1), 0);
	cr_assert_eq(
	    quota_fill_and_take(&bucket, 10000000, 0, 1024, UINT64_MAX), 0);
}
