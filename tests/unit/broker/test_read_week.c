/* report.weekly: which week, what is counted, and what is not told. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

static void
ask(const char *body)
{
	harness_must_ask(&h, MANAGER, VERB_report_weekly, body);
}

/* The next page; false at the end. */
static bool
turn(const char *week)
{
	char next[64];

	(void)snprintf(next, sizeof(next), "%s", harness_text(&h, "next"));
	if (next[0] == '\0')
		return false;
	ask(body_of("{'week':'%s','cursor':'%s'}", week, next));
	return true;
}

TestSuite(read_report_weekly, .init = fresh_begin, .fini = fresh_end);

Test(read_report_weekly, begins_on_the_monday_of_the_iso_week)
{
	static const struct {
		const char *week, *since, *until;
	} rows[] = {
	    {"2026-W01", "2025-12-29", "2026-01-05"},
	    {"2026-W47", "2026-11-16", "2026-11-23"},
	    {"2026-W53", "2026-12-28", "2027-01-04"},
	    {"2020-W53", "2020-12-28", "2021-01-04"},
	    {"2021-W01", "2021-01-04", "2021-01-11"},
	};
	static const char *const bad[] = {
	    "2021-W53", "2026-W00", "2026-W54", "2026-47", "W47", "2026-W4x"};
	size_t i;

	(void)harness_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(body_of("{'week':'%s'}", rows[i].week));
		cr_assert_str_eq(harness_text(&h, "week"), rows[i].week);
		cr_assert_eq(
		    strncmp(harness_text(&h, "since"), rows[i].since, 10), 0);
		cr_assert_eq(
		    strncmp(harness_text(&h, "until"), rows[i].until, 10), 0);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(harness_ask(&h, MANAGER, VERB_report_weekly,
				 body_of("{'week':'%s'}", bad[i])),
		    ERR_INVALID, "%s", bad[i]);
		cr_assert_str_eq(h.fault.field, "week");
	}
	/* The last one that is over. */
	h.now_ms = 1000 * UINT64_C(1795392000); /* 2026-11-23 */
	ask("{}");
	cr_assert_str_eq(harness_text(&h, "week"), "2026-W47");
	h.now_ms -= 1;
	ask("{}");
	cr_assert_str_eq(harness_text(&h, "week"), "2026-W46");
}

Test(read_report_weekly, counts_what_is_restricted_and_tells_nothing_of_it)
{
	(void)harness_open(&h);
	harness_must(
	    &h, LEAD, VERB_open, "{'title':'Secret','severity':'critical'}");
	harness_must(&h, LEAD, VERB_restrict,
	    "{'incident':'INC-2','reason':'an employee','to':['mona']}");
	harness_must(&h, LEAD, VERB_action_add,
	    "{'incident':'INC-2','title':'x','due':'2100-01-01T00:00:00Z'}");
	harness_must(&h, LEAD, VERB_action_add,
	    "{'incident':'INC-1','title':'x','due':'2100-01-01T00:00:00Z'}");
	harness_must(&h, LEAD, VERB_open,
	    "{'title':'Red','severity':'high','tlp':'red'}");
	/* The harness lives in January 1970. */
	ask("{'week':'1971-W01'}");
	cr_assert_eq(harness_count(&h, "incidents"), 2);
	cr_assert_str_eq(harness_text(&h, "incidents[0].id"), "INC-1");
	cr_assert_str_eq(harness_text(&h, "incidents[1].id"), "INC-3");
	cr_assert_null(harness_at(&h, "incidents[1].title"));
	cr_assert(cJSON_IsTrue(harness_at(&h, "incidents[1].withheld")));
	cr_assert_eq(harness_number(&h, "restricted.backlog"), 1);
	cr_assert(turn("1971-W01"));
	cr_assert(turn("1971-W01"));
	cr_assert_eq(harness_number(&h, "actions.open"), 1);
	cr_assert_not(turn("1971-W01"));
}

Test(read_report_weekly, refuses_a_cursor_of_something_else)
{
	(void)harness_open(&h);
	cr_assert_eq(
	    harness_ask(&h, MANAGER, VERB_report_weekly, "{'cursor':'4.1'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "cursor");
}

/* WEEK_SOURCES_MAX: 256. */
Test(read_report_weekly, adds_up_alerts_of_256_sources_a_page)
{
	char name[16];
	int i;

	h.now_ms = UINT64_C(36900000000); /* 1971-03-04 */
	for (i = 0; i < 257; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		(void)harness_push(&h, name, 1);
	}
	(void)harness_push(&h, "s256", 1);
	ask("{'week':'1971-W09'}");
	cr_assert(turn("1971-W09"));
	cr_assert_eq(harness_count(&h, "alerts"), 256);
	cr_assert(turn("1971-W09"));
	cr_assert_eq(harness_count(&h, "alerts"), 1);
	cr_assert_str_eq(harness_text(&h, "alerts[0].source"), "s256");
	cr_assert(turn("1971-W09"));
	cr_assert_not(turn("1971-W09"));
}
