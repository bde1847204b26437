/* The parts of a delivery, and the delivery as the sum of them. */
#include "store/fold_entry.h"

/* The status that a part has when the entry does not say. */
static const enum alert_status STATUS_AFTER[DISPOSITION_COUNT] = {
    [DISPOSITION_waiting] = ALERT_STATUS_new,
    [DISPOSITION_opened] = ALERT_STATUS_promoted,
    [DISPOSITION_attached] = ALERT_STATUS_merged,
    [DISPOSITION_kept] = ALERT_STATUS_new,
    [DISPOSITION_resolved] = ALERT_STATUS_closed,
    [DISPOSITION_unreadable] = ALERT_STATUS_new,
    [DISPOSITION_failed] = ALERT_STATUS_new,
    [DISPOSITION_tested] = ALERT_STATUS_closed,
    [DISPOSITION_suppressed] = ALERT_STATUS_suppressed,
};

static void
part_read(struct facts *facts, struct alert_part *part)
{
	part->disposition = facts_word(
	    facts, "disposition", WORDS_DISPOSITION, DISPOSITION_kept);
	part->status = facts_word(facts, "status", WORDS_ALERT_STATUS,
	    (int)STATUS_AFTER[part->disposition]);
	part->severity =
	    facts_word(facts, "severity", WORDS_SEVERITY, SEVERITY_info);
	part->classification =
	    facts_word(facts, "classification", WORDS_RSIT, RSIT_unclassified);
	part->incident = facts_ref(facts, "incident", SUBJECT_INCIDENT, 0);
	part->occurred_ms = facts_number(facts, "occurred", 0);
	(void)facts_hex(facts, "cluster", part->cluster, sizeof(part->cluster));
	(void)facts_hex(facts, "rule", part->rule, sizeof(part->rule));
}

static enum err
part_move(struct folding *f, const struct alert_part *part, uint64_t from,
    uint64_t to)
{
	enum err err = OK;

	if (from != 0 && from != to)
		err = fold_incident_alert(
		    f, from, part->alert, part->part, false);
	if (err == OK && to != 0)
		err = fold_incident_alert(f, to, part->alert, part->part, true);
	return err;
}

static enum err
part_write(struct folding *f, const struct alert_part *part)
{
	enum err err = alert_part_put(f->txn, part);

	if (err != OK)
		return err;
	return alert_open_set(
	    f->txn, part->alert, part->part, part->status == ALERT_STATUS_new);
}

/* What belongs to an incident stays there unless triage says where else. */
static void
part_keep_place(struct alert_part *part, const struct alert_part *old)
{
	if (part->incident != 0 || old->incident == 0)
		return;
	part->incident = old->incident;
	part->status = old->status;
}

static enum err
part_triaged(struct folding *f, const struct alert *alert, const cJSON *item,
    uint32_t index)
{
	struct facts facts = {.json = item, .bad = !cJSON_IsObject(item)};
	struct alert_part part = {.alert = alert->number,
	    .part = (uint32_t)facts_number(&facts, "p", index + 1ull),
	    .seq = f->entry->seq,
	    .index = index};
	struct alert_part old = {.incident = 0};
	bool again;
	enum err err;

	part_read(&facts, &part);
	if (part.part != index + 1)
		facts.bad = true;
	err = alert_part_get(f->txn, part.alert, part.part, &old);
	if (err != OK && err != ERR_MISSING)
		return err;
	again = err == OK &&
		memcmp(old.cluster, part.cluster, CLUSTER_KEY_BYTES) == 0;
	part_keep_place(&part, &old);
	err = part_move(f, &part, old.incident, part.incident);
	if (err == OK)
		err = part_write(f, &part);
	if (err == OK && part.disposition != DISPOSITION_tested &&
	    part.disposition != DISPOSITION_suppressed)
		err = fold_cluster(f, &facts, &part, again);
	f->facts.bad |= facts.bad;
	return err;
}

static enum err
part_drop(struct folding *f, const struct alert *alert, uint32_t number)
{
	struct alert_part part;
	enum err err = alert_part_get(f->txn, alert->number, number, &part);

	if (err == OK)
		err = part_move(f, &part, part.incident, 0);
	if (err == OK)
		err = alert_open_set(f->txn, alert->number, number, false);
	if (err == OK)
		err = alert_part_delete(f->txn, alert->number, number);
	return err;
}

/* Raises *count to the last of the older parts that an incident has. */
static enum err
parts_keep(struct folding *f, const struct alert *alert, uint32_t *count)
{
	uint32_t beyond = *count;
	enum err err = OK;

	for (uint32_t i = beyond + 1; i <= alert->parts && err == OK; i++) {
		struct alert_part part;

		err = alert_part_get(f->txn, alert->number, i, &part);
		if (err == OK && part.incident != 0)
			*count = i;
	}
	return err;
}

enum err
fold_alert_parts(
    struct folding *f, struct alert *alert, const cJSON *parts, bool remapped)
{
	const cJSON *item;
	uint32_t count = 0;
	enum err err = OK;

	cJSON_ArrayForEach (item, parts) {
		if (err == OK)
			err = part_triaged(f, alert, item, count);
		count++;
	}
	if (err == OK && remapped)
		err = parts_keep(f, alert, &count);
	for (uint32_t i = count + 1; i <= alert->parts && err == OK; i++)
		err = part_drop(f, alert, i);
	alert->parts = count;
	return err;
}

static enum err
cluster_join(struct folding *f, const struct alert_part *part)
{
	struct cluster cluster;
	enum err err = cluster_get(f->txn, part->cluster, &cluster);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	cluster.incident = part->incident;
	return cluster_put(f->txn, &cluster);
}

enum err
fold_alert_part_set(struct folding *f, struct alert_part *part,
    enum alert_status status, uint64_t incident)
{
	uint64_t old = part->incident;
	enum err err = part_move(f, part, old, incident);

	part->status = status;
	part->incident = incident;
	if (err == OK)
		err = part_write(f, part);
	if (err == OK && incident != old)
		err = cluster_join(f, part);
	return err;
}

enum err
fold_alert_sum(struct folding *f, struct alert *alert)
{
	enum alert_status least = ALERT_STATUS_closed;
	bool open;
	enum err err = OK;

	for (uint32_t i = 1; i <= alert->parts && err == OK; i++) {
		struct alert_part part;

		err = alert_part_get(f->txn, alert->number, i, &part);
		if (err == OK && part.status < least)
			least = part.status;
	}
	if (err != OK)
		return err;
	if (alert->parts > 0)
		alert->status = least;
	/* Nobody has to look at a test that failed but whoever made it. */
	else if (alert->test && alert->disposition != DISPOSITION_waiting)
		alert->status = ALERT_STATUS_closed;
	/* A delivery without parts waits for a person by itself. */
	open = alert->parts == 0 && alert->status == ALERT_STATUS_new &&
	       alert->disposition != DISPOSITION_waiting;
	err = alert_open_set(f->txn, alert->number, 0, open);
	return err == OK ? alert_put(f->txn, alert) : err;
}

static enum err
alert_disposition_set(
    struct folding *f, uint64_t number, enum disposition disposition)
{
	struct alert alert;
	enum err err = alert_get(f->txn, number, &alert);

	/* What is read again for its fields' sake is no worse for failing. */
	if (err == OK && alert.remap)
		return OK;
	if (err == OK && !alert.test)
		err = fold_source_disposition(
		    f, alert.source, alert.disposition, disposition);
	if (err != OK)
		return err;
	alert.disposition = disposition;
	return fold_alert_sum(f, &alert);
}

enum err
fold_alert_failed(struct folding *f, uint64_t alert)
{
	return alert_disposition_set(f, alert, DISPOSITION_failed);
}

enum err
fold_alert_waits(struct folding *f, uint64_t alert)
{
	return alert_disposition_set(f, alert, DISPOSITION_waiting);
}
