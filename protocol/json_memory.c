#include "protocol/json_memory.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||     \
    __has_feature(thread_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

/*
 * Sizes of memory that are told apart: malloc's own, 16 bytes from one to the
 * next, so that what is given back serves whatever it was made for.
 */
enum {
	LEAST_BYTES = 24,
	STEP_BYTES = 16,
	SIZES = 12,
	KEPT_BYTES_MAX = 2 << 20 /* by one thread */
};

static _Thread_local struct {
	void *first[SIZES]; /* each begins with a pointer to the next */
	size_t bytes;
	int known; /* to the key below: the thread gives all back as it ends */
} kept;

static pthread_key_t at_end;
static bool used; /* cJSON asks here; set before there are threads */

/* ---- memory of one document or pool, thrown away as a whole ---- */

enum {
	ALIGN = 8,
	DOC_BYTES_MIN = 1024,
	DOC_BYTES_MAX = 32768,
	TREE_SHARE = 4, /* a tree takes about so many times its text's bytes */
	POOL_BYTES_MIN = 16384, /* of these a thread keeps one */
	POOL_BYTES_MAX = 4 << 20
};

struct json_chunk {
	struct json_chunk *next;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

/* Where this thread makes JSON just now. */
struct place {
	struct json_chunk **into; /* NULL: each by itself */
	size_t bytes; /* of the next chunk */
	bool pool; /* whose chunks double in size: there are few */
};

static _Thread_local struct place place;
static _Thread_local struct json_chunk *spare;

/* A chunk with room for so many bytes, the first now; NULL: out of memory. */
static struct json_chunk *
add_chunk(size_t bytes)
{
	size_t size = bytes > place.bytes ? bytes : place.bytes;
	struct json_chunk *chunk = spare;

	if (size == POOL_BYTES_MIN && chunk != NULL)
		spare = NULL;
	else
		chunk = malloc(sizeof(*chunk) + size);
	if (chunk == NULL)
		return NULL;
	*chunk = (struct json_chunk){.next = *place.into, .size = size};
	*place.into = chunk;
	if (place.pool && place.bytes < POOL_BYTES_MAX)
		place.bytes *= 2;
	return chunk;
}

static void *
take_of_chunks(size_t bytes)
{
	struct json_chunk *chunk = *place.into;
	void *taken;

	bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (chunk == NULL || chunk->size - chunk->used < bytes)
		chunk = add_chunk(bytes);
	if (chunk == NULL)
		return NULL;
	taken = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return taken;
}

/* What a document gives back as it is read is always its own. */
static bool
is_of_chunks(const void *memory)
{
	const struct json_chunk *chunk;

	if (!place.pool)
		return true;
	for (chunk = *place.into; chunk != NULL; chunk = chunk->next)
		if ((uintptr_t)memory >= (uintptr_t)chunk->bytes &&
		    (uintptr_t)memory < (uintptr_t)chunk->bytes + chunk->size)
			return true;
	return false;
}

/* ---- memory of all other trees ---- */

static void
give_all_back(void *unused)
{
	size_t i;

	(void)unused;
	for (i = 0; i < SIZES; i++)
		while (kept.first[i] != NULL) {
			void *memory = kept.first[i];

			memcpy(&kept.first[i], memory, sizeof(void *));
			free(memory);
		}
	free(spare);
	spare = NULL;
	/* What other destructors give back yet goes to malloc. */
	kept.bytes = KEPT_BYTES_MAX;
}

/* So that the thread gives all back as it ends. */
static void
know_thread(void)
{
	/* Any value but NULL has the destructor called. */
	if (!kept.known)
		(void)pthread_setspecific(at_end, &kept);
	kept.known = 1;
}

/* Throws chunks away, but for one that the next may take. */
static void
drop_chunks(struct json_chunk **first)
{
	struct json_chunk *chunk;

	while ((chunk = *first) != NULL) {
		*first = chunk->next;
		if (spare != NULL || chunk->size != POOL_BYTES_MIN) {
			free(chunk);
			continue;
		}
		know_thread();
		spare = chunk;
	}
}

static void *
take(size_t size)
{
	size_t i = size <= LEAST_BYTES
		       ? 0
		       : (size - LEAST_BYTES + STEP_BYTES - 1) / STEP_BYTES;
	size_t bytes = LEAST_BYTES + i * STEP_BYTES;
	void *memory;

	if (place.into != NULL)
		return take_of_chunks(size);
	if (i >= SIZES)
		return malloc(size);
	memory = kept.first[i];
	if (memory == NULL)
		return malloc(bytes);
	memcpy(&kept.first[i], memory, sizeof(void *));
	kept.bytes -= bytes;
	return memory;
}

static void
give(void *memory)
{
	size_t room, i, bytes;

	/* What lies in chunks is thrown away with them. */
	if (memory == NULL || (place.into != NULL && is_of_chunks(memory)))
		return;
	room = malloc_usable_size(memory);
	i = (room - LEAST_BYTES) / STEP_BYTES;
	bytes = LEAST_BYTES + i * STEP_BYTES;
	if (room < LEAST_BYTES || i >= SIZES ||
	    kept.bytes + bytes > KEPT_BYTES_MAX) {
		free(memory);
		return;
	}
	know_thread();
	memcpy(memory, &kept.first[i], sizeof(void *));
	kept.first[i] = memory;
	kept.bytes += bytes;
}

/* ---- where memory is watched: malloc's, and counted ---- */

static _Thread_local size_t made; /* by this thread, and not given back */

static void *
take_counted(size_t size)
{
	void *memory = malloc(size);

	made += memory != NULL;
	return memory;
}

static void
give_counted(void *memory)
{
	made -= memory != NULL;
	free(memory);
}

void
json_memory_use(void)
{
	static cJSON_Hooks hooks = {take, give};
	static cJSON_Hooks counting = {take_counted, give_counted};

	if (WATCHED || pthread_key_create(&at_end, give_all_back) != 0) {
		cJSON_InitHooks(WATCHED ? &counting : NULL);
		return;
	}
	cJSON_InitHooks(&hooks);
	used = true;
}

void
json_pool_begin(struct json_pool *pool)
{
	assert(place.into == NULL);
	*pool = (struct json_pool){.made = made};
	if (used)
		place = (struct place){&pool->chunks, POOL_BYTES_MIN, true};
}

void
json_pool_leave(struct json_pool *pool)
{
	place = (struct place){.into = NULL};
	if (WATCHED && pool->made != made) {
		(void)fputs(
		    "JSON that was made in a pool outlives it\n", stderr);
		abort();
	}
}

void
json_pool_end(struct json_pool *pool)
{
	drop_chunks(&pool->chunks);
}

enum err
json_doc_read(struct json_doc *doc, const char *json, size_t len)
{
	const struct place outer = place;
	const size_t counted = made; /* a document is in no pool */
	size_t bytes =
	    len > DOC_BYTES_MAX / TREE_SHARE ? DOC_BYTES_MAX : len * TREE_SHARE;
	enum err err;

	*doc = (struct json_doc){.root = NULL};
	if (!used) {
		err = json_tree(json, len, &doc->root);
		made = counted;
		return err;
	}
	if (bytes < DOC_BYTES_MIN)
		bytes = DOC_BYTES_MIN;
	place = (struct place){&doc->chunks, bytes, false};
	err = json_tree(json, len, &doc->root);
	place = outer;
	if (err != OK)
		json_doc_end(doc);
	return err;
}

void
json_doc_end(struct json_doc *doc)
{
	const size_t counted = made;

	if (!used)
		cJSON_Delete(doc->root);
	made = counted;
	drop_chunks(&doc->chunks);
	doc->root = NULL;
}

void
json_give_back(cJSON *tree)
{
	if (!place.pool)
		cJSON_Delete(tree);
}
