#include "fake_front.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "protocol/wire.h"

static void
listen_at(struct front *front, const char *endpoint)
{
	size_t size = sizeof(front->endpoint);
	int yes = 1, none = 0;

	front->router = zmq_socket(front->context, ZMQ_ROUTER);
	cr_assert_not_null(front->router);
	cr_assert_eq(
	    zmq_setsockopt(front->router, ZMQ_LINGER, &none, sizeof(none)), 0);
	cr_assert_eq(
	    zmq_setsockopt(front->router, ZMQ_CURVE_SERVER, &yes, sizeof(yes)),
	    0);
	cr_assert_eq(zmq_setsockopt(front->router, ZMQ_CURVE_SECRETKEY,
			 front->server.secret_z85, KEY_Z85_BYTES),
	    0);
	cr_assert_eq(
	    zmq_setsockopt(front->router, ZMQ_ZAP_DOMAIN, "test", 4), 0);
	/* The old listener's port is given back a moment after its end. */
	while (zmq_bind(front->router, endpoint) != 0)
		cr_assert_eq(zmq_errno(), EADDRINUSE);
	cr_assert_eq(zmq_getsockopt(front->router, ZMQ_LAST_ENDPOINT,
			 front->endpoint, &size),
	    0);
}

static void
send_text(void *socket, const char *text, int flags)
{
	cr_assert_geq(zmq_send(socket, text, strlen(text), flags), 0);
}

/* Answers ZAP's question, of which the third frame is the request id. */
static void
authenticate(struct front *front)
{
	struct wire_message question;
	struct wire_part id;

	wire_init(&question);
	cr_assert_eq(wire_receive(front->zap, &question), OK);
	id = wire_frame(&question, 1);
	send_text(front->zap, "1.0", ZMQ_SNDMORE);
	cr_assert_geq(zmq_send(front->zap, id.bytes, id.len, ZMQ_SNDMORE), 0);
	send_text(front->zap, front->closed ? "400" : "200", ZMQ_SNDMORE);
	send_text(front->zap, "", ZMQ_SNDMORE);
	send_text(front->zap, "someone", ZMQ_SNDMORE);
	send_text(front->zap, "", 0);
	wire_fini(&question);
}

static void
answer_with(struct front *front, const struct wire_message *request,
    const char *id, const char *status, const char *body)
{
	struct wire_part peer = wire_frame(request, 0);

	cr_assert_geq(
	    zmq_send(front->router, peer.bytes, peer.len, ZMQ_SNDMORE), 0);
	send_text(front->router, "TOC1", ZMQ_SNDMORE);
	send_text(front->router, id, ZMQ_SNDMORE);
	send_text(front->router, status, ZMQ_SNDMORE);
	send_text(front->router, body, ZMQ_SNDMORE);
	send_text(front->router, "raw", 0);
}

static void
keep(struct front *front, const struct wire_view *view)
{
	size_t at = front->count++;

	cr_assert_lt(at, KEPT_MAX);
	(void)snprintf(front->verbs[at], KEPT_BYTES, "%.*s", (int)view->a.len,
	    view->a.bytes);
	(void)snprintf(front->bodies[at], KEPT_BYTES, "%.*s",
	    (int)view->body.len, view->body.bytes);
	front->attachments[at] = view->attachments;
}

static char
next_step(const struct front *front)
{
	size_t steps = strlen(front->plan);

	return front->plan[front->count < steps ? front->count : steps - 1];
}

static void
act(struct front *front, char step, const struct wire_message *request,
    const char *id)
{
	char good[160], endpoint[128];

	(void)snprintf(
	    good, sizeof(good), "{\"seq\":42,\"head\":\"%s\"}", FRONT_HEAD);
	memcpy(endpoint, front->endpoint, sizeof(endpoint));
	switch (step) {
	case 'o':
		answer_with(front, request, "0", "403", good);
		answer_with(front, request, id, "200", good);
		break;
	case 'r':
		answer_with(front, request, id, "409",
		    "{\"error\":\"conflict\",\"seq\":7}");
		break;
	case 'g':
		answer_with(front, request, id, "200", "[]");
		break;
	case 't':
		answer_with(front, request, id, "2oo", good);
		break;
	case 'p':
		answer_with(front, request, id, "206", good);
		answer_with(front, request, id, "200", good);
		break;
	case 'h':
		(void)zmq_close(front->router);
		listen_at(front, endpoint);
		break;
	case 'a':
		answer_with(front, request, id, "200", good);
		break;
	default:
		break;
	}
}

static void
serve(struct front *front)
{
	struct wire_message request;
	struct wire_view view;
	const char *why;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char step;

	wire_init(&request);
	if (wire_receive(front->router, &request) == OK) {
		cr_assert_eq(
		    wire_parse(&request, 1, &view, &why), OK, "%s", why);
		(void)snprintf(
		    id, sizeof(id), "%.*s", (int)view.b.len, view.b.bytes);
		step = next_step(front);
		keep(front, &view);
		act(front, step, &request, id);
	}
	wire_fini(&request);
}

static void *
run(void *argument)
{
	struct front *front = argument;

	for (;;) {
		zmq_pollitem_t items[] = {
		    {front->control, 0, ZMQ_POLLIN, 0},
		    {front->zap, 0, ZMQ_POLLIN, 0},
		    {front->router, 0, ZMQ_POLLIN, 0},
		};

		cr_assert_geq(zmq_poll(items, 3, -1), 0);
		if (items[0].revents != 0)
			return NULL;
		if (items[1].revents != 0)
			authenticate(front);
		if (items[2].revents != 0)
			serve(front);
	}
}

void
front_open(struct front *front, const char *plan, bool closed)
{
	memset(front, 0, sizeof(*front));
	front->plan = plan;
	front->closed = closed;
	cr_assert_eq(key_make(&front->server), OK);
	cr_assert_eq(key_make(&front->key), OK);
	front->context = zmq_ctx_new();
	front->zap = zmq_socket(front->context, ZMQ_REP);
	cr_assert_eq(zmq_bind(front->zap, "inproc://zeromq.zap.01"), 0);
	front->control = zmq_socket(front->context, ZMQ_PAIR);
	cr_assert_eq(zmq_bind(front->control, "inproc://control"), 0);
	front->handle = zmq_socket(front->context, ZMQ_PAIR);
	cr_assert_eq(zmq_connect(front->handle, "inproc://control"), 0);
	listen_at(front, "tcp://127.0.0.1:*");
	memcpy(front->key.server_z85, front->server.public_z85, KEY_Z85_BYTES);
	(void)snprintf(front->key.people, sizeof(front->key.people), "%s",
	    front->endpoint);
	cr_assert_eq(pthread_create(&front->thread, NULL, run, front), 0);
}

void
front_close(struct front *front)
{
	send_text(front->handle, "", 0);
	cr_assert_eq(pthread_join(front->thread, NULL), 0);
	zmq_close(front->handle);
	zmq_close(front->control);
	zmq_close(front->zap);
	zmq_close(front->router);
	zmq_ctx_term(front->context);
}

struct client *
front_client(const struct front *front, int timeout_ms)
{
	struct client *client;

	cr_assert_eq(client_open(&front->key, CLIENT_PEOPLE, &client), OK);
	client_set_timeout(client, timeout_ms);
	return client;
}
