/* The bodies of jobs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

static void
put_head(struct reading *r, const struct lease *lease, int64_t for_ms)
{
	put_word(r->answer, "workflow", WORDS_WORKFLOW, (int)lease->workflow);
	put_number(r->answer, "lease", lease->number);
	put_hex(r->answer, "token", lease->token, sizeof(lease->token));
	put_number(r->answer, "attempt", lease->attempt);
	put_signed(r->answer, "for_ms", for_ms);
}

/* ---- triage ---- */

enum { ROOM_FIRST = 32768 };

/*
 * The attachment that so many bytes more go into: payloads of a job lie behind
 * one another, as many to a frame as it holds.  What is sealed and sent as a
 * whole costs half of what its payloads cost one by one.
 */
static enum err
find_room(struct reading *r, size_t len, struct attachment **attachment)
{
	struct attachment *last = NULL;
	size_t room = r->attachment_room;
	unsigned char *bytes;

	if (r->attachments_count > 0)
		last = &r->attachments[r->attachments_count - 1];
	if (last == NULL || last->len + len > LIMIT_FRAME_BYTES_MAX) {
		if (r->attachments_count == READING_ATTACHMENTS_MAX)
			return ERR_TOO_LARGE;
		last = &r->attachments[r->attachments_count++];
		*last = (struct attachment){.bytes = NULL};
		room = r->attachment_room = 0;
	}
	while (room < last->len + len || room == 0)
		room = room == 0 ? ROOM_FIRST : 2 * room;
	if (room != r->attachment_room) {
		bytes = realloc(last->bytes, room);
		if (bytes == NULL)
			return ERR_MEMORY;
		last->bytes = bytes;
		r->attachment_room = room;
	}
	*attachment = last;
	return OK;
}

/* Takes the payload along; nothing at all when it was erased. */
static enum err
attach_payload(struct reading *r, cJSON *item, const struct part *part)
{
	struct attachment *attachment;
	enum err err;

	if (part->kind != PART_PAYLOAD || !part->present)
		return OK;
	r->bytes += part->len;
	if (r->bytes > LIMIT_JOB_BYTES_MAX)
		return ERR_TOO_LARGE;
	err = find_room(r, part->len, &attachment);
	if (err != OK)
		return err;
	put_number(item, "payload", r->attachments_count - 1);
	put_number(item, "at", attachment->len);
	put_number(item, "len", part->len);
	memcpy(attachment->bytes + attachment->len, part->bytes, part->len);
	attachment->len += part->len;
	return OK;
}

/* What the deliveries of one message have in common. */
struct alike {
	uint64_t seq; /* of their entry; 0: none yet */
	const cJSON *item; /* the first of them */
};

static void
put_common(struct reading *r, cJSON *item, const struct alert *alert,
    const struct entry *entry, struct alike *alike)
{
	static const char *const keys[] = {"source", "format"};
	cJSON *facts;
	size_t i;

	for (i = 0; alike->seq == alert->seq && i < 2; i++)
		put_copy(item, keys[i],
		    cJSON_GetObjectItemCaseSensitive(alike->item, keys[i]));
	if (alike->seq == alert->seq)
		return;
	view_source(item, "source", r->txn, alert->source);
	facts = put_parse(entry->facts, entry->facts_len);
	put_copy(
	    item, "format", cJSON_GetObjectItemCaseSensitive(facts, "format"));
	cJSON_Delete(facts);
	*alike = (struct alike){alert->seq, item};
}

static enum err
put_alert(struct reading *r, cJSON *items, uint64_t number, struct alike *alike)
{
	const struct entry *entry;
	struct alert alert;
	struct part part;
	cJSON *item;
	enum err err;

	err = alert_get(r->txn, number, &alert);
	if (err == OK)
		err = reading_entry(r, alert.seq, &entry);
	if (err != OK)
		return err;
	if (alert.payload >= entry->parts_count)
		return ERR_CORRUPT;
	item = put_object(items, NULL);
	put_ref(item, "alert", (struct ref){SUBJECT_ALERT, 0, number});
	put_common(r, item, &alert, entry, alike);
	put_number(item, "received", alert.received_ms);
	entry_part(entry, alert.payload, &part);
	return attach_payload(r, item, &part);
}

static enum err
put_triage(struct reading *r, const struct lease *lease)
{
	struct alike alike = {.seq = 0};
	cJSON *config, *items;
	uint64_t number;
	enum err err = OK;

	put_head(r, lease, r->config->lease_triage_ms);
	config = put_object(r->answer, "config");
	put_text(config, "version", r->config->version);
	put_word(config, "open", WORDS_SEVERITY, (int)r->config->triage_open);
	put_word(
	    config, "attach", WORDS_SEVERITY, (int)r->config->triage_attach);
	items = put_array(r->answer, "items");
	for (number = lease->first; number <= lease->last && err == OK;
	     number++)
		err = put_alert(r, items, number, &alike);
	return err;
}

/* ---- notify ---- */

static const struct config_hook *
find_hook(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->hooks_count; i++)
		if (strcmp(config->hooks[i].name, name) == 0)
			return &config->hooks[i];
	return NULL;
}

/* Where it goes, or why it must not. */
static void
put_hook(struct reading *r, cJSON *item, const char *name,
    const struct incident *incident, const struct incident *root)
{
	const struct config_hook *hook = find_hook(r->config, name);

	if (hook == NULL) {
		put_text(item, "drop", "no_such_hook");
		return;
	}
	/* A channel is nobody whom it could name. */
	if (incident->restricted || root->restricted) {
		put_text(item, "drop", "restricted");
		return;
	}
	if (incident->tlp > hook->tlp || root->tlp > hook->tlp) {
		put_text(item, "drop", "tlp");
		return;
	}
	if (hook->command[0] != '\0') {
		put_text(item, "command", hook->command);
		return;
	}
	put_text(item, "mail_to", hook->mail_to);
	put_text(item, "mail_server", r->config->mail_server);
	put_text(item, "mail_from", r->config->mail_from);
}

/* What of the incident is overdue. */
static enum err
put_overdue(
    struct reading *r, cJSON *shown, const struct notification *notification)
{
	struct incident_task task;
	struct action action;
	enum err err = OK;

	if (notification->action != 0) {
		err = action_get(r->txn, notification->action, &action);
		if (err == OK)
			reading_action(r, put_object(shown, "action"), &action);
	}
	if (err == OK && notification->task != 0) {
		err = task_get(
		    r->txn, notification->incident, notification->task, &task);
		if (err == OK)
			reading_task(r, put_object(shown, "task"), &task);
	}
	return err;
}

static void
put_notification_head(cJSON *item, const struct notification *notification)
{
	put_number(item, "notification", notification->number);
	put_text(item, "hook", notification->hook);
	put_word(item, "on", WORDS_OCCASION, (int)notification->on);
}

static enum err
put_callback(
    struct reading *r, cJSON *items, const struct notification *notification)
{
	cJSON *item = put_object(items, NULL);

	put_notification_head(item, notification);
	return reading_callback(r, item, notification);
}

static enum err
put_notification(struct reading *r, cJSON *items, uint64_t number)
{
	struct notification notification;
	struct incident incident, root;
	cJSON *item, *shown;
	enum err err;

	err = notification_get(r->txn, number, &notification);
	if (err == OK && notification.on >= OCCASION_triaged)
		return put_callback(r, items, &notification);
	if (err == OK)
		err = incident_get(r->txn, notification.incident, &incident);
	/* What it was merged into may be for fewer eyes. */
	if (err == OK)
		err = incident_resolve(r->txn, notification.incident, &root);
	if (err != OK)
		return err;
	item = put_object(items, NULL);
	put_notification_head(item, &notification);
	put_hook(r, item, notification.hook, &incident, &root);
	/* What is not to leave does not even reach the worker. */
	shown = put_object(item, "incident");
	if (cJSON_HasObjectItem(item, "drop")) {
		put_incident(shown, "id", incident.number);
		return OK;
	}
	reading_incident(r, shown, &incident);
	return put_overdue(r, shown, &notification);
}

static enum err
put_notify(struct reading *r, const struct lease *lease)
{
	uint64_t number;
	cJSON *items;
	enum err err = OK;

	put_head(r, lease, r->config->lease_notify_ms);
	items = put_array(r->answer, "items");
	for (number = lease->first; number <= lease->last && err == OK;
	     number++)
		err = put_notification(r, items, number);
	return err;
}

enum err
read_job(struct reading *reading, const struct lease *lease)
{
	enum err err;

	reading->answer = put_object(NULL, NULL);
	err = lease->workflow == WORKFLOW_triage ? put_triage(reading, lease)
						 : put_notify(reading, lease);
	if (err != OK) {
		cJSON_Delete(reading->answer);
		reading->answer = NULL;
	}
	return err;
}
