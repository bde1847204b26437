/* split: an incident of its own for alerts that were wrongly joined. */
#include <inttypes.h>
#include <stdio.h>

#include "broker/decision.h"

struct split {
	struct decision *d;
	const struct incident *from;
	cJSON *alerts; /* the parts that go along, as references */
	size_t count;
	struct alert_part worst;
};

/* Takes the part along, if it is the incident's. */
static enum err
take_part(struct split *split, uint64_t alert, uint32_t number, bool *taken)
{
	struct alert_part part;
	struct incident holder;
	enum err err = alert_part_get(split->d->txn, alert, number, &part);

	*taken = false;
	if (err != OK || part.incident == 0)
		return err;
	/* What was merged into it shows its alerts here too. */
	err = incident_resolve(split->d->txn, part.incident, &holder);
	if (err != OK || holder.number != split->from->number)
		return err;
	if (split->count == LIMIT_SPLIT_ALERTS_MAX)
		return decision_refuse(split->d, ERR_TOO_LARGE, "alerts",
		    "a split takes at most %d alerts along: split again for "
		    "the rest",
		    LIMIT_SPLIT_ALERTS_MAX);
	put_ref(
	    split->alerts, NULL, (struct ref){SUBJECT_ALERT, number, alert});
	if (split->count == 0 || part.severity > split->worst.severity)
		split->worst = part;
	split->count++;
	*taken = true;
	return OK;
}

static enum err
take_alert(struct split *split, struct ref ref)
{
	uint32_t i, first = 1, last;
	struct alert alert;
	char text[REF_TEXT_MAX];
	bool taken, any = false;
	enum err err = alert_get(split->d->txn, ref.number, &alert);

	if (err == OK && ref.part > alert.parts)
		err = ERR_MISSING;
	if (err == OK) {
		last = alert.parts;
		if (ref.part != 0)
			first = last = ref.part;
		for (i = first; i <= last && err == OK; i++) {
			err = take_part(split, ref.number, i, &taken);
			any |= err == OK && taken;
		}
	}
	if (err != OK && err != ERR_MISSING)
		return err;
	if (any)
		return OK;
	return decision_refuse(split->d, ERR_INVALID, "alerts",
	    "%s is no alert of INC-%" PRIu64, ref_format(ref, text),
	    split->from->number);
}

static enum err
take_alerts(struct split *split)
{
	const cJSON *item;
	struct ref ref;
	enum err err = OK;

	cJSON_ArrayForEach (item, ask_json(split->d->ask, "alerts")) {
		if (err == OK)
			err = ref_parse(item->valuestring, &ref);
		if (err == OK)
			err = take_alert(split, ref);
	}
	if (err != OK || split->count > 0)
		return err;
	return decision_refuse(split->d, ERR_INVALID, "alerts",
	    "name at least one alert of INC-%" PRIu64, split->from->number);
}

static enum err
emit_opened(const struct split *split, struct incident *incident)
{
	struct decision *d = split->d;
	char source[LIMIT_NAME_BYTES_MAX + 1];
	struct alert alert;
	cJSON *facts;
	enum err err = alert_get(d->txn, split->worst.alert, &alert);

	if (err == OK)
		err = source_name(d->txn, alert.source, source);
	if (err == OK)
		err = decision_number(
		    d, EVENT_incident_opened, &incident->number);
	if (err != OK)
		return err;
	incident->revision = 1;
	incident->severity = (enum severity)ask_word(
	    d->ask, "severity", (int)split->worst.severity);
	facts = decision_emit(d, EVENT_incident_opened,
	    (struct ref){SUBJECT_INCIDENT, 0, incident->number});
	put_number(facts, "revision", 1);
	put_word(facts, "severity", WORDS_SEVERITY, (int)incident->severity);
	put_word(facts, "kind", WORDS_KIND, (int)split->from->kind);
	put_word(facts, "classification", WORDS_RSIT,
	    (int)split->worst.classification);
	put_word(facts, "tlp", WORDS_TLP, (int)split->from->tlp);
	put_word(facts, "pap", WORDS_PAP, (int)split->from->pap);
	put_ref(facts, "alert",
	    (struct ref){SUBJECT_ALERT, split->worst.part, split->worst.alert});
	put_text(facts, "source", source);
	put_number(facts, "detected", alert.received_ms);
	if (split->worst.occurred_ms != 0)
		put_number(facts, "occurred", split->worst.occurred_ms);
	put_text(facts, "config", d->config->version);
	decision_put_targets(d, facts, incident->severity);
	decision_copy_text(d, "title");
	return OK;
}

static enum err
emit_split(struct split *split, struct incident *incident)
{
	struct decision *d = split->d;
	cJSON *facts;
	enum err err = emit_opened(split, incident);

	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_incident_split, incident);
	put_incident(facts, "other", split->from->number);
	put_item(facts, "alerts", split->alerts);
	split->alerts = NULL;
	decision_copy_text(d, "reason");
	put_incident(
	    decision_answer_incident(d, incident), "from", split->from->number);
	return decision_notify(
	    d, incident->number, incident->severity, OCCASION_opened);
}

enum err
decide_split(struct decision *d)
{
	struct incident from, incident = {.number = 0};
	struct split split = {.d = d, .from = &from};
	enum err err = decision_incident(d, &from);

	if (err == OK && text_blank(ask_text(d->ask, "title")))
		err = decision_refuse(d, ERR_INVALID, "title",
		    "title is empty: say in one line what happened");
	if (err == OK && from.restricted)
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is restricted: what leaves it would be "
		    "shown to everybody; unrestrict it first",
		    from.number);
	if (err != OK)
		return err;
	split.alerts = put_array(NULL, NULL);
	err = take_alerts(&split);
	if (err == OK)
		err = emit_split(&split, &incident);
	cJSON_Delete(split.alerts);
	return err;
}
