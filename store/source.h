/* Sources: what was received from each, how its clock is, whether it is silent. */
#ifndef TOCSIN_STORE_SOURCE_H
#define TOCSIN_STORE_SOURCE_H

#include "store/state.h"

/*
 * What was received from a source.  Windows of journal time: counts[slot % N]
 * is what came in the slot, those up to N slots back from `slot` are kept.
 */
enum {
	SOURCE_HOUR_SLOTS = 12,
	SOURCE_DAY_SLOTS = 24,
	SOURCE_HOUR_SLOT_MS = 300000,
	SOURCE_DAY_SLOT_MS = 3600000
};
#define SOURCE_NO_LAG INT64_MAX

struct source {
	uint32_t number;
	uint64_t received; /* deliveries */
	uint64_t last_ms; /* when the last one came; 0: none did */
	uint64_t unreadable, failed; /* of them, now */
	uint64_t hour_slot, day_slot; /* newest that was counted in */
	uint32_t hour[SOURCE_HOUR_SLOTS], day[SOURCE_DAY_SLOTS];
	/*
	 * By how much its alerts came later than they say that they occurred:
	 * the least of the newest hour that has any, and of the one before that.
	 * Delay only adds to it, so a clock that is off shows in the least.
	 */
	uint64_t lag_slot;
	int64_t lag_ms[2]; /* SOURCE_NO_LAG: none */
	/* Silence. */
	uint64_t interval_ms; /* 0: none is too long */
	bool by_hand; /* a person said so */
	uint64_t armed_ms; /* since when that holds */
	bool silent, heard; /* heard since, which nobody has told yet */
	uint64_t silent_ms; /* since when it counts as silent */
	uint64_t alert; /* that this raised */
};
/* Zeros where nothing was received. */
MUST_CHECK enum err source_get(
    struct state_txn *txn, uint32_t number, struct source *source);
/* Calls row for each source that has a number, in its order, until it returns
 * false. */
MUST_CHECK enum err source_each(struct state_txn *txn,
    bool (*row)(void *arg, const char *name, const struct source *source),
    void *arg);
/* When something is to be done about its silence; 0: never. */
uint64_t source_due_ms(const struct source *source);
/* Deliveries of the last hour (to five minutes) and day (to the hour). */
uint64_t source_last_hour(const struct source *source, uint64_t now_ms);
uint64_t source_last_day(const struct source *source, uint64_t now_ms);
/* By how much its clock is ahead, or, below 0, behind; 0: as far as is known,
 * it is not. */
int64_t source_skew_ms(const struct source *source, uint64_t now_ms);
/* The subject of entries about the source of that name. */
struct ref source_subject(const char *name);
/* Was one that counts as silent heard in this transaction? */
bool state_source_heard(const struct state_txn *txn);

#endif
