#include "broker/writes.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "broker/broker.h"
#include "broker/jobs.h"
#include "broker/principals.h"
#include "broker/reply.h"
#include "broker/sweep.h"
#include "protocol/log.h"

static enum err
decide_asked(struct command *command, struct decision *decision)
{
	(void)command;
	return decide(decision);
}

static void
answer_asked(struct broker *broker, struct command *command)
{
	int status = command->err == OK ? STATUS_OK : err_status(command->err);

	if (command->err == OK)
		principals_wrote(broker->principals, command->principal,
		    command->waiting.seq);
	jobs_settled(broker, command);
	sweep_answered(broker, command);
	(void)reply_send(broker, command->origin, status, command->body);
}

/* It is in the journal, and the state cannot show it at the moment. */
static void
answer_kept(struct broker *broker, struct command *command)
{
	char body[128];

	(void)snprintf(body, sizeof(body),
	    "{\"kept\":%" PRIu64 ",\"message\":\"kept for good, but the state "
	    "does not show it yet\"}",
	    command->waiting.seq);
	(void)reply_send(broker, command->origin, STATUS_KEPT, body);
}

static void
ready(struct broker *broker, struct waiting *waiting, enum err outcome)
{
	struct command *command =
	    (struct command *)((char *)waiting -
			       offsetof(struct command, waiting));

	if (outcome == OK && command->answer != NULL)
		command->answer(broker, command);
	else if (command->worker != 0)
		jobs_not_leased(broker, command);
	else if (command->origin != NULL && outcome == ERR_BUSY)
		answer_kept(broker, command);
	else if (command->origin != NULL && outcome != OK)
		reply_refuse(broker, command->origin, ERR_INTERNAL, "",
		    "the journal failed: this may or may not have been kept; "
		    "the broker's log says more");
	command_free(command);
}

void
writes_deliver(struct broker *broker, struct post *post)
{
	struct command *command = (struct command *)post;

	broker->commands_away--;
	command->waiting.ready = ready;
	waiting_add(command->after_commit ? &broker->shown : &broker->decided,
	    &command->waiting);
}

static bool
settles_job(enum verb verb)
{
	return verb == VERB_worker_done || verb == VERB_worker_fail;
}

/* Nothing comes of it; origin and ask are given over. */
static void
refuse_asked(struct broker *broker, enum verb verb, struct origin *origin,
    struct ask *ask, enum err err, const char *why)
{
	reply_refuse(broker, origin, err, "", "%s", why);
	if (verb == VERB_file_put)
		sweep_refused(broker, ask_text(ask, "sha256"));
	ask_free(&ask);
	origin_free(&origin);
}

/* Posts what was asked; origin and ask are given over. */
static void
post_asked(struct broker *broker, enum verb verb, struct origin *origin,
    struct ask *ask, size_t bytes)
{
	struct command *command;
	const char *why;
	enum err err = broker_takes(broker, false, &why);

	if (err != OK) {
		refuse_asked(broker, verb, origin, ask, err, why);
		return;
	}
	command = command_new(origin->principal, verb, ask, origin, bytes);
	if (command == NULL) {
		refuse_asked(broker, verb, origin, ask, ERR_MEMORY,
		    err_meaning(ERR_MEMORY));
		return;
	}
	command->decide = decide_asked;
	command->answer = answer_asked;
	if (broker_command(broker, command) == OK) {
		/* Only the loop frees it: it is still there. */
		if (settles_job(command->verb))
			jobs_settling(broker, command);
		return;
	}
	command->origin = NULL;
	command->ask = NULL;
	command_free(command);
	refuse_asked(broker, verb, origin, ask, ERR_BUSY,
	    "too many commands wait; nothing was changed, try again");
}

void
writes_take(struct broker *broker, struct request *request)
{
	post_asked(broker, request->verb, request->origin, request->ask,
	    request->view->body.len);
	request->ask = NULL;
	request->origin = NULL;
}

void
writes_put(struct broker *broker, struct origin *origin, struct ask *ask)
{
	post_asked(
	    broker, VERB_file_put, origin, ask, LIMIT_FILE_NAME_BYTES_MAX);
}

/* ---- the broker's own ---- */

static enum err
decide_the_config(struct command *command, struct decision *decision)
{
	enum err err = decide_config(decision);

	(void)command;
	return err == OK ? decide_sources(decision) : err;
}

static enum err
decide_the_cut(struct command *command, struct decision *decision)
{
	return decide_cut(decision, command->cut_after, command->cut_bytes);
}

static enum err
decide_the_jump(struct command *command, struct decision *decision)
{
	return decide_clock_jump(decision, command->by_ms);
}

static void
answer_own(struct broker *broker, struct command *command)
{
	(void)broker;
	if (command->err != OK)
		log_warning("a command of the broker's own was refused: %s",
		    command->body == NULL ? err_meaning(command->err)
					  : command->body);
}

static void
post_own(struct broker *broker, struct command *command)
{
	if (command == NULL || broker_command(broker, command) != OK) {
		log_warning("no room for a command of the broker's own");
		if (command != NULL)
			command_free(command);
	}
}

static struct command *own(
    enum err (*decide_it)(struct command *, struct decision *))
{
	struct command *command = command_new(0, VERB_NONE, NULL, NULL, 0);

	if (command != NULL) {
		command->decide = decide_it;
		command->answer = answer_own;
	}
	return command;
}

void
writes_config(struct broker *broker)
{
	post_own(broker, own(decide_the_config));
}

void
writes_cut(struct broker *broker, uint64_t after, uint64_t bytes)
{
	struct command *command = own(decide_the_cut);

	if (command != NULL) {
		command->cut_after = after;
		command->cut_bytes = bytes;
	}
	post_own(broker, command);
}

void
writes_clock_jump(struct broker *broker, int64_t by_ms)
{
	struct command *command = own(decide_the_jump);

	if (command != NULL)
		command->by_ms = by_ms;
	post_own(broker, command);
}
