/*
 * Requests from address to answer, without sockets: "POST /path", headers a
 * line each, a blank line, the body.  What the broker is asked is within its
 * limits, every request is answered once, and no body is read behind its end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/gateway/held_exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct question asked;
static bool is_asked;

/* Stands in for courier.c's. */
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
	char *line = take_line(at), *path = strchr(line, ' '), *value;

	if (path != NULL)
		*path++ = '\0';
	exchange->method = line;
	exchange->path = path != NULL ? path : "";
	while (exchange->headers < HELD_HEADERS_MAX &&
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

	memcpy(head, data, size);
	is_asked = false;
	read_head(&exchange, &at);
	held_come(&exchange, &gateway, data + (at - head),
	    size - (size_t)(at - head));
	if (is_asked && !exchange.answered)
		answer_question();
	if (!exchange.answered)
		abort();
	held_end(&exchange, &gateway);
	free(head);
	return 0;
}
