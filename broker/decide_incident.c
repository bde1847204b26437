/* The life of an incident: open, comment, move, close, reopen. */
#include <inttypes.h>
#include <stdio.h>

#include "broker/decision.h"

/* A field that holds nothing but blanks says nothing. */
static enum err
need_text(struct decision *d, const char *field, const char *why)
{
	if (!text_blank(ask_text(d->ask, field)))
		return OK;
	return decision_refuse(
	    d, ERR_INVALID, field, "%s is empty: %s", field, why);
}

static void
put_time_fact(struct decision *d, cJSON *facts, const char *field)
{
	if (ask_has(d->ask, field))
		put_signed(facts, field, ask_time_ms(d->ask, field, 0));
}

static void
open_facts(struct decision *d, cJSON *facts, enum severity severity)
{
	put_number(facts, "revision", 1);
	put_word(facts, "severity", WORDS_SEVERITY, severity);
	put_word(
	    facts, "kind", WORDS_KIND, ask_word(d->ask, "kind", KIND_incident));
	put_word(facts, "classification", WORDS_RSIT,
	    ask_word(d->ask, "classification", RSIT_unclassified));
	put_word(facts, "tlp", WORDS_TLP, ask_word(d->ask, "tlp", TLP_amber));
	put_word(facts, "pap", WORDS_PAP, ask_word(d->ask, "pap", PAP_amber));
	if (ask_flag(d->ask, "major", false))
		put_flag(facts, "major", true);
	put_copy(facts, "tags", ask_json(d->ask, "tags"));
	put_copy(facts, "techniques", ask_json(d->ask, "techniques"));
	put_time_fact(d, facts, "occurred");
	put_time_fact(d, facts, "detected");
	decision_put_targets(d, facts, severity);
	put_text(facts, "config", d->config->version);
}

enum err
decide_open(struct decision *d)
{
	enum severity severity =
	    (enum severity)ask_word(d->ask, "severity", SEVERITY_medium);
	struct incident incident = {.revision = 1};
	cJSON *observables = NULL;
	enum err err;

	err = need_text(d, "title", "say in one line what happened");
	if (err == OK)
		err = decision_techniques(d, ask_json(d->ask, "techniques"));
	if (err == OK)
		err =
		    decision_number(d, EVENT_incident_opened, &incident.number);
	if (err == OK)
		err = decision_observables(d, &observables);
	if (err != OK)
		return err;
	open_facts(d,
	    decision_emit(d, EVENT_incident_opened,
		(struct ref){SUBJECT_INCIDENT, 0, incident.number}),
	    severity);
	decision_copy_text(d, "title");
	decision_copy_text(d, "description");
	if (observables != NULL)
		put_item(decision_text(d), "observables", observables);
	(void)decision_answer_incident(d, &incident);
	return decision_notify(d, incident.number, severity, OCCASION_opened);
}

enum err
decide_comment(struct decision *d)
{
	struct incident incident;
	enum err err;

	err = decision_incident(d, &incident);
	if (err == OK)
		err = need_text(d, "text", "a comment says something");
	if (err != OK)
		return err;
	(void)decision_emit_incident(d, EVENT_incident_commented, &incident);
	decision_copy_text(d, "text");
	(void)decision_answer_incident(d, &incident);
	return OK;
}

/* Why an incident cannot go from one status to the other. */
static enum err
refuse_move(struct decision *d, const struct incident *incident, enum status to)
{
	static const char *const verbs[STATUS_COUNT] = {
	    [STATUS_closed] = "close",
	    [STATUS_on_hold] = "hold",
	    [STATUS_cancelled] = "cancel",
	};
	const char *from = words_name(WORDS_STATUS, incident->status);
	char may[128] = "";
	size_t used = 0;
	int status;

	if (verbs[to] != NULL)
		return decision_refuse(d, ERR_CONFLICT, "to",
		    "INC-%" PRIu64 " becomes %s by a verb of its own: use %s",
		    incident->number, words_name(WORDS_STATUS, to), verbs[to]);
	if (incident->status == STATUS_on_hold)
		return decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is on hold: resume it first",
		    incident->number);
	for (status = 0; status < STATUS_COUNT; status++)
		if (status_may_become(incident->status, (enum status)status))
			used += (size_t)snprintf(may + used, sizeof(may) - used,
			    "%s%s", used > 0 ? ", " : "",
			    words_name(WORDS_STATUS, status));
	return decision_refuse(d, ERR_CONFLICT, "to",
	    "INC-%" PRIu64 " cannot go from %s to %s: it may go to %s",
	    incident->number, from, words_name(WORDS_STATUS, to),
	    used > 0 ? may : "nothing else");
}

enum err
decide_move(struct decision *d)
{
	enum status to = (enum status)ask_word(d->ask, "to", STATUS_new);
	struct incident incident;
	enum err err;
	cJSON *facts;

	err = decision_open_incident(d, &incident);
	if (err != OK)
		return err;
	if (to == incident.status) {
		(void)decision_answer_incident(d, &incident);
		return OK;
	}
	if (!status_may_become(incident.status, to))
		return refuse_move(d, &incident, to);
	facts = decision_emit_incident(d, EVENT_incident_moved, &incident);
	put_word(facts, "from", WORDS_STATUS, incident.status);
	put_word(facts, "to", WORDS_STATUS, to);
	decision_copy_text(d, "reason");
	put_word(
	    decision_answer_incident(d, &incident), "status", WORDS_STATUS, to);
	return OK;
}

/* What a verdict needs said with it (A.5.26: the record of the outcome). */
static enum err
check_verdict(struct decision *d, enum verdict verdict)
{
	int impact = ask_word(d->ask, "impact", IMPACT_not_applicable);
	enum err err;

	switch (verdict) {
	case VERDICT_none:
		return decision_refuse(d, ERR_INVALID, "verdict",
		    "none stands for not yet closed: say what it was");
	case VERDICT_true_positive:
		if (impact == IMPACT_not_applicable)
			return decision_refuse(d, ERR_INVALID, "impact",
			    "a true positive needs its impact: none or "
			    "with_impact");
		err = need_text(
		    d, "root_cause", "a true positive needs its root cause");
		return err;
	case VERDICT_other:
		return need_text(d, "comment",
		    "the verdict other needs a comment that says what it was");
	default:
		return OK;
	}
}

enum err
decide_close(struct decision *d)
{
	enum verdict verdict =
	    (enum verdict)ask_word(d->ask, "verdict", VERDICT_none);
	struct incident incident;
	enum err err;
	cJSON *facts;

	err = decision_open_incident(d, &incident);
	if (err == OK)
		err = check_verdict(d, verdict);
	if (err == OK)
		err = decision_tasks_done(d, &incident);
	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_incident_closed, &incident);
	put_word(facts, "from", WORDS_STATUS, incident.status);
	put_word(facts, "verdict", WORDS_VERDICT, verdict);
	put_word(facts, "impact", WORDS_IMPACT,
	    ask_word(d->ask, "impact", IMPACT_not_applicable));
	decision_copy_text(d, "root_cause");
	decision_copy_text(d, "comment");
	decision_draft_review(d, incident.number);
	put_word(decision_answer_incident(d, &incident), "status", WORDS_STATUS,
	    STATUS_closed);
	return decision_callbacks_closed(d, &incident);
}

/*
 * Where the work had got to.  An incident that was closed before anybody
 * investigated it counts as triaged at the moment of closing.
 */
static enum status
status_to_resume(const struct incident *incident)
{
	bool triaged = incident->triaged_ms != 0 &&
		       incident->triaged_ms != incident->closed_ms;

	return triaged ? STATUS_investigating : STATUS_triage;
}

enum err
decide_reopen(struct decision *d)
{
	struct incident incident;
	enum status to;
	cJSON *facts;
	enum err err;

	err = decision_incident(d, &incident);
	if (err == OK && status_is_open(incident.status))
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is open (%s): only what is closed or "
		    "cancelled can be reopened",
		    incident.number, words_name(WORDS_STATUS, incident.status));
	if (err == OK)
		err = need_text(d, "reason", "say why it is opened again");
	if (err != OK)
		return err;
	to = status_to_resume(&incident);
	facts = decision_emit_incident(d, EVENT_incident_reopened, &incident);
	put_word(facts, "to", WORDS_STATUS, to);
	decision_put_targets(d, facts, incident.severity);
	decision_copy_text(d, "reason");
	put_word(
	    decision_answer_incident(d, &incident), "status", WORDS_STATUS, to);
	return OK;
}
