#include <criterion/criterion.h>
#include <time.h>

#include "protocol/ask.h"

static void
reads(const char *text, int64_t expected)
{
	int64_t ms = -1;

	cr_assert_eq(time_parse(text, &ms), OK, "%s", text);
	cr_assert_eq(ms, expected, "%s: %lld", text, (long long)ms);
}

Test(time_parse, reads_times_with_offset)
{
	reads("1970-01-01T00:00:00Z", 0);
	reads("1970-01-01t00:00:00z", 0);
	reads("2026-01-31T23:59:59Z", INT64_C(1769903999000));
	reads("2026-01-31T23:59:59.5Z", INT64_C(1769903999500));
	reads("2026-02-01T00:59:59.123456789+01:00", INT64_C(1769903999123));
	reads("2026-01-31T18:29:59-05:30", INT64_C(1769903999000));
	reads("1970-01-01T01:00:00+01:00", 0);
	reads("2000-02-29T00:00:00Z", INT64_C(951782400000));
	reads("2024-02-29T12:00:00Z", INT64_C(1709208000000));
	reads("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
}

Test(time_parse, counts_a_leap_second_as_the_one_before)
{
	reads("2016-12-31T23:59:60Z", INT64_C(1483228799000));
}

Test(time_parse, refuses_all_else)
{
	static const char *const bad[] = {"", "now", "2026-01-31",
	    "2026-01-31T23:59:59", "2026-01-31 23:59:59Z", "2026-01-31T23:59Z",
	    "2026-01-31T23:59:59+0100", "2026-01-31T23:59:59+01",
	    "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59ZZ",
	    " 2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z ",
	    "2026-1-31T23:59:59Z", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
	    "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
	    "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z",
	    "2026-01-31T23:59:61Z", "2026-01-31T23:59:59+24:00",
	    "2026-01-31T23:59:59+01:60", "1969-12-31T23:59:59Z",
	    "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
	    "10000-01-01T00:00:00Z", "2026-01-31T-1:59:59Z",
	    "+026-01-31T23:59:59Z"};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t ms = 7;

		cr_assert_eq(
		    time_parse(bad[i], &ms), ERR_INVALID, "%s", bad[i]);
		cr_assert_eq(ms, 7);
	}
}

Test(time_format, agrees_with_the_calendar_of_the_c_library)
{
	int64_t day;

	for (day = 0; day < 2932896; day += 37) {
		char out[TIME_TEXT_MAX], expected[TIME_TEXT_MAX];
		time_t seconds = (time_t)(day * 86400 + day % 86400);
		struct tm tm;
		int64_t ms;

		cr_assert_not_null(gmtime_r(&seconds, &tm));
		cr_assert_gt(strftime(expected, sizeof(expected),
				 "%Y-%m-%dT%H:%M:%S.007Z", &tm),
		    0);
		(void)time_format((int64_t)seconds * 1000 + 7, out);
		cr_assert_str_eq(out, expected);
		cr_assert_eq(time_parse(out, &ms), OK);
		cr_assert_eq(ms, (int64_t)seconds * 1000 + 7);
	}
}

Test(time_format, holds_what_lies_outside_to_its_ends)
{
	char out[TIME_TEXT_MAX];

	cr_assert_str_eq(time_format(-1, out), "1970-01-01T00:00:00.000Z");
	cr_assert_str_eq(
	    time_format(INT64_MIN, out), "1970-01-01T00:00:00.000Z");
	cr_assert_str_eq(
	    time_format(INT64_MAX, out), "9999-12-31T23:59:59.999Z");
}
