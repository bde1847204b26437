#include "gateway/proof.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define TOKEN "toc_7_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"

static bool
reads(const char *value)
{
	char token[TOKEN_TEXT_MAX] = "";
	bool is = proof_authorization(value, token);

	cr_expect_str_eq(token, is ? TOKEN : "", "%s", value);
	return is;
}

Test(proof_authorization, finds_the_token_where_products_put_it)
{
	cr_expect(reads("Bearer " TOKEN));
	cr_expect(reads("bearer   " TOKEN));
	cr_expect(reads("Token " TOKEN));
	cr_expect(reads("Splunk " TOKEN));
	cr_expect(reads("GenieKey " TOKEN));
	cr_expect(reads(TOKEN));
	/* siem:TOKEN, TOKEN:, TOKEN */
	cr_expect(reads("Basic c2llbTp0b2NfN19hYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5"
			"ekFCQ0RFRkdISUpLTE1OTy1f"));
	cr_expect(reads("Basic dG9jXzdfYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNE"
			"RUZHSElKS0xNTk8tXzo="));
	cr_expect(reads("Basic dG9jXzdfYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNE"
			"RUZHSElKS0xNTk8tXw=="));
}

Test(proof_authorization, finds_none_in_anything_else)
{
	char long_one[2048];

	cr_expect_not(reads(""));
	cr_expect_not(reads(" "));
	cr_expect_not(reads("Bearer"));
	cr_expect_not(reads("Bearer x"));
	cr_expect_not(reads("Digest " TOKEN));
	cr_expect_not(reads("Bearer " TOKEN " "));
	cr_expect_not(reads("Basic ***"));
	cr_expect_not(reads("Basic "));
	cr_expect_not(reads("Basic dTpw"));
	(void)snprintf(long_one, sizeof(long_one), "Basic %01500d", 0);
	cr_expect_not(reads(long_one));
}
