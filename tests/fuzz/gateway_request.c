/*
 * Requests from address to answer, without sockets: "POST /path", headers a
 * line each, a blank line, the body.  What the broker is asked is within its
 * limits, every request is answered once, and no body is read behind its end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/gateway.h"
#include "protocol/json.h"

enum { HEADERS_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct exchange {
	char *method, *path;
	char *names[HEADERS_MAX], *values[HEADERS_MAX];
	size_t headers;
	char *body;
	size_t len;
	void *own;
	unsigned answers;
};

/* Stand in for http.c and courier.c. */
static struct question asked;
static bool is_asked;

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
	if (exchange->answers > 0 || name[0] == '\0' || value[0] == '\0')
		abort();
}

void
exchange_answer(struct exchange *exchange, unsigned status, const char *type,
    char *text, size_t len)
{
	(void)type;
	if (status < 200 || status > 599 || len != strlen(text))
		abort();
	exchange->answers++;
	free(text);
}

const struct http_counts *
http_counts(const struct http *http)
{
	static const struct http_counts none;

	(void)http;
	return &none;
}

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

enum err
courier_ask(struct courier *courier, const struct question *question)
{
	static uint64_t sum;
	size_t i, j;

	(void)courier;
	if (is_asked || question->parts_count > LIMIT_PUSH_ALERTS_MAX)
		abort();
	for (i = 0; i < question->parts_count; i++) {
		/* Every byte is there to be read. */
		for (j = 0; j < question->parts[i].len; j++)
			sum += (unsigned char)question->parts[i].bytes[j];
	}
	if (sum == UINT64_MAX)
		abort();
	asked = *question;
	is_asked = true;
	return OK;
}

/* The line up to its end, which becomes a NUL; *at moves behind it. */
static char *
take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (end == NULL) {
		*at = line + strlen(line);
		return line;
	}
	*end = '\0';
	*at = end + 1;
	return line;
}

static void
read_head(struct exchange *exchange, char **at)
{
	static char none[] = "";
	char *line = take_line(at), *value;

	exchange->method = line;
	exchange->path = strchr(line, ' ');
	if (exchange->path != NULL)
		*exchange->path++ = '\0';
	else
		exchange->path = none;
	while (exchange->headers < HEADERS_MAX &&
	       (line = take_line(at))[0] != '\0') {
		value = strchr(line, ':');
		if (value == NULL)
			continue;
		*value++ = '\0';
		exchange->names[exchange->headers] = line;
		exchange->values[exchange->headers++] =
		    value + strspn(value, " ");
	}
}

static void
answer_question(void)
{
	static const char text[] = "{\"alert\":\"ALR-1\",\"id\":\"INC-1\"}";
	struct answer answer = {.status = 200};

	if (json_parse(text, sizeof(text) - 1, false, &answer.body, NULL) != OK)
		abort();
	asked.told(asked.arg, OK, &answer);
	cJSON_Delete(answer.body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gateway gateway = {0};
	struct exchange exchange = {0};
	char *head = calloc(1, size + 1), *at = head;
	size_t body_at;

	memcpy(head, data, size);
	is_asked = false;
	read_head(&exchange, &at);
	body_at = (size_t)(at - head);
	exchange.len = size - body_at;
	/* Of its own size, so that a step beyond is seen. */
	exchange.body = malloc(exchange.len);
	memcpy(exchange.body, data + body_at, exchange.len);
	route_begin(&gateway, &exchange);
	if (exchange.answers == 0)
		route_take(&gateway, &exchange);
	if (is_asked && exchange.answers == 0)
		answer_question();
	if (exchange.answers != 1)
		abort();
	route_end(&gateway, &exchange);
	free(exchange.body);
	free(head);
	return 0;
}
