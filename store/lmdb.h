/*
 * LMDB: one environment, the tables of tables.def, bytes in and bytes out.
 * lmdb.c is the only file that knows the library.
 *
 * A slice that a read returns points into the transaction: it lives until the
 * transaction's next write or its end.
 */
#ifndef TOCSIN_STORE_LMDB_H
#define TOCSIN_STORE_LMDB_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

enum table {
#define TABLE(name, class, layout) TABLE_##name,
#include "store/tables.def"
#undef TABLE
	TABLE_COUNT
};

struct slice {
	const unsigned char *bytes;
	size_t len;
};

struct lmdb;
struct lmdb_txn;
struct lmdb_cursor;

/* The table's name in tables.def. Static. */
const char *lmdb_table_name(enum table table);

/* The address space of a store's state: 256 GiB, whatever it holds. */
extern const size_t LMDB_MAP_BYTES;

/*
 * Opens the environment in the folder at path, which is made when it is not
 * there.  Files that are no LMDB, or one that this library cannot read, are
 * thrown away: all of it can be made again from the journal.  Where the system
 * grants no map of map_bytes (valgrind, RLIMIT_AS), a smaller one is taken.
 *
 * read_only: nothing is made, nothing is thrown away.
 * ERR_IO with why for people; ERR_MEMORY.
 */
MUST_CHECK
enum err lmdb_open(const char *path, bool read_only, size_t map_bytes,
    struct lmdb **db, char *why, size_t size);
void lmdb_close(struct lmdb **db); /* NULL is fine */

/* Deletes the files and begins anew.  No transaction may be open. */
MUST_CHECK
enum err lmdb_discard(struct lmdb *db);

/* Clears the slots of readers that died. */
void lmdb_check_readers(struct lmdb *db);

/* One write transaction at a time; a second one waits.  ERR_FULL, ERR_IO,
 * ERR_MEMORY; ERR_BUSY when every reader's slot is taken. */
MUST_CHECK
enum err lmdb_begin(struct lmdb *db, bool write, struct lmdb_txn **txn);
/* Synced to disk when it returns OK.  The transaction is over in any case. */
MUST_CHECK
enum err lmdb_commit(struct lmdb_txn **txn);
void lmdb_abort(struct lmdb_txn **txn); /* NULL is fine */
/* A read transaction goes on with the newest snapshot.  After a failure it can
 * only be aborted. */
MUST_CHECK
enum err lmdb_renew(struct lmdb_txn *txn);

/* ERR_MISSING when the key is not there. */
MUST_CHECK
enum err lmdb_get(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice *value);
MUST_CHECK
enum err lmdb_put(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice value);
/* For keys above every other in the table: cheaper.  ERR_CORRUPT when it is
 * not above them. */
MUST_CHECK
enum err lmdb_append(struct lmdb_txn *txn, enum table table, struct slice key,
    struct slice value);
/* ERR_MISSING when the key is not there. */
MUST_CHECK
enum err lmdb_delete(struct lmdb_txn *txn, enum table table, struct slice key);

/* A cursor must be closed before its transaction ends. */
MUST_CHECK
enum err lmdb_cursor_open(
    struct lmdb_txn *txn, enum table table, struct lmdb_cursor **cursor);
void lmdb_cursor_close(struct lmdb_cursor **cursor); /* NULL is fine */

/* Each sets key and value (either may be NULL); ERR_MISSING when there is no
 * such row. */
/* To the first row at or above `at`. */
MUST_CHECK
enum err lmdb_seek(struct lmdb_cursor *cursor, struct slice at,
    struct slice *key, struct slice *value);
/* To the last row below `at`. */
MUST_CHECK
enum err lmdb_seek_below(struct lmdb_cursor *cursor, struct slice at,
    struct slice *key, struct slice *value);
MUST_CHECK
enum err lmdb_first(
    struct lmdb_cursor *cursor, struct slice *key, struct slice *value);
MUST_CHECK
enum err lmdb_next(
    struct lmdb_cursor *cursor, struct slice *key, struct slice *value);
MUST_CHECK
enum err lmdb_previous(
    struct lmdb_cursor *cursor, struct slice *key, struct slice *value);

#endif
