#include <criterion/criterion.h>
#include <pthread.h>

#include "broker/doorbell.h"
#include "broker/moment.h"

Test(doorbell, stays_rung_until_it_is_heard)
{
	struct doorbell bell;

	doorbell_init(&bell);
	doorbell_ring(&bell);
	doorbell_ring(&bell);
	cr_assert(doorbell_wait(&bell, moment_steady_ms() + 10000));
	cr_assert_not(doorbell_wait(&bell, 0));
	doorbell_fini(&bell);
}

Test(doorbell, wakes_at_the_hour_when_nobody_rings)
{
	struct doorbell bell;
	uint64_t began = moment_steady_ms();

	doorbell_init(&bell);
	cr_assert_not(doorbell_wait(&bell, began + 30));
	cr_assert_geq(moment_steady_ms(), began + 29);
	cr_assert_lt(moment_steady_ms(), began + 5000);
	doorbell_fini(&bell);
}

static void *
ring(void *arg)
{
	doorbell_ring(arg);
	return NULL;
}

Test(doorbell, wakes_a_sleeper)
{
	struct doorbell bell;
	pthread_t thread;
	int i;

	doorbell_init(&bell);
	for (i = 0; i < 200; i++) {
		cr_assert_eq(pthread_create(&thread, NULL, ring, &bell), 0);
		cr_assert(doorbell_wait(&bell, moment_steady_ms() + 900));
		cr_assert_eq(pthread_join(thread, NULL), 0);
	}
	doorbell_fini(&bell);
}
