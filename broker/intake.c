#include "broker/intake.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/jot.h"
#include "broker/principals.h"
#include "broker/producers.h"
#include "broker/quota.h"
#include "broker/reply.h"
#include "protocol/lines.h"

enum { FACTS_BYTES = 512, SESSION_DIGITS = 16 };
static_assert(FACTS_BYTES > 2 * LIMIT_NAME_BYTES_MAX + 3 * JOT_DIGITS_MAX + 128,
    "the facts of an alert have room");

/* An answer to an alert.push that waits until it may go. */
struct delivery {
	struct waiting waiting;
	struct origin *origin;
	struct produced given;
	bool repeat;
	bool too_old;
};

/* A push that was found in order. */
struct push {
	const char *source, *format;
	size_t count; /* alerts */
	bool lines; /* each line of an attachment is one */
	bool test; /* nothing is to come of it */
	bool numbered; /* by its producer */
	uint64_t session, counter;
};

/* What is tested with where nothing was given. */
static const char test_alert[] =
    "{\"title\":\"Test alert\",\"severity\":\"high\","
    "\"rule\":\"tocsin.test\",\"description\":"
    "\"Sent by `tocsin source test`: nothing comes of it.\"}";

/* ---- answering ---- */

static void
answer(struct broker *broker, const struct delivery *delivery)
{
	char body[96], *at = body;

	if (delivery->too_old) {
		reply_refuse(broker, delivery->origin, ERR_CONFLICT, "counter",
		    "counter %" PRIu64 " is below the highest of this session "
		    "and no longer remembered: begin a new session",
		    delivery->given.counter);
		return;
	}
	at = jot_text(at, "{\"alert\":\"ALR-");
	at = jot_number(at, delivery->given.alert);
	at = jot_text(at, "\",\"count\":");
	at = jot_number(at, delivery->given.count);
	*jot_text(at, "}") = '\0';
	principals_wrote(broker->principals, delivery->origin->principal,
	    delivery->given.seq);
	(void)reply_send(broker, delivery->origin, STATUS_OK, body);
}

static void
ready(struct broker *broker, struct waiting *waiting, enum err outcome)
{
	struct delivery *delivery =
	    (struct delivery *)((char *)waiting -
				offsetof(struct delivery, waiting));

	if (outcome == OK)
		answer(broker, delivery);
	else
		reply_refuse(broker, delivery->origin, ERR_INTERNAL, "",
		    "the journal failed: the alerts may or may not have been "
		    "kept; the broker's log says more");
	origin_free(&delivery->origin);
	free(delivery);
}

/* ---- checking ---- */

static bool
is_source_of(const struct person *person, const char *source)
{
	size_t i;

	for (i = 0; i < person->sources_count; i++)
		if (strcmp(person->sources[i], source) == 0)
			return true;
	return false;
}

/*
 * The source that the push is from: a sensor's own, which it need not name when
 * it has but one; people may say any.
 */
static bool
find_source(
    struct broker *broker, const struct request *request, struct push *push)
{
	const struct person *person = request->person;
	bool any = (person->roles & (ROLE_analyst | ROLE_lead)) != 0;

	push->source = ask_text(request->ask, "source");
	if (push->source == NULL && person->sources_count == 1)
		push->source = person->sources[0];
	if (push->source == NULL) {
		reply_refuse(broker, request->origin, ERR_INVALID, "source",
		    "say which source the alerts are from");
		return false;
	}
	if (strcmp(push->source, CONFIG_OWN_SOURCE) == 0) {
		reply_refuse(broker, request->origin, ERR_DENIED, "source",
		    "%s is the broker itself: push as another source",
		    push->source);
		return false;
	}
	if (any || is_source_of(person, push->source))
		return true;
	reply_refuse(broker, request->origin, ERR_DENIED, "source",
	    "%s is no source of yours; an administrator enrols sources",
	    push->source);
	return false;
}

/* Reads 16 hex digits. */
static bool
read_session(const char *text, uint64_t *session)
{
	char *end;

	if (strlen(text) != SESSION_DIGITS ||
	    strspn(text, "0123456789abcdefABCDEF") != SESSION_DIGITS)
		return false;
	*session = strtoull(text, &end, 16);
	return true;
}

static bool
find_number(
    struct broker *broker, const struct request *request, struct push *push)
{
	const char *session = ask_text(request->ask, "session");
	bool counted = ask_has(request->ask, "counter");

	if (session == NULL && !counted)
		return true;
	push->numbered = true;
	push->counter = (uint64_t)ask_number(request->ask, "counter", 0);
	if (session == NULL || !read_session(session, &push->session)) {
		reply_refuse(broker, request->origin, ERR_INVALID, "session",
		    "a counter needs a session of 16 hex digits");
		return false;
	}
	if (push->counter != 0)
		return true;
	reply_refuse(broker, request->origin, ERR_INVALID, "counter",
	    "a session needs a counter, from 1, rising by 1");
	return false;
}

static struct wire_part
attachment(const struct request *request, size_t i)
{
	return wire_frame(
	    request->message, request->view->first_attachment + i);
}

/* Counts the alerts.  False: one of the attachments holds none. */
static bool
count_alerts(
    struct broker *broker, const struct request *request, struct push *push)
{
	size_t i, alerts, attachments = request->view->attachments;

	for (i = 0; i < attachments; i++) {
		struct wire_part part = attachment(request, i);

		alerts = push->lines ? lines_count(part) : part.len > 0;
		push->count += alerts;
		if (alerts > 0)
			continue;
		reply_refuse(broker, request->origin, ERR_INVALID,
		    "attachments", "alert %zu is empty", i + 1);
		return false;
	}
	return true;
}

static bool
find_alerts(
    struct broker *broker, const struct request *request, struct push *push)
{
	const struct wire_view *view = request->view;

	if (push->test && view->attachments > 1) {
		reply_refuse(broker, request->origin, ERR_TOO_LARGE,
		    "attachments", "one payload is tested at a time");
		return false;
	}
	if (view->attachments <= LIMIT_PUSH_ALERTS_MAX &&
	    !count_alerts(broker, request, push))
		return false;
	if (push->test && push->count == 0) {
		push->count = 1;
		push->format = "native";
	}
	if (push->count > 0 && push->count <= LIMIT_PUSH_ALERTS_MAX)
		return true;
	reply_refuse(broker, request->origin,
	    view->attachments == 0 ? ERR_INVALID : ERR_TOO_LARGE, "attachments",
	    "each alert is one attachment, or one line of it, from 1 to %d of "
	    "them",
	    LIMIT_PUSH_ALERTS_MAX);
	return false;
}

/* ---- taking ---- */

static uint32_t
write_facts(const struct push *push, size_t count, char facts[FACTS_BYTES])
{
	char *at = jot_text(facts, "{\"source\":\"");

	/* Names are at most NAME_BYTES_MAX of characters that need no escape. */
	at = jot_text(at, push->source);
	at = jot_text(at, "\",\"n\":");
	at = jot_number(at, count);
	if (push->format != NULL) {
		at = jot_text(at, ",\"format\":\"");
		at = jot_text(at, push->format);
		at = jot_text(at, "\"");
	}
	if (push->numbered) {
		at = jot_text(at, ",\"session\":\"");
		at = jot_hex64(at, push->session);
		at = jot_text(at, "\",\"counter\":");
		at = jot_number(at, push->counter);
	}
	if (push->test)
		at = jot_text(at, ",\"test\":true");
	at = jot_text(at, "}");
	assert(at - facts < FACTS_BYTES);
	return (uint32_t)(at - facts);
}

static struct part
payload(struct wire_part bytes)
{
	return (struct part){.kind = PART_PAYLOAD,
	    .present = true,
	    .len = (uint32_t)bytes.len,
	    .bytes = (const unsigned char *)bytes.bytes};
}

/* Fills in the payloads, as many as were counted. */
static void
find_payloads(
    const struct request *request, const struct push *push, struct part *parts)
{
	size_t i, n = 0;

	for (i = 0; i < request->view->attachments; i++) {
		struct wire_part left = attachment(request, i), line;

		if (!push->lines)
			parts[n++] = payload(left);
		else
			while (lines_next(&left, &line))
				parts[n++] = payload(line);
	}
	if (n == 0)
		parts[n++] = payload(
		    (struct wire_part){test_alert, sizeof(test_alert) - 1});
	assert(n == push->count);
}

/* Encodes the entry, its digests included, before the lock. */
static enum err
encode(const struct request *request, const struct push *push,
    struct record **record)
{
	static struct part parts[LIMIT_PUSH_ALERTS_MAX]; /* the loop's alone */
	char facts[FACTS_BYTES];
	struct entry_draft draft = {.kind = EVENT_alert_received,
	    .actor = request->person->number,
	    .subject = {.type = SUBJECT_ALERT},
	    .facts = facts,
	    .parts = parts,
	    .parts_count = push->count};

	draft.facts_len = write_facts(push, draft.parts_count, facts);
	find_payloads(request, push, parts);
	return record_make(&draft, record);
}

/* Makes room to remember it, numbers it, remembers it. */
static enum err
number(struct broker *broker, const struct push *push, struct record *record,
    struct produced *given)
{
	struct numbered numbered;
	bool first = false;
	enum err err = OK;

	if (push->numbered)
		err = producers_reserve(
		    broker->producers, given->principal, push->session);
	if (err == OK)
		err = sequencer_deliver(
		    broker->sequencer, record, given->count, &numbered, &first);
	if (err != OK)
		return err;
	given->seq = numbered.seq;
	given->alert = numbered.alert;
	if (push->numbered)
		producers_remember(broker->producers, given);
	if (numbered.wake)
		broker->journal_asleep = true;
	if (first)
		broker->state_asleep = true;
	return OK;
}

static enum err
deliver(struct broker *broker, const struct request *request,
    const struct push *push, struct delivery *delivery)
{
	struct record *record;
	enum err err = encode(request, push, &record);

	if (err != OK)
		return err;
	delivery->given =
	    (struct produced){.principal = request->person->number,
		.session = push->session,
		.counter = push->counter,
		.count = (uint32_t)push->count};
	err = number(broker, push, record, &delivery->given);
	record_release(&record);
	return err;
}

/* Was it taken before?  Then the first answer, once that is durable. */
static bool
look_back(struct broker *broker, const struct request *request,
    const struct push *push, struct delivery *delivery)
{
	enum produced_before before = PRODUCED_NEW;

	if (push->numbered)
		before =
		    producers_look(broker->producers, request->person->number,
			push->session, push->counter, &delivery->given);
	if (before == PRODUCED_NEW)
		return false;
	delivery->too_old = before == PRODUCED_TOO_OLD;
	if (delivery->too_old) {
		delivery->given.counter = push->counter;
		delivery->given.seq = sequencer_last(broker->sequencer);
	}
	return true;
}

static bool
within_quota(struct broker *broker, const struct request *request,
    const struct push *push)
{
	char body[256];
	uint64_t rate;
	uint64_t wait_ms = quota_take(
	    broker, request->person, push->source, push->count, &rate);

	if (wait_ms == 0)
		return true;
	(void)snprintf(body, sizeof(body),
	    "{\"error\":\"%s\",\"message\":\"%s is over the quota of "
	    "%" PRIu64 " alerts a second\",\"retry_after_ms\":%" PRIu64 "}",
	    err_word(ERR_QUOTA), push->source, rate, wait_ms);
	(void)reply_send(broker, request->origin, err_status(ERR_QUOTA), body);
	return false;
}

/* Takes the push, which is in order, or says why not. */
static void
push_it(struct broker *broker, struct request *request, const struct push *push)
{
	struct delivery *delivery = calloc(1, sizeof(*delivery));
	enum err err = delivery == NULL ? ERR_MEMORY : OK;
	const char *why = NULL;

	if (err == OK && !look_back(broker, request, push, delivery)) {
		if (!within_quota(broker, request, push)) {
			free(delivery);
			return;
		}
		err = broker_takes(broker, true, &why);
		if (err == OK)
			err = deliver(broker, request, push, delivery);
	}
	if (err == ERR_FULL) {
		err = ERR_BUSY;
		why = "the disk is nearly full: its room is kept for commands; "
		      "nothing was kept, try again";
	}
	if (err != OK) {
		free(delivery);
		reply_refuse(broker, request->origin,
		    err == ERR_IO ? ERR_BUSY : err, "", "%s",
		    why != NULL ? why
				: "the alerts cannot be taken now; nothing was "
				  "kept, try again");
		return;
	}
	delivery->origin = request->origin;
	request->origin = NULL;
	delivery->waiting.seq = delivery->given.seq;
	delivery->waiting.ready = ready;
	waiting_add(&broker->delivered, &delivery->waiting);
}

void
intake_take(struct broker *broker, struct request *request)
{
	struct push push = {.format = ask_text(request->ask, "format"),
	    .test = request->verb == VERB_source_test};

	push.lines = !push.test && ask_flag(request->ask, "lines", false);
	if (find_alerts(broker, request, &push) &&
	    find_source(broker, request, &push) &&
	    (push.test || find_number(broker, request, &push)))
		push_it(broker, request, &push);
}
