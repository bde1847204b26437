#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "broker/broker.h"
#include "broker/front.h"
#include "broker/jobs.h"
#include "broker/peers.h"
#include "broker/watch.h"

enum {
	CHUNK = 1048576,
	FULL_PEERS = LIMIT_UNREAD_ALL_BYTES_MAX / LIMIT_UNREAD_BYTES_MAX,
	NO_FILE = 100000, /* descriptors from here on are none of ours */
};

/* A loop with a front, whose connections the tests make up. */
static struct broker *broker;
static struct config config;
static char folder[] = "/tmp/tocsin-peers.XXXXXX", path[64];

static void
begin(void)
{
	struct front_options options = {
	    .name = "people", .tcp = "", .ipc = path, .send_queue = 16};
	struct key key;
	char why[256] = "";

	broker = calloc(1, sizeof(*broker));
	cr_assert_not_null(broker);
	broker->config = &config;
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/people.sock", folder);
	cr_assert_eq(key_make(&key), OK);
	cr_assert_eq(uv_loop_init(&broker->loop), 0);
	cr_assert_eq(peers_new(&broker->peers), OK);
	cr_assert_eq(watches_new(&broker->watches), OK);
	cr_assert_eq(jobs_new(&broker->jobs), OK);
	broker->zmq = zmq_ctx_new();
	cr_assert_eq(front_open(broker, &options, &key, &broker->people, why,
			 sizeof(why)),
	    OK, "%s", why);
}

static void
end(void)
{
	front_close(broker->people);
	(void)uv_run(&broker->loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&broker->loop), 0);
	(void)zmq_ctx_term(broker->zmq);
	front_free(&broker->people);
	peers_free(&broker->peers);
	watches_free(&broker->watches);
	jobs_free(&broker->jobs);
	free(broker);
	(void)unlink(path);
	(void)rmdir(folder);
}

TestSuite(peers, .init = begin, .fini = end);

/* Both ends of a TCP connection. */
struct line {
	int near, far;
};

static struct line
line_make(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	struct line line;

	cr_assert_eq(
	    bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(listening, 1), 0);
	cr_assert_eq(
	    getsockname(listening, (struct sockaddr *)&address, &size), 0);
	line.far = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(connect(line.far, (struct sockaddr *)&address, size), 0);
	line.near = accept(listening, NULL, NULL);
	cr_assert_geq(line.near, 0);
	(void)close(listening);
	peers_came(broker, broker->people, line.near);
	return line;
}

/* So many bytes come over the line, and libzmq takes them all. */
static void
pour(struct line line, size_t bytes)
{
	static char sent[CHUNK], taken[CHUNK];
	size_t on_the_way = 0;
	ssize_t n;

	while (bytes > 0 || on_the_way > 0) {
		n = send(line.far, sent, bytes < CHUNK ? bytes : CHUNK,
		    MSG_DONTWAIT);
		if (n > 0) {
			bytes -= (size_t)n;
			on_the_way += (size_t)n;
		}
		n = recv(line.near, taken, sizeof(taken), 0);
		cr_assert_gt(n, 0);
		on_the_way -= (size_t)n;
	}
}

static bool
is_shut(struct line line)
{
	char byte;

	return recv(line.far, &byte, 1, MSG_DONTWAIT) == 0;
}

static void
line_drop(struct line line)
{
	peers_went(broker, line.near);
	(void)close(line.near);
	(void)close(line.far);
}

Test(peers, are_as_many_as_the_limit_and_no_more)
{
	struct line line;
	int i, pair[2];
	char byte;

	for (i = 1; i < LIMIT_CONNECTIONS_MAX; i++)
		peers_came(broker, broker->people, NO_FILE + i);
	line = line_make(); /* the last that there is a place for */
	cr_assert_eq(broker->counts.dropped_frames, 0);
	cr_assert_not(is_shut(line));
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peers_came(broker, broker->people, pair[0]);
	cr_assert_eq(broker->counts.dropped_frames, 1);
	cr_assert_eq(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
	cr_assert_not(is_shut(line));
	/* One that goes makes room for the next. */
	(void)close(pair[0]);
	(void)close(pair[1]);
	peers_went(broker, NO_FILE + 1);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peers_came(broker, broker->people, pair[0]);
	cr_assert_eq(broker->counts.dropped_frames, 1);
	cr_assert_lt(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
	(void)close(pair[0]);
	(void)close(pair[1]);
	line_drop(line);
}

Test(peers, are_shut_once_they_have_sent_too_much_without_an_end)
{
	struct line line = line_make(), other = line_make();

	pour(line, LIMIT_UNREAD_BYTES_MAX);
	peers_tick(broker);
	cr_assert_not(is_shut(line));
	pour(line, 1);
	peers_tick(broker);
	cr_assert(is_shut(line));
	cr_assert_not(is_shut(other));
	cr_assert_eq(broker->counts.shut, 1);
	line_drop(line);
	line_drop(other);
}

/* Half a second for what they were told last, however often they ask. */
Test(peers, are_shut_some_ticks_after_they_are_revoked)
{
	struct line line = line_make(), other = line_make();
	int i;

	peers_heard(broker->peers, line.near, 7, 0, 4);
	peers_heard(broker->peers, other.near, 8, 0, 4);
	for (i = 0; i < 5; i++) {
		peers_revoke(broker->peers, 7);
		cr_assert_not(is_shut(line), "after %d ticks", i);
		peers_tick(broker);
	}
	cr_assert(is_shut(line));
	cr_assert_not(is_shut(other));
	cr_assert_eq(broker->counts.shut, 1);
	line_drop(line);
	line_drop(other);
}

Test(peers, may_send_any_number_of_messages_that_end)
{
	struct line line = line_make();
	size_t i;

	for (i = 0; i < 3; i++) {
		pour(line, LIMIT_UNREAD_BYTES_MAX);
		peers_heard(
		    broker->peers, line.near, 1, LIMIT_UNREAD_BYTES_MAX, 4);
		peers_tick(broker);
		cr_assert_not(is_shut(line));
	}
	/* Nothing is saved up: what was counted for frames is no credit. */
	pour(line, LIMIT_UNREAD_BYTES_MAX + 1);
	peers_tick(broker);
	cr_assert(is_shut(line));
	line_drop(line);
}

Test(peers, together_have_a_bound_that_costs_the_one_with_the_most)
{
	struct line lines[FULL_PEERS], last = line_make();
	size_t i, gone = 0;

	for (i = 0; i < FULL_PEERS; i++) {
		lines[i] = line_make();
		pour(lines[i], LIMIT_UNREAD_BYTES_MAX);
	}
	peers_tick(broker);
	cr_assert_eq(broker->counts.shut, 0);
	pour(last, 1);
	peers_tick(broker);
	cr_assert_eq(broker->counts.shut, 1);
	for (i = 0; i < FULL_PEERS; i++)
		gone += is_shut(lines[i]);
	cr_assert_eq(gone, 1);
	cr_assert_not(is_shut(last));
	for (i = 0; i < FULL_PEERS; i++)
		line_drop(lines[i]);
	line_drop(last);
}
