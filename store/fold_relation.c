/* How incidents stand to each other: merged, linked, split, restricted. */
#include "store/fold_entry.h"

struct pair {
	struct incident before, after; /* of the entry's subject */
	uint64_t other;
};

static enum err
subject_begin(struct folding *f, struct pair *pair)
{
	enum err err =
	    incident_get(f->txn, f->entry->subject.number, &pair->before);

	if (err != OK)
		return err;
	pair->after = pair->before;
	pair->after.revision =
	    facts_number(&f->facts, "revision", pair->before.revision + 1);
	pair->after.updated_ms = f->entry->time_ms;
	pair->after.unread = false;
	return OK;
}

/* As subject_begin, for an entry that names another incident. */
static enum err
pair_begin(struct folding *f, struct pair *pair)
{
	pair->other = facts_ref(&f->facts, "other", SUBJECT_INCIDENT, 0);
	if (pair->other == 0 || pair->other == f->entry->subject.number)
		return ERR_CORRUPT;
	return subject_begin(f, pair);
}

static enum err
subject_end(struct folding *f, struct pair *pair)
{
	/* What is merged is worked elsewhere; unmerged, it is due again. */
	enum err err = fold_targets(f, &pair->before, &pair->after);

	return err == OK ? incident_put(f->txn, &pair->before, &pair->after)
			 : err;
}

/* ---- merged ---- */

/* A depth that was reached stays: it bounds, it does not count. */
static enum err
depth_grow(struct folding *f, uint64_t into, unsigned depth)
{
	struct incident before, after;
	enum err err = incident_get(f->txn, into, &before);

	if (err != OK)
		return err;
	after = before;
	after.updated_ms = f->entry->time_ms;
	if (after.merge_depth < depth)
		after.merge_depth = depth;
	return incident_put(f->txn, &before, &after);
}

enum err
fold_incident_merged(struct folding *f)
{
	struct pair pair;
	enum err err = pair_begin(f, &pair);

	if (err != OK)
		return err;
	pair.after.merged_into = pair.other;
	pair.after.merged_from = pair.before.status;
	pair.after.status = STATUS_closed;
	pair.after.verdict = VERDICT_duplicate;
	pair.after.closed_ms = f->entry->time_ms;
	pair.after.closed_seq = f->entry->seq;
	err = subject_end(f, &pair);
	if (err == OK)
		err = incident_merged_set(
		    f->txn, pair.other, pair.after.number, true);
	return err == OK
		   ? depth_grow(f, pair.other, pair.before.merge_depth + 1)
		   : err;
}

enum err
fold_incident_unmerged(struct folding *f)
{
	struct pair pair;
	enum err err = pair_begin(f, &pair);

	if (err != OK)
		return err;
	if (pair.before.merged_into != pair.other)
		return ERR_CORRUPT;
	pair.after.merged_into = 0;
	pair.after.status = facts_word(
	    &f->facts, "to", WORDS_STATUS, (int)pair.before.merged_from);
	pair.after.verdict = VERDICT_none;
	pair.after.closed_ms = 0;
	pair.after.closed_seq = 0;
	err = subject_end(f, &pair);
	return err == OK ? incident_merged_set(
			       f->txn, pair.other, pair.after.number, false)
			 : err;
}

/* ---- linked ---- */

enum err
fold_incident_linked(struct folding *f)
{
	struct pair pair;
	enum err err = pair_begin(f, &pair);

	if (err == OK)
		err = subject_end(f, &pair);
	return err == OK
		   ? incident_link_put(f->txn, pair.after.number, pair.other,
			 facts_word(&f->facts, "relation", WORDS_RELATION,
			     RELATION_relates_to))
		   : err;
}

enum err
fold_incident_unlinked(struct folding *f)
{
	struct pair pair;
	enum err err = pair_begin(f, &pair);

	if (err == OK)
		err = subject_end(f, &pair);
	return err == OK
		   ? incident_link_delete(f->txn, pair.after.number, pair.other)
		   : err;
}

/* ---- split ---- */

static enum err
part_take(struct folding *f, uint64_t number, uint32_t only, uint64_t incident)
{
	struct alert alert;
	struct alert_part part;
	enum err err = alert_get(f->txn, number, &alert);

	if (err == OK && (only == 0 || only > alert.parts))
		return ERR_CORRUPT;
	if (err == OK)
		err = alert_part_get(f->txn, number, only, &part);
	if (err == OK)
		err = fold_alert_part_set(f, &part, part.status, incident);
	return err == OK ? fold_alert_sum(f, &alert) : err;
}

enum err
fold_incident_split(struct folding *f)
{
	const cJSON *item;
	struct pair pair;
	struct ref ref;
	enum err err = pair_begin(f, &pair);

	if (err == OK)
		err = subject_end(f, &pair);
	cJSON_ArrayForEach (item, facts_array(&f->facts, "alerts")) {
		if (err != OK)
			return err;
		if (!cJSON_IsString(item) ||
		    ref_parse(item->valuestring, &ref) != OK ||
		    ref.type != SUBJECT_ALERT)
			return ERR_CORRUPT;
		err = part_take(f, ref.number, ref.part, pair.after.number);
	}
	return err;
}

/* ---- restricted ---- */

enum err
fold_incident_restricted(struct folding *f)
{
	const cJSON *item;
	struct pair pair;
	enum err err = subject_begin(f, &pair);

	if (err != OK)
		return err;
	pair.after.restricted = true;
	pair.after.grants_count = 0;
	cJSON_ArrayForEach (item, facts_array(&f->facts, "named")) {
		if (!cJSON_IsNumber(item) ||
		    pair.after.grants_count == LIMIT_GRANTS_MAX)
			return ERR_CORRUPT;
		pair.after.grants[pair.after.grants_count++] =
		    (uint32_t)item->valuedouble;
	}
	return subject_end(f, &pair);
}

enum err
fold_incident_unrestricted(struct folding *f)
{
	struct pair pair;
	enum err err = subject_begin(f, &pair);

	if (err != OK)
		return err;
	pair.after.restricted = false;
	pair.after.grants_count = 0;
	return subject_end(f, &pair);
}
