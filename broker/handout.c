#include "broker/handout.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/health.h"
#include "protocol/log.h"

/* ---- reading the job ---- */

static enum err
read_it(struct handout *handout, struct reading *reading, struct person *person)
{
	struct lease lease;
	enum err err = lease_get(reading->txn, handout->lease, &lease);

	if (err == OK)
		err = person_get(reading->txn, handout->principal, person);
	if (err != OK)
		return err;
	reading->actor = person;
	reading->health = &handout->health;
	err = read_job(reading, &lease);
	if (err != OK)
		return err;
	handout->body = cJSON_PrintUnformatted(reading->answer);
	return handout->body != NULL ? OK : ERR_MEMORY;
}

static void
run(struct task *task, struct reading *reading)
{
	struct handout *handout = (struct handout *)task;
	struct person person;

	handout->err = read_it(handout, reading, &person);
	memcpy(handout->attachments, reading->attachments,
	    reading->attachments_count * sizeof(handout->attachments[0]));
	handout->count = reading->attachments_count;
	reading->attachments_count = 0;
}

static void
deliver(struct broker *broker, struct post *post)
{
	struct handout *handout = (struct handout *)post;
	size_t i;

	if (handout->task.err != OK)
		handout->err = handout->task.err;
	handout->done(broker, handout);
	for (i = 0; i < handout->count; i++)
		free(handout->attachments[i].bytes);
	free(handout->body);
	free(handout);
}

enum err
handout_read(struct broker *broker, const struct command *command,
    void (*done)(struct broker *broker, struct handout *handout))
{
	struct handout *handout;
	enum err err;

	/* At the very end there is nobody to read it. */
	if (broker->readers == NULL)
		return ERR_BUSY;
	handout = calloc(1, sizeof(*handout));
	if (handout == NULL)
		return ERR_MEMORY;
	handout->task.run = run;
	handout->task.post.deliver = deliver;
	handout->done = done;
	handout->worker = command->worker;
	handout->principal = command->principal;
	handout->task.item.principal = command->principal;
	handout->workflow = command->workflow;
	handout->lease = command->lease;
	memcpy(handout->token, command->token, sizeof(handout->token));
	health_take(broker, &handout->health);
	err = readers_post(broker->readers, &handout->task);
	if (err != OK)
		free(handout);
	return err;
}

/* ---- giving it up ---- */

static enum err
decide_it(struct command *command, struct decision *decision)
{
	(void)command;
	return decide(decision);
}

static void
answer(struct broker *broker, struct command *command)
{
	(void)broker;
	/* Settled or expired meanwhile: that is what was wanted. */
	if (command->err != OK)
		log_info("lease %" PRIu64 " was not given up: %s",
		    (uint64_t)ask_number(command->ask, "lease", 0),
		    err_meaning(command->err));
}

static struct ask *
ask_to_fail(enum workflow workflow, uint64_t lease,
    const unsigned char token[16], const char *why)
{
	char body[512], hex[33];
	struct ask_fault fault;
	struct ask *ask;
	int n;

	(void)sodium_bin2hex(hex, sizeof(hex), token, 16);
	n = snprintf(body, sizeof(body),
	    "{\"workflow\":\"%s\",\"lease\":%" PRIu64
	    ",\"token\":\"%s\",\"reason\":\"%s\"}",
	    words_name(WORDS_WORKFLOW, (int)workflow), lease, hex, why);
	if (ask_read(VERB_worker_fail, body, (size_t)n, &ask, &fault) != OK)
		return NULL;
	return ask;
}

void
handout_give_up(struct broker *broker, uint32_t principal,
    enum workflow workflow, uint64_t lease, const unsigned char token[16],
    const char *why)
{
	struct ask *ask = ask_to_fail(workflow, lease, token, why);
	struct command *command;

	log_info("lease %" PRIu64 " of principal %" PRIu32 " is given up: %s",
	    lease, principal, why);
	if (ask == NULL)
		return;
	command = command_new(principal, VERB_worker_fail, ask, NULL, 0);
	if (command == NULL) {
		ask_free(&ask);
		return;
	}
	command->decide = decide_it;
	command->answer = answer;
	if (broker_command(broker, command) != OK)
		command_free(command);
}
