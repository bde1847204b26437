/*
 * How many alerts a second may be pushed: a bucket for each sensor, and for
 * each source that configuration gives a quota of its own.
 */
#ifndef TOCSIN_BROKER_QUOTA_H
#define TOCSIN_BROKER_QUOTA_H

#include <stddef.h>
#include <stdint.h>

struct broker;
struct person;

struct quota_bucket {
	uint64_t tokens_us; /* alerts that it may push, times a million */
	uint64_t filled_us; /* steady; 0: never */
};

/*
 * Takes count alerts out of the bucket, which holds burst of them at most; 0
 * stands for what a second brings, and one message of PUSH_ALERTS_MAX besides.
 * 0 when they were there; else nothing was taken, and the milliseconds after
 * which they may be.
 */
uint64_t quota_fill_and_take(struct quota_bucket *bucket, uint64_t rate,
    uint64_t burst, uint64_t count, uint64_t now_us);

/*
 * The same for what the principal pushes as the source: out of the source's
 * bucket when it has a quota of its own, which counts what was refused; else
 * out of the principal's, by its own rate or the configured one.  People
 * without a rate of their own and a rate of 0 have no bounds.  *rate is what
 * holds.
 */
uint64_t quota_take(struct broker *broker, const struct person *person,
    const char *source, size_t count, uint64_t *rate);

#endif
