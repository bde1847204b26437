#include "broker/boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "broker/boot_scan.h"
#include "broker/moment.h"
#include "broker/principals.h"
#include "broker/producers.h"
#include "protocol/log.h"
#include "store/fold.h"

/* A longer way is gone while alerts are taken already. */
enum { REPLAY_MAX = 100000, MIB_SHIFT = 20 };

/*
 * Where the state stands, as far as it can be told before the lock is held: 0
 * when it cannot.
 */
static uint64_t
known_position(const struct config *config)
{
	struct position position = {0};
	uint32_t fold_version;
	struct state *state;
	char why[256];

	if (state_open(config->store_path, true, &state, why, sizeof(why)) !=
	    OK)
		return 0;
	if (fold_position(state, &position, &fold_version) != OK)
		position.seq = 0;
	state_close(&state);
	return position.seq;
}

static bool
is_store(const struct config *config)
{
	char path[sizeof(config->store_path) + 16];
	struct stat there;

	(void)snprintf(path, sizeof(path), "%s/journal", config->store_path);
	return stat(path, &there) == 0;
}

enum err
boot_store(
    const struct config *config, struct booted *booted, char *why, size_t size)
{
	struct journal_options options = {.path = config->store_path,
	    .segment_bytes = (uint64_t)config->segment_mib << MIB_SHIFT,
	    .now_ms = moment_wall_ms()};
	enum err err;

	memset(booted, 0, sizeof(*booted));
	if (!is_store(config)) {
		(void)snprintf(why, size,
		    "there is no store at %s: `tocsin init` makes one",
		    config->store_path);
		return ERR_MISSING;
	}
	options.known_seq = known_position(config);
	err = journal_open(
	    &options, &booted->journal, &booted->repair, why, size);
	booted->broken = err == ERR_CORRUPT && booted->journal != NULL;
	if (err != OK && !booted->broken)
		return err;
	if (booted->broken)
		/* why keeps what is wrong with the journal. */
		return state_open(config->store_path, false, &booted->state,
		    (char[256]){0}, 256);
	return state_open(config->store_path, false, &booted->state, why, size);
}

void
boot_close(struct booted *booted)
{
	state_close(&booted->state);
	journal_close(&booted->journal);
}

/* Is the state a point on this journal's way, near enough to go on from? */
static enum err
belongs(struct booted *booted, bool *yes)
{
	struct journal_cursor *cursor;
	struct journal_head head;
	struct entry entry;
	uint32_t fold_version;
	enum err err;

	*yes = false;
	journal_head(booted->journal, &head);
	err = fold_position(booted->state, &booted->committed, &fold_version);
	if (err != OK || booted->committed.seq > head.seq ||
	    head.seq - booted->committed.seq > REPLAY_MAX)
		return err;
	if (booted->committed.seq == 0) {
		*yes = true;
		return OK;
	}
	if (fold_version != FOLD_VERSION)
		return OK;
	err = journal_read(booted->journal, booted->committed.seq, &cursor);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	err = journal_next(cursor, &entry);
	*yes = err == OK &&
	       memcmp(entry.chain, booted->committed.hash, HASH_BYTES) == 0;
	journal_cursor_close(&cursor);
	return OK;
}

/* ---- filling the tables from the state ---- */

struct filling {
	struct principals *principals;
	struct producers *producers;
	enum err err;
};

static bool
fill_person(void *arg, const struct person *person)
{
	struct filling *filling = arg;

	filling->err = principals_set(filling->principals, person);
	return filling->err == OK;
}

static bool
fill_produced(void *arg, const struct produced *row)
{
	struct filling *filling = arg;

	filling->err =
	    producers_reserve(filling->producers, row->principal, row->session);
	if (filling->err == OK)
		producers_remember(filling->producers, row);
	return filling->err == OK;
}

static enum err
fill(struct state_txn *txn, struct filling *filling, struct booted *booted)
{
	struct counters counters;
	enum err err = state_counters(txn, &counters);

	if (err == OK)
		err = person_each(txn, fill_person, filling);
	if (err == OK)
		err = filling->err;
	if (err == OK)
		err = produced_each(txn, fill_produced, filling);
	if (err == OK)
		err = filling->err;
	booted->time_ms = counters.time_ms;
	booted->alerts = counters.alerts;
	return err;
}

static enum err
fill_from_state(struct booted *booted, struct principals *principals,
    struct producers *producers)
{
	struct filling filling = {principals, producers, OK};
	struct state_txn *txn;
	enum err err = state_begin(booted->state, false, &txn);

	if (err != OK)
		return err;
	err = fill(txn, &filling, booted);
	state_abort(&txn);
	return err;
}

/* Replays what the state does not show yet. */
static enum err
replay(struct booted *booted)
{
	uint64_t before = booted->committed.seq, began = moment_steady_ms();
	uint32_t fold_version;
	bool discarded = false;
	enum err err = fold_catch_up(
	    booted->state, booted->journal, false, NULL, NULL, &discarded);

	if (err == OK)
		err = fold_position(
		    booted->state, &booted->committed, &fold_version);
	if (err == OK && booted->committed.seq != before)
		log_info("the state was %" PRIu64
			 " entries behind; replayed in %" PRIu64 " ms",
		    booted->committed.seq - before, moment_steady_ms() - began);
	return err;
}

static enum err
open_both(struct booted *booted, struct principals *principals,
    struct producers *producers)
{
	bool yes = false;
	enum err err = OK;

	/* Nothing is built on a journal at fault: what is committed is shown. */
	if (booted->broken) {
		uint32_t fold_version;

		err = fold_position(
		    booted->state, &booted->committed, &fold_version);
		return err == OK
			   ? fill_from_state(booted, principals, producers)
			   : err;
	}
	err = belongs(booted, &yes);
	if (err == OK && yes)
		err = replay(booted);
	if (err == OK && yes)
		return fill_from_state(booted, principals, producers);
	if (err != OK)
		return err;
	log_warning("the state does not belong to the journal, or is far "
		    "behind it: it is rebuilt; alerts are taken meanwhile");
	booted->rebuild = true;
	booted->committed = (struct position){0};
	return boot_scan(booted->journal, principals, producers,
	    &booted->time_ms, &booted->alerts);
}

enum err
boot_open(const struct config *config, struct principals *principals,
    struct producers *producers, struct booted *booted, char *why, size_t size)
{
	enum err err = boot_store(config, booted, why, size);

	if (err == OK) {
		err = open_both(booted, principals, producers);
		if (err != OK)
			(void)snprintf(why, size,
			    "the state in %s/state cannot be made ready: %s; "
			    "`tocsin store rebuild` makes it anew",
			    config->store_path, err_meaning(err));
	}
	if (err != OK)
		boot_close(booted);
	return err;
}
