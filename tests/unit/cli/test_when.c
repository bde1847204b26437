#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "cli/when.h"

/* 2026-01-31T12:00:00Z */
#define NOW INT64_C(1769860800000)

static void
zone(void)
{
	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
}

TestSuite(when_format, .init = zone);
TestSuite(when_age, .init = zone);
TestSuite(when_parse, .init = zone);

Test(when_format, is_in_the_users_zone_or_in_utc)
{
	char out[WHEN_TEXT_MAX];

	cr_expect_str_eq(
	    when_format(NOW, false, out), "2026-01-31 13:00:00 CET");
	cr_expect_str_eq(
	    when_format(NOW, true, out), "2026-01-31 12:00:00 UTC");
	cr_expect_str_eq(when_format(0, true, out), "-");
	cr_expect_str_eq(when_format(-5, true, out), "-");
}

Test(when_age, is_told_in_the_coarsest_unit_that_fits)
{
	static const struct {
		int64_t ago_ms;
		const char *told;
	} rows[] = {
	    {0, "0s"},
	    {999, "0s"},
	    {59999, "59s"},
	    {60000, "1m"},
	    {3599999, "59m"},
	    {3600000, "1h"},
	    {86399999, "23h"},
	    {86400000, "1d"},
	    {INT64_C(40) * 86400000, "40d"},
	    {INT64_C(800) * 86400000, "2y"},
	    {-60000, "0s"},
	};
	char out[WHEN_AGE_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(
		    when_age(NOW - rows[i].ago_ms, NOW, out), rows[i].told);
}

Test(when_parse, takes_what_people_write)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
	    {"now", NOW},
	    {"2026-01-31T12:00:00Z", NOW},
	    {"2026-01-31T13:00:00+01:00", NOW},
	    {"2026-01-31 13:00", NOW},
	    {"2026-01-31 13:00:00", NOW},
	    {"2026-01-31T13:00", NOW},
	    {"2026-01-31", NOW - 13 * INT64_C(3600000)},
	    {"13:00", NOW},
	    {"12:59", NOW - 60000},
	    /* Not yet come today: it was yesterday's. */
	    {"13:01", NOW + 60000 - INT64_C(86400000)},
	    {"90s", NOW - 90000},
	    {"15m", NOW - 900000},
	    {"3h", NOW - 3 * INT64_C(3600000)},
	    {"2d", NOW - 2 * INT64_C(86400000)},
	    {"1w", NOW - 7 * INT64_C(86400000)},
	};
	int64_t ms;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ms = 0;
		cr_expect_eq(when_parse(rows[i].text, NOW, false, &ms), OK,
		    "%s", rows[i].text);
		cr_expect_eq(ms, rows[i].ms, "%s", rows[i].text);
	}
}

Test(when_parse, looks_ahead_for_what_is_due)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
	    {"now", NOW},
	    {"2026-01-31T12:00:00Z", NOW},
	    {"2026-01-31 13:00", NOW},
	    {"12:59", NOW - 60000 + INT64_C(86400000)},
	    {"13:01", NOW + 60000},
	    {"90s", NOW + 90000},
	    {"2d", NOW + 2 * INT64_C(86400000)},
	};
	int64_t ms;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ms = 0;
		cr_expect_eq(when_parse_ahead(rows[i].text, NOW, false, &ms),
		    OK, "%s", rows[i].text);
		cr_expect_eq(ms, rows[i].ms, "%s", rows[i].text);
	}
	cr_expect_eq(when_parse_ahead("soon", NOW, false, &ms), ERR_INVALID);
}

Test(when_parse, reads_local_times_as_utc_when_asked_to)
{
	int64_t ms = 0;

	cr_assert_eq(when_parse("2026-01-31 12:00", NOW, true, &ms), OK);
	cr_assert_eq(ms, NOW);
}

Test(when_parse, refuses_what_is_no_time)
{
	static const char *const rows[] = {"", "soon", "-5m", "5", "5x",
	    "2026-02-31", "2026-13-01", "25:00", "2026-01-31 12:00 ",
	    "99999999999y", "1969-12-31", "5m3s"};
	int64_t ms;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(when_parse(rows[i], NOW, false, &ms), ERR_INVALID,
		    "%s", rows[i]);
}
