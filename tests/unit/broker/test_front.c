#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "broker/broker.h"
#include "broker/front.h"
#include "broker/jobs.h"
#include "broker/peers.h"
#include "broker/principals.h"
#include "broker/watch.h"
#include "broker/zap.h"

/* A loop with a front and tables, and no other thread. */
struct stage {
	struct broker *broker;
	struct config config;
	struct key server, client;
	char folder[32], path[64], endpoint[80];
	uv_timer_t end;
	void *socket;
};

static void
on_end(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void
run_for(struct stage *stage, uint64_t ms)
{
	cr_assert_eq(uv_timer_start(&stage->end, on_end, ms, 0), 0);
	(void)uv_run(&stage->broker->loop, UV_RUN_DEFAULT);
}

static void
enrol(struct stage *stage)
{
	struct person person = {.number = 1,
	    .active = true,
	    .roles = ROLE_analyst,
	    .name = "somebody"};

	memcpy(person.public_z85, stage->client.public_z85, KEY_Z85_BYTES);
	cr_assert_eq(principals_set(stage->broker->principals, &person), OK);
}

static void
open_stage(struct stage *stage, bool zap)
{
	struct front_options options = {
	    .name = "people", .tcp = "", .ipc = stage->path, .send_queue = 16};
	struct broker *broker = calloc(1, sizeof(*broker));
	char why[256] = "";

	cr_assert_not_null(broker);
	memset(stage, 0, sizeof(*stage));
	stage->broker = broker;
	broker->config = &stage->config;
	strcpy(stage->folder, "/tmp/tocsin-front.XXXXXX");
	cr_assert_not_null(mkdtemp(stage->folder));
	(void)snprintf(
	    stage->path, sizeof(stage->path), "%s/people.sock", stage->folder);
	(void)snprintf(
	    stage->endpoint, sizeof(stage->endpoint), "ipc://%s", stage->path);
	cr_assert_eq(key_make(&stage->server), OK);
	cr_assert_eq(key_make(&stage->client), OK);
	cr_assert_eq(uv_loop_init(&broker->loop), 0);
	cr_assert_eq(uv_timer_init(&broker->loop, &stage->end), 0);
	cr_assert_eq(peers_new(&broker->peers), OK);
	cr_assert_eq(principals_new(&broker->principals), OK);
	cr_assert_eq(watches_new(&broker->watches), OK);
	cr_assert_eq(jobs_new(&broker->jobs), OK);
	broker->draining = true; /* a request gets as far as being refused */
	broker->zmq = zmq_ctx_new();
	if (zap)
		cr_assert_eq(zap_open(broker, &broker->zap), OK);
	cr_assert_eq(front_open(broker, &options, &stage->server,
			 &broker->people, why, sizeof(why)),
	    OK, "%s", why);
}

static void
ask(struct stage *stage)
{
	static const char *const frames[] = {"TOC1", "whoami", "r", "{}"};
	int linger = 0;
	size_t i;

	stage->socket = zmq_socket(stage->broker->zmq, ZMQ_DEALER);
	(void)zmq_setsockopt(
	    stage->socket, ZMQ_LINGER, &linger, sizeof(linger));
	(void)zmq_setsockopt(stage->socket, ZMQ_CURVE_PUBLICKEY,
	    stage->client.public_z85, KEY_Z85_BYTES);
	(void)zmq_setsockopt(stage->socket, ZMQ_CURVE_SECRETKEY,
	    stage->client.secret_z85, KEY_Z85_BYTES);
	(void)zmq_setsockopt(stage->socket, ZMQ_CURVE_SERVERKEY,
	    stage->server.public_z85, KEY_Z85_BYTES);
	cr_assert_eq(zmq_connect(stage->socket, stage->endpoint), 0);
	for (i = 0; i < 4; i++)
		cr_assert_geq(zmq_send(stage->socket, frames[i],
				  strlen(frames[i]), i < 3 ? ZMQ_SNDMORE : 0),
		    0);
	run_for(stage, 400);
}

static bool
answered(struct stage *stage)
{
	char bytes[16];

	return zmq_recv(stage->socket, bytes, sizeof(bytes), ZMQ_DONTWAIT) >= 0;
}

static void
close_stage(struct stage *stage)
{
	struct broker *broker = stage->broker;

	(void)zmq_close(stage->socket);
	front_close(broker->people);
	zap_close(broker->zap);
	uv_close((uv_handle_t *)&stage->end, NULL);
	(void)uv_run(&broker->loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&broker->loop), 0);
	(void)zmq_ctx_term(broker->zmq);
	front_free(&broker->people);
	zap_free(&broker->zap);
	peers_free(&broker->peers);
	principals_free(&broker->principals);
	watches_free(&broker->watches);
	jobs_free(&broker->jobs);
	free(broker);
	(void)unlink(stage->path);
	(void)rmdir(stage->folder);
}

Test(front, answers_who_is_enrolled)
{
	struct stage stage;

	open_stage(&stage, true);
	enrol(&stage);
	ask(&stage);
	cr_assert(answered(&stage));
	cr_assert_eq(stage.broker->counts.dropped_frames, 0);
	close_stage(&stage);
}

Test(front, does_not_admit_who_is_not)
{
	struct stage stage;

	open_stage(&stage, true);
	ask(&stage);
	cr_assert_not(answered(&stage));
	cr_assert_geq(stage.broker->counts.refused_auth, 1);
	close_stage(&stage);
}

/* libzmq admits any key then; its messages have no user id. */
Test(front, drops_everything_when_the_zap_handler_is_gone)
{
	struct stage stage;

	open_stage(&stage, false);
	enrol(&stage);
	ask(&stage);
	cr_assert_not(answered(&stage));
	cr_assert_eq(stage.broker->counts.dropped_frames, 1);
	close_stage(&stage);
}
