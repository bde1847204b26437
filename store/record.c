/* Encoding an entry once, to be shared between threads. */
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/entry.h"
#include "store/entry_layout.h"

struct record {
	atomic_uint references;
	size_t len;
	unsigned char data[];
};

enum { POOL_BYTES = 4096 };

/*
 * Random keys of this thread that are not handed out yet: expanded from one
 * fresh seed for 256 keys, for a system call a part costs more than its digest.
 * What is handed out is wiped here.
 */
static _Thread_local struct {
	unsigned char bytes[POOL_BYTES];
	size_t left;
} pool;

static void
pool_fill(void)
{
	unsigned char seed[randombytes_SEEDBYTES];

	/* A library that cannot start has no randomness to give. */
	if (sodium_init() < 0)
		abort();
	randombytes_buf(seed, sizeof(seed));
	randombytes_buf_deterministic(pool.bytes, sizeof(pool.bytes), seed);
	sodium_memzero(seed, sizeof(seed));
	pool.left = sizeof(pool.bytes);
}

static void
draw_key(unsigned char key[ENTRY_KEY_BYTES])
{
	if (pool.left < ENTRY_KEY_BYTES)
		pool_fill();
	pool.left -= ENTRY_KEY_BYTES;
	memcpy(key, pool.bytes + pool.left, ENTRY_KEY_BYTES);
	memset(pool.bytes + pool.left, 0, ENTRY_KEY_BYTES);
}

/* Bytes on disk, padding included; 0 when the draft is over a limit. */
static size_t
draft_bytes(const struct entry_draft *draft)
{
	uint64_t bytes;
	size_t i;

	if (draft->parts_count > ENTRY_PARTS_MAX)
		return 0;
	bytes = ENTRY_HEADER_BYTES + draft->facts_len +
		draft->parts_count *
		    (uint64_t)(ENTRY_PART_ROW_BYTES + 1 + ENTRY_KEY_BYTES);
	for (i = 0; i < draft->parts_count; i++)
		bytes += draft->parts[i].len;
	bytes = (bytes + ENTRY_ALIGN - 1) / ENTRY_ALIGN * ENTRY_ALIGN;
	return bytes <= LIMIT_ENTRY_BYTES_MAX ? (size_t)bytes : 0;
}

static void
encode_header(const struct entry_draft *draft, size_t len, unsigned char *data)
{
	memset(data, 0, ENTRY_HEADER_BYTES);
	put_be32(data + ENTRY_AT_MAGIC, ENTRY_MAGIC);
	put_be32(data + ENTRY_AT_LEN, (uint32_t)len);
	put_be16(data + ENTRY_AT_FORMAT, ENTRY_FORMAT);
	put_be16(data + ENTRY_AT_KIND, draft->kind);
	put_be32(data + ENTRY_AT_ACTOR, draft->actor);
	data[ENTRY_AT_SUBJECT] = (unsigned char)draft->subject.type;
	data[ENTRY_AT_FLAGS] = draft->more ? ENTRY_MORE : 0;
	put_be16(data + ENTRY_AT_PARTS, (uint16_t)draft->parts_count);
	put_be32(data + ENTRY_AT_FACTS_LEN, draft->facts_len);
	put_be64(data + ENTRY_AT_SUBJECT_NUMBER, draft->subject.number);
	put_be32(data + ENTRY_AT_SUBJECT_PART, draft->subject.part);
}

/* Writes the part's row and, at `at`, its body; returns where that ends. */
static unsigned char *
encode_part(const struct part *part, unsigned char *row, unsigned char *at)
{
	unsigned char *key = at + 1;

	at[0] = 1;
	draw_key(key);
	if (part->len > 0)
		memcpy(key + ENTRY_KEY_BYTES, part->bytes, part->len);
	put_be16(row + PART_AT_KIND, (uint16_t)part->kind);
	put_be16(row + PART_AT_ZERO, 0);
	put_be32(row + PART_AT_LEN, part->len);
	entry_digest(
	    key, key + ENTRY_KEY_BYTES, part->len, row + PART_AT_DIGEST);
	return key + ENTRY_KEY_BYTES + part->len;
}

enum err
record_make(const struct entry_draft *draft, struct record **record)
{
	struct record *made;
	unsigned char *row, *at;
	size_t len, i;

	len = draft_bytes(draft);
	if (len == 0)
		return ERR_TOO_LARGE;
	made = malloc(sizeof(*made) + len);
	if (made == NULL)
		return ERR_MEMORY;
	atomic_init(&made->references, 1);
	made->len = len;

	encode_header(draft, len, made->data);
	row = made->data + ENTRY_HEADER_BYTES;
	at = row + draft->parts_count * ENTRY_PART_ROW_BYTES;
	if (draft->facts_len > 0)
		memcpy(at, draft->facts, draft->facts_len);
	at += draft->facts_len;
	for (i = 0; i < draft->parts_count; i++, row += ENTRY_PART_ROW_BYTES)
		at = encode_part(&draft->parts[i], row, at);
	memset(at, 0, (size_t)(made->data + len - at));
	*record = made;
	return OK;
}

void
record_number(
    struct record *record, uint64_t seq, uint64_t time_ms, uint64_t subject)
{
	put_be64(record->data + ENTRY_AT_SEQ, seq);
	put_be64(record->data + ENTRY_AT_TIME, time_ms);
	if (subject != 0)
		put_be64(record->data + ENTRY_AT_SUBJECT_NUMBER, subject);
}

struct record *
record_hold(struct record *record)
{
	atomic_fetch_add_explicit(&record->references, 1, memory_order_relaxed);
	return record;
}

void
record_release(struct record **record)
{
	struct record *held = *record;

	*record = NULL;
	if (held != NULL && atomic_fetch_sub_explicit(&held->references, 1,
				memory_order_acq_rel) == 1)
		free(held);
}

uint64_t
record_seq(const struct record *record)
{
	return get_be64(record->data + ENTRY_AT_SEQ);
}

unsigned
record_kind(const struct record *record)
{
	return get_be16(record->data + ENTRY_AT_KIND);
}

size_t
record_bytes(const struct record *record)
{
	return record->len;
}

const unsigned char *
record_data(const struct record *record)
{
	return record->data;
}

const unsigned char *
record_chain(const struct record *record)
{
	return record->data + ENTRY_AT_CHAIN;
}

void
record_chain_set(
    struct record *record, const unsigned char *previous, unsigned char *out)
{
	unsigned char *chain = record->data + ENTRY_AT_CHAIN;

	entry_chain(record->data, previous, chain);
	memcpy(out, chain, HASH_BYTES);
}

void
entry_of_record(const struct record *record, struct entry *entry)
{
	enum err err;

	/* What record_make made and record_number numbered always reads. */
	err = entry_read(record->data, record->len, entry);
	assert(err == OK);
	(void)err;
}
