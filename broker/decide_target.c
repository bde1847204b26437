/*
 * Targets and escalation: the times that an incident has, what follows when
 * they pass, and raising one by hand.
 */
#include <inttypes.h>
#include <string.h>

#include "broker/decision.h"

void
decision_put_targets(
    const struct decision *d, cJSON *facts, enum severity severity)
{
	const struct config_target *span = &d->config->targets[severity];
	const int64_t spans[TARGET_COUNT] = {
	    [TARGET_acknowledge] = span->acknowledge_ms,
	    [TARGET_resolve] = span->resolve_ms,
	};
	cJSON *targets = put_object(facts, "targets");
	int kind;

	for (kind = 0; kind < TARGET_COUNT; kind++)
		if (spans[kind] > 0)
			put_signed(targets, words_name(WORDS_TARGET, kind),
			    spans[kind]);
}

/* ---- escalation ---- */

/* What configuration has for the level; NULL beyond the chain's end. */
static const struct config_level *
level_row(const struct config *config, unsigned level)
{
	return level <= config->chain_count ? &config->chain[level - 1] : NULL;
}

/* Is the hook for the levels alone that name it? */
static bool
is_named(const struct config *config, const char *hook)
{
	size_t i;

	for (i = 0; i < config->chain_count; i++)
		if (strcmp(config->chain[i].hook, hook) == 0)
			return true;
	return false;
}

/* Tells the level's own hook, and those that are told of every level. */
static enum err
notify(struct decision *d, const struct incident *incident,
    const struct config_level *row)
{
	const struct config *config = d->config;
	const struct config_hook *hook;
	enum err err = OK;
	size_t i;

	for (i = 0; i < config->hooks_count && err == OK; i++) {
		hook = &config->hooks[i];
		if (!hook->on[OCCASION_escalated] ||
		    incident->severity < hook->severity)
			continue;
		if (is_named(config, hook->name) &&
		    (row == NULL || strcmp(row->hook, hook->name) != 0))
			continue;
		err = decision_queue(d, hook->name,
		    (struct ref){SUBJECT_INCIDENT, 0, incident->number},
		    OCCASION_escalated);
	}
	return err;
}

/* Assigns it to the level's person, unless that is not there any more. */
static enum err
assign(struct decision *d, struct incident *incident, const char *name,
    cJSON *escalated)
{
	struct person person;
	enum err err = person_by_name(d->txn, name, &person);

	if (err == ERR_MISSING ||
	    (err == OK &&
		(!person.active || person.token ||
		    !incident_shown_to(incident, person.number) ||
		    (person.roles & (ROLE_analyst | ROLE_lead)) == 0))) {
		put_text(escalated, "absent", name);
		return OK;
	}
	if (err != OK || person.number == incident->assignee)
		return err;
	put_number(decision_emit_incident(d, EVENT_incident_assigned, incident),
	    "to", person.number);
	return OK;
}

/* Raises the incident by one level; missed is the target's name, or NULL. */
static enum err
escalate(struct decision *d, struct incident *incident, const char *missed)
{
	const struct config_level *row =
	    level_row(d->config, ++incident->level);
	cJSON *facts =
	    decision_emit_incident(d, EVENT_incident_escalated, incident);
	enum err err = OK;

	put_number(facts, "level", incident->level);
	if (missed != NULL)
		put_text(facts, "target", missed);
	else
		decision_copy_text(d, "reason");
	if (row != NULL)
		put_text(facts, "chain", row->name);
	put_text(facts, "config", d->config->version);
	if (row != NULL && row->assign[0] != '\0')
		err = assign(d, incident, row->assign, facts);
	return err == OK ? notify(d, incident, row) : err;
}

enum err
decide_escalate(struct decision *d)
{
	struct incident incident;
	const struct config_level *row;
	enum err err;
	cJSON *answer;

	err = decision_open_incident(d, &incident);
	if (err == OK && incident.level >= LIMIT_ESCALATION_LEVEL_MAX)
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is at level %u, beyond which there is "
		    "none: assign it to somebody",
		    incident.number, incident.level);
	if (err == OK)
		err = escalate(d, &incident, NULL);
	if (err != OK)
		return err;
	answer = decision_answer_incident(d, &incident);
	put_number(answer, "level", incident.level);
	row = level_row(d->config, incident.level);
	if (row != NULL)
		put_text(answer, "chain", row->name);
	return OK;
}

/* ---- steps ---- */

bool
decision_is_late(const struct decision *d, uint64_t due_ms)
{
	return due_ms < d->since_ms || d->now_ms - due_ms > LIMIT_TIMER_LATE_MS;
}

enum err
decision_target(struct decision *d, const struct timer_row *timer, bool *raised)
{
	enum target_kind kind = (enum target_kind)timer->b;
	struct incident incident;
	struct incident_target target;
	unsigned percent;
	cJSON *facts;
	enum err err;

	*raised = false;
	err = target_get(d->txn, timer->a, kind, &target);
	if (err == OK)
		err = incident_get(d->txn, timer->a, &incident);
	if (err != OK)
		return err;
	percent = target_next_percent(target.percent);
	*raised = percent == 100 && incident.level < LIMIT_ESCALATION_LEVEL_MAX;
	facts = decision_emit(d, EVENT_target_step,
	    (struct ref){SUBJECT_INCIDENT, 0, incident.number});
	put_word(facts, "target", WORDS_TARGET, (int)kind);
	put_number(facts, "percent", percent);
	put_number(facts, "due", target_due_ms(&target));
	/* As long as somebody further up is left to hear of it. */
	if (*raised && incident.level + 1 < d->config->chain_count &&
	    d->config->escalation_repeat_ms > 0)
		put_signed(facts, "again_ms", d->config->escalation_repeat_ms);
	if (decision_is_late(d, timer->due_ms))
		put_flag(facts, "late", true);
	if (!*raised)
		return OK;
	return escalate(d, &incident, words_name(WORDS_TARGET, (int)kind));
}
