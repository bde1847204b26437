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
		cr_assert_eq(stamp_parse(rows[i].text, strlen(rows[i].text),
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
	    "2024-01-01T00:00:00 Zulu", "1969-12-31T23:59:59Z",
	    "1970-01-01T00:00:00+00:01", "0001-01-01T00:00:00Z",
	    "9999-12-31T23:59:59-00:01", "{timestamp}", "-1", "1.", "1.2.3",
	    "12e3", "99999999999999999999", "00000000000000000000000000",
	    "2024-01-01T00:00:00.0000000000000000000Z", "9223372036854775808",
	    "01/10-11:22:33.123456"};
	int64_t ms;
	bool zoned;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(stamp_parse(rows[i], strlen(rows[i]), &ms, &zoned),
		    ERR_INVALID, "%s", rows[i]);
}

Test(stamp_parse, reads_no_further_than_len)
{
	int64_t ms;
	bool zoned;

	cr_assert_eq(stamp_parse("17447942409", 10, &ms, &zoned), OK);
	cr_assert_eq(ms, 1744794240000);
}
