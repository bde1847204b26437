#include "broker/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 };

void
batch_clear(struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		record_release(&batch->records[i]);
	batch->count = 0;
	batch->bytes = 0;
}

void
batch_fini(struct batch *batch)
{
	batch_clear(batch);
	free(batch->records);
	memset(batch, 0, sizeof(*batch));
}

enum err
batch_reserve(struct batch *batch, size_t count)
{
	size_t capacity = batch->capacity == 0 ? ROOM_FIRST : batch->capacity;
	struct record **records;

	if (batch->capacity - batch->count >= count)
		return OK;
	while (capacity - batch->count < count)
		capacity *= 2;
	records = realloc(batch->records, capacity * sizeof(*records));
	if (records == NULL)
		return ERR_MEMORY;
	batch->records = records;
	batch->capacity = capacity;
	return OK;
}

void
batch_add(struct batch *batch, struct record *record)
{
	assert(batch->count < batch->capacity);
	batch->records[batch->count++] = record_hold(record);
	batch->bytes += record_bytes(record);
}

void
batch_swap(struct batch *a, struct batch *b)
{
	struct batch held = *a;

	*a = *b;
	*b = held;
}
