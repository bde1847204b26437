/* Acknowledgements by the source: what they name is seen, no more. */
#include "broker/delivery.h"

/* What the source says was seen: ERR_MISSING when we know of no such thing. */
static enum err
find_named(const struct delivery *delivery, const struct outcome_part *part,
    struct alert_part *named, bool *over)
{
	struct state_txn *txn = delivery->d->txn;
	struct external external;
	enum err err;

	if (!part->has_external)
		return ERR_MISSING;
	err = external_get(txn, part->cluster, part->external, &external);
	if (err == OK)
		err = alert_part_get(txn, external.alert, external.part, named);
	*over = err == OK && external.resolved;
	return err;
}

/* It is with the incident of what it names, while that is open. */
static enum err
join(struct delivery *delivery, const struct alert_part *named,
    struct mapped *mapped)
{
	struct incident incident;
	enum err err;

	if (named->incident == 0)
		return OK;
	err = delivery_incident(delivery, named->incident, &incident);
	if (err != OK || !status_is_open(incident.status))
		return err;
	mapped->disposition = DISPOSITION_attached;
	mapped->status = ALERT_STATUS_merged;
	mapped->incident = incident.number;
	return OK;
}

static enum err
emit_acknowledged(struct delivery *delivery, const struct outcome_part *part,
    const struct alert_part *named)
{
	enum err err = delivery_room(delivery, 1);

	if (err != OK)
		return err;
	put_ref(decision_emit(delivery->d, EVENT_alert_acknowledged,
		    (struct ref){SUBJECT_ALERT, named->part, named->alert}),
	    "by",
	    (struct ref){SUBJECT_ALERT, part->number, delivery->alert.number});
	return OK;
}

enum err
delivery_acknowledge(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped)
{
	struct alert_part named = {.incident = 0};
	bool over = false;
	enum err err = find_named(delivery, part, &named, &over);

	mapped->disposition = DISPOSITION_kept;
	mapped->aside = true;
	if (err == ERR_MISSING) {
		mapped_reason(mapped, "acknowledges_nothing");
		return OK;
	}
	if (err != OK)
		return err;
	mapped->has_status = true;
	mapped->status = ALERT_STATUS_closed;
	mapped_reason(mapped,
	    over ? "acknowledges_what_is_over" : "acknowledged_by_source");
	if (over)
		return OK;
	err = join(delivery, &named, mapped);
	if (err == OK && named.status == ALERT_STATUS_new)
		err = emit_acknowledged(delivery, part, &named);
	return err;
}
