/* A growing list of records in the order of their numbers. */
#ifndef TOCSIN_BROKER_BATCH_H
#define TOCSIN_BROKER_BATCH_H

#include <stddef.h>

#include "protocol/err.h"
#include "store/entry.h"

struct batch {
	struct record **records; /* each holds one reference */
	size_t count, capacity;
	size_t bytes; /* sum of record_bytes */
};

/* An empty batch is all zeros.  fini releases the records, too. */
void batch_fini(struct batch *batch);

/* Releases the records and keeps the room for them. */
void batch_clear(struct batch *batch);

/* Makes room for count more.  ERR_MEMORY: the batch is as it was. */
MUST_CHECK
enum err batch_reserve(struct batch *batch, size_t count);

/* Appends the record with a reference of its own; room was made. */
void batch_add(struct batch *batch, struct record *record);

/* Exchanges what two batches hold. */
void batch_swap(struct batch *a, struct batch *b);

#endif
