/*
 * The keys that json_scan has met, to notice duplicates.  Keys are known by a
 * 128-bit keyed hash, so that neither one huge object nor keys chosen to
 * collide cost more than the document's length.
 */
#ifndef TOCSIN_PROTOCOL_JSON_KEYS_H
#define TOCSIN_PROTOCOL_JSON_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

struct json_key {
	uint64_t hash[2];
	uint32_t object; /* 0: the place is empty */
};

struct json_keys {
	struct json_key *places; /* capacity of them, a power of two */
	size_t capacity;
	size_t count;
	uint32_t objects; /* objects begun so far */
};

void json_keys_init(struct json_keys *keys);
void json_keys_fini(struct json_keys *keys);

/* Begins an object; returns its number. */
uint32_t json_keys_object(struct json_keys *keys);

/*
 * Remembers the key (len bytes, escapes undone) of the object.
 * ERR_CONFLICT when the object has it already.  ERR_MEMORY.
 */
MUST_CHECK
enum err json_keys_add(
    struct json_keys *keys, uint32_t object, const char *key, size_t len);

#endif
