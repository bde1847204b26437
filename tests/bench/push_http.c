/*
 * Alerts by HTTP/1.1, connections kept alive; more than one payload a message
 * is NDJSON.  TARGET is "PORT PATH TOKEN", at 127.0.0.1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

enum { HEAD_MAX = 512, ANSWER_MAX = 4096, SEND_WAIT_MS = 20000 };

static const struct load *load;
static char path[128], token[128];
static char *request;
static struct line {
	int fd;
	char answer[ANSWER_MAX + 1];
	size_t got;
} lines[LOAD_CONNECTIONS_MAX];

static void
open_line(struct line *line, unsigned port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int yes = 1;

	line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (line->fd < 0 ||
	    connect(line->fd, (const struct sockaddr *)&at, sizeof(at)) != 0)
		load_fail(
		    "cannot connect to port %u: %s", port, strerror(errno));
	(void)setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	(void)fcntl(line->fd, F_SETFL, O_NONBLOCK);
}

static void
http_open(const struct load *given)
{
	unsigned port;

	load = given;
	if (sscanf(load->target, "%u %127s %127s", &port, path, token) != 3)
		load_fail("TARGET is \"PORT PATH TOKEN\"");
	if (load->in_flight != 1)
		load_fail("HTTP has one request in flight a connection");
	request = malloc(
	    HEAD_MAX + (size_t)LOAD_BATCH_MAX * (load->payload_bytes + 1));
	if (request == NULL)
		load_fail("no memory");
	for (unsigned i = 0; i < load->connections; i++)
		open_line(&lines[i], port);
}

static void
http_close(void)
{
	for (unsigned i = 0; i < load->connections; i++)
		(void)close(lines[i].fd);
	free(request);
}

static int
http_fd(unsigned connection)
{
	return lines[connection].fd;
}

static void
send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		struct pollfd writable = {fd, POLLOUT, 0};
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

		if (sent >= 0) {
			bytes += sent;
			len -= (size_t)sent;
		} else if (errno != EAGAIN) {
			load_fail("sending: %s", strerror(errno));
		} else if (poll(&writable, 1, SEND_WAIT_MS) == 0) {
			load_fail("nothing is read any more");
		}
	}
}

static void
http_push(unsigned connection, unsigned payloads)
{
	size_t body = (size_t)payloads * load->payload_bytes;
	bool lines_of = payloads > 1;
	int head;

	if (lines_of)
		body += payloads;
	head = snprintf(request, HEAD_MAX,
	    "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
	    "%s\r\n"
	    "Content-Type: application/%s\r\nContent-Length: %zu\r\n\r\n",
	    path, token, lines_of ? "x-ndjson" : "json", body);
	for (unsigned i = 0; i < payloads; i++) {
		char *at =
		    request + head +
		    (size_t)i * (load->payload_bytes + (lines_of ? 1u : 0u));

		memcpy(at, load_payload(), load->payload_bytes);
		if (lines_of)
			at[load->payload_bytes] = '\n';
	}
	send_all(lines[connection].fd, request, (size_t)head + body);
}

/* The length of the answer that begins there, or 0 when more is to come. */
static size_t
answer_length(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");
	const char *field;
	size_t length;

	if (end == NULL)
		return 0;
	if (strncmp(answer, "HTTP/1.1 2", 10) != 0)
		load_fail("answered %s", answer);
	field = strcasestr(answer, "\r\nContent-Length:");
	if (field == NULL || field > end)
		load_fail("an answer without a length: %s", answer);
	length = (size_t)(end - answer) + 4 +
		 strtoul(strchr(field, ':') + 1, NULL, 10);
	return strlen(answer) >= length ? length : 0;
}

static void
http_collect(unsigned connection)
{
	struct line *line = &lines[connection];
	size_t length;
	ssize_t got =
	    recv(line->fd, line->answer + line->got, ANSWER_MAX - line->got, 0);

	if (got == 0)
		load_fail("the connection was shut");
	if (got < 0 && errno != EAGAIN)
		load_fail("receiving: %s", strerror(errno));
	if (got > 0)
		line->got += (size_t)got;
	line->answer[line->got] = '\0';
	length = answer_length(line->answer);
	if (length == 0)
		return;
	/* One request in flight: nothing follows its answer. */
	line->got = 0;
	line->answer[0] = '\0';
	load_answered(connection);
}

const struct peer peer = {
    .open = http_open,
    .close = http_close,
    .fd = http_fd,
    .push = http_push,
    .collect = http_collect,
};
