/*
 * How one thread wakes another: a bell that stays rung until it is heard, so
 * that no ring is lost between looking at a queue and going to sleep.
 */
#ifndef TOCSIN_BROKER_DOORBELL_H
#define TOCSIN_BROKER_DOORBELL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct doorbell {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool rung;
	bool asleep; /* somebody waits: only then is a signal needed */
};

/* Your memory. */
void doorbell_init(struct doorbell *bell);
void doorbell_fini(struct doorbell *bell);

/* Any thread. */
void doorbell_ring(struct doorbell *bell);

/*
 * Waits until the bell has rung since the last call, or until the steady clock
 * (moment_steady_ms, moment_steady_us) shows until, or a second at most.  True
 * when it rang.  One thread waits at a bell.
 */
bool doorbell_wait(struct doorbell *bell, uint64_t until_ms);
bool doorbell_wait_us(struct doorbell *bell, uint64_t until_us);

#endif
