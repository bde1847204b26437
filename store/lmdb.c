#include "store/lmdb.h"

#include <errno.h>
#include <limits.h>
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS_MAX = 126, FILE_MODE = 0600, FOLDER_MODE = 0700 };

const size_t LMDB_MAP_BYTES = (size_t)256 << 30;
/* What is asked for where the address space is small. */
static const size_t MAP_BYTES_SMALL = (size_t)2 << 30;

static const char *const TABLE_NAMES[TABLE_COUNT] = {
#define TABLE(name, class, layout) [TABLE_##name] = #name,
#include "store/tables.def"
#undef TABLE
};

struct lmdb {
	MDB_env *env;
	MDB_dbi tables[TABLE_COUNT];
	bool read_only;
	size_t map_bytes;
	char path[PATH_MAX];
};

struct lmdb_txn {
	struct lmdb *db;
	MDB_txn *mdb;
};

struct lmdb_cursor {
	MDB_cursor *mdb;
};

static enum err
err_of(int rc)
{
	switch (rc) {
	case MDB_SUCCESS:
		return OK;
	case MDB_NOTFOUND:
		return ERR_MISSING;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case MDB_DBS_FULL:
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case MDB_READERS_FULL:
		return ERR_BUSY;
	case MDB_KEYEXIST:
	case MDB_BAD_VALSIZE:
		return ERR_CORRUPT;
	case ENOMEM:
		return ERR_MEMORY;
	default:
		return ERR_IO;
	}
}

static MDB_val
val(struct slice slice)
{
	return (MDB_val){slice.len, (void *)(uintptr_t)slice.bytes};
}

static void
slice_set(struct slice *slice, const MDB_val *from)
{
	if (slice != NULL)
		*slice = (struct slice){from->mv_data, from->mv_size};
}

const char *
lmdb_table_name(enum table table)
{
	return TABLE_NAMES[table];
}

/* Processes that died while they read keep their places until it is looked. */
static int
txn_begin(MDB_env *env, unsigned flags, MDB_txn **txn)
{
	int rc = mdb_txn_begin(env, NULL, flags, txn), dead;

	if (rc != MDB_READERS_FULL)
		return rc;
	(void)mdb_reader_check(env, &dead);
	return mdb_txn_begin(env, NULL, flags, txn);
}

static int
tables_open(struct lmdb *db)
{
	MDB_txn *txn;
	int rc;

	rc = txn_begin(db->env, db->read_only ? MDB_RDONLY : 0, &txn);
	if (rc != 0)
		return rc;
	for (int i = 0; i < TABLE_COUNT; i++) {
		rc = mdb_dbi_open(txn, TABLE_NAMES[i],
		    db->read_only ? 0 : MDB_CREATE, &db->tables[i]);
		if (rc != 0) {
			mdb_txn_abort(txn);
			return rc;
		}
	}
	return mdb_txn_commit(txn);
}

static void
env_close(struct lmdb *db)
{
	if (db->env != NULL)
		mdb_env_close(db->env);
	db->env = NULL;
}

static int
env_open_sized(struct lmdb *db, size_t map_bytes)
{
	unsigned flags = MDB_NOTLS | MDB_NORDAHEAD;
	int rc;

	rc = mdb_env_create(&db->env);
	if (rc != 0)
		return rc;
	if (db->read_only)
		flags |= MDB_RDONLY;
	rc = mdb_env_set_maxdbs(db->env, TABLE_COUNT);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(db->env, READERS_MAX);
	if (rc == 0)
		rc = mdb_env_set_mapsize(db->env, map_bytes);
	if (rc == 0)
		rc = mdb_env_open(db->env, db->path, flags, FILE_MODE);
	if (rc == 0)
		rc = tables_open(db);
	if (rc != 0)
		env_close(db);
	return rc;
}

static int
env_open(struct lmdb *db)
{
	int rc = env_open_sized(db, db->map_bytes);

	/* Valgrind answers EINVAL, a limited address space ENOMEM. */
	if ((rc == ENOMEM || rc == EINVAL) && db->map_bytes > MAP_BYTES_SMALL)
		rc = env_open_sized(db, MAP_BYTES_SMALL);
	return rc;
}

static int
files_delete(const struct lmdb *db)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", db->path, names[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			return errno;
	}
	return 0;
}

static bool
is_no_lmdb(int rc)
{
	return rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH ||
	       rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND ||
	       rc == MDB_INCOMPATIBLE;
}

static int
folder_open(struct lmdb *db)
{
	int rc;

	if (!db->read_only && mkdir(db->path, FOLDER_MODE) != 0 &&
	    errno != EEXIST)
		return errno;
	rc = env_open(db);
	if (!is_no_lmdb(rc) || db->read_only)
		return rc;
	rc = files_delete(db);
	return rc == 0 ? env_open(db) : rc;
}

enum err
lmdb_open(const char *path, bool read_only, size_t map_bytes, struct lmdb **db,
    char *why, size_t size)
{
	struct lmdb *new = calloc(1, sizeof(*new));
	int rc;

	if (new == NULL)
		return ERR_MEMORY;
	new->read_only = read_only;
	new->map_bytes = map_bytes;
	if (snprintf(new->path, sizeof(new->path), "%s", path) >=
	    (int)sizeof(new->path))
		rc = ENAMETOOLONG;
	else
		rc = folder_open(new);
	if (rc != 0) {
		(void)snprintf(why, size, "cannot open the state in %s: %s",
		    path, mdb_strerror(rc));
		free(new);
		return rc == ENOMEM ? ERR_MEMORY : ERR_IO;
	}
	*db = new;
	return OK;
}

void
lmdb_close(struct lmdb **db)
{
	if (*db == NULL)
		return;
	env_close(*db);
	free(*db);
	*db = NULL;
}

enum err
lmdb_discard(struct lmdb *db)
{
	int rc;

	env_close(db);
	rc = files_delete(db);
	if (rc == 0)
		rc = env_open(db);
	return err_of(rc);
}

void
lmdb_check_readers(struct lmdb *db)
{
	int dead;

	(void)mdb_reader_check(db->env, &dead);
}

enum err
lmdb_begin(struct lmdb *db, bool write, struct lmdb_txn **txn)
{
	struct lmdb_txn *new;
	int rc;

	if (db->env == NULL)
		return ERR_IO;
	new = malloc(sizeof(*new));
	if (new == NULL)
		return ERR_MEMORY;
	new->db = db;
	rc = txn_begin(db->env, write ? 0 : MDB_RDONLY, &new->mdb);
	if (rc != 0) {
		free(new);
		return err_of(rc);
	}
	*txn = new;
	return OK;
}

enum err
lmdb_commit(struct lmdb_txn **txn)
{
	int rc = mdb_txn_commit((*txn)->mdb);

	free(*txn);
	*txn = NULL;
	return err_of(rc);
}

void
lmdb_abort(struct lmdb_txn **txn)
{
	if (*txn == NULL)
		return;
	mdb_txn_abort((*txn)->mdb);
	free(*txn);
	*txn = NULL;
}

enum err
lmdb_renew(struct lmdb_txn *txn)
{
	mdb_txn_reset(txn->mdb);
	return err_of(mdb_txn_renew(txn->mdb));
}

enum err
lmdb_get(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice *value)
{
	MDB_val k = val(key);
	MDB_val v = {0, NULL};
	int rc = mdb_get(txn->mdb, txn->db->tables[table], &k, &v);

	if (rc == 0)
		slice_set(value, &v);
	return err_of(rc);
}

static enum err
put(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice value, unsigned flags)
{
	MDB_val k = val(key);
	MDB_val v = val(value);

	return err_of(mdb_put(txn->mdb, txn->db->tables[table], &k, &v, flags));
}

enum err
lmdb_put(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice value)
{
	return put(txn, table, key, value, 0);
}

enum err
lmdb_append(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice value)
{
	return put(txn, table, key, value, MDB_APPEND);
}

enum err
lmdb_delete(struct lmdb_txn *txn, enum table table, struct slice key)
{
	MDB_val k = val(key);

	return err_of(mdb_del(txn->mdb, txn->db->tables[table], &k, NULL));
}

enum err
lmdb_cursor_open(
    struct lmdb_txn *txn, enum table table, struct lmdb_cursor **cursor)
{
	struct lmdb_cursor *new = malloc(sizeof(*new));
	int rc;

	if (new == NULL)
		return ERR_MEMORY;
	rc = mdb_cursor_open(txn->mdb, txn->db->tables[table], &new->mdb);
	if (rc != 0) {
		free(new);
		return err_of(rc);
	}
	*cursor = new;
	return OK;
}

void
lmdb_cursor_close(struct lmdb_cursor **cursor)
{
	if (*cursor == NULL)
		return;
	mdb_cursor_close((*cursor)->mdb);
	free(*cursor);
	*cursor = NULL;
}

static enum err
cursor_go(struct lmdb_cursor *cursor, MDB_cursor_op how, struct slice at,
    struct slice *key, struct slice *value)
{
	MDB_val k = val(at);
	MDB_val v = {0, NULL};
	int rc = mdb_cursor_get(cursor->mdb, &k, &v, how);

	if (rc == 0) {
		slice_set(key, &k);
		slice_set(value, &v);
	}
	return err_of(rc);
}

static const struct slice NOWHERE = {NULL, 0};

enum err
lmdb_seek(struct lmdb_cursor *cursor, struct slice at, struct slice *key,
    struct slice *value)
{
	return cursor_go(cursor, MDB_SET_RANGE, at, key, value);
}

enum err
lmdb_seek_below(struct lmdb_cursor *cursor, struct slice at, struct slice *key,
    struct slice *value)
{
	enum err err = cursor_go(cursor, MDB_SET_RANGE, at, NULL, NULL);

	if (err == ERR_MISSING)
		return cursor_go(cursor, MDB_LAST, NOWHERE, key, value);
	if (err != OK)
		return err;
	return cursor_go(cursor, MDB_PREV, NOWHERE, key, value);
}

enum err
lmdb_first(struct lmdb_cursor *cursor, struct slice *key, struct slice *value)
{
	return cursor_go(cursor, MDB_FIRST, NOWHERE, key, value);
}

enum err
lmdb_next(struct lmdb_cursor *cursor, struct slice *key, struct slice *value)
{
	return cursor_go(cursor, MDB_NEXT, NOWHERE, key, value);
}

enum err
lmdb_previous(
    struct lmdb_cursor *cursor, struct slice *key, struct slice *value)
{
	return cursor_go(cursor, MDB_PREV, NOWHERE, key, value);
}
