#include "broker/sequencer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "protocol/kill_point.h"
#include "protocol/limits.h"

/*
 * A queue's batch and the bytes that count against its bound: those in it and
 * those that were taken and are not settled yet.
 */
struct queue {
	struct batch batch;
	size_t bytes;
};

struct sequencer {
	pthread_mutex_t mutex;
	uint64_t seq, time_ms, alerts;
	uint64_t (*clock_ms)(void);
	struct queue journal, inbox;
	size_t wanted; /* records on the journal's queue that wake its thread */
	bool unwoken; /* what was decided waits there, and nobody was woken */
	uint64_t room; /* bytes of alerts that the disk still takes */
	bool inbox_open;
	bool closed;
};

enum err
sequencer_new(const struct sequencer_start *start, struct sequencer **sequencer)
{
	struct sequencer *made = calloc(1, sizeof(*made));

	*sequencer = NULL;
	if (made == NULL)
		return ERR_MEMORY;
	if (pthread_mutex_init(&made->mutex, NULL) != 0) {
		free(made);
		return ERR_MEMORY;
	}
	made->seq = start->seq;
	made->time_ms = start->time_ms;
	made->alerts = start->alerts;
	made->clock_ms = start->clock_ms;
	made->inbox_open = start->inbox;
	made->room = UINT64_MAX;
	*sequencer = made;
	return OK;
}

void
sequencer_free(struct sequencer **sequencer)
{
	struct sequencer *gone = *sequencer;

	*sequencer = NULL;
	if (gone == NULL)
		return;
	batch_fini(&gone->journal.batch);
	batch_fini(&gone->inbox.batch);
	(void)pthread_mutex_destroy(&gone->mutex);
	free(gone);
}

static void
lock(struct sequencer *s)
{
	(void)pthread_mutex_lock(&s->mutex);
}

static void
unlock(struct sequencer *s)
{
	(void)pthread_mutex_unlock(&s->mutex);
}

static void
queue_add(struct queue *queue, struct record *record)
{
	batch_add(&queue->batch, record);
	queue->bytes += record_bytes(record);
}

/* The next number and time.  Under the lock, when nothing can fail any more. */
static void
number(struct sequencer *s, struct record *record, uint64_t subject)
{
	uint64_t now = s->clock_ms();

	if (now > s->time_ms)
		s->time_ms = now;
	record_number(record, ++s->seq, s->time_ms, subject);
	queue_add(&s->journal, record);
	KILL_POINT(numbered);
}

/* Is there room in both queues for bytes more of alerts? */
static enum err
admit(struct sequencer *s, size_t bytes)
{
	enum err err;

	if (s->closed)
		return ERR_IO;
	if (s->journal.bytes + bytes > LIMIT_INTAKE_QUEUE_BYTES_MAX ||
	    s->inbox.bytes + bytes > LIMIT_INTAKE_QUEUE_BYTES_MAX)
		return ERR_BUSY;
	if (bytes > s->room)
		return ERR_FULL;
	err = batch_reserve(&s->journal.batch, 1);
	if (err == OK && s->inbox_open)
		err = batch_reserve(&s->inbox.batch, 1);
	return err;
}

enum err
sequencer_deliver(struct sequencer *sequencer, struct record *record,
    uint32_t count, struct numbered *numbered, bool *first_in_inbox)
{
	enum err err;

	lock(sequencer);
	err = admit(sequencer, record_bytes(record));
	if (err == OK) {
		sequencer->room -= record_bytes(record);
		numbered->alert = sequencer->alerts + 1;
		sequencer->alerts += count;
		number(sequencer, record, numbered->alert);
		numbered->seq = sequencer->seq;
		numbered->wake =
		    sequencer->unwoken || sequencer->journal.batch.count == 1 ||
		    sequencer->journal.batch.count == sequencer->wanted;
		sequencer->unwoken = false;
		*first_in_inbox =
		    sequencer->inbox_open && sequencer->inbox.batch.count == 0;
		if (sequencer->inbox_open)
			queue_add(&sequencer->inbox, record);
	}
	unlock(sequencer);
	return err;
}

enum err
sequencer_decided(struct sequencer *sequencer, struct record *const *records,
    size_t count, struct batch *late, uint64_t *last)
{
	enum err err;
	size_t i;

	assert(late->count == 0);
	lock(sequencer);
	batch_swap(&sequencer->inbox.batch, late);
	err = sequencer->closed
		  ? ERR_IO
		  : batch_reserve(&sequencer->journal.batch, count);
	for (i = 0; err == OK && i < count; i++)
		number(sequencer, records[i],
		    record_kind(records[i]) == EVENT_alert_received
			? ++sequencer->alerts
			: 0);
	if (err == OK && count > 0)
		sequencer->unwoken = true;
	*last = sequencer->seq;
	unlock(sequencer);
	return err;
}

void
sequencer_take_inbox(struct sequencer *sequencer, struct batch *batch)
{
	assert(batch->count == 0);
	lock(sequencer);
	batch_swap(&sequencer->inbox.batch, batch);
	unlock(sequencer);
}

void
sequencer_folded(struct sequencer *sequencer, size_t bytes)
{
	lock(sequencer);
	/* A closed inbox has settled everything. */
	sequencer->inbox.bytes -=
	    bytes < sequencer->inbox.bytes ? bytes : sequencer->inbox.bytes;
	unlock(sequencer);
}

void
sequencer_close_inbox(struct sequencer *sequencer)
{
	lock(sequencer);
	sequencer->inbox_open = false;
	batch_clear(&sequencer->inbox.batch);
	sequencer->inbox.bytes = 0;
	unlock(sequencer);
}

uint64_t
sequencer_open_inbox(struct sequencer *sequencer)
{
	uint64_t last;

	lock(sequencer);
	sequencer->inbox_open = true;
	last = sequencer->seq;
	unlock(sequencer);
	return last;
}

size_t
sequencer_want(struct sequencer *sequencer, size_t wanted)
{
	size_t waiting;

	lock(sequencer);
	sequencer->wanted = wanted;
	waiting = sequencer->journal.batch.count;
	unlock(sequencer);
	return waiting;
}

void
sequencer_take_queue(struct sequencer *sequencer, struct batch *batch)
{
	assert(batch->count == 0);
	lock(sequencer);
	batch_swap(&sequencer->journal.batch, batch);
	sequencer->unwoken = false;
	unlock(sequencer);
}

void
sequencer_durable(struct sequencer *sequencer, size_t bytes)
{
	lock(sequencer);
	assert(bytes <= sequencer->journal.bytes);
	sequencer->journal.bytes -= bytes;
	unlock(sequencer);
}

void
sequencer_room(struct sequencer *sequencer, uint64_t bytes)
{
	lock(sequencer);
	sequencer->room = bytes > sequencer->journal.bytes
			      ? bytes - sequencer->journal.bytes
			      : 0;
	unlock(sequencer);
}

void
sequencer_close(struct sequencer *sequencer)
{
	lock(sequencer);
	sequencer->closed = true;
	unlock(sequencer);
}

uint64_t
sequencer_last(struct sequencer *sequencer)
{
	uint64_t last;

	lock(sequencer);
	last = sequencer->seq;
	unlock(sequencer);
	return last;
}

static size_t
fuller(const struct sequencer *s)
{
	return s->journal.bytes > s->inbox.bytes ? s->journal.bytes
						 : s->inbox.bytes;
}

unsigned
sequencer_fill(struct sequencer *sequencer)
{
	size_t bytes;

	lock(sequencer);
	bytes = fuller(sequencer);
	unlock(sequencer);
	return (unsigned)(bytes * 1000 / LIMIT_INTAKE_QUEUE_BYTES_MAX);
}

uint64_t
sequencer_waiting_bytes(struct sequencer *sequencer)
{
	uint64_t bytes;

	lock(sequencer);
	bytes = fuller(sequencer);
	unlock(sequencer);
	return bytes;
}
