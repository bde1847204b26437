/*
 * When each principal acted last, as rows of the table people_acted.
 *
 * Nearly every entry changes such a row: those of a transaction are kept in it
 * and written once, at its commit, or when there are too many.
 */
#include "store/rows.h"

enum err
acted_flush(struct state_txn *txn)
{
	enum err err = OK;
	size_t i;

	for (i = 0; err == OK && i < txn->acted_count; i++) {
		PACK(value, 16);
		PACK(key, 4);

		pack_u32(&key, txn->acted[i].number);
		pack_u64(&value, txn->acted[i].seq);
		pack_u64(&value, txn->acted[i].time_ms);
		err = lmdb_put(txn->lmdb, TABLE_people_acted, pack_slice(&key),
		    pack_slice(&value));
	}
	if (err == OK)
		txn->acted_count = 0;
	return err;
}

static struct acted *
pending(struct state_txn *txn, uint32_t number)
{
	size_t i;

	for (i = 0; i < txn->acted_count; i++)
		if (txn->acted[i].number == number)
			return &txn->acted[i];
	return NULL;
}

enum err
acted_note(struct state_txn *txn, const struct acted *acted)
{
	struct acted *row = pending(txn, acted->number);
	enum err err = OK;

	if (row == NULL && txn->acted_count == ACTED_PENDING_MAX)
		err = acted_flush(txn);
	if (err != OK)
		return err;
	if (row == NULL)
		row = &txn->acted[txn->acted_count++];
	*row = *acted;
	return OK;
}

enum err
person_acted(
    struct state_txn *txn, uint32_t number, uint64_t *seq, uint64_t *time_ms)
{
	const struct acted *row = pending(txn, number);
	struct slice value;
	struct unpack from;
	PACK(key, 4);
	enum err err;

	if (row != NULL) {
		*seq = row->seq;
		*time_ms = row->time_ms;
		return OK;
	}
	pack_u32(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_people_acted, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	*seq = unpack_u64(&from);
	*time_ms = unpack_u64(&from);
	return unpack_end(&from);
}
