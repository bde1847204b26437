/*
 * alert.push to a broker.  TARGET is a key file.  One connection is the shipped
 * client; more of them are the same wire code behind one ROUTER that connects
 * so many times: what the broker sees is the same, and the wake-ups of many
 * clients in one process are not what is measured.  --plain talks without
 * encryption, which only the echo and the plain broker understand.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/client.h"
#include "protocol/wire.h"
#include "tests/bench/load.h"

static const struct load *load;
static struct key key;
static struct client *client; /* the one connection, or NULL */
static void *context, *socket_; /* the many connections, or NULL */
static uint64_t requests[LOAD_CONNECTIONS_MAX];
static uint64_t session;

static void
check(enum err err, const char *what)
{
	if (err != OK)
		load_fail("%s: %s", what, err_meaning(err));
}

/* ---- the shipped client ---- */

static void
push_client(unsigned payloads)
{
	static struct wire_part parts[LOAD_BATCH_MAX];
	static char *bytes;
	cJSON *body = cJSON_CreateObject();

	if (bytes == NULL)
		bytes = malloc((size_t)LOAD_BATCH_MAX * load->payload_bytes);
	if (body == NULL || bytes == NULL)
		load_fail("no memory");
	for (unsigned i = 0; i < payloads; i++) {
		char *at = bytes + (size_t)i * load->payload_bytes;

		memcpy(at, load_payload(), load->payload_bytes);
		parts[i] = (struct wire_part){at, load->payload_bytes};
	}
	(void)cJSON_AddStringToObject(body, "source", "bench");
	(void)cJSON_AddStringToObject(body, "format", "native");
	check(client_number(client, body), "numbering");
	check(client_send(client, VERB_alert_push, body, parts, payloads, NULL),
	    "sending");
	cJSON_Delete(body);
}

/* Says whether there was an answer. */
static bool
collect_client(void)
{
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = client_receive(client, 0, NULL, &answer);
	if (err == OK && answer.status != 200)
		load_fail("answered %d", answer.status);
	answer_fini(&answer);
	if (err != OK && err != ERR_TIMEOUT)
		load_fail("receiving: %s", err_meaning(err));
	return err == OK;
}

/* ---- the wire code ---- */

/* The routing ids of our own side: what the ROUTER calls its connections. */
enum { NAME_FIRST = '0' };

static void
set(int option, const void *value, size_t size)
{
	if (zmq_setsockopt(socket_, option, value, size) != 0)
		load_fail("option %d: %s", option, zmq_strerror(zmq_errno()));
}

static void
open_lines(void)
{
	int none = 0, queue = LOAD_IN_FLIGHT_MAX;

	context = zmq_ctx_new();
	socket_ = zmq_socket(context, ZMQ_ROUTER);
	set(ZMQ_LINGER, &none, sizeof(none));
	set(ZMQ_SNDHWM, &queue, sizeof(queue));
	set(ZMQ_RCVHWM, &queue, sizeof(queue));
	if (!load->plain) {
		set(ZMQ_CURVE_SERVERKEY, key.server_z85, KEY_Z85_BYTES);
		set(ZMQ_CURVE_PUBLICKEY, key.public_z85, KEY_Z85_BYTES);
		set(ZMQ_CURVE_SECRETKEY, key.secret_z85, KEY_Z85_BYTES);
	}
	for (unsigned i = 0; i < load->connections; i++) {
		char name = (char)(NAME_FIRST + i);

		set(ZMQ_CONNECT_ROUTING_ID, &name, 1);
		if (zmq_connect(socket_, key.sensors) != 0)
			load_fail(
			    "%s: %s", key.sensors, zmq_strerror(zmq_errno()));
	}
}

static void
push_line(unsigned number, unsigned payloads)
{
	struct wire_message message;
	char id[24], body[128], name = (char)(NAME_FIRST + number);
	enum err err;

	(void)snprintf(id, sizeof(id), "%" PRIu64, ++requests[number]);
	(void)snprintf(body, sizeof(body),
	    "{\"source\":\"bench\",\"format\":\"native\",\"session\":\""
	    "%016" PRIx64 "\",\"counter\":%" PRIu64 "}",
	    session + number, requests[number]);
	wire_init(&message);
	err = wire_add(&message, &name, 1);
	if (err == OK)
		err = wire_add(&message, "TOC1", 4);
	if (err == OK)
		err = wire_add(&message, "alert.push", 10);
	if (err == OK)
		err = wire_add(&message, id, strlen(id));
	if (err == OK)
		err = wire_add(&message, body, strlen(body));
	for (unsigned i = 0; err == OK && i < payloads; i++)
		err = wire_add(&message, load_payload(), load->payload_bytes);
	if (err == OK)
		err = wire_send(socket_, &message);
	check(err, "sending");
	wire_fini(&message);
}

static void
collect_lines(void)
{
	struct wire_message message;
	struct wire_view view;
	const char *why;
	enum err err;

	wire_init(&message);
	while ((err = wire_receive(socket_, &message)) == OK) {
		if (wire_parse(&message, 1, &view, &why) != OK)
			load_fail("an answer of another protocol: %s", why);
		if (view.b.len != 3 || memcmp(view.b.bytes, "200", 3) != 0)
			load_fail("answered %.*s: %.*s", (int)view.b.len,
			    view.b.bytes, (int)view.body.len, view.body.bytes);
		load_answered(
		    (unsigned)(wire_frame(&message, 0).bytes[0] - NAME_FIRST));
	}
	wire_fini(&message);
	if (err != ERR_END)
		load_fail("receiving: %s", err_meaning(err));
}

/* ---- the peer ---- */

static void
tocsin_open(const struct load *given)
{
	char why[256];

	load = given;
	if (key_load(load->target, &key, why, sizeof(why)) != OK)
		load_fail("%s", why);
	if (load->connections == 1 && !load->plain) {
		check(client_open(&key, CLIENT_SENSORS, &client), "opening");
		return;
	}
	session = (uint64_t)time(NULL) << 24 | (uint64_t)clock() % 65536 << 8;
	open_lines();
}

static void
tocsin_close(void)
{
	client_close(&client);
	if (socket_ != NULL)
		(void)zmq_close(socket_);
	if (context != NULL)
		(void)zmq_ctx_term(context);
}

static int
tocsin_fd(unsigned connection)
{
	int fd = -1;
	size_t size = sizeof(fd);

	if (client != NULL)
		return client_fd(client);
	if (connection == 0)
		(void)zmq_getsockopt(socket_, ZMQ_FD, &fd, &size);
	return fd;
}

static void
tocsin_push(unsigned connection, unsigned payloads)
{
	if (client != NULL)
		push_client(payloads);
	else
		push_line(connection, payloads);
}

static void
tocsin_collect(unsigned connection)
{
	if (client == NULL)
		collect_lines();
	else
		while (collect_client())
			load_answered(connection);
}

const struct peer peer = {
    .open = tocsin_open,
    .close = tocsin_close,
    .fd = tocsin_fd,
    .push = tocsin_push,
    .collect = tocsin_collect,
};
