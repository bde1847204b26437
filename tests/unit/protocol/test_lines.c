#include <criterion/criterion.h>
#include <string.h>

#include "protocol/lines.h"

static void
expect(struct wire_part part, const char *text)
{
	cr_assert_eq(part.len, strlen(text));
	cr_assert_eq(memcmp(part.bytes, text, part.len), 0);
}

Test(lines, are_cut_and_trimmed_and_never_blank)
{
	const char *text = "\r\n one\t\n\n \t \ntwo words \r\nthree";
	struct wire_part left = {text, strlen(text)}, line;

	cr_assert_eq(lines_count(left), 3);
	cr_assert(lines_next(&left, &line));
	expect(line, "one");
	cr_assert(lines_next(&left, &line));
	expect(line, "two words");
	cr_assert(lines_next(&left, &line));
	expect(line, "three");
	cr_assert_not(lines_next(&left, &line));
	cr_assert_eq(left.len, 0);
}

Test(lines, are_none_in_nothing)
{
	cr_assert_eq(lines_count((struct wire_part){NULL, 0}), 0);
	cr_assert_eq(lines_count((struct wire_part){" \n\r\n", 4}), 0);
	expect(lines_trim((struct wire_part){" \n", 2}), "");
}

Test(lines, keep_every_other_byte)
{
	static const char text[] = "a\0b\n\xff\n";
	struct wire_part left = {text, sizeof(text) - 1}, line;

	cr_assert(lines_next(&left, &line));
	cr_assert_eq(line.len, 3);
	cr_assert(lines_next(&left, &line));
	expect(line, "\xff");
}
