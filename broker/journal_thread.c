#include "broker/journal_thread.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "broker/doorbell.h"
#include "broker/gathering.h"
#include "broker/moment.h"
#include "protocol/kill_point.h"
#include "protocol/limits.h"
#include "protocol/log.h"
#include "store/segment.h"

enum { SEAL_MS = 80, ROOM_MS = 1000, FULL_MS = 500, MIB = 1048576 };

struct journal_thread {
	pthread_t thread;
	bool running;
	struct journal *journal;
	struct sequencer *sequencer;
	struct mailbox *mailbox;
	uint64_t reserve_bytes;
	struct doorbell bell;

	/* Of the thread alone. */
	struct batch batch;
	struct gathering gathering;
	struct journal_head head;
	uint64_t seal_due_ms; /* steady; 0: the head is sealed */
	uint64_t room_due_ms;
	uint64_t room; /* for alerts, at the last look */
	uint64_t written; /* since then, with what pads it */

	/* Guarded by mutex. */
	pthread_mutex_t mutex;
	pthread_cond_t moved; /* the head, or that it failed */
	struct journal_health health;
	bool stop;
};

static void
publish(struct journal_thread *t)
{
	(void)pthread_mutex_lock(&t->mutex);
	t->health.head = t->head;
	(void)pthread_cond_broadcast(&t->moved);
	(void)pthread_mutex_unlock(&t->mutex);
	mailbox_wake(t->mailbox);
}

static void
set_writing(struct journal_thread *t, bool writing, bool failed)
{
	(void)pthread_mutex_lock(&t->mutex);
	t->health.writing = writing;
	t->health.failed = failed;
	(void)pthread_cond_broadcast(&t->moved);
	(void)pthread_mutex_unlock(&t->mutex);
	mailbox_wake(t->mailbox);
}

static bool
stopping(struct journal_thread *t)
{
	bool stop;

	(void)pthread_mutex_lock(&t->mutex);
	stop = t->stop;
	(void)pthread_mutex_unlock(&t->mutex);
	return stop;
}

/* Never to be undone: what is on disk is unknown until it is read back. */
static void
fail(struct journal_thread *t, const char *what, enum err err)
{
	log_error("the journal failed (%s: %s) behind entry %" PRIu64
		  ": nothing is written any more, reads go on; look at the "
		  "disk, then restart the broker",
	    what, err_meaning(err), t->head.seq);
	sequencer_close(t->sequencer);
	batch_clear(&t->batch);
	set_writing(t, false, true);
}

/*
 * The number of records from `from` on that make a group: whole commands, at
 * most GROUP_BYTES_MAX.
 */
static size_t
group_at(const struct batch *batch, size_t from, size_t *bytes)
{
	size_t i, whole = from, sum = 0;
	struct entry entry;

	*bytes = 0;
	for (i = from; i < batch->count; i++) {
		sum += record_bytes(batch->records[i]);
		if (sum > LIMIT_GROUP_BYTES_MAX)
			break;
		entry_of_record(batch->records[i], &entry);
		if (entry.more)
			continue;
		whole = i + 1;
		*bytes = sum;
	}
	assert(whole > from);
	return whole - from;
}

/* Appends one group; while the disk is full it waits for room. */
static enum err
append(struct journal_thread *t, size_t from, size_t count)
{
	bool told = false;
	enum err err;

	for (;;) {
		err = journal_append(t->journal, &t->head,
		    t->batch.records + from, count, &t->head);
		if (err != ERR_FULL || stopping(t))
			break;
		if (!told)
			log_error("no room left on the journal's disk behind "
				  "entry %" PRIu64
				  ": nothing is taken until there is; "
				  "make room",
			    t->head.seq);
		told = true;
		set_writing(t, false, false);
		(void)doorbell_wait(&t->bell, moment_steady_ms() + FULL_MS);
	}
	if (err == OK && told) {
		log_info("there is room on the journal's disk again");
		set_writing(t, true, false);
	}
	return err;
}

/* Waits until the group that is to be expected is there, or no longer. */
static void
gather(struct journal_thread *t)
{
	size_t waiting = sequencer_want(t->sequencer, t->gathering.expected);
	uint64_t us = gathering_wait_us(&t->gathering, waiting), until;

	if (us == 0)
		return;
	until = moment_steady_us() + us;
	while (waiting < t->gathering.expected && moment_steady_us() < until) {
		(void)doorbell_wait_us(&t->bell, until);
		waiting = sequencer_want(t->sequencer, t->gathering.expected);
	}
	gathering_waited(&t->gathering, waiting);
}

/* Is there room for alerts?  Says so when it changes. */
static void
look_for_room(struct journal_thread *t)
{
	uint64_t free_bytes, needed_bytes;
	bool intake, before;

	t->room_due_ms = moment_steady_ms() + ROOM_MS;
	if (journal_room(t->journal, &free_bytes, &needed_bytes) != OK)
		return;
	needed_bytes += t->reserve_bytes;
	/* Less than the longest message is no room: it is told, and once. */
	intake = free_bytes >= needed_bytes + LIMIT_MESSAGE_BYTES_MAX;
	t->room = intake ? free_bytes - needed_bytes : 0;
	t->written = 0;
	/* Between two looks no more is taken than there was room for. */
	sequencer_room(t->sequencer, t->room);
	(void)pthread_mutex_lock(&t->mutex);
	before = t->health.intake;
	t->health.intake = intake;
	(void)pthread_mutex_unlock(&t->mutex);
	if (intake && !before)
		log_info("there is room on the disk for alerts again");
	else if (!intake && before)
		log_warning("the disk is nearly full (%" PRIu64
			    " MiB free): alerts get 503, commands go on; make "
			    "room or lower store.reserve_mib",
		    free_bytes / MIB);
	if (intake != before)
		mailbox_wake(t->mailbox);
}

/* Appends what was taken, group by group. */
static enum err
append_all(struct journal_thread *t)
{
	size_t from = 0, count, bytes, all = 0, records = t->batch.count;
	uint64_t began_us = moment_steady_us();

	while (from < t->batch.count) {
		enum err err;

		count = group_at(&t->batch, from, &bytes);
		err = append(t, from, count);
		if (err != OK) {
			fail(t, "append", err);
			return err;
		}
		from += count;
		all += bytes;
		KILL_POINT(synced);
		publish(t);
		sequencer_durable(t->sequencer, bytes);
		t->written += bytes + SEGMENT_BLOCK_BYTES;
		if (t->written > t->room / 4)
			t->room_due_ms = 0;
		if (t->seal_due_ms == 0)
			t->seal_due_ms = moment_steady_ms() + SEAL_MS;
	}
	batch_clear(&t->batch);
	gathering_appended(&t->gathering, records, all,
	    moment_steady_us() - began_us, sequencer_want(t->sequencer, 1));
	return OK;
}

static enum err
seal(struct journal_thread *t)
{
	enum err err = journal_seal(t->journal, moment_wall_ms());

	if (err != OK) {
		fail(t, "seal", err);
		return err;
	}
	t->seal_due_ms = 0;
	return OK;
}

/* One round: append, seal, look, sleep.  ERR_END when it is to stop. */
static enum err
turn(struct journal_thread *t)
{
	uint64_t until;
	enum err err;
	bool stop = stopping(t);

	gather(t);
	sequencer_take_queue(t->sequencer, &t->batch);
	if (t->batch.count > 0) {
		err = append_all(t);
		if (err != OK)
			return err;
	} else if (stop) {
		return ERR_END;
	}
	if (t->seal_due_ms != 0 && moment_steady_ms() >= t->seal_due_ms) {
		err = seal(t);
		if (err != OK)
			return err;
	}
	if (moment_steady_ms() >= t->room_due_ms)
		look_for_room(t);
	until = t->room_due_ms;
	if (t->seal_due_ms != 0 && t->seal_due_ms < until)
		until = t->seal_due_ms;
	if (!stop)
		(void)doorbell_wait(&t->bell, until);
	return OK;
}

static void *
run(void *arg)
{
	struct journal_thread *t = arg;
	enum err err;

	(void)pthread_setname_np(pthread_self(), "journal");
	do
		err = turn(t);
	while (err == OK);
	if (err == ERR_END && t->seal_due_ms != 0)
		(void)seal(t);
	return NULL;
}

enum err
journal_thread_start(
    const struct journal_thread_start *start, struct journal_thread **thread)
{
	struct journal_thread *t = calloc(1, sizeof(*t));

	*thread = t;
	if (t == NULL)
		return ERR_MEMORY;
	t->journal = start->journal;
	t->sequencer = start->sequencer;
	t->mailbox = start->mailbox;
	t->reserve_bytes = start->reserve_bytes;
	journal_head(t->journal, &t->head);
	t->health.head = t->head;
	t->health.intake = true;
	t->health.writing = !start->broken;
	t->health.failed = start->broken;
	doorbell_init(&t->bell);
	(void)pthread_mutex_init(&t->mutex, NULL);
	(void)pthread_cond_init(&t->moved, NULL);
	if (start->broken) {
		sequencer_close(t->sequencer);
		return OK;
	}
	look_for_room(t);
	if (pthread_create(&t->thread, NULL, run, t) != 0)
		return ERR_MEMORY;
	t->running = true;
	return OK;
}

void
journal_thread_stop(struct journal_thread *thread)
{
	if (thread == NULL || !thread->running)
		return;
	(void)pthread_mutex_lock(&thread->mutex);
	thread->stop = true;
	(void)pthread_mutex_unlock(&thread->mutex);
	doorbell_ring(&thread->bell);
	(void)pthread_join(thread->thread, NULL);
	thread->running = false;
}

void
journal_thread_free(struct journal_thread **thread)
{
	struct journal_thread *t = *thread;

	*thread = NULL;
	if (t == NULL)
		return;
	batch_fini(&t->batch);
	doorbell_fini(&t->bell);
	(void)pthread_cond_destroy(&t->moved);
	(void)pthread_mutex_destroy(&t->mutex);
	free(t);
}

void
journal_thread_wake(struct journal_thread *thread)
{
	doorbell_ring(&thread->bell);
}

void
journal_thread_health(
    struct journal_thread *thread, struct journal_health *health)
{
	(void)pthread_mutex_lock(&thread->mutex);
	*health = thread->health;
	(void)pthread_mutex_unlock(&thread->mutex);
}

enum err
journal_thread_await(struct journal_thread *thread, uint64_t seq)
{
	enum err err;

	(void)pthread_mutex_lock(&thread->mutex);
	while (thread->health.head.seq < seq && !thread->health.failed)
		(void)pthread_cond_wait(&thread->moved, &thread->mutex);
	err = thread->health.head.seq >= seq ? OK : ERR_IO;
	(void)pthread_mutex_unlock(&thread->mutex);
	return err;
}
