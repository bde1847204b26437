#include <criterion/criterion.h>

#include "broker/fair_queue.h"

static struct fair_item
item(uint32_t principal, size_t weight)
{
	return (struct fair_item){NULL, principal, weight};
}

Test(fair_queue, keeps_the_order_of_one_principal)
{
	struct fair_queue queue;
	struct fair_item items[3] = {item(7, 1), item(7, 1), item(7, 1)};
	size_t i;

	fair_queue_init(&queue, 100);
	cr_assert_null(fair_queue_take(&queue));
	for (i = 0; i < 3; i++)
		cr_assert(fair_queue_add(&queue, &items[i]));
	for (i = 0; i < 3; i++)
		cr_assert_eq(fair_queue_take(&queue), &items[i]);
	cr_assert_null(fair_queue_take(&queue));
	cr_assert_eq(queue.weight, 0);
}

Test(fair_queue, lets_principals_take_turns)
{
	struct fair_queue queue;
	struct fair_item flood[3] = {item(1, 1), item(1, 1), item(1, 1)};
	struct fair_item late = item(2, 1), later = item(3, 1);
	size_t i;

	fair_queue_init(&queue, 100);
	for (i = 0; i < 3; i++)
		cr_assert(fair_queue_add(&queue, &flood[i]));
	cr_assert(fair_queue_add(&queue, &late));
	cr_assert_eq(fair_queue_take(&queue), &flood[0]);
	cr_assert_eq(fair_queue_take(&queue), &late);
	cr_assert(fair_queue_add(&queue, &later));
	cr_assert_eq(fair_queue_take(&queue), &flood[1]);
	cr_assert_eq(fair_queue_take(&queue), &later);
	cr_assert_eq(fair_queue_take(&queue), &flood[2]);
	cr_assert_null(fair_queue_take(&queue));
}

Test(fair_queue, keeps_room_for_whoever_comes_next)
{
	struct fair_queue queue;
	struct fair_item flood[100], next = item(2, 25), last = item(3, 25);
	size_t i, kept = 0;

	fair_queue_init(&queue, 100);
	for (i = 0; i < 100; i++) {
		flood[i] = item(1, 1);
		kept += fair_queue_add(&queue, &flood[i]);
	}
	cr_assert_eq(kept, 50);
	cr_assert(fair_queue_add(&queue, &next));
	cr_assert(fair_queue_add(&queue, &last));
	cr_assert_not(fair_queue_add(&queue, &flood[99]));
}

Test(fair_queue, takes_one_alone_up_to_its_bound)
{
	struct fair_queue queue;
	struct fair_item whole = item(1, 100), over = item(1, 101),
			 none = item(2, 1);

	fair_queue_init(&queue, 100);
	cr_assert_not(fair_queue_add(&queue, &over));
	cr_assert(fair_queue_add(&queue, &whole));
	cr_assert_not(fair_queue_add(&queue, &none));
	cr_assert_eq(fair_queue_take(&queue), &whole);
	cr_assert(fair_queue_add(&queue, &none));
}
