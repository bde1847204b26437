/* update. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

static void
begin(void)
{
	fresh_begin();
	(void)harness_open(&h);
}

TestSuite(decide_update, .init = begin, .fini = fresh_end);

Test(decide_update, changes_each_field)
{
	static const char *const changes[] = {"'title':'Another'",
	    "'description':'More'", "'severity':'critical'",
	    "'kind':'physical'", "'classification':'fraud'", "'tag':['a','b']",
	    "'untag':['a']", "'techniques':['t1001']", "'tlp':'red'",
	    "'pap':'red'", "'major':true", "'occurred':'2026-01-01T00:00:00Z'",
	    "'detected':'2026-01-01T00:00:00Z'",
	    "'observables':[{'type':'host','value':'web1'}]"};
	struct incident incident;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		harness_must(&h, ANALYST, VERB_update,
		    body_of(
			"{'incident':'INC-1',%s,'reason':'r'}", changes[i]));
		cr_assert_str_eq(harness_events(&h), "incident.updated");
		cr_assert_eq(harness_number(&h, "revision"), (int64_t)i + 2);
	}
	incident = harness_incident(&h, 1);
	cr_assert_eq(incident.severity, SEVERITY_critical);
	cr_assert_eq(incident.kind, KIND_physical);
	cr_assert_eq(incident.classification, RSIT_fraud);
	cr_assert_eq(incident.tags_count, 1);
	cr_assert_str_eq(incident.tags[0], "b");
	cr_assert_str_eq(incident.techniques[0], "t1001");
	cr_assert_eq(incident.tlp, TLP_red);
	cr_assert_eq(incident.pap, PAP_red);
	cr_assert(incident.major);
	cr_assert_eq(incident.occurred_ms, 1767225600000);
	harness_must(
	    &h, ANALYST, VERB_update, "{'incident':'INC-1','major':false}");
	cr_assert(!harness_incident(&h, 1).major);
	harness_expect_rebuilt(&h);
}

Test(decide_update, writes_nothing_when_nothing_changes)
{
	static const char *const same[] = {"'severity':'medium'",
	    "'kind':'incident'", "'tlp':'amber'", "'major':false",
	    "'untag':['none']", "'tag':[]", "'techniques':[]",
	    "'observables':[]", "'reason':'no reason'"};
	uint64_t seq = h.head.seq;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		harness_must(&h, ANALYST, VERB_update,
		    body_of("{'incident':'INC-1',%s}", same[i]));
		cr_assert_eq(h.kinds_count, 0, "%s", same[i]);
		cr_assert_eq(harness_number(&h, "revision"), 1);
	}
	cr_assert_eq(h.head.seq, seq);
}

/* `count` names beginning with the letter, from `from` on. */
static const char *
names(char letter, size_t from, size_t count)
{
	static char out[2048];
	size_t i, used = 0;

	for (i = from; i < from + count; i++)
		used += (size_t)snprintf(out + used, sizeof(out) - used,
		    "%s'%c%04zu'", i > from ? "," : "", letter, 1000 + i);
	return out;
}

Test(decide_update, bounds_tags_after_the_merge)
{
	harness_must(&h, ANALYST, VERB_update,
	    body_of("{'incident':'INC-1','tag':[%s]}",
		names('a', 0, LIMIT_TAGS_MAX)));
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1','tag':['more']}"),
	    ERR_TOO_LARGE);
	cr_assert_str_eq(h.fault.field, "tag");
	cr_assert_eq(h.kinds_count, 0);
	/* One that it has is no more; one goes, one comes. */
	harness_must(
	    &h, ANALYST, VERB_update, "{'incident':'INC-1','tag':['a1000']}");
	harness_must(&h, ANALYST, VERB_update,
	    "{'incident':'INC-1','tag':['more'],'untag':['a1000']}");
	cr_assert_eq(harness_incident(&h, 1).tags_count, LIMIT_TAGS_MAX);
}

Test(decide_update, bounds_techniques_after_the_merge)
{
	harness_must(&h, ANALYST, VERB_update,
	    body_of("{'incident':'INC-1','techniques':[%s]}",
		names('t', 0, LIMIT_TECHNIQUES_MAX)));
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1','techniques':['t9999']}"),
	    ERR_TOO_LARGE);
	cr_assert_str_eq(h.fault.field, "techniques");
	harness_must(&h, ANALYST, VERB_update,
	    "{'incident':'INC-1','techniques':['t1000']}");
	cr_assert_eq(h.kinds_count, 0);
}

Test(decide_update, refuses_contradictions_and_empty_titles)
{
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1','tag':['a'],'untag':['a']}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "untag");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1','title':' '}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "title");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1','techniques':['t1']}"),
	    ERR_INVALID);
	cr_assert_eq(harness_do(&h, ANALYST, VERB_update,
			 "{'incident':'INC-1',"
			 "'observables':[{'type':'md5','value':'ab'}]}"),
	    ERR_INVALID);
	cr_assert_eq(harness_incident(&h, 1).revision, 1);
}
