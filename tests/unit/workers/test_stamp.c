#include <criterion/criterion.h>
#include <string.h>

#include "workers/stamp.h"

struct row {
	const char *text;
	int64_t ms;
	bool zoned;
};

Test(stamp_parse, reads_what_sources_write)
{
	static const struct row rows[] = {
	    {"1970-01-01T00:00:00Z", 0, true},
	    {"2025-04-16T09:04:00.015+0000", 1744794240015, true},
	    {"2017-04-07T22:24:37.251547+0100", 1491600277251, true},
	    {"2018-03-07T06:33:21.873077559-05:00", 1520422401873, true},
	    {"2017-08-03T15:17:37.804-04:00", 1501787857804, true},
	    {"2024-01-01T12:00:03Z", 1704110403000, true},
	    {"2024-02-29 23:59:59,9 +01", 1709247599900, true},
	    {"2000-02-29t00:00z", 951782400000, true},
	    {"2024-01-01 12:00:03 UTC", 1704110403000, true},
	    {"2024/01/01 12:00:03.5 GMT", 1704110403500, true},
	    {"2024-01-01 12:00:03 (UTC)", 1704110403000, true},
	    {"2024-01-01T00:00:00", 1704067200000, false},
	    {"2016-12-31T23:59:60Z", 1483228799000, true},
	    {"9999-12-31T23:59:59.999Z", 253402300799999, true},
	    {"1744794240", 1744794240000, true},
	    {"1744794240.7577", 1744794240757, true},
	    {"1744794240123", 1744794240123, true},
	    {"1744794240123456", 1744794240123, true},
	    {"1744794240123456789", 1744794240123, true},
	    {"0", 0, true},
	};
	int64_t ms;
	bool zoned;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(stamp_parse(rows[i].text, strlen(rows[i].text), 0,
				 &ms, &zoned),
		    OK, "%s", rows[i].text);
		cr_assert_eq(
		    ms, rows[i].ms, "%s: %lld", rows[i].text, (long long)ms);
		cr_assert_eq(zoned, rows[i].zoned, "%s", rows[i].text);
	}
}

Test(stamp_parse, refuses_what_is_no_time)
{
	static const char *const rows[] = {"", " ", "now", "2024-",
	    "2024-01-01", "2024-01-01T", "2024-01-01T24:00:00Z",
	    "2024-01-01T23:60:00Z", "2024-01-01T23:00:61Z",
	    "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
	    "2024-04-31T00:00:00Z", "2023-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2024-01-00T00:00:00Z",
	    "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Z+2",
	    "2024-01-01T00:00:00+1", "2024-01-01T00:00:00+24:00",
	    "2024-01-01T00:00:00+00:60", "2024-01-01T00:00:00+00:0",
	    "2024-01-01T00:00:00 Zulu", "2024-01-01 00:00:00 (UTC",
	    "2024-01-01 00:00:00 UT", "1969-12-31T23:59:59Z",
	    "1970-01-01T00:00:00+00:01", "0001-01-01T00:00:00Z",
	    "9999-12-31T23:59:59-00:01", "{timestamp}", "-1", "1.", "1.2.3",
	    "12e3", "99999999999999999999", "00000000000000000000000000",
	    "2024-01-01T00:00:00.0000000000000000000Z", "9223372036854775808",
	    "01/10-11:22:33.123456", "Oct 11 22:14:15",
	    "Oct Nov 11 2013 22:14:15", "Foo 11 2013 22:14:15",
	    "Oct 32 2013 22:14:15", "Oct 11 2013", "Oct 11 2013 25:00:00",
	    "Oct 11 2013 22:14:15 +2500", "Oct 11 2013 22:14:15 22:14"};
	int64_t ms;
	bool zoned;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(
		    stamp_parse(rows[i], strlen(rows[i]), 0, &ms, &zoned),
		    ERR_INVALID, "%s", rows[i]);
}

Test(stamp_parse, reads_no_further_than_len)
{
	int64_t ms;
	bool zoned;

	cr_assert_eq(stamp_parse("17447942409", 10, 0, &ms, &zoned), OK);
	cr_assert_eq(ms, 1744794240000);
}

Test(stamp_parse, reads_names_of_months)
{
	static const struct row rows[] = {
	    {"Oct 11 2013 22:14:15", 1381529655000, false},
	    {"Tue Sep 11 16:14:21 2018 UTC", 1536682461000, true},
	    {"2016 Aug 12 15:13:30", 1471014810000, false},
	    {"Mon, 05 Jan 2026 10:00:00 +0100", 1767603600000, true},
	    {"28/Nov/2021:03:15:00 -0500", 1638087300000, true},
	    {"08/28/26-12:21:29.123456", 1787919689123, false},
	    {"1/31/2026 9:05:00 PM", 1769893500000, false},
	    {"1/31/2026 12:05:00 AM", 1769817900000, false},
	    {"Apr 11 2013 10:14:22.5 GMT", 1365675262500, true},
	};
	int64_t ms;
	bool zoned;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(stamp_parse(rows[i].text, strlen(rows[i].text), 0,
				 &ms, &zoned),
		    OK, "%s", rows[i].text);
		cr_assert_eq(
		    ms, rows[i].ms, "%s: %lld", rows[i].text, (long long)ms);
		cr_assert_eq(zoned, rows[i].zoned, "%s", rows[i].text);
	}
}

static int64_t
parsed_near(const char *text, int64_t near_ms)
{
	int64_t ms = -1;
	bool zoned;

	cr_assert_eq(stamp_parse(text, strlen(text), near_ms, &ms, &zoned), OK,
	    "%s", text);
	return ms;
}

Test(stamp_parse, takes_the_last_year_that_is_not_ahead)
{
	const int64_t near = INT64_C(1767312000000); /* 2026-01-02T00:00:00Z */

	cr_assert_eq(
	    parsed_near("Jan  1 00:00:00", near), INT64_C(1767225600000));
	cr_assert_eq(
	    parsed_near("Jan  2 23:00:00", near), INT64_C(1767394800000));
	cr_assert_eq(
	    parsed_near("Dec 31 23:59:59", near), INT64_C(1767225599000));
	cr_assert_eq(
	    parsed_near("Feb 29 00:00:00", near), INT64_C(1709164800000));
	cr_assert_eq(
	    parsed_near("01/01-00:00:00.250", near), INT64_C(1767225600250));
}
