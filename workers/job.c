#include "workers/job.h"

#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"
#include "protocol/json.h"
#include "protocol/ref.h"
#include "workers/normal.h"

enum { FOR_MS_MAX = 3600000, REASON_BYTES_MAX = 4096 };

static enum err
refuse(char *why, const char *what)
{
	(void)snprintf(
	    why, JOB_WHY_BYTES, "the broker's job has no valid %s", what);
	return ERR_INVALID;
}

static bool
is_token(const char *text)
{
	return text != NULL && strlen(text) == JOB_TOKEN_TEXT - 1 &&
	       strspn(text, "0123456789abcdef") == JOB_TOKEN_TEXT - 1;
}

static bool
read_severity(const cJSON *config, const char *key, enum severity *severity)
{
	const char *word = json_text(config, key);
	int value = word == NULL ? -1 : words_value(WORDS_SEVERITY, word);

	if (value >= 0)
		*severity = (enum severity)value;
	return value >= 0;
}

static enum err
read_payload(const struct answer *answer, const cJSON *item,
    struct job_item *out, char *why)
{
	int64_t index = json_number(item, "payload", -1), at, len;
	struct wire_part part;

	if (!cJSON_HasObjectItem(item, "payload"))
		return OK;
	if (index < 0 || (uint64_t)index >= answer->attachments)
		return refuse(why, "payload of an item");
	part = wire_frame(
	    &answer->message, answer->first_attachment + (size_t)index);
	at = json_number(item, "at", -1);
	len = json_number(item, "len", -1);
	if (at < 0 || len < 0 || (uint64_t)at > part.len ||
	    (uint64_t)len > part.len - (uint64_t)at)
		return refuse(why, "payload of an item");
	/* An empty frame may have no address, and NULL says "erased". */
	out->payload = part.bytes == NULL ? "" : part.bytes + at;
	out->payload_len = (size_t)len;
	return OK;
}

static enum err
read_triage_item(const struct answer *answer, const cJSON *item,
    struct job_item *out, char *why)
{
	struct ref ref;

	out->alert = json_text(item, "alert");
	if (out->alert == NULL || ref_parse(out->alert, &ref) != OK ||
	    ref.type != SUBJECT_ALERT)
		return refuse(why, "alert of an item");
	out->source = json_text(item, "source");
	if (out->source == NULL || !name_valid(out->source))
		return refuse(why, "source of an item");
	out->format = json_text(item, "format");
	out->received_ms = json_number(item, "received", -1);
	if (out->received_ms < 0)
		return refuse(why, "time of an item");
	return read_payload(answer, item, out, why);
}

static enum err
read_notify_item(const cJSON *item, struct job_item *out, char *why)
{
	out->notification = json_number(item, "notification", 0);
	if (out->notification <= 0)
		return refuse(why, "number of a notification");
	out->drop = json_text(item, "drop");
	if (out->drop != NULL)
		return OK;
	out->hook = json_text(item, "hook");
	out->on = json_text(item, "on");
	out->command = json_text(item, "command");
	out->mail_to = json_text(item, "mail_to");
	out->mail_server = json_text(item, "mail_server");
	out->mail_from = json_text(item, "mail_from");
	out->incident = cJSON_GetObjectItemCaseSensitive(item, "incident");
	out->url = json_text(item, "url");
	out->secret_file = json_text(item, "secret_file");
	out->token_file = json_text(item, "token_file");
	out->callback = cJSON_GetObjectItemCaseSensitive(item, "body");
	if (out->hook == NULL || out->on == NULL)
		return refuse(why, "hook of a notification");
	if (out->url != NULL)
		return cJSON_IsObject(out->callback)
			   ? OK
			   : refuse(why, "body of a callback");
	if ((out->command == NULL) == (out->mail_to == NULL))
		return refuse(why, "way to send a notification");
	if (!cJSON_IsObject(out->incident))
		return refuse(why, "incident of a notification");
	return OK;
}

static enum err
read_items(const struct answer *answer, struct job *job, char *why)
{
	const cJSON *items =
	    cJSON_GetObjectItemCaseSensitive(answer->body, "items");
	const cJSON *item;
	enum err err = OK;

	if (!cJSON_IsArray(items) || items->child == NULL ||
	    cJSON_GetArraySize(items) > LIMIT_JOB_ITEMS_MAX)
		return refuse(why, "list of items");
	cJSON_ArrayForEach (item, items) {
		struct job_item *out = &job->items[job->count];

		memset(out, 0, sizeof(*out));
		err = job->workflow == WORKFLOW_triage
			  ? read_triage_item(answer, item, out, why)
			  : read_notify_item(item, out, why);
		if (err != OK)
			return err;
		job->count++;
	}
	return OK;
}

enum err
job_read(const struct answer *answer, struct job *job, char *why)
{
	const char *workflow = json_text(answer->body, "workflow");
	const char *token = json_text(answer->body, "token");
	const cJSON *config =
	    cJSON_GetObjectItemCaseSensitive(answer->body, "config");
	int value =
	    workflow == NULL ? -1 : words_value(WORDS_WORKFLOW, workflow);
	int64_t lease = json_number(answer->body, "lease", 0);

	job->lease = 0;
	job->count = 0;
	if (value != WORKFLOW_triage && value != WORKFLOW_notify)
		return refuse(why, "workflow");
	if (lease <= 0)
		return refuse(why, "lease");
	if (!is_token(token))
		return refuse(why, "token");
	job->workflow = (enum workflow)value;
	job->lease = lease;
	memcpy(job->token, token, JOB_TOKEN_TEXT);
	job->attempt = json_number(answer->body, "attempt", -1);
	job->for_ms = json_number(answer->body, "for_ms", 0);
	if (job->attempt < 0)
		return refuse(why, "attempt");
	if (job->for_ms <= 0 || job->for_ms > FOR_MS_MAX)
		return refuse(why, "time");
	if (job->workflow == WORKFLOW_triage &&
	    (!read_severity(config, "open", &job->open) ||
		!read_severity(config, "attach", &job->attach)))
		return refuse(why, "thresholds");
	return read_items(answer, job, why);
}

static cJSON *
settlement(const struct job *job)
{
	const char *workflow = words_name(WORDS_WORKFLOW, (int)job->workflow);
	cJSON *body = cJSON_CreateObject();

	if (cJSON_AddStringToObject(body, "workflow", workflow) != NULL &&
	    json_add_number(body, "lease", job->lease) &&
	    cJSON_AddStringToObject(body, "token", job->token) != NULL)
		return body;
	cJSON_Delete(body);
	return NULL;
}

cJSON *
job_done(const struct job *job, cJSON *outcomes)
{
	cJSON *body = settlement(job);

	if (body != NULL && cJSON_AddItemToObject(body, "outcomes", outcomes))
		return body;
	cJSON_Delete(outcomes);
	cJSON_Delete(body);
	return NULL;
}

static bool
add_reason(cJSON *body, const char *why)
{
	char reason[REASON_BYTES_MAX + 1];

	(void)snprintf(reason, sizeof(reason), "%s", why);
	normal_mend(reason);
	return cJSON_AddStringToObject(body, "reason", reason) != NULL;
}

cJSON *
job_fail(const struct job *job, const char *why)
{
	cJSON *body = settlement(job);

	if (body != NULL && add_reason(body, why))
		return body;
	cJSON_Delete(body);
	return NULL;
}

bool
job_done_to_fail(cJSON *body, const char *why)
{
	if (!add_reason(body, why))
		return false;
	cJSON_DeleteItemFromObjectCaseSensitive(body, "outcomes");
	return true;
}
