#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/plain.h"

static void
expect(const char *text, bool lines, const char *expected)
{
	char out[256];
	size_t len = plain_copy(text, lines, out, sizeof(out));

	cr_assert_str_eq(out, expected);
	cr_assert_eq(len, strlen(expected));
	cr_assert(utf8_valid(out, len));
}

Test(plain_copy, keeps_text)
{
	expect("a b \xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\xa5", false,
	    "a b \xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\xa5");
	expect("a\nb\tc", true, "a\nb c");
	expect("a\nb\r\nc", false, "a b  c");
}

Test(plain_copy, disarms_what_hides_or_turns)
{
	expect("\x1b[31mred\x07", false, "?[31mred?");
	expect("a\x7f"
	       "b\xc2\x9b"
	       "c",
	    false, "a?b?c");
	expect("a\xe2\x80\xae"
	       "b\xe2\x81\xa6"
	       "c\xe2\x80\x8b",
	    false, "a?b?c?");
	expect("\xef\xbb\xbf"
	       "a\xe2\x80\xa8"
	       "b",
	    true, "?a?b");
	expect("a\xd8\x9c", false, "a?");
}

Test(plain_copy, disarms_what_is_no_utf8)
{
	expect("a\xff"
	       "b\xc3",
	    false, "a?b?");
	expect("\xe2\x82", false, "??");
	expect("\xc0\x80", false, "??");
}

Test(plain_copy, cuts_at_a_character)
{
	char out[6];

	cr_assert_eq(plain_copy("abcdef", false, out, sizeof(out)), 5);
	cr_assert_str_eq(out, "abcde");
	cr_assert_eq(plain_copy("abcd\xc3\xa9", false, out, sizeof(out)), 4);
	cr_assert_str_eq(out, "abcd");
	cr_assert_eq(plain_copy("abc\xc3\xa9", false, out, sizeof(out)), 5);
}

Test(plain_refang, undoes_what_defanging_writes)
{
	static const char *const rows[][2] = {
	    {"hxxps[://]a[.]example", "https://a.example"},
	    {"HXXP://a(dot)b{.}c", "http://a.b.c"},
	    {"a[at]b[.]c", "a@b.c"},
	    {"h[.", "h[."},
	    {"", ""},
	};
	char out[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = plain_refang(rows[i][0], strlen(rows[i][0]), out);

		cr_assert_str_eq(out, rows[i][1]);
		cr_assert_eq(len, strlen(rows[i][1]));
	}
}
