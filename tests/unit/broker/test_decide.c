/* What decide checks for every verb. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"

TestSuite(decide, .init = fresh_begin, .fini = fresh_end);

/* A body for each verb of effect WRITE that names things of their kind. */
static const struct {
	enum verb verb;
	const char *format; /* with the incident */
} bodies[] = {
    {VERB_open, "{'title':'x'}"},
    {VERB_next, "{}"},
    {VERB_update, "{'incident':'%s','severity':'low'}"},
    {VERB_comment, "{'incident':'%s','text':'x'}"},
    {VERB_assign, "{'incident':'%s'}"},
    {VERB_move, "{'incident':'%s','to':'triage'}"},
    {VERB_close, "{'incident':'%s','verdict':'test'}"},
    {VERB_reopen, "{'incident':'%s','reason':'x'}"},
    {VERB_hold, "{'incident':'%s','reason':'x'}"},
    {VERB_resume, "{'incident':'%s'}"},
    {VERB_cancel, "{'incident':'%s','reason':'x'}"},
    {VERB_merge, "{'incident':'%s','into':'INC-98'}"},
    {VERB_unmerge, "{'incident':'%s','reason':'x'}"},
    {VERB_split, "{'incident':'%s','title':'x','alerts':['ALR-1']}"},
    {VERB_link, "{'incident':'%s','to':'INC-98'}"},
    {VERB_unlink, "{'incident':'%s','to':'INC-98'}"},
    {VERB_restrict, "{'incident':'%s','reason':'x'}"},
    {VERB_unrestrict, "{'incident':'%s','reason':'x'}"},
    {VERB_escalate, "{'incident':'%s'}"},
    {VERB_silence_add, "{'source':'wazuh','for':'1h','reason':'x'}"},
    {VERB_silence_end, "{'silence':1}"},
    {VERB_source_update, "{'source':'wazuh','interval':'1h'}"},
    {VERB_file_put,
	"{'incident':'%s','name':'x','bytes':1,'sha256':'"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}"},
    {VERB_file_get, "{'incident':'%s','file':'1'}"},
    {VERB_file_discard, "{'incident':'%s','file':'1','reason':'x'}"},
    {VERB_task_add, "{'incident':'%s','title':'x'}"},
    {VERB_task_update, "{'incident':'%s','task':1,'status':'done'}"},
    {VERB_review_update, "{'incident':'%s','went_well':'x'}"},
    {VERB_action_add,
	"{'incident':'%s','title':'x','due':'2100-01-01T00:00:00Z'}"},
    {VERB_action_update, "{'action':'ACT-1','status':'approved'}"},
    {VERB_alert_ack, "{'alert':'ALR-1'}"},
    {VERB_alert_close, "{'alert':'ALR-1','reason':'x'}"},
    {VERB_alert_promote, "{'alert':'ALR-1'}"},
    {VERB_alert_retry, "{'alert':'ALR-1'}"},
    {VERB_jobs_retry, "{'workflow':'triage'}"},
    {VERB_people_enrol, "{'name':'new','public':'x','roles':['auditor']}"},
    {VERB_people_revoke, "{'name':'otto','reason':'x'}"},
    {VERB_token_new, "{'role':['auditor'],'hash':'00'}"},
    {VERB_token_revoke, "{'name':'ghost','reason':'x'}"},
    {VERB_clock_confirm, "{'reason':'x'}"},
    {VERB_worker_done,
	"{'workflow':'triage','lease':1,'token':'00','outcomes':[]}"},
    {VERB_worker_fail,
	"{'workflow':'triage','lease':1,'token':'00','reason':'x'}"},
};

enum { BODIES = sizeof(bodies) / sizeof(bodies[0]) };

static const char *
body_for(size_t i, const char *incident)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
	return body_of(bodies[i].format, incident);
#pragma GCC diagnostic pop
}

static bool
takes_incident(enum verb verb)
{
	const struct field_row *fields;
	size_t i, count;

	fields = verb_fields(verb, &count);
	for (i = 0; i < count; i++)
		if (fields[i].type == FIELD_INCIDENT && fields[i].must)
			return true;
	return false;
}

Test(decide, knows_a_body_for_every_write_verb)
{
	size_t i, writes = 0;

	for (i = 0; i < VERB_COUNT; i++)
		writes += verb_row((enum verb)i)->effect == EFFECT_WRITE;
	cr_assert_eq(writes, BODIES);
}

Test(decide, takes_every_verb_from_its_roles_and_from_no_other)
{
	uint32_t who;
	size_t i;

	for (i = 0; i < BODIES; i++)
		for (who = ADMIN; who < PRINCIPALS; who++) {
			struct person person;
			bool may;

			cr_assert_eq(person_get(h.txn, who, &person), OK);
			may = (verb_row(bodies[i].verb)->roles &
				  person.roles) != 0;
			/* A revoked principal would be refused for that. */
			if (may && bodies[i].verb == VERB_people_revoke)
				continue;
			(void)harness_do(
			    &h, who, bodies[i].verb, body_for(i, "INC-99"));
			cr_assert_eq(h.err == ERR_DENIED, !may,
			    "%s by %s: %s: %s", verb_row(bodies[i].verb)->name,
			    person.name, err_word(h.err), h.fault.message);
			if (!may)
				cr_assert(
				    strstr(h.fault.message, "roles") != NULL);
		}
}

Test(decide, refuses_whom_a_revocation_overtook)
{
	harness_must(&h, OTHER_ANALYST, VERB_open, "{'title':'x'}");
	harness_must(
	    &h, ADMIN, VERB_people_revoke, "{'name':'otto','reason':'left'}");
	cr_assert_eq(harness_do(&h, OTHER_ANALYST, VERB_open, "{'title':'x'}"),
	    ERR_DENIED);
	cr_assert(strstr(h.fault.message, "no longer enrolled") != NULL);
	cr_assert_eq(h.kinds_count, 0);
}

Test(decide, says_of_an_unknown_incident_that_it_is_missing)
{
	size_t i, tried = 0;

	for (i = 0; i < BODIES; i++) {
		if (!takes_incident(bodies[i].verb))
			continue;
		tried++;
		cr_assert_eq(
		    harness_do(&h, LEAD, bodies[i].verb, body_for(i, "INC-99")),
		    ERR_MISSING, "%s", verb_row(bodies[i].verb)->name);
		cr_assert_str_eq(h.fault.field, "incident");
		cr_assert(strstr(h.fault.message, "INC-99") != NULL);
	}
	cr_assert_eq(tried, 24);
}

/* The body with a revision behind it. */
static const char *
with_revision(size_t i, const char *incident, uint64_t revision)
{
	char body[512];
	size_t len;

	(void)snprintf(body, sizeof(body), "%s", body_for(i, incident));
	len = strlen(body);
	return body_of(
	    "%.*s,'if_revision':%" PRIu64 "}", (int)len - 1, body, revision);
}

/* They name a second thing, or what it has to stand on already; their own
 * tests have them. */
static bool
needs_more(enum verb verb)
{
	return verb == VERB_merge || verb == VERB_unmerge ||
	       verb == VERB_link || verb == VERB_unlink || verb == VERB_split ||
	       verb == VERB_task_update || verb == VERB_file_get ||
	       verb == VERB_file_discard || verb == VERB_action_add;
}

Test(decide, refuses_a_stale_revision_and_takes_the_current_one)
{
	struct incident incident;
	char name[32];
	size_t i;

	for (i = 0; i < BODIES; i++) {
		uint64_t number;

		if (!takes_incident(bodies[i].verb))
			continue;
		number = harness_open(&h);
		/* Those that need it otherwise than open. */
		if (needs_more(bodies[i].verb))
			continue;
		if (bodies[i].verb == VERB_reopen)
			harness_bring(&h, number, STATUS_closed);
		if (bodies[i].verb == VERB_resume)
			harness_must(&h, LEAD, VERB_hold,
			    body_of("{'incident':'INC-%" PRIu64
				    "','reason':'x'}",
				number));
		if (bodies[i].verb == VERB_unrestrict)
			harness_must(&h, LEAD, VERB_restrict,
			    body_of("{'incident':'INC-%" PRIu64
				    "','reason':'x'}",
				number));
		harness_must(&h, LEAD, VERB_comment,
		    body_of(
			"{'incident':'INC-%" PRIu64 "','text':'x'}", number));
		incident = harness_incident(&h, number);
		(void)snprintf(name, sizeof(name), "INC-%" PRIu64, number);

		cr_assert_eq(harness_do(&h, LEAD, bodies[i].verb,
				 with_revision(i, name, incident.revision - 1)),
		    ERR_CONFLICT, "%s", verb_row(bodies[i].verb)->name);
		cr_assert_str_eq(h.fault.field, "if_revision");
		cr_assert_not_null(h.current);
		cJSON_Delete(h.answer);
		h.answer = h.current;
		h.current = NULL;
		cr_assert_str_eq(harness_text(&h, "id"), name);
		cr_assert_eq(
		    harness_number(&h, "revision"), (int64_t)incident.revision);
		cr_assert_null(harness_at(&h, "title"));
		cr_assert_null(harness_at(&h, "history"));

		harness_must(&h, LEAD, bodies[i].verb,
		    with_revision(i, name, incident.revision));
		cr_assert_eq(harness_incident(&h, number).revision,
		    incident.revision + 1);
		cr_assert_eq(harness_number(&h, "revision"),
		    (int64_t)incident.revision + 1);
	}
}

Test(decide, refuses_a_revision_where_nothing_has_one)
{
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_open, "{'title':'x','if_revision':1}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "if_revision");
	harness_must(&h, ANALYST, VERB_open, "{'title':'x'}");
}

/* ---- idempotency ---- */

TestSuite(decision_repeat, .init = fresh_begin, .fini = fresh_end);

Test(decision_repeat, gives_the_first_answer_again)
{
	uint64_t seq;

	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-1");
	cr_assert_eq(h.repeat_of, 0);
	seq = h.head.seq;
	/* Members in another order are the same body. */
	harness_must(&h, ANALYST, VERB_open, "{'key':'k1','title':'x'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-1");
	cr_assert_eq(harness_number(&h, "revision"), 1);
	cr_assert_eq(h.repeat_of, seq);
	cr_assert_eq(harness_number(&h, "repeat_of"), (int64_t)seq);
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_eq(h.head.seq, seq);
}

Test(decision_repeat, refuses_the_key_with_another_body_or_verb)
{
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'x','tags':['a','b'],'key':'k1'}");
	cr_assert_eq(harness_do(&h, ANALYST, VERB_open,
			 "{'title':'x','tags':['b','a'],'key':'k1'}"),
	    ERR_REUSED);
	cr_assert_str_eq(h.fault.field, "key");
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_next, "{'key':'k1'}"), ERR_REUSED);
	cr_assert_eq(h.kinds_count, 0);
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'x','tags':['b','a'],'key':'k2'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-2");
}

Test(decision_repeat, is_scoped_to_the_principal)
{
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	harness_must(&h, LEAD, VERB_open, "{'title':'y','key':'k1'}");
	cr_assert_str_eq(harness_text(&h, "id"), "INC-2");
}

Test(decision_repeat, forgets_after_a_day_and_not_before)
{
	uint64_t first;

	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	first = h.now_ms;
	h.now_ms = first + LIMIT_IDEMPOTENCY_MS - 1000;
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	cr_assert_neq(h.repeat_of, 0);
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	cr_assert_eq(h.repeat_of, 0);
	cr_assert_str_eq(harness_text(&h, "id"), "INC-2");
}

Test(decision_repeat, refuses_an_empty_key)
{
	cr_assert_eq(
	    harness_do(&h, ANALYST, VERB_open, "{'title':'x','key':''}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "key");
}

Test(decision_repeat, covers_commands_of_several_events)
{
	h.config.hooks_count = 1;
	h.config.hooks[0] = (struct config_hook){.name = "page",
	    .on[OCCASION_opened] = true,
	    .severity = SEVERITY_low};
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	cr_assert_str_eq(
	    harness_events(&h), "incident.opened notification.queued");
	harness_must(&h, ANALYST, VERB_open, "{'title':'x','key':'k1'}");
	cr_assert_eq(h.kinds_count, 0);
	cr_assert_neq(h.repeat_of, 0);
}
