/*
 * The two clocks: the wall's, which people set, and the steady one, which only
 * goes forward.  Entries get their time at the lock alone; all else measures.
 */
#ifndef TOCSIN_BROKER_MOMENT_H
#define TOCSIN_BROKER_MOMENT_H

#include <stdint.h>

/* Milliseconds since 1970. */
uint64_t moment_wall_ms(void);

/* Milliseconds since some moment before the program began; a machine that
 * sleeps does not stop it. */
uint64_t moment_steady_ms(void);

/* The same in microseconds. */
uint64_t moment_steady_us(void);

/*
 * By how many milliseconds the wall clock went another way than the steady one
 * since the last call with this watch; 0 below CLOCK_JUMP_MS.  A first call
 * (everything 0) only begins.
 */
struct moment_watch {
	uint64_t wall_ms, steady_ms;
};
int64_t moment_jumped(
    struct moment_watch *watch, uint64_t wall_ms, uint64_t steady_ms);

#endif
