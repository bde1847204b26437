/*
 * Clusters, external ids and umbrellas as rows of the tables.
 *
 * A cluster:
 *
 *   count, first_ms, last_ms, first_alert, last_alert, incident, open u64
 *   each, severity u8, observables 8 bytes
 *
 * What spoke last of an external id: alert u64, part u32, resolved u8.  An
 * umbrella: since_ms u64, opened u32, incident u64.
 */
#include <sodium.h>
#include <string.h>

#include "store/rows.h"

enum {
	CLUSTER_BYTES = 7 * 8 + 1 + HASH8,
	EXTERNAL_BYTES = 8 + 4 + 1,
	UMBRELLA_BYTES = 8 + 4 + 8,
	OBSERVABLE_KEY_BYTES = HASH16 + 1 + 8 + 4
};

enum err
cluster_put(struct state_txn *txn, const struct cluster *cluster)
{
	PACK(value, CLUSTER_BYTES);

	pack_u64(&value, cluster->count);
	pack_u64(&value, cluster->first_ms);
	pack_u64(&value, cluster->last_ms);
	pack_u64(&value, cluster->first_alert);
	pack_u64(&value, cluster->last_alert);
	pack_u64(&value, cluster->incident);
	pack_u64(&value, cluster->open);
	pack_u8(&value, cluster->severity);
	pack_bytes(&value, cluster->observables, HASH8);
	return lmdb_put(txn->lmdb, TABLE_clusters,
	    (struct slice){cluster->key, CLUSTER_KEY_BYTES},
	    pack_slice(&value));
}

enum err
cluster_get(struct state_txn *txn, const unsigned char key[CLUSTER_KEY_BYTES],
    struct cluster *cluster)
{
	struct slice value;
	struct unpack from;
	enum err err = lmdb_get(txn->lmdb, TABLE_clusters,
	    (struct slice){key, CLUSTER_KEY_BYTES}, &value);

	if (err != OK)
		return err;
	from = unpack_begin(value);
	memmove(cluster->key, key, CLUSTER_KEY_BYTES);
	cluster->count = unpack_u64(&from);
	cluster->first_ms = unpack_u64(&from);
	cluster->last_ms = unpack_u64(&from);
	cluster->first_alert = unpack_u64(&from);
	cluster->last_alert = unpack_u64(&from);
	cluster->incident = unpack_u64(&from);
	cluster->open = unpack_u64(&from);
	cluster->severity = unpack_u8(&from);
	unpack_bytes(&from, cluster->observables, HASH8);
	return unpack_end(&from);
}

static struct slice
external_key(struct pack *key, const unsigned char cluster[CLUSTER_KEY_BYTES],
    const unsigned char id[HASH8])
{
	pack_bytes(key, cluster, CLUSTER_KEY_BYTES);
	pack_bytes(key, id, HASH8);
	return pack_slice(key);
}

enum err
external_put(struct state_txn *txn, const unsigned char key[CLUSTER_KEY_BYTES],
    const unsigned char id[HASH8], const struct external *external)
{
	PACK(at, CLUSTER_KEY_BYTES + HASH8);
	PACK(value, EXTERNAL_BYTES);

	pack_u64(&value, external->alert);
	pack_u32(&value, external->part);
	pack_u8(&value, external->resolved);
	return lmdb_put(txn->lmdb, TABLE_cluster_external,
	    external_key(&at, key, id), pack_slice(&value));
}

enum err
external_get(struct state_txn *txn, const unsigned char key[CLUSTER_KEY_BYTES],
    const unsigned char id[HASH8], struct external *external)
{
	struct slice value;
	struct unpack from;
	PACK(at, CLUSTER_KEY_BYTES + HASH8);
	enum err err = lmdb_get(txn->lmdb, TABLE_cluster_external,
	    external_key(&at, key, id), &value);

	if (err != OK)
		return err;
	from = unpack_begin(value);
	external->alert = unpack_u64(&from);
	external->part = unpack_u32(&from);
	external->resolved = unpack_u8(&from) != 0;
	return unpack_end(&from);
}

static struct slice
umbrella_key(struct pack *key, uint32_t source, const unsigned char rule[HASH8])
{
	pack_u32(key, source);
	pack_bytes(key, rule, HASH8);
	return pack_slice(key);
}

enum err
umbrella_put(struct state_txn *txn, uint32_t source,
    const unsigned char rule[HASH8], const struct umbrella *umbrella)
{
	PACK(key, 4 + HASH8);
	PACK(value, UMBRELLA_BYTES);

	pack_u64(&value, umbrella->since_ms);
	pack_u32(&value, umbrella->opened);
	pack_u64(&value, umbrella->incident);
	return lmdb_put(txn->lmdb, TABLE_umbrellas,
	    umbrella_key(&key, source, rule), pack_slice(&value));
}

enum err
umbrella_get(struct state_txn *txn, uint32_t source,
    const unsigned char rule[HASH8], struct umbrella *umbrella)
{
	struct slice value;
	struct unpack from;
	PACK(key, 4 + HASH8);
	enum err err = lmdb_get(txn->lmdb, TABLE_umbrellas,
	    umbrella_key(&key, source, rule), &value);

	if (err != OK)
		return err;
	from = unpack_begin(value);
	umbrella->since_ms = unpack_u64(&from);
	umbrella->opened = unpack_u32(&from);
	umbrella->incident = unpack_u64(&from);
	return unpack_end(&from);
}

void
observable_hash(const char *type, const char *value, unsigned char out[HASH16])
{
	crypto_generichash_state hash;

	(void)crypto_generichash_init(&hash, NULL, 0, HASH16);
	(void)crypto_generichash_update(
	    &hash, (const unsigned char *)type, strlen(type) + 1);
	(void)crypto_generichash_update(
	    &hash, (const unsigned char *)value, strlen(value));
	(void)crypto_generichash_final(&hash, out, HASH16);
}

enum err
observable_put(struct state_txn *txn, const unsigned char hash[HASH16],
    const struct sighting *sighting)
{
	struct slice there;
	PACK(key, OBSERVABLE_KEY_BYTES);
	PACK(value, 8);
	enum err err;

	pack_bytes(&key, hash, HASH16);
	pack_u8(&key, sighting->subject.type);
	pack_u64(&key, sighting->subject.number);
	pack_u32(&key, sighting->subject.part);
	pack_u64(&value, sighting->seq);
	err = lmdb_get(txn->lmdb, TABLE_observables, pack_slice(&key), &there);
	if (err != ERR_MISSING)
		return err;
	return lmdb_put(
	    txn->lmdb, TABLE_observables, pack_slice(&key), pack_slice(&value));
}
