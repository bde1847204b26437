#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"

/* The result of rendering on one line; the caller's to free. */
static char *
line_of(const char *text, bool utf8, size_t columns)
{
	char *out;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	(void)render_line(file, text, utf8, columns);
	(void)fclose(file);
	return out;
}

static char *
block_of(const char *text, size_t indent, size_t columns)
{
	char *out;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	render_block(file, text, strlen(text), true, indent, columns);
	(void)fclose(file);
	return out;
}

static void
utf8(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}

TestSuite(render_line, .init = utf8);
TestSuite(render_block, .init = utf8);
TestSuite(render_json, .init = utf8);
TestSuite(render_copy, .init = utf8);

struct pair {
	const char *text, *shown;
};

static void
check_pairs(const struct pair *pairs, size_t count, bool wide)
{
	size_t i;

	for (i = 0; i < count; i++) {
		char *shown = line_of(pairs[i].text, wide, RENDER_NO_LIMIT);

		cr_expect_str_eq(shown, pairs[i].shown, "row %zu", i);
		free(shown);
	}
}

Test(render_line, shows_harmless_text_as_it_is)
{
	static const struct pair pairs[] = {
	    {"", ""},
	    {"plain text, with punctuation!", "plain text, with punctuation!"},
	    {"Gr\xc3\xbc\xc3\x9f"
	     "e",
		"Gr\xc3\xbc\xc3\x9f"
		"e"},
	    {"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac"},
	    {"e\xcc\x81", "e\xcc\x81"},
	    {"\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5"},
	};

	check_pairs(pairs, sizeof(pairs) / sizeof(pairs[0]), true);
}

Test(render_line, escapes_what_moves_colours_or_hides)
{
	static const struct pair pairs[] = {
	    {"a\x1b[31mb", "a\\x1b[31mb"},
	    {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
	    {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
	    {"\x7f", "\\x7f"},
	    /* C1: an escape sequence in one byte on some terminals. */
	    {"\xc2\x9b"
	     "31m",
		"\\u009b31m"},
	    {"abc\xe2\x80\xae"
	     "def",
		"abc\\u202edef"},
	    {"\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069"},
	    {"a\xe2\x80\x8b"
	     "b",
		"a\\u200bb"},
	    {"\xef\xbb\xbf", "\\ufeff"},
	    {"\xc2\xad", "\\u00ad"},
	    {"\xf3\xa0\x81\x81", "\\U000e0041"},
	    {"\xee\x80\x80", "\\ue000"},
	    {"\xe2\x80\xa8", "\\u2028"},
	};

	check_pairs(pairs, sizeof(pairs) / sizeof(pairs[0]), true);
}

Test(render_line, shows_bytes_that_are_not_utf8)
{
	static const struct pair pairs[] = {
	    {"a\xff"
	     "b",
		"a\\xffb"},
	    {"\xc3", "\\xc3"},
	    {"\xc0\xaf", "\\xc0\\xaf"},
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	    {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
	    {"\xe2\x82", "\\xe2\\x82"},
	};

	check_pairs(pairs, sizeof(pairs) / sizeof(pairs[0]), true);
}

Test(render_line, is_ascii_where_the_locale_is_not_utf8)
{
	static const struct pair pairs[] = {
	    {"Gr\xc3\xbc"
	     "n",
		"Gr\\u00fcn"},
	    {"\xf0\x9f\x94\xa5", "\\U0001f525"},
	};

	check_pairs(pairs, sizeof(pairs) / sizeof(pairs[0]), false);
}

Test(render_line, lets_three_marks_stand_on_a_letter_and_no_more)
{
	char *shown = line_of("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81", true, 80);

	cr_assert_str_eq(shown, "a\xcc\x81\xcc\x81\xcc\x81\\u0301");
	free(shown);
}

Test(render_line, escapes_a_mark_that_stands_on_nothing)
{
	char *shown = line_of("\xcc\x81", true, 80);

	cr_assert_str_eq(shown, "\\u0301");
	free(shown);
}

Test(render_line, cuts_with_an_ellipsis_where_it_does_not_fit)
{
	char *fits = line_of("abcdef", true, 6);
	char *cut = line_of("abcdefg", true, 6);
	char *ascii = line_of("abcdefg", false, 6);

	cr_expect_str_eq(fits, "abcdef");
	cr_expect_str_eq(cut, "abcde\xe2\x80\xa6");
	cr_expect_str_eq(ascii, "abcde~");
	free(fits);
	free(cut);
	free(ascii);
}

Test(render_line, counts_wide_characters_as_two_columns)
{
	const char *wide = "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
	char *cut = line_of(wide, true, 5);

	cr_expect_eq(render_columns(wide, true), 6);
	cr_expect_eq(render_columns("e\xcc\x81", true), 1);
	cr_expect_eq(render_columns("\x1b", true), 4);
	cr_expect_str_eq(cut, "\xe6\x97\xa5\xe6\x9c\xac\xe2\x80\xa6");
	free(cut);
}

/* Every code point and every byte: nothing that acts gets through. */
Test(render_line, lets_no_single_byte_through_that_is_a_control)
{
	int byte;

	for (byte = 1; byte < 256; byte++) {
		char text[2] = {(char)byte, '\0'};
		char *shown = line_of(text, true, 80);

		cr_assert(strlen(shown) > 0);
		cr_assert((unsigned char)shown[0] >= 0x20 &&
			      (unsigned char)shown[0] < 0x7f,
		    "byte %02x", (unsigned)byte);
		free(shown);
	}
}

Test(render_copy, cuts_between_characters)
{
	char out[6];

	render_copy("abc\xc3\xbc\xc3\xbc", true, out, sizeof(out));
	cr_assert_str_eq(out, "abc\xc3\xbc");
}

Test(render_block, breaks_at_spaces_and_indents)
{
	char *shown = block_of("one two three four", 2, 12);

	cr_assert_str_eq(shown, "  one two\n  three four\n");
	free(shown);
}

Test(render_block, breaks_a_word_that_is_longer_than_a_line)
{
	char *shown = block_of("abcdefghijklmno", 0, 10);

	cr_assert_str_eq(shown, "abcdefghij\nklmno\n");
	free(shown);
}

Test(render_block, keeps_the_lines_of_the_text)
{
	char *shown = block_of("a\r\nb\n\nc", 2, 40);

	cr_assert_str_eq(shown, "  a\n  b\n\n  c\n");
	free(shown);
}

Test(render_block, makes_spaces_of_tabs_and_escapes_of_the_rest)
{
	char *shown = block_of("a\tb\x1b[2J", 0, 40);

	cr_assert_str_eq(shown, "a       b\\x1b[2J\n");
	free(shown);
}

static char *
json_of(const char *json, bool wide)
{
	char *out;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	render_json(file, json, wide);
	(void)fclose(file);
	return out;
}

Test(render_json, stays_json_and_escapes_what_acts)
{
	const char *json = "{\"a\":\"\xe2\x80\xae\x7f\xc2\x9b"
			   "\xf3\xa0\x81\x81\xc3\xbc\"}";
	char *wide = json_of(json, true);
	char *ascii = json_of(json, false);

	cr_expect_str_eq(wide, "{\"a\":\"\\u202e\\u007f\\u009b"
			       "\\udb40\\udc41\xc3\xbc\"}");
	cr_expect_str_eq(ascii, "{\"a\":\"\\u202e\\u007f\\u009b"
				"\\udb40\\udc41\\u00fc\"}");
	free(wide);
	free(ascii);
}
