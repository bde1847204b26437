#include "cli/source_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/shape.h"
#include "cli/slurp.h"
#include "cli/view.h"
#include "protocol/json.h"
#include "protocol/ref.h"

enum { CREDIT_BYTES = 1048576 };

struct test {
	struct args *args;
	struct session *session;
	struct client *client;
	char alert[64];
	uint64_t number; /* of the alert */
	uint64_t seq; /* of what is known of it so far */
	size_t used; /* bytes of the watch */
	char watch[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	bool over;
};

static int64_t
steady_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
say(struct test *test, const char *stage, const char *text)
{
	const struct screen *screen = &test->session->screen;

	if (test->session->json)
		return;
	(void)fprintf(screen->out, "%-9s", stage);
	screen_text(screen, STYLE_PLAIN, text, RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
	(void)fflush(screen->out);
}

static enum err
push(struct test *test, struct fault *fault)
{
	const char *path = test->args->extras[EXTRA_file];
	struct wire_part part = {NULL, 0};
	struct answer answer;
	char *bytes = NULL, text[160];
	struct ref ref = {SUBJECT_NONE, 0, 0};
	enum err err = OK;

	if (path != NULL)
		err = slurp(
		    path, LIMIT_FRAME_BYTES_MAX, &bytes, &part.len, fault);
	part.bytes = bytes;
	answer_init(&answer);
	if (err == OK)
		err = remote_ask(test->session, test->client, VERB_source_test,
		    test->args->body, &part, path != NULL ? 1 : 0, &answer,
		    fault);
	if (err == OK) {
		(void)snprintf(test->alert, sizeof(test->alert), "%s",
		    shape_text(answer.body, "alert"));
		test->seq = answer.seq;
		err = ref_parse(test->alert, &ref);
		(void)snprintf(text, sizeof(text),
		    "%s is on disk; the journal stands at entry %" PRIu64,
		    test->alert, answer.seq);
		say(test, "pushed", text);
	}
	test->number = ref.number;
	answer_fini(&answer);
	free(bytes);
	return err;
}

/* From the push on; what came before it does not concern us. */
static enum err
begin(struct test *test)
{
	cJSON *body = claim(cJSON_CreateObject());
	enum err err;

	if (!json_add_number(body, "from", (int64_t)test->seq) ||
	    !json_add_number(body, "credit", CREDIT_BYTES))
		(void)claim(NULL);
	err = client_send(test->client, VERB_watch, body, NULL, 0, test->watch);
	cJSON_Delete(body);
	test->used = 0;
	return err == ERR_BUSY ? OK : err;
}

static enum err
renew(struct test *test)
{
	cJSON *body = claim(cJSON_CreateObject());
	enum err err;

	(void)claim(cJSON_AddStringToObject(body, "watch", test->watch));
	if (!json_add_number(body, "credit", (int64_t)test->used))
		(void)claim(NULL);
	err = client_send(test->client, VERB_watch_credit, body, NULL, 0, NULL);
	cJSON_Delete(body);
	test->used = 0;
	return err == ERR_BUSY ? OK : err;
}

/* Is the event one of a job that the alert belongs to? */
static bool
is_of_its_job(const struct test *test, const cJSON *event)
{
	const cJSON *facts = cJSON_GetObjectItemCaseSensitive(event, "facts");

	return strcmp(shape_text(facts, "workflow"), "triage") == 0 &&
	       (uint64_t)json_number(facts, "first", 0) <= test->number &&
	       (uint64_t)json_number(facts, "last", 0) >= test->number;
}

static void
take(struct test *test, const cJSON *event)
{
	const cJSON *facts = cJSON_GetObjectItemCaseSensitive(event, "facts");
	char text[256];

	test->seq = (uint64_t)json_number(event, "seq", (int64_t)test->seq);
	if (view_event_is(event, "job_leased") && is_of_its_job(test, event)) {
		(void)snprintf(text, sizeof(text),
		    "by worker %s, entry %" PRIu64, shape_text(facts, "worker"),
		    test->seq);
		say(test, "taken", text);
	} else if ((view_event_is(event, "job_failed") ||
		       view_event_is(event, "job_expired")) &&
		   is_of_its_job(test, event)) {
		say(test, "failed",
		    shape_text(cJSON_GetObjectItemCaseSensitive(event, "text"),
			"reason"));
	} else if (view_event_is(event, "alert_triaged") &&
		   strcmp(shape_text(event, "subject"), test->alert) == 0) {
		(void)snprintf(text, sizeof(text), "as %s: %s, entry %" PRIu64,
		    shape_text(facts, "format"),
		    shape_text(facts, "disposition"), test->seq);
		say(test, "triaged", text);
		test->over = true;
	}
}

static enum err
next_event(struct test *test, int64_t left_ms, struct fault *fault)
{
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1] = "";
	struct answer answer;
	size_t i;
	enum err err;

	answer_init(&answer);
	err = client_receive(test->client, (int)left_ms, id, &answer);
	if (err == OK && answer.err != OK)
		err = remote_refused(VERB_watch, &answer, fault);
	else if (err == OK && strcmp(id, test->watch) == 0) {
		for (i = 0; i < answer.message.count; i++)
			test->used += wire_frame(&answer.message, i).len;
		if (cJSON_HasObjectItem(answer.body, "kind"))
			take(test, answer.body);
		if (test->used >= CREDIT_BYTES / 2)
			err = renew(test);
	} else if (err == ERR_END) {
		err = begin(test);
	} else if (err != OK && err != ERR_TIMEOUT) {
		err = remote_failed(test->session, CLIENT_PEOPLE, err, fault);
	}
	answer_fini(&answer);
	return err == ERR_TIMEOUT ? OK : err;
}

/* What became of it, and whether that is what was hoped for. */
static enum err
show(struct test *test, struct fault *fault)
{
	cJSON *body = claim(cJSON_CreateObject());
	struct answer answer;
	enum err err;

	(void)claim(cJSON_AddStringToObject(body, "alert", test->alert));
	if (!json_add_number(body, "min_seq", (int64_t)test->seq))
		(void)claim(NULL);
	answer_init(&answer);
	err = remote_ask(test->session, test->client, VERB_alert_show, body,
	    NULL, 0, &answer, fault);
	if (err == OK && test->session->json) {
		command_json(test->session, answer.body);
	} else if (err == OK) {
		(void)fputc('\n', test->session->screen.out);
		view_of(VERB_alert_show)(
		    &test->session->screen, VERB_alert_show, body, answer.body);
	}
	if (err == OK &&
	    strcmp(shape_text(answer.body, "disposition"), "tested") != 0)
		err = fault_set(fault, ERR_INVALID, "the test failed: %s is %s",
		    test->alert, shape_text(answer.body, "disposition"));
	answer_fini(&answer);
	cJSON_Delete(body);
	return err;
}

enum err
source_test_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault)
{
	struct test test = {.args = args, .session = session, .client = client};
	int64_t until = steady_ms() + session->timeout_ms, left;
	enum err err = push(&test, fault);

	if (err == OK)
		err = begin(&test);
	while (err == OK && !test.over && (left = until - steady_ms()) > 0)
		err = next_event(&test, left, fault);
	if (err == OK && !test.over)
		return fault_set(fault, ERR_TIMEOUT,
		    "%s is on disk, but nobody triaged it within %.0f s: is a "
		    "worker running? (`tocsin jobs` says; --timeout waits "
		    "longer)",
		    test.alert, session->timeout_ms / 1000.0);
	return err == OK ? show(&test, fault) : err;
}
