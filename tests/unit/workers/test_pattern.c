#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "workers/pattern.h"

static char why[256];

static struct pattern *
compiled(const char *text)
{
	struct pattern *pattern;

	cr_assert_eq(pattern_compile(text, &pattern, why, sizeof(why)), OK,
	    "%s: %s", text, why);
	return pattern;
}

/* What is taken of the text; its length, or -1 where nothing matches. */
static long
taken(const char *expression, const char *text, size_t len)
{
	struct pattern *pattern = compiled(expression);
	const char *value;
	size_t value_len;
	long n = pattern_take(pattern, text, len, &value, &value_len)
		     ? (long)value_len
		     : -1;

	pattern_free(&pattern);
	return n;
}

Test(pattern_compile, takes_a_thousand_and_twenty_four_bytes_and_no_more)
{
	char text[PATTERN_BYTES_MAX + 2];
	struct pattern *pattern;

	memset(text, 'a', sizeof(text));
	text[PATTERN_BYTES_MAX] = '\0';
	pattern = compiled(text);
	pattern_free(&pattern);
	text[PATTERN_BYTES_MAX] = 'a';
	text[PATTERN_BYTES_MAX + 1] = '\0';
	cr_assert_eq(
	    pattern_compile(text, &pattern, why, sizeof(why)), ERR_INVALID);
	cr_assert_null(pattern);
	cr_assert_str_eq(why, "more than 1024 bytes");
}

Test(pattern_compile, says_where_it_is_wrong)
{
	struct pattern *pattern;

	cr_assert_eq(
	    pattern_compile("ab(", &pattern, why, sizeof(why)), ERR_INVALID);
	cr_assert_not_null(strstr(why, "at its byte 3"), "%s", why);
}

Test(pattern_take, sees_the_first_64_kib_of_a_text)
{
	size_t size = PATTERN_SUBJECT_BYTES_MAX + 8;
	char *text = malloc(size);

	cr_assert_not_null(text);
	memset(text, 'x', size);
	text[PATTERN_SUBJECT_BYTES_MAX - 1] = 'y';
	cr_assert_eq(taken("y", text, size), 1);
	text[PATTERN_SUBJECT_BYTES_MAX - 1] = 'x';
	text[PATTERN_SUBJECT_BYTES_MAX] = 'y';
	cr_assert_eq(taken("y", text, size), -1);
	/* A character that the end would cut is left out whole. */
	memcpy(text + PATTERN_SUBJECT_BYTES_MAX - 1, "\xc3\xa9", 2);
	cr_assert_eq(taken("^.*$", text, size), PATTERN_SUBJECT_BYTES_MAX - 1);
	free(text);
}

Test(pattern_take, gives_up_on_what_costs_too_much)
{
	char text[64];

	memset(text, 'a', sizeof(text));
	cr_assert_eq(taken("^(a+)+$", text, sizeof(text)), sizeof(text));
	text[63] = 'b';
	cr_assert_eq(taken("^(a+)+$", text, sizeof(text)), -1);
}
