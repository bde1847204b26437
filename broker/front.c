#include "broker/front.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "broker/broker.h"
#include "broker/listener.h"
#include "broker/peers.h"
#include "broker/requests.h"
#include "protocol/bytes.h"
#include "protocol/kill_point.h"
#include "protocol/log.h"

enum {
	RECEIVE_QUEUE = 64, /* messages of one peer that wait to be read */
	BACKLOG = 256,
	HANDSHAKE_MS = 5000,
	HEARTBEAT_MS = 5000,
	HEARTBEAT_TIMEOUT_MS = 15000,
	LINGER_MS = 1000,
	/* What encryption adds to a frame; wire_receive has the exact limit. */
	CURVE_OVERHEAD = 64,
};

struct front {
	struct broker *broker;
	const char *name;
	bool sensors;
	void *socket, *monitor;
	struct listener messages, events;
	bool listening, monitoring;
	uv_timer_t slow; /* ends a pause */
	bool stopped;
};

/* ---- what its connections do ---- */

enum {
	EVENTS_HEARD = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED |
		       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
		       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
};

/* An event is 2 bytes of kind and 4 of value in the machine's order. */
static bool
take_event(void *arg)
{
	struct front *front = arg;
	struct wire_message message;
	struct wire_part part;
	uint16_t kind = 0;
	uint32_t value = 0;

	wire_init(&message);
	if (wire_receive(front->monitor, &message) != OK)
		return false;
	part = wire_frame(&message, 0);
	if (part.len >= sizeof(kind) + sizeof(value)) {
		memcpy(&kind, part.bytes, sizeof(kind));
		memcpy(&value, part.bytes + sizeof(kind), sizeof(value));
	}
	wire_fini(&message);
	if (kind == ZMQ_EVENT_ACCEPTED)
		peers_came(front->broker, front, (int)value);
	else if (kind == ZMQ_EVENT_DISCONNECTED)
		peers_went(front->broker, (int)value);
	else
		front->broker->counts.refused_auth++;
	return true;
}

void
front_hear_peers(struct front *front)
{
	while (take_event(front))
		continue;
	listener_touched(&front->events);
}

/* ---- messages ---- */

static bool
take_message(void *arg)
{
	struct front *front = arg;
	struct wire_message message;
	enum err err;

	wire_init(&message);
	err = wire_receive(front->socket, &message);
	if (err == ERR_END || err == ERR_IO) {
		wire_fini(&message);
		return false;
	}
	front->messages.bytes += message.bytes;
	KILL_POINT(received);
	requests_take(front->broker, front, &message, err);
	wire_fini(&message);
	return true;
}

static void
after_turn(void *arg)
{
	struct front *front = arg;

	requests_turn_over(front->broker, front);
}

enum err
front_send(struct front *front, struct wire_message *message)
{
	enum err err = wire_send(front->socket, message);

	listener_touched(&front->messages);
	wire_fini(message);
	return err;
}

/* ---- pace ---- */

static void
on_slow(uv_timer_t *timer)
{
	struct front *front = timer->data;

	if (!front->stopped)
		listener_resume(&front->messages);
}

void
front_slow(struct front *front, uint64_t ms, unsigned budget)
{
	if (front->stopped)
		return;
	front->messages.budget = budget == 0 ? 1 : budget;
	listener_pause(&front->messages);
	(void)uv_timer_start(&front->slow, on_slow, ms, 0);
}

void
front_fast(struct front *front)
{
	front->messages.budget = LIMIT_LOOP_MESSAGES_PER_TURN;
}

/* ---- opening ---- */

static bool
set(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool
set_text(void *socket, int option, const char *text)
{
	return zmq_setsockopt(socket, option, text, strlen(text)) == 0;
}

/*
 * All before bind: options of a bound socket do not reach its endpoints.
 * libzmq admits any key when no ZAP handler runs; messages of such connections
 * have no user id and are dropped (requests.c).
 */
static bool
set_options(
    void *socket, const struct front_options *options, const struct key *key)
{
	int64_t frame_max = LIMIT_FRAME_BYTES_MAX + CURVE_OVERHEAD;

	return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_max,
		   sizeof(frame_max)) == 0 &&
	       set(socket, ZMQ_ROUTER_MANDATORY, 1) &&
	       set(socket, ZMQ_ROUTER_HANDOVER, 0) &&
	       set(socket, ZMQ_SNDHWM, options->send_queue) &&
	       set(socket, ZMQ_RCVHWM, RECEIVE_QUEUE) &&
	       set(socket, ZMQ_BACKLOG, BACKLOG) &&
	       set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) &&
	       set(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
	       set(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) &&
	       set(socket, ZMQ_LINGER, LINGER_MS) && set(socket, ZMQ_IPV6, 1) &&
	       set(socket, ZMQ_CURVE_SERVER, 1) &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_z85,
		   KEY_Z85_BYTES) == 0 &&
	       set_text(socket, ZMQ_ZAP_DOMAIN, options->name);
}

static enum err
bind_tcp(struct front *front, const struct front_options *options, char *why,
    size_t size)
{
	if (options->tcp[0] == '\0' ||
	    zmq_bind(front->socket, options->tcp) == 0)
		return OK;
	(void)snprintf(why, size,
	    "cannot listen for %s at %s: %s; another broker may run, or "
	    "broker.%s.tcp in the configuration names no address of this "
	    "machine",
	    options->name, options->tcp, zmq_strerror(errno), options->name);
	return ERR_IO;
}

/*
 * Whoever may enter the socket's folder may connect: for its owner alone, or
 * for its group, or for everybody, who has to have a key that is enrolled all
 * the same, as over TCP.
 */
static mode_t
mode_beside(const char *path)
{
	char copy[160];
	struct stat folder;
	mode_t mode = S_IRUSR | S_IWUSR;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	if (stat(dirname(copy), &folder) != 0)
		return mode;
	if ((folder.st_mode & S_IXGRP) != 0)
		mode |= S_IRGRP | S_IWGRP;
	if ((folder.st_mode & S_IXOTH) != 0)
		mode |= S_IROTH | S_IWOTH;
	return mode;
}

static enum err
bind_ipc(struct front *front, const struct front_options *options, char *why,
    size_t size)
{
	char endpoint[160];

	if (options->ipc[0] == '\0')
		return OK;
	(void)snprintf(endpoint, sizeof(endpoint), "ipc://%s", options->ipc);
	if (zmq_bind(front->socket, endpoint) == 0 &&
	    chmod(options->ipc, mode_beside(options->ipc)) == 0)
		return OK;
	(void)snprintf(why, size,
	    "cannot listen for %s at the local socket %s: %s; its folder must "
	    "be there and writable",
	    options->name, options->ipc, zmq_strerror(errno));
	return ERR_IO;
}

static enum err
monitor(struct front *front)
{
	char endpoint[64];

	(void)snprintf(
	    endpoint, sizeof(endpoint), "inproc://peers-%s", front->name);
	front->monitor = zmq_socket(front->broker->zmq, ZMQ_PAIR);
	if (front->monitor == NULL || !set(front->monitor, ZMQ_LINGER, 0) ||
	    zmq_socket_monitor(front->socket, endpoint, EVENTS_HEARD) != 0 ||
	    zmq_connect(front->monitor, endpoint) != 0)
		return ERR_IO;
	return OK;
}

static enum err
listen_to(struct front *front)
{
	front->messages = (struct listener){.socket = front->socket,
	    .take = take_message,
	    .after_turn = after_turn,
	    .arg = front,
	    .budget = LIMIT_LOOP_MESSAGES_PER_TURN};
	front->events = (struct listener){.socket = front->monitor,
	    .take = take_event,
	    .arg = front,
	    .budget = LIMIT_LOOP_MESSAGES_PER_TURN};
	if (listener_start(&front->events, &front->broker->loop) != OK)
		return ERR_IO;
	front->monitoring = true;
	if (listener_start(&front->messages, &front->broker->loop) != OK)
		return ERR_IO;
	front->listening = true;
	return OK;
}

enum err
front_open(struct broker *broker, const struct front_options *options,
    const struct key *key, struct front **front, char *why, size_t size)
{
	struct front *made = calloc(1, sizeof(*made));
	enum err err;

	*front = made;
	if (made == NULL)
		return ERR_MEMORY;
	made->broker = broker;
	made->name = options->name;
	made->sensors = options->sensors;
	(void)uv_timer_init(&broker->loop, &made->slow);
	made->slow.data = made;
	made->socket = zmq_socket(broker->zmq, ZMQ_ROUTER);
	(void)snprintf(why, size, "cannot make the front for %s: %s",
	    options->name, zmq_strerror(errno));
	if (made->socket == NULL || !set_options(made->socket, options, key))
		return ERR_IO;
	err = monitor(made);
	if (err == OK)
		err = bind_tcp(made, options, why, size);
	if (err == OK)
		err = bind_ipc(made, options, why, size);
	if (err == OK)
		err = listen_to(made);
	return err;
}

/* ---- ending ---- */

void
front_stop(struct front *front)
{
	if (front == NULL || front->stopped)
		return;
	front->stopped = true;
	(void)uv_timer_stop(&front->slow);
	if (front->listening)
		listener_pause(&front->messages);
}

void
front_close(struct front *front)
{
	if (front == NULL)
		return;
	if (front->listening)
		listener_stop(&front->messages);
	if (front->monitoring)
		listener_stop(&front->events);
	uv_close((uv_handle_t *)&front->slow, NULL);
	if (front->socket != NULL) {
		(void)zmq_socket_monitor(front->socket, NULL, 0);
		(void)zmq_close(front->socket);
	}
	if (front->monitor != NULL)
		(void)zmq_close(front->monitor);
}

void
front_free(struct front **front)
{
	free(*front);
	*front = NULL;
}

bool
front_is_sensors(const struct front *front)
{
	return front->sensors;
}

const char *
front_name(const struct front *front)
{
	return front->name;
}
