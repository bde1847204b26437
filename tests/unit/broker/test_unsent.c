#include <criterion/criterion.h>
#include <stdlib.h>

#include "broker/unsent.h"

enum { MIB = 1048576, MAX_MIB = LIMIT_UNSENT_BYTES_MAX / MIB };

static char bytes[MIB];

/* Hands over so many frames of a MiB, as long as they fit; returns how many. */
static size_t
fill(struct unsent_account *account, struct wire_message *message, size_t count)
{
	size_t i;

	for (i = 0; i < count && unsent_fits(account, MIB); i++) {
		/* A message has a bound of its own: one frame each. */
		wire_init(&message[i]);
		cr_assert_eq(unsent_add(account, &message[i], bytes, MIB), OK);
	}
	return i;
}

static void
empty(struct wire_message *message, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		wire_fini(&message[i]);
}

Test(unsent, leaves_room_for_the_next_that_never_reads)
{
	static struct wire_message first[MAX_MIB], second[MAX_MIB];
	struct unsent_account *one, *two, *three;
	struct unsent *unsent;
	size_t a, b;

	cr_assert_eq(unsent_new(&unsent), OK);
	one = unsent_open(unsent);
	two = unsent_open(unsent);
	three = unsent_open(unsent);
	a = fill(one, first, MAX_MIB);
	cr_assert_eq(a, MAX_MIB / 2);
	b = fill(two, second, MAX_MIB);
	cr_assert(b > 1 && a + b < MAX_MIB);
	cr_assert_not(unsent_fits(one, MIB));
	/* Who has nothing unsent is answered, however long the answer. */
	cr_assert(unsent_fits(three, LIMIT_MESSAGE_BYTES_MAX));
	empty(first, a);
	cr_assert(unsent_fits(one, MIB));
	cr_assert(unsent_fits(two, MIB));
	/* A connection that goes leaves its frames to libzmq. */
	unsent_close(&two);
	cr_assert_null(two);
	empty(second, b);
	unsent_close(&one);
	unsent_close(&three);
	unsent_free(&unsent);
}

Test(unsent, refuses_a_frame_beyond_the_limit_and_counts_it_nowhere)
{
	static char over[LIMIT_FRAME_BYTES_MAX + 1];
	struct unsent_account *account;
	struct wire_message message;
	struct unsent *unsent;

	cr_assert_eq(unsent_new(&unsent), OK);
	account = unsent_open(unsent);
	wire_init(&message);
	cr_assert_eq(
	    unsent_add(account, &message, over, sizeof(over)), ERR_TOO_LARGE);
	cr_assert_eq(message.count, 0);
	cr_assert_eq(unsent_add(account, &message, over, sizeof(over) - 1), OK);
	cr_assert_not(unsent_fits(account, LIMIT_UNSENT_BYTES_MAX));
	wire_fini(&message);
	cr_assert(unsent_fits(account, LIMIT_UNSENT_BYTES_MAX));
	/* Without an account a frame is copied, as ever. */
	cr_assert_eq(unsent_add(NULL, &message, "x", 1), OK);
	wire_fini(&message);
	unsent_close(&account);
	unsent_free(&unsent);
}
