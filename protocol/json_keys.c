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
	keys->places = NULL;
	keys->capacity = keys->count = keys->near_count = 0;
	keys->objects = 0;
}

void
json_keys_fini(struct json_keys *keys)
{
	free(keys->places);
	json_keys_init(keys);
}

void
json_keys_open(struct json_keys *keys, struct json_object *object)
{
	*object = (struct json_object){
	    .number = ++keys->objects, .first = keys->near_count};
}

void
json_keys_close(struct json_keys *keys, const struct json_object *object)
{
	keys->near_count = object->first;
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

static enum err
add_hashed(struct json_keys *keys, uint32_t object, const char *key, size_t len)
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

/* From now on the object's keys are hashed; none of them are alike so far. */
static enum err
hash_all(struct json_keys *keys, struct json_object *object)
{
	enum err err = OK;
	size_t i;

	for (i = object->first; i < keys->near_count && err == OK; i++)
		err = add_hashed(
		    keys, object->number, keys->near[i].key, keys->near[i].len);
	keys->near_count = object->first;
	object->hashed = true;
	return err;
}

static uint32_t
look_of(const char *key, size_t len)
{
	if (len == 0)
		return 0;
	return (uint32_t)(len & 0xff) | (uint32_t)(unsigned char)key[0] << 8 |
	       (uint32_t)(unsigned char)key[len / 2] << 16 |
	       (uint32_t)(unsigned char)key[len - 1] << 24;
}

enum err
json_keys_add(struct json_keys *keys, struct json_object *object,
    const char *key, size_t len, bool stays)
{
	struct json_near near = {key, (uint32_t)len, look_of(key, len)};
	enum err err;
	size_t i;

	if (!object->hashed &&
	    (!stays || keys->near_count == JSON_NEAR_ALL ||
		keys->near_count - object->first == JSON_NEAR_MAX)) {
		err = hash_all(keys, object);
		if (err != OK)
			return err;
	}
	if (object->hashed)
		return add_hashed(keys, object->number, key, len);
	for (i = object->first; i < keys->near_count; i++)
		if (keys->near[i].look == near.look &&
		    keys->near[i].len == near.len &&
		    memcmp(keys->near[i].key, key, len) == 0)
			return ERR_CONFLICT;
	keys->near[keys->near_count++] = near;
	return OK;
}
