/* TheHive's creation of alerts and of cases, versions 0 and 1 of its API, as
 * thehive4py and the integrations that use it call them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/intake.h"
#include "gateway/reply.h"
#include "protocol/ask.h"
#include "protocol/json.h"

/* What TheHive counts, from the first on, in our words. */
static const char *const severities[] = {
    NULL, "low", "medium", "high", "critical"};
static const char *const tlps_0[] = {"clear", "green", "amber", "red"};
static const char *const tlps_1[] = {
    "clear", "green", "amber", "amber_strict", "red"};

static bool
is_version_1(const struct request *request)
{
	return strncmp(exchange_path(request->exchange), "/api/v1/", 8) == 0;
}

static void
refuse_thing(struct request *request, const char *why)
{
	cJSON *body = cJSON_CreateObject();

	(void)cJSON_AddStringToObject(body, "type", "AttributeCheckingError");
	(void)cJSON_AddStringToObject(body, "message", why);
	reply_json(request, 400, body);
}

/* What was created: what was sent, with what the creation adds. */
static void
answer_created(
    struct request *request, const char *id, const char *type, const char *name)
{
	cJSON *body = cJSON_Duplicate(request->own, true);
	bool v1 = is_version_1(request);

	if (body == NULL) {
		reply_unanswered(request, ERR_TIMEOUT);
		return;
	}
	(void)cJSON_AddStringToObject(body, "_id", id);
	if (!v1)
		(void)cJSON_AddStringToObject(body, "id", id);
	(void)cJSON_AddStringToObject(body, "_type", v1 ? type : name);
	(void)cJSON_AddStringToObject(
	    body, v1 ? "_createdBy" : "createdBy", "tocsin");
	(void)cJSON_DeleteItemFromObjectCaseSensitive(body, "status");
	(void)cJSON_AddStringToObject(
	    body, "status", !v1 && strcmp(name, "case") == 0 ? "Open" : "New");
	if (v1)
		(void)cJSON_AddStringToObject(body, "stage", "New");
	reply_json(request, 201, body);
}

/* Reads the body, an object with each of the members.  False: it was answered. */
static bool
read_thing(struct request *request, struct content *content,
    const char *const *needed, size_t count)
{
	char why[128];
	size_t i;

	if (!intake_content(request, content))
		return false;
	(void)!json_parse(
	    content->text.bytes, content->text.len, true, &request->own, NULL);
	for (i = 0; i < count; i++) {
		if (json_text(request->own, needed[i]) != NULL)
			continue;
		(void)snprintf(why, sizeof(why),
		    cJSON_IsObject(request->own) ? "%s: attribute is missing"
						 : "the body is no JSON object",
		    needed[i]);
		refuse_thing(request, why);
		content_fini(content);
		return false;
	}
	return true;
}

/* ---- alerts ---- */

static void
taken_alert(struct request *request, const struct answer *answer)
{
	const char *id = json_text(answer->body, "alert");

	answer_created(request, id != NULL ? id : "", "Alert", "alert");
}

void
take_thehive_alert(struct request *request)
{
	static const char *const needed[] = {
	    "title", "type", "source", "sourceRef"};
	struct content content;

	if (!read_thing(request, &content, needed, 4))
		return;
	request->taken = taken_alert;
	intake_push_whole(request, &content, NULL);
	content_fini(&content);
}

/* ---- cases ---- */

static void
taken_case(struct request *request, const struct answer *answer)
{
	const char *id = json_text(answer->body, "id");
	int64_t number = 0;

	if (id != NULL && strlen(id) > 4)
		number = strtoll(id + 4, NULL, 10);
	(void)!json_add_number(
	    request->own, is_version_1(request) ? "number" : "caseId", number);
	answer_created(request, id != NULL ? id : "", "Case", "case");
}

static void
copy_word(cJSON *body, const char *name, const cJSON *from,
    const char *const *words, size_t count)
{
	int64_t value = json_number(from, name, -1);

	if (value >= 0 && (size_t)value < count && words[value] != NULL)
		(void)cJSON_AddStringToObject(body, name, words[value]);
}

/* A tag of theirs as a name of ours: small, with - for what names have not.
 * False: nothing is left of it. */
static bool
tag_name(const char *text, char name[LIMIT_NAME_BYTES_MAX + 1])
{
	size_t len = 0;

	for (; *text != '\0' && len < LIMIT_NAME_BYTES_MAX; text++) {
		char c = *text;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    strchr("._:@", c) == NULL)
			c = '-';
		if (len > 0 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			name[len++] = c;
	}
	name[len] = '\0';
	return len > 0;
}

static void
copy_tags(cJSON *body, const cJSON *from)
{
	cJSON *tags = cJSON_CreateArray();
	const cJSON *tag, *there;
	char name[LIMIT_NAME_BYTES_MAX + 1];

	cJSON_ArrayForEach (
	    tag, cJSON_GetObjectItemCaseSensitive(from, "tags")) {
		bool twice = false;

		if (!cJSON_IsString(tag) || !tag_name(tag->valuestring, name) ||
		    cJSON_GetArraySize(tags) == LIMIT_TAGS_MAX)
			continue;
		cJSON_ArrayForEach (there, tags)
			twice = twice || strcmp(there->valuestring, name) == 0;
		if (!twice)
			(void)cJSON_AddItemToArray(
			    tags, cJSON_CreateString(name));
	}
	(void)cJSON_AddItemToObject(body, "tags", tags);
}

void
take_thehive_case(struct request *request)
{
	static const char *const needed[] = {"title", "description"};
	struct content content;
	cJSON *body;

	if (!read_thing(request, &content, needed, 2))
		return;
	body = cJSON_CreateObject();
	(void)cJSON_AddStringToObject(
	    body, "title", json_text(request->own, "title"));
	(void)cJSON_AddStringToObject(
	    body, "description", json_text(request->own, "description"));
	copy_word(body, "severity", request->own, severities, 5);
	if (is_version_1(request))
		copy_word(body, "tlp", request->own, tlps_1, 5);
	else
		copy_word(body, "tlp", request->own, tlps_0, 4);
	copy_tags(body, request->own);
	request->taken = taken_case;
	intake_ask(request, VERB_open, body);
	content_fini(&content);
}
