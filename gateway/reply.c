#include "gateway/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"

enum {
	UNAUTHORIZED = 401,
	TOO_MANY = 429,
	UNAVAILABLE = 503,
	LOST = 504,
	SECOND_MS = 1000
};

static const char json_type[] = "application/json";

/* What every answer of the status carries, and its count. */
static void
answer_with(
    struct request *request, unsigned status, const char *type, char *text)
{
	struct counters *counters = &request->gateway->counters;

	if (status == UNAUTHORIZED)
		exchange_add(request->exchange, "WWW-Authenticate",
		    "Bearer realm=\"tocsin\", Basic realm=\"tocsin\"");
	counters->retry_later += status == TOO_MANY || status == UNAVAILABLE;
	counters->lost += status == LOST;
	exchange_answer(request->exchange, status, type, text,
	    text != NULL ? strlen(text) : 0);
}

void
reply_json(struct request *request, unsigned status, cJSON *body)
{
	char *text = cJSON_PrintUnformatted(body);

	cJSON_Delete(body);
	answer_with(request, status, json_type, text);
}

void
reply_text(struct request *request, unsigned status, const char *type,
    const char *text)
{
	answer_with(request, status, type, strdup(text));
}

void
reply_refuse_as(struct request *request, unsigned status, const char *word,
    const char *message)
{
	cJSON *body = cJSON_CreateObject();

	(void)cJSON_AddStringToObject(body, "error", word);
	(void)cJSON_AddStringToObject(body, "message", message);
	if (status == UNAVAILABLE)
		exchange_add(request->exchange, "Retry-After", "1");
	reply_json(request, status, body);
}

void
reply_refuse(struct request *request, enum err err, const char *message)
{
	reply_refuse_as(
	    request, (unsigned)err_status(err), err_word(err), message);
}

/* Retry-After is in whole seconds, at least one. */
static void
add_retry(struct request *request, const struct answer *answer)
{
	int64_t ms = json_number(answer->body, "retry_after_ms", SECOND_MS);
	char seconds[24];

	if (answer->status != TOO_MANY && answer->status != UNAVAILABLE)
		return;
	(void)snprintf(seconds, sizeof(seconds), "%" PRId64,
	    ms <= SECOND_MS ? 1 : (ms + SECOND_MS - 1) / SECOND_MS);
	exchange_add(request->exchange, "Retry-After", seconds);
}

void
reply_answer(struct request *request, const struct answer *answer)
{
	add_retry(request, answer);
	answer_with(request, (unsigned)answer->status, json_type,
	    cJSON_PrintUnformatted(answer->body));
}

void
reply_unanswered(struct request *request, enum err err)
{
	if (err == ERR_TIMEOUT)
		reply_refuse(request, err,
		    "the broker did not answer in time: what was sent may or "
		    "may not have been kept; send it again");
	else if (err == ERR_TOO_LARGE)
		reply_refuse(request, err,
		    "one alert has at most 1048576 bytes, all of a request "
		    "8388608");
	else
		reply_refuse(request, ERR_BUSY,
		    "the broker cannot be asked now; nothing was kept, try "
		    "again");
}
