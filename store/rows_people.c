/*
 * People as rows of the tables.
 *
 * A person:
 *
 *   roles u32, active u8, enrolled_ms u64, revoked_ms u64, public key and name
 *   (each length u8, characters), number of sources u8, sources (each length
 *   u8, characters), token u8, secret's hash 32 bytes (zeros for no token),
 *   rate u32
 */
#include <string.h>

#include "store/rows.h"

enum {
	PERSON_BYTES_MAX = 4 + 1 + 8 + 8 + 41 + 1 + LIMIT_NAME_BYTES_MAX + 1 +
			   LIMIT_SOURCES_MAX * (1 + LIMIT_NAME_BYTES_MAX) + 1 +
			   HASH_BYTES + 4
};

static struct slice
text_slice(const char *text)
{
	return (struct slice){(const unsigned char *)text, strlen(text)};
}

static enum err
person_decode(uint32_t number, struct slice value, struct person *person)
{
	struct unpack from = unpack_begin(value);

	*person = (struct person){.number = number};
	person->roles = unpack_u32(&from);
	person->active = unpack_u8(&from) != 0;
	person->enrolled_ms = unpack_u64(&from);
	person->revoked_ms = unpack_u64(&from);
	unpack_text(&from, person->public_z85, sizeof(person->public_z85));
	unpack_text(&from, person->name, sizeof(person->name));
	person->sources_count = unpack_u8(&from);
	if (person->sources_count > LIMIT_SOURCES_MAX)
		return ERR_CORRUPT;
	for (size_t i = 0; i < person->sources_count; i++)
		unpack_text(
		    &from, person->sources[i], sizeof(person->sources[i]));
	person->token = unpack_u8(&from) != 0;
	unpack_bytes(&from, person->secret, sizeof(person->secret));
	person->rate = unpack_u32(&from);
	return unpack_end(&from);
}

static void
person_encode(struct pack *value, const struct person *person)
{
	pack_u32(value, person->roles);
	pack_u8(value, person->active);
	pack_u64(value, person->enrolled_ms);
	pack_u64(value, person->revoked_ms);
	pack_text(value, person->public_z85);
	pack_text(value, person->name);
	pack_u8(value, (unsigned)person->sources_count);
	for (size_t i = 0; i < person->sources_count; i++)
		pack_text(value, person->sources[i]);
	pack_u8(value, person->token);
	pack_bytes(value, person->secret, sizeof(person->secret));
	pack_u32(value, person->rate);
}

enum err
person_put(struct state_txn *txn, const struct person *person)
{
	PACK(value, PERSON_BYTES_MAX);
	PACK(key, 4);
	enum err err;

	pack_u32(&key, person->number);
	person_encode(&value, person);
	err = lmdb_put(
	    txn->lmdb, TABLE_people, pack_slice(&key), pack_slice(&value));
	if (err == OK)
		err = lmdb_put(txn->lmdb, TABLE_people_by_name,
		    text_slice(person->name), pack_slice(&key));
	if (err == OK && !person->token)
		err = lmdb_put(txn->lmdb, TABLE_people_by_key,
		    text_slice(person->public_z85), pack_slice(&key));
	return err;
}

enum err
person_get(struct state_txn *txn, uint32_t number, struct person *person)
{
	struct slice value;
	PACK(key, 4);
	enum err err;

	pack_u32(&key, number);
	err = lmdb_get(txn->lmdb, TABLE_people, pack_slice(&key), &value);
	return err == OK ? person_decode(number, value, person) : err;
}

static enum err
person_by(struct state_txn *txn, enum table table, const char *text,
    struct person *person)
{
	struct slice value;
	struct unpack from;
	uint32_t number;
	enum err err;

	/* An empty key is none that LMDB knows, and one too long is nobody's. */
	if (text[0] == '\0' || strlen(text) > LIMIT_NAME_BYTES_MAX)
		return ERR_MISSING;
	err = lmdb_get(txn->lmdb, table, text_slice(text), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	number = unpack_u32(&from);
	return from.bad ? ERR_CORRUPT : person_get(txn, number, person);
}

enum err
person_by_name(struct state_txn *txn, const char *name, struct person *person)
{
	return person_by(txn, TABLE_people_by_name, name, person);
}

enum err
person_by_key(
    struct state_txn *txn, const char *public_z85, struct person *person)
{
	return person_by(txn, TABLE_people_by_key, public_z85, person);
}

enum err
person_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct person *person), void *arg)
{
	struct lmdb_cursor *cursor;
	struct slice key;
	struct slice value;
	struct person person;
	enum err err = lmdb_cursor_open(txn->lmdb, TABLE_people, &cursor);

	if (err != OK)
		return err;
	for (err = lmdb_first(cursor, &key, &value); err == OK;
	     err = lmdb_next(cursor, &key, &value)) {
		struct unpack from = unpack_begin(key);

		err = person_decode(unpack_u32(&from), value, &person);
		if (err != OK || !row(arg, &person))
			break;
	}
	lmdb_cursor_close(&cursor);
	return err == ERR_MISSING ? OK : err;
}

enum err
person_is_human(struct state_txn *txn, uint32_t number, bool *human)
{
	struct person person;
	enum err err;

	*human = number != 0;
	if (number == 0)
		return OK;
	err = person_get(txn, number, &person);
	if (err == ERR_MISSING)
		return OK;
	if (err == OK)
		*human = person.roles != ROLE_worker;
	return err;
}
