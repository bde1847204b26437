/*
 * The marriage of a ZeroMQ socket with a libuv loop.  ZMQ_FD is edge-triggered
 * and any call on the socket may eat the edge, so what is there is asked for
 * (ZMQ_EVENTS) before the loop sleeps, whenever the socket was touched.
 */
#ifndef TOCSIN_BROKER_LISTENER_H
#define TOCSIN_BROKER_LISTENER_H

#include <stdbool.h>
#include <uv.h>

#include "protocol/err.h"

struct listener {
	void *socket; /* borrowed */
	/* Reads one message; where they may be large it adds their bytes to
	 * bytes.  False: nothing is there. */
	bool (*take)(void *arg);
	/* Runs after the messages of a turn; may be NULL. */
	void (*after_turn)(void *arg);
	void *arg;
	unsigned budget; /* messages a turn */
	size_t bytes; /* read in this turn */

	uv_poll_t poll;
	uv_prepare_t prepare;
	uv_idle_t idle;
	bool touched;
	bool paused;
};

/* Your memory; socket, take, after_turn, arg and budget are set.  ERR_IO. */
MUST_CHECK
enum err listener_start(struct listener *listener, uv_loop_t *loop);
/* The loop must run once more before the memory goes; the socket is closed
 * after this. */
void listener_stop(struct listener *listener);

/* Call after every other use of the socket (a send). */
void listener_touched(struct listener *listener);

/* Reads nothing until resumed. */
void listener_pause(struct listener *listener);
void listener_resume(struct listener *listener);

#endif
