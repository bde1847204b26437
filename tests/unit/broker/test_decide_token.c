/* token.new, token.revoke, token.list. */
#include <criterion/criterion.h>
#include <string.h>

#include "broker/bearer.h"
#include "protocol/token.h"
#include "tests/unit/broker/fresh_harness.h"

#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"
#define HASH   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

TestSuite(decide_token, .init = fresh_begin, .fini = fresh_end);
TestSuite(bearer, .init = fresh_begin, .fini = fresh_end);

Test(decide_token, issues_to_sources_and_to_roles)
{
	struct person person;

	harness_must(&h, ADMIN, VERB_token_new,
	    "{'role':['sensor'],'source':['ids-1','ids-2'],'rate':50,'hash':"
	    "'" HASH "'}");
	cr_assert_str_eq(harness_events(&h), "token.issued");
	cr_assert_str_eq(harness_text(&h, "name"), "ids-1-token-11");
	cr_assert_eq(harness_number(&h, "number"), PRINCIPALS);
	cr_assert_eq(person_by_name(h.txn, "ids-1-token-11", &person), OK);
	cr_assert(person.active && person.token);
	cr_assert_eq(person.rate, 50);
	cr_assert_eq(person.sources_count, 2);
	cr_assert_eq(person.secret[1], 0x11);
	harness_must(&h, ADMIN, VERB_token_new,
	    "{'role':['auditor'],'name':'dashboard','hash':'" HASH "'}");
	cr_assert_eq(person_by_name(h.txn, "dashboard", &person), OK);
	cr_assert_eq(person.number, PRINCIPALS + 1);
	cr_assert_eq(person.roles, ROLE_auditor);
	harness_expect_rebuilt(&h);
}

Test(decide_token, refuses_what_no_token_can_be)
{
	static const struct {
		const char *body;
		enum err err;
		const char *field;
	} rows[] = {
	    {"{'role':[],'hash':'" HASH "'}", ERR_INVALID, "role"},
	    {"{'role':['king'],'hash':'" HASH "'}", ERR_INVALID, "role"},
	    {"{'role':['admin'],'hash':'" HASH "'}", ERR_INVALID, "role"},
	    {"{'role':['worker'],'hash':'" HASH "'}", ERR_INVALID, "role"},
	    {"{'role':['gateway'],'hash':'" HASH "'}", ERR_INVALID, "role"},
	    {"{'role':['sensor'],'hash':'" HASH "'}", ERR_INVALID, "source"},
	    {"{'role':['lead'],'source':['a'],'hash':'" HASH "'}", ERR_INVALID,
		"source"},
	    {"{'role':['lead']}", ERR_INVALID, "hash"},
	    {"{'role':['lead'],'hash':'00'}", ERR_INVALID, "hash"},
	    {"{'role':['lead'],'hash':'g0112233445566778899aabbccddeeff00112233"
	     "445566778899aabbccddeeff'}",
		ERR_INVALID, "hash"},
	    {"{'role':['lead'],'name':'anna','hash':'" HASH "'}", ERR_CONFLICT,
		"name"},
	    {"{'role':['lead'],'name':'me','hash':'" HASH "'}", ERR_INVALID,
		"name"},
	    {"{'role':['lead'],'name':'new','hash':'" HASH "'}", OK, ""},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(
		    harness_do(&h, ADMIN, VERB_token_new, rows[i].body),
		    rows[i].err, "row %zu: %s", i, h.fault.message);
		cr_assert_str_eq(h.fault.field, rows[i].field, "row %zu", i);
	}
}

Test(decide_token, revokes_tokens_and_leaves_people_alone)
{
	struct person person;

	harness_must(&h, ADMIN, VERB_token_new,
	    "{'role':['lead'],'name':'t','hash':'" HASH "'}");
	cr_assert_eq(harness_do(&h, ADMIN, VERB_token_revoke,
			 "{'name':'anna','reason':'x'}"),
	    ERR_MISSING);
	cr_assert_eq(harness_do(&h, ADMIN, VERB_people_revoke,
			 "{'name':'t','reason':'x'}"),
	    ERR_CONFLICT);
	harness_must(
	    &h, ADMIN, VERB_token_revoke, "{'name':'t','reason':'leaked'}");
	cr_assert_str_eq(harness_events(&h), "token.revoked");
	cr_assert_eq(person_by_name(h.txn, "t", &person), OK);
	cr_assert_not(person.active);
	harness_must(
	    &h, ADMIN, VERB_token_revoke, "{'name':'t','reason':'again'}");
	cr_assert_eq(h.kinds_count, 0);
	harness_expect_rebuilt(&h);
}

Test(decide_token, lists_tokens_with_their_last_use_and_no_people)
{
	uint32_t token;

	harness_must(&h, ADMIN, VERB_token_new,
	    "{'role':['analyst'],'name':'t','rate':7,'hash':'" HASH "'}");
	token = (uint32_t)harness_number(&h, "number");
	cr_assert_eq(harness_ask(&h, ADMIN, VERB_token_list, "{}"), OK);
	cr_assert_eq(harness_count(&h, "tokens"), 1);
	cr_assert_str_eq(harness_text(&h, "tokens[0].name"), "t");
	cr_assert_eq(harness_number(&h, "tokens[0].rate"), 7);
	cr_assert_null(harness_at(&h, "tokens[0].used"));
	cr_assert_null(harness_at(&h, "tokens[0].hash"));
	harness_must(&h, token, VERB_open, "{'title':'x'}");
	cr_assert_eq(harness_ask(&h, ADMIN, VERB_token_list, "{}"), OK);
	cr_assert_str_neq(harness_text(&h, "tokens[0].used"), "");
	cr_assert_eq(harness_ask(&h, ADMIN, VERB_people_list, "{}"), OK);
	cr_assert_eq(harness_count(&h, "people"), PRINCIPALS - 1);
}

Test(decide_token, is_given_no_incident_to_work)
{
	uint64_t incident = harness_open(&h);

	harness_must(&h, ADMIN, VERB_token_new,
	    "{'role':['analyst'],'name':'t','hash':'" HASH "'}");
	cr_assert_eq(
	    harness_do(&h, LEAD, VERB_assign,
		body_of("{'incident':'INC-%d','to':'t'}", (int)incident)),
	    ERR_INVALID);
}

Test(bearer, is_found_by_its_secret_alone_while_it_is_active)
{
	const char *token = "toc_3_" SECRET;
	struct wire_part bearer = {token, strlen(token)};
	struct principals *principals;
	struct person person = {.number = 3, .active = true, .token = true};

	token_hash(SECRET, person.secret);
	cr_assert_eq(principals_new(&principals), OK);
	cr_assert_null(bearer_find(principals, bearer));
	cr_assert_eq(principals_set(principals, &person), OK);
	cr_assert_not_null(bearer_find(principals, bearer));
	bearer.len--;
	cr_assert_null(bearer_find(principals, bearer));
	bearer.len++;
	person.secret[31] ^= 1;
	cr_assert_eq(principals_set(principals, &person), OK);
	cr_assert_null(bearer_find(principals, bearer));
	person.secret[31] ^= 1;
	person.active = false;
	cr_assert_eq(principals_set(principals, &person), OK);
	cr_assert_null(bearer_find(principals, bearer));
	person.active = true;
	person.token = false;
	cr_assert_eq(principals_set(principals, &person), OK);
	cr_assert_null(bearer_find(principals, bearer));
	principals_free(&principals);
}
