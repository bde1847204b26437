#include "cli/push.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/lines.h"
#include "cli/mapping.h"
#include "cli/remote.h"
#include "cli/slurp.h"
#include "protocol/json.h"
#include "protocol/ref.h"

enum { TRIES_MAX = 10, WAIT_MS_MIN = 50, WAIT_MS_MAX = 5000 };

struct push {
	struct args *args;
	struct session *session;
	struct client *client;
	struct fault *fault; /* of the first push that failed */
	enum err err; /* of it */
	bool confirm;
	bool stopped; /* what follows a failure is not sent */
	size_t batch_max;

	/* What is collected for the next message. */
	struct wire_part parts[PUSH_BATCH_MAX];
	char *owned[PUSH_BATCH_MAX];
	size_t count, bytes;

	uint64_t messages, alerts;
	char first[64], last[64]; /* numbers of the first and last alert */
};

static enum err
read_batch(const struct args *args, size_t *batch, struct fault *fault)
{
	const char *given = args->extras[EXTRA_batch];
	char *end;
	unsigned long value;

	*batch = PUSH_BATCH_MAX;
	if (given == NULL)
		return OK;
	value = strtoul(given, &end, 10);
	if (*given < '0' || *given > '9' || *end != '\0' || value < 1 ||
	    value > PUSH_BATCH_MAX)
		return fault_set(fault, ERR_INVALID,
		    "--batch: expected a number from 1 to %d; got \"%s\"",
		    PUSH_BATCH_MAX, given);
	*batch = value;
	return OK;
}

/* The body of the next message, numbered once so that repeats are known. */
static cJSON *
next_body(struct push *push)
{
	cJSON *body = claim(cJSON_Duplicate(push->args->body, true));

	if (cJSON_HasObjectItem(body, "session")) {
		int64_t counter =
		    json_number(body, "counter", 1) + (int64_t)push->messages;

		cJSON_DeleteItemFromObjectCaseSensitive(body, "counter");
		if (!json_add_number(body, "counter", counter))
			(void)claim(NULL);
	} else if (client_number(push->client, body) != OK) {
		(void)claim(NULL);
	}
	push->messages++;
	return body;
}

static void
wait_ms(int64_t ms)
{
	struct timespec left;

	if (ms < WAIT_MS_MIN)
		ms = WAIT_MS_MIN;
	if (ms > WAIT_MS_MAX)
		ms = WAIT_MS_MAX;
	left.tv_sec = ms / 1000;
	left.tv_nsec = ms % 1000 * 1000000;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

/* Sends; a broker that says "slow down" is given the time that it asks for. */
static enum err
send_message(struct push *push, const cJSON *body, struct answer *answer,
    struct fault *fault)
{
	enum err err = OK;
	int tries;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		err = remote_ask(push->session, push->client, push->args->verb,
		    body, push->parts, push->count, answer, fault);
		if (err != ERR_QUOTA)
			break;
		wait_ms(json_number(answer->body, "retry_after_ms", 0));
	}
	return err;
}

/* Remembers which alerts came of the message, for the summary. */
static void
note_answer(struct push *push, const cJSON *body)
{
	const char *first = json_text(body, "alert");
	const char *last = json_text(body, "last");
	struct ref ref;

	push->alerts += push->count;
	if (first == NULL || ref_parse(first, &ref) != OK)
		return;
	if (push->first[0] == '\0')
		(void)snprintf(push->first, sizeof(push->first), "%s", first);
	if (last == NULL) {
		ref.number += push->count - 1;
		(void)snprintf(
		    push->last, sizeof(push->last), "ALR-%" PRIu64, ref.number);
	} else {
		(void)snprintf(push->last, sizeof(push->last), "%s", last);
	}
}

static void
confirm_lines(const struct push *push, enum err err, const char *why)
{
	size_t i;

	for (i = 0; i < push->count; i++)
		(void)printf("%s\n", err == OK ? "OK" : why);
	(void)fflush(stdout);
}

static void
note_failure(struct push *push, enum err err, const struct fault *fault)
{
	if (push->err != OK)
		return;
	push->err = err;
	*push->fault = *fault;
}

static void
forget_batch(struct push *push)
{
	size_t i;

	for (i = 0; i < push->count; i++)
		free(push->owned[i]);
	push->count = 0;
	push->bytes = 0;
}

/* Sends what is collected, and tells of it. */
static enum err
flush_batch(struct push *push)
{
	struct answer answer;
	struct fault fault;
	cJSON *body;
	enum err err;

	if (push->count == 0)
		return OK;
	body = next_body(push);
	answer_init(&answer);
	err = send_message(push, body, &answer, &fault);
	fault.told = answer.body != NULL;
	if (err == OK)
		note_answer(push, answer.body);
	else
		note_failure(push, err, &fault);
	push->stopped = err != OK && !push->confirm;
	if (push->confirm)
		confirm_lines(push, err, fault.text);
	else if (push->session->json && answer.body != NULL)
		command_json(push->session, answer.body);
	answer_fini(&answer);
	cJSON_Delete(body);
	forget_batch(push);
	return err;
}

/* Adds a payload, owned from here on; sends first when there is no room. */
static enum err
add_payload(struct push *push, char *bytes, size_t len)
{
	enum { ROOM_FOR_HEADERS = 65536 };
	enum err err = OK;

	if (push->count == push->batch_max ||
	    push->bytes + len > LIMIT_MESSAGE_BYTES_MAX - ROOM_FOR_HEADERS)
		err = flush_batch(push);
	push->parts[push->count] = (struct wire_part){bytes, len};
	push->owned[push->count++] = bytes;
	push->bytes += len;
	return err;
}

/* A line that is not sent at all: what came before it goes first. */
static enum err
refuse_line(struct push *push, const char *name, uint64_t number)
{
	struct fault fault;
	enum err err = flush_batch(push);

	(void)fault_set(&fault, ERR_TOO_LARGE,
	    "%s: line %" PRIu64 " has more than %d bytes", name, number,
	    LIMIT_FRAME_BYTES_MAX);
	note_failure(push, ERR_TOO_LARGE, &fault);
	if (push->confirm) {
		(void)printf("%s\n", fault.text);
		(void)fflush(stdout);
	}
	return err != OK ? err : ERR_TOO_LARGE;
}

/* A blank line is no alert: there is nothing to keep, and that is done. */
static enum err
pass_blank(struct push *push)
{
	enum err err = flush_batch(push);

	(void)printf("OK\n");
	(void)fflush(stdout);
	return err;
}

static bool
is_blank(const char *bytes, size_t len)
{
	static const char blanks[] = {' ', '\t', '\r', '\n'};
	size_t i;

	for (i = 0; i < len; i++)
		if (memchr(blanks, bytes[i], sizeof(blanks)) == NULL)
			return false;
	return true;
}

/* After a failure a pipe goes on, because it was told; a file ends there. */
static enum err
go_on(const struct push *push, enum err err)
{
	return push->confirm ? OK : err;
}

static enum err
push_lines(struct push *push, int fd, const char *name)
{
	struct lines *lines = lines_open(fd, LIMIT_FRAME_BYTES_MAX);
	struct fault fault;
	const char *line;
	uint64_t number = 0;
	size_t len;
	enum err err = OK;

	while (err == OK) {
		err = lines_next(lines, push->count == 0, &line, &len);
		number += err == OK || err == ERR_TOO_LARGE;
		if (err == ERR_TIMEOUT)
			err = go_on(push, flush_batch(push));
		else if (err == ERR_TOO_LARGE)
			err = go_on(push, refuse_line(push, name, number));
		else if (err == OK && is_blank(line, len))
			err =
			    push->confirm ? go_on(push, pass_blank(push)) : OK;
		else if (err == OK)
			err = go_on(
			    push, add_payload(push,
				      memcpy(claim(malloc(len + 1)), line, len),
				      len));
	}
	if (err == ERR_IO) {
		(void)fault_set(&fault, ERR_IO, "%s: cannot be read: %s", name,
		    strerror(errno));
		note_failure(push, ERR_IO, &fault);
	}
	lines_close(&lines);
	return err == ERR_END ? go_on(push, flush_batch(push)) : err;
}

static enum err
push_lines_of(struct push *push, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct fault fault;
	enum err err;

	if (fd < 0) {
		err = fault_here(&fault, errno == ENOENT ? ERR_MISSING : ERR_IO,
		    "%s: cannot be opened: %s", path, strerror(errno));
		note_failure(push, err, &fault);
		return err;
	}
	err = push_lines(push, fd, standard ? "standard input" : path);
	if (!standard)
		(void)close(fd);
	return err;
}

static enum err
push_file(struct push *push, const char *path)
{
	struct fault fault;
	char *bytes;
	size_t len;
	enum err err = slurp(path, LIMIT_FRAME_BYTES_MAX, &bytes, &len, &fault);

	if (err == OK && !is_blank(bytes, len))
		return add_payload(push, bytes, len);
	if (err == OK) {
		err = ERR_INVALID;
		(void)fault_set(&fault, err, "%s: is empty",
		    strcmp(path, "-") == 0 ? "standard input" : path);
		free(bytes);
	}
	note_failure(push, err, &fault);
	return err;
}

static void
push_all(struct push *push)
{
	static const char *const standard[] = {"-"};
	bool lines = push->confirm || push->args->extras[EXTRA_ndjson] != NULL;
	const char *const *files =
	    push->args->files_count > 0 ? push->args->files : standard;
	size_t count =
	    push->args->files_count > 0 ? push->args->files_count : 1;
	size_t i;
	enum err err = OK;

	for (i = 0; i < count && err == OK; i++)
		err = lines ? push_lines_of(push, files[i])
			    : push_file(push, files[i]);
	/* What was read before a file that could not be is still good. */
	if (!push->stopped)
		(void)flush_batch(push);
	forget_batch(push);
}

/* The first line of the pipe's protocol: ready, or why not. */
static enum err
confirm_ready(struct push *push)
{
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = remote_ask(push->session, push->client, VERB_whoami, NULL, NULL,
	    0, &answer, push->fault);
	answer_fini(&answer);
	(void)printf("%s\n", err == OK ? "OK" : push->fault->text);
	(void)fflush(stdout);
	return err;
}

static void
summarise(const struct push *push)
{
	FILE *out = push->session->screen.out;

	if (push->confirm || push->session->json ||
	    (push->alerts == 0 && push->err != OK))
		return;
	if (push->alerts == 0)
		(void)fprintf(out, "no alert taken: there was no line\n");
	else if (push->alerts == 1)
		(void)fprintf(out, "%s taken\n",
		    push->first[0] != '\0' ? push->first : "1 alert");
	else if (push->first[0] == '\0')
		(void)fprintf(out, "%" PRIu64 " alerts taken\n", push->alerts);
	else
		(void)fprintf(out, "%" PRIu64 " alerts taken, %s to %s\n",
		    push->alerts, push->first, push->last);
}

/*
 * A name that no mapping here has is a mistake: what is pushed with it could
 * never be read.  Where the mappings themselves cannot be read, the worker says
 * what is known.
 */
static enum err
check_format(
    const struct args *args, const struct session *session, struct fault *fault)
{
	const char *name = json_text(args->body, "format");
	struct formats *formats;
	struct fault ignored;
	enum err err = OK;

	if (name == NULL || mapping_open(session, &formats, &ignored) != OK)
		return OK;
	if (formats_find(formats, name) == NULL)
		err = fault_set(fault, ERR_INVALID,
		    "--format: no mapping is called %s; there are %s (`tocsin "
		    "mapping list`), or leave it out to have it found out. One "
		    "of your own has to lie in the mappings of this home, too",
		    name, formats_names(formats));
	formats_close(&formats);
	return err;
}

enum err
push_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	struct push push = {
	    .args = args, .session = session, .client = client, .fault = fault};
	enum err err = read_batch(args, &push.batch_max, fault);

	push.confirm = args->extras[EXTRA_confirm] != NULL;
	if (err == OK)
		err = check_format(args, session, fault);
	if (err == OK && push.confirm)
		err = confirm_ready(&push);
	if (err == OK) {
		push_all(&push);
		summarise(&push);
		err = push.err;
	}
	/* Who feeds a pipe was answered line by line, and in no JSON. */
	if (err != OK)
		fault->told |= push.confirm;
	return err;
}
