/* Open tasks of one owner, page by page, those due first first. */
#include <string.h>

#include "store/rows.h"

enum {
	CURSOR_TASK = 't',
	OWNER_BYTES = 4,
	PLACE_BYTES = 8 + 8 + 4, /* due, incident, task */
};

struct walk {
	struct state_txn *txn;
	struct lmdb_cursor *cursor;
	unsigned char owner[OWNER_BYTES];
	unsigned char last[PLACE_BYTES]; /* the last row that was looked at */
	bool resumed; /* there is one */
	size_t visit_max, *visited;
	bool more;
};

static enum err
place_task(struct state_txn *txn, struct slice key, struct incident_task *task)
{
	struct unpack at = unpack_begin(key);
	uint64_t incident;
	enum err err;

	(void)unpack_take(&at, OWNER_BYTES + 8);
	incident = unpack_u64(&at);
	err = task_get(txn, incident, unpack_u32(&at), task);
	return at.bad || err == ERR_MISSING ? ERR_CORRUPT : err;
}

/* The least key above the last one is it with a byte more. */
static enum err
walk_begin(struct walk *walk, struct slice *key)
{
	PACK(from, OWNER_BYTES + PLACE_BYTES + 1);

	pack_bytes(&from, walk->owner, OWNER_BYTES);
	if (walk->resumed) {
		pack_bytes(&from, walk->last, PLACE_BYTES);
		pack_u8(&from, 0);
	}
	return lmdb_seek(walk->cursor, pack_slice(&from), key, NULL);
}

static enum err
walk_rows(struct walk *walk,
    bool (*row)(void *arg, const struct incident_task *task), void *arg)
{
	struct slice key;
	struct incident_task task;
	enum err err;

	for (err = walk_begin(walk, &key); err == OK;
	     err = lmdb_next(walk->cursor, &key, NULL)) {
		if (memcmp(key.bytes, walk->owner, OWNER_BYTES) != 0)
			return OK;
		err = place_task(walk->txn, key, &task);
		if (err != OK)
			return err;
		walk->more =
		    *walk->visited == walk->visit_max || !row(arg, &task);
		if (walk->more)
			return OK;
		*walk->visited += 1;
		memcpy(walk->last, key.bytes + OWNER_BYTES, PLACE_BYTES);
		walk->resumed = true;
	}
	return err == ERR_MISSING ? OK : err;
}

enum err
task_open_each(struct state_txn *txn, uint32_t owner, const char *cursor,
    size_t visit_max, bool (*row)(void *arg, const struct incident_task *task),
    void *arg, char next[CURSOR_TEXT_MAX], size_t *visited)
{
	struct walk walk = {
	    .txn = txn, .visit_max = visit_max, .visited = visited};
	enum err err = cursor_read(
	    CURSOR_TASK, cursor, walk.last, sizeof(walk.last), &walk.resumed);

	next[0] = '\0';
	*visited = 0;
	put_be32(walk.owner, owner);
	if (err == OK)
		err =
		    lmdb_cursor_open(txn->lmdb, TABLE_tasks_open, &walk.cursor);
	if (err != OK)
		return err;
	err = walk_rows(&walk, row, arg);
	if (err == OK && walk.more && walk.resumed)
		cursor_write(CURSOR_TASK, walk.last, sizeof(walk.last), next);
	lmdb_cursor_close(&walk.cursor);
	return err;
}
