#include "protocol/duration.h"

#include <criterion/criterion.h>

static int64_t
parsed(const char *text)
{
	int64_t ms = -1;

	return duration_parse(text, 1000000, &ms) == OK ? ms : -1;
}

Test(duration_parse, reads_every_unit_and_nothing_at_all)
{
	cr_assert_eq(parsed("250ms"), 250);
	cr_assert_eq(parsed("30s"), 30000);
	cr_assert_eq(parsed("15m"), 900000);
	cr_assert_eq(parsed("0"), 0);
	cr_assert_eq(parsed("0h"), 0);
}

Test(duration_parse, refuses_what_names_no_unit_or_no_number)
{
	static const char *const bad[] = {
	    "", "5", "h", "-1s", "1.5h", "1 h", "1hh", "1w", "1234567890123s"};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(parsed(bad[i]), -1, "%s", bad[i]);
}

Test(duration_parse, says_that_it_is_beyond_the_limit)
{
	cr_assert_eq(parsed("1000000ms"), 1000000);
	cr_assert_eq(parsed("1000001ms"), 1000001);
	cr_assert_eq(parsed("999999999999d"), 1000001);
}

Test(duration_format, says_it_whole_in_the_coarsest_unit)
{
	char out[DURATION_TEXT_MAX];

	cr_assert_str_eq(duration_format(0, out), "0ms");
	cr_assert_str_eq(duration_format(250, out), "250ms");
	cr_assert_str_eq(duration_format(90000, out), "90s");
	cr_assert_str_eq(duration_format(3600000, out), "1h");
	cr_assert_str_eq(duration_format(86400000 * 7ll, out), "7d");
}
