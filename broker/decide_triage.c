/*
 * What triage's outcomes come to.  Workers race by design, so a wish is never
 * refused: here, in one thread and in order, it is mapped to open, attach,
 * keep or resolve.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "broker/delivery.h"
#include "broker/settle.h"
#include "protocol/json.h"

/* ---- clusters and windows ---- */

/*
 * Has a newer delivery spoken of the same external id?  Then this part comes
 * too late to open anything, or to close it.
 */
static enum err
part_is_late(const struct delivery *delivery, const struct outcome_part *part,
    bool *late, bool *resolved)
{
	struct external external;
	enum err err;

	*late = *resolved = false;
	if (!part->has_external)
		return OK;
	err = external_get(
	    delivery->d->txn, part->cluster, part->external, &external);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	*late = external.alert > delivery->alert.number ||
		(external.alert == delivery->alert.number &&
		    external.part > part->number);
	*resolved = external.resolved;
	return OK;
}

/* Is the cluster's last alert recent enough for this one to join? */
static bool
within_window(
    const struct delivery *delivery, const struct known_cluster *cluster)
{
	uint64_t window = (uint64_t)delivery->d->config->triage_window_ms;

	return cluster->last_ms + window >= delivery->alert.received_ms;
}

/* ---- what a part can come to ---- */

static enum err
attach(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped, struct incident *incident, const char *code)
{
	mapped->disposition = DISPOSITION_attached;
	mapped->incident = incident->number;
	mapped_reason(mapped, code);
	if (part->severity < delivery->d->config->triage_attach)
		mapped_reason(mapped, "below_attach");
	return delivery_raise(delivery, part, mapped, incident);
}

/* Begins the umbrella's window anew when it has passed. */
static void
renew_umbrella(const struct decision *d, struct umbrella *umbrella)
{
	uint64_t window = (uint64_t)d->config->triage_umbrella_window_ms;

	if (umbrella->since_ms != 0 && umbrella->since_ms + window > d->now_ms)
		return;
	umbrella->since_ms = d->now_ms;
	umbrella->opened = 0;
}

/*
 * Opens an incident, unless source and rule have opened as many as the
 * umbrella allows: then one umbrella incident takes what follows.
 */
static enum err
open_or_cover(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped, uint64_t follows)
{
	const struct config *config = delivery->d->config;
	struct umbrella *umbrella;
	struct incident incident;
	bool full;
	enum err err;

	err = delivery_umbrella(delivery, part->rule, &umbrella);
	if (err != OK)
		return err;
	renew_umbrella(delivery->d, umbrella);
	full = umbrella->opened >= (uint64_t)config->triage_umbrella;
	if (full && umbrella->incident != 0) {
		err =
		    delivery_incident(delivery, umbrella->incident, &incident);
		if (err != OK)
			return err;
		if (status_is_open(incident.status))
			return attach(
			    delivery, part, mapped, &incident, "umbrella");
	}
	if (full)
		mapped_reason(mapped, "umbrella");
	mapped->disposition = DISPOSITION_opened;
	err = delivery_open(delivery, part, mapped, follows, umbrella->since_ms,
	    full, &mapped->incident);
	if (full)
		umbrella->incident = mapped->incident;
	else
		umbrella->opened++;
	return err;
}

/* A part that fires: join the cluster's open incident, open one, or keep. */
static enum err
map_firing(struct delivery *delivery, const struct outcome_part *part,
    struct known_cluster *cluster, struct mapped *mapped)
{
	bool opens = part->wish == WISH_open;
	struct incident incident;
	uint64_t follows = 0;
	enum err err;

	if (cluster->incident != 0) {
		err = delivery_incident(delivery, cluster->incident, &incident);
		if (err != OK)
			return err;
		if (!status_is_open(incident.status)) {
			follows = incident.number;
			mapped_reason(mapped,
			    opens ? "follows_closed" : "incident_closed");
		} else if (within_window(delivery, cluster)) {
			return attach(
			    delivery, part, mapped, &incident, "cluster_open");
		} else {
			mapped_reason(mapped, "window_passed");
		}
	}
	if (opens)
		return open_or_cover(delivery, part, mapped, follows);
	mapped->disposition = DISPOSITION_kept;
	return OK;
}

/* A part that is over: it stays with the cluster's incident, if that is
 * open; closing that is a person's. */
static enum err
map_resolved(struct delivery *delivery, const struct known_cluster *cluster,
    struct mapped *mapped)
{
	struct incident incident;
	enum err err;

	mapped->disposition = DISPOSITION_resolved;
	if (cluster->incident == 0)
		return OK;
	err = delivery_incident(delivery, cluster->incident, &incident);
	if (err == OK && status_is_open(incident.status))
		mapped->incident = incident.number;
	return err;
}

static enum err
map_part(struct delivery *delivery, const struct outcome_part *part,
    struct known_cluster *cluster, struct mapped *mapped)
{
	bool late, resolved;
	enum err err;

	err = part_is_late(delivery, part, &late, &resolved);
	if (err != OK)
		return err;
	if (late)
		mapped_reason(mapped, "late");
	if (part->wish == WISH_acknowledge)
		return delivery_acknowledge(delivery, part, mapped);
	if (part->wish == WISH_resolve) {
		mapped_reason(mapped, "resolved_by_source");
		return map_resolved(delivery, cluster, mapped);
	}
	/* What was resolved since is history: it opens and joins nothing. */
	if (late && resolved) {
		mapped->disposition = DISPOSITION_resolved;
		return OK;
	}
	err = delivery_silence(delivery, part, &mapped->silence);
	if (err != OK)
		return err;
	if (mapped->silence != 0) {
		mapped->disposition = DISPOSITION_suppressed;
		mapped_reason(mapped, "silenced");
		return OK;
	}
	return map_firing(delivery, part, cluster, mapped);
}

/* A test says what would have come of it, and nothing does. */
static enum err
map_test(struct delivery *delivery, const struct outcome_part *part,
    const struct known_cluster *cluster, struct mapped *mapped)
{
	struct incident incident = {.status = STATUS_closed};
	enum err err = OK;

	mapped->disposition = DISPOSITION_tested;
	if (cluster->incident != 0)
		err = delivery_incident(delivery, cluster->incident, &incident);
	if (err != OK)
		return err;
	err = delivery_silence(delivery, part, &mapped->silence);
	if (err != OK)
		return err;
	if (part->wish == WISH_resolve)
		mapped_reason(mapped, "test_resolve");
	else if (mapped->silence != 0)
		mapped_reason(mapped, "test_silenced");
	else if (status_is_open(incident.status) &&
		 within_window(delivery, cluster))
		mapped_reason(mapped, "test_attach");
	else
		mapped_reason(mapped,
		    part->wish == WISH_open ? "test_open" : "test_keep");
	return OK;
}

/* What is read again for its fields' sake keeps what a person made of it. */
static enum err
map_again(struct delivery *delivery, const struct outcome_part *part,
    struct known_cluster *cluster, struct mapped *mapped)
{
	enum alert_status before;
	bool stays;
	enum err err = delivery_stay(delivery, part, mapped, &before, &stays);

	if (err != OK || stays)
		return err;
	err = map_part(delivery, part, cluster, mapped);
	mapped->has_status = before == ALERT_STATUS_acknowledged &&
			     mapped->disposition == DISPOSITION_kept;
	mapped->status = before;
	return err;
}

/* Has the cluster had these observables already?  Then they need no index. */
static void
compare_observables(const struct known_cluster *cluster, struct mapped *mapped)
{
	if (mapped->observables == NULL)
		return;
	outcome_observables_digest(mapped->observables, mapped->digest);
	mapped->has_digest = true;
	mapped->again =
	    memcmp(cluster->observables, mapped->digest, HASH8) == 0;
}

/*
 * What the part tells of its source's clock: it cannot have occurred after it
 * came; and what is new to us came about when it occurred, while what is told
 * again may have occurred long ago.  The mark says what is known by now.
 */
static enum err
look_at_clock(struct delivery *delivery, const struct outcome_part *part,
    const struct known_cluster *cluster, struct mapped *mapped)
{
	int64_t limit_ms = delivery->d->config->clock_skew_ms, skew_ms;
	uint64_t received_ms = delivery->alert.received_ms;
	struct source source;
	enum err err;

	if (part->occurred_ms == 0)
		return OK;
	mapped->lag_ms = (int64_t)received_ms - (int64_t)part->occurred_ms;
	/* A second reading of one delivery is no second sign. */
	mapped->has_lag = !delivery->alert.remap &&
			  (mapped->lag_ms < 0 || (part->wish != WISH_resolve &&
						     cluster->last_ms == 0));
	err = source_get(delivery->d->txn, delivery->alert.source, &source);
	if (err != OK)
		return err;
	skew_ms = source_skew_ms(&source, received_ms);
	if (-mapped->lag_ms > limit_ms || skew_ms > limit_ms ||
	    -skew_ms > limit_ms)
		mapped_reason(mapped, "clock_skewed");
	return OK;
}

/* The delivery as a whole did what the weightiest of its parts did. */
static enum disposition
weightier(enum disposition a, enum disposition b)
{
	static const enum disposition order[] = {DISPOSITION_opened,
	    DISPOSITION_attached, DISPOSITION_kept, DISPOSITION_suppressed,
	    DISPOSITION_resolved, DISPOSITION_tested};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == a || order[i] == b)
			return order[i];
	return DISPOSITION_unreadable;
}

static enum err
settle_part(struct delivery *delivery, const cJSON *json)
{
	struct mapped mapped = {.incident = 0};
	struct known_cluster *cluster;
	struct outcome_part part;
	enum err err;

	outcome_part_read(json, &part);
	err = delivery_cluster(delivery, part.cluster, &cluster);
	if (err != OK)
		return err;
	mapped.observables = outcome_observables(&part);
	compare_observables(cluster, &mapped);
	/* What was indexed of it before is not what it has now. */
	if (delivery->alert.remap)
		mapped.again = false;
	if (!delivery->alert.test)
		err = look_at_clock(delivery, &part, cluster, &mapped);
	if (err == OK && delivery->alert.test)
		err = map_test(delivery, &part, cluster, &mapped);
	else if (err == OK && delivery->alert.remap)
		err = map_again(delivery, &part, cluster, &mapped);
	else if (err == OK)
		err = map_part(delivery, &part, cluster, &mapped);
	if (err == OK) {
		delivery_add(delivery, &part, &mapped);
		delivery->disposition =
		    weightier(delivery->disposition, mapped.disposition);
		if (mapped.disposition == DISPOSITION_opened ||
		    mapped.disposition == DISPOSITION_attached)
			cluster->incident = mapped.incident;
		if (cluster->last_ms < delivery->alert.received_ms)
			cluster->last_ms = delivery->alert.received_ms;
		if (mapped.has_digest)
			memcpy(cluster->observables, mapped.digest, HASH8);
	}
	json_give_back(mapped.observables);
	return err;
}

/* ---- deliveries ---- */

static enum err
emit_triaged(struct delivery *delivery, const cJSON *outcome)
{
	const char *why = json_text(outcome, "fault");
	struct decision *d = delivery->d;
	cJSON *facts, *text;
	enum err err;

	err = delivery_room(delivery, 1 + d->config->callbacks_count);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_alert_triaged,
	    (struct ref){SUBJECT_ALERT, 0, delivery->alert.number});
	put_text(facts, "config", d->config->version);
	put_text(facts, "format", json_text(outcome, "format"));
	put_word(
	    facts, "disposition", WORDS_DISPOSITION, delivery->disposition);
	if (delivery->alert.remap)
		put_flag(facts, "remap", true);
	put_item(facts, "parts", delivery->parts);
	text = decision_text(d);
	put_item(text, "parts", delivery->text_parts);
	if (why != NULL)
		put_text(text, "fault", why);
	delivery->parts = delivery->text_parts = NULL;
	err = decision_callbacks(d, &delivery->alert, OCCASION_triaged, 0);
	return err == OK ? d->flush(d->flush_arg, d) : err;
}

/* Triaged already, by whoever had the lease before, and not asked again? */
static bool
is_settled(const struct alert *alert)
{
	return !alert->remap && alert->disposition != DISPOSITION_waiting &&
	       alert->disposition != DISPOSITION_failed;
}

static enum err
settle_delivery(struct decision *d, const cJSON *outcome, uint64_t alert)
{
	const cJSON *parts = cJSON_GetObjectItemCaseSensitive(outcome, "parts");
	struct delivery delivery;
	const cJSON *part;
	enum err err;

	err = delivery_begin(
	    &delivery, d, alert, (size_t)cJSON_GetArraySize(parts));
	if (err != OK || is_settled(&delivery.alert)) {
		delivery_end(&delivery);
		return err;
	}
	if (delivery_stays_whole(&delivery.alert, parts)) {
		err = delivery_unchanged(&delivery, outcome);
		delivery_end(&delivery);
		return err;
	}
	cJSON_ArrayForEach (part, parts) {
		err = settle_part(&delivery, part);
		if (err != OK)
			break;
	}
	if (err == OK)
		err = emit_triaged(&delivery, outcome);
	delivery_end(&delivery);
	return err;
}

/* Nothing that is made for one delivery outlives it: its events are flushed. */
static enum err
settle_in_pool(struct decision *d, const cJSON *outcome, uint64_t alert)
{
	struct json_pool pool;
	enum err err;

	assert(d->events_count == 0);
	json_pool_begin(&pool);
	err = settle_delivery(d, outcome, alert);
	if (err != OK)
		decision_drop(d);
	assert(d->events_count == 0);
	json_pool_leave(&pool);
	json_pool_end(&pool);
	return err;
}

enum err
settle_triage(
    struct decision *d, const struct lease *lease, const cJSON *outcomes)
{
	uint64_t items = lease->last - lease->first + 1;
	uint64_t alert = lease->first;
	char why[OUTCOME_WHY_MAX];
	const cJSON *outcome;
	enum err err;

	if ((uint64_t)cJSON_GetArraySize(outcomes) != items)
		return decision_refuse(d, ERR_INVALID, "outcomes",
		    "lease %" PRIu64 " has %" PRIu64
		    " items: one outcome for each",
		    lease->number, items);
	cJSON_ArrayForEach (outcome, outcomes) {
		err = outcome_check(outcome, alert, why);
		if (err != OK)
			return decision_refuse(d, err, "outcomes",
			    "outcomes[%" PRIu64 "]: %s", alert - lease->first,
			    why);
		alert++;
	}
	alert = lease->first;
	cJSON_ArrayForEach (outcome, outcomes) {
		err = settle_in_pool(d, outcome, alert++);
		if (err != OK)
			return err;
	}
	return OK;
}
