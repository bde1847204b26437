#include "protocol/json_keys.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];

static_assert(sizeof(((struct json_key *)NULL)->hash) ==
		  crypto_shorthash_siphashx24_BYTES,
    "a hash fills the key's place");

static void
make_secret(void)
{
	if (sodium_init() < 0)
		abort();
	randombytes_buf(secret, sizeof(secret));
}

void
json_keys_init(struct json_keys *keys)
{
	memset(keys, 0, sizeof(*keys));
}

void
json_keys_fini(struct json_keys *keys)
{
	free(keys->places);
	memset(keys, 0, sizeof(*keys));
}

uint32_t
json_keys_object(struct json_keys *keys)
{
	return ++keys->objects;
}

static bool
same(const struct json_key *a, const struct json_key *b)
{
	return a->object == b->object && a->hash[0] == b->hash[0] &&
	       a->hash[1] == b->hash[1];
}

/* The place that holds the key, or the empty one where it belongs. */
static struct json_key *
place_of(struct json_key *places, size_t capacity, const struct json_key *key)
{
	size_t i = (size_t)key->hash[0] & (capacity - 1);

	while (places[i].object != 0 && !same(&places[i], key))
		i = (i + 1) & (capacity - 1);
	return &places[i];
}

/* Keeps at least half of the places empty. */
static enum err
make_room(struct json_keys *keys)
{
	size_t capacity, i;
	struct json_key *places;

	if (keys->count * 2 < keys->capacity)
		return OK;
	capacity = keys->capacity == 0 ? CAPACITY_FIRST : keys->capacity * 2;
	places = calloc(capacity, sizeof(*places));
	if (places == NULL)
		return ERR_MEMORY;
	for (i = 0; i < keys->capacity; i++)
		if (keys->places[i].object != 0)
			*place_of(places, capacity, &keys->places[i]) =
			    keys->places[i];
	free(keys->places);
	keys->places = places;
	keys->capacity = capacity;
	return OK;
}

enum err
json_keys_add(
    struct json_keys *keys, uint32_t object, const char *key, size_t len)
{
	struct json_key wanted = {.object = object};
	struct json_key *place;
	enum err err = make_room(keys);

	if (err != OK)
		return err;
	if (pthread_once(&once, make_secret) != 0)
		abort();
	crypto_shorthash_siphashx24((unsigned char *)wanted.hash,
	    (const unsigned char *)key, len, secret);
	/* One key in many objects must not crowd one run of places. */
	wanted.hash[0] ^= (uint64_t)object * UINT64_C(0x9e3779b97f4a7c15);
	place = place_of(keys->places, keys->capacity, &wanted);
	if (place->object != 0)
		return ERR_CONFLICT;
	*place = wanted;
	keys->count++;
	return OK;
}
