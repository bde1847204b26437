/* people.enrol, people.revoke, and what befalls the store. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

#define KEY       "zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_KEY "yaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

TestSuite(decide_people, .init = fresh_begin, .fini = fresh_end);

Test(decide_people, enrols_who_has_a_new_name_and_a_new_key)
{
	struct person person;

	harness_must(&h, ADMIN, VERB_people_enrol,
	    "{'name':'nina','public':'" KEY "','roles':['analyst','lead'],"
	    "'display':'Nina N.'}");
	cr_assert_str_eq(harness_events(&h), "people.enrolled");
	cr_assert_eq(harness_number(&h, "number"), PRINCIPALS);
	cr_assert_eq(person_by_name(h.txn, "nina", &person), OK);
	cr_assert_eq(person.roles, ROLE_analyst | ROLE_lead);
	cr_assert(person.active);
	cr_assert_str_eq(person.public_z85, KEY);
	harness_must(&h, ADMIN, VERB_people_enrol,
	    "{'name':'ids','public':'" OTHER_KEY "','roles':['sensor'],"
	    "'sources':['suricata','zeek']}");
	cr_assert_eq(person_by_name(h.txn, "ids", &person), OK);
	cr_assert_eq(person.sources_count, 2);
	cr_assert_str_eq(person.sources[1], "zeek");
	harness_expect_rebuilt(&h);
}

Test(decide_people, refuses_names_keys_and_roles_that_cannot_be)
{
	static const struct {
		const char *name, *key, *more;
		enum err err;
		const char *field;
	} rows[] = {
	    {"anna", KEY, "'roles':['analyst']", ERR_CONFLICT, "name"},
	    {"none", KEY, "'roles':['analyst']", ERR_INVALID, "name"},
	    {"me", KEY, "'roles':['analyst']", ERR_INVALID, "name"},
	    {"all", KEY, "'roles':['analyst']", ERR_INVALID, "name"},
	    {"new", "short", "'roles':['analyst']", ERR_INVALID, "public"},
	    {"new", "caaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"'roles':['analyst']", ERR_CONFLICT, "public"},
	    {"new", "\\u0020aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"'roles':['analyst']", ERR_INVALID, "public"},
	    {"new", KEY, "'roles':[]", ERR_INVALID, "roles"},
	    {"new", KEY, "'roles':['king']", ERR_INVALID, "roles"},
	    {"new", KEY, "'roles':['sensor']", ERR_INVALID, "sources"},
	    {"new", KEY, "'roles':['sensor'],'sources':[]", ERR_INVALID,
		"sources"},
	    {"new", KEY, "'roles':['lead'],'sources':['a']", ERR_INVALID,
		"sources"},
	    {"new", KEY, "'roles':['lead']", OK, ""},
	    {"new", OTHER_KEY, "'roles':['lead']", ERR_CONFLICT, "name"},
	    {"newer", KEY, "'roles':['lead']", ERR_CONFLICT, "public"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(harness_do(&h, ADMIN, VERB_people_enrol,
				 body_of("{'name':'%s','public':'%s',%s}",
				     rows[i].name, rows[i].key, rows[i].more)),
		    rows[i].err, "row %zu: %s", i, h.fault.message);
		cr_assert_str_eq(h.fault.field, rows[i].field, "row %zu", i);
	}
}

Test(decide_people, revokes_for_ever_but_never_the_last_administrator)
{
	struct person person;

	cr_assert_eq(harness_do(&h, ADMIN, VERB_people_revoke,
			 "{'name':'root','reason':'x'}"),
	    ERR_CONFLICT);
	cr_assert(strstr(h.fault.message, "last administrator") != NULL);
	cr_assert_eq(harness_do(&h, ADMIN, VERB_people_revoke,
			 "{'name':'ghost','reason':'x'}"),
	    ERR_MISSING);
	harness_must(&h, ADMIN, VERB_people_enrol,
	    "{'name':'root2','public':'" KEY "','roles':['admin']}");
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'root2','reason':'x'}");
	cr_assert_str_eq(harness_events(&h), "people.revoked");
	/* A revoked administrator does not count as another one. */
	cr_assert_eq(harness_do(&h, ADMIN, VERB_people_revoke,
			 "{'name':'root','reason':'x'}"),
	    ERR_CONFLICT);
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'root2','reason':'again'}");
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(person_by_name(h.txn, "root2", &person), OK);
	cr_assert(!person.active);
	/* The name stays taken. */
	cr_assert_eq(
	    harness_do(&h, ADMIN, VERB_people_enrol,
		"{'name':'root2','public':'" OTHER_KEY "','roles':['admin']}"),
	    ERR_CONFLICT);
}

/* ---- the store ---- */

TestSuite(decide_store, .init = fresh_begin, .fini = fresh_end);

static size_t
fold_and_count(struct decision *decision)
{
	size_t count = decision->events_count;

	cr_assert_eq(harness_fold(&h, decision), OK);
	decision_fini(decision);
	return count;
}

Test(decide_store, notes_a_configuration_once)
{
	struct decision decision;
	struct counters counters;

	strcpy(h.config.version, "0123456789abcdef");
	harness_decision(&h, &decision);
	cr_assert_eq(decide_config(&decision), OK);
	cr_assert_eq(fold_and_count(&decision), 1);
	cr_assert_eq(state_counters(h.txn, &counters), OK);
	cr_assert_str_eq(counters.config, "0123456789abcdef");
	harness_decision(&h, &decision);
	cr_assert_eq(decide_config(&decision), OK);
	cr_assert_eq(fold_and_count(&decision), 0);
}

Test(decide_store, holds_timers_from_a_jump_until_a_person_confirms)
{
	struct decision decision;
	struct counters counters;

	cr_assert_eq(
	    harness_do(&h, ADMIN, VERB_clock_confirm, "{'reason':'x'}"),
	    ERR_CONFLICT);
	harness_decision(&h, &decision);
	cr_assert_eq(decide_clock_jump(&decision, -600000), OK);
	cr_assert_eq(fold_and_count(&decision), 1);
	harness_decision(&h, &decision);
	cr_assert_eq(decide_clock_jump(&decision, 600000), OK);
	cr_assert_eq(fold_and_count(&decision), 0);
	cr_assert_eq(state_counters(h.txn, &counters), OK);
	cr_assert(counters.timers_held);

	cr_assert_eq(
	    harness_do(&h, ADMIN, VERB_clock_confirm, "{'reason':' '}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "reason");
	harness_must(&h, ADMIN, VERB_clock_confirm, "{'reason':'NTP'}");
	cr_assert_eq(state_counters(h.txn, &counters), OK);
	cr_assert(!counters.timers_held);
}

Test(decide_store, notes_what_was_cut)
{
	struct decision decision;

	harness_decision(&h, &decision);
	cr_assert_eq(decide_cut(&decision, h.head.seq, 4097), OK);
	cr_assert_eq(fold_and_count(&decision), 1);
	harness_expect_rebuilt(&h);
}

Test(decide_store, enrols_nobody_under_a_name_or_key_that_cannot_be)
{
	struct enrolment enrolment = {
	    .name = "None!", .public_z85 = KEY, .roles = ROLE_admin};
	struct decision decision;

	harness_decision(&h, &decision);
	cr_assert_eq(decide_enrolment(&decision, &enrolment, 1), ERR_INVALID);
	cr_assert_str_eq(decision.fault.field, "name");
	enrolment.name = "all";
	cr_assert_eq(decide_enrolment(&decision, &enrolment, 1), ERR_INVALID);
	enrolment.name = "fine";
	enrolment.public_z85 = "short";
	cr_assert_eq(decide_enrolment(&decision, &enrolment, 1), ERR_INVALID);
	cr_assert_str_eq(decision.fault.field, "public");
	enrolment.public_z85 = KEY;
	cr_assert_eq(decide_enrolment(&decision, &enrolment, 1), OK);
	cr_assert_eq(decision.events_count, 1);
	decision_fini(&decision);
}
