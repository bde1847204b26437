/*
 * Files of incidents as rows of the tables; the bytes are evidence.h's.
 *
 * A file: SHA-256 (32 bytes), bytes u64, added_by u32, added u64,
 * discarded_by u32, discarded u64.
 */
#include <string.h>

#include "store/facts.h"
#include "store/rows.h"

enum {
	FILE_KEY_BYTES = 8 + 4,
	FILE_BYTES = SHA256_BYTES + 8 + 4 + 8 + 4 + 8,
	HASH_KEY_BYTES = SHA256_BYTES + FILE_KEY_BYTES,
	READ_KEY_BYTES = FILE_KEY_BYTES + 4,
};

static struct slice
file_key(struct pack *key, uint64_t incident, uint32_t number)
{
	pack_u64(key, incident);
	pack_u32(key, number);
	return pack_slice(key);
}

static enum err
file_decode(struct slice key, struct slice value, struct incident_file *file)
{
	struct unpack at = unpack_begin(key);
	struct unpack from = unpack_begin(value);

	*file = (struct incident_file){.incident = unpack_u64(&at)};
	file->number = unpack_u32(&at);
	unpack_bytes(&from, file->sha256, SHA256_BYTES);
	file->bytes = unpack_u64(&from);
	file->added_by = unpack_u32(&from);
	file->added_ms = unpack_u64(&from);
	file->discarded_by = unpack_u32(&from);
	file->discarded_ms = unpack_u64(&from);
	return at.bad ? ERR_CORRUPT : unpack_end(&from);
}

enum err
file_get(struct state_txn *txn, uint64_t incident, uint32_t number,
    struct incident_file *file)
{
	struct slice value;
	PACK(key, FILE_KEY_BYTES);
	struct slice at = file_key(&key, incident, number);
	enum err err = lmdb_get(txn->lmdb, TABLE_files, at, &value);

	return err == OK ? file_decode(at, value, file) : err;
}

enum err
file_each(struct state_txn *txn, uint64_t incident,
    bool (*row)(void *arg, const struct incident_file *file), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key, value;
	struct incident_file file;
	PACK(from, FILE_KEY_BYTES);
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_files, &cursor);

	if (err != OK)
		return err;
	(void)file_key(&from, incident, 0);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK; err = lmdb_next(cursor, &key, &value)) {
		err = file_decode(key, value, &file);
		if (err != OK || file.incident != incident || !row(arg, &file))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

struct search {
	const unsigned char *sha256;
	struct incident_file *file;
	bool found;
};

static bool
look_at(void *arg, const struct incident_file *file)
{
	struct search *search = arg;

	search->found = memcmp(file->sha256, search->sha256, SHA256_BYTES) == 0;
	if (search->found)
		*search->file = *file;
	return !search->found;
}

enum err
file_find(struct state_txn *txn, uint64_t incident,
    const unsigned char sha256[SHA256_BYTES], struct incident_file *file)
{
	struct search search = {.sha256 = sha256, .file = file};
	enum err err = file_each(txn, incident, look_at, &search);

	return err == OK && !search.found ? ERR_MISSING : err;
}

/* ---- by their bytes ---- */

static enum err
hash_set(struct state_txn *txn, const struct incident_file *file)
{
	PACK(key, HASH_KEY_BYTES);
	PACK(value, 1);

	pack_bytes(&key, file->sha256, SHA256_BYTES);
	(void)file_key(&key, file->incident, file->number);
	pack_u8(&value, file->discarded_ms != 0);
	return lmdb_put(
	    txn->lmdb, TABLE_file_hashes, pack_slice(&key), pack_slice(&value));
}

enum err
file_uses(struct state_txn *txn, const unsigned char sha256[SHA256_BYTES],
    struct file_uses *uses)
{
	struct lmdb_cursor *cursor;
	struct slice key, value;
	PACK(from, SHA256_BYTES);
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_file_hashes, &cursor);

	*uses = (struct file_uses){0};
	if (err != OK)
		return err;
	pack_bytes(&from, sha256, SHA256_BYTES);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK; err = lmdb_next(cursor, &key, &value)) {
		if (key.len != HASH_KEY_BYTES || value.len != 1 ||
		    memcmp(key.bytes, sha256, SHA256_BYTES) != 0)
			break;
		if (value.bytes[0] != 0)
			uses->discarded++;
		else
			uses->kept++;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
file_put(struct state_txn *txn, const struct incident_file *file)
{
	PACK(key, FILE_KEY_BYTES);
	PACK(value, FILE_BYTES);
	enum err err = hash_set(txn, file);

	if (err != OK)
		return err;

	pack_bytes(&value, file->sha256, SHA256_BYTES);
	pack_u64(&value, file->bytes);
	pack_u32(&value, file->added_by);
	pack_u64(&value, file->added_ms);
	pack_u32(&value, file->discarded_by);
	pack_u64(&value, file->discarded_ms);
	return lmdb_put(txn->lmdb, TABLE_files,
	    file_key(&key, file->incident, file->number), pack_slice(&value));
}

/* ---- who was given it to read ---- */

static struct slice
read_key(
    struct pack *key, uint64_t incident, uint32_t number, uint32_t principal)
{
	(void)file_key(key, incident, number);
	pack_u32(key, principal);
	return pack_slice(key);
}

enum err
file_read_set(struct state_txn *txn, uint64_t incident, uint32_t number,
    uint32_t principal, uint64_t at_ms)
{
	PACK(key, READ_KEY_BYTES);
	PACK(value, 8);

	pack_u64(&value, at_ms);
	return lmdb_put(txn->lmdb, TABLE_file_reads,
	    read_key(&key, incident, number, principal), pack_slice(&value));
}

enum err
file_read_ms(struct state_txn *txn, uint64_t incident, uint32_t number,
    uint32_t principal, uint64_t *at_ms)
{
	struct slice value;
	struct unpack from;
	PACK(key, READ_KEY_BYTES);
	enum err err = lmdb_get(txn->lmdb, TABLE_file_reads,
	    read_key(&key, incident, number, principal), &value);

	*at_ms = 0;
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	from = unpack_begin(value);
	*at_ms = unpack_u64(&from);
	return unpack_end(&from);
}

enum err
file_read_each(struct state_txn *txn, uint64_t incident, uint32_t number,
    bool (*row)(void *arg, uint32_t principal, uint64_t at_ms), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key, value;
	PACK(from, READ_KEY_BYTES);
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_file_reads, &cursor);

	if (err != OK)
		return err;
	(void)read_key(&from, incident, number, 0);
	for (err = lmdb_seek(cursor, pack_slice(&from), &key, &value);
	     err == OK; err = lmdb_next(cursor, &key, &value)) {
		if (key.len != READ_KEY_BYTES || value.len != 8 ||
		    memcmp(key.bytes, from.bytes, FILE_KEY_BYTES) != 0 ||
		    !row(arg, get_be32(key.bytes + FILE_KEY_BYTES),
			get_be64(value.bytes)))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

/* ---- names ---- */

enum err
file_text_put(
    struct state_txn *txn, uint64_t incident, uint32_t number, const char *json)
{
	PACK(key, FILE_KEY_BYTES);

	return lmdb_put(txn->lmdb, TABLE_file_text,
	    file_key(&key, incident, number),
	    (struct slice){(const unsigned char *)json, strlen(json)});
}

enum err
file_name(struct state_txn *txn, uint64_t incident, uint32_t number,
    char name[LIMIT_FILE_NAME_BYTES_MAX + 1])
{
	struct slice value;
	struct facts text = {0};
	cJSON *tree = NULL;
	PACK(key, FILE_KEY_BYTES);
	bool there;
	enum err err = lmdb_get(txn->lmdb, TABLE_file_text,
	    file_key(&key, incident, number), &value);

	if (err == OK)
		err = facts_parse((const char *)value.bytes, value.len, &tree);
	if (err != OK)
		return err;
	text.json = tree;
	there = facts_text(&text, "name", name, LIMIT_FILE_NAME_BYTES_MAX + 1);
	cJSON_Delete(tree);
	return there ? OK : ERR_MISSING;
}
