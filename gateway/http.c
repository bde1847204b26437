#include "gateway/http_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	POOL_BYTES = 16384, /* of a connection: the head of a request */
	SWEEP_MS = 250,
	UNREAD_MS = 120000 /* an answer that nobody reads */
};

/* ---- running it ---- */

static void run(struct http *http);

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	run(poll->data);
}

static void
on_timer(uv_timer_t *timer)
{
	run(timer->data);
}

/* A connection that was resumed is seen by nothing else. */
static void
on_resumed(uv_idle_t *idle)
{
	(void)uv_idle_stop(idle);
	run(idle->data);
}

void
http_wake(struct http *http)
{
	(void)uv_idle_start(&http->resumed, on_resumed);
}

static void
run(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(http->daemon);
	if (MHD_get_timeout(http->daemon, &ms) == MHD_YES)
		(void)uv_timer_start(&http->timer, on_timer, ms, 0);
	else
		(void)uv_timer_stop(&http->timer);
}

/* ---- connections ---- */

void
http_become(struct peer *peer, bool busy, bool reading)
{
	peer->busy = busy;
	peer->reading = reading;
	peer->since_ms = uv_now(peer->http->loop);
}

static void
peer_came(struct http *http, struct MHD_Connection *connection, void **place)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct peer *peer = calloc(1, sizeof(*peer));

	*place = peer;
	if (peer == NULL)
		return;
	peer->http = http;
	peer->fd = info != NULL ? info->connect_fd : -1;
	peer->next = &http->peers;
	peer->prev = http->peers.prev;
	peer->prev->next = peer->next->prev = peer;
	http_become(peer, false, false);
	http->counts.connections++;
	http->counts.accepted++;
}

static void
peer_went(struct http *http, void **place)
{
	struct peer *peer = *place;

	*place = NULL;
	if (peer == NULL)
		return;
	peer->prev->next = peer->next;
	peer->next->prev = peer->prev;
	free(peer);
	http->counts.connections--;
}

static void
on_connection(void *arg, struct MHD_Connection *connection, void **place,
    enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		peer_came(arg, connection, place);
	else
		peer_went(arg, place);
}

/*
 * Has its end come behind the last bytes that were read?  libmicrohttpd takes a
 * short read for the last one of an edge, and the end, which came with the same
 * edge, is then told no more.
 */
static bool
has_ended(const struct peer *peer)
{
	char next;

	return recv(peer->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Is it time that it went?  Whoever waits for us has all the time it needs. */
static bool
is_late(const struct peer *peer, uint64_t now_ms, bool crowded)
{
	const struct http_options *options = &peer->http->options;
	uint64_t age = now_ms - peer->since_ms;

	if (peer->busy)
		return peer->reading &&
		       (age > options->body_ms || has_ended(peer));
	return age > (crowded ? options->idle_ms / 8 : options->idle_ms);
}

/*
 * Shuts who is idle or too slow, those that are idle sooner while there is
 * little room for others: libmicrohttpd sees the end of the stream.
 */
static void
on_sweep(uv_timer_t *timer)
{
	struct http *http = timer->data;
	uint64_t now_ms = uv_now(http->loop);
	bool crowded =
	    http->counts.connections >
	    http->options.connections_max - http->options.connections_max / 4;
	struct peer *peer;

	for (peer = http->peers.next; peer != &http->peers; peer = peer->next) {
		if (peer->shut || !is_late(peer, now_ms, crowded))
			continue;
		peer->shut = true;
		(void)shutdown(peer->fd, SHUT_RDWR);
		http->counts.shut++;
	}
}

__attribute__((format(printf, 2, 0))) static void
on_log(void *arg, const char *format, va_list args)
{
	/* Of clients that went away, mostly: what matters is counted. */
	(void)arg;
	(void)format;
	(void)args;
}

/* ---- opening and closing ---- */

static struct MHD_Daemon *
start(struct http *http)
{
	const struct http_options *options = &http->options;
	bool tls = options->certificate != NULL;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem more[] = {
	    {tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
		(void *)(uintptr_t)options->certificate},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0,
		(void *)(uintptr_t)options->private_key},
	    {MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, exchange_request, http,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, http, MHD_OPTION_LISTEN_SOCKET,
	    options->fd, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(UNREAD_MS / 1000),
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
	    MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, http,
	    MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static enum err
join_loop(struct http *http)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	if (info == NULL ||
	    uv_poll_init(http->loop, &http->poll, info->epoll_fd) != 0)
		return ERR_IO;
	(void)uv_timer_init(http->loop, &http->timer);
	(void)uv_timer_init(http->loop, &http->sweep);
	(void)uv_idle_init(http->loop, &http->resumed);
	http->poll.data = http->timer.data = http->sweep.data =
	    http->resumed.data = http;
	(void)uv_poll_start(&http->poll, UV_READABLE, on_readable);
	(void)uv_timer_start(&http->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	return OK;
}

enum err
http_open(
    uv_loop_t *loop, const struct http_options *options, struct http **http)
{
	struct http *made = calloc(1, sizeof(*made));
	enum err err;

	*http = NULL;
	if (made == NULL)
		return ERR_MEMORY;
	made->options = *options;
	made->loop = loop;
	made->peers.next = made->peers.prev = &made->peers;
	made->daemon = start(made);
	if (made->daemon == NULL) {
		free(made);
		return options->certificate != NULL ? ERR_INVALID : ERR_IO;
	}
	err = join_loop(made);
	if (err != OK) {
		MHD_stop_daemon(made->daemon);
		free(made);
		return err;
	}
	*http = made;
	return OK;
}

void
http_quiesce(struct http *http)
{
	MHD_socket fd = MHD_quiesce_daemon(http->daemon);

	if (fd != MHD_INVALID_SOCKET)
		(void)close(fd);
}

void
http_close(struct http *http)
{
	(void)MHD_run(http->daemon);
	(void)uv_poll_stop(&http->poll);
	MHD_stop_daemon(http->daemon);
	http->daemon = NULL;
	uv_close((uv_handle_t *)&http->poll, NULL);
	uv_close((uv_handle_t *)&http->timer, NULL);
	uv_close((uv_handle_t *)&http->sweep, NULL);
	uv_close((uv_handle_t *)&http->resumed, NULL);
}

void
http_free(struct http **http)
{
	free(*http);
	*http = NULL;
}

const struct http_counts *
http_counts(const struct http *http)
{
	return &http->counts;
}
