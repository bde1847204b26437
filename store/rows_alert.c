/*
 * Deliveries and their parts as rows of the tables.
 *
 * A delivery:
 *
 *   seq u64, payload u32, source u32, actor u32, received_ms u64,
 *   triaged_seq u64, parts u32, disposition u8, status u8, test u8, remap u8
 *
 * A part of one:
 *
 *   disposition, status, severity, classification u8 each, cluster 16 bytes,
 *   rule 8 bytes, incident u64, occurred_ms u64, seq u64, index u32
 */
#include <string.h>

#include "store/rows.h"

enum {
	ALERT_BYTES = 8 + 4 + 4 + 4 + 8 + 8 + 4 + 4,
	ALERT_PART_BYTES = 4 + CLUSTER_KEY_BYTES + HASH8 + 8 + 8 + 8 + 4,
	SOURCE_KEY_BYTES = 1 + 4
};

static const struct slice NOTHING = {NULL, 0};

static void
alert_encode(struct pack *value, const struct alert *alert)
{
	pack_u64(value, alert->seq);
	pack_u32(value, alert->payload);
	pack_u32(value, alert->source);
	pack_u32(value, alert->actor);
	pack_u64(value, alert->received_ms);
	pack_u64(value, alert->triaged_seq);
	pack_u32(value, alert->parts);
	pack_u8(value, alert->disposition);
	pack_u8(value, alert->status);
	pack_u8(value, alert->test);
	pack_u8(value, alert->remap);
}

enum err
alert_append(struct state_txn *txn, const struct alert *alert)
{
	PACK(key, 8);
	PACK(value, ALERT_BYTES);

	pack_u64(&key, alert->number);
	alert_encode(&value, alert);
	return lmdb_append(
	    txn->lmdb, TABLE_alerts, pack_slice(&key), pack_slice(&value));
}

enum err
alert_put(struct state_txn *txn, const struct alert *alert)
{
	PACK(key, 8);
	PACK(value, ALERT_BYTES);

	pack_u64(&key, alert->number);
	alert_encode(&value, alert);
	return lmdb_put(
	    txn->lmdb, TABLE_alerts, pack_slice(&key), pack_slice(&value));
}

enum err
alert_get(struct state_txn *txn, uint64_t number, struct alert *alert)
{
	struct slice value;
	struct unpack from;
	PACK(key, 8);
	enum err err;

	pack_u64(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_alerts, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	alert->number = number;
	alert->seq = unpack_u64(&from);
	alert->payload = unpack_u32(&from);
	alert->source = unpack_u32(&from);
	alert->actor = unpack_u32(&from);
	alert->received_ms = unpack_u64(&from);
	alert->triaged_seq = unpack_u64(&from);
	alert->parts = unpack_u32(&from);
	alert->disposition = unpack_u8(&from);
	alert->status = unpack_u8(&from);
	alert->test = unpack_u8(&from) != 0;
	alert->remap = unpack_u8(&from) != 0;
	return unpack_end(&from);
}

static struct slice
part_key(struct pack *key, uint64_t alert, uint32_t part)
{
	pack_u64(key, alert);
	pack_u32(key, part);
	return pack_slice(key);
}

enum err
alert_part_put(struct state_txn *txn, const struct alert_part *part)
{
	PACK(key, 12);
	PACK(value, ALERT_PART_BYTES);

	pack_u8(&value, part->disposition);
	pack_u8(&value, part->status);
	pack_u8(&value, part->severity);
	pack_u8(&value, part->classification);
	pack_bytes(&value, part->cluster, sizeof(part->cluster));
	pack_bytes(&value, part->rule, sizeof(part->rule));
	pack_u64(&value, part->incident);
	pack_u64(&value, part->occurred_ms);
	pack_u64(&value, part->seq);
	pack_u32(&value, part->index);
	return lmdb_put(txn->lmdb, TABLE_alert_parts,
	    part_key(&key, part->alert, part->part), pack_slice(&value));
}

enum err
alert_part_get(struct state_txn *txn, uint64_t alert, uint32_t part,
    struct alert_part *out)
{
	struct slice value;
	struct unpack from;
	PACK(key, 12);
	enum err err;

	err = lmdb_get(
	    txn->lmdb, TABLE_alert_parts, part_key(&key, alert, part), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	out->alert = alert;
	out->part = part;
	out->disposition = unpack_u8(&from);
	out->status = unpack_u8(&from);
	out->severity = unpack_u8(&from);
	out->classification = unpack_u8(&from);
	unpack_bytes(&from, out->cluster, sizeof(out->cluster));
	unpack_bytes(&from, out->rule, sizeof(out->rule));
	out->incident = unpack_u64(&from);
	out->occurred_ms = unpack_u64(&from);
	out->seq = unpack_u64(&from);
	out->index = unpack_u32(&from);
	return unpack_end(&from);
}

enum err
alert_part_delete(struct state_txn *txn, uint64_t alert, uint32_t part)
{
	PACK(key, 12);

	return lmdb_delete(
	    txn->lmdb, TABLE_alert_parts, part_key(&key, alert, part));
}

enum err
alert_open_set(struct state_txn *txn, uint64_t alert, uint32_t part, bool open)
{
	PACK(key, 12);
	enum err err;

	part_key(&key, alert, part);
	if (open)
		return lmdb_put(
		    txn->lmdb, TABLE_alert_open, pack_slice(&key), NOTHING);
	err = lmdb_delete(txn->lmdb, TABLE_alert_open, pack_slice(&key));
	return err == ERR_MISSING ? OK : err;
}

enum err
incident_alert_set(struct state_txn *txn, uint64_t incident, uint64_t alert,
    uint32_t part, bool attached, bool *changed)
{
	struct slice value;
	PACK(key, 20);
	enum err err;

	pack_u64(&key, incident);
	part_key(&key, alert, part);
	err = lmdb_get(
	    txn->lmdb, TABLE_incident_alerts, pack_slice(&key), &value);
	if (err != OK && err != ERR_MISSING)
		return err;
	*changed = attached != (err == OK);
	if (!*changed)
		return OK;
	if (!attached)
		return lmdb_delete(
		    txn->lmdb, TABLE_incident_alerts, pack_slice(&key));
	return lmdb_put(
	    txn->lmdb, TABLE_incident_alerts, pack_slice(&key), NOTHING);
}

/* ---- sources ---- */

static struct slice
source_name_key(const char *name)
{
	return (struct slice){(const unsigned char *)name, strlen(name)};
}

enum err
source_by_name(struct state_txn *txn, const char *name, uint32_t *number)
{
	struct slice value;
	struct unpack from;
	enum err err;

	if (name[0] == '\0' || strlen(name) > LIMIT_NAME_BYTES_MAX)
		return ERR_MISSING;
	err = lmdb_get(txn->lmdb, TABLE_sources, source_name_key(name), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	*number = unpack_u32(&from);
	return unpack_end(&from);
}

static struct slice
source_number_key(struct pack *key, uint32_t number)
{
	pack_u8(key, 0);
	pack_u32(key, number);
	return pack_slice(key);
}

enum err
source_name(
    struct state_txn *txn, uint32_t number, char name[LIMIT_NAME_BYTES_MAX + 1])
{
	struct slice value;
	PACK(key, SOURCE_KEY_BYTES);
	enum err err;

	err = lmdb_get(
	    txn->lmdb, TABLE_sources, source_number_key(&key, number), &value);
	if (err != OK)
		return err;
	if (value.len > LIMIT_NAME_BYTES_MAX)
		return ERR_CORRUPT;
	memcpy(name, value.bytes, value.len);
	name[value.len] = '\0';
	return OK;
}

/* Numbers are 0x00-prefixed and names begin with a letter or a digit, so the
 * last number stands just below 0x01. */
static enum err
source_last(struct state_txn *txn, uint32_t *number)
{
	static const unsigned char above[] = {1};
	struct lmdb_cursor *cursor;
	struct slice key;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_sources, &cursor);

	*number = 0;
	if (err != OK)
		return err;
	err = lmdb_seek_below(cursor, (struct slice){above, 1}, &key, NULL);
	if (err == OK && key.len == SOURCE_KEY_BYTES)
		*number = get_be32(key.bytes + 1);
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
source_make(struct state_txn *txn, const char *name, uint32_t *number)
{
	PACK(key, SOURCE_KEY_BYTES);
	struct slice name_key = source_name_key(name);
	enum err err = source_by_name(txn, name, number);

	if (err != ERR_MISSING)
		return err;
	if (name_key.len == 0 || name_key.len > LIMIT_NAME_BYTES_MAX)
		return ERR_CORRUPT;
	err = source_last(txn, number);
	if (err != OK)
		return err;
	*number += 1;
	source_number_key(&key, *number);
	err = lmdb_put(txn->lmdb, TABLE_sources, pack_slice(&key), name_key);
	if (err != OK)
		return err;
	return lmdb_put(txn->lmdb, TABLE_sources, name_key,
	    (struct slice){key.bytes + 1, sizeof(*number)});
}
