#include "protocol/err.h"

#include <criterion/criterion.h>
#include <string.h>

Test(err, has_a_word_a_status_and_a_sentence_for_each)
{
	int i;

	for (i = OK; i < ERR_COUNT; i++) {
		enum err err = (enum err)i;

		cr_assert_gt(strlen(err_word(err)), 0);
		cr_assert_gt(strlen(err_meaning(err)), 0);
		cr_assert(err_status(err) >= 200 && err_status(err) <= 599);
		cr_assert(err_exit(err) >= 0 && err_exit(err) <= 125);
	}
}

Test(err, exits_with_zero_for_success_alone)
{
	int i;

	cr_assert_eq(err_exit(OK), 0);
	for (i = OK + 1; i < ERR_COUNT; i++)
		cr_assert_neq(err_exit((enum err)i), 0);
}

Test(err, comes_back_from_the_status_of_its_answer)
{
	static const enum err outward[] = {ERR_INVALID, ERR_DENIED, ERR_MISSING,
	    ERR_CONFLICT, ERR_TOO_LARGE, ERR_REUSED, ERR_AHEAD, ERR_QUOTA,
	    ERR_INTERNAL, ERR_UNKNOWN, ERR_BUSY, ERR_TIMEOUT};
	size_t i;

	for (i = 0; i < sizeof(outward) / sizeof(outward[0]); i++)
		cr_assert_eq(err_of_status(err_status(outward[i])), outward[i],
		    "%s", err_word(outward[i]));
}

Test(err, of_the_inside_shows_as_internal_missing_or_unavailable)
{
	cr_assert_eq(err_of_status(err_status(ERR_CORRUPT)), ERR_INTERNAL);
	cr_assert_eq(err_of_status(err_status(ERR_FULL)), ERR_BUSY);
	cr_assert_eq(err_of_status(err_status(ERR_END)), ERR_MISSING);
}

Test(err, takes_every_success_for_ok_and_what_it_does_not_know_for_internal)
{
	cr_assert_eq(err_of_status(200), OK);
	cr_assert_eq(err_of_status(202), OK);
	cr_assert_eq(err_of_status(206), OK);
	cr_assert_eq(err_of_status(299), OK);
	cr_assert_eq(err_of_status(199), ERR_INTERNAL);
	cr_assert_eq(err_of_status(300), ERR_INTERNAL);
	cr_assert_eq(err_of_status(0), ERR_INTERNAL);
	cr_assert_eq(err_of_status(-200), ERR_INTERNAL);
}
