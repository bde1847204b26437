#include "gateway/http.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ADDED_MAX = 4,
	PATH_BYTES_MAX = 256,
	BODY_FIRST = 4096,
	POOL_BYTES = 16384, /* of a connection: the head of a request */
	SWEEP_MS = 250,
	UNREAD_MS = 120000, /* an answer that nobody reads */
	/* A body that nobody wants is read up to this, so that who sends it
	 * sees the answer instead of a reset. */
	DROP_BYTES_MAX = 2 * LIMIT_HTTP_BODY_BYTES_MAX,
};

struct added {
	char *name, *value;
};

/* A connection, in a ring of all of them. */
struct peer {
	struct http *http;
	struct peer *next, *prev;
	int fd;
	bool busy; /* an exchange is under way */
	bool reading; /* its body is */
	bool shut;
	uint64_t since_ms; /* steady: when it became what it is */
};

struct exchange {
	struct http *http;
	struct MHD_Connection *connection;
	struct peer *peer;
	char method[16], path[PATH_BYTES_MAX + 1];
	char *body;
	size_t body_len, capacity;
	uint64_t arrived; /* bytes of the body, kept or not */
	void *own;
	bool taken, suspended, answered, queued;
	unsigned status;
	const char *type;
	char *text;
	size_t text_len;
	struct added added[ADDED_MAX];
	size_t added_count;
};

struct http {
	struct http_options options;
	uv_loop_t *loop;
	struct MHD_Daemon *daemon;
	uv_poll_t poll;
	uv_timer_t timer, sweep;
	uv_idle_t resumed;
	struct peer peers; /* the ring's anchor */
	struct http_counts counts;
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

static void
become(struct peer *peer, bool busy, bool reading)
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
	become(peer, false, false);
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

/* ---- exchanges ---- */

static struct exchange *
exchange_new(struct http *http, struct MHD_Connection *connection,
    const char *path, const char *method)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));
	const union MHD_ConnectionInfo *info;

	if (exchange == NULL)
		return NULL;
	exchange->http = http;
	exchange->connection = connection;
	info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	exchange->peer = info != NULL ? info->socket_context : NULL;
	(void)snprintf(
	    exchange->method, sizeof(exchange->method), "%s", method);
	(void)snprintf(exchange->path, sizeof(exchange->path), "%s", path);
	if (exchange->peer != NULL)
		become(exchange->peer, true, true);
	return exchange;
}

void
exchange_drop(struct exchange *exchange)
{
	exchange->http->counts.bodies -= exchange->capacity;
	free(exchange->body);
	exchange->body = NULL;
	exchange->body_len = exchange->capacity = 0;
}

static void
exchange_free(struct exchange *exchange)
{
	size_t i;

	exchange->http->options.end(exchange->http->options.arg, exchange);
	exchange_drop(exchange);
	for (i = 0; i < exchange->added_count; i++) {
		free(exchange->added[i].name);
		free(exchange->added[i].value);
	}
	free(exchange->text);
	free(exchange);
}

static void
refuse(struct exchange *exchange, unsigned status, const char *word,
    const char *message)
{
	char *text = NULL;
	int len = asprintf(
	    &text, "{\"error\":\"%s\",\"message\":\"%s\"}", word, message);

	exchange_answer(exchange, status, "application/json",
	    len < 0 ? NULL : text, len < 0 ? 0 : (size_t)len);
}

/* Makes room for len bytes more, within the limits of one and of all. */
static bool
make_room(struct exchange *exchange, size_t len)
{
	size_t needed = exchange->body_len + len;
	size_t capacity = exchange->capacity;
	char *bytes;

	if (needed > LIMIT_HTTP_BODY_BYTES_MAX) {
		refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too_large",
		    "a body has at most 8323072 bytes");
		return false;
	}
	if (needed <= capacity)
		return true;
	while (capacity < needed)
		capacity = capacity == 0 ? BODY_FIRST : 2 * capacity;
	bytes = NULL;
	if (exchange->http->counts.bodies + capacity - exchange->capacity <=
	    LIMIT_HTTP_BODIES_BYTES_MAX)
		bytes = realloc(exchange->body, capacity);
	if (bytes == NULL) {
		exchange_add(exchange, "Retry-After", "1");
		refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
		    "too many bodies are on their way; nothing was kept, try "
		    "again");
		return false;
	}
	exchange->http->counts.bodies += capacity - exchange->capacity;
	exchange->body = bytes;
	exchange->capacity = capacity;
	return true;
}

static enum MHD_Result
take_bytes(struct exchange *exchange, const char *bytes, size_t len)
{
	exchange->arrived += len;
	if (exchange->answered)
		return exchange->arrived <= DROP_BYTES_MAX ? MHD_YES : MHD_NO;
	if (!make_room(exchange, len)) {
		exchange_drop(exchange);
		return MHD_YES;
	}
	memcpy(exchange->body + exchange->body_len, bytes, len);
	exchange->body_len += len;
	return MHD_YES;
}

static enum MHD_Result
queue_answer(struct exchange *exchange)
{
	struct MHD_Response *response;
	enum MHD_Result result;
	size_t i;

	if (exchange->queued)
		return MHD_YES;
	response = MHD_create_response_from_buffer(
	    exchange->text_len, exchange->text, MHD_RESPMEM_MUST_FREE);
	exchange->text = NULL;
	if (response == NULL)
		return MHD_NO;
	if (exchange->type != NULL)
		(void)MHD_add_response_header(
		    response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->type);
	for (i = 0; i < exchange->added_count; i++)
		(void)MHD_add_response_header(response, exchange->added[i].name,
		    exchange->added[i].value);
	result = MHD_queue_response(
	    exchange->connection, exchange->status, response);
	MHD_destroy_response(response);
	exchange->queued = true;
	return result;
}

static enum MHD_Result
whole(struct exchange *exchange)
{
	struct http *http = exchange->http;

	if (exchange->peer != NULL)
		become(exchange->peer, true, false);
	if (!exchange->answered && !exchange->taken) {
		exchange->taken = true;
		http->options.take(http->options.arg, exchange);
		if (!exchange->answered) {
			exchange->suspended = true;
			MHD_suspend_connection(exchange->connection);
			return MHD_YES;
		}
	}
	return exchange->answered ? queue_answer(exchange) : MHD_YES;
}

static enum MHD_Result
begin(struct http *http, struct exchange *exchange)
{
	const char *declared =
	    exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t len = declared != NULL ? strtoull(declared, NULL, 10) : 0;

	http->options.begin(http->options.arg, exchange);
	if (!exchange->answered && len > LIMIT_HTTP_BODY_BYTES_MAX)
		(void)make_room(exchange, LIMIT_HTTP_BODY_BYTES_MAX + 1);
	return exchange->answered && len > DROP_BYTES_MAX
		   ? queue_answer(exchange)
		   : MHD_YES;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **place)
{
	struct exchange *exchange = *place;
	size_t len = *upload_len;

	(void)version;
	if (exchange == NULL) {
		exchange = exchange_new(arg, connection, url, method);
		*place = exchange;
		return exchange != NULL ? begin(arg, exchange) : MHD_NO;
	}
	if (len > 0) {
		*upload_len = 0;
		return take_bytes(exchange, upload, len);
	}
	return whole(exchange);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **place,
    enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *place;

	(void)connection;
	(void)code;
	*place = NULL;
	if (exchange == NULL)
		return;
	if (!exchange->taken && !exchange->queued)
		((struct http *)arg)->counts.cut++;
	if (exchange->peer != NULL)
		become(exchange->peer, false, false);
	exchange_free(exchange);
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

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, http,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, http, MHD_OPTION_LISTEN_SOCKET,
	    options->fd, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(UNREAD_MS / 1000),
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_ARRAY,
	    more, MHD_OPTION_END);
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

/* ---- what takers see ---- */

const char *
exchange_method(const struct exchange *exchange)
{
	return exchange->method;
}

const char *
exchange_path(const struct exchange *exchange)
{
	return exchange->path;
}

const char *
exchange_header(const struct exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(
	    exchange->connection, MHD_HEADER_KIND, name);
}

const char *
exchange_query(const struct exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(
	    exchange->connection, MHD_GET_ARGUMENT_KIND, name);
}

struct telling {
	void (*each)(void *arg, const char *name, const char *value);
	void *arg;
};

static enum MHD_Result
on_header(
    void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const struct telling *telling = arg;

	(void)kind;
	if (value != NULL)
		telling->each(telling->arg, name, value);
	return MHD_YES;
}

void
exchange_headers(const struct exchange *exchange,
    void (*each)(void *arg, const char *name, const char *value), void *arg)
{
	struct telling telling = {each, arg};

	(void)MHD_get_connection_values(
	    exchange->connection, MHD_HEADER_KIND, on_header, &telling);
}

struct wire_part
exchange_body(const struct exchange *exchange)
{
	return (struct wire_part){exchange->body, exchange->body_len};
}

void
exchange_set_own(struct exchange *exchange, void *own)
{
	exchange->own = own;
}

void *
exchange_own(const struct exchange *exchange)
{
	return exchange->own;
}

void
exchange_add(struct exchange *exchange, const char *name, const char *value)
{
	struct added *added = &exchange->added[exchange->added_count];

	assert(exchange->added_count < ADDED_MAX);
	added->name = strdup(name);
	added->value = strdup(value);
	if (added->name != NULL && added->value != NULL) {
		exchange->added_count++;
		return;
	}
	free(added->name);
	free(added->value);
}

void
exchange_answer(struct exchange *exchange, unsigned status, const char *type,
    char *text, size_t len)
{
	assert(!exchange->answered);
	exchange->answered = true;
	exchange->status = text != NULL ? status : MHD_HTTP_SERVICE_UNAVAILABLE;
	exchange->http->counts.answers[exchange->status / 100 % 6]++;
	exchange->type = text != NULL ? type : NULL;
	exchange->text = text;
	exchange->text_len = text != NULL ? len : 0;
	if (!exchange->suspended)
		return;
	exchange->suspended = false;
	MHD_resume_connection(exchange->connection);
	(void)uv_idle_start(&exchange->http->resumed, on_resumed);
}
