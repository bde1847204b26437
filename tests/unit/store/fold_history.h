/* What the files of a random history share; world_history makes one. */
#ifndef TOCSIN_TESTS_FOLD_HISTORY_H
#define TOCSIN_TESTS_FOLD_HISTORY_H

#include "tests/unit/store/fold_world.h"

struct history {
	struct world *world;
	uint64_t seed;
	uint64_t counter; /* of the producer */
};

unsigned history_pick(struct history *h, unsigned below);
struct counters history_counters_of(struct history *h);
const char *history_word(struct history *h, enum words list, unsigned count);
const char *history_idem(struct history *h);
void history_incident_open(struct history *h, uint32_t actor, const char *more);
void history_alert_receive(struct history *h);
void history_source_act(struct history *h);
void history_silence_act(struct history *h);
void history_job_begin(struct history *h);
void history_job_finish(struct history *h);
void history_job_revive(struct history *h);
void history_alert_change(struct history *h);

#endif
