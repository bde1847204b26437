#include <criterion/criterion.h>

#include "broker/producers.h"

static struct producers *producers;
static uint64_t seq;

static void
begin(void)
{
	seq = 0;
	cr_assert_eq(producers_new(&producers), OK);
}

static void
end(void)
{
	producers_free(&producers);
}

TestSuite(producers, .init = begin, .fini = end);

static void
take(uint32_t principal, uint64_t session, uint64_t counter)
{
	struct produced message = {.principal = principal,
	    .session = session,
	    .counter = counter,
	    .seq = seq + 1,
	    .alert = 100 + seq + 1,
	    .count = 1};

	seq++;
	cr_assert_eq(producers_reserve(producers, principal, session), OK);
	producers_remember(producers, &message);
}

static enum produced_before
look(uint32_t principal, uint64_t session, uint64_t counter)
{
	struct produced first;

	return producers_look(producers, principal, session, counter, &first);
}

Test(producers, know_a_repeat_and_what_it_was_given)
{
	struct produced first = {0};

	take(7, 1, 1);
	take(7, 1, 2);
	cr_assert_eq(
	    producers_look(producers, 7, 1, 1, &first), PRODUCED_REPEAT);
	cr_assert_eq(first.alert, 101);
	cr_assert_eq(first.seq, 1);
	cr_assert_eq(look(7, 1, 3), PRODUCED_NEW);
}

Test(producers, keep_principals_and_sessions_apart)
{
	take(7, 1, 1);
	cr_assert_eq(look(8, 1, 1), PRODUCED_NEW);
	cr_assert_eq(look(7, 2, 1), PRODUCED_NEW);
	cr_assert_eq(look(7, 1, 1), PRODUCED_REPEAT);
}

Test(producers, remember_a_window_and_refuse_what_is_older)
{
	uint64_t counter;

	for (counter = 1; counter <= LIMIT_PRODUCER_WINDOW + 1; counter++)
		take(1, 1, counter);
	cr_assert_eq(look(1, 1, 1), PRODUCED_TOO_OLD);
	for (counter = 2; counter <= LIMIT_PRODUCER_WINDOW + 1; counter++)
		cr_assert_eq(look(1, 1, counter), PRODUCED_REPEAT);
	cr_assert_eq(look(1, 1, LIMIT_PRODUCER_WINDOW + 2), PRODUCED_NEW);
}

Test(producers, refuse_a_counter_that_was_skipped)
{
	take(1, 1, 5);
	cr_assert_eq(look(1, 1, 4), PRODUCED_TOO_OLD);
	cr_assert_eq(look(1, 1, 6), PRODUCED_NEW);
	cr_assert_eq(look(1, 1, 1000000), PRODUCED_NEW);
}

Test(producers, put_out_the_session_that_was_silent_longest)
{
	uint64_t session;

	for (session = 1; session <= LIMIT_PRODUCER_SESSIONS_MAX; session++)
		take(1, session, 1);
	take(1, 1, 2);
	take(1, 1000, 1);
	cr_assert_eq(look(1, 2, 1), PRODUCED_NEW);
	cr_assert_eq(look(1, 1, 1), PRODUCED_REPEAT);
	cr_assert_eq(look(1, 3, 1), PRODUCED_REPEAT);
	cr_assert_eq(look(1, 1000, 1), PRODUCED_REPEAT);
	/* Another principal's sessions are its own. */
	take(2, 1, 1);
	cr_assert_eq(look(1, 3, 1), PRODUCED_REPEAT);
}

Test(producers, lose_nobody_to_room_that_was_made_in_vain)
{
	uint64_t session;

	for (session = 1; session <= LIMIT_PRODUCER_SESSIONS_MAX; session++)
		take(1, session, 1);
	/* The journal's queue was full: nothing is remembered of these. */
	for (session = 500; session < 600; session++)
		cr_assert_eq(producers_reserve(producers, 1, session), OK);
	for (session = 1; session <= LIMIT_PRODUCER_SESSIONS_MAX; session++)
		cr_assert_eq(look(1, session, 1), PRODUCED_REPEAT);
	for (session = 500; session < 599; session++)
		cr_assert_eq(look(1, session, 1), PRODUCED_NEW);
}
