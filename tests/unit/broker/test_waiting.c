#include <criterion/criterion.h>
#include <stddef.h>

#include "broker/waiting.h"

static struct {
	uint64_t seqs[16];
	enum err outcomes[16];
	size_t count;
} told;

static void
ready(struct broker *broker, struct waiting *waiting, enum err outcome)
{
	(void)broker;
	told.seqs[told.count] = waiting->seq;
	told.outcomes[told.count++] = outcome;
}

static void
add(struct waiting_list *list, struct waiting *waiting, uint64_t seq)
{
	waiting->seq = seq;
	waiting->ready = ready;
	waiting_add(list, waiting);
}

Test(waiting, releases_in_order_what_waits_for_no_more)
{
	struct waiting_list list = {NULL, NULL};
	struct waiting items[4];

	add(&list, &items[0], 3);
	add(&list, &items[1], 5);
	add(&list, &items[2], 5);
	add(&list, &items[3], 6);
	waiting_release(NULL, &list, 2, OK);
	cr_assert_eq(told.count, 0);
	waiting_release(NULL, &list, 5, OK);
	cr_assert_eq(told.count, 3);
	cr_assert_eq(told.seqs[0], 3);
	waiting_release(NULL, &list, 100, ERR_BUSY);
	cr_assert_eq(told.count, 4);
	cr_assert_eq(told.outcomes[3], ERR_BUSY);
	cr_assert_null(list.first);
	cr_assert_null(list.last);
}

Test(waiting, keeps_a_repeat_behind_what_was_asked_before)
{
	struct waiting_list list = {NULL, NULL};
	struct waiting items[2];

	add(&list, &items[0], 9);
	add(&list, &items[1], 1);
	waiting_release(NULL, &list, 5, OK);
	cr_assert_eq(told.count, 0);
	waiting_release(NULL, &list, 9, OK);
	cr_assert_eq(told.count, 2);
}

Test(waiting, ends_everything)
{
	struct waiting_list list = {NULL, NULL};
	struct waiting items[2];

	add(&list, &items[0], 1);
	add(&list, &items[1], UINT64_MAX);
	waiting_end(NULL, &list, ERR_IO);
	cr_assert_eq(told.count, 2);
	cr_assert_eq(told.outcomes[0], ERR_IO);
	add(&list, &items[0], 1);
	waiting_end(NULL, &list, OK);
	cr_assert_eq(told.count, 3);
}
