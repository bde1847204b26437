#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/unit/gateway/held_exchange.h"

/* ---- what stands in for http.c ---- */

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
	size_t i;

	for (i = 0; i < exchange->headers; i++)
		if (strcasecmp(exchange->names[i], name) == 0)
			return exchange->values[i];
	return NULL;
}

const char *
exchange_query(const struct exchange *exchange, const char *name)
{
	return exchange_header(exchange, name);
}

void
exchange_headers(const struct exchange *exchange,
    void (*each)(void *arg, const char *name, const char *value), void *arg)
{
	size_t i;

	for (i = 0; i < exchange->headers; i++)
		each(arg, exchange->names[i], exchange->values[i]);
}

struct wire_part
exchange_body(const struct exchange *exchange)
{
	return (struct wire_part){exchange->body, exchange->len};
}

void
exchange_drop(struct exchange *exchange)
{
	free(exchange->body);
	exchange->body = NULL;
	exchange->len = 0;
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
	assert(!exchange->answered);
	assert(name[0] != '\0' && value[0] != '\0');
}

void
exchange_answer(struct exchange *exchange, unsigned status, const char *type,
    char *text, size_t len)
{
	(void)type;
	assert(!exchange->answered);
	assert(status >= 200 && status <= 599);
	/* No memory was short, so there is a text. */
	assert(text != NULL && len == strlen(text));
	exchange->answered = true;
	exchange->status = status;
	exchange->text = text;
}

const struct http_counts *
http_counts(const struct http *http)
{
	static const struct http_counts none;

	(void)http;
	return &none;
}

/* ---- what stands in for courier.c ---- */

bool
courier_ready(const struct courier *courier)
{
	(void)courier;
	return true;
}

size_t
courier_open_questions(const struct courier *courier)
{
	(void)courier;
	return 0;
}

/* ---- what tests call ---- */

void
held_come(struct exchange *exchange, struct gateway *gateway, const void *body,
    size_t len)
{
	exchange->body = malloc(len);
	assert(exchange->body != NULL);
	memcpy(exchange->body, body, len);
	exchange->len = len;
	route_begin(gateway, exchange);
	if (!exchange->answered)
		route_take(gateway, exchange);
}

void
held_end(struct exchange *exchange, struct gateway *gateway)
{
	if (exchange->own != NULL)
		route_end(gateway, exchange);
	free(exchange->body);
	free(exchange->text);
	*exchange = (struct exchange){.method = NULL};
}
