#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

static void
ask(uint32_t who, const char *body)
{
	harness_must_ask(&h, who, VERB_handover, body);
}

/* "incident.opened INC-1, ...": the events that were told. */
static const char *
told(void)
{
	static char out[4096];
	char path[64];
	int i;

	out[0] = '\0';
	for (i = 0; i < harness_count(&h, "events"); i++) {
		size_t len = strlen(out);

		(void)snprintf(path, sizeof(path), "events[%d].kind", i);
		(void)snprintf(out + len, sizeof(out) - len, "%s%s",
		    i > 0 ? ", " : "", harness_text(&h, path));
		len = strlen(out);
		(void)snprintf(path, sizeof(path), "events[%d].subject", i);
		(void)snprintf(out + len, sizeof(out) - len, " %s",
		    harness_text(&h, path));
	}
	return out;
}

TestSuite(read_handover, .init = fresh_begin, .fini = fresh_end);

Test(read_handover, tells_what_became_of_incidents_and_each_row_once)
{
	(void)harness_open(&h);
	harness_must(
	    &h, ANALYST, VERB_comment, "{'incident':'INC-1','text':'seen'}");
	harness_must(
	    &h, ANALYST, VERB_update, "{'incident':'INC-1','severity':'low'}");
	harness_must(&h, ANALYST, VERB_close,
	    "{'incident':'INC-1','verdict':'false_positive'}");
	ask(ANALYST, "{}");
	cr_expect_str_eq(told(),
	    "incident.opened INC-1, incident.commented INC-1, "
	    "incident.closed INC-1");
	cr_expect_eq(harness_count(&h, "incidents"), 1);
	cr_expect_str_eq(harness_text(&h, "incidents[0].status"), "closed");
	cr_expect_str_eq(harness_text(&h, "events[1].text.text"), "seen");
	cr_expect_null(harness_at(&h, "events[0].text"));
	cr_expect_null(harness_at(&h, "next"));
}

Test(read_handover, begins_at_a_time_or_a_number)
{
	char body[128], time[TIME_TEXT_MAX];
	uint64_t since_ms;
	int64_t until;

	(void)harness_open(&h);
	ask(ANALYST, "{}");
	until = harness_number(&h, "until");
	harness_wait(&h, 60000);
	(void)harness_open(&h);
	since_ms = harness_incident(&h, 2).opened_ms;
	(void)snprintf(body, sizeof(body), "{'since':'%s'}",
	    time_format((int64_t)since_ms, time));
	ask(ANALYST, body);
	cr_expect_str_eq(told(), "incident.opened INC-2");
	(void)snprintf(body, sizeof(body), "{'since':'%s'}",
	    time_format((int64_t)since_ms + 1, time));
	ask(ANALYST, body);
	cr_expect_str_eq(told(), "");
	ask(ANALYST, "{'since':'1970-01-02T00:00:00Z'}");
	cr_expect_eq(harness_count(&h, "events"), 2);
	(void)snprintf(body, sizeof(body), "{'from':%" PRId64 "}", until + 1);
	ask(ANALYST, body);
	cr_expect_str_eq(told(), "incident.opened INC-2");
	cr_expect_eq(harness_number(&h, "from"), until + 1);
	/* Beyond the head there is nothing, which is no mistake. */
	ask(ANALYST, "{'from':1000000}");
	cr_expect_str_eq(told(), "");
}

Test(read_handover, ends_a_page_with_where_the_next_begins)
{
	char body[128];
	int i;

	for (i = 0; i < 3; i++)
		(void)harness_open(&h);
	ask(ANALYST, "{'limit':2}");
	cr_expect_str_eq(
	    told(), "incident.opened INC-1, incident.opened INC-2");
	(void)snprintf(body, sizeof(body), "{'limit':2,'cursor':'%s'}",
	    harness_text(&h, "next"));
	ask(ANALYST, body);
	cr_expect_str_eq(told(), "incident.opened INC-3");
	cr_expect_null(harness_at(&h, "next"));
}

Test(read_handover, refuses_cursors_of_other_lists)
{
	static const char *const others[] = {"c01", "-1", "7x", " 7"};
	char body[64];
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		(void)snprintf(
		    body, sizeof(body), "{'cursor':'%s'}", others[i]);
		cr_expect_eq(
		    harness_ask(&h, ANALYST, VERB_handover, body), ERR_INVALID);
		cr_expect_str_eq(h.fault.field, "cursor");
	}
}

Test(read_handover, tells_nothing_of_what_is_not_shown)
{
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_restrict,
	    "{'incident':'INC-1','reason':'a colleague'}");
	(void)harness_open(&h);
	ask(OTHER_ANALYST, "{}");
	cr_expect_str_eq(told(), "incident.opened INC-2");
	cr_expect_eq(harness_count(&h, "incidents"), 1);
	ask(ANALYST, "{}");
	cr_expect_eq(harness_count(&h, "incidents"), 2);
}
