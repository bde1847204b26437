#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/rows.h"

struct state {
	struct lmdb *lmdb;
};

enum err
state_open_sized(const char *store_path, bool read_only, size_t map_bytes,
    struct state **state, char *why, size_t size)
{
	char path[PATH_MAX];
	struct state *new;
	enum err err;

	if (snprintf(path, sizeof(path), "%s/state", store_path) >=
	    (int)sizeof(path)) {
		(void)snprintf(why, size, "the store's path is too long");
		return ERR_IO;
	}
	new = malloc(sizeof(*new));
	if (new == NULL)
		return ERR_MEMORY;
	err = lmdb_open(path, read_only, map_bytes, &new->lmdb, why, size);
	if (err != OK) {
		free(new);
		return err;
	}
	*state = new;
	return OK;
}

enum err
state_open(const char *store_path, bool read_only, struct state **state,
    char *why, size_t size)
{
	return state_open_sized(
	    store_path, read_only, LMDB_MAP_BYTES, state, why, size);
}

void
state_close(struct state **state)
{
	if (*state == NULL)
		return;
	lmdb_close(&(*state)->lmdb);
	free(*state);
	*state = NULL;
}

enum err
state_discard(struct state *state)
{
	return lmdb_discard(state->lmdb);
}

void
state_check_readers(struct state *state)
{
	lmdb_check_readers(state->lmdb);
}

enum err
state_begin(struct state *state, bool write, struct state_txn **txn)
{
	struct state_txn *new = calloc(1, sizeof(*new));
	enum err err;

	if (new == NULL)
		return ERR_MEMORY;
	new->write = write;
	err = lmdb_begin(state->lmdb, write, &new->lmdb);
	if (err != OK) {
		free(new);
		return err;
	}
	*txn = new;
	return OK;
}

void
state_abort(struct state_txn **txn)
{
	if (*txn == NULL)
		return;
	lmdb_abort(&(*txn)->lmdb);
	free(*txn);
	*txn = NULL;
}

static enum err
flush(struct state_txn *txn, const struct position *position)
{
	struct counters counters;
	enum err err = state_counters(txn, &counters);

	if (err != OK)
		return err;
	/* The position is what was folded: no more, no less. */
	assert(counters.folded_seq == position->seq);

	err = workflows_flush(txn);
	if (err == OK)
		err = acted_flush(txn);
	if (err == OK)
		err = sources_flush(txn);
	if (err == OK)
		err = counters_flush(txn);
	if (err == OK)
		err = position_put(txn, position);
	return err;
}

enum err
state_commit(struct state_txn **txn, const struct position *position)
{
	enum err err;

	assert((*txn)->write);
	err = flush(*txn, position);
	if (err == OK)
		err = lmdb_commit(&(*txn)->lmdb);
	state_abort(txn);
	return err;
}

enum err
state_renew(struct state_txn *txn)
{
	struct lmdb_txn *lmdb = txn->lmdb;

	assert(!txn->write);
	*txn = (struct state_txn){.lmdb = lmdb};
	return lmdb_renew(lmdb);
}
