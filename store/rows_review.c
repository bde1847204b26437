/*
 * Reviews of incidents as rows of the tables.
 *
 * A review: drafted, updated, approved, seq, cost u64 each, approved_by u32, state,
 * texts, costed u8 each.
 */
#include "store/rows.h"

enum { REVIEW_BYTES = 5 * 8 + 4 + 3 };

enum err
review_get(struct state_txn *txn, uint64_t incident, struct review *review)
{
	struct slice value;
	struct unpack from;
	PACK(key, 8);
	enum err err;

	*review = (struct review){.incident = incident, .state = REVIEW_draft};
	pack_u64(&key, incident);
	err = lmdb_get(txn->lmdb, TABLE_reviews, pack_slice(&key), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	review->drafted_ms = unpack_u64(&from);
	review->updated_ms = unpack_u64(&from);
	review->approved_ms = unpack_u64(&from);
	review->seq = unpack_u64(&from);
	review->cost = unpack_u64(&from);
	review->approved_by = unpack_u32(&from);
	review->state = unpack_u8(&from);
	review->texts = unpack_u8(&from);
	review->costed = unpack_u8(&from) != 0;
	return unpack_end(&from);
}

enum err
review_put(struct state_txn *txn, const struct review *review)
{
	PACK(key, 8);
	PACK(value, REVIEW_BYTES);

	pack_u64(&key, review->incident);
	pack_u64(&value, review->drafted_ms);
	pack_u64(&value, review->updated_ms);
	pack_u64(&value, review->approved_ms);
	pack_u64(&value, review->seq);
	pack_u64(&value, review->cost);
	pack_u32(&value, review->approved_by);
	pack_u8(&value, review->state);
	pack_u8(&value, review->texts);
	pack_u8(&value, review->costed);
	return lmdb_put(
	    txn->lmdb, TABLE_reviews, pack_slice(&key), pack_slice(&value));
}

enum err
review_text(
    struct state_txn *txn, uint64_t incident, const char **json, size_t *len)
{
	return text_get(txn, TABLE_review_text, incident, json, len);
}
