#include "cli/remote.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/receipts.h"
#include "protocol/json.h"

enum { HINT_MAX = 256, MESSAGE_MAX = 701 };

/* What to do about a refusal, where the sentence alone leaves one at a loss. */
static const char *const hints[ERR_COUNT] = {
    [ERR_DENIED] = "; `tocsin whoami` says what you may do; try --as NAME",
    [ERR_INTERNAL] = "; the broker's log has more",
    [ERR_UNKNOWN] = "; the broker is of another version than this program",
};

enum client_front
remote_front(enum verb verb)
{
	return verb == VERB_alert_push ? CLIENT_SENSORS : CLIENT_PEOPLE;
}

static const char *
endpoint(const struct session *session, enum client_front front)
{
	return front == CLIENT_SENSORS ? session->key.sensors
				       : session->key.people;
}

enum err
remote_failed(const struct session *session, enum client_front front,
    enum err err, struct fault *fault)
{
	const char *where = endpoint(session, front);

	switch (err) {
	case ERR_TIMEOUT:
		return fault_set(fault, err,
		    "no answer from %s within %g s: is it running? start it "
		    "with `tocsin up`",
		    where, session->timeout_ms / 1000.0);
	case ERR_DENIED:
		return fault_set(fault, err,
		    "%s does not admit the key of %s: it was revoked, or is "
		    "not enrolled there",
		    where, session->key.name);
	case ERR_TOO_LARGE:
		return fault_set(fault, err,
		    "the request is over the limit of %d bytes in all, %d a "
		    "part",
		    LIMIT_MESSAGE_BYTES_MAX, LIMIT_FRAME_BYTES_MAX);
	default:
		return fault_set(fault, err, "%s: %s", where, err_meaning(err));
	}
}

enum err
remote_open(struct session *session, enum client_front front,
    struct client **client, struct fault *fault)
{
	enum err err = session_key(session, fault);

	if (err != OK)
		return err;
	if (endpoint(session, front)[0] == '\0')
		return fault_set(fault, ERR_INVALID,
		    "the key of %s does not say where the broker's %s front "
		    "is",
		    session->key.name,
		    front == CLIENT_SENSORS ? "sensors'" : "people's");
	err = client_open(&session->key, front, client);
	if (err != OK)
		return remote_failed(session, front, err, fault);
	client_set_timeout(*client, session->timeout_ms);
	return OK;
}

/* Where to look at the object as it is now. */
static void
hint_conflict(const cJSON *body, char *out, size_t size)
{
	const cJSON *now = cJSON_GetObjectItemCaseSensitive(body, "current");
	const char *id = json_text(now, "id");

	if (id != NULL)
		(void)snprintf(
		    out, size, "; `tocsin show %s` says who changed it", id);
}

static void
hint(const struct answer *answer, char *out, size_t size)
{
	int64_t wait = json_number(answer->body, "retry_after_ms", 0);
	const char *fixed = hints[answer->err];

	(void)snprintf(out, size, "%s", fixed != NULL ? fixed : "");
	if (answer->err == ERR_CONFLICT)
		hint_conflict(answer->body, out, size);
	else if (wait > 0)
		(void)snprintf(
		    out, size, "; try again in %" PRId64 " ms", wait);
}

/* The option that a field of the verb is; the field itself where it is none. */
static const char *
option_of(enum verb verb, const char *field, char out[ARGV_NAME_MAX + 3])
{
	char spelling[ARGV_NAME_MAX + 1];
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++)
		if (strcmp(rows[i].name, field) == 0) {
			(void)snprintf(out, ARGV_NAME_MAX + 3, "--%s",
			    args_spelling(&rows[i], spelling));
			return out;
		}
	return field;
}

/*
 * Is it the field that is at fault?  Where it is the thing that the field
 * names, the sentence speaks of that.
 */
static bool
names_field(enum err err)
{
	return err == ERR_INVALID || err == ERR_TOO_LARGE;
}

/*
 * "clock.confirm is for ..." as it is typed: the broker speaks of verbs as the
 * wire spells them.
 */
static void
spell_verb(enum verb verb, char *message)
{
	const char *name = verb_row(verb)->name;
	size_t len = strlen(name), i;

	if (strncmp(message, name, len) != 0 || message[len] != ' ')
		return;
	for (i = 0; i < len; i++)
		if (message[i] == '.')
			message[i] = ' ';
}

enum err
remote_refused(enum verb verb, const struct answer *answer, struct fault *fault)
{
	const char *message = json_text(answer->body, "message");
	const char *field = json_text(answer->body, "field");
	char what[HINT_MAX] = "", spelling[ARGV_NAME_MAX + 3];
	char typed[MESSAGE_MAX];

	hint(answer, what, sizeof(what));
	if (message == NULL)
		message = err_meaning(answer->err);
	(void)snprintf(typed, sizeof(typed), "%s", message);
	spell_verb(verb, typed);
	message = typed;
	if (field == NULL || !names_field(answer->err))
		return fault_set(fault, answer->err, "%s%s", message, what);
	return fault_set(fault, answer->err, "%.64s: %.600s%s",
	    option_of(verb, field, spelling), args_message(message, field),
	    what);
}

enum err
remote_ask(struct session *session, struct client *client, enum verb verb,
    const cJSON *body, const struct wire_part *parts, size_t count,
    struct answer *answer, struct fault *fault)
{
	enum err err = client_ask(client, verb, body, parts, count, answer);
	struct fault unkept;

	if (err != OK)
		return remote_failed(session, remote_front(verb), err, fault);
	if (receipts_keep(session, session->key.server_z85, answer->seq,
		answer->head, &unkept) != OK &&
	    session->verbose)
		(void)fault_report(&unkept);
	if (answer->err != OK)
		return remote_refused(verb, answer, fault);
	return OK;
}
