#include "protocol/json_memory.h"

#include <cjson/cJSON.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
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

/* ---- memory of one document, thrown away as a whole ---- */

enum {
	ALIGN = 8,
	CHUNK_BYTES_MIN = 1024,
	CHUNK_BYTES_MAX = 32768,
	TREE_SHARE = 4 /* a tree takes about so many times its text's bytes */
};

struct json_chunk {
	struct json_chunk *next;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

/* The document that this thread reads just now, NULL for none; its text. */
static _Thread_local struct json_doc *reading;
static _Thread_local size_t reading_bytes;

/* A chunk with room for so many bytes; NULL: out of memory. */
static struct json_chunk *
make_chunk(size_t bytes)
{
	size_t size = reading_bytes > CHUNK_BYTES_MAX / TREE_SHARE
			  ? CHUNK_BYTES_MAX
			  : reading_bytes * TREE_SHARE;
	struct json_chunk *chunk;

	if (size < CHUNK_BYTES_MIN)
		size = CHUNK_BYTES_MIN;
	if (size < bytes)
		size = bytes;
	chunk = malloc(sizeof(*chunk) + size);
	if (chunk == NULL)
		return NULL;
	chunk->next = reading->chunks;
	chunk->used = 0;
	chunk->size = size;
	reading->chunks = chunk;
	return chunk;
}

static void *
take_of_document(size_t bytes)
{
	struct json_chunk *chunk = reading->chunks;
	void *taken;

	bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (chunk == NULL || chunk->size - chunk->used < bytes)
		chunk = make_chunk(bytes);
	if (chunk == NULL)
		return NULL;
	taken = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return taken;
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
	/* What other destructors give back yet goes to malloc. */
	kept.bytes = KEPT_BYTES_MAX;
}

static void *
take(size_t size)
{
	size_t i = size <= LEAST_BYTES
		       ? 0
		       : (size - LEAST_BYTES + STEP_BYTES - 1) / STEP_BYTES;
	size_t bytes = LEAST_BYTES + i * STEP_BYTES;
	void *memory;

	if (reading != NULL)
		return take_of_document(size);
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

	/* What a document has is thrown away with it. */
	if (memory == NULL || reading != NULL)
		return;
	room = malloc_usable_size(memory);
	i = (room - LEAST_BYTES) / STEP_BYTES;
	bytes = LEAST_BYTES + i * STEP_BYTES;
	if (room < LEAST_BYTES || i >= SIZES ||
	    kept.bytes + bytes > KEPT_BYTES_MAX) {
		free(memory);
		return;
	}
	if (!kept.known) {
		/* Any value but NULL has the destructor called. */
		(void)pthread_setspecific(at_end, &kept);
		kept.known = 1;
	}
	memcpy(memory, &kept.first[i], sizeof(void *));
	kept.first[i] = memory;
	kept.bytes += bytes;
}

void
json_memory_use(void)
{
	static cJSON_Hooks hooks = {take, give};

	if (WATCHED || pthread_key_create(&at_end, give_all_back) != 0)
		return;
	cJSON_InitHooks(&hooks);
	used = true;
}

enum err
json_doc_read(struct json_doc *doc, const char *json, size_t len)
{
	enum err err;

	*doc = (struct json_doc){.root = NULL};
	if (!used)
		return json_tree(json, len, &doc->root);
	reading = doc;
	reading_bytes = len;
	err = json_tree(json, len, &doc->root);
	reading = NULL;
	if (err != OK)
		json_doc_end(doc);
	return err;
}

void
json_doc_end(struct json_doc *doc)
{
	struct json_chunk *chunk;

	if (!used)
		cJSON_Delete(doc->root);
	while ((chunk = doc->chunks) != NULL) {
		doc->chunks = chunk->next;
		free(chunk);
	}
	doc->root = NULL;
}
