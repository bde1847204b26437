/*
 * A state in a folder of its own, and the entries that were folded into it:
 * numbered, timed and chained as the broker does it.
 */
#ifndef TOCSIN_TESTS_FOLD_WORLD_H
#define TOCSIN_TESTS_FOLD_WORLD_H

#include "store/fold.h"
#include "store/rows.h"

struct world {
	struct state *state;
	struct state_txn *txn; /* the write transaction; begun when needed */
	char path[64];
	uint64_t time_ms; /* of the next entry */
	struct position position; /* of the last one */
	struct record **records;
	size_t count, room;
};

enum {
	WORLD_TIME_MS = 1000000,
	ADMIN = 1,
	ANALYST = 2,
	WORKER = 3,
	SENSOR = 4
};

void world_init(struct world *world);
void world_fini(struct world *world);
/* Deletes the folder of a world that stays open: for tests that crash. */
void world_unlink(struct world *world);

/* Enrols ADMIN, ANALYST, WORKER and SENSOR, by these names. */
void world_people(struct world *world);

/* Folds one entry.  facts and text are JSON with ' for "; text may be NULL.
 * The entry is kept only when it was folded. */
enum err world_try(struct world *world, enum event kind, uint32_t actor,
    struct ref subject, const char *facts, const char *text);
/* The same, and fails the test when it is refused. */
void world_fold(struct world *world, enum event kind, uint32_t actor,
    struct ref subject, const char *facts, const char *text);
/* The same, with facts from a format.  Static memory. */
const char *facts_of(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The write transaction, which shows all that was folded. */
struct state_txn *world_txn(struct world *world);
void world_commit(struct world *world);
void world_abort(struct world *world); /* forgets entries since the commit */
void world_reopen(struct world *world);

/* Folds all entries of `from` into the empty `to`, committing after every
 * `batch` of them; without their private parts when erased. */
void world_replay(
    const struct world *from, struct world *to, size_t batch, bool erased);

/* The dump, the caller's to free; facts_only: without tables of class T. */
char *world_dump(struct world *world, bool facts_only);

/*
 * Folds a random but sensible history of that many steps, each a few entries;
 * the same for the same seed.  Commits, restarts and gives up what was not
 * committed now and then.
 */
void world_history(struct world *world, uint64_t seed, unsigned steps);

/* The next of a series of numbers that looks random, below `below`. */
unsigned chance(uint64_t *seed, unsigned below);

struct ref inc(uint64_t number);
struct ref alr(uint64_t number, uint32_t part);
struct ref person_ref(uint64_t number);
struct ref job(uint64_t number);
struct ref note(uint64_t number);
struct ref store_ref(void);

#endif
