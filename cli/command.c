#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/attach.h"
#include "cli/bulk.h"
#include "cli/claim.h"
#include "cli/handover.h"
#include "cli/help.h"
#include "cli/prepare.h"
#include "cli/push.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/report_run.h"
#include "cli/shape.h"
#include "cli/source_test.h"
#include "cli/token.h"
#include "cli/view.h"
#include "cli/watch.h"
#include "protocol/json.h"

void
command_json(const struct session *session, const cJSON *body)
{
	char *text = claim(cJSON_PrintUnformatted(body));

	render_json(session->screen.out, text, session->screen.utf8);
	(void)fputc('\n', session->screen.out);
	cJSON_free(text);
}

/* Where an answer of success stands in the journal. */
static void
say_receipt(const struct session *session, const struct answer *answer)
{
	if (session->verbose && !session->json)
		(void)fprintf(stderr, "receipt %llu:%s\n",
		    (unsigned long long)answer->seq, answer->head);
}

/* The newest event of an incident; NULL when it cannot be had.  Borrowed. */
static const cJSON *
newest(struct session *session, struct client *client, const char *id,
    struct answer *answer)
{
	cJSON *body = claim(cJSON_CreateObject());
	const cJSON *history = NULL;
	struct fault ignored;

	(void)claim(cJSON_AddStringToObject(body, "incident", id));
	if (!json_add_number(body, "limit", LIMIT_LIST_ROWS_MAX))
		(void)claim(NULL);
	if (remote_ask(session, client, VERB_show, body, NULL, 0, answer,
		&ignored) == OK)
		history =
		    cJSON_GetObjectItemCaseSensitive(answer->body, "history");
	/* With a page more behind it, the last of this one is not the newest. */
	if (json_text(answer->body, "next") != NULL)
		history = NULL;
	cJSON_Delete(body);
	return cJSON_GetArrayItem(history, cJSON_GetArraySize(history) - 1);
}

/* Somebody was faster: says who, and what they did. */
static void
explain_conflict(struct session *session, struct client *client,
    const cJSON *refusal, struct fault *fault)
{
	const char *field = json_text(refusal, "field");
	const char *id = json_text(
	    cJSON_GetObjectItemCaseSensitive(refusal, "current"), "id");
	struct fault plain = *fault;
	struct answer answer;
	const cJSON *event;
	char words[256];

	if (field == NULL || strcmp(field, "if_revision") != 0 || id == NULL)
		return;
	answer_init(&answer);
	event = newest(session, client, id, &answer);
	if (event != NULL)
		(void)fault_set(fault, plain.err, "%s; %s was the last (%s)",
		    plain.text, shape_text(event, "actor"),
		    view_event_words(
			event, &session->screen, words, sizeof(words)));
	answer_fini(&answer);
}

/* Asks and leaves the answer to the caller, refusals as JSON excepted. */
static enum err
ask(struct session *session, struct client *client, enum verb verb,
    const cJSON *body, struct answer *answer, struct fault *fault)
{
	enum err err =
	    remote_ask(session, client, verb, body, NULL, 0, answer, fault);

	if (session->json && answer->body != NULL)
		command_json(session, answer->body);
	if (err == OK)
		say_receipt(session, answer);
	else if (err == ERR_CONFLICT)
		explain_conflict(session, client, answer->body, fault);
	fault->told = session->json && answer->body != NULL;
	return err;
}

enum err
command_ask(struct session *session, struct client *client, enum verb verb,
    const cJSON *body, struct fault *fault)
{
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = ask(session, client, verb, body, &answer, fault);
	if (err == OK && !session->json)
		view_of(verb)(&session->screen, verb, body, answer.body);
	answer_fini(&answer);
	return err;
}

static void
say_written(const struct screen *screen, size_t bytes, const char *path)
{
	(void)fprintf(screen->out, "\nPayload: %zu bytes are in ", bytes);
	screen_text(screen, STYLE_PLAIN, path, RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
}

/* The payload as it came: to a file, or made safe on the screen. */
static enum err
give_payload(const struct session *session, const struct answer *answer,
    const char *path, struct fault *fault)
{
	struct wire_part part =
	    wire_frame(&answer->message, answer->first_attachment);
	bool standard = path != NULL && strcmp(path, "-") == 0;
	FILE *file;
	bool written;

	if (path == NULL || (standard && isatty(STDOUT_FILENO))) {
		screen_heading(&session->screen, "Payload, as it came");
		render_block(session->screen.out, part.bytes, part.len,
		    session->screen.utf8, 2, session->screen.columns);
		return OK;
	}
	file = standard ? stdout : fopen(path, "we");
	written =
	    file != NULL && fwrite(part.bytes, 1, part.len, file) == part.len;
	if (file != NULL && !standard && fclose(file) != 0)
		written = false;
	if (!written)
		return fault_here(fault, ERR_IO, "%s: cannot be written: %s",
		    path, strerror(errno));
	if (!standard && !session->json)
		say_written(&session->screen, part.len, path);
	return OK;
}

/* `alert show`, whose answer may bring the payload along. */
static enum err
run_alert_show(struct args *args, struct session *session,
    struct client *client, struct fault *fault)
{
	const char *path = args->extras[EXTRA_out];
	bool quiet = path != NULL && strcmp(path, "-") == 0;
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = remote_ask(
	    session, client, args->verb, args->body, NULL, 0, &answer, fault);
	fault->told = session->json && !quiet && answer.body != NULL;
	if (fault->told)
		command_json(session, answer.body);
	else if (err == OK && !quiet)
		view_of(args->verb)(
		    &session->screen, args->verb, args->body, answer.body);
	if (err == OK && answer.attachments > 0 &&
	    (!session->json || path != NULL))
		err = give_payload(session, &answer, path, fault);
	else if (err == OK && path != NULL)
		err = fault_set(fault, ERR_MISSING,
		    "the payload is not there any more: it was erased");
	answer_fini(&answer);
	return err;
}

/* `next` takes an incident; then it is looked at. */
static enum err
run_next(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	const char *id;
	struct answer answer;
	cJSON *body;
	enum err err;

	answer_init(&answer);
	err = ask(session, client, args->verb, args->body, &answer, fault);
	id = json_text(answer.body, "id");
	if (err == OK && !session->json && id == NULL) {
		view_of(args->verb)(
		    &session->screen, args->verb, args->body, answer.body);
	} else if (err == OK && !session->json) {
		body = claim(cJSON_CreateObject());
		(void)claim(cJSON_AddStringToObject(body, "incident", id));
		err = command_ask(session, client, VERB_show, body, fault);
		cJSON_Delete(body);
	}
	answer_fini(&answer);
	return err;
}

static enum err
run_plain(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	return command_ask(session, client, args->verb, args->body, fault);
}

typedef enum err (*runner)(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

/* The verbs that are more than one question and one answer. */
static const runner runners[VERB_COUNT] = {
    [VERB_alert_push] = push_run,
    [VERB_alert_show] = run_alert_show,
    [VERB_file_get] = attach_get,
    [VERB_handover] = handover_run,
    [VERB_next] = run_next,
    [VERB_token_new] = token_run,
    [VERB_source_test] = source_test_run,
    [VERB_watch] = watch_run,
    [VERB_report] = report_run,
    [VERB_report_weekly] = report_run,
};

static enum err
connect_and_run(struct args *args, struct session *session, struct fault *fault)
{
	struct client *client = NULL;
	runner run = args->where_count > 0 ? bulk_run : runners[args->verb];
	struct draft draft;
	enum err err = prepare(args, session, &draft, fault);

	if (err == OK)
		err = remote_open(
		    session, remote_front(args->verb), &client, fault);
	if (err == OK)
		err = (run != NULL ? run : run_plain)(
		    args, session, client, fault);
	client_close(&client);
	if (err == OK)
		editor_forget(&draft);
	else
		editor_keep(&draft, fault);
	return err;
}

int
command_run(struct session *session, enum verb verb,
    const struct alias_row *alias, int count, char *const *words)
{
	struct args args;
	struct fault fault;
	int code = 0;
	enum err err;

	args_begin(&args, session, verb, alias);
	err = args_read(&args, session, count, words, &fault);
	if (session->help) {
		help_verb(&session->screen, verb);
		args_fini(&args);
		return 0;
	}
	if (err == OK)
		err = session_settle(session, &fault);
	if (err == OK)
		err = connect_and_run(&args, session, &fault);
	if (err != OK)
		code = report_fail(session, &fault);
	args_fini(&args);
	return code;
}
