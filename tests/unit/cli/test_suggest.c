#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/suggest.h"

static const char *
best(const char *given)
{
	static struct suggestion suggestion;
	static const char *const words[] = {
	    "show", "close", "comment", "verdict"};
	size_t i;

	suggest_begin(&suggestion, given);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		suggest_word(&suggestion, words[i]);
	return suggestion.best;
}

Test(suggest_word, finds_the_nearest)
{
	cr_expect_str_eq(best("shw"), "show");
	cr_expect_str_eq(best("clsoe"), "close");
	cr_expect_str_eq(best("verdct"), "verdict");
}

Test(suggest_word, finds_what_was_begun)
{
	cr_expect_str_eq(best("verd"), "verdict");
	cr_expect_str_eq(best("com"), "comment");
	cr_expect_str_eq(best("ve"), "");
	cr_expect_str_eq(best("commentary on it"), "");
}

Test(suggest_word, finds_nothing_far_off)
{
	cr_expect_str_eq(best("banana"), "");
	cr_expect_str_eq(best("x"), "");
	cr_expect_str_eq(best(""), "");
	cr_expect_str_eq(
	    best("a word that is far too long to be measured at all"), "");
}

Test(suggest_text, is_a_question_or_nothing)
{
	struct suggestion suggestion;
	char out[64];

	suggest_begin(&suggestion, "shw");
	suggest_text(&suggestion, "--", out, sizeof(out));
	cr_expect_str_eq(out, "");
	suggest_word(&suggestion, "show");
	suggest_text(&suggestion, "--", out, sizeof(out));
	cr_expect_str_eq(out, "; did you mean --show?");
}
