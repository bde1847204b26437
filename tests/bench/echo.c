/*
 * A bare libzmq ROUTER that answers what an alert.push is answered, and does
 * nothing else: what ZeroMQ alone costs, with CURVE and without.
 *
 *   bench_echo ENDPOINT           plain
 *   bench_echo ENDPOINT KEYFILE   as the server whose key file that is
 */
#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "protocol/wire.h"

static const char body[] =
    "{\"alert\":\"ALR-1000000\",\"count\":1,\"seq\":1000000,\"head\":\""
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}";

static enum err
answer(void *socket, const struct wire_message *asked)
{
	struct wire_message message;
	struct wire_view view;
	const char *why;
	struct wire_part route = wire_frame(asked, 0);
	enum err err;

	if (wire_parse(asked, 1, &view, &why) != OK)
		return ERR_INVALID;
	wire_init(&message);
	err = wire_add(&message, route.bytes, route.len);
	if (err == OK)
		err = wire_add(&message, "TOC1", 4);
	if (err == OK)
		err = wire_add(&message, view.b.bytes, view.b.len);
	if (err == OK)
		err = wire_add(&message, "200", 3);
	if (err == OK)
		err = wire_add(&message, body, sizeof(body) - 1);
	if (err == OK)
		err = wire_send(socket, &message);
	wire_fini(&message);
	return err;
}

int
main(int argc, char **argv)
{
	void *context = zmq_ctx_new(),
	     *socket = zmq_socket(context, ZMQ_ROUTER);
	struct wire_message message;
	struct key key;
	char why[256] = "usage: bench_echo ENDPOINT [KEYFILE]";
	int server = 1, queue = 2048;

	(void)zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof(queue));
	(void)zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof(queue));
	if (argc < 2 || argc > 3 ||
	    (argc == 3 && key_load(argv[2], &key, why, sizeof(why)) != OK)) {
		(void)fprintf(stderr, "%s\n", why);
		return 2;
	}
	if (argc == 3) {
		(void)zmq_setsockopt(
		    socket, ZMQ_CURVE_SERVER, &server, sizeof(server));
		(void)zmq_setsockopt(
		    socket, ZMQ_CURVE_SECRETKEY, key.secret_z85, KEY_Z85_BYTES);
	}
	if (zmq_bind(socket, argv[1]) != 0) {
		(void)fprintf(
		    stderr, "%s: %s\n", argv[1], zmq_strerror(zmq_errno()));
		return 1;
	}
	wire_init(&message);
	for (;;) {
		zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};

		(void)zmq_poll(&item, 1, -1);
		while (wire_receive(socket, &message) == OK)
			if (answer(socket, &message) != OK)
				return 1;
	}
}
