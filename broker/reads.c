#include "broker/reads.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/health.h"
#include "broker/principals.h"
#include "broker/refusal.h"
#include "broker/reply.h"
#include "broker/writes.h"

struct read_task {
	struct task task;
	struct origin *origin;
	enum verb verb;
	struct ask *ask;
	struct health health;
	uint64_t min_seq;
	uint64_t until_ms; /* steady: parked no longer than this */
	struct holds *holds;
	unsigned char *chunk; /* of file.put, owned */
	size_t chunk_len;

	/* Set by the reader. */
	int status;
	char *body;
	struct attachment attachments[READING_ATTACHMENTS_MAX];
	size_t attachments_count;
	bool whole; /* the file is on disk: the command is to be decided */
};

struct parked {
	struct read_task *tasks[LIMIT_PARKED_READS_MAX];
	size_t count;
	size_t away; /* with the readers */
};

enum err
parked_new(struct parked **parked)
{
	*parked = calloc(1, sizeof(**parked));
	return *parked != NULL ? OK : ERR_MEMORY;
}

static void
task_free(struct read_task *read)
{
	size_t i;

	for (i = 0; i < read->attachments_count; i++)
		free(read->attachments[i].bytes);
	origin_free(&read->origin);
	ask_free(&read->ask);
	free(read->body);
	free(read->chunk);
	free(read);
}

void
parked_free(struct parked **parked)
{
	size_t i;

	if (*parked == NULL)
		return;
	for (i = 0; i < (*parked)->count; i++)
		task_free((*parked)->tasks[i]);
	free(*parked);
	*parked = NULL;
}

size_t
reads_away(const struct broker *broker)
{
	return broker->parked->count + broker->parked->away;
}

/* ---- on a reader thread ---- */

static enum err
read_it(struct read_task *read, struct reading *reading, struct person *person)
{
	enum err err =
	    person_get(reading->txn, read->origin->principal, person);

	if (err != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	reading->actor = person;
	reading->verb = read->verb;
	reading->ask = read->ask;
	reading->health = &read->health;
	reading->chunk = read->chunk;
	reading->chunk_len = read->chunk_len;
	reading->holds = read->holds;
	return read->verb == VERB_file_put ? reading_put(reading)
					   : read_answer(reading);
}

static void
run(struct task *task, struct reading *reading)
{
	struct read_task *read = (struct read_task *)task;
	struct person person;
	enum err err = read_it(read, reading, &person);

	read->whole = err == OK && reading->whole;
	read->status = err == OK ? STATUS_OK : err_status(err);
	if (err == OK)
		read->body = cJSON_PrintUnformatted(reading->answer);
	else
		read->body = refusal_text(err, &reading->fault, NULL);
	/* The attachments are the task's from here on. */
	memcpy(read->attachments, reading->attachments,
	    reading->attachments_count * sizeof(read->attachments[0]));
	read->attachments_count = reading->attachments_count;
	reading->attachments_count = 0;
}

/* ---- on the loop ---- */

static void
deliver(struct broker *broker, struct post *post)
{
	struct read_task *read = (struct read_task *)post;
	enum err err;

	broker->parked->away--;
	if (read->task.err != OK) {
		reply_fault(broker, read->origin, read->task.err, NULL);
		task_free(read);
		return;
	}
	if (read->whole) {
		writes_put(broker, read->origin, read->ask);
		read->origin = NULL;
		read->ask = NULL;
		task_free(read);
		return;
	}
	err = reply_with(broker, read->origin, read->status, read->body,
	    read->attachments, read->attachments_count);
	if (err == ERR_TOO_LARGE)
		reply_refuse(broker, read->origin, ERR_TOO_LARGE, "limit",
		    "the answer is over FRAME_BYTES_MAX (%d bytes): ask for "
		    "fewer rows",
		    LIMIT_FRAME_BYTES_MAX);
	task_free(read);
}

/* Does it move the bytes of a file? */
static bool
of_files(enum verb verb)
{
	return verb == VERB_file_put || verb == VERB_file_read;
}

static void
hand_over(struct broker *broker, struct read_task *read)
{
	struct readers *readers =
	    of_files(read->verb) ? broker->files : broker->readers;

	health_take(broker, &read->health);
	if (readers_post(readers, &read->task) == OK) {
		broker->parked->away++;
		return;
	}
	reply_refuse(broker, read->origin, ERR_BUSY, "",
	    "too many reads wait; try again");
	task_free(read);
}

/*
 * The entry that the read is to see: what it says, else the principal's own
 * last write; the broker's condition is told as it is.
 */
static uint64_t
wanted(struct broker *broker, const struct request *request)
{
	if (request->verb != VERB_file_put && ask_has(request->ask, "min_seq"))
		return (uint64_t)ask_number(request->ask, "min_seq", 0);
	if (broker->progress.degraded || request->verb == VERB_status ||
	    request->verb == VERB_whoami)
		return 0;
	return principals_last_write(
	    broker->principals, request->person->number);
}

static void
park(struct broker *broker, struct read_task *read)
{
	struct parked *parked = broker->parked;

	if (read->min_seq <= broker->progress.committed) {
		hand_over(broker, read);
		return;
	}
	if (parked->count == LIMIT_PARKED_READS_MAX) {
		reply_refuse(broker, read->origin, ERR_BUSY, "min_seq",
		    "too many reads wait for entries; try again");
		task_free(read);
		return;
	}
	read->until_ms = moment_steady_ms() + LIMIT_PARK_MS_MAX;
	parked->tasks[parked->count++] = read;
}

/* While the state is rebuilt only the broker's own condition can be told. */
static bool
answers_now(struct broker *broker, const struct request *request)
{
	if (!broker->progress.rebuilding)
		return true;
	if (request->verb == VERB_status)
		health_reply(broker, request->origin);
	else
		reply_refuse(broker, request->origin, ERR_BUSY, "",
		    "the state is being rebuilt from the journal; alerts are "
		    "taken, all else has to wait");
	return false;
}

/* The request as a task; NULL: it was answered. */
static struct read_task *
task_of(struct broker *broker, struct request *request)
{
	struct read_task *read = calloc(1, sizeof(*read));

	if (read == NULL) {
		reply_fault(broker, request->origin, ERR_MEMORY, NULL);
		return NULL;
	}
	read->task.run = run;
	read->holds = broker->holds;
	read->task.post.deliver = deliver;
	read->task.item.principal = request->person->number;
	read->origin = request->origin;
	read->verb = request->verb;
	read->ask = request->ask;
	request->origin = NULL;
	request->ask = NULL;
	return read;
}

void
reads_take(struct broker *broker, struct request *request)
{
	struct read_task *read;
	uint64_t min_seq = wanted(broker, request);

	if (min_seq > sequencer_last(broker->sequencer)) {
		reply_refuse(broker, request->origin, ERR_AHEAD, "min_seq",
		    "the journal ends at entry %" PRIu64,
		    sequencer_last(broker->sequencer));
		return;
	}
	if (!answers_now(broker, request))
		return;
	read = task_of(broker, request);
	if (read == NULL)
		return;
	read->min_seq = min_seq;
	park(broker, read);
}

/* Is the chunk one, and is there room for it? */
static bool
may_put(struct broker *broker, const struct request *request)
{
	const struct wire_view *view = request->view;
	const char *why;
	size_t len =
	    view->attachments == 0
		? 0
		: wire_frame(request->message, view->first_attachment).len;

	if (view->attachments > 1 || len > LIMIT_FILE_CHUNK_BYTES_MAX) {
		reply_refuse(broker, request->origin, ERR_TOO_LARGE,
		    "attachments",
		    "a chunk is one attachment of at most %d bytes",
		    LIMIT_FILE_CHUNK_BYTES_MAX);
		return false;
	}
	if (broker_takes(broker, true, &why) != OK ||
	    broker_takes(broker, false, &why) != OK) {
		reply_refuse(broker, request->origin, ERR_BUSY, "", "%s", why);
		return false;
	}
	return true;
}

void
reads_put(struct broker *broker, struct request *request)
{
	const struct wire_view *view = request->view;
	uint64_t min_seq;
	struct read_task *read;
	struct wire_part frame;

	if (!may_put(broker, request))
		return;
	min_seq = wanted(broker, request);
	read = task_of(broker, request);
	if (read == NULL)
		return;
	read->min_seq = min_seq;
	if (view->attachments == 1) {
		frame = wire_frame(request->message, view->first_attachment);
		read->chunk = malloc(frame.len + 1);
		read->chunk_len = frame.len;
		if (read->chunk == NULL) {
			reply_fault(broker, read->origin, ERR_MEMORY, NULL);
			task_free(read);
			return;
		}
		memcpy(read->chunk, frame.bytes, frame.len);
	}
	park(broker, read);
}

/* Takes the i-th out; the last one takes its place. */
static struct read_task *
unpark(struct parked *parked, size_t i)
{
	struct read_task *read = parked->tasks[i];

	parked->tasks[i] = parked->tasks[--parked->count];
	return read;
}

void
reads_release(struct broker *broker)
{
	struct parked *parked = broker->parked;
	uint64_t now = moment_steady_ms();
	size_t i = 0;

	while (i < parked->count) {
		struct read_task *read = parked->tasks[i];

		if (read->min_seq <= broker->progress.committed) {
			hand_over(broker, unpark(parked, i));
		} else if (now >= read->until_ms) {
			reply_refuse(broker, read->origin, ERR_TIMEOUT,
			    "min_seq",
			    "the state does not show entry %" PRIu64
			    " yet; it shows %" PRIu64,
			    read->min_seq, broker->progress.committed);
			task_free(unpark(parked, i));
		} else {
			i++;
		}
	}
}

void
reads_end(struct broker *broker)
{
	struct parked *parked = broker->parked;

	while (parked->count > 0) {
		struct read_task *read = unpark(parked, 0);

		reply_refuse(broker, read->origin, ERR_BUSY, "",
		    "the broker is stopping");
		task_free(read);
	}
}
