#include "protocol/json_memory.h"

#include <cjson/cJSON.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

	if (memory == NULL)
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

	if (!WATCHED && pthread_key_create(&at_end, give_all_back) == 0)
		cJSON_InitHooks(&hooks);
}
