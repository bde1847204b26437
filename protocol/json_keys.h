/*
 * The keys that json_scan has met, to notice duplicates.  The few of a common
 * object are compared with each other.  Those of an object that has more are
 * known by a 128-bit keyed hash, so that neither one huge object nor keys
 * chosen to collide cost more than the document's length.
 */
#ifndef TOCSIN_PROTOCOL_JSON_KEYS_H
#define TOCSIN_PROTOCOL_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum {
	JSON_NEAR_MAX = 24, /* keys of one object that are compared */
	JSON_NEAR_ALL = 256 /* of all objects that are open at once */
};

/* A key where it stands in the text. */
struct json_near {
	const char *key;
	uint32_t len;
	uint32_t look; /* its length and some of its bytes */
};

struct json_key {
	uint64_t hash[2];
	uint32_t object; /* 0: the place is empty */
};

struct json_keys {
	struct json_key *places; /* capacity of them, a power of two */
	size_t capacity;
	size_t count;
	uint32_t objects; /* objects begun so far */
	size_t near_count;
	struct json_near near[JSON_NEAR_ALL]; /* of the objects that are open */
};

/* An object that is open, innermost last. */
struct json_object {
	uint32_t number;
	size_t first; /* of its keys in near, to the end of those */
	bool hashed; /* its keys are in places instead */
};

void json_keys_init(struct json_keys *keys);
void json_keys_fini(struct json_keys *keys);

/* Begins an object, and ends the one that was begun last. */
void json_keys_open(struct json_keys *keys, struct json_object *object);
void json_keys_close(struct json_keys *keys, const struct json_object *object);

/*
 * Remembers the key (len bytes, escapes undone) of the object, the innermost
 * one that is open.  stays says that key stays where it is until the object
 * ends.  ERR_CONFLICT when the object has it already.  ERR_MEMORY.
 */
MUST_CHECK
enum err json_keys_add(struct json_keys *keys, struct json_object *object,
    const char *key, size_t len, bool stays);

#endif
