#include "protocol/wire.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 16 };

/* Parses the strings as frames; "" is an empty one, NULL ends them. */
static enum err
parse(int routed, const char *const *frames, struct wire_view *view,
    const char **why)
{
	struct wire_part parts[PARTS_MAX];
	size_t count = 0;

	for (; frames[count] != NULL; count++) {
		cr_assert_lt(count, PARTS_MAX);
		parts[count].bytes = frames[count];
		parts[count].len = strlen(frames[count]);
	}
	return wire_parse_parts(parts, count, routed, view, why);
}

#define FRAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
takes(
    int routed, const char *const *frames, size_t envelope, size_t attachments)
{
	struct wire_view view;
	const char *why = NULL;

	cr_assert_eq(parse(routed, frames, &view, &why), OK, "%s", why);
	cr_assert_null(why);
	cr_assert_eq(view.envelope, envelope);
	cr_assert_eq(view.first_attachment, envelope + 4);
	cr_assert_eq(view.attachments, attachments);
	cr_assert_eq(view.a.len, 4);
	cr_assert_eq(memcmp(view.a.bytes, "open", 4), 0);
	cr_assert_eq(view.b.len, 2);
	cr_assert_eq(memcmp(view.b.bytes, "r1", 2), 0);
	cr_assert_eq(view.body.bytes, frames[envelope + 3]);
}

Test(wire_parse_parts, takes_a_dealer_s_message)
{
	takes(0, FRAMES("TOC1", "open", "r1", "{}"), 0, 0);
	takes(1, FRAMES("id", "TOC1", "open", "r1", "{}"), 1, 0);
	takes(1, FRAMES("id", "TOC1", "open", "r1", ""), 1, 0);
	takes(1, FRAMES("id", "TOC1", "open", "r1", "", "", "x"), 1, 2);
}

Test(wire_parse_parts, takes_a_req_s_message_with_and_without_correlation)
{
	takes(0, FRAMES("", "TOC1", "open", "r1", "{}"), 1, 0);
	takes(1, FRAMES("id", "", "TOC1", "open", "r1", "{}"), 2, 0);
	takes(1, FRAMES("id", "c1", "", "TOC1", "open", "r1", "{}", "a"), 3, 1);
}

Test(wire_parse_parts, takes_a_correlation_id_that_reads_like_the_magic)
{
	takes(1, FRAMES("id", "TOC1", "", "TOC1", "open", "r1", "{}"), 3, 0);
	takes(0, FRAMES("TOC1", "", "TOC1", "open", "r1", "{}"), 2, 0);
}

Test(wire_parse_parts, takes_an_envelope_of_eight_frames_and_not_of_nine)
{
	struct wire_view view;
	const char *why;

	takes(1,
	    FRAMES("1", "2", "3", "4", "5", "6", "7", "", "TOC1", "open", "r1",
		"{}"),
	    LIMIT_ENVELOPE_FRAMES_MAX, 0);
	cr_assert_eq(parse(1,
			 FRAMES("1", "2", "3", "4", "5", "6", "7", "8", "",
			     "TOC1", "open", "r1", "{}"),
			 &view, &why),
	    ERR_INVALID);
	cr_assert_str_eq(why, "an envelope of too many frames");
	cr_assert_eq(view.envelope, 1);
}

Test(wire_parse_parts, takes_an_answer_to_a_request_without_id)
{
	struct wire_view view;
	const char *why;

	cr_assert_eq(
	    parse(0, FRAMES("TOC1", "", "400", "{}"), &view, &why), OK);
	cr_assert_eq(view.a.len, 0);
	cr_assert_eq(memcmp(view.b.bytes, "400", 3), 0);
}

Test(wire_parse_parts, finds_the_bearer_that_a_gateway_forwards)
{
	char longest[LIMIT_BEARER_BYTES_MAX + 2];
	struct wire_view view;
	const char *why = NULL;

	memset(longest, 'x', sizeof(longest));
	longest[LIMIT_BEARER_BYTES_MAX] = '\0';
	cr_assert_eq(parse(1,
			 FRAMES("id", "", "TOC1B", longest, "open", "r1", "{}",
			     "a", "b"),
			 &view, &why),
	    OK);
	cr_assert_eq(view.envelope, 2);
	cr_assert_eq(view.bearer.len, LIMIT_BEARER_BYTES_MAX);
	cr_assert_eq(view.a.len, 4);
	cr_assert_eq(view.b.len, 2);
	cr_assert_eq(view.first_attachment, 7);
	cr_assert_eq(view.attachments, 2);
	longest[LIMIT_BEARER_BYTES_MAX] = 'x';
	longest[LIMIT_BEARER_BYTES_MAX + 1] = '\0';
	cr_assert_eq(
	    parse(1, FRAMES("id", "TOC1B", longest, "open", "r1", "{}"), &view,
		&why),
	    ERR_INVALID);
	cr_assert_not_null(strstr(why, "bearer"));
	cr_assert_eq(view.b.len, 2, "it can be answered");
	cr_assert_eq(parse(1, FRAMES("id", "TOC1B", "", "open", "r1", "{}"),
			 &view, &why),
	    ERR_INVALID);
	cr_assert_eq(
	    parse(1, FRAMES("id", "TOC1B", "open", "r1", "{}"), &view, &why),
	    ERR_INVALID);
	cr_assert_eq(
	    parse(1, FRAMES("id", "TOC1", "open", "r1", "{}"), &view, &why),
	    OK);
	cr_assert_eq(view.bearer.len, 0);
}

Test(wire_parse_parts, refuses_messages_of_too_few_frames)
{
	struct wire_view view;
	const char *why;

	cr_assert_eq(wire_parse_parts(NULL, 0, 0, &view, &why), ERR_INVALID);
	cr_assert_eq(wire_parse_parts(NULL, 0, 1, &view, &why), ERR_INVALID);
	cr_assert_eq(parse(1, FRAMES("id"), &view, &why), ERR_INVALID);
	cr_assert_eq(parse(1, FRAMES("id", "TOC1"), &view, &why), ERR_INVALID);
	cr_assert_eq(view.envelope, 1);
	cr_assert_eq(
	    parse(1, FRAMES("id", "TOC1", "open"), &view, &why), ERR_INVALID);
	cr_assert_eq(parse(1, FRAMES("id", "TOC1", "open", "r1"), &view, &why),
	    ERR_INVALID);
	cr_assert_not_null(strstr(why, "too few frames"));
	cr_assert_eq(parse(1, FRAMES("id", ""), &view, &why), ERR_INVALID);
	cr_assert_eq(
	    parse(1, FRAMES("id", "", "TOC1"), &view, &why), ERR_INVALID);
	cr_assert_eq(view.envelope, 2);
}

Test(wire_parse_parts, refuses_another_magic)
{
	static const char *const others[] = {
	    "TOC2", "toc1", "TOC", "TOC11", "HELO"};
	struct wire_view view;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		cr_assert_eq(
		    parse(1, FRAMES("id", others[i], "open", "r1", "{}"), &view,
			&why),
		    ERR_INVALID);
		cr_assert_not_null(why);
		cr_assert_eq(
		    parse(1, FRAMES("id", "", others[i], "open", "r1", "{}"),
			&view, &why),
		    ERR_INVALID);
		cr_assert_str_eq(why, "expected TOC1 behind the envelope");
	}
}

Test(wire_parse_parts, takes_verbs_and_ids_up_to_their_limit)
{
	char at_most[LIMIT_VERB_BYTES_MAX + 1] = "";
	char beyond[LIMIT_VERB_BYTES_MAX + 2] = "";
	struct wire_view view;
	const char *why;

	memset(at_most, 'a', sizeof(at_most) - 1);
	memset(beyond, 'a', sizeof(beyond) - 1);
	cr_assert_eq(
	    parse(0, FRAMES("TOC1", at_most, at_most, ""), &view, &why), OK);
	cr_assert_eq(parse(0, FRAMES("TOC1", beyond, "r1", ""), &view, &why),
	    ERR_INVALID);
	cr_assert_null(view.a.bytes);
	cr_assert_eq(parse(0, FRAMES("TOC1", "open", beyond, ""), &view, &why),
	    ERR_INVALID);
	cr_assert_eq(memcmp(view.a.bytes, "open", 4), 0);
	cr_assert_null(view.b.bytes);
	cr_assert_eq(
	    parse(0, FRAMES("TOC1", "open", "", ""), &view, &why), ERR_INVALID);
}

/* Two sockets that talk within the process. */
struct pair {
	void *context;
	void *in, *out;
};

static void
pair_open(struct pair *pair)
{
	int none = 0;

	pair->context = zmq_ctx_new();
	pair->in = zmq_socket(pair->context, ZMQ_DEALER);
	pair->out = zmq_socket(pair->context, ZMQ_DEALER);
	cr_assert_eq(
	    zmq_setsockopt(pair->in, ZMQ_RCVHWM, &none, sizeof(none)), 0);
	cr_assert_eq(zmq_bind(pair->in, "inproc://wire"), 0);
	cr_assert_eq(zmq_connect(pair->out, "inproc://wire"), 0);
}

static void
pair_close(struct pair *pair)
{
	zmq_close(pair->in);
	zmq_close(pair->out);
	zmq_ctx_term(pair->context);
}

/* Sends a message of count frames of len bytes each, past every limit. */
static void
flood(void *socket, size_t count, size_t len)
{
	char *bytes = calloc(1, len + 1);
	size_t i;

	cr_assert_not_null(bytes);
	for (i = 0; i < count; i++)
		cr_assert_eq(zmq_send(socket, bytes, len,
				 i + 1 < count ? ZMQ_SNDMORE : 0),
		    (int)len);
	free(bytes);
}

Test(wire_receive, takes_messages_up_to_the_limits)
{
	struct wire_message message;
	struct pair pair;

	pair_open(&pair);
	wire_init(&message);
	flood(pair.out, 1, LIMIT_FRAME_BYTES_MAX);
	cr_assert_eq(wire_receive(pair.in, &message), OK);
	cr_assert_eq(message.bytes, LIMIT_FRAME_BYTES_MAX);
	flood(pair.out, LIMIT_MESSAGE_PARTS_MAX, 1);
	cr_assert_eq(wire_receive(pair.in, &message), OK);
	cr_assert_eq(message.count, LIMIT_MESSAGE_PARTS_MAX);
	flood(pair.out, LIMIT_MESSAGE_BYTES_MAX / LIMIT_FRAME_BYTES_MAX,
	    LIMIT_FRAME_BYTES_MAX);
	cr_assert_eq(wire_receive(pair.in, &message), OK);
	cr_assert_eq(message.bytes, LIMIT_MESSAGE_BYTES_MAX);
	wire_fini(&message);
	cr_assert_eq(wire_receive(pair.in, &message), ERR_END);
	pair_close(&pair);
}

/* Receives what is over a limit: its head is kept, the next message whole. */
static void
drains(size_t count, size_t len, size_t kept)
{
	struct wire_message message;
	struct pair pair;

	pair_open(&pair);
	wire_init(&message);
	flood(pair.out, count, len);
	flood(pair.out, 2, 3);
	cr_assert_eq(wire_receive(pair.in, &message), ERR_TOO_LARGE);
	cr_assert_eq(message.count, kept);
	cr_assert_eq(wire_receive(pair.in, &message), OK);
	cr_assert_eq(message.count, 2);
	cr_assert_eq(message.bytes, 6);
	wire_fini(&message);
	pair_close(&pair);
}

Test(wire_receive, drains_a_frame_that_is_too_large)
{
	drains(1, LIMIT_FRAME_BYTES_MAX + 1, 0);
}

Test(wire_receive, drains_a_message_of_too_many_frames)
{
	drains(LIMIT_MESSAGE_PARTS_MAX + 1, 1, LIMIT_MESSAGE_PARTS_MAX);
	drains((size_t)5 * LIMIT_MESSAGE_PARTS_MAX, 0, LIMIT_MESSAGE_PARTS_MAX);
}

Test(wire_receive, drains_a_message_of_too_many_bytes)
{
	drains(LIMIT_MESSAGE_BYTES_MAX / LIMIT_FRAME_BYTES_MAX + 1,
	    LIMIT_FRAME_BYTES_MAX,
	    LIMIT_MESSAGE_BYTES_MAX / LIMIT_FRAME_BYTES_MAX);
}

Test(wire_receive, keeps_the_head_of_an_oversized_request_to_answer_it)
{
	static const char *const head[] = {"TOC1", "open", "r1"};
	struct wire_message message;
	struct wire_view view;
	const char *why;
	struct pair pair;
	size_t i;

	pair_open(&pair);
	wire_init(&message);
	for (i = 0; i < 3; i++)
		cr_assert_geq(
		    zmq_send(pair.out, head[i], strlen(head[i]), ZMQ_SNDMORE),
		    0);
	flood(pair.out, 1, LIMIT_FRAME_BYTES_MAX + 1);
	cr_assert_eq(wire_receive(pair.in, &message), ERR_TOO_LARGE);
	cr_assert_eq(message.count, 3);
	cr_assert_eq(wire_parse(&message, 0, &view, &why), ERR_INVALID);
	cr_assert_eq(view.envelope, 0);
	cr_assert_eq(wire_frame(&message, 2).len, 2);
	wire_fini(&message);
	pair_close(&pair);
}

Test(wire_receive, says_when_there_is_nothing)
{
	struct wire_message message;
	struct pair pair;

	pair_open(&pair);
	wire_init(&message);
	cr_assert_eq(wire_receive(pair.in, &message), ERR_END);
	cr_assert_eq(message.count, 0);
	pair_close(&pair);
}

Test(wire_receive, fails_on_a_socket_that_is_none)
{
	struct wire_message message;
	void *context = zmq_ctx_new();
	void *push = zmq_socket(context, ZMQ_PUSH);

	wire_init(&message);
	cr_assert_eq(wire_receive(push, &message), ERR_IO);
	zmq_close(push);
	zmq_ctx_term(context);
}

Test(wire_add, takes_frames_up_to_the_limits_and_copies_them)
{
	char *bytes = calloc(1, LIMIT_FRAME_BYTES_MAX + 1);
	struct wire_message message;
	size_t i;

	wire_init(&message);
	cr_assert_eq(wire_add(&message, bytes, LIMIT_FRAME_BYTES_MAX + 1),
	    ERR_TOO_LARGE);
	cr_assert_eq(message.count, 0);
	for (i = 0; i < LIMIT_MESSAGE_BYTES_MAX / LIMIT_FRAME_BYTES_MAX; i++)
		cr_assert_eq(
		    wire_add(&message, bytes, LIMIT_FRAME_BYTES_MAX), OK);
	cr_assert_eq(wire_add(&message, bytes, 1), ERR_TOO_LARGE);
	for (; i < LIMIT_MESSAGE_PARTS_MAX; i++)
		cr_assert_eq(wire_add(&message, NULL, 0), OK);
	cr_assert_eq(wire_add(&message, NULL, 0), ERR_TOO_LARGE);
	cr_assert_eq(message.count, LIMIT_MESSAGE_PARTS_MAX);
	bytes[0] = 'x';
	cr_assert_eq(wire_frame(&message, 0).bytes[0], '\0');
	wire_fini(&message);
	cr_assert_eq(message.count, 0);
	wire_fini(&message);
	free(bytes);
}

Test(wire_send, leaves_the_message_empty_once_it_went)
{
	struct wire_message message;
	struct wire_view view;
	const char *why;
	struct pair pair;

	pair_open(&pair);
	wire_init(&message);
	cr_assert_eq(wire_add(&message, "TOC1", 4), OK);
	cr_assert_eq(wire_add(&message, "list", 4), OK);
	cr_assert_eq(wire_add(&message, "7", 1), OK);
	cr_assert_eq(wire_add(&message, "{}", 2), OK);
	cr_assert_eq(wire_add(&message, "raw", 3), OK);
	cr_assert_eq(wire_send(pair.out, &message), OK);
	cr_assert_eq(message.count, 0);
	cr_assert_eq(wire_receive(pair.in, &message), OK);
	cr_assert_eq(wire_parse(&message, 0, &view, &why), OK);
	cr_assert_eq(view.attachments, 1);
	cr_assert_eq(
	    memcmp(wire_frame(&message, view.first_attachment).bytes, "raw", 3),
	    0);
	wire_fini(&message);
	pair_close(&pair);
}

Test(wire_parse, counts_more_attachments_than_it_looks_at)
{
	struct wire_message message;
	struct wire_view view;
	const char *why;
	size_t i;

	wire_init(&message);
	cr_assert_eq(wire_add(&message, "TOC1", 4), OK);
	for (i = 0; i < 3 + LIMIT_PUSH_ALERTS_MAX; i++)
		cr_assert_eq(wire_add(&message, "x", 1), OK);
	cr_assert_eq(wire_parse(&message, 0, &view, &why), OK);
	cr_assert_eq(view.first_attachment, 4);
	cr_assert_eq(view.attachments, LIMIT_PUSH_ALERTS_MAX);
	wire_fini(&message);
}

Test(wire_send, leaves_the_message_alone_when_the_peer_has_gone)
{
	struct wire_message message;
	void *context = zmq_ctx_new();
	void *router = zmq_socket(context, ZMQ_ROUTER);
	int yes = 1;

	cr_assert_eq(
	    zmq_setsockopt(router, ZMQ_ROUTER_MANDATORY, &yes, sizeof(yes)), 0);
	cr_assert_eq(zmq_bind(router, "inproc://gone"), 0);
	wire_init(&message);
	cr_assert_eq(wire_add(&message, "nobody", 6), OK);
	cr_assert_eq(wire_add(&message, "text", 4), OK);
	cr_assert_eq(wire_send(router, &message), ERR_END);
	cr_assert_eq(message.count, 2);
	cr_assert_eq(memcmp(wire_frame(&message, 1).bytes, "text", 4), 0);
	wire_fini(&message);
	zmq_close(router);
	zmq_ctx_term(context);
}

Test(wire_send, says_when_the_peer_takes_no_more)
{
	struct wire_message message;
	void *context = zmq_ctx_new();
	void *dealer = zmq_socket(context, ZMQ_DEALER);
	enum err err = OK;
	int i;

	/* Nobody is connected: there is no pipe that could take it. */
	wire_init(&message);
	for (i = 0; i < 3 && err == OK; i++) {
		wire_fini(&message);
		cr_assert_eq(wire_add(&message, "a", 1), OK);
		cr_assert_eq(wire_add(&message, "b", 1), OK);
		err = wire_send(dealer, &message);
	}
	cr_assert_eq(err, ERR_END);
	cr_assert_eq(message.count, 2);
	wire_fini(&message);
	zmq_close(dealer);
	zmq_ctx_term(context);
}
