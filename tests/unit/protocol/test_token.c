#include "protocol/token.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"

Test(token, comes_back_as_it_was_given_out)
{
	char secret[TOKEN_SECRET_CHARS + 1], read[TOKEN_SECRET_CHARS + 1];
	unsigned char hash[TOKEN_HASH_BYTES], again[TOKEN_HASH_BYTES];
	char text[TOKEN_TEXT_MAX];
	uint64_t number = 0;

	cr_assert_geq(sodium_init(), 0);
	token_make(secret, hash);
	cr_assert_eq(strlen(secret), TOKEN_SECRET_CHARS);
	(void)token_format(4294967295, secret, text);
	cr_assert(token_parse(text, strlen(text), &number, read));
	cr_assert_eq(number, 4294967295);
	cr_assert_str_eq(read, secret);
	token_hash(read, again);
	cr_assert_arr_eq(hash, again, sizeof(hash));
	token_make(read, again);
	cr_assert_str_neq(read, secret);
}

Test(token, is_nothing_else)
{
	static const char *const others[] = {
	    "",
	    "toc_",
	    "toc_1",
	    "toc_1_",
	    "toc__" SECRET,
	    "toc_0_" SECRET,
	    "toc_01_" SECRET,
	    "toc_-1_" SECRET,
	    "toc_12345678901_" SECRET,
	    "tok_1_" SECRET,
	    "TOC_1_" SECRET,
	    "toc_1_" SECRET "x",
	    "toc_1_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-",
	    "toc_1_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-+",
	    " toc_1_" SECRET,
	};
	char secret[TOKEN_SECRET_CHARS + 1];
	uint64_t number;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_expect_not(
		    token_parse(others[i], strlen(others[i]), &number, secret),
		    "%s", others[i]);
	cr_expect(token_parse("toc_1_" SECRET, 49, &number, secret));
	/* A NUL among the characters is none of base64url. */
	cr_expect_not(token_parse("toc_1_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
				  "MNO-\0",
	    49, &number, secret));
}
