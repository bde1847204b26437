#include "broker/sweep.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "broker/broker.h"
#include "broker/command.h"
#include "broker/file_named.h"
#include "broker/holds.h"
#include "protocol/json.h"
#include "protocol/log.h"
#include "store/evidence.h"

enum {
	FOLDERS = 256, /* one for each first byte of a hash */
	UPLOADS_MS = 5000, /* how often old uploads are looked for */
};

struct sweep {
	uint64_t seq; /* the state must show so much before a round begins */
	unsigned folder; /* the round's next; FOLDERS: there is none */
	bool away; /* a part of the round, or the uploads, are looked at */
	uint64_t uploads_ms; /* steady: when they are looked at again */
};

struct sweep_task {
	struct task task;
	struct holds *holds;
	uint64_t now_ms;
	char sha256[SHA256_HEX + 1]; /* one file; "": a folder */
	unsigned folder; /* FOLDERS: the uploads */
	struct reading *reading;
};

/* ---- on the thread for files ---- */

static void
complain(const char *sha256, enum err err)
{
	log_error("evidence: %s is needed by nobody and cannot be removed: %s; "
		  "the next start tries again",
	    sha256, err_meaning(err));
}

/* No incident has these bytes, and none is about to. */
static enum err
drop(const struct sweep_task *sweep, const char *sha256,
    const struct file_uses *uses)
{
	const char *store = sweep->reading->config->store_path;
	enum err err;

	if (uses->discarded == 0 && sweep->sha256[0] == '\0') {
		err = evidence_set_aside(store, sha256, sweep->now_ms);
		if (err == OK)
			log_warning("evidence: no entry mentions %s: it is set "
				    "aside in evidence/unfinished for a day, "
				    "then removed; if the journal was restored "
				    "from a backup, see that it is the newest",
			    sha256);
		return err;
	}
	err = evidence_discard(store, sha256);
	if (err == OK)
		log_info("evidence: %s is destroyed: %s", sha256,
		    uses->discarded > 0
			? "it was discarded"
			: "the command that put it was refused");
	return err;
}

static bool
look_at(void *arg, const char *sha256)
{
	struct sweep_task *sweep = arg;
	unsigned char hash[SHA256_BYTES];
	struct file_uses uses;
	enum err err;

	/* The hold first: who lets go of it has shown what became of it. */
	if (!file_sha256_read(sha256, hash) || holds_has(sweep->holds, sha256))
		return true;
	err = state_renew(sweep->reading->txn);
	if (err == OK)
		err = file_uses(sweep->reading->txn, hash, &uses);
	if (err == OK && uses.kept == 0)
		err = drop(sweep, sha256, &uses);
	if (err != OK)
		complain(sha256, err);
	return true;
}

static void
expire(const struct sweep_task *sweep)
{
	size_t removed;
	enum err err = evidence_expire(
	    sweep->reading->config->store_path, sweep->now_ms, &removed);

	if (removed > 0)
		log_info("evidence: %zu unfinished that nobody went on with "
			 "for a day %s removed",
		    removed, removed == 1 ? "is" : "are");
	if (err != OK)
		log_error("evidence: old uploads cannot be removed: %s",
		    err_meaning(err));
}

static void
run(struct task *task, struct reading *reading)
{
	struct sweep_task *sweep = (struct sweep_task *)task;
	enum err err = OK;

	sweep->reading = reading;
	if (sweep->sha256[0] != '\0')
		(void)look_at(sweep, sweep->sha256);
	else if (sweep->folder == FOLDERS)
		expire(sweep);
	else
		err = evidence_each(reading->config->store_path,
		    (unsigned char)sweep->folder, look_at, sweep);
	if (err != OK)
		log_error("evidence: folder %02x cannot be read: %s",
		    sweep->folder, err_meaning(err));
}

/* ---- on the loop ---- */

enum err
sweep_new(uint64_t seq, struct sweep **sweep)
{
	*sweep = calloc(1, sizeof(**sweep));
	if (*sweep == NULL)
		return ERR_MEMORY;
	(*sweep)->seq = seq;
	return OK;
}

void
sweep_free(struct sweep **sweep)
{
	free(*sweep);
	*sweep = NULL;
}

static void deliver(struct broker *broker, struct post *post);

/* One file, or a folder, or the uploads.  ERR_MEMORY, ERR_BUSY. */
static enum err
hand_over(struct broker *broker, const char *sha256, unsigned folder)
{
	struct sweep_task *sweep = calloc(1, sizeof(*sweep));
	enum err err;

	if (sweep == NULL)
		return ERR_MEMORY;
	sweep->task.run = run;
	sweep->task.post.deliver = deliver;
	sweep->holds = broker->holds;
	sweep->now_ms = moment_wall_ms();
	sweep->folder = folder;
	(void)snprintf(sweep->sha256, sizeof(sweep->sha256), "%s", sha256);
	err = readers_post(broker->files, &sweep->task);
	if (err != OK)
		free(sweep);
	return err;
}

void
sweep_tick(struct broker *broker)
{
	struct sweep *sweep = broker->sweep;
	uint64_t now = moment_steady_ms();
	const char *why;

	if (sweep->away || broker->draining ||
	    broker_takes(broker, false, &why) != OK ||
	    broker->progress.committed < sweep->seq)
		return;
	if (sweep->folder < FOLDERS) {
		sweep->away = hand_over(broker, "", sweep->folder) == OK;
		sweep->folder += sweep->away;
	} else if (now >= sweep->uploads_ms) {
		sweep->away = hand_over(broker, "", FOLDERS) == OK;
		sweep->uploads_ms = now + UPLOADS_MS;
	}
}

/* The round goes on where it was; others' chunks had their turn. */
static void
deliver(struct broker *broker, struct post *post)
{
	struct sweep_task *sweep = (struct sweep_task *)post;

	bool of_round = sweep->sha256[0] == '\0';

	free(sweep);
	if (!of_round)
		return;
	broker->sweep->away = false;
	sweep_tick(broker);
}

static void
sweep_file(struct broker *broker, const char *sha256)
{
	/* Nothing is lost by waiting: a whole round finds it, too. */
	if (broker->draining || hand_over(broker, sha256, 0) != OK)
		broker->sweep->folder = 0;
}

void
sweep_refused(struct broker *broker, const char *sha256)
{
	holds_drop(broker->holds, sha256);
	sweep_file(broker, sha256);
}

void
sweep_answered(struct broker *broker, const struct command *command)
{
	cJSON *answer;

	if (command->verb == VERB_file_put) {
		const char *sha256 = ask_text(command->ask, "sha256");

		if (command->err != OK)
			sweep_refused(broker, sha256);
		else
			holds_drop(broker->holds, sha256);
	}
	if (command->verb != VERB_file_discard || command->err != OK)
		return;
	answer = cJSON_Parse(command->body);
	if (json_text(answer, "sha256") != NULL)
		sweep_file(broker, json_text(answer, "sha256"));
	cJSON_Delete(answer);
}
