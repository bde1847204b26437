/*
 * The dump: "table key value", a line a row.  A key or value that is printable
 * ASCII without blanks stands as it is behind a '=', anything else in hex; one
 * without bytes is "-".
 */
#include <stdlib.h>
#include <string.h>

#include "store/rows.h"

/* A line that grows with what it holds. */
struct line {
	char *text;
	size_t len, size;
	bool failed;
};

static char *
line_room(struct line *line, size_t len)
{
	char *at;

	if (line->failed)
		return NULL;
	if (line->size - line->len < len) {
		size_t size = 2 * line->size + len;
		char *grown = realloc(line->text, size);

		line->failed = grown == NULL;
		if (line->failed)
			return NULL;
		line->text = grown;
		line->size = size;
	}
	at = line->text + line->len;
	line->len += len;
	return at;
}

static void
line_add(struct line *line, const char *text, size_t len)
{
	char *at = line_room(line, len);

	if (at != NULL && len > 0)
		memcpy(at, text, len);
}

static bool
is_printable(struct slice slice)
{
	for (size_t i = 0; i < slice.len; i++) {
		if (slice.bytes[i] <= ' ' || slice.bytes[i] > '~')
			return false;
	}
	return true;
}

static void
line_add_slice(struct line *line, struct slice slice)
{
	static const char digits[] = "0123456789abcdef";
	char *at;

	if (slice.len == 0) {
		line_add(line, "-", 1);
		return;
	}
	if (is_printable(slice)) {
		line_add(line, "=", 1);
		line_add(line, (const char *)slice.bytes, slice.len);
		return;
	}
	at = line_room(line, 2 * slice.len);
	for (size_t i = 0; i < slice.len && at != NULL; i++) {
		*at++ = digits[slice.bytes[i] >> 4];
		*at++ = digits[slice.bytes[i] & 15];
	}
}

static enum err
table_dump(struct state_txn *txn, enum table table, struct line *line,
    bool (*write)(void *arg, const char *line, size_t len), void *arg,
    bool *stopped)
{
	const char *name = lmdb_table_name(table);
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	enum err err = lmdb_cursor_open(txn->lmdb, table, &cursor);

	if (err != OK)
		return err;
	for (err = lmdb_first(cursor, &key, &value); err == OK && !*stopped;
	     err = lmdb_next(cursor, &key, &value)) {
		line->len = 0;
		line_add(line, name, strlen(name));
		line_add(line, " ", 1);
		line_add_slice(line, key);
		line_add(line, " ", 1);
		line_add_slice(line, value);
		line_add(line, "\n", 1);
		if (line->failed)
			err = ERR_MEMORY;
		else
			*stopped = !write(arg, line->text, line->len);
		if (err != OK)
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
state_dump(struct state_txn *txn,
    bool (*write)(void *arg, const char *line, size_t len), void *arg)
{
	struct line line = {.text = NULL};
	bool stopped = false;
	enum err err = OK;

	for (int i = 0; i < TABLE_COUNT && err == OK && !stopped; i++)
		err =
		    table_dump(txn, (enum table)i, &line, write, arg, &stopped);
	free(line.text);
	return err;
}
