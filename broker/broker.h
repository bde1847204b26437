/*
 * The broker: what its loop owns.  Nothing here is touched by another thread;
 * they have sequencer, journal thread, state thread, readers and mailbox, each
 * with a lock of its own.
 */
#ifndef TOCSIN_BROKER_BROKER_H
#define TOCSIN_BROKER_BROKER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "broker/journal_thread.h"
#include "broker/mailbox.h"
#include "broker/moment.h"
#include "broker/quota.h"
#include "broker/reader.h"
#include "broker/sequencer.h"
#include "broker/state_thread.h"
#include "broker/waiting.h"
#include "protocol/config.h"
#include "protocol/key.h"
#include "store/journal.h"
#include "store/state.h"

struct front;
struct holds;
struct jobs;
struct parked;
struct peers;
struct principals;
struct producers;
struct sweep;
struct watches;
struct zap;

struct counts {
	uint64_t refused_auth; /* keys not admitted, handshakes that failed */
	uint64_t dropped_frames; /* messages nobody could be answered for */
	uint64_t lost_answers; /* whose peer took no more, or had gone */
	uint64_t shut; /* connections that were shut */
};

struct broker {
	const char *home;
	const struct config *config;
	const struct key *key;
	uv_loop_t loop;
	void *zmq;

	struct journal *journal;
	struct journal_repair repair;
	struct state *state;
	struct sequencer *sequencer;
	struct mailbox *mailbox;
	struct journal_thread *journal_thread;
	struct state_thread *state_thread;
	struct readers *readers;
	struct readers
	    *files; /* one thread: bytes of files, to disk and back */
	struct holds *holds;
	struct sweep *sweep;

	struct zap *zap;
	struct front *people, *sensors;
	struct peers *peers;
	struct principals *principals;
	struct producers *producers;
	struct jobs *jobs;
	struct watches *watches;
	struct parked *parked;

	struct waiting_list delivered; /* alerts, until they are durable */
	struct waiting_list decided; /* until what they saw is durable */
	struct waiting_list shown; /* until the state shows them */
	struct journal_health journal_health;
	struct progress progress;
	struct counts counts, told; /* told: as of the last line in the log */
	uint64_t started_ms; /* wall */
	uint64_t last_entry_ms; /* time of the journal's last entry at start */
	/* For each row of intake.sources; readers look at what was refused. */
	struct quota_bucket source_buckets[CONFIG_SOURCES_MAX];
	_Atomic uint64_t source_refused[CONFIG_SOURCES_MAX];
	unsigned ticks;
	uint64_t commands_away; /* at the state thread */
	bool journal_asleep; /* it waits for what came in this turn: wake it */
	bool state_asleep; /* the inbox was empty: wake the state thread */
	bool settled_in; /* the first commands of the broker's own went */
	bool draining;
	bool interrupted; /* a fault of the loop: ended, not drained */
	uint64_t drain_until_ms;
	uv_timer_t tick;
	uv_signal_t signals[3];
};

/*
 * Runs the broker over an open store until a signal ends it.  Returns OK when
 * everything that was taken is answered and on disk; why (size bytes) says for
 * people why it could not run.
 */
MUST_CHECK
enum err broker_run(const char *home, const struct config *config,
    const struct key *key, char *why, size_t size);

/* Reads what both fronts' connections said of themselves. */
void broker_hear_peers(struct broker *broker);

/* Answers what may be answered by now. */
void broker_release(struct broker *broker);

/* The committed row of a person changed. */
void people_changed(struct broker *broker, const struct person *person);

/*
 * May commands be taken, and if not, why (static, for people)?  ERR_BUSY when
 * not; `alerts` asks for alerts, which are taken while the state is rebuilt.
 */
MUST_CHECK
enum err broker_takes(
    const struct broker *broker, bool alerts, const char **why);

/*
 * Hands the command to the state thread; it is answered later.  On failure
 * ERR_BUSY, and the command stays the caller's.
 */
MUST_CHECK
enum err broker_command(struct broker *broker, struct command *command);

#endif
