#include "cli/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/view.h"
#include "protocol/json.h"

enum {
	CREDIT_BYTES = 262144, /* asked for ahead */
	/* Silence after which the broker is asked whether it still streams. */
	SILENCE_MS = 15000
};

struct watch {
	struct args *args;
	struct session *session;
	struct client *client;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1]; /* of the watch */
	char renew[LIMIT_REQUEST_ID_BYTES_MAX + 1]; /* of the last renewal */
	uint64_t next; /* first sequence number not yet seen; 0: not known */
	size_t used; /* bytes received since credit was last given */
	bool silent; /* a question is on its way */
};

/*
 * Where the journal stands, so that a connection that is lost before the first
 * event came does not leave out what happens meanwhile.
 */
static enum err
first_look(struct watch *watch, struct fault *fault)
{
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = remote_ask(watch->session, watch->client, VERB_status, NULL, NULL,
	    0, &answer, fault);
	if (err == OK && watch->next == 0)
		watch->next = answer.seq + 1;
	answer_fini(&answer);
	return err;
}

static enum err
begin(struct watch *watch)
{
	cJSON *body = claim(cJSON_Duplicate(watch->args->body, true));
	enum err err;

	if (watch->next != 0) {
		cJSON_DeleteItemFromObjectCaseSensitive(body, "from");
		if (!json_add_number(body, "from", (int64_t)watch->next))
			(void)claim(NULL);
	}
	if (!cJSON_HasObjectItem(body, "credit") &&
	    !json_add_number(body, "credit", CREDIT_BYTES))
		(void)claim(NULL);
	err = client_send(watch->client, VERB_watch, body, NULL, 0, watch->id);
	cJSON_Delete(body);
	watch->used = 0;
	watch->silent = false;
	return err;
}

/* Gives back the credit that was used; with none, asks whether it lives. */
static enum err
renew(struct watch *watch)
{
	cJSON *body = claim(cJSON_CreateObject());
	enum err err;

	(void)claim(cJSON_AddStringToObject(body, "watch", watch->id));
	if (!json_add_number(body, "credit", (int64_t)watch->used))
		(void)claim(NULL);
	err = client_send(
	    watch->client, VERB_watch_credit, body, NULL, 0, watch->renew);
	cJSON_Delete(body);
	watch->used = 0;
	return err;
}

static void
print_event(struct watch *watch, const cJSON *event)
{
	const struct screen *screen = &watch->session->screen;

	if (watch->session->json)
		command_json(watch->session, event);
	else
		view_event(screen, event, isatty(fileno(screen->out)) != 0);
}

/* Events are told once: what a repeat of the past brings again is not. */
static void
take(struct watch *watch, const cJSON *event)
{
	int64_t seq = json_number(event, "seq", 0);

	if (!cJSON_HasObjectItem(event, "kind") ||
	    (seq > 0 && (uint64_t)seq < watch->next))
		return;
	print_event(watch, event);
	if (seq > 0)
		watch->next = (uint64_t)seq + 1;
}

/* A message of the stream: an event. */
static void
take_all(struct watch *watch, const struct answer *answer)
{
	size_t i;

	for (i = 0; i < answer->message.count; i++)
		watch->used += wire_frame(&answer->message, i).len;
	take(watch, answer->body);
	(void)fflush(watch->session->screen.out);
}

/* The end of the stream, or of the question whether it goes on. */
static enum err
take_refusal(struct watch *watch, const char *id, const struct answer *answer,
    struct fault *fault)
{
	/* A broker that began anew knows nothing of the watch. */
	if (strcmp(id, watch->renew) == 0 && answer->err == ERR_MISSING)
		return begin(watch);
	return remote_refused(VERB_watch, answer, fault);
}

/*
 * The broker ends the stream.  When it is stopping, the connection is lost
 * next, and the watch begins anew with it.
 */
static enum err
take_end(const char *why, struct fault *fault)
{
	if (strstr(why, "stopping") != NULL)
		return OK;
	return fault_set(fault, ERR_DENIED, "the watch has ended: %s", why);
}

static enum err
take_answer(struct watch *watch, const char *id, const struct answer *answer,
    struct fault *fault)
{
	watch->silent = false;
	if (answer->err != OK)
		return take_refusal(watch, id, answer, fault);
	if (json_text(answer->body, "end") != NULL)
		return take_end(json_text(answer->body, "end"), fault);
	if (strcmp(id, watch->id) == 0)
		take_all(watch, answer);
	if (watch->used >= CREDIT_BYTES / 2)
		return renew(watch);
	return OK;
}

/* Nothing came for a while: ask; when that was in vain, begin anew. */
static enum err
break_silence(struct watch *watch)
{
	enum err err;

	if (!watch->silent) {
		watch->silent = true;
		return renew(watch);
	}
	err = client_reconnect(watch->client);
	return err == OK ? begin(watch) : err;
}

static enum err
next_message(struct watch *watch, struct fault *fault)
{
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1] = "";
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = client_receive(watch->client, SILENCE_MS, id, &answer);
	if (err == OK)
		err = take_answer(watch, id, &answer, fault);
	else if (err == ERR_END)
		err = begin(watch);
	else if (err == ERR_TIMEOUT)
		err = break_silence(watch);
	else
		err = remote_failed(watch->session, CLIENT_PEOPLE, err, fault);
	answer_fini(&answer);
	/* The connection takes no more just now: it is being made. */
	return err == ERR_BUSY || err == ERR_END ? OK : err;
}

enum err
watch_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	struct watch watch = {
	    .args = args, .session = session, .client = client};
	enum err err;

	watch.next = (uint64_t)json_number(args->body, "from", 0);
	err = first_look(&watch, fault);
	/* A person is told that silence is no failure. */
	if (err == OK && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
		(void)fprintf(stderr,
		    "watching from entry %" PRIu64 " on; Ctrl-C ends it\n",
		    watch.next);
	if (err == OK)
		err = begin(&watch);
	while (err == OK && ferror(session->screen.out) == 0)
		err = next_message(&watch, fault);
	return err;
}
