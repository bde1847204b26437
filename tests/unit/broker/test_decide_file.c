/* file.put once its bytes are there, file.get, and who sees them. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/evidence.h"
#include "tests/unit/broker/fresh_harness.h"

static void
begin(void)
{
	fresh_begin();
	(void)harness_open(&h);
}

TestSuite(decide_file, .init = begin, .fini = fresh_end);

static const char *
body_for(uint64_t incident, unsigned hash)
{
	return body_of("{'incident':'INC-%" PRIu64
		       "','name':'n','bytes':3,'sha256':'%064x'}",
	    incident, hash);
}

Test(decide_file, adds_what_is_whole_and_the_same_bytes_once)
{
	harness_must(&h, ANALYST, VERB_file_put, body_for(1, 10));
	cr_expect_str_eq(harness_events(&h), "file.added");
	cr_expect_eq(harness_number(&h, "file"), 1);
	cr_expect_eq(harness_number(&h, "revision"), 2);
	harness_must(&h, LEAD, VERB_file_put, body_for(1, 10));
	cr_expect_eq(h.kinds_count, 0);
	cr_expect_eq(harness_number(&h, "file"), 1);
	harness_must(&h, LEAD, VERB_file_put, body_for(1, 11));
	cr_expect_eq(harness_number(&h, "file"), 2);
	cr_assert_eq(
	    harness_ask(&h, AUDITOR, VERB_file_list, "{'incident':'INC-1'}"),
	    OK);
	cr_expect_eq(harness_count(&h, "files"), 2);
	cr_expect_str_eq(harness_text(&h, "files[0].name"), "n");
	harness_expect_rebuilt(&h);
}

Test(decide_file, takes_as_many_as_may_be_and_not_one_more)
{
	unsigned i;

	for (i = 0; i < LIMIT_FILES_MAX; i++)
		harness_must(&h, ANALYST, VERB_file_put, body_for(1, i));
	cr_expect_eq(harness_do(&h, ANALYST, VERB_file_put, body_for(1, i)),
	    ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "100 files"));
}

Test(decide_file, refuses_a_hash_that_is_none)
{
	cr_expect_eq(
	    harness_do(&h, ANALYST, VERB_file_put,
		"{'incident':'INC-1','name':'n','bytes':3,'sha256':'ab'}"),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "sha256");
}

Test(decide_file, writes_down_every_reading_without_a_new_revision)
{
	char hash[80];

	harness_must(&h, ANALYST, VERB_file_put, body_for(1, 10));
	harness_must(
	    &h, AUDITOR, VERB_file_get, "{'incident':'INC-1','file':'1'}");
	cr_expect_str_eq(harness_events(&h), "file.read");
	cr_expect_eq(harness_incident(&h, 1).revision, 2);
	(void)snprintf(hash, sizeof(hash), "%064x", 10u);
	harness_must(&h, AUDITOR, VERB_file_get,
	    body_of("{'incident':'INC-1','file':'%s'}", hash));
	cr_expect_str_eq(harness_events(&h), "file.read");
	cr_expect_eq(harness_do(&h, AUDITOR, VERB_file_get,
			 "{'incident':'INC-1','file':'2'}"),
	    ERR_MISSING);
	cr_expect_eq(harness_do(&h, AUDITOR, VERB_file_get,
			 "{'incident':'INC-1','file':'../x'}"),
	    ERR_MISSING);
	harness_expect_rebuilt(&h);
}

Test(decide_file, of_a_restricted_incident_is_for_those_named)
{
	harness_must(&h, ANALYST, VERB_file_put, body_for(1, 10));
	harness_must(
	    &h, LEAD, VERB_restrict, "{'incident':'INC-1','reason':'x'}");
	cr_expect_eq(harness_do(&h, ANALYST, VERB_file_get,
			 "{'incident':'INC-1','file':'1'}"),
	    ERR_MISSING);
	cr_expect_eq(
	    harness_ask(&h, AUDITOR, VERB_file_list, "{'incident':'INC-1'}"),
	    ERR_MISSING);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_file_put, body_for(1, 11)),
	    ERR_MISSING);
}

Test(decide_file, stays_called_after_its_incident_in_a_merge)
{
	(void)harness_open(&h);
	harness_must(&h, ANALYST, VERB_file_put, body_for(1, 10));
	harness_must(
	    &h, LEAD, VERB_merge, "{'incident':'INC-1','into':'INC-2'}");
	cr_assert_eq(
	    harness_ask(&h, LEAD, VERB_file_list, "{'incident':'INC-2'}"), OK);
	cr_expect_str_eq(harness_text(&h, "files[0].incident"), "INC-1");
	harness_must(
	    &h, LEAD, VERB_file_get, "{'incident':'INC-1','file':'1'}");
	harness_must(
	    &h, LEAD, VERB_close, "{'incident':'INC-2','verdict':'test'}");
	harness_must(
	    &h, LEAD, VERB_file_get, "{'incident':'INC-1','file':'1'}");
	cr_expect_eq(
	    harness_do(&h, LEAD, VERB_file_put, body_for(2, 11)), ERR_CONFLICT);
}

/* SHA-256 of "abc". */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static enum err
read_it(void)
{
	return harness_ask(&h, AUDITOR, VERB_file_read,
	    "{'incident':'INC-1','file':1,'offset':1}");
}

Test(decide_file, holds_a_reading_for_an_hour_and_no_longer)
{
	const struct evidence_upload upload = {
	    .store = h.path, .principal = ANALYST, .sha256 = ABC, .bytes = 3};
	size_t unfinished;

	(void)snprintf(
	    h.config.store_path, sizeof(h.config.store_path), "%s", h.path);
	cr_assert_eq(evidence_begin(&upload, 0, &unfinished), OK);
	cr_assert_eq(evidence_append(&upload, 0, "abc", 3), OK);
	cr_assert_eq(evidence_finish(&upload), OK);
	harness_must(&h, ANALYST, VERB_file_put,
	    "{'incident':'INC-1','name':'n','bytes':3,'sha256':'" ABC "'}");
	cr_expect_eq(read_it(), ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "file.get first"));
	harness_must(
	    &h, AUDITOR, VERB_file_get, "{'incident':'INC-1','file':'1'}");
	cr_assert_eq(read_it(), OK);
	cr_assert_eq(h.attachments_count, 1);
	cr_assert_eq(h.attachments[0].len, 2);
	cr_expect_eq(memcmp(h.attachments[0].bytes, "bc", 2), 0);
	h.now_ms += LIMIT_FILE_READ_MS;
	cr_expect_eq(read_it(), OK);
	h.now_ms += 2000;
	cr_expect_eq(read_it(), ERR_CONFLICT);
}

/* ---- discarded ---- */

static void
put(uint64_t incident, unsigned hash)
{
	harness_must(&h, ANALYST, VERB_file_put, body_for(incident, hash));
}

static struct file_uses
uses_of(unsigned hash)
{
	unsigned char sha256[SHA256_BYTES] = {0};
	struct file_uses uses;

	sha256[SHA256_BYTES - 1] = (unsigned char)hash;
	cr_assert_eq(file_uses(h.txn, sha256, &uses), OK);
	return uses;
}

Test(decide_file, discards_once_and_says_where_else_the_bytes_are)
{
	(void)harness_open(&h);
	put(1, 10);
	put(2, 10);
	harness_must(&h, LEAD, VERB_file_discard,
	    "{'incident':'INC-1','file':'1','reason':'r'}");
	cr_expect_str_eq(harness_events(&h), "file.discarded");
	cr_expect_eq(harness_number(&h, "kept"), 1);
	cr_expect_eq(uses_of(10).kept, 1);
	cr_expect_eq(uses_of(10).discarded, 1);
	harness_must(&h, LEAD, VERB_file_discard,
	    "{'incident':'INC-1','file':'1','reason':'r'}");
	cr_expect_eq(h.kinds_count, 0);
	cr_expect_eq(harness_do(&h, ANALYST, VERB_file_put, body_for(1, 10)),
	    ERR_CONFLICT);
	cr_expect_str_eq(h.fault.field, "sha256");
	cr_expect_eq(harness_do(&h, LEAD, VERB_file_get,
			 "{'incident':'INC-1','file':'1'}"),
	    ERR_CONFLICT);
	cr_expect_not_null(strstr(h.fault.message, "file 1 of INC-1"));
	harness_must(
	    &h, LEAD, VERB_file_get, "{'incident':'INC-2','file':'1'}");
	harness_expect_rebuilt(&h);
}

Test(decide_file, is_discarded_by_leads_and_administrators_with_a_reason)
{
	static const char body[] =
	    "{'incident':'INC-1','file':'1','reason':'r'}";

	put(1, 10);
	cr_expect_eq(
	    harness_do(&h, ANALYST, VERB_file_discard, body), ERR_DENIED);
	cr_expect_eq(
	    harness_do(&h, MANAGER, VERB_file_discard, body), ERR_DENIED);
	cr_expect_eq(harness_do(&h, LEAD, VERB_file_discard,
			 "{'incident':'INC-1','file':'1','reason':' '}"),
	    ERR_INVALID);
	cr_expect_str_eq(h.fault.field, "reason");
	cr_expect_eq(harness_do(&h, LEAD, VERB_file_discard,
			 "{'incident':'INC-1','file':'2','reason':'r'}"),
	    ERR_MISSING);
	/* To see what is restricted no role will do. */
	harness_must(
	    &h, LEAD, VERB_restrict, "{'incident':'INC-1','reason':'r'}");
	cr_expect_eq(
	    harness_do(&h, ADMIN, VERB_file_discard, body), ERR_MISSING);
	harness_must(
	    &h, LEAD, VERB_unrestrict, "{'incident':'INC-1','reason':'r'}");
	harness_must(&h, ADMIN, VERB_file_discard, body);
	cr_expect_str_eq(harness_events(&h), "file.discarded");
	cr_assert_eq(
	    harness_ask(&h, AUDITOR, VERB_file_list, "{'incident':'INC-1'}"),
	    OK);
	cr_expect_str_eq(harness_text(&h, "files[0].discarded_by"), "root");
}
