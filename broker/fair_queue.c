#include "broker/fair_queue.h"

#include <string.h>

void
fair_queue_init(struct fair_queue *queue, size_t weight_max)
{
	size_t i;

	memset(queue, 0, sizeof(*queue));
	for (i = 0; i < FAIR_LANES; i++)
		queue->lanes[i].end = &queue->lanes[i].first;
	queue->last = &queue->turn;
	queue->weight_max = weight_max;
}

static void
line_up(struct fair_queue *queue, struct fair_lane *lane)
{
	lane->next = NULL;
	*queue->last = lane;
	queue->last = &lane->next;
}

bool
fair_queue_add(struct fair_queue *queue, struct fair_item *item)
{
	struct fair_lane *lane = &queue->lanes[item->principal % FAIR_LANES];
	size_t room = queue->weight_max - queue->weight;

	/* One that has nothing waiting may use whatever is left. */
	if (item->weight > room ||
	    (lane->weight > 0 && lane->weight + item->weight > room))
		return false;
	if (lane->first == NULL)
		line_up(queue, lane);
	item->next = NULL;
	*lane->end = item;
	lane->end = &item->next;
	lane->weight += item->weight;
	queue->weight += item->weight;
	return true;
}

struct fair_item *
fair_queue_take(struct fair_queue *queue)
{
	struct fair_lane *lane = queue->turn;
	struct fair_item *item;

	if (lane == NULL)
		return NULL;
	queue->turn = lane->next;
	if (queue->turn == NULL)
		queue->last = &queue->turn;
	item = lane->first;
	lane->first = item->next;
	if (lane->first == NULL)
		lane->end = &lane->first;
	else
		line_up(queue, lane);
	lane->weight -= item->weight;
	queue->weight -= item->weight;
	return item;
}
