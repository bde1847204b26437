/*
 * Incidents as rows of the tables, with their indexes and counts.
 *
 * An incident:
 *
 *   revision u64; severity, status, kind, classification, verdict, impact,
 *   tlp, pap, flags (bit 0 major, 1 unread, 2 umbrella, 3 missed), number of tags, of
 *   techniques, of hosts u8 each; assignee, opened_by, source u32 each;
 *   follows, alerts, occurred, detected, opened, updated, acknowledged,
 *   triaged, contained, resolved, closed u64 each; level u8, due u64; the entries that occurred, detected, opened,
 *   acknowledged, triaged, contained, resolved, closed come from u64 each; tasks, open and
 *   mandatory ones, files u32 each; merged_into u64,
 *   merge_depth, merged_from, held_from, restricted, number of grants u8 each,
 *   grants (u32 each); configuration, tags,
 *   techniques (each length u8, characters); hosts (8 bytes each)
 */
#include <string.h>

#include "store/rows.h"

enum {
	FLAG_MAJOR = 1,
	FLAG_UNREAD = 2,
	FLAG_UMBRELLA = 4,
	FLAG_MISSED = 8,
	COUNT_OPEN = 1, /* in the table counts */
	INCIDENT_BYTES_MAX = 8 + 16 + 3 * 4 + 11 * 8 + 17 + 1 + 8 + 8 * 8 + 12 +
			     8 + 5 + LIMIT_GRANTS_MAX * 4 +
			     LIMIT_TAGS_MAX * (1 + LIMIT_NAME_BYTES_MAX) +
			     LIMIT_TECHNIQUES_MAX * 16 + LIMIT_HOSTS_MAX * HASH8
};

static void
words_encode(struct pack *value, const struct incident *incident)
{
	pack_u8(value, incident->severity);
	pack_u8(value, incident->status);
	pack_u8(value, incident->kind);
	pack_u8(value, incident->classification);
	pack_u8(value, incident->verdict);
	pack_u8(value, incident->impact);
	pack_u8(value, incident->tlp);
	pack_u8(value, incident->pap);
	pack_u8(value, (incident->major ? FLAG_MAJOR : 0u) |
			   (incident->unread ? FLAG_UNREAD : 0u) |
			   (incident->umbrella ? FLAG_UMBRELLA : 0u) |
			   (incident->missed ? FLAG_MISSED : 0u));
	pack_u8(value, (unsigned)incident->tags_count);
	pack_u8(value, (unsigned)incident->techniques_count);
	pack_u8(value, (unsigned)incident->hosts_count);
}

static void
relations_encode(struct pack *value, const struct incident *incident)
{
	pack_u64(value, incident->merged_into);
	pack_u8(value, incident->merge_depth);
	pack_u8(value, incident->merged_from);
	pack_u8(value, incident->held_from);
	pack_u8(value, incident->restricted);
	pack_u8(value, (unsigned)incident->grants_count);
	for (size_t i = 0; i < incident->grants_count; i++)
		pack_u32(value, incident->grants[i]);
}

static void
seqs_encode(struct pack *value, const struct incident *incident)
{
	pack_u64(value, incident->occurred_seq);
	pack_u64(value, incident->detected_seq);
	pack_u64(value, incident->opened_seq);
	pack_u64(value, incident->acknowledged_seq);
	pack_u64(value, incident->triaged_seq);
	pack_u64(value, incident->contained_seq);
	pack_u64(value, incident->resolved_seq);
	pack_u64(value, incident->closed_seq);
}

static void
incident_encode(struct pack *value, const struct incident *incident)
{
	pack_u64(value, incident->revision);
	words_encode(value, incident);
	pack_u32(value, incident->assignee);
	pack_u32(value, incident->opened_by);
	pack_u32(value, incident->source);
	pack_u64(value, incident->follows);
	pack_u64(value, incident->alerts);
	pack_u64(value, incident->occurred_ms);
	pack_u64(value, incident->detected_ms);
	pack_u64(value, incident->opened_ms);
	pack_u64(value, incident->updated_ms);
	pack_u64(value, incident->acknowledged_ms);
	pack_u64(value, incident->triaged_ms);
	pack_u64(value, incident->contained_ms);
	pack_u64(value, incident->resolved_ms);
	pack_u64(value, incident->closed_ms);
	pack_u8(value, incident->level);
	pack_u64(value, incident->due_ms);
	seqs_encode(value, incident);
	pack_u32(value, incident->tasks);
	pack_u32(value, incident->tasks_open);
	pack_u32(value, incident->tasks_mandatory);
	pack_u32(value, incident->files);
	relations_encode(value, incident);
	pack_text(value, incident->config);
	for (size_t i = 0; i < incident->tags_count; i++)
		pack_text(value, incident->tags[i]);
	for (size_t i = 0; i < incident->techniques_count; i++)
		pack_text(value, incident->techniques[i]);
	pack_bytes(value, incident->hosts, incident->hosts_count * HASH8);
}

static void
words_decode(struct unpack *from, struct incident *incident)
{
	unsigned flags;

	incident->severity = unpack_u8(from);
	incident->status = unpack_u8(from);
	incident->kind = unpack_u8(from);
	incident->classification = unpack_u8(from);
	incident->verdict = unpack_u8(from);
	incident->impact = unpack_u8(from);
	incident->tlp = unpack_u8(from);
	incident->pap = unpack_u8(from);
	flags = unpack_u8(from);
	incident->major = (flags & FLAG_MAJOR) != 0;
	incident->unread = (flags & FLAG_UNREAD) != 0;
	incident->umbrella = (flags & FLAG_UMBRELLA) != 0;
	incident->missed = (flags & FLAG_MISSED) != 0;
	incident->tags_count = unpack_u8(from);
	incident->techniques_count = unpack_u8(from);
	incident->hosts_count = unpack_u8(from);
	if (incident->tags_count > LIMIT_TAGS_MAX ||
	    incident->techniques_count > LIMIT_TECHNIQUES_MAX ||
	    incident->hosts_count > LIMIT_HOSTS_MAX)
		from->bad = true;
}

static void
times_decode(struct unpack *from, struct incident *incident)
{
	incident->occurred_ms = unpack_u64(from);
	incident->detected_ms = unpack_u64(from);
	incident->opened_ms = unpack_u64(from);
	incident->updated_ms = unpack_u64(from);
	incident->acknowledged_ms = unpack_u64(from);
	incident->triaged_ms = unpack_u64(from);
	incident->contained_ms = unpack_u64(from);
	incident->resolved_ms = unpack_u64(from);
	incident->closed_ms = unpack_u64(from);
}

static void
seqs_decode(struct unpack *from, struct incident *incident)
{
	incident->occurred_seq = unpack_u64(from);
	incident->detected_seq = unpack_u64(from);
	incident->opened_seq = unpack_u64(from);
	incident->acknowledged_seq = unpack_u64(from);
	incident->triaged_seq = unpack_u64(from);
	incident->contained_seq = unpack_u64(from);
	incident->resolved_seq = unpack_u64(from);
	incident->closed_seq = unpack_u64(from);
}

static void
relations_decode(struct unpack *from, struct incident *incident)
{
	incident->merged_into = unpack_u64(from);
	incident->merge_depth = unpack_u8(from);
	incident->merged_from = unpack_u8(from);
	incident->held_from = unpack_u8(from);
	incident->restricted = unpack_u8(from) != 0;
	incident->grants_count = unpack_u8(from);
	if (incident->grants_count > LIMIT_GRANTS_MAX) {
		from->bad = true;
		return;
	}
	for (size_t i = 0; i < incident->grants_count; i++)
		incident->grants[i] = unpack_u32(from);
}

static enum err
incident_decode(uint64_t number, struct slice value, struct incident *incident)
{
	struct unpack from = unpack_begin(value);

	*incident = (struct incident){.number = number};
	incident->revision = unpack_u64(&from);
	words_decode(&from, incident);
	incident->assignee = unpack_u32(&from);
	incident->opened_by = unpack_u32(&from);
	incident->source = unpack_u32(&from);
	incident->follows = unpack_u64(&from);
	incident->alerts = unpack_u64(&from);
	times_decode(&from, incident);
	incident->level = unpack_u8(&from);
	incident->due_ms = unpack_u64(&from);
	seqs_decode(&from, incident);
	incident->tasks = unpack_u32(&from);
	incident->tasks_open = unpack_u32(&from);
	incident->tasks_mandatory = unpack_u32(&from);
	incident->files = unpack_u32(&from);
	relations_decode(&from, incident);
	unpack_text(&from, incident->config, sizeof(incident->config));
	if (from.bad)
		return ERR_CORRUPT;
	for (size_t i = 0; i < incident->tags_count; i++)
		unpack_text(
		    &from, incident->tags[i], sizeof(incident->tags[i]));
	for (size_t i = 0; i < incident->techniques_count; i++)
		unpack_text(&from, incident->techniques[i],
		    sizeof(incident->techniques[i]));
	unpack_bytes(&from, incident->hosts, incident->hosts_count * HASH8);
	return unpack_end(&from);
}

enum err
incident_get(struct state_txn *txn, uint64_t number, struct incident *incident)
{
	struct slice value;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_incidents, pack_slice(&key), &value);
	return err == OK ? incident_decode(number, value, incident) : err;
}

void
index_group_pack(struct pack *pack, const struct index_group *group)
{
	pack_u8(pack, group->index);
	switch (group->index) {
	case INDEX_OPEN:
	case INDEX_OVERDUE:
		break;
	case INDEX_STATUS:
		pack_u8(pack, group->number);
		break;
	case INDEX_ASSIGNEE:
	case INDEX_OPENED_BY:
		pack_u32(pack, group->number);
		break;
	case INDEX_TAG:
		pack_text(pack, group->tag);
		break;
	}
	if (group->index != INDEX_STATUS)
		pack_u8(pack, group->closed);
	pack_u8(pack, SEVERITY_COUNT - 1u - group->severity);
}

static enum err
index_set(struct state_txn *txn, const struct index_group *group,
    uint64_t number, bool there)
{
	PACK(key, INDEX_KEY_BYTES_MAX);

	index_group_pack(&key, group);
	pack_u64(&key, number);
	if (!there)
		return lmdb_delete(
		    txn->lmdb, TABLE_incident_index, pack_slice(&key));
	return lmdb_put(txn->lmdb, TABLE_incident_index, pack_slice(&key),
	    (struct slice){NULL, 0});
}

static enum err
indexes_set(struct state_txn *txn, const struct incident *incident, bool there)
{
	struct index_group group = {
	    .closed = !status_is_open(incident->status),
	    .severity = incident->severity,
	};
	const struct {
		enum incident_index index;
		uint32_t number;
		bool wanted;
	} rows[] = {
	    {INDEX_OPEN, 0, true},
	    {INDEX_STATUS, incident->status, true},
	    {INDEX_ASSIGNEE, incident->assignee, true},
	    {INDEX_OPENED_BY, incident->opened_by, incident->opened_by != 0},
	    {INDEX_OVERDUE, 0, incident->missed},
	};
	enum err err = OK;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		group.index = rows[i].index;
		group.number = rows[i].number;
		if (err == OK && rows[i].wanted)
			err = index_set(txn, &group, incident->number, there);
	}
	group.index = INDEX_TAG;
	for (size_t i = 0; i < incident->tags_count && err == OK; i++) {
		group.tag = incident->tags[i];
		err = index_set(txn, &group, incident->number, there);
	}
	return err;
}

static bool
indexes_differ(const struct incident *a, const struct incident *b)
{
	if (a->severity != b->severity || a->status != b->status ||
	    a->assignee != b->assignee || a->opened_by != b->opened_by ||
	    a->missed != b->missed || a->tags_count != b->tags_count)
		return true;
	for (size_t i = 0; i < a->tags_count; i++) {
		if (strcmp(a->tags[i], b->tags[i]) != 0)
			return true;
	}
	return false;
}

static struct slice
count_key(struct pack *key, enum status status, enum severity severity)
{
	pack_u8(key, COUNT_OPEN);
	pack_u8(key, status);
	pack_u8(key, severity);
	return pack_slice(key);
}

enum err
incident_count(struct state_txn *txn, enum status status,
    enum severity severity, uint64_t *count)
{
	struct slice value;
	struct unpack from;
	PACK(key, 3);
	enum err err;

	*count = 0;
	err = lmdb_get(
	    txn->lmdb, TABLE_counts, count_key(&key, status, severity), &value);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	from = unpack_begin(value);
	*count = unpack_u64(&from);
	return unpack_end(&from);
}

static enum err
count_add(struct state_txn *txn, const struct incident *incident, int by)
{
	uint64_t count;
	PACK(key, 3);
	PACK(value, 8);
	enum err err;

	if (!status_is_open(incident->status))
		return OK;
	err = incident_count(txn, incident->status, incident->severity, &count);
	if (err != OK)
		return err;
	pack_u64(&value, count + (uint64_t)by);
	return lmdb_put(txn->lmdb, TABLE_counts,
	    count_key(&key, incident->status, incident->severity),
	    pack_slice(&value));
}

enum err
incident_put(struct state_txn *txn, const struct incident *before,
    const struct incident *after)
{
	PACK(key, 8);
	PACK(value, INCIDENT_BYTES_MAX);
	enum err err = OK;

	if (before == NULL || indexes_differ(before, after)) {
		if (before != NULL)
			err = indexes_set(txn, before, false);
		if (err == OK && before != NULL)
			err = count_add(txn, before, -1);
		if (err == OK)
			err = indexes_set(txn, after, true);
		if (err == OK)
			err = count_add(txn, after, 1);
		if (err != OK)
			return err;
	}
	pack_u64(&key, after->number);
	incident_encode(&value, after);
	err = lmdb_put(
	    txn->lmdb, TABLE_incidents, pack_slice(&key), pack_slice(&value));
	return err == OK && before != NULL ? tasks_follow(txn, before, after)
					   : err;
}
