/* Folds what the journal holds and the state does not show yet. */
#include <string.h>

#include "store/fold.h"

enum { BATCH_ENTRIES = 10000, BATCH_BYTES = 8 << 20 };

struct catching_up {
	struct state *state;
	struct journal_cursor *cursor;
	struct position position;
	uint64_t head;
	void (*progress)(void *arg, uint64_t seq, uint64_t head);
	void *arg;
};

enum err
fold_position(
    struct state *state, struct position *position, uint32_t *fold_version)
{
	struct state_txn *txn;
	enum err err = state_begin(state, false, &txn);

	if (err != OK)
		return err;
	err = state_position(txn, position, fold_version);
	state_abort(&txn);
	return err;
}

/* Is the state's position a point of this journal? */
static enum err
position_check(
    struct journal *journal, const struct position *position, bool *matches)
{
	struct journal_cursor *cursor;
	struct journal_head head;
	struct entry entry;
	enum err err;

	journal_head(journal, &head);
	*matches = false;
	if (position->seq > head.seq)
		return OK;
	err = journal_read(journal, position->seq, &cursor);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	err = journal_next(cursor, &entry);
	if (err == OK)
		*matches = entry.seq == position->seq &&
			   memcmp(entry.chain, position->hash, HASH_BYTES) == 0;
	journal_cursor_close(&cursor);
	return err == ERR_END ? OK : err;
}

/* Brings *position to where the replay begins: 0 for a state thrown away. */
static enum err
begin(struct state *state, struct journal *journal, bool from_scratch,
    struct position *position, bool *discarded)
{
	uint32_t fold_version;
	bool matches;
	enum err err = fold_position(state, position, &fold_version);

	if (err != OK || (position->seq == 0 && !from_scratch))
		return err;
	matches = fold_version == FOLD_VERSION && !from_scratch;
	if (matches)
		err = position_check(journal, position, &matches);
	if (err != OK || matches)
		return err;
	*discarded = true;
	*position = (struct position){0};
	return state_discard(state);
}

/* Folds until the batch is full or the head is reached, which sets *end. */
static enum err
batch_fold(struct catching_up *up, struct state_txn *txn, bool *end)
{
	size_t bytes = 0;
	enum err err = OK;

	for (size_t i = 0; i < BATCH_ENTRIES && bytes < BATCH_BYTES; i++) {
		struct entry entry;

		if (up->position.seq == up->head) {
			*end = true;
			return OK;
		}
		err = journal_next(up->cursor, &entry);
		if (err == OK)
			err = fold_apply(txn, &entry);
		if (err != OK)
			return err;
		up->position.seq = entry.seq;
		memcpy(up->position.hash, entry.chain, HASH_BYTES);
		bytes += entry.len;
	}
	return OK;
}

static enum err
replay(struct catching_up *up)
{
	bool end = false;

	while (!end) {
		struct state_txn *txn;
		enum err err = state_begin(up->state, true, &txn);

		if (err != OK)
			return err;
		err = batch_fold(up, txn, &end);
		if (err == OK)
			err = state_commit(&txn, &up->position);
		state_abort(&txn);
		if (err != OK)
			return err;
		if (up->progress != NULL)
			up->progress(up->arg, up->position.seq, up->head);
	}
	return OK;
}

enum err
fold_catch_up(struct state *state, struct journal *journal, bool from_scratch,
    void (*progress)(void *arg, uint64_t seq, uint64_t head), void *arg,
    bool *discarded)
{
	struct catching_up up = {
	    .state = state, .progress = progress, .arg = arg};
	struct journal_head head;
	enum err err;

	*discarded = false;
	err = begin(state, journal, from_scratch, &up.position, discarded);
	if (err != OK)
		return err;
	journal_head(journal, &head);
	up.head = head.seq;
	if (up.position.seq == up.head)
		return OK;
	err = journal_read(journal, up.position.seq + 1, &up.cursor);
	if (err != OK)
		return err;
	err = replay(&up);
	journal_cursor_close(&up.cursor);
	return err;
}
