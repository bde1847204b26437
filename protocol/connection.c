#include "protocol/connection.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "protocol/limits.h"

enum {
	HEARTBEAT_MS = 2000,
	HEARTBEAT_TIMEOUT_MS = 8000,
	RECONNECT_MS = 50,
	RECONNECT_MAX_MS = 500,
	RENEW_PAUSE_MS = 50,
	FRAME_SLACK =
	    4096, /* a broker's fault must not look like a dead line */
	REFUSED = 400, /* ZAP's status for a key that is not admitted */
};

int64_t
monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Monitoring ends before the monitor goes: libzmq's own thread waits for ever
 * to tell an event that nobody hears any more, and serves no socket meanwhile.
 */
static void
close_sockets(struct connection *connection)
{
	if (connection->socket != NULL) {
		(void)zmq_socket_monitor(connection->socket, NULL, 0);
		(void)zmq_close(connection->socket);
	}
	if (connection->monitor != NULL)
		(void)zmq_close(connection->monitor);
	connection->monitor = NULL;
	connection->socket = NULL;
}

static bool
set_number(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool
set_options(void *socket, const struct key *key)
{
	int64_t frame_max = LIMIT_FRAME_BYTES_MAX + FRAME_SLACK;

	/* What is unanswered is asked again, so nothing lingers. */
	return set_number(socket, ZMQ_LINGER, 0) &&
	       set_number(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
	       set_number(
		   socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) &&
	       set_number(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS) &&
	       set_number(socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS) &&
	       zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_max,
		   sizeof(frame_max)) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, key->server_z85,
		   KEY_Z85_BYTES) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, key->public_z85,
		   KEY_Z85_BYTES) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_z85,
		   KEY_Z85_BYTES) == 0;
}

static bool
open_monitor(struct connection *connection)
{
	char endpoint[48];

	(void)snprintf(endpoint, sizeof(endpoint), "inproc://monitor-%u",
	    connection->opened);
	if (zmq_socket_monitor(connection->socket, endpoint,
		ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0)
		return false;
	connection->monitor = zmq_socket(connection->context, ZMQ_PAIR);
	return connection->monitor != NULL &&
	       set_number(connection->monitor, ZMQ_LINGER, 0) &&
	       zmq_connect(connection->monitor, endpoint) == 0;
}

/* Is the endpoint a local socket that is not there? */
static bool
is_absent(const char *endpoint)
{
	static const char local[] = "ipc://";

	return endpoint[0] == '\0' ||
	       (strncmp(endpoint, local, sizeof(local) - 1) == 0 &&
		   endpoint[sizeof(local) - 1] != '@' &&
		   access(endpoint + sizeof(local) - 1, W_OK) != 0);
}

static bool
connect_to(struct connection *connection)
{
	bool away =
	    connection->remote[0] != '\0' && is_absent(connection->near);
	const char *first = away ? connection->remote : connection->near;

	return zmq_connect(connection->socket, first) == 0 ||
	       (!away && connection->remote[0] != '\0' &&
		   zmq_connect(connection->socket, connection->remote) == 0);
}

static enum err
open_sockets(struct connection *connection)
{
	connection->opened++;
	connection->opened_ms = monotonic_ms();
	connection->socket = zmq_socket(connection->context, ZMQ_DEALER);
	if (connection->socket == NULL)
		return ERR_MEMORY;
	if (!set_options(connection->socket, &connection->key) ||
	    !open_monitor(connection) || !connect_to(connection)) {
		close_sockets(connection);
		return ERR_INVALID;
	}
	return OK;
}

enum err
connection_init(struct connection *connection, const struct key *key,
    const char *near, const char *remote)
{
	enum err err;

	memset(connection, 0, sizeof(*connection));
	connection->key = *key;
	/* The key is copied; so are the places in it. */
	connection->near =
	    (const char *)&connection->key + (near - (const char *)key);
	connection->remote =
	    (const char *)&connection->key + (remote - (const char *)key);
	connection->context = zmq_ctx_new();
	if (connection->context == NULL)
		return ERR_MEMORY;
	err = open_sockets(connection);
	if (err != OK)
		connection_fini(connection);
	return err;
}

void
connection_fini(struct connection *connection)
{
	close_sockets(connection);
	if (connection->context != NULL)
		while (zmq_ctx_term(connection->context) != 0 && errno == EINTR)
			;
	connection->context = NULL;
	key_wipe(&connection->key);
}

enum err
connection_renew(struct connection *connection)
{
	int64_t age = monotonic_ms() - connection->opened_ms;

	close_sockets(connection);
	if (age < RENEW_PAUSE_MS) {
		struct timespec pause = {
		    0, (long)(RENEW_PAUSE_MS - age) * 1000000};

		(void)nanosleep(&pause, NULL);
	}
	return open_sockets(connection);
}

/* What the monitor says: OK nothing new. */
static enum err
read_monitor(void *monitor)
{
	unsigned char event[6];
	char address[KEY_ENDPOINT_MAX];
	uint16_t what;
	uint32_t value;

	if (zmq_recv(monitor, event, sizeof(event), ZMQ_DONTWAIT) !=
		(int)sizeof(event) ||
	    zmq_recv(monitor, address, sizeof(address), ZMQ_DONTWAIT) < 0)
		return OK;
	/* libzmq writes these in the machine's own byte order. */
	memcpy(&what, event, sizeof(what));
	memcpy(&value, event + 2, sizeof(value));
	if (what == ZMQ_EVENT_DISCONNECTED)
		return ERR_END;
	return value == REFUSED ? ERR_DENIED : ERR_END;
}

enum err
connection_wait(struct connection *connection, int timeout_ms)
{
	zmq_pollitem_t items[] = {
	    {connection->socket, 0, ZMQ_POLLIN, 0},
	    {connection->monitor, 0, ZMQ_POLLIN, 0},
	};
	int ready = zmq_poll(items, 2, timeout_ms);

	if (ready < 0)
		return errno == EINTR ? ERR_TIMEOUT : ERR_IO;
	if (ready == 0)
		return ERR_TIMEOUT;
	/* What was received before the end is read first. */
	if ((items[0].revents & ZMQ_POLLIN) != 0)
		return OK;
	return read_monitor(connection->monitor);
}
