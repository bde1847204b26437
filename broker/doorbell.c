#include "broker/doorbell.h"

#include <assert.h>
#include <time.h>

#include "broker/moment.h"

/* Longer than this nobody sleeps: a lost wake-up would be a stall, no end. */
enum { SLEEP_US_MAX = 1000000 };

void
doorbell_init(struct doorbell *bell)
{
	pthread_condattr_t attr;
	int rc;

	rc = pthread_mutex_init(&bell->mutex, NULL);
	assert(rc == 0);
	rc = pthread_condattr_init(&attr);
	assert(rc == 0);
	rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	assert(rc == 0);
	rc = pthread_cond_init(&bell->cond, &attr);
	assert(rc == 0);
	(void)rc;
	(void)pthread_condattr_destroy(&attr);
	bell->rung = false;
	bell->asleep = false;
}

void
doorbell_fini(struct doorbell *bell)
{
	(void)pthread_cond_destroy(&bell->cond);
	(void)pthread_mutex_destroy(&bell->mutex);
}

void
doorbell_ring(struct doorbell *bell)
{
	bool asleep;

	(void)pthread_mutex_lock(&bell->mutex);
	bell->rung = true;
	asleep = bell->asleep;
	(void)pthread_mutex_unlock(&bell->mutex);
	if (asleep)
		(void)pthread_cond_signal(&bell->cond);
}

/* The moment until_us on the clock that the condition waits by. */
static struct timespec
deadline(uint64_t until_us)
{
	uint64_t now = moment_steady_us();
	uint64_t us = until_us > now ? until_us - now : 0;
	struct timespec at;

	if (us > SLEEP_US_MAX)
		us = SLEEP_US_MAX;
	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(us / 1000000);
	at.tv_nsec += (long)(us % 1000000) * 1000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

bool
doorbell_wait_us(struct doorbell *bell, uint64_t until_us)
{
	struct timespec at;
	bool rung;

	(void)pthread_mutex_lock(&bell->mutex);
	if (!bell->rung && moment_steady_us() < until_us) {
		at = deadline(until_us);
		bell->asleep = true;
		(void)pthread_cond_timedwait(&bell->cond, &bell->mutex, &at);
		bell->asleep = false;
	}
	rung = bell->rung;
	bell->rung = false;
	(void)pthread_mutex_unlock(&bell->mutex);
	return rung;
}

bool
doorbell_wait(struct doorbell *bell, uint64_t until_ms)
{
	return doorbell_wait_us(
	    bell, until_ms < UINT64_MAX / 1000 ? until_ms * 1000 : UINT64_MAX);
}
