/* One entry of the journal, as history and watches show it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum {
	READERS = ROLE_analyst | ROLE_lead | ROLE_manager | ROLE_auditor,
	EVENT_BYTES_MAX = LIMIT_FRAME_BYTES_MAX / 4 * 3
};

/* Facts that are nobody's to see: what makes repeats and leases safe. */
static const char *const hidden[] = {"idem", "ask", "answer", "token"};
/* Facts that are shown in other words than they are kept. */
static const char *const times[] = {
    "occurred", "detected", "window", "due", "seen", "until"};
static const char *const principals[] = {"to", "assignee", "worker", "owner"};
static const char *const principal_lists[] = {"named"};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void
show_times(cJSON *facts)
{
	int64_t ms;
	size_t i;

	for (i = 0; i < COUNT(times); i++) {
		ms = json_number(facts, times[i], 0);
		if (ms <= 0)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(facts, times[i]);
		put_time(facts, times[i], (uint64_t)ms);
	}
}

static void
show_principals(struct reading *r, cJSON *facts)
{
	const cJSON *item;
	uint32_t number;
	size_t i;

	for (i = 0; i < COUNT(principals); i++) {
		item = cJSON_GetObjectItemCaseSensitive(facts, principals[i]);
		if (!cJSON_IsNumber(item))
			continue;
		number = (uint32_t)item->valuedouble;
		cJSON_DeleteItemFromObjectCaseSensitive(facts, principals[i]);
		view_person(facts, principals[i], r->txn, number);
	}
}

static void
show_principal_lists(struct reading *r, cJSON *facts)
{
	const cJSON *list, *item;
	char name[VIEW_NAME_MAX];
	cJSON *names;
	size_t i;

	for (i = 0; i < COUNT(principal_lists); i++) {
		list =
		    cJSON_GetObjectItemCaseSensitive(facts, principal_lists[i]);
		if (!cJSON_IsArray(list))
			continue;
		names = put_array(NULL, NULL);
		cJSON_ArrayForEach (item, list)
			put_text(names, NULL,
			    view_name(
				r->txn, (uint32_t)item->valuedouble, name));
		cJSON_DeleteItemFromObjectCaseSensitive(
		    facts, principal_lists[i]);
		put_item(facts, principal_lists[i], names);
	}
}

static cJSON *
shown_facts(struct reading *r, const struct entry *entry)
{
	cJSON *facts = put_parse(entry->facts, entry->facts_len);
	cJSON *part;
	size_t i;

	if (facts == NULL)
		return put_object(NULL, NULL);
	for (i = 0; i < COUNT(hidden); i++)
		cJSON_DeleteItemFromObjectCaseSensitive(facts, hidden[i]);
	show_times(facts);
	show_principals(r, facts);
	show_principal_lists(r, facts);
	cJSON_ArrayForEach (
	    part, cJSON_GetObjectItemCaseSensitive(facts, "parts"))
		show_times(part);
	return facts;
}

static void
put_subject(
    struct reading *r, cJSON *out, struct ref subject, const cJSON *facts)
{
	const char *named = json_text(facts, "source");
	char text[REF_TEXT_MAX + VIEW_NAME_MAX];
	char name[VIEW_NAME_MAX];

	switch (subject.type) {
	case SUBJECT_NONE:
		return;
	case SUBJECT_INCIDENT:
	case SUBJECT_ALERT:
	case SUBJECT_ACTION:
		put_ref(out, "subject", subject);
		return;
	case SUBJECT_PERSON:
	case SUBJECT_TOKEN:
		(void)snprintf(text, sizeof(text), "%s",
		    view_name(r->txn, (uint32_t)subject.number, name));
		break;
	case SUBJECT_JOB:
		(void)snprintf(
		    text, sizeof(text), "job %" PRIu64, subject.number);
		break;
	case SUBJECT_NOTIFICATION:
		(void)snprintf(text, sizeof(text), "notification %" PRIu64,
		    subject.number);
		break;
	case SUBJECT_SOURCE:
		(void)snprintf(text, sizeof(text), "source %.64s",
		    named != NULL ? named : "?");
		break;
	case SUBJECT_SILENCE:
		(void)snprintf(
		    text, sizeof(text), "silence %" PRIu64, subject.number);
		break;
	case SUBJECT_STORE:
		(void)snprintf(text, sizeof(text), "store");
		break;
	}
	put_text(out, "subject", text);
}

static size_t
count_payloads(const struct entry *entry)
{
	struct part part;
	size_t i, payloads = 0;

	/* Deliveries alone have many parts, and no others. */
	if (entry->kind == EVENT_alert_received)
		return entry->parts_count;
	for (i = 0; i < entry->parts_count; i++) {
		entry_part(entry, i, &part);
		payloads += part.kind == PART_PAYLOAD;
	}
	return payloads;
}

void
reading_event(struct reading *r, cJSON *out, const struct entry *entry)
{
	size_t payloads = count_payloads(entry);
	char name[VIEW_NAME_MAX];
	cJSON *facts = shown_facts(r, entry), *text = NULL;
	bool erased = false;

	put_number(out, "seq", entry->seq);
	put_time(out, "time", entry->time_ms);
	put_text(out, "kind", event_name(entry->kind));
	put_text(out, "actor", view_name(r->txn, entry->actor, name));
	put_subject(r, out, entry->subject, facts);
	put_item(out, "facts", facts);
	if (entry->kind != EVENT_alert_received)
		text = entry_text_tree(entry, &erased);
	if (text != NULL)
		put_item(out, "text", text);
	if (erased)
		put_flag(out, "erased", true);
	if (payloads > 0)
		put_number(out, "payloads", payloads);
}

enum err
read_event(struct reading *reading, const struct entry *entry, char **json,
    size_t *len)
{
	cJSON *out;

	*json = NULL;
	*len = 0;
	if ((reading->actor->roles & READERS) == 0 ||
	    !reading_shows_entry(reading, entry))
		return OK;
	out = put_object(NULL, NULL);
	reading_event(reading, out, entry);
	*json = put_print(out);
	*len = strlen(*json);
	if (*len > EVENT_BYTES_MAX) {
		/* Over a frame: `show` still has the text, by its pages. */
		free(*json);
		cJSON_DeleteItemFromObjectCaseSensitive(out, "text");
		put_flag(out, "shortened", true);
		*json = put_print(out);
		*len = strlen(*json);
	}
	cJSON_Delete(out);
	return OK;
}
