/* Silences: who may be silenced, for how long, and what falls under one. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

TestSuite(decide_silence, .init = fresh_begin, .fini = fresh_end_rebuilt);

static void
silence(const char *matchers)
{
	harness_must(&h, ANALYST, VERB_silence_add,
	    body_of("{%s,'for':'1h','reason':'pentest'}", matchers));
}

/* One alert of the rule "r1" on the host web1; what became of it. */
static enum disposition
come(const char *source, const char *wish)
{
	uint64_t alert = harness_push(&h, source, 1);
	unsigned char hash[2][HASH8];
	char hex[2][2 * HASH8 + 1];

	(void)crypto_generichash_blake2b(
	    hash[0], HASH8, (const unsigned char *)"R1", 2, NULL, 0);
	(void)crypto_generichash_blake2b(
	    hash[1], HASH8, (const unsigned char *)"web1", 4, NULL, 0);
	(void)sodium_bin2hex(hex[0], sizeof(hex[0]), hash[0], HASH8);
	(void)sodium_bin2hex(hex[1], sizeof(hex[1]), hash[1], HASH8);
	return triage_one(&h, alert,
	    (struct told){.wish = wish,
		.cluster = (unsigned)alert,
		.more = body_of(",'rule':'R1','rule_hash':'%s',"
				"'host_hashes':['%s']",
		    hex[0], hex[1])})
	    .disposition;
}

Test(decide_silence, keeps_what_matches_all_and_nothing_else)
{
	silence("'source':'wazuh','rule':'R1','host':'WEB1'");
	cr_assert_eq(harness_number(&h, "silence"), 1);
	cr_assert_eq(come("wazuh", "open"), DISPOSITION_suppressed);
	cr_assert_str_eq(harness_events(&h), "alert.triaged job.done");
	cr_assert(part_has_reason(&h, 1, 1, "silenced"));
	cr_assert_eq(harness_number(&h, "parts[0].silence"), 1);
	cr_assert_eq(harness_part(&h, 1, 1).status, ALERT_STATUS_suppressed);
	cr_assert_eq(come("probe", "open"), DISPOSITION_opened);
	cr_assert_eq(come("wazuh", "resolve"), DISPOSITION_resolved);
	harness_must(&h, ANALYST, VERB_silence_end, "{'silence':1}");
	silence("'source':'wazuh','rule':'r1'");
	cr_assert_eq(come("wazuh", "open"), DISPOSITION_opened);
	silence("'host':'web2'");
	cr_assert_eq(come("wazuh", "open"), DISPOSITION_opened);
	silence("'host':'web1'");
	cr_assert_eq(come("wazuh", "open"), DISPOSITION_suppressed);
	/* People may make of it what they like. */
	harness_must(&h, LEAD, VERB_alert_promote, "{'alert':'ALR-1'}");
}

Test(decide_silence, holds_by_when_an_alert_came)
{
	uint64_t early = harness_push(&h, "wazuh", 1), within, late;

	silence("'source':'wazuh'");
	within = harness_push(&h, "wazuh", 1);
	h.now_ms += 3600000;
	late = harness_push(&h, "wazuh", 1);
	cr_assert_eq(
	    triage_one(&h, early, (struct told){.cluster = 1}).disposition,
	    DISPOSITION_opened);
	cr_assert_eq(
	    triage_one(&h, within, (struct told){.cluster = 2}).disposition,
	    DISPOSITION_suppressed);
	cr_assert_eq(
	    triage_one(&h, late, (struct told){.cluster = 3}).disposition,
	    DISPOSITION_opened);
	cr_assert_eq(harness_ask(&h, AUDITOR, VERB_silence_list, "{}"), OK);
	cr_assert_eq(harness_count(&h, "silences"), 0);
	cr_assert_eq(
	    harness_ask(&h, AUDITOR, VERB_silence_list, "{'all':true}"), OK);
	cr_assert_str_eq(harness_text(&h, "silences[0].state"), "ended");
	cr_assert_str_eq(harness_text(&h, "silences[0].reason"), "pentest");
	cr_assert_str_eq(harness_text(&h, "silences[0].by"), "anna");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_silence_end, "{'silence':1}"),
	    ERR_CONFLICT);
}

static void
refused(enum err err, const char *field, const char *body)
{
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_silence_add, body_of("%s", body)), err,
	    "%s", body);
	cr_assert_str_eq(h.fault.field, field);
}

Test(decide_silence, refuses_what_has_no_end_no_reason_or_no_matcher)
{
	refused(ERR_INVALID, "source", "{'for':'1h','reason':'x'}");
	refused(
	    ERR_INVALID, "reason", "{'source':'a','for':'1h','reason':' '}");
	refused(ERR_INVALID, "until", "{'source':'a','reason':'x'}");
	refused(ERR_INVALID, "for", "{'source':'a','reason':'x','for':'0'}");
	refused(ERR_INVALID, "until",
	    "{'source':'a','reason':'x','until':'1970-01-01T00:00:00Z'}");
	refused(ERR_TOO_LARGE, "until",
	    "{'source':'a','reason':'x','until':'9999-01-01T00:00:00Z'}");
	refused(ERR_TOO_LARGE, "for",
	    body_of("{'source':'a','reason':'x','for':'%lldms'}",
		(long long)LIMIT_SILENCE_MS_MAX + 1));
	harness_must(&h, ANALYST, VERB_silence_add,
	    body_of("{'source':'a','reason':'x','for':'%lldms'}",
		(long long)LIMIT_SILENCE_MS_MAX));
	cr_assert_eq(harness_do(&h, ANALYST, VERB_silence_end, "{'silence':2}"),
	    ERR_MISSING);
}

Test(decide_silence, holds_no_more_at_once_than_the_limit)
{
	int i;

	for (i = 0; i < LIMIT_SILENCES_MAX; i++)
		silence("'source':'a'");
	refused(ERR_TOO_LARGE, "", "{'source':'a','for':'1h','reason':'x'}");
	harness_must(&h, ANALYST, VERB_silence_end, "{'silence':1}");
	silence("'source':'a'");
}

TestSuite(read_silence, .init = fresh_begin, .fini = fresh_end_rebuilt);

Test(read_silence, lists_all_of_them_page_by_page)
{
	char cursor[64];
	int i;

	for (i = 0; i < 5; i++)
		silence("'source':'wazuh'");
	harness_must(&h, ANALYST, VERB_silence_end, "{'silence':5}");
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_silence_list, "{'limit':2}"), OK);
	cr_assert_eq(harness_count(&h, "silences"), 4, "all that hold");
	cr_assert_null(harness_at(&h, "next"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_silence_list,
			 "{'all':true,'limit':2}"),
	    OK);
	cr_assert_eq(harness_number(&h, "silences[0].silence"), 5);
	cr_assert_str_eq(harness_text(&h, "silences[0].state"), "ended");
	(void)snprintf(cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_silence_list,
		body_of("{'all':true,'limit':3,'cursor':'%s'}", cursor)),
	    OK);
	cr_assert_eq(harness_count(&h, "silences"), 3);
	cr_assert_eq(harness_number(&h, "silences[2].silence"), 1);
	cr_assert_null(harness_at(&h, "next"));
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_silence_list,
			 "{'all':true,'cursor':'x'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "cursor");
}
