/* PagerDuty's Events API v2, as its clients call it. */
#include <stdlib.h>
#include <string.h>

#include "gateway/intake.h"
#include "gateway/proof.h"
#include "gateway/reply.h"
#include "protocol/json.h"

static void
refuse_event(struct request *request, const char *why)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *errors;

	(void)cJSON_AddStringToObject(body, "status", "invalid event");
	(void)cJSON_AddStringToObject(
	    body, "message", "Event object is invalid");
	errors = cJSON_AddArrayToObject(body, "errors");
	(void)cJSON_AddItemToArray(errors, cJSON_CreateString(why));
	reply_json(request, 400, body);
}

static void
taken(struct request *request, const struct answer *answer)
{
	const char *key = json_text(request->own, "dedup_key");
	cJSON *body = cJSON_CreateObject();

	if (key == NULL)
		key = json_text(answer->body, "alert");
	(void)cJSON_AddStringToObject(body, "status", "success");
	(void)cJSON_AddStringToObject(body, "message", "Event processed");
	(void)cJSON_AddStringToObject(
	    body, "dedup_key", key != NULL ? key : "");
	reply_json(request, 202, body);
}

/* Why the event is none; NULL when it is one. */
static const char *
fault_of(const cJSON *event)
{
	const char *action = json_text(event, "event_action");
	const cJSON *payload =
	    cJSON_GetObjectItemCaseSensitive(event, "payload");

	if (!cJSON_IsObject(event))
		return "the body is no JSON object";
	if (action == NULL || (strcmp(action, "trigger") != 0 &&
				  strcmp(action, "acknowledge") != 0 &&
				  strcmp(action, "resolve") != 0))
		return "'event_action' is invalid (must be one of 'trigger', "
		       "'acknowledge' or 'resolve')";
	if (strcmp(action, "trigger") != 0)
		return json_text(event, "dedup_key") != NULL
			   ? NULL
			   : "'dedup_key' is missing or blank";
	if (json_text(payload, "summary") == NULL)
		return "'payload.summary' is missing or blank";
	if (json_text(payload, "source") == NULL)
		return "'payload.source' is missing or blank";
	if (json_text(payload, "severity") == NULL)
		return "'payload.severity' is missing or blank";
	return NULL;
}

/*
 * The routing key is the token, and the event is kept for ever: in what is
 * kept the secret's characters are stars.
 */
static char *
without_secret(const struct request *request, struct wire_part text)
{
	size_t token_len = strlen(request->token);
	char *copy = malloc(text.len + 1), *at;

	if (copy == NULL)
		return NULL;
	memcpy(copy, text.bytes, text.len);
	copy[text.len] = '\0';
	while ((at = memmem(copy, text.len, request->token, token_len)) != NULL)
		memset(at + token_len - TOKEN_SECRET_CHARS, '*',
		    TOKEN_SECRET_CHARS);
	return copy;
}

static void
push(struct request *request, struct wire_part text)
{
	char *copy = without_secret(request, text);
	struct wire_part part = {copy, text.len};

	request->taken = taken;
	if (copy == NULL)
		reply_unanswered(request, ERR_BUSY);
	else
		intake_push(request, &part, 1, NULL);
	free(copy);
}

void
take_pagerduty(struct request *request)
{
	const char *key, *why;
	struct content content;

	if (!intake_content(request, &content))
		return;
	(void)!json_parse(
	    content.text.bytes, content.text.len, true, &request->own, NULL);
	why = fault_of(request->own);
	key = json_text(request->own, "routing_key");
	if (why == NULL && request->token[0] == '\0' &&
	    (key == NULL || !proof_token(key, request->token)))
		why = "'routing_key' is invalid: it must be a token, as "
		      "`tocsin token new` shows it";
	if (why != NULL)
		refuse_event(request, why);
	else
		push(request, content.text);
	content_fini(&content);
}
