#include "broker/broker.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "broker/boot.h"
#include "broker/front.h"
#include "broker/health.h"
#include "broker/holds.h"
#include "broker/jobs.h"
#include "broker/peers.h"
#include "broker/principals.h"
#include "broker/producers.h"
#include "broker/readiness.h"
#include "broker/reads.h"
#include "broker/sweep.h"
#include "broker/watch.h"
#include "broker/writes.h"
#include "broker/zap.h"
#include "protocol/log.h"

enum {
	TICK_MS = 100,
	TICKS_A_MINUTE = 600,
	DRAIN_MS = 10000,
	ZMQ_SOCKETS_MAX = 16,
	/*
	 * Answers of one connection that libzmq keeps until they are sent.  It
	 * hears of those that went by half a queue at a time, so that half of
	 * it may be taken already when all reads of one client that wait for an
	 * entry are answered in one turn, or all questions of a gateway.
	 */
	PEOPLE_SEND_QUEUE = 2 * (LIMIT_PARKED_READS_MAX + 256),
	SENSORS_SEND_QUEUE = 2 * LIMIT_HTTP_QUESTIONS_MAX,
};

void
broker_hear_peers(struct broker *broker)
{
	if (broker->people != NULL)
		front_hear_peers(broker->people);
	if (broker->sensors != NULL)
		front_hear_peers(broker->sensors);
}

void
people_changed(struct broker *broker, const struct person *person)
{
	if (principals_set(broker->principals, person) != OK) {
		/* Who is unknown is refused: this fails closed for new ones. */
		log_error("no memory for principal %" PRIu32 " (%s)",
		    person->number, person->name);
		return;
	}
	if (person->active)
		return;
	watch_revoke(broker, person->number);
	jobs_revoke(broker, person->number);
	peers_revoke(broker->peers, person->number);
}

enum err
broker_takes(const struct broker *broker, bool alerts, const char **why)
{
	*why = NULL;
	if (broker->journal_health.failed)
		*why = "the journal has failed: nothing is written until the "
		       "broker is restarted; reads go on";
	else if (!broker->journal_health.writing)
		*why = "the journal's disk is full; nothing was kept, try "
		       "again";
	else if (alerts && !broker->journal_health.intake)
		*why = "the disk is nearly full: its room is kept for "
		       "commands; nothing was kept, try again";
	else if (!alerts && broker->progress.rebuilding)
		*why = "the state is being rebuilt from the journal; alerts "
		       "are taken, all else has to wait";
	else if (!alerts && broker->progress.degraded)
		*why = "the state cannot be written at the moment; nothing was "
		       "changed, try again";
	return *why == NULL ? OK : ERR_BUSY;
}

enum err
broker_command(struct broker *broker, struct command *command)
{
	enum err err;

	/* At the very end there is nobody to decide it. */
	if (broker->state_thread == NULL)
		return ERR_BUSY;
	command->post.deliver = writes_deliver;
	err = state_thread_post(broker->state_thread, command);
	if (err == OK)
		broker->commands_away++;
	return err;
}

/* ---- what the other threads tell ---- */

/* Answers what has become durable, or shown, or never will be. */
void
broker_release(struct broker *broker)
{
	const struct journal_health *health = &broker->journal_health;
	uint64_t durable = health->head.seq;

	waiting_release(broker, &broker->delivered, durable, OK);
	waiting_release(broker, &broker->decided, durable, OK);
	waiting_release(broker, &broker->shown, broker->progress.committed, OK);
	if (broker->progress.degraded || health->failed)
		waiting_release(broker, &broker->shown, durable, ERR_BUSY);
	if (!health->failed)
		return;
	waiting_end(broker, &broker->delivered, ERR_IO);
	waiting_end(broker, &broker->decided, ERR_IO);
	waiting_end(broker, &broker->shown, ERR_IO);
}

/* The broker's own first commands, as soon as there is a state to decide by. */
static void
settle_in(struct broker *broker)
{
	const char *why;
	int64_t behind;

	if (broker->settled_in || broker_takes(broker, false, &why) != OK)
		return;
	broker->settled_in = true;
	if (broker->repair.cut)
		writes_cut(broker, broker->repair.after, broker->repair.bytes);
	writes_config(broker);
	behind = (int64_t)(broker->last_entry_ms - broker->started_ms);
	if (behind >= LIMIT_CLOCK_JUMP_MS) {
		log_warning("the clock is %" PRId64
			    " ms behind the journal's last entry: timers are "
			    "held until `tocsin clock confirm`",
		    behind);
		writes_clock_jump(broker, -behind);
	}
}

static void
look_whether_drained(struct broker *broker)
{
	bool empty = broker->commands_away == 0 && reads_away(broker) == 0 &&
		     watch_away(broker) == 0 && jobs_away(broker) == 0 &&
		     broker->delivered.first == NULL &&
		     broker->decided.first == NULL &&
		     broker->shown.first == NULL;

	if (!broker->draining)
		return;
	if (!empty && moment_steady_ms() < broker->drain_until_ms)
		return;
	if (!empty && !broker->interrupted) {
		log_warning(
		    "not everything could be answered in %d ms", DRAIN_MS);
		broker->interrupted = true;
	}
	/* Nothing more will be asked of it; `stopped` ends the loop. */
	state_thread_stop(broker->state_thread);
	if (broker->progress.stopped || broker->interrupted)
		uv_stop(&broker->loop);
}

/* Something is new: posts, a commit, a sync. */
static void
heard(struct broker *broker)
{
	struct post *post = mailbox_take(broker->mailbox, &broker->progress);

	/* After the progress: what is committed is durable, then, too. */
	journal_thread_health(broker->journal_thread, &broker->journal_health);
	while (post != NULL) {
		struct post *next = post->next;

		post->deliver(broker, post);
		post = next;
	}
	broker_release(broker);
	jobs_hints(broker, &broker->progress);
	settle_in(broker);
	reads_release(broker);
	watch_pump(broker);
	jobs_pump(broker);
	look_whether_drained(broker);
}

/* ---- what the clock tells ---- */

static void
on_tick(uv_timer_t *tick)
{
	struct broker *broker = tick->data;

	readiness_alive(moment_steady_ms());
	peers_tick(broker);
	heard(broker);
	sweep_tick(broker);
	if (++broker->ticks % TICKS_A_MINUTE == 0)
		health_log(broker);
}

static void
on_signal(uv_signal_t *handle, int number)
{
	struct broker *broker = handle->data;

	if (broker->draining)
		return;
	log_info(
	    "%s: answering what is in flight, then ending", strsignal(number));
	readiness_stopping();
	broker->draining = true;
	broker->drain_until_ms = moment_steady_ms() + DRAIN_MS;
	front_stop(broker->people);
	front_stop(broker->sensors);
	reads_end(broker);
	watch_end_all(broker);
	look_whether_drained(broker);
}

/* ---- starting ---- */

static enum err
start_tables(struct broker *broker)
{
	enum err err = principals_new(&broker->principals);

	if (err == OK)
		err = producers_new(&broker->producers);
	if (err == OK)
		err = peers_new(&broker->peers);
	if (err == OK)
		err = jobs_new(&broker->jobs);
	if (err == OK)
		err = watches_new(&broker->watches);
	if (err == OK)
		err = parked_new(&broker->parked);
	if (err == OK)
		err = holds_new(&broker->holds);
	return err;
}

static enum err
start_threads(struct broker *broker, const struct booted *booted)
{
	struct sequencer_start numbers = {.time_ms = booted->time_ms,
	    .alerts = booted->alerts,
	    .clock_ms = moment_wall_ms,
	    .inbox = !booted->rebuild};
	struct journal_thread_start writing = {.journal = booted->journal,
	    .mailbox = broker->mailbox,
	    .reserve_bytes = (uint64_t)broker->config->reserve_mib << 20,
	    .broken = booted->broken};
	struct state_thread_start folding = {.state = booted->state,
	    .journal = booted->journal,
	    .mailbox = broker->mailbox,
	    .config = broker->config,
	    .broker_key = broker->key->public_z85,
	    .committed = booted->committed,
	    .rebuild = booted->rebuild};
	struct journal_head head;
	enum err err;

	journal_head(booted->journal, &head);
	numbers.seq = head.seq;
	err = sweep_new(head.seq, &broker->sweep);
	if (err == OK)
		err = sequencer_new(&numbers, &broker->sequencer);
	writing.sequencer = folding.sequencer = broker->sequencer;
	if (err == OK)
		err = journal_thread_start(&writing, &broker->journal_thread);
	folding.journal_thread = broker->journal_thread;
	if (err == OK)
		err = state_thread_start(&folding, &broker->state_thread);
	if (err == OK)
		err = readers_start(&readers_of_rows, booted->state,
		    booted->journal, broker->config, broker->mailbox,
		    &broker->readers);
	if (err == OK)
		err = readers_start(&readers_of_files, booted->state,
		    booted->journal, broker->config, broker->mailbox,
		    &broker->files);
	return err;
}

static enum err
start_fronts(struct broker *broker, char *why, size_t size)
{
	struct front_options people = {.name = "people",
	    .tcp = broker->config->people_tcp,
	    .ipc = broker->config->people_ipc,
	    .send_queue = PEOPLE_SEND_QUEUE};
	struct front_options sensors = {.name = "sensors",
	    .tcp = broker->config->sensors_tcp,
	    .ipc = broker->config->sensors_ipc,
	    .send_queue = SENSORS_SEND_QUEUE,
	    .sensors = true};
	enum err err;

	broker->zmq = zmq_ctx_new();
	(void)snprintf(why, size, "ZeroMQ does not start");
	if (broker->zmq == NULL ||
	    zmq_ctx_set(broker->zmq, ZMQ_MAX_SOCKETS, ZMQ_SOCKETS_MAX) != 0)
		return ERR_IO;
	err = zap_open(broker, &broker->zap);
	if (err == OK)
		err = front_open(
		    broker, &people, broker->key, &broker->people, why, size);
	if (err == OK)
		err = front_open(
		    broker, &sensors, broker->key, &broker->sensors, why, size);
	return err;
}

static void
start_timers(struct broker *broker)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	size_t i;

	(void)uv_timer_init(&broker->loop, &broker->tick);
	broker->tick.data = broker;
	(void)uv_timer_start(&broker->tick, on_tick, TICK_MS, TICK_MS);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		(void)uv_signal_init(&broker->loop, &broker->signals[i]);
		broker->signals[i].data = broker;
		(void)uv_signal_start(
		    &broker->signals[i], on_signal, signals[i]);
	}
}

static enum err
start(struct broker *broker, struct booted *booted, char *why, size_t size)
{
	enum err err;

	(void)snprintf(why, size, "out of memory");
	err = start_tables(broker);
	if (err == OK)
		err =
		    mailbox_new(&broker->loop, heard, broker, &broker->mailbox);
	if (err == OK)
		err = boot_open(broker->config, broker->principals,
		    broker->producers, booted, why, size);
	if (err != OK)
		return err;
	if (booted->broken)
		log_error("%s. Nothing is written, reads go on", why);
	broker->journal = booted->journal;
	broker->state = booted->state;
	broker->repair = booted->repair;
	broker->last_entry_ms = booted->time_ms;
	broker->progress.rebuilding = booted->rebuild;
	broker->progress.committed = booted->committed.seq;
	/* Whoever wakes the loop first, it finds how things stand. */
	mailbox_publish(broker->mailbox, &broker->progress);
	(void)snprintf(why, size, "out of memory or of threads");
	err = start_threads(broker, booted);
	if (err == OK)
		err = start_fronts(broker, why, size);
	if (err == OK)
		start_timers(broker);
	return err;
}

/* ---- ending ---- */

static void
close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

/* Ends the threads; what they still told is told to nobody. */
static void
end_threads(struct broker *broker)
{
	if (broker->interrupted)
		journal_thread_stop(broker->journal_thread);
	if (broker->state_thread != NULL)
		state_thread_stop(broker->state_thread);
	state_thread_join(&broker->state_thread);
	journal_thread_stop(broker->journal_thread);
	readers_stop(&broker->readers);
	readers_stop(&broker->files);
}

static void
drop_posts(struct broker *broker)
{
	struct post *post;

	if (broker->mailbox == NULL || broker->journal_thread == NULL)
		return;
	post = mailbox_take(broker->mailbox, &broker->progress);
	journal_thread_health(broker->journal_thread, &broker->journal_health);
	broker->draining = true;
	while (post != NULL) {
		struct post *next = post->next;

		post->deliver(broker, post);
		post = next;
	}
	broker_release(broker);
	waiting_end(broker, &broker->delivered, ERR_IO);
	waiting_end(broker, &broker->decided, ERR_IO);
	waiting_end(broker, &broker->shown, ERR_IO);
}

static void
end(struct broker *broker, struct booted *booted)
{
	end_threads(broker);
	drop_posts(broker);
	front_close(broker->people);
	front_close(broker->sensors);
	zap_close(broker->zap);
	if (broker->mailbox != NULL)
		mailbox_close(broker->mailbox);
	uv_walk(&broker->loop, close_handle, NULL);
	(void)uv_run(&broker->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&broker->loop);
	if (broker->zmq != NULL)
		(void)zmq_ctx_term(broker->zmq);
	front_free(&broker->people);
	front_free(&broker->sensors);
	zap_free(&broker->zap);
	parked_free(&broker->parked);
	sweep_free(&broker->sweep);
	holds_free(&broker->holds);
	watches_free(&broker->watches);
	jobs_free(&broker->jobs);
	peers_free(&broker->peers);
	producers_free(&broker->producers);
	principals_free(&broker->principals);
	journal_thread_free(&broker->journal_thread);
	sequencer_free(&broker->sequencer);
	mailbox_free(&broker->mailbox);
	boot_close(booted);
}

static void
say_ready(struct broker *broker)
{
	const struct config *config = broker->config;

	readiness_ready(broker->home);
	log_info("ready: people at %s %s, sensors at %s %s, entry %" PRIu64,
	    config->people_tcp, config->people_ipc, config->sensors_tcp,
	    config->sensors_ipc, broker->progress.committed);
}

enum err
broker_run(const char *home, const struct config *config, const struct key *key,
    char *why, size_t size)
{
	struct broker *broker = calloc(1, sizeof(*broker));
	struct booted booted = {0};
	enum err err;

	if (broker == NULL || uv_loop_init(&broker->loop) != 0) {
		free(broker);
		(void)snprintf(why, size, "out of memory");
		return ERR_MEMORY;
	}
	broker->home = home;
	broker->config = config;
	broker->key = key;
	broker->started_ms = moment_wall_ms();
	err = start(broker, &booted, why, size);
	if (err == OK) {
		journal_thread_health(
		    broker->journal_thread, &broker->journal_health);
		say_ready(broker);
		settle_in(broker);
		(void)uv_run(&broker->loop, UV_RUN_DEFAULT);
		if (broker->interrupted ||
		    (broker->journal_health.failed && !booted.broken)) {
			(void)snprintf(why, size,
			    "ended, but not everything that was taken may have "
			    "been kept: the log says what");
			err = ERR_IO;
		}
		readiness_gone(home);
	}
	end(broker, &booted);
	free(broker);
	return err;
}
