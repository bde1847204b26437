#include "broker/listener.h"

#include <zmq.h>

#include "protocol/limits.h"

static bool
readable(struct listener *listener)
{
	int events = 0;
	size_t size = sizeof(events);

	if (zmq_getsockopt(listener->socket, ZMQ_EVENTS, &events, &size) != 0)
		return false;
	return (events & ZMQ_POLLIN) != 0;
}

static void
turn(struct listener *listener)
{
	unsigned i;

	listener->bytes = 0;
	for (i = 0; i < listener->budget && !listener->paused &&
		    listener->bytes < LIMIT_LOOP_BYTES_PER_TURN;
	     i++)
		if (!listener->take(listener->arg))
			break;
	listener->touched = true;
	if (listener->after_turn != NULL)
		listener->after_turn(listener->arg);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;

	(void)status;
	(void)events;
	if (!listener->paused)
		turn(listener);
}

static void
on_idle(uv_idle_t *idle)
{
	struct listener *listener = idle->data;

	(void)uv_idle_stop(idle);
	if (!listener->paused)
		turn(listener);
}

/* Before the loop sleeps: an idle handle keeps it awake when more is there. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct listener *listener = prepare->data;

	if (!listener->touched || listener->paused)
		return;
	listener->touched = false;
	if (readable(listener))
		(void)uv_idle_start(&listener->idle, on_idle);
}

enum err
listener_start(struct listener *listener, uv_loop_t *loop)
{
	int fd;
	size_t size = sizeof(fd);

	if (zmq_getsockopt(listener->socket, ZMQ_FD, &fd, &size) != 0)
		return ERR_IO;
	if (uv_poll_init(loop, &listener->poll, fd) != 0 ||
	    uv_prepare_init(loop, &listener->prepare) != 0 ||
	    uv_idle_init(loop, &listener->idle) != 0)
		return ERR_IO;
	listener->poll.data = listener;
	listener->prepare.data = listener;
	listener->idle.data = listener;
	listener->paused = true;
	listener_resume(listener);
	(void)uv_prepare_start(&listener->prepare, on_prepare);
	return OK;
}

void
listener_stop(struct listener *listener)
{
	uv_close((uv_handle_t *)&listener->poll, NULL);
	uv_close((uv_handle_t *)&listener->prepare, NULL);
	uv_close((uv_handle_t *)&listener->idle, NULL);
}

void
listener_touched(struct listener *listener)
{
	listener->touched = true;
}

void
listener_pause(struct listener *listener)
{
	if (listener->paused)
		return;
	listener->paused = true;
	(void)uv_poll_stop(&listener->poll);
	(void)uv_idle_stop(&listener->idle);
}

void
listener_resume(struct listener *listener)
{
	if (!listener->paused)
		return;
	listener->paused = false;
	(void)uv_poll_start(&listener->poll, UV_READABLE, on_readable);
	listener->touched = true;
}
