#include "broker/waiting.h"

#include <stddef.h>

void
waiting_add(struct waiting_list *list, struct waiting *waiting)
{
	waiting->next = NULL;
	if (list->last != NULL)
		list->last->next = waiting;
	else
		list->first = waiting;
	list->last = waiting;
}

static struct waiting *
take(struct waiting_list *list)
{
	struct waiting *waiting = list->first;

	list->first = waiting->next;
	if (list->first == NULL)
		list->last = NULL;
	return waiting;
}

void
waiting_release(struct broker *broker, struct waiting_list *list, uint64_t seq,
    enum err outcome)
{
	while (list->first != NULL && list->first->seq <= seq) {
		struct waiting *waiting = take(list);

		waiting->ready(broker, waiting, outcome);
	}
}

void
waiting_end(struct broker *broker, struct waiting_list *list, enum err outcome)
{
	waiting_release(broker, list, UINT64_MAX, outcome);
}
