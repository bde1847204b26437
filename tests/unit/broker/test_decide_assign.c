/* assign and next. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

TestSuite(decide_assign, .init = fresh_begin, .fini = fresh_end);

Test(decide_assign, obeys_who_may_hand_over_what)
{
	/* Who has it, who asks, to whom, and what comes of it. */
	static const struct {
		uint32_t has, asks;
		const char *to;
		enum err err;
		uint32_t then;
	} rows[] = {
	    {NOBODY, ANALYST, NULL, OK, ANALYST},
	    {NOBODY, ANALYST, "anna", OK, ANALYST},
	    {NOBODY, ANALYST, "me", OK, ANALYST},
	    {NOBODY, ANALYST, "otto", ERR_DENIED, NOBODY},
	    {NOBODY, ANALYST, "none", OK, NOBODY},
	    {NOBODY, LEAD, "otto", OK, OTHER_ANALYST},
	    {ANALYST, ANALYST, "otto", OK, OTHER_ANALYST},
	    {ANALYST, ANALYST, "none", OK, NOBODY},
	    {OTHER_ANALYST, ANALYST, NULL, OK, ANALYST},
	    {OTHER_ANALYST, ANALYST, "lena", ERR_DENIED, OTHER_ANALYST},
	    {OTHER_ANALYST, ANALYST, "none", ERR_DENIED, OTHER_ANALYST},
	    {OTHER_ANALYST, LEAD, "none", OK, NOBODY},
	    {OTHER_ANALYST, LEAD, "anna", OK, ANALYST},
	    {NOBODY, LEAD, "rita", ERR_INVALID, NOBODY},
	    {NOBODY, LEAD, "root", ERR_INVALID, NOBODY},
	    {NOBODY, LEAD, "worker", ERR_INVALID, NOBODY},
	    {NOBODY, LEAD, "ghost", ERR_INVALID, NOBODY},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t number = harness_open(&h);
		const char *body;

		if (rows[i].has != NOBODY)
			harness_must(&h, rows[i].has, VERB_assign,
			    body_of("{'incident':'INC-%" PRIu64 "'}", number));
		body = rows[i].to == NULL
			   ? body_of("{'incident':'INC-%" PRIu64 "'}", number)
			   : body_of("{'incident':'INC-%" PRIu64
				     "','to':'%s','reason':'r'}",
				 number, rows[i].to);
		cr_assert_eq(harness_do(&h, rows[i].asks, VERB_assign, body),
		    rows[i].err, "row %zu: %s", i, h.fault.message);
		cr_assert_eq(harness_incident(&h, number).assignee,
		    rows[i].then, "row %zu", i);
		if (rows[i].err != OK)
			cr_assert_str_eq(h.fault.field, "to");
	}
}

Test(decide_assign, writes_nothing_when_it_is_theirs_already)
{
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	cr_assert_eq(h.kinds_count, 1);
	harness_must(&h, ANALYST, VERB_assign, "{'incident':'INC-1'}");
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(harness_number(&h, "revision"), 2);
}

Test(decide_assign, refuses_a_revoked_person)
{
	(void)harness_open(&h);
	harness_must(&h, LEAD, VERB_assign, "{'incident':'INC-1','to':'otto'}");
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'otto','reason':'left'}");
	harness_must(&h, LEAD, VERB_assign, "{'incident':'INC-1','to':'none'}");
	cr_assert_eq(harness_do(&h, LEAD, VERB_assign,
			 "{'incident':'INC-1','to':'otto'}"),
	    ERR_INVALID);
}

TestSuite(decide_next, .init = fresh_begin, .fini = fresh_end);

Test(decide_next, takes_the_most_urgent_and_oldest_until_none_waits)
{
	static const char *const severities[] = {
	    "low", "critical", "medium", "critical"};
	static const char *const order[] = {"INC-2", "INC-4", "INC-3", "INC-1"};
	size_t i;

	cr_assert_eq(harness_do(&h, ANALYST, VERB_next, "{}"), ERR_MISSING);
	cr_assert_str_eq(h.fault.message, "no open incident waits for anyone");
	for (i = 0; i < 4; i++)
		harness_must(&h, LEAD, VERB_open,
		    body_of("{'title':'x','severity':'%s'}", severities[i]));
	/* A closed one waits for nobody. */
	harness_must(
	    &h, LEAD, VERB_open, "{'title':'x','severity':'critical'}");
	harness_bring(&h, 5, STATUS_closed);
	for (i = 0; i < 4; i++) {
		harness_must(&h, ANALYST, VERB_next, "{}");
		cr_assert_str_eq(harness_text(&h, "id"), order[i]);
		cr_assert_eq(harness_number(&h, "revision"), 2);
	}
	cr_assert_eq(harness_incident(&h, 1).assignee, ANALYST);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_next, "{}"), ERR_MISSING);
}
