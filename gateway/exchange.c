/* Exchanges: requests with their bodies, and their answers. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/http_own.h"

enum {
	BODY_FIRST = 4096,
	/* A body that nobody wants is read up to this, so that who sends it
	 * sees the answer instead of a reset. */
	DROP_BYTES_MAX = 2 * LIMIT_HTTP_BODY_BYTES_MAX
};

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
		http_become(exchange->peer, true, true);
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
		http_become(exchange->peer, true, false);
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

enum MHD_Result
exchange_request(void *arg, struct MHD_Connection *connection, const char *url,
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

void
exchange_completed(void *arg, struct MHD_Connection *connection, void **place,
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
		http_become(exchange->peer, false, false);
	exchange_free(exchange);
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
	http_wake(exchange->http);
}
