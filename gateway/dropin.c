/*
 * Addresses for products that send a webhook and want no more than success:
 * Alertmanager, Prometheus, Grafana, Splunk, CloudEvents.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/intake.h"
#include "gateway/reply.h"
#include "gateway/split.h"
#include "protocol/json.h"

enum { EVENT_NAME_MAX = 64 };

static void
push_body(struct request *request, const char *format)
{
	struct content content;

	if (!intake_content(request, &content))
		return;
	request->taken = reply_answer;
	intake_push_whole(request, &content, format);
	content_fini(&content);
}

void
take_alertmanager(struct request *request)
{
	push_body(request, "alertmanager");
}

void
take_webhook(struct request *request)
{
	push_body(request, NULL);
}

/* ---- Prometheus, which takes us for an Alertmanager ---- */

static void
taken_silently(struct request *request, const struct answer *answer)
{
	(void)answer;
	reply_text(request, 200, "application/json", "");
}

void
take_prometheus(struct request *request)
{
	static struct wire_part parts[LIMIT_PUSH_ALERTS_MAX]; /* the loop's */
	struct content content;
	size_t count;
	enum err err;

	if (!intake_content(request, &content))
		return;
	request->taken = taken_silently;
	err = split_json(content.text, parts, LIMIT_PUSH_ALERTS_MAX, &count);
	if (err == OK)
		intake_push(request, parts, count, "alertmanager");
	else if (err == ERR_INVALID && content.text.len > 0)
		/* An empty array is nothing new, and no mistake. */
		reply_text(request, 200, "application/json", "");
	else
		reply_refuse(
		    request, err, "an array of 1 to 1024 alerts was expected");
	content_fini(&content);
}

/* ---- CloudEvents ---- */

/* The headers ce-id, ce-type, ... are members of the event. */
static void
add_attribute(void *arg, const char *name, const char *value)
{
	cJSON *event = arg;
	char lower[EVENT_NAME_MAX];
	size_t i;

	if (strncasecmp(name, "ce-", 3) != 0 || strlen(name) >= sizeof(lower))
		return;
	for (i = 0; name[i + 3] != '\0'; i++)
		lower[i] = (char)(name[i + 3] >= 'A' && name[i + 3] <= 'Z'
				      ? name[i + 3] - 'A' + 'a'
				      : name[i + 3]);
	lower[i] = '\0';
	if (!cJSON_HasObjectItem(event, lower))
		(void)cJSON_AddStringToObject(event, lower, value);
}

/* Data as it came, where it is JSON; else as base64. */
static void
add_data(cJSON *event, struct wire_part data)
{
	size_t room =
	    sodium_base64_encoded_len(data.len, sodium_base64_VARIANT_ORIGINAL);
	bool json = json_scan(data.bytes, data.len, true, NULL) == OK;
	char *text =
	    data.len == 0 ? NULL : calloc(1, json ? data.len + 1 : room);

	if (text == NULL)
		return;
	if (json) {
		memcpy(text, data.bytes, data.len);
		(void)cJSON_AddRawToObject(event, "data", text);
	} else {
		(void)sodium_bin2base64(text, room,
		    (const unsigned char *)data.bytes, data.len,
		    sodium_base64_VARIANT_ORIGINAL);
		(void)cJSON_AddStringToObject(event, "data_base64", text);
	}
	free(text);
}

/* An event in binary mode, in the form of the structured one. */
static char *
structured(const struct exchange *exchange, struct wire_part data)
{
	const char *type = exchange_header(exchange, "Content-Type");
	cJSON *event = cJSON_CreateObject();
	char *text;

	exchange_headers(exchange, add_attribute, event);
	if (type != NULL)
		(void)cJSON_AddStringToObject(event, "datacontenttype", type);
	add_data(event, data);
	text = cJSON_PrintUnformatted(event);
	cJSON_Delete(event);
	return text;
}

void
take_cloudevents(struct request *request)
{
	static struct wire_part parts[LIMIT_PUSH_ALERTS_MAX]; /* the loop's */
	struct content content;
	char *event = NULL;
	size_t count = 0;
	enum err err;

	if (!intake_content(request, &content))
		return;
	request->taken = reply_answer;
	if (exchange_header(request->exchange, "ce-specversion") != NULL) {
		event = structured(request->exchange, content.text);
		parts[0] = (struct wire_part){
		    event, event != NULL ? strlen(event) : 0};
		count = 1;
		err = event != NULL ? OK : ERR_BUSY;
	} else {
		/* One event, or a batch of them. */
		err = split_json(
		    content.text, parts, LIMIT_PUSH_ALERTS_MAX, &count);
	}
	if (err == OK)
		intake_push(request, parts, count, NULL);
	else
		reply_refuse(request, err,
		    err == ERR_INVALID ? "there is no event in the body"
				       : "one batch has at most 1024 events");
	cJSON_free(event);
	content_fini(&content);
}
