/* Who works an incident: assign, next. */
#include <inttypes.h>
#include <string.h>

#include "broker/decision.h"

enum { WORKERS_OF_INCIDENTS = ROLE_analyst | ROLE_lead };

enum err
decision_worker(struct decision *d, const char *field, uint32_t *to)
{
	const char *name = ask_text(d->ask, field);
	struct person person;
	enum err err;

	if (name == NULL || strcmp(name, "me") == 0) {
		*to = d->actor->number;
		return OK;
	}
	*to = 0;
	if (strcmp(name, "none") == 0)
		return OK;
	err = person_by_name(d->txn, name, &person);
	if (err == ERR_MISSING ||
	    (err == OK && (!person.active || person.token)))
		return decision_refuse(d, ERR_INVALID, field,
		    "nobody called %s is enrolled: `tocsin people list` says "
		    "who is",
		    name);
	if (err != OK)
		return err;
	if ((person.roles & WORKERS_OF_INCIDENTS) == 0)
		return decision_refuse(d, ERR_INVALID, field,
		    "%s is neither analyst nor lead and works no incidents",
		    name);
	*to = person.number;
	return OK;
}

enum err
decision_may_see(struct decision *d, const char *field,
    const struct incident *incident, uint32_t to)
{
	if (to == 0 || incident_shown_to(incident, to))
		return OK;
	return decision_refuse(d, ERR_CONFLICT, field,
	    "INC-%" PRIu64 " is restricted and does not name %s: "
	    "restrict it to them too, first",
	    incident->number, ask_text(d->ask, field));
}

/* Analysts take incidents and hand over their own; leads assign any. */
static enum err
check_may_assign(
    struct decision *d, const struct incident *incident, uint32_t to)
{
	uint32_t self = d->actor->number;

	if (decision_by(d, ROLE_lead) || to == self ||
	    incident->assignee == self)
		return OK;
	return decision_refuse(d, ERR_DENIED, "to",
	    "INC-%" PRIu64 " is not yours to hand over: take it first, or "
	    "ask a lead",
	    incident->number);
}

static enum err
emit_assigned(struct decision *d, struct incident *incident, uint32_t to,
    const char *reason)
{
	cJSON *facts;

	facts = decision_emit_incident(d, EVENT_incident_assigned, incident);
	put_number(facts, "to", to);
	if (reason != NULL)
		put_text(decision_text(d), "reason", reason);
	(void)decision_answer_incident(d, incident);
	if (to == 0)
		return OK;
	return decision_notify(
	    d, incident->number, incident->severity, OCCASION_assigned);
}

enum err
decide_assign(struct decision *d)
{
	struct incident incident;
	uint32_t to = 0;
	enum err err;

	err = decision_open_incident(d, &incident);
	if (err == OK)
		err = decision_worker(d, "to", &to);
	if (err != OK)
		return err;
	if (to == incident.assignee) {
		(void)decision_answer_incident(d, &incident);
		return OK;
	}
	err = check_may_assign(d, &incident, to);
	if (err == OK)
		err = decision_may_see(d, "to", &incident, to);
	if (err != OK)
		return err;
	return emit_assigned(d, &incident, to, ask_text(d->ask, "reason"));
}

static bool
take_first(void *arg, const struct incident *incident)
{
	struct incident *taken = arg;

	*taken = *incident;
	return false;
}

enum err
decide_next(struct decision *d)
{
	const struct incident_filter filter = {
	    .status = -1,
	    .severity = -1,
	    .assignee = 0,
	    .opened_by = -1,
	    .viewer = d->actor->number,
	    .sort = SORT_SEVERITY,
	    .visit_max = LIMIT_LIST_VISIT_MAX,
	};
	struct incident incident = {.number = 0};
	char cursor[CURSOR_TEXT_MAX];
	size_t visited;
	enum err err;

	err = incident_list(
	    d->txn, &filter, "", take_first, &incident, cursor, &visited);
	if (err != OK)
		return err;
	if (incident.number == 0)
		return decision_refuse(
		    d, ERR_MISSING, "", "no open incident waits for anyone");
	return emit_assigned(d, &incident, d->actor->number, NULL);
}
