/* What people do with alerts: acknowledge, close, promote, triage again. */
#include <inttypes.h>
#include <stdio.h>

#include "broker/decision.h"

/* What the field "alert" names: a delivery, or one part of it. */
struct target {
	struct ref ref;
	char text[REF_TEXT_MAX];
	struct alert alert;
	/* Of the parts that it names, or of the delivery when it has none. */
	size_t fresh; /* status new */
	size_t open; /* not closed and in no incident */
	size_t attached; /* in an incident */
	char where[96]; /* one of those: "ALR-7/2 belongs to INC-3" */
	struct alert_part worst; /* of highest severity; part 0 for none */
};

static void
count_one(struct target *target, enum alert_status status)
{
	if (status == ALERT_STATUS_new)
		target->fresh++;
	if (status == ALERT_STATUS_promoted || status == ALERT_STATUS_merged)
		target->attached++;
	else if (status != ALERT_STATUS_closed)
		target->open++;
}

static void
count_part(struct target *target, const struct alert_part *part)
{
	struct ref ref = {SUBJECT_ALERT, part->part, part->alert};
	char text[REF_TEXT_MAX];

	/* What its source resolved inside an incident is that incident's. */
	count_one(
	    target, part->incident != 0 ? ALERT_STATUS_merged : part->status);
	if (part->incident != 0 && target->where[0] == '\0')
		(void)snprintf(target->where, sizeof(target->where),
		    "%s belongs to INC-%" PRIu64, ref_format(ref, text),
		    part->incident);
	if (target->worst.part == 0 || part->severity > target->worst.severity)
		target->worst = *part;
}

/* What belongs to a restricted incident is nobody else's to touch. */
static enum err
check_shown(struct decision *d, const struct target *target,
    const struct alert_part *part)
{
	struct incident incident;
	enum err err;

	if (part->incident == 0)
		return OK;
	err = incident_get(d->txn, part->incident, &incident);
	if (err != OK || incident_shown_to(&incident, d->actor->number))
		return err;
	return decision_refuse(d, ERR_MISSING, "alert",
	    "there is no %s, or you may not know of it", target->text);
}

static enum err
count_parts(struct decision *d, struct target *target)
{
	uint32_t i, first = 1, last = target->alert.parts;
	struct alert_part part;
	enum err err;

	if (target->ref.part != 0)
		first = last = target->ref.part;
	for (i = first; i <= last; i++) {
		err = alert_part_get(d->txn, target->ref.number, i, &part);
		if (err == OK)
			err = check_shown(d, target, &part);
		if (err != OK)
			return err;
		count_part(target, &part);
	}
	return OK;
}

static enum err
find_target(struct decision *d, struct target *target)
{
	enum err err;

	*target = (struct target){.ref = ask_ref(d->ask, "alert")};
	(void)ref_format(target->ref, target->text);
	err = alert_get(d->txn, target->ref.number, &target->alert);
	if (err == OK && target->ref.part > target->alert.parts)
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "alert",
		    "there is no %s, or triage has not split it yet",
		    target->text);
	if (err != OK)
		return err;
	if (target->alert.parts > 0)
		return count_parts(d, target);
	count_one(target, target->alert.status);
	if (target->attached > 0)
		(void)snprintf(target->where, sizeof(target->where),
		    "%s belongs to an incident", target->text);
	return OK;
}

/* As find_target, for what triage has decided on and nobody attached. */
static enum err
find_loose_target(struct decision *d, struct target *target, const char *advice)
{
	enum err err = find_target(d, target);

	if (err != OK)
		return err;
	if (target->alert.disposition == DISPOSITION_waiting)
		return decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s is not triaged yet; try again in a moment",
		    target->text);
	if (target->attached > 0)
		return decision_refuse(
		    d, ERR_CONFLICT, "alert", "%s: %s", target->where, advice);
	return OK;
}

static void
answer_alert(struct decision *d, const struct target *target)
{
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "id", target->text);
}

enum err
decide_alert_ack(struct decision *d)
{
	struct target target;
	enum err err;

	err = find_target(d, &target);
	if (err != OK)
		return err;
	answer_alert(d, &target);
	if (target.fresh == 0)
		return OK;
	(void)decision_emit(d, EVENT_alert_acknowledged, target.ref);
	decision_copy_text(d, "comment");
	return OK;
}

enum err
decide_alert_close(struct decision *d)
{
	enum verdict verdict =
	    (enum verdict)ask_word(d->ask, "verdict", VERDICT_false_positive);
	struct target target;
	enum err err;

	err = find_loose_target(d, &target,
	    "close the incident, or the alert's other parts one by one");
	if (err != OK)
		return err;
	if (verdict == VERDICT_none)
		return decision_refuse(d, ERR_INVALID, "verdict",
		    "none stands for not yet closed: say what it was");
	if (text_blank(ask_text(d->ask, "reason")))
		return decision_refuse(d, ERR_INVALID, "reason",
		    "reason is empty: say why it did not become an incident");
	answer_alert(d, &target);
	if (target.open == 0)
		return OK;
	put_word(decision_emit(d, EVENT_alert_closed, target.ref), "verdict",
	    WORDS_VERDICT, verdict);
	decision_copy_text(d, "reason");
	return decision_callbacks(
	    d, &target.alert, OCCASION_closed, target.ref.part);
}

/* Where the incident came from, so that its cluster's next alerts join it. */
static enum err
put_origin(struct decision *d, const struct target *target, cJSON *facts)
{
	char source[LIMIT_NAME_BYTES_MAX + 1];
	struct ref origin = target->ref;
	enum err err;

	err = source_name(d->txn, target->alert.source, source);
	if (err != OK)
		return err;
	if (target->worst.part != 0) {
		origin.part = target->worst.part;
		put_hex(facts, "cluster", target->worst.cluster,
		    sizeof(target->worst.cluster));
		put_hex(facts, "rule", target->worst.rule,
		    sizeof(target->worst.rule));
		if (target->worst.occurred_ms != 0)
			put_number(
			    facts, "occurred", target->worst.occurred_ms);
	}
	put_ref(facts, "alert", origin);
	put_text(facts, "source", source);
	put_number(facts, "detected", target->alert.received_ms);
	return OK;
}

static enum err
emit_opened(
    struct decision *d, const struct target *target, struct incident *incident)
{
	enum rsit classification = RSIT_unclassified;
	int severity = SEVERITY_medium;
	cJSON *facts;
	enum err err;

	if (target->worst.part != 0) {
		severity = (int)target->worst.severity;
		classification = target->worst.classification;
	}
	incident->severity =
	    (enum severity)ask_word(d->ask, "severity", severity);
	incident->revision = 1;
	err = decision_number(d, EVENT_incident_opened, &incident->number);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_incident_opened,
	    (struct ref){SUBJECT_INCIDENT, 0, incident->number});
	put_number(facts, "revision", 1);
	put_word(facts, "severity", WORDS_SEVERITY, (int)incident->severity);
	put_word(facts, "kind", WORDS_KIND, KIND_incident);
	put_word(facts, "classification", WORDS_RSIT, (int)classification);
	put_word(facts, "tlp", WORDS_TLP, TLP_amber);
	put_word(facts, "pap", WORDS_PAP, PAP_amber);
	decision_put_targets(d, facts, incident->severity);
	put_text(facts, "config", d->config->version);
	/* Without a title of its own it is shown by its alert's. */
	decision_copy_text(d, "title");
	decision_copy_text(d, "reason");
	return put_origin(d, target, facts);
}

/* The incident to attach to, which stands and is open. */
static enum err
check_attach(struct decision *d, struct incident *incident)
{
	static const char *const opening[] = {"title", "severity"};
	size_t i;

	for (i = 0; i < sizeof(opening) / sizeof(opening[0]); i++)
		if (ask_has(d->ask, opening[i]))
			return decision_refuse(d, ERR_INVALID, opening[i],
			    "%s is for a new incident: update the one that it "
			    "joins",
			    opening[i]);
	return decision_open_incident(d, incident);
}

enum err
decide_alert_promote(struct decision *d)
{
	bool opens = !ask_has(d->ask, "incident");
	struct incident incident = {.number = 0};
	struct target target;
	cJSON *facts;
	enum err err;

	err = find_loose_target(d, &target, "it cannot be promoted again");
	if (err == OK && target.alert.test)
		err = decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s is a test, of which nothing comes: open an incident "
		    "by hand",
		    target.text);
	if (err == OK && ask_has(d->ask, "title") &&
	    text_blank(ask_text(d->ask, "title")))
		err = decision_refuse(d, ERR_INVALID, "title",
		    "title is empty: leave it out to take the alert's");
	if (err == OK)
		err = opens ? emit_opened(d, &target, &incident)
			    : check_attach(d, &incident);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_alert_promoted, target.ref);
	put_incident(facts, "incident", incident.number);
	if (!opens) {
		put_number(facts, "revision", ++incident.revision);
		decision_copy_text(d, "reason");
	}
	put_text(decision_answer_incident(d, &incident), "alert", target.text);
	err = decision_callbacks(
	    d, &target.alert, OCCASION_promoted, target.ref.part);
	if (err != OK || !opens)
		return err;
	return decision_notify(
	    d, incident.number, incident.severity, OCCASION_opened);
}

/* As find_target, for what can be read again for its fields' sake. */
static enum err
find_remap_target(struct decision *d, struct target *target)
{
	const struct alert *alert = &target->alert;
	enum err err = find_target(d, target);

	if (err != OK)
		return err;
	if (alert->disposition == DISPOSITION_waiting)
		return decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s is not triaged yet; try again in a moment",
		    target->text);
	if (alert->disposition == DISPOSITION_failed)
		return decision_refuse(d, ERR_CONFLICT, "alert",
		    "triage failed on %s: ask for it without remap",
		    target->text);
	if (alert->test)
		return decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s is a test: there is nothing to correct", target->text);
	if (alert->parts == 0 && target->attached > 0)
		return decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s, which is read again with its incident left alone "
		    "only where it has parts",
		    target->where);
	if (ask_has(d->ask, "seen") &&
	    (uint64_t)ask_number(d->ask, "seen", 0) != alert->triaged_seq)
		return decision_refuse(d, ERR_CONFLICT, "seen",
		    "%s was triaged again since, by entry %" PRIu64
		    ": look at it anew",
		    target->text, alert->triaged_seq);
	return OK;
}

enum err
decide_alert_retry(struct decision *d)
{
	bool remap = ask_flag(d->ask, "remap", false);
	struct target target;
	cJSON *facts;
	enum err err;

	if (ask_ref(d->ask, "alert").part != 0)
		return decision_refuse(d, ERR_INVALID, "alert",
		    "a delivery is triaged as a whole: ask for ALR-%" PRIu64,
		    ask_ref(d->ask, "alert").number);
	if (ask_has(d->ask, "seen") && !remap)
		return decision_refuse(
		    d, ERR_INVALID, "seen", "seen goes with remap alone");
	err = remap ? find_remap_target(d, &target)
		    : find_loose_target(d, &target,
			  "what an incident stands on is not triaged again; "
			  "`tocsin alert remap` reads its fields again");
	if (err == OK && target.alert.remap)
		err = decision_refuse(d, ERR_CONFLICT, "alert",
		    "%s is to be read again already; `tocsin jobs` shows "
		    "whether that failed",
		    target.text);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_alert_requeued, target.ref);
	if (remap)
		put_flag(facts, "remap", true);
	decision_copy_text(d, "reason");
	answer_alert(d, &target);
	return OK;
}
