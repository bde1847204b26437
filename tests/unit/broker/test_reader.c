#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <uv.h>

#include "broker/reader.h"
#include "tests/unit/broker/harness.h"

/* Tasks that wait at a gate, so that others pile up behind them. */
struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t moved;
	size_t inside;
	bool open;
	size_t done[8];
	size_t count;
};

struct job {
	struct task task;
	struct gate *gate;
	size_t number;
};

static void
stand(struct task *task, struct reading *reading)
{
	struct gate *gate = ((struct job *)task)->gate;

	(void)reading;
	pthread_mutex_lock(&gate->mutex);
	gate->inside++;
	pthread_cond_broadcast(&gate->moved);
	while (!gate->open)
		pthread_cond_wait(&gate->moved, &gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
}

static void
note(struct task *task, struct reading *reading)
{
	struct job *job = (struct job *)task;

	(void)reading;
	pthread_mutex_lock(&job->gate->mutex);
	job->gate->done[job->gate->count++] = job->number;
	pthread_mutex_unlock(&job->gate->mutex);
}

static void
hear(struct broker *broker)
{
	(void)broker;
}

static void
post(struct readers *readers, struct job *job, uint32_t principal)
{
	job->task.item.principal = principal;
	cr_assert_eq(readers_post(readers, &job->task), OK);
}

/* Where the number stands among what was done; 8: nowhere. */
static size_t
place(const struct gate *gate, size_t number)
{
	size_t i;

	for (i = 0; i < gate->count; i++)
		if (gate->done[i] == number)
			return i;
	return 8;
}

Test(readers, serve_who_asks_little_before_the_rest_of_a_flood)
{
	struct gate gate = {.mutex = PTHREAD_MUTEX_INITIALIZER,
	    .moved = PTHREAD_COND_INITIALIZER};
	struct job holds[2] = {0}, jobs[6] = {0};
	struct harness h;
	struct readers *readers;
	struct mailbox *mailbox;
	struct progress progress;
	uv_loop_t loop;
	size_t i;

	harness_init(&h);
	cr_assert_eq(uv_loop_init(&loop), 0);
	cr_assert_eq(mailbox_new(&loop, hear, NULL, &mailbox), OK);
	cr_assert_eq(
	    readers_start(h.state, h.journal, &h.config, mailbox, &readers),
	    OK);
	for (i = 0; i < 2; i++) {
		holds[i] = (struct job){.task.run = stand, .gate = &gate};
		post(readers, &holds[i], LEAD);
	}
	pthread_mutex_lock(&gate.mutex);
	while (gate.inside < 2)
		pthread_cond_wait(&gate.moved, &gate.mutex);
	pthread_mutex_unlock(&gate.mutex);
	for (i = 0; i < 6; i++) {
		jobs[i] =
		    (struct job){.task.run = note, .gate = &gate, .number = i};
		post(readers, &jobs[i], i < 5 ? LEAD : ANALYST);
	}
	pthread_mutex_lock(&gate.mutex);
	gate.open = true;
	pthread_cond_broadcast(&gate.moved);
	pthread_mutex_unlock(&gate.mutex);
	readers_stop(&readers);
	/* Two threads: what is taken side by side may be noted in any order. */
	cr_assert_eq(gate.count, 6);
	cr_assert_leq(place(&gate, 5), 2, "at %zu", place(&gate, 5));
	(void)mailbox_take(mailbox, &progress);
	mailbox_close(mailbox);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	mailbox_free(&mailbox);
	cr_assert_eq(uv_loop_close(&loop), 0);
	harness_fini(&h);
}
