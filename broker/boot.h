/*
 * What a start has to do before the fronts open: look at journal and state,
 * replay what the state does not show, or, where they do not belong together,
 * find in the journal what taking alerts needs, so that the state can be
 * rebuilt meanwhile.
 */
#ifndef TOCSIN_BROKER_BOOT_H
#define TOCSIN_BROKER_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/config.h"
#include "protocol/err.h"
#include "store/journal.h"
#include "store/state.h"

struct principals;
struct producers;

struct booted {
	struct journal *journal;
	struct journal_repair repair;
	bool broken; /* the journal is corrupt: it is read and not written */
	struct state *state;
	struct position committed; /* what the state holds */
	bool rebuild; /* the state is to be thrown away and folded anew */
	uint64_t time_ms; /* of the last entry */
	uint64_t alerts; /* last alert number given */
};

/*
 * Opens the store and fills the two tables.  A corrupt journal is no failure;
 * why then says what is wrong with it.
 *
 * ERR_MISSING no store; ERR_LOCKED another broker has it; ERR_IO, ERR_MEMORY;
 * why (size bytes) says so for people.  boot_close ends what was opened.
 */
MUST_CHECK
enum err boot_open(const struct config *config, struct principals *principals,
    struct producers *producers, struct booted *booted, char *why, size_t size);
void boot_close(struct booted *booted);

/* Only the two: lock, journal, state; for tools that work offline. */
MUST_CHECK
enum err boot_store(
    const struct config *config, struct booted *booted, char *why, size_t size);

#endif
