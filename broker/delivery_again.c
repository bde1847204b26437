/* A delivery that is read again for its fields' sake: what of it stays. */
#include "broker/delivery.h"
#include "protocol/json.h"

/* It stays what and where it is; its incident learns what is new to it. */
static enum err
stay(struct delivery *delivery, const struct outcome_part *part,
    const struct alert_part *old, struct mapped *mapped)
{
	struct incident incident;
	enum err err;

	mapped->disposition = old->disposition;
	mapped->has_status = true;
	mapped->status = old->status;
	mapped->incident = old->incident;
	mapped_reason(mapped, "stays");
	if (old->incident == 0 || part->wish >= WISH_resolve)
		return OK;
	err = delivery_incident(delivery, old->incident, &incident);
	if (err != OK || !status_is_open(incident.status))
		return err;
	return delivery_raise(delivery, part, mapped, &incident);
}

/* Was it closed by a person, and not by its source's word? */
static bool
is_closed_by_hand(const struct alert_part *part)
{
	return part->status == ALERT_STATUS_closed &&
	       part->disposition != DISPOSITION_resolved;
}

enum err
delivery_stay(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped, enum alert_status *before, bool *stays)
{
	const struct alert *alert = &delivery->alert;
	struct alert_part old = {
	    .disposition = DISPOSITION_kept, .status = ALERT_STATUS_new};
	enum err err;

	err =
	    alert_part_get(delivery->d->txn, alert->number, part->number, &old);
	if (err != OK && err != ERR_MISSING)
		return err;
	/* What could not be read was closed, or seen, as a whole. */
	if (err == ERR_MISSING && alert->parts == 0)
		old.status = alert->status;
	*before = old.status;
	*stays = old.incident != 0 || is_closed_by_hand(&old);
	return *stays ? stay(delivery, part, &old, mapped) : OK;
}

bool
delivery_stays_whole(const struct alert *alert, const cJSON *parts)
{
	if (!alert->remap)
		return false;
	if (alert->parts > 0)
		return cJSON_GetArraySize(parts) == 0;
	return alert->status == ALERT_STATUS_promoted ||
	       alert->status == ALERT_STATUS_merged;
}

enum err
delivery_unchanged(struct delivery *delivery, const cJSON *outcome)
{
	const char *why = json_text(outcome, "fault");
	struct decision *d = delivery->d;
	cJSON *facts;
	enum err err;

	err = delivery_room(delivery, 1);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_alert_triaged,
	    (struct ref){SUBJECT_ALERT, 0, delivery->alert.number});
	put_text(facts, "config", d->config->version);
	put_text(facts, "format", json_text(outcome, "format"));
	put_word(facts, "disposition", WORDS_DISPOSITION,
	    (int)delivery->alert.disposition);
	put_flag(facts, "remap", true);
	put_flag(facts, "unchanged", true);
	if (why != NULL)
		put_text(decision_text(d), "fault", why);
	return d->flush(d->flush_arg, d);
}
