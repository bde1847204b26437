/* How many alerts a second a sensor may push: a bucket for each. */
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
 * Takes count alerts out of the bucket, which holds at most what a second
 * brings, and one message of PUSH_ALERTS_MAX besides.  0 when they were there;
 * else nothing was taken, and the milliseconds after which they may be.
 */
uint64_t quota_fill_and_take(struct quota_bucket *bucket, uint64_t rate,
    uint64_t count, uint64_t now_us);

/* Alerts a second that the principal may push: the token's own rate, or the
 * configured one.  0: no bound. */
uint64_t quota_rate(const struct broker *broker, const struct person *person);

/* The same for a principal; people without a rate of their own and a rate of 0
 * have no bounds. */
uint64_t quota_take(
    struct broker *broker, const struct person *person, size_t count);

#endif
