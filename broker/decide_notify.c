/* What came of notifications. */
#include <inttypes.h>
#include <string.h>

#include "broker/settle.h"
#include "protocol/json.h"

/* The reasons for which a notification is not sent. */
static bool
drop_valid(const char *reason)
{
	return strcmp(reason, "tlp") == 0 ||
	       strcmp(reason, "restricted") == 0 ||
	       strcmp(reason, "no_such_hook") == 0;
}

static enum err
check_outcome(struct decision *d, const cJSON *outcome, uint64_t number)
{
	const cJSON *detail =
	    cJSON_GetObjectItemCaseSensitive(outcome, "detail");
	const cJSON *drop = cJSON_GetObjectItemCaseSensitive(outcome, "drop");
	int members = 1 + (detail != NULL) + (drop != NULL);

	if (!cJSON_IsObject(outcome) ||
	    cJSON_GetArraySize(outcome) != members ||
	    json_number(outcome, "notification", 0) != (int64_t)number)
		return decision_refuse(d, ERR_INVALID, "outcomes",
		    "the outcome of notification %" PRIu64 " belongs here: "
		    "notification, then detail or drop",
		    number);
	if (detail != NULL && !cJSON_IsString(detail))
		return decision_refuse(
		    d, ERR_INVALID, "outcomes", "detail is not a string");
	if (detail != NULL &&
	    strlen(detail->valuestring) > LIMIT_OUTCOME_DETAIL_BYTES_MAX)
		return decision_refuse(d, ERR_TOO_LARGE, "outcomes",
		    "detail is over %d bytes", LIMIT_OUTCOME_DETAIL_BYTES_MAX);
	if (drop != NULL &&
	    (!cJSON_IsString(drop) || !drop_valid(drop->valuestring)))
		return decision_refuse(d, ERR_INVALID, "outcomes",
		    "drop is neither tlp, restricted nor no_such_hook");
	return OK;
}

static enum err
settle_one(struct decision *d, const cJSON *outcome, uint64_t number)
{
	const char *drop = json_text(outcome, "drop");
	const char *detail = json_text(outcome, "detail");
	struct notification row;
	cJSON *facts;
	enum err err;

	err = notification_get(d->txn, number, &row);
	if (err != OK || row.done)
		return err;
	facts = decision_emit(d,
	    drop != NULL ? EVENT_notification_dropped : EVENT_notification_sent,
	    (struct ref){SUBJECT_NOTIFICATION, 0, number});
	put_text(facts, "hook", row.hook);
	if (row.alert != 0)
		put_ref(facts, "alert",
		    (struct ref){SUBJECT_ALERT, row.alert_part, row.alert});
	else
		put_incident(facts, "incident", row.incident);
	if (drop != NULL)
		put_text(facts, "reason", drop);
	else if (detail != NULL)
		put_text(decision_text(d), "detail", detail);
	return d->flush(d->flush_arg, d);
}

enum err
settle_notify(
    struct decision *d, const struct lease *lease, const cJSON *outcomes)
{
	uint64_t items = lease->last - lease->first + 1;
	uint64_t number = lease->first;
	const cJSON *outcome;
	enum err err;

	if ((uint64_t)cJSON_GetArraySize(outcomes) != items)
		return decision_refuse(d, ERR_INVALID, "outcomes",
		    "lease %" PRIu64 " has %" PRIu64 " items: one outcome for "
		    "each",
		    lease->number, items);
	cJSON_ArrayForEach (outcome, outcomes) {
		err = check_outcome(d, outcome, number++);
		if (err != OK)
			return err;
	}
	number = lease->first;
	cJSON_ArrayForEach (outcome, outcomes) {
		err = settle_one(d, outcome, number++);
		if (err != OK)
			return err;
	}
	return OK;
}
