/*
 * How large a group the journal thread waits for.  A sync costs the same for
 * one record as for a hundred.  Clients that wait for their answer fall into
 * two halves when each sync takes what has come: one half is on its way while
 * the other's group is synced, and everybody waits for two syncs.  So when a
 * group ends, as many are expected as it had and wait already, and the next
 * group waits for them, at most as long as a sync takes.  Where they do not
 * come (senders that do not wait for answers), it stops waiting for a while,
 * longer each time.  One sender alone never waits, and nobody does where groups
 * are so large that a sync takes the time of their bytes: two halves are as
 * dear as the whole then, and one is read while the other is synced.
 */
#ifndef TOCSIN_BROKER_GATHERING_H
#define TOCSIN_BROKER_GATHERING_H

#include <stddef.h>
#include <stdint.h>

enum {
	GATHERING_US_MAX = 1000,
	GATHERING_SKIPS_MAX = 64,
	GATHERING_BYTES_MAX = 131072 /* of a group that others are joined to */
};

/* All zero at first. */
struct gathering {
	size_t expected; /* records; 0: wait for none */
	uint64_t sync_us; /* what an append takes, smoothed */
	unsigned skips; /* groups that go at once before the next wait */
	unsigned skips_next; /* how many after a wait in vain */
};

/*
 * With so many records waiting: how long to wait for gathering->expected
 * records, in microseconds; 0 to go at once.
 */
uint64_t gathering_wait_us(struct gathering *gathering, size_t waiting);

/* Such a wait has ended with so many records. */
void gathering_waited(struct gathering *gathering, size_t waiting);

/* So many, of so many bytes, were appended in so long; so many wait by now. */
void gathering_appended(struct gathering *gathering, size_t records,
    size_t bytes, uint64_t took_us, size_t waiting);

#endif
