/*
 * A queue in which nobody waits for what somebody else has piled up: each
 * principal has a lane of its own, the lanes take turns, and a lane may hold at
 * most as much as the whole queue has room left for.  So one that floods keeps
 * half of it, two a third each, and there is room for the next that comes.
 *
 * Principals share FAIR_LANES lanes by their number.  Not locked.
 */
#ifndef TOCSIN_BROKER_FAIR_QUEUE_H
#define TOCSIN_BROKER_FAIR_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAIR_LANES = 256 };

/* Part of what waits; weight is what it counts against the queue's bound. */
struct fair_item {
	struct fair_item *next;
	uint32_t principal;
	size_t weight;
};

struct fair_lane {
	struct fair_item *first, **end;
	struct fair_lane *next; /* whose turn it is after this one */
	size_t weight;
};

struct fair_queue {
	struct fair_lane lanes[FAIR_LANES];
	struct fair_lane *turn, **last; /* those that hold something */
	size_t weight, weight_max;
};

void fair_queue_init(struct fair_queue *queue, size_t weight_max);

/* False: the principal has its share, or the queue is full; nothing is kept. */
bool fair_queue_add(struct fair_queue *queue, struct fair_item *item);

/* The next one by turn; NULL: none waits. */
struct fair_item *fair_queue_take(struct fair_queue *queue);

#endif
