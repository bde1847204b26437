#include "broker/decision.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "broker/view.h"
#include "protocol/json.h"
#include "protocol/observable.h"

enum { READERS = ROLE_analyst | ROLE_lead | ROLE_manager | ROLE_auditor };

enum err
decision_refuse(struct decision *d, enum err err, const char *field,
    const char *format, ...)
{
	va_list args;

	(void)snprintf(d->fault.field, sizeof(d->fault.field), "%s", field);
	va_start(args, format);
	(void)vsnprintf(
	    d->fault.message, sizeof(d->fault.message), format, args);
	va_end(args);
	return err;
}

bool
decision_by(const struct decision *d, uint32_t roles)
{
	return (d->roles & roles) != 0;
}

bool
decision_only_reports(const struct decision *d)
{
	return !decision_by(d, READERS);
}

bool
text_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n\v\f")] == '\0';
}

bool
technique_valid(const char *text)
{
	static const char digits[] = "0123456789";
	size_t len = strlen(text);

	return text[0] == 't' && strspn(text + 1, digits) == 4 &&
	       (len == 5 || (len == 9 && text[5] == '.' &&
				strspn(text + 6, digits) == 3));
}

/* The object as it is, for a client that worked on an older one. */
static void
show_current(struct decision *d, const struct incident *incident)
{
	cJSON_Delete(d->current);
	d->current = put_object(NULL, NULL);
	view_incident(d->current, d->txn, incident);
}

/* What the field names, or, by resolve, what that leads to. */
static enum err
find_incident(struct decision *d, const char *field, bool resolve,
    struct incident *incident)
{
	struct ref ref = ask_ref(d->ask, field);
	/* An administrator is told which file must go, and sees none. */
	bool any = d->verb == VERB_file_discard && decision_by(d, ROLE_admin);
	bool own = !any && decision_only_reports(d);
	char text[REF_TEXT_MAX];
	enum err err;

	/* Reporters see what they opened, not what it was merged into. */
	err = resolve && !own ? incident_resolve(d->txn, ref.number, incident)
			      : incident_get(d->txn, ref.number, incident);
	if (err == OK && ((own && incident->opened_by != d->actor->number) ||
			     !incident_shown_to(incident, d->actor->number)))
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, field,
		    "there is no %s, or you may not know of it",
		    ref_format(ref, text));
	return err;
}

static enum err
check_revision(struct decision *d, const struct incident *incident)
{
	int64_t revision = ask_number(d->ask, "if_revision", -1);

	if (revision < 0 || (uint64_t)revision == incident->revision)
		return OK;
	show_current(d, incident);
	return decision_refuse(d, ERR_CONFLICT, "if_revision",
	    "INC-%" PRIu64 " is at revision %" PRIu64 ", not %" PRId64
	    ": look at it again, then decide anew",
	    incident->number, incident->revision, revision);
}

enum err
decision_incident(struct decision *d, struct incident *incident)
{
	enum err err = find_incident(d, "incident", true, incident);

	return err == OK ? check_revision(d, incident) : err;
}

enum err
decision_own_incident(struct decision *d, struct incident *incident)
{
	enum err err = find_incident(d, "incident", false, incident);

	return err == OK ? check_revision(d, incident) : err;
}

enum err
decision_named_incident(
    struct decision *d, const char *field, struct incident *incident)
{
	return find_incident(d, field, true, incident);
}

enum err
decision_open_incident(struct decision *d, struct incident *incident)
{
	enum err err = decision_incident(d, incident);

	if (err != OK || status_is_open(incident->status))
		return err;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " is %s: reopen it first", incident->number,
	    words_name(WORDS_STATUS, incident->status));
}

cJSON *
decision_emit(struct decision *d, uint16_t kind, struct ref subject)
{
	struct decision_event *event = &d->events[d->events_count];

	assert(d->events_count < DECISION_EVENTS_MAX);
	d->events_count++;
	*event = (struct decision_event){.kind = kind, .subject = subject};
	event->facts = put_object(NULL, NULL);
	return event->facts;
}

cJSON *
decision_text(struct decision *d)
{
	struct decision_event *event = &d->events[d->events_count - 1];

	assert(d->events_count > 0);
	if (event->text == NULL)
		event->text = put_object(NULL, NULL);
	return event->text;
}

void
decision_payload(struct decision *d, cJSON *payload)
{
	struct decision_event *event = &d->events[d->events_count - 1];

	assert(d->events_count > 0);
	event->payload = event->printed = put_print(payload);
	event->payload_len = strlen(event->printed);
	cJSON_Delete(payload);
}

void
decision_copy_text(struct decision *d, const char *field)
{
	const char *text = ask_text(d->ask, field);

	if (text != NULL)
		put_text(decision_text(d), field, text);
}

cJSON *
decision_emit_incident(
    struct decision *d, uint16_t kind, struct incident *incident)
{
	cJSON *facts = decision_emit(
	    d, kind, (struct ref){SUBJECT_INCIDENT, 0, incident->number});

	put_number(facts, "revision", ++incident->revision);
	return facts;
}

enum err
decision_room(struct decision *d, size_t count)
{
	assert(count <= DECISION_EVENTS_MAX);
	if (d->events_count + count <= DECISION_EVENTS_MAX)
		return OK;
	return d->flush(d->flush_arg, d);
}

enum err
decision_number(struct decision *d, uint16_t kind, uint64_t *number)
{
	struct counters counters;
	enum err err = state_counters(d->txn, &counters);
	size_t i;

	if (err != OK)
		return err;
	switch (kind) {
	case EVENT_people_enrolled:
	case EVENT_token_issued:
		*number = counters.people;
		break;
	case EVENT_incident_opened:
		*number = counters.incidents;
		break;
	case EVENT_silence_added:
		*number = counters.silences;
		break;
	case EVENT_job_leased:
		*number = counters.leases;
		break;
	case EVENT_action_added:
		err = action_last(d->txn, number);
		if (err != OK)
			return err;
		break;
	default:
		assert(kind == EVENT_notification_queued);
		*number = counters.notifications;
		break;
	}
	++*number;
	for (i = 0; i < d->events_count; i++)
		if (d->events[i].kind == kind)
			++*number;
	return OK;
}

enum err
decision_queue(
    struct decision *d, const char *name, struct ref about, enum occasion on)
{
	uint64_t number;
	cJSON *facts;
	enum err err = decision_number(d, EVENT_notification_queued, &number);

	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_notification_queued,
	    (struct ref){SUBJECT_NOTIFICATION, 0, number});
	put_text(facts, "hook", name);
	put_word(facts, "on", WORDS_OCCASION, (int)on);
	put_ref(
	    facts, about.type == SUBJECT_ALERT ? "alert" : "incident", about);
	put_text(facts, "config", d->config->version);
	return OK;
}

enum err
decision_notify_overdue(struct decision *d, const struct incident *incident,
    uint64_t action, uint32_t task)
{
	const struct config_hook *hook;
	cJSON *facts;
	enum err err = OK;
	size_t i;

	for (i = 0; i < d->config->hooks_count && err == OK; i++) {
		hook = &d->config->hooks[i];
		if (!hook->on[OCCASION_overdue] ||
		    incident->severity < hook->severity)
			continue;
		err = decision_queue(d, hook->name,
		    (struct ref){SUBJECT_INCIDENT, 0, incident->number},
		    OCCASION_overdue);
		if (err != OK)
			break;
		facts = d->events[d->events_count - 1].facts;
		if (action != 0)
			put_ref(facts, "action",
			    (struct ref){SUBJECT_ACTION, 0, action});
		if (task != 0)
			put_number(facts, "task", task);
	}
	return err;
}

enum err
decision_notify(struct decision *d, uint64_t incident, enum severity severity,
    enum occasion on)
{
	const struct config_hook *hook;
	enum err err;
	size_t i;

	for (i = 0; i < d->config->hooks_count; i++) {
		hook = &d->config->hooks[i];
		if (!hook->on[on] || severity < hook->severity)
			continue;
		err = decision_queue(d, hook->name,
		    (struct ref){SUBJECT_INCIDENT, 0, incident}, on);
		if (err != OK)
			return err;
	}
	return OK;
}

cJSON *
decision_answer_incident(struct decision *d, const struct incident *incident)
{
	cJSON_Delete(d->answer);
	d->answer = put_object(NULL, NULL);
	put_incident(d->answer, "id", incident->number);
	put_number(d->answer, "revision", incident->revision);
	return d->answer;
}

enum err
decision_techniques(struct decision *d, const cJSON *techniques)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, techniques) {
		if (!technique_valid(item->valuestring))
			return decision_refuse(d, ERR_INVALID, "techniques",
			    "%.32s is no ATT&CK technique: write t1059 or "
			    "t1059.001",
			    item->valuestring);
	}
	return OK;
}

/* Appends one observable of the ask to out. */
static enum err
take_observable(struct decision *d, const cJSON *item, cJSON *out)
{
	char value[OBSERVABLE_BYTES_MAX + 1];
	const char *type = json_text(item, "type");
	const char *given = json_text(item, "value");
	cJSON *row;

	if (!cJSON_IsObject(item) || cJSON_GetArraySize(item) != 2 ||
	    type == NULL || given == NULL)
		return decision_refuse(d, ERR_INVALID, "observables",
		    "an observable is {\"type\":...,\"value\":...}");
	if (observable_type(type) < 0)
		return decision_refuse(d, ERR_INVALID, "observables",
		    "%.32s is no type of observable", type);
	if (observable_canonical(
		(enum observable)observable_type(type), given, value) != OK)
		return decision_refuse(d, ERR_INVALID, "observables",
		    "%.64s is no %s", given, type);
	row = put_object(out, NULL);
	put_text(row, "type", type);
	put_text(row, "value", value);
	return OK;
}

enum err
decision_observables(struct decision *d, cJSON **out)
{
	const cJSON *asked = ask_json(d->ask, "observables");
	const cJSON *item;
	enum err err;

	*out = NULL;
	if (asked == NULL || cJSON_GetArraySize(asked) == 0)
		return OK;
	*out = put_array(NULL, NULL);
	cJSON_ArrayForEach (item, asked) {
		err = take_observable(d, item, *out);
		if (err == OK)
			continue;
		cJSON_Delete(*out);
		*out = NULL;
		return err;
	}
	return OK;
}
