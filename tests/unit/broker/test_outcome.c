/* Workers that lie: nothing of their job may have an effect. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/observable.h"
#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

static uint64_t lease;

/* ALR-1 and ALR-2 are leased to WORKER, by the token 07... */
static void
begin(void)
{
	fresh_begin();
	(void)harness_push(&h, "wazuh", 2);
	cr_assert_eq(
	    harness_lease(&h, WORKER, WORKFLOW_triage, 2, 7, &lease), OK);
}

TestSuite(outcome, .init = begin, .fini = fresh_end);

#define TOKEN "07070707070707070707070707070707"
#define PART                                                                   \
	"'p':1,'wish':'keep','title':'T','severity':'low',"                    \
	"'cluster':'000102030405060708090a0b0c0d0e0f'"
#define ALERT(n) "{'alert':'ALR-" #n "','format':'native','parts':[{" PART "}]}"
#define GOOD     ALERT(1) "," ALERT(2)

static enum err
done(uint32_t who, const char *outcomes)
{
	char *body = malloc(strlen(outcomes) + 256);
	enum err err;

	(void)sprintf(body,
	    "{'workflow':'triage','lease':%" PRIu64 ",'token':'" TOKEN
	    "','outcomes':[%s]}",
	    lease, outcomes);
	err = harness_do(&h, who, VERB_worker_done, body);
	free(body);
	return err;
}

Test(outcome, takes_the_truth)
{
	cr_assert_eq(done(WORKER, GOOD), OK, "%s", h.fault.message);
	cr_assert_str_eq(
	    harness_events(&h), "alert.triaged alert.triaged job.done");
}

Test(outcome, refuses_items_left_out_added_swapped_or_repeated)
{
	static const char *const lies[] = {
	    "",
	    ALERT(1),
	    ALERT(2),
	    ALERT(1) "," ALERT(1),
	    ALERT(2) "," ALERT(1),
	    ALERT(1) "," ALERT(2) "," ALERT(3),
	    ALERT(1) "," ALERT(3),
	    ALERT(1) ",{'alert':'ALR-2/1','format':'native','parts':[{" PART
		     "}]}",
	    ALERT(1) ",{'alert':'INC-2','format':'native','parts':[{" PART
		     "}]}",
	    ALERT(1) ",7",
	    ALERT(1) ",null",
	};
	uint64_t seq = h.head.seq;
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		cr_assert_eq(done(WORKER, lies[i]), ERR_INVALID, "%s: %s",
		    lies[i], h.fault.message);
		cr_assert_str_eq(h.fault.field, "outcomes");
	}
	cr_assert_eq(h.head.seq, seq, "nothing happened");
	cr_assert_eq(done(WORKER, GOOD), OK);
}

/* One part of the second outcome, whose members replace or follow PART's. */
static enum err
done_part(const char *members)
{
	size_t size = strlen(members) + 512;
	char *outcomes = malloc(size);
	enum err err;

	(void)snprintf(outcomes, size,
	    ALERT(1) ",{'alert':'ALR-2','format':'native','parts':[{%s}]}",
	    members);
	err = done(WORKER, outcomes);
	free(outcomes);
	return err;
}

Test(outcome, refuses_members_of_a_wrong_form)
{
	static const char *const lies[] = {
	    "'p':1",
	    "'p':2,'wish':'keep','title':'T','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':0,'wish':'keep','title':'T','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'burn','title':'T','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':0,'title':'T','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'keep','title':' ','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'keep','title':5,'severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'keep','title':'T','severity':'awful',"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'keep','title':'T','severity':3,"
	    "'cluster':'000102030405060708090a0b0c0d0e0f'",
	    "'p':1,'wish':'keep','title':'T','severity':'low',"
	    "'cluster':'000102030405060708090a0b0c0d0e'",
	    "'p':1,'wish':'keep','title':'T','severity':'low',"
	    "'cluster':'000102030405060708090A0B0C0D0E0F'",
	    "'p':1,'wish':'keep','title':'T','severity':'low',"
	    "'cluster':'zz0102030405060708090a0b0c0d0e0f'",
	    PART ",'incident':'INC-1'",
	    PART ",'status':'closed'",
	    PART ",'classification':'rude'",
	    PART ",'techniques':'t1059'",
	    PART ",'techniques':['T1059']",
	    PART ",'techniques':[1059]",
	    PART ",'external':'00'",
	    PART ",'rule_hash':'000102030405060z'",
	    PART ",'host_hashes':['00']",
	    PART ",'host_hashes':[1]",
	    PART ",'occurred':-1",
	    PART ",'occurred':1.5",
	    PART ",'occurred':'now'",
	    PART ",'observables':[{'type':'ipv4','value':'999.0.0.1'}]",
	    PART ",'observables':[{'type':'ipv4'}]",
	    PART ",'observables':[{'type':'boot','value':'x'}]",
	    PART ",'observables':[{'type':'host','value':'x','ioc':true}]",
	    PART ",'reasons':['because']",
	    PART ",'reasons':[{'code':'x'}]",
	    PART ",'reasons':[{'code':'NO','text':'x'}]",
	    PART ",'reasons':[{'code':'x','text':'x','more':1}]",
	    PART ",'host':7",
	};
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		cr_assert_eq(done_part(lies[i]), ERR_INVALID, "%s: %s", lies[i],
		    h.fault.message);
		cr_assert(
		    strstr(h.fault.message, "outcomes[1]: parts[0]") != NULL,
		    "%s", h.fault.message);
	}
	cr_assert_eq(done_part(PART), OK, "%s", h.fault.message);
}

Test(outcome, refuses_deliveries_of_a_wrong_form)
{
	static const char *const lies[] = {
	    "'format':'native'",
	    "'format':'Native','parts':[{" PART "}]",
	    "'parts':[{" PART "}]",
	    "'format':'native','parts':[]",
	    "'format':'native','parts':{}",
	    "'format':'native','parts':[{" PART "}],'fault':'both'",
	    "'format':'unknown','fault':' '",
	    "'format':'unknown','fault':7",
	    "'format':'native','parts':[{" PART "}],'config':'x'",
	};
	char outcomes[1024];
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		(void)snprintf(outcomes, sizeof(outcomes),
		    ALERT(1) ",{'alert':'ALR-2',%s}", lies[i]);
		cr_assert_eq(done(WORKER, outcomes), ERR_INVALID, "%s: %s",
		    lies[i], h.fault.message);
		cr_assert_eq(h.kinds_count, 0);
	}
	cr_assert_eq(
	    done(WORKER, ALERT(1) ",{'alert':'ALR-2','format':'unknown',"
				  "'fault':'not JSON'}"),
	    OK);
}

/* count elements, joined by commas, in brackets. */
static char *
repeated(const char *element, size_t count)
{
	char *out = malloc(count * (strlen(element) + 1) + 3);
	size_t i, used = 0;

	used += (size_t)sprintf(out, "[");
	for (i = 0; i < count; i++)
		used += (size_t)sprintf(
		    out + used, "%s%s", i > 0 ? "," : "", element);
	(void)sprintf(out + used, "]");
	return out;
}

static char *
text_of(size_t len)
{
	char *out = malloc(len + 3);

	memset(out, 'x', len + 2);
	out[0] = out[len + 1] = '\'';
	out[len + 2] = '\0';
	return out;
}

/* Tries the member with a value of the limit, and of one beyond. */
static void
try_limit(const char *name, char *within, char *beyond)
{
	size_t size = strlen(beyond) + strlen(within) + 256;
	char *members = malloc(size);

	/* The first of its outcomes is well, so only this one is tried. */
	(void)snprintf(members, size, PART ",'%s':%s", name, beyond);
	cr_assert_eq(
	    done_part(members), ERR_TOO_LARGE, "%s: %s", name, h.fault.message);
	cr_assert(strstr(h.fault.message, name) != NULL);
	(void)snprintf(members, size, PART ",'%s':%s", name, within);
	cr_assert_eq(done_part(members), OK, "%s: %s", name, h.fault.message);
	free(members);
	free(within);
	free(beyond);
	/* The next try needs a lease. */
	(void)harness_push(&h, "wazuh", 2);
}

Test(outcome, bounds_every_list)
{
	static const struct {
		const char *name, *element;
		size_t max;
	} rows[] = {
	    {"techniques", "'t1059'", LIMIT_TECHNIQUES_MAX},
	    {"host_hashes", "'0001020304050607'", LIMIT_HOSTS_MAX},
	    {"observables", "{'type':'host','value':'x'}",
		LIMIT_OBSERVABLES_MAX},
	    {"reasons", "{'code':'x','text':'x'}", LIMIT_REASONS_MAX},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh_end();
		begin();
		try_limit(rows[i].name, repeated(rows[i].element, rows[i].max),
		    repeated(rows[i].element, rows[i].max + 1));
	}
}

Test(outcome, bounds_every_text)
{
	static const struct {
		const char *name;
		size_t max;
	} rows[] = {
	    {"description", LIMIT_TEXT_BYTES_MAX},
	    {"severity_raw", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"rule", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"host", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"user", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"url", LIMIT_OUTCOME_URL_BYTES_MAX},
	    {"src_ip", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"dst_ip", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"hash", LIMIT_OUTCOME_WORD_BYTES_MAX},
	    {"dedup", LIMIT_OUTCOME_WORD_BYTES_MAX},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh_end();
		begin();
		try_limit(rows[i].name, text_of(rows[i].max),
		    text_of(rows[i].max + 1));
	}
}

Test(outcome, bounds_the_text_of_a_reason)
{
	int beyond;

	for (beyond = 1; beyond >= 0; beyond--) {
		char *text = text_of(
		    (size_t)LIMIT_OUTCOME_WORD_BYTES_MAX + (size_t)beyond);
		char members[2048];

		(void)snprintf(members, sizeof(members),
		    PART ",'reasons':[{'code':'x','text':%s}]", text);
		cr_assert_eq(done_part(members), beyond ? ERR_TOO_LARGE : OK);
		free(text);
	}
}

Test(outcome, keeps_observables_in_their_canonical_spelling)
{
	cr_assert_eq(done_part(PART ",'observables':[{'type':'domain',"
				    "'value':'Evil[.]Example.COM.'}]"),
	    OK);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_find, "{'value':'evil.example.com'}"),
	    OK);
	cr_assert_eq(harness_count(&h, "found"), 1);
	cr_assert_str_eq(harness_text(&h, "found[0].subject"), "ALR-2/1");
}
