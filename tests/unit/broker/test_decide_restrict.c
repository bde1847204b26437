/* restrict, and that nothing else tells of what is restricted. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

static uint64_t incident, alert;

static const char *
named(void)
{
	return body_of("{'incident':'INC-%" PRIu64 "'}", incident);
}

/* An incident for an alert, which LEAD restricts to itself and ANALYST. */
static void
begin(void)
{
	fresh_begin();
	alert = harness_push(&h, "wazuh", 1);
	incident = triage_one(&h, alert,
	    (struct told){.cluster = 1,
		.more = ",'observables':[{'type':'ipv4',"
			"'value':'192.0.2.7'}]"})
		       .incident;
	harness_must(&h, LEAD, VERB_restrict,
	    body_of("{'incident':'INC-%" PRIu64
		    "','to':['anna'],'reason':'an insider'}",
		incident));
}

TestSuite(decide_restrict, .init = begin, .fini = fresh_end);

Test(decide_restrict, shows_the_incident_to_those_named_alone)
{
	static const struct {
		uint32_t who;
		enum err err;
	} rows[] = {{LEAD, OK}, {ANALYST, OK}, {OTHER_ANALYST, ERR_MISSING},
	    {MANAGER, ERR_MISSING}, {AUDITOR, ERR_MISSING}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool shown = rows[i].err == OK;

		cr_expect_eq(harness_ask(&h, rows[i].who, VERB_show, named()),
		    rows[i].err);
		cr_assert_eq(harness_ask(&h, rows[i].who, VERB_list, "{}"), OK);
		cr_expect_eq(harness_count(&h, "incidents"), shown);
		cr_assert_eq(
		    harness_ask(&h, rows[i].who, VERB_alert_list, "{}"), OK);
		cr_expect_eq(harness_count(&h, "alerts"), shown);
		cr_assert_eq(harness_ask(&h, rows[i].who, VERB_find,
				 "{\"value\":\"192.0.2.7\"}"),
		    OK);
		cr_expect_eq(harness_count(&h, "found") > 0, shown);
		cr_expect_eq(harness_ask(&h, rows[i].who, VERB_alert_show,
				 body_of("{'alert':'ALR-%" PRIu64 "'}", alert)),
		    rows[i].err);
	}
	harness_expect_rebuilt(&h);
}

Test(decide_restrict, lets_nobody_else_touch_it)
{
	static const struct {
		enum verb verb;
		const char *more;
	} rows[] = {{VERB_comment, ",'text':'x'"}, {VERB_assign, ""},
	    {VERB_move, ",'to':'triage'"}, {VERB_update, ",'title':'x'"},
	    {VERB_close, ",'verdict':'false_positive'"},
	    {VERB_hold, ",'reason':'x'"}, {VERB_cancel, ",'reason':'x'"},
	    {VERB_restrict, ",'reason':'x'"},
	    {VERB_unrestrict, ",'reason':'x'"}, {VERB_link, ",'to':'INC-2'"},
	    {VERB_merge, ",'into':'INC-2'"},
	    {VERB_split, ",'title':'x','alerts':['ALR-1']"}};
	uint64_t other = harness_open(&h);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *body = body_of(
		    "{'incident':'INC-%" PRIu64 "'%s}", incident, rows[i].more);

		cr_expect_eq(harness_do(&h, OTHER_ANALYST, rows[i].verb, body),
		    ERR_MISSING, "%s", verb_row(rows[i].verb)->name);
		cr_expect_str_eq(h.fault.field, "incident");
	}
	cr_expect_eq(
	    harness_do(&h, OTHER_ANALYST, VERB_link,
		body_of("{'incident':'INC-%" PRIu64 "','to':'INC-%" PRIu64 "'}",
		    other, incident)),
	    ERR_MISSING);
	cr_expect_str_eq(h.fault.field, "to");
	cr_expect_eq(harness_do(&h, OTHER_ANALYST, VERB_alert_ack,
			 body_of("{'alert':'ALR-%" PRIu64 "'}", alert)),
	    ERR_MISSING);
}

Test(decide_restrict, next_passes_over_what_is_not_for_one)
{
	cr_expect_eq(
	    harness_do(&h, OTHER_ANALYST, VERB_next, "{}"), ERR_MISSING);
	harness_must(&h, ANALYST, VERB_next, "{}");
	cr_expect_eq(harness_incident(&h, incident).assignee, ANALYST);
}

Test(decide_restrict, is_assigned_only_to_who_is_named)
{
	cr_expect_eq(harness_do(&h, LEAD, VERB_assign,
			 body_of("{'incident':'INC-%" PRIu64 "','to':'otto'}",
			     incident)),
	    ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "to");
	harness_must(&h, LEAD, VERB_assign,
	    body_of("{'incident':'INC-%" PRIu64 "','to':'anna'}", incident));
}

Test(decide_restrict, hides_its_events_and_links)
{
	uint64_t other = harness_open(&h);

	harness_must(&h, LEAD, VERB_link,
	    body_of("{'incident':'INC-%" PRIu64 "','to':'INC-%" PRIu64 "'}",
		other, incident));
	cr_assert_eq(harness_ask(&h, OTHER_ANALYST, VERB_show,
			 body_of("{'incident':'INC-%" PRIu64 "'}", other)),
	    OK);
	cr_expect_eq(harness_count(&h, "links"), 0);
	cr_expect_eq(harness_count(&h, "history"), 1);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_show,
			 body_of("{'incident':'INC-%" PRIu64 "'}", other)),
	    OK);
	cr_expect_eq(harness_count(&h, "links"), 1);
	cr_expect_eq(harness_count(&h, "history"), 2);
}

Test(decide_restrict, unrestricted_is_for_everybody_again)
{
	harness_must(&h, ANALYST, VERB_unrestrict,
	    body_of(
		"{'incident':'INC-%" PRIu64 "','reason':'over'}", incident));
	cr_expect_eq(harness_ask(&h, AUDITOR, VERB_show, named()), OK);
	cr_expect_eq(
	    harness_do(&h, ANALYST, VERB_unrestrict,
		body_of("{'incident':'INC-%" PRIu64 "','reason':'over'}",
		    incident)),
	    ERR_CONFLICT);
	harness_expect_rebuilt(&h);
}

Test(decide_restrict, names_people_who_are_enrolled)
{
	cr_expect_eq(harness_do(&h, LEAD, VERB_restrict,
			 body_of("{'incident':'INC-%" PRIu64
				 "','to':['ghost'],'reason':'x'}",
			     incident)),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "to");
	cr_expect_eq(
	    harness_do(&h, LEAD, VERB_restrict,
		body_of("{'incident':'INC-%" PRIu64 "','to':[],'reason':' '}",
		    incident)),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "reason");
}

/* The names of the first so many of those whom enrol_many enrols. */
static const char *
many(int count)
{
	static char names[2048];
	size_t n = 0;
	int i;

	names[0] = '\0';
	for (i = 0; i < count; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n,
		    "%s'many%d'", i > 0 ? "," : "", i);
	return names;
}

static void
enrol_many(int count)
{
	struct key key;
	int i;

	for (i = 0; i < count; i++) {
		cr_assert_eq(key_make(&key), OK);
		/* In Z85 there may be quotes of no kind. */
		harness_must(&h, ADMIN, VERB_people_enrol,
		    body_of("{'name':'many%d','public':'%s',"
			    "'roles':['analyst']}",
			i, key.public_z85));
	}
}

static enum err
restrict_to(int count)
{
	return harness_do(&h, LEAD, VERB_restrict,
	    body_of("{'incident':'INC-%" PRIu64 "','to':[%s],'reason':'x'}",
		incident, many(count)));
}

Test(decide_restrict, names_as_many_as_the_limit_and_no_more)
{
	enrol_many(LIMIT_GRANTS_MAX + 1);
	/* More than the list may have; then one too many with LEAD itself. */
	cr_expect_eq(restrict_to(LIMIT_GRANTS_MAX + 1), ERR_TOO_LARGE);
	cr_expect_str_eq(h.fault.field, "to");
	cr_expect_eq(restrict_to(LIMIT_GRANTS_MAX), ERR_TOO_LARGE);
	cr_expect_str_eq(h.fault.field, "to");
	cr_expect_eq(harness_incident(&h, incident).grants_count, 2);
	cr_assert_eq(
	    restrict_to(LIMIT_GRANTS_MAX - 1), OK, "%s", h.fault.message);
	cr_expect_eq(
	    harness_incident(&h, incident).grants_count, LIMIT_GRANTS_MAX);
	harness_expect_rebuilt(&h);
}

Test(decide_restrict, takes_no_part_in_merges_and_splits)
{
	uint64_t other = harness_open(&h);

	cr_expect_eq(harness_do(&h, LEAD, VERB_merge,
			 body_of("{'incident':'INC-%" PRIu64
				 "','into':'INC-%" PRIu64 "'}",
			     incident, other)),
	    ERR_CONFLICT);
	cr_expect_eq(harness_do(&h, LEAD, VERB_split,
			 body_of("{'incident':'INC-%" PRIu64
				 "','title':'x','alerts':['ALR-%" PRIu64 "']}",
			     incident, alert)),
	    ERR_CONFLICT);
	harness_must(&h, LEAD, VERB_merge,
	    body_of("{'incident':'INC-%" PRIu64 "','into':'INC-%" PRIu64 "'}",
		harness_open(&h), other));
	cr_expect_eq(
	    harness_do(&h, LEAD, VERB_restrict,
		body_of("{'incident':'INC-%" PRIu64 "','reason':'x'}", other)),
	    ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "incident");
}
