/*
 * How incidents stand to each other as rows of the tables: what was merged
 * into what, and links.
 */
#include "store/rows.h"

bool
incident_shown_to(const struct incident *incident, uint32_t principal)
{
	if (!incident->restricted)
		return true;
	for (size_t i = 0; i < incident->grants_count; i++) {
		if (incident->grants[i] == principal)
			return true;
	}
	return false;
}

enum err
incident_resolve(
    struct state_txn *txn, uint64_t number, struct incident *incident)
{
	enum err err = incident_get(txn, number, incident);

	for (int i = 0; err == OK && incident->merged_into != 0; i++) {
		if (i > LIMIT_MERGE_DEPTH_MAX)
			return ERR_CORRUPT;
		err = incident_get(txn, incident->merged_into, incident);
	}
	return err;
}

static struct slice
pair_key(struct pack *key, uint64_t first, uint64_t second)
{
	pack_u64(key, first);
	pack_u64(key, second);
	return pack_slice(key);
}

/* ---- merged ---- */

enum err
incident_merged_set(
    struct state_txn *txn, uint64_t into, uint64_t merged, bool there)
{
	PACK(key, 16);
	struct slice at = pair_key(&key, into, merged);

	return there ? lmdb_put(txn->lmdb, TABLE_incident_merged, at,
			   (struct slice){NULL, 0})
		     : lmdb_delete(txn->lmdb, TABLE_incident_merged, at);
}

/* ---- links ---- */

static enum err
link_half(struct state_txn *txn, uint64_t number, uint64_t other,
    enum relation relation, bool inverse)
{
	PACK(key, 16);
	PACK(value, 2);

	pack_u8(&value, relation);
	pack_u8(&value, inverse);
	return lmdb_put(txn->lmdb, TABLE_incident_links,
	    pair_key(&key, number, other), pack_slice(&value));
}

enum err
incident_link_put(struct state_txn *txn, uint64_t number, uint64_t other,
    enum relation relation)
{
	enum err err = link_half(txn, number, other, relation, false);

	return err == OK ? link_half(txn, other, number, relation, true) : err;
}

static enum err
half_delete(struct state_txn *txn, uint64_t number, uint64_t other)
{
	PACK(key, 16);
	enum err err = lmdb_delete(
	    txn->lmdb, TABLE_incident_links, pair_key(&key, number, other));

	return err == ERR_MISSING ? OK : err;
}

enum err
incident_link_delete(struct state_txn *txn, uint64_t number, uint64_t other)
{
	enum err err = half_delete(txn, number, other);

	return err == OK ? half_delete(txn, other, number) : err;
}

static enum err
link_decode(struct slice value, struct incident_link *link)
{
	struct unpack from = unpack_begin(value);

	link->relation = unpack_u8(&from);
	link->inverse = unpack_u8(&from) != 0;
	return unpack_end(&from);
}

enum err
incident_link_get(struct state_txn *txn, uint64_t number, uint64_t other,
    struct incident_link *link)
{
	struct slice value;
	PACK(key, 16);
	enum err err = lmdb_get(txn->lmdb, TABLE_incident_links,
	    pair_key(&key, number, other), &value);

	link->other = other;
	return err == OK ? link_decode(value, link) : err;
}

/* ---- walking what begins with one incident ---- */

struct pairs {
	struct lmdb_cursor *cursor;
	uint64_t first, second;
	struct slice value;
};

/* To the next row whose first number is still the same; ERR_MISSING. */
static enum err
pairs_next(struct pairs *pairs)
{
	struct slice key;
	enum err err;
	PACK(at, 16);

	/* No incident has the number UINT64_MAX. */
	err = lmdb_seek(pairs->cursor,
	    pair_key(&at, pairs->first, pairs->second + 1), &key,
	    &pairs->value);
	if (err != OK)
		return err;
	if (key.len != 16 || get_be64(key.bytes) != pairs->first)
		return ERR_MISSING;
	pairs->second = get_be64(key.bytes + 8);
	return OK;
}

static enum err
pairs_open(struct pairs *pairs, struct state_txn *txn, enum table table,
    uint64_t first)
{
	*pairs = (struct pairs){.first = first};
	return lmdb_cursor_open(txn->lmdb, table, &pairs->cursor);
}

enum err
incident_merged_each(struct state_txn *txn, uint64_t number,
    bool (*row)(void *arg, uint64_t merged), void *arg)
{
	struct pairs pairs;
	enum err err = pairs_open(&pairs, txn, TABLE_incident_merged, number);

	while (err == OK) {
		err = pairs_next(&pairs);
		if (err == OK && !row(arg, pairs.second))
			break;
	}
	lmdb_cursor_close(&pairs.cursor);
	return err == ERR_MISSING ? OK : err;
}

struct tree {
	struct state_txn *txn;
	bool (*row)(void *arg, const struct incident *incident);
	void *arg;
	bool over; /* row wants no more */
	enum err err;
};

static bool tree_merged(void *arg, uint64_t merged);

/* As deep as MERGE_DEPTH_MAX at most. */
static enum err
tree_walk(struct tree *tree, const struct incident *incident)
{
	enum err err = OK;

	tree->over = !tree->row(tree->arg, incident);
	if (!tree->over && incident->merge_depth > 0)
		err = incident_merged_each(
		    tree->txn, incident->number, tree_merged, tree);
	return err == OK ? tree->err : err;
}

static bool
tree_merged(void *arg, uint64_t merged)
{
	struct tree *tree = arg;
	struct incident incident;

	tree->err = incident_get(tree->txn, merged, &incident);
	if (tree->err == OK)
		tree->err = tree_walk(tree, &incident);
	return tree->err == OK && !tree->over;
}

enum err
incident_tree_each(struct state_txn *txn, const struct incident *root,
    bool (*row)(void *arg, const struct incident *incident), void *arg)
{
	struct tree tree = {.txn = txn, .row = row, .arg = arg};

	return tree_walk(&tree, root);
}

struct counted {
	uint64_t alerts;
	unsigned incidents;
};

static bool
count_alerts(void *arg, const struct incident *incident)
{
	struct counted *counted = arg;

	counted->alerts += incident->alerts;
	return ++counted->incidents < INCIDENTS_COUNTED_MAX;
}

enum err
incident_alerts_all(
    struct state_txn *txn, const struct incident *incident, uint64_t *alerts)
{
	struct counted counted = {.alerts = 0};
	enum err err =
	    incident_tree_each(txn, incident, count_alerts, &counted);

	*alerts = counted.alerts;
	return err;
}

enum err
incident_link_each(struct state_txn *txn, uint64_t number,
    bool (*row)(void *arg, const struct incident_link *link), void *arg)
{
	struct incident_link link;
	struct pairs pairs;
	enum err err = pairs_open(&pairs, txn, TABLE_incident_links, number);

	while (err == OK) {
		err = pairs_next(&pairs);
		if (err != OK)
			break;
		link.other = pairs.second;
		err = link_decode(pairs.value, &link);
		if (err == OK && !row(arg, &link))
			break;
	}
	lmdb_cursor_close(&pairs.cursor);
	return err == ERR_MISSING ? OK : err;
}
