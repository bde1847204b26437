#include "broker/reader.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "broker/moment.h"
#include "protocol/limits.h"
#include "protocol/log.h"

const struct readers_kind readers_of_rows = {"reader", 2, LIMIT_READ_QUEUE_MAX};
const struct readers_kind readers_of_files = {"files", 1, LIMIT_FILE_QUEUE_MAX};

struct readers {
	struct state *state;
	struct journal *journal;
	const struct config *config;
	struct mailbox *mailbox;
	const struct readers_kind *kind;
	pthread_t threads[READERS_THREADS_MAX];
	size_t running;

	/* Guarded by mutex. */
	pthread_mutex_t mutex;
	pthread_cond_t more;
	struct fair_queue queue;
	bool stop;
};

/* The next task, or NULL: none now, or with `sleep` none ever. */
static struct task *
take(struct readers *readers, bool sleep)
{
	struct fair_item *item;

	(void)pthread_mutex_lock(&readers->mutex);
	while (sleep && readers->queue.weight == 0 && !readers->stop)
		(void)pthread_cond_wait(&readers->more, &readers->mutex);
	item = fair_queue_take(&readers->queue);
	(void)pthread_mutex_unlock(&readers->mutex);
	if (item == NULL)
		return NULL;
	return (struct task *)((char *)item - offsetof(struct task, item));
}

static bool
spent(void *arg)
{
	const uint64_t *until_us = arg;

	return moment_steady_us() >= *until_us;
}

/* A transaction on the newest snapshot. */
static enum err
fresh(struct readers *readers, struct state_txn **txn)
{
	enum err err;

	if (*txn == NULL)
		return state_begin(readers->state, false, txn);
	err = state_renew(*txn);
	if (err != OK)
		state_abort(txn);
	return err;
}

static void
do_task(struct readers *readers, struct state_txn **txn, struct task *task)
{
	uint64_t until_us =
	    moment_steady_us() + (uint64_t)LIMIT_READ_BUDGET_MS * 1000;
	struct reading reading;

	task->err = fresh(readers, txn);
	if (task->err == OK) {
		reading_init(&reading);
		reading.txn = *txn;
		reading.journal = readers->journal;
		reading.config = readers->config;
		reading.spent = spent;
		reading.spent_arg = &until_us;
		task->run(task, &reading);
		reading_fini(&reading);
	} else {
		log_error("a read failed: %s", err_meaning(task->err));
	}
	mailbox_put(readers->mailbox, &task->post);
}

static void *
run(void *arg)
{
	struct readers *readers = arg;
	struct state_txn *txn = NULL;
	struct task *task;

	(void)pthread_setname_np(pthread_self(), readers->kind->name);
	for (;;) {
		task = take(readers, false);
		if (task == NULL) {
			state_abort(&txn);
			task = take(readers, true);
		}
		if (task == NULL)
			break;
		do_task(readers, &txn, task);
	}
	return NULL;
}

enum err
readers_start(const struct readers_kind *kind, struct state *state,
    struct journal *journal, const struct config *config,
    struct mailbox *mailbox, struct readers **readers)
{
	struct readers *made = calloc(1, sizeof(*made));

	*readers = made;
	if (made == NULL)
		return ERR_MEMORY;
	made->kind = kind;
	made->state = state;
	made->journal = journal;
	made->config = config;
	made->mailbox = mailbox;
	fair_queue_init(&made->queue, kind->queue_max);
	(void)pthread_mutex_init(&made->mutex, NULL);
	(void)pthread_cond_init(&made->more, NULL);
	for (; made->running < kind->threads; made->running++)
		if (pthread_create(
			&made->threads[made->running], NULL, run, made) != 0) {
			readers_stop(readers);
			return ERR_MEMORY;
		}
	return OK;
}

void
readers_stop(struct readers **readers)
{
	struct readers *gone = *readers;
	size_t i;

	*readers = NULL;
	if (gone == NULL)
		return;
	(void)pthread_mutex_lock(&gone->mutex);
	gone->stop = true;
	(void)pthread_cond_broadcast(&gone->more);
	(void)pthread_mutex_unlock(&gone->mutex);
	for (i = 0; i < gone->running; i++)
		(void)pthread_join(gone->threads[i], NULL);
	(void)pthread_cond_destroy(&gone->more);
	(void)pthread_mutex_destroy(&gone->mutex);
	free(gone);
}

enum err
readers_post(struct readers *readers, struct task *task)
{
	bool room;

	task->item.weight = 1;
	(void)pthread_mutex_lock(&readers->mutex);
	room = fair_queue_add(&readers->queue, &task->item);
	if (room)
		(void)pthread_cond_signal(&readers->more);
	(void)pthread_mutex_unlock(&readers->mutex);
	return room ? OK : ERR_BUSY;
}
