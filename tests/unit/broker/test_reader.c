#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
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

/* Readers with both threads at the gate. */
struct stage {
	struct harness h;
	struct gate gate;
	struct job holds[2];
	struct readers *readers;
	struct mailbox *mailbox;
	uv_loop_t loop;
};

static void
stage_open(struct stage *stage, const struct readers_kind *kind)
{
	size_t i;

	memset(stage, 0, sizeof(*stage));
	stage->gate.mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	stage->gate.moved = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	harness_init(&stage->h);
	cr_assert_eq(uv_loop_init(&stage->loop), 0);
	cr_assert_eq(
	    mailbox_new(&stage->loop, hear, NULL, &stage->mailbox), OK);
	cr_assert_eq(readers_start(kind, stage->h.state, stage->h.journal,
			 &stage->h.config, stage->mailbox, &stage->readers),
	    OK);
	for (i = 0; i < kind->threads; i++) {
		stage->holds[i] =
		    (struct job){.task.run = stand, .gate = &stage->gate};
		post(stage->readers, &stage->holds[i], LEAD);
	}
	pthread_mutex_lock(&stage->gate.mutex);
	while (stage->gate.inside < kind->threads)
		pthread_cond_wait(&stage->gate.moved, &stage->gate.mutex);
	pthread_mutex_unlock(&stage->gate.mutex);
}

/* Opens the gate and waits until all is done. */
static void
stage_run(struct stage *stage)
{
	pthread_mutex_lock(&stage->gate.mutex);
	stage->gate.open = true;
	pthread_cond_broadcast(&stage->gate.moved);
	pthread_mutex_unlock(&stage->gate.mutex);
	readers_stop(&stage->readers);
}

static void
stage_close(struct stage *stage)
{
	struct progress progress;

	(void)mailbox_take(stage->mailbox, &progress);
	mailbox_close(stage->mailbox);
	(void)uv_run(&stage->loop, UV_RUN_DEFAULT);
	mailbox_free(&stage->mailbox);
	cr_assert_eq(uv_loop_close(&stage->loop), 0);
	harness_fini(&stage->h);
}

Test(readers, serve_who_asks_little_before_the_rest_of_a_flood)
{
	static struct stage stage;
	struct job jobs[6] = {0};
	size_t i;

	/* One thread: what two take side by side is noted in any order. */
	stage_open(&stage, &readers_of_files);
	for (i = 0; i < 6; i++) {
		jobs[i] = (struct job){
		    .task.run = note, .gate = &stage.gate, .number = i};
		post(stage.readers, &jobs[i], i < 5 ? LEAD : ANALYST);
	}
	stage_run(&stage);
	cr_assert_eq(stage.gate.count, 6);
	cr_assert_leq(
	    place(&stage.gate, 5), 1, "at %zu", place(&stage.gate, 5));
	stage_close(&stage);
}

static void
pass(struct task *task, struct reading *reading)
{
	(void)task;
	(void)reading;
}

/* Posts as the principal until no more is taken; returns how many were. */
static size_t
flood(struct stage *stage, struct job *jobs, uint32_t principal)
{
	size_t taken = 0;

	for (;; taken++) {
		cr_assert_leq(taken, LIMIT_READ_QUEUE_MAX);
		jobs[taken] = (struct job){.task.run = pass};
		jobs[taken].task.item.principal = principal;
		if (readers_post(stage->readers, &jobs[taken].task) != OK)
			return taken;
	}
}

Test(readers, keep_as_many_waiting_as_the_limit_and_no_more)
{
	enum { FLOODS = 13 }; /* each takes half of what the others left */
	static struct job jobs[FLOODS][LIMIT_READ_QUEUE_MAX + 1];
	static struct stage stage;
	size_t taken = 0, first = 0;
	uint32_t i;

	stage_open(&stage, &readers_of_rows);
	for (i = 0; i < FLOODS; i++) {
		taken += flood(&stage, jobs[i], LEAD + i);
		first = i == 0 ? taken : first;
	}
	cr_assert_eq(first, LIMIT_READ_QUEUE_MAX / 2);
	cr_assert_eq(taken, LIMIT_READ_QUEUE_MAX);
	stage_run(&stage);
	stage_close(&stage);
}

Test(readers, of_files_keep_as_many_chunks_waiting_and_no_more)
{
	enum { FLOODS = 7 };
	static struct job jobs[FLOODS][LIMIT_READ_QUEUE_MAX + 1];
	static struct stage stage;
	size_t taken = 0;
	uint32_t i;

	stage_open(&stage, &readers_of_files);
	for (i = 0; i < FLOODS; i++)
		taken += flood(&stage, jobs[i], LEAD + i);
	cr_assert_eq(taken, LIMIT_FILE_QUEUE_MAX);
	stage_run(&stage);
	stage_close(&stage);
}
