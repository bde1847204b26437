#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/gateway/fake_exchange.h"
#include "tests/unit/gateway/held_exchange.h"

struct fake fake;
static struct exchange exchange;
static struct gateway gateway;
static struct question question;
static cJSON *said;

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
	cJSON_Delete(fake.body); /* asked more than once: the last stays */
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
	held_end(&exchange, &gateway);
	cJSON_Delete(fake.body);
	cJSON_Delete(said);
	said = NULL;
	fake = (struct fake){.err = OK};
	gateway = (struct gateway){.stopping = false};
}

/* What was answered, if anything was. */
static void
hear(void)
{
	if (!exchange.answered || fake.answered)
		return;
	fake.answered = true;
	fake.status = exchange.status;
	fake.text = exchange.text;
	said = cJSON_Parse(fake.text);
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
	cr_assert_lt(exchange.headers, HELD_HEADERS_MAX);
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
	held_come(&exchange, &gateway, body, len);
	hear();
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
	hear();
}

const char *
fake_said(const char *key)
{
	return json_text(said, key);
}
