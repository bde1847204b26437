#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protocol/json.h"
#include "tests/unit/gateway/fake_exchange.h"

enum { HEADERS_MAX = 16 };

struct exchange {
	const char *method, *path;
	const char *names[HEADERS_MAX], *values[HEADERS_MAX];
	size_t headers;
	char *body;
	size_t len;
	void *own;
};

struct fake fake;
static struct exchange exchange;
static struct gateway gateway;
static struct question question;
static cJSON *said;

/* ---- what stands in for http.c ---- */

const char *
exchange_method(const struct exchange *e)
{
	return e->method;
}

const char *
exchange_path(const struct exchange *e)
{
	return e->path;
}

const char *
exchange_header(const struct exchange *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->headers; i++)
		if (strcasecmp(e->names[i], name) == 0)
			return e->values[i];
	return NULL;
}

const char *
exchange_query(const struct exchange *e, const char *name)
{
	(void)e;
	(void)name;
	return NULL;
}

void
exchange_headers(const struct exchange *e,
    void (*each)(void *arg, const char *name, const char *value), void *arg)
{
	size_t i;

	for (i = 0; i < e->headers; i++)
		each(arg, e->names[i], e->values[i]);
}

struct wire_part
exchange_body(const struct exchange *e)
{
	return (struct wire_part){e->body, e->len};
}

void
exchange_drop(struct exchange *e)
{
	free(e->body);
	e->body = NULL;
	e->len = 0;
}

void
exchange_set_own(struct exchange *e, void *own)
{
	e->own = own;
}

void *
exchange_own(const struct exchange *e)
{
	return e->own;
}

void
exchange_add(struct exchange *e, const char *name, const char *value)
{
	(void)e;
	(void)name;
	(void)value;
}

void
exchange_answer(struct exchange *e, unsigned status, const char *type,
    char *text, size_t len)
{
	(void)e;
	(void)type;
	(void)len;
	cr_assert_not(fake.answered, "answered twice");
	fake.answered = true;
	fake.status = status;
	fake.text = text != NULL ? text : strdup("");
	said = cJSON_Parse(fake.text);
}

const struct http_counts *
http_counts(const struct http *http)
{
	static const struct http_counts counts;

	(void)http;
	return &counts;
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

enum err
courier_ask(struct courier *courier, const struct question *asked)
{
	size_t i;

	(void)courier;
	if (fake.err != OK)
		return fake.err;
	fake.asked++;
	fake.front = asked->front;
	fake.verb = asked->verb;
	(void)snprintf(fake.bearer, sizeof(fake.bearer), "%s", asked->bearer);
	fake.body = cJSON_Duplicate(asked->body, true);
	fake.parts_count = asked->parts_count;
	for (i = 0; i < asked->parts_count && i < FAKE_PARTS_MAX; i++) {
		size_t len = asked->parts[i].len;

		if (len >= FAKE_PART_BYTES)
			len = FAKE_PART_BYTES - 1;
		memcpy(fake.parts[i], asked->parts[i].bytes, len);
		fake.parts[i][len] = '\0';
	}
	question = *asked;
	return OK;
}

/* ---- what tests call ---- */

static void
forget(void)
{
	if (exchange.own != NULL)
		route_end(&gateway, &exchange);
	free(exchange.body);
	free(fake.text);
	cJSON_Delete(fake.body);
	cJSON_Delete(said);
	said = NULL;
	fake = (struct fake){.err = OK};
	exchange = (struct exchange){.method = NULL};
	gateway = (struct gateway){.stopping = false};
}

void
fake_begin(const char *method, const char *path)
{
	forget();
	exchange.method = method;
	exchange.path = path;
	fake_header("Authorization", "Bearer " FAKE_TOKEN);
}

void
fake_header(const char *name, const char *value)
{
	cr_assert_lt(exchange.headers, HEADERS_MAX);
	exchange.names[exchange.headers] = name;
	exchange.values[exchange.headers++] = value;
}

void
fake_no_token(void)
{
	exchange.headers = 0;
}

void
fake_come_bytes(const char *body, size_t len)
{
	exchange.body = malloc(len + 1);
	cr_assert_not_null(exchange.body);
	memcpy(exchange.body, body, len);
	exchange.len = len;
	route_begin(&gateway, &exchange);
	if (!fake.answered)
		route_take(&gateway, &exchange);
}

static char *
quoted(const char *text)
{
	char *copy = strdup(text), *at;

	cr_assert_not_null(copy);
	for (at = copy; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	return copy;
}

void
fake_come(const char *body)
{
	char *text = quoted(body);

	fake_come_bytes(text, strlen(text));
	free(text);
}

void
fake_broker(int status, const char *body)
{
	struct answer answer = {.status = status, .err = err_of_status(status)};
	char *text = quoted(body);

	cr_assert_eq(fake.asked, 1, "nothing was asked");
	answer.body = cJSON_Parse(text);
	cr_assert_not_null(answer.body);
	question.told(question.arg, OK, &answer);
	cJSON_Delete(answer.body);
	free(text);
}

const char *
fake_said(const char *key)
{
	return json_text(said, key);
}
