#include "gateway/intake.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/gather.h"
#include "gateway/inflate.h"
#include "gateway/reply.h"
#include "gateway/split.h"

bool
intake_content(struct request *request, struct content *content)
{
	const char *coding =
	    exchange_header(request->exchange, "Content-Encoding");
	size_t len;
	enum err err;

	*content = (struct content){.text = exchange_body(request->exchange)};
	if (coding == NULL || strcasecmp(coding, "identity") == 0)
		return true;
	err = inflate_body(
	    content->text, LIMIT_HTTP_BODY_BYTES_MAX, &content->inflated, &len);
	content->text = (struct wire_part){content->inflated, len};
	if (err == OK)
		return true;
	reply_refuse(request, err == ERR_MEMORY ? ERR_BUSY : err,
	    err == ERR_TOO_LARGE
		? "inflated, the body has more than 8323072 bytes"
		: "the body is not what its Content-Encoding says");
	return false;
}

void
content_fini(struct content *content)
{
	free(content->inflated);
	*content = (struct content){0};
}

static void
told(void *arg, enum err err, const struct answer *answer)
{
	struct request *request = arg;

	if (err != OK)
		reply_unanswered(request, err);
	else if (answer->err != OK)
		reply_answer(request, answer);
	else
		request->taken(request, answer);
}

static void
ask(struct request *request, struct question *question, const cJSON *body)
{
	enum err err;

	question->body = body;
	question->bearer = request->token;
	question->told = told;
	question->arg = request;
	err = courier_ask(request->gateway->courier, question);
	if (err != OK)
		reply_unanswered(request, err);
	else
		/* It is on its way: its memory is others' now. */
		exchange_drop(request->exchange);
}

void
intake_ask(struct request *request, enum verb verb, cJSON *body)
{
	struct question question = {.front = CLIENT_PEOPLE, .verb = verb};

	ask(request, &question, body);
	cJSON_Delete(body);
}

/* What goes to the broker: alerts one by one, or texts of lines. */
struct push {
	const struct wire_part *parts;
	size_t count, alerts;
	bool lines;
};

static void
push_alerts(
    struct request *request, const struct push *push, const char *format)
{
	struct question question = {.front = CLIENT_SENSORS,
	    .verb = VERB_alert_push,
	    .parts = push->parts,
	    .parts_count = push->count};
	cJSON *body = cJSON_CreateObject();

	if (request->segment[0] != '\0')
		(void)cJSON_AddStringToObject(body, "source", request->segment);
	if (format != NULL)
		(void)cJSON_AddStringToObject(body, "format", format);
	if (push->lines)
		(void)cJSON_AddTrueToObject(body, "lines");
	request->gateway->counters.alerts += push->alerts;
	ask(request, &question, body);
	cJSON_Delete(body);
}

void
intake_push(struct request *request, const struct wire_part *parts,
    size_t count, const char *format)
{
	push_alerts(request,
	    &(struct push){.parts = parts, .count = count, .alerts = count},
	    format);
}

void
intake_push_whole(
    struct request *request, const struct content *content, const char *format)
{
	if (content->text.len == 0)
		reply_refuse(request, ERR_INVALID, "the body is empty");
	else
		intake_push(request, &content->text, 1, format);
}

/* ---- POST /v1/alerts/{source} ---- */

static bool
is_lines(const struct exchange *exchange)
{
	static const char *const types[] = {"application/x-ndjson",
	    "application/ndjson", "application/jsonl",
	    "application/x-jsonlines", "application/jsonlines"};
	const char *type = exchange_header(exchange, "Content-Type");
	size_t i, len;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		len = strlen(types[i]);
		if (strncasecmp(type, types[i], len) == 0 &&
		    strchr("; ", type[len]) != NULL)
			return true;
	}
	return false;
}

/* One alert may go with others; inflated, it does not live as long. */
static void
push_or_gather(struct request *request, const struct push *push,
    const struct content *content)
{
	const char *format = exchange_query(request->exchange, "format");

	if (push->alerts != 1 || push->lines || content->inflated != NULL ||
	    !gather_add(request->gateway->gather, request, push->parts, format))
		push_alerts(request, push, format);
}

void
take_alerts(struct request *request)
{
	static struct wire_part parts[LIMIT_PUSH_ALERTS_MAX]; /* the loop's */
	struct push push = {
	    .parts = parts, .lines = is_lines(request->exchange)};
	struct content content;
	enum err err;

	if (!intake_content(request, &content))
		return;
	request->taken = reply_answer;
	if (push.lines)
		err = split_lines(content.text, parts, LIMIT_PUSH_ALERTS_MAX,
		    &push.count, &push.alerts);
	else
		err = split_json(
		    content.text, parts, LIMIT_PUSH_ALERTS_MAX, &push.count);
	if (!push.lines)
		push.alerts = push.count;
	if (err == OK)
		push_or_gather(request, &push, &content);
	else
		reply_refuse(request, err,
		    err == ERR_INVALID ? "there is no alert in the body"
				       : "one request has at most 1024 alerts");
	content_fini(&content);
}

/* ---- GET /v1/alerts/{id} ---- */

void
take_outcome(struct request *request)
{
	cJSON *body = cJSON_CreateObject();
	char *dot = strchr(request->segment, '.');

	/* A slash would be another segment. */
	if (dot != NULL)
		*dot = '/';
	(void)cJSON_AddStringToObject(body, "alert", request->segment);
	request->taken = reply_answer;
	intake_ask(request, VERB_alert_outcome, body);
}
