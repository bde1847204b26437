#include "gateway/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/intake.h"
#include "gateway/reply.h"
#include "protocol/json.h"
#include "protocol/ref.h"

enum {
	ALERTS_MAX = 64, /* of one message */
	ALERT_BYTES_MAX = 65536, /* a larger one goes by itself */
	GROUPS = 16,
};

/* Requests of one token and source, with one format said. */
struct group {
	struct request *requests[ALERTS_MAX];
	struct wire_part parts[ALERTS_MAX];
	size_t count;
	const char *format; /* of the first request; NULL for none */
};

struct gather {
	struct group *groups[GROUPS]; /* NULL: none */
};

enum err
gather_new(struct gather **gather)
{
	*gather = calloc(1, sizeof(**gather));
	return *gather != NULL ? OK : ERR_MEMORY;
}

/* ---- answering ---- */

static void
tell_all(struct group *group, enum err err)
{
	for (size_t i = 0; i < group->count; i++)
		reply_unanswered(group->requests[i], err);
}

/* The alerts of a message have numbers that follow each other. */
static void
tell_taken(struct group *group, const struct answer *answer)
{
	struct ref ref = {SUBJECT_NONE, 0, 0};
	const char *first = json_text(answer->body, "alert");
	char text[REF_TEXT_MAX];

	if (first != NULL && ref_parse(first, &ref) != OK)
		ref.number = 0;
	for (size_t i = 0; i < group->count; i++, ref.number++) {
		struct answer one = {.status = answer->status,
		    .err = answer->err,
		    .body = cJSON_Duplicate(answer->body, true)};

		(void)cJSON_ReplaceItemInObjectCaseSensitive(one.body, "alert",
		    cJSON_CreateString(ref_format(ref, text)));
		(void)cJSON_ReplaceItemInObjectCaseSensitive(
		    one.body, "count", cJSON_CreateNumber(1));
		group->requests[i]->taken(group->requests[i], &one);
		cJSON_Delete(one.body);
	}
}

/*
 * What is refused for one of them, or for all of them at once, need not be for
 * each: they are asked about one by one.
 */
static void
ask_each(struct group *group)
{
	group->requests[0]->gateway->counters.alerts -= group->count;
	for (size_t i = 0; i < group->count; i++)
		intake_push(group->requests[i], &group->parts[i], 1,
		    group->format == NULL
			? NULL
			: exchange_query(
			      group->requests[i]->exchange, "format"));
}

static void
told(void *arg, enum err err, const struct answer *answer)
{
	struct group *group = arg;

	if (err != OK)
		tell_all(group, err);
	else if (answer->err == OK)
		tell_taken(group, answer);
	else if (group->count > 1)
		ask_each(group);
	else
		reply_answer(group->requests[0], answer);
	free(group);
}

/* ---- sending ---- */

static void
send_group(struct group *group)
{
	const struct request *first = group->requests[0];
	cJSON *body = cJSON_CreateObject();
	struct question question = {.front = CLIENT_SENSORS,
	    .verb = VERB_alert_push,
	    .body = body,
	    .bearer = first->token,
	    .parts = group->parts,
	    .parts_count = group->count,
	    .requests = group->count,
	    .told = told,
	    .arg = group};
	enum err err;

	if (first->segment[0] != '\0')
		(void)cJSON_AddStringToObject(body, "source", first->segment);
	if (group->format != NULL)
		(void)cJSON_AddStringToObject(body, "format", group->format);
	first->gateway->counters.alerts += group->count;
	err = courier_ask(first->gateway->courier, &question);
	cJSON_Delete(body);
	if (err == OK)
		return;
	tell_all(group, err);
	free(group);
}

void
gather_send(void *arg)
{
	struct gather *gather = arg;

	for (size_t i = 0; i < GROUPS && gather->groups[i] != NULL; i++) {
		struct group *group = gather->groups[i];

		gather->groups[i] = NULL;
		send_group(group);
	}
}

void
gather_free(struct gather **gather)
{
	for (size_t i = 0; *gather != NULL && i < GROUPS; i++) {
		if ((*gather)->groups[i] != NULL)
			tell_all((*gather)->groups[i], ERR_BUSY);
		free((*gather)->groups[i]);
	}
	free(*gather);
	*gather = NULL;
}

/* ---- gathering ---- */

static bool
is_format(const struct group *group, const char *format)
{
	if (group->format == NULL || format == NULL)
		return group->format == format;
	return strcmp(group->format, format) == 0;
}

static bool
belongs(const struct group *group, const struct request *request,
    const char *format)
{
	const struct request *first = group->requests[0];

	return strcmp(first->token, request->token) == 0 &&
	       strcmp(first->segment, request->segment) == 0 &&
	       is_format(group, format);
}

/* The place of its group, of a new one where there is none; GROUPS: neither. */
static size_t
find_place(
    struct gather *gather, const struct request *request, const char *format)
{
	size_t i;

	for (i = 0; i < GROUPS && gather->groups[i] != NULL; i++)
		if (belongs(gather->groups[i], request, format))
			return i;
	if (i == GROUPS)
		return i;
	gather->groups[i] = malloc(sizeof(*gather->groups[i]));
	if (gather->groups[i] == NULL)
		return GROUPS;
	gather->groups[i]->count = 0;
	gather->groups[i]->format = format;
	return i;
}

/* A full one goes at once; the last of the others takes its place. */
static void
send_full(struct gather *gather, size_t place)
{
	struct group *group = gather->groups[place];
	size_t last = place;

	while (last + 1 < GROUPS && gather->groups[last + 1] != NULL)
		last++;
	gather->groups[place] = gather->groups[last];
	gather->groups[last] = NULL;
	send_group(group);
}

bool
gather_add(struct gather *gather, struct request *request,
    const struct wire_part *part, const char *format)
{
	struct group *group;
	size_t place;

	if (gather == NULL || part->len > ALERT_BYTES_MAX)
		return false;
	place = find_place(gather, request, format);
	if (place == GROUPS)
		return false;
	group = gather->groups[place];
	group->requests[group->count] = request;
	group->parts[group->count++] = *part;
	if (group->count == ALERTS_MAX)
		send_full(gather, place);
	return true;
}
