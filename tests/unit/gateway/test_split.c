#include "gateway/split.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 4 };

static struct wire_part parts[MAX];
static size_t count;

static struct wire_part
body(const char *text)
{
	return (struct wire_part){text, strlen(text)};
}

static void
expect(size_t i, const char *text)
{
	cr_expect_eq(parts[i].len, strlen(text), "part %zu", i);
	cr_expect_eq(memcmp(parts[i].bytes, text, strlen(text)), 0);
}

Test(split_json, cuts_an_array_of_objects_and_changes_no_byte)
{
	cr_assert_eq(
	    split_json(body(" \n[ {\"a\":\"}]\\\"{\"} ,\t{\"b\":[{}, [1]"
			    "]},{} ] \r\n"),
		parts, MAX, &count),
	    OK);
	cr_assert_eq(count, 3);
	expect(0, "{\"a\":\"}]\\\"{\"}");
	expect(1, "{\"b\":[{}, [1]]}");
	expect(2, "{}");
}

Test(split_json, keeps_anything_else_as_it_came)
{
	static const char *const others[] = {"{}", " {} ", "[1]", "[{},1]",
	    "[{}", "[{},", "[{},]", "[{}] x", "[{\"a\":\"]", "[", "[{}{}]",
	    "[\"{}\"]", "text", "[[{}]]"};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		cr_assert_eq(
		    split_json(body(others[i]), parts, MAX, &count), OK);
		cr_assert_eq(count, 1, "%s", others[i]);
		expect(0, others[i]);
	}
}

Test(split_json, refuses_nothing_and_one_too_many)
{
	cr_assert_eq(split_json(body(""), parts, MAX, &count), ERR_INVALID);
	cr_assert_eq(split_json(body(" \n"), parts, MAX, &count), ERR_INVALID);
	cr_assert_eq(split_json(body("[ ]"), parts, MAX, &count), ERR_INVALID);
	cr_assert_eq(split_json(body("[{},{},{},{}]"), parts, MAX, &count), OK);
	cr_assert_eq(split_json(body("[{},{},{},{},{}]"), parts, MAX, &count),
	    ERR_TOO_LARGE);
	/* One that is not whole is one alert, however many it begins with. */
	cr_assert_eq(
	    split_json(body("[{},{},{},{},{}"), parts, MAX, &count), OK);
	cr_assert_eq(count, 1);
}

static size_t alerts;

static enum err
lines(const char *text)
{
	return split_lines(body(text), parts, MAX, &count, &alerts);
}

Test(split_lines, counts_each_line_and_no_blank_one)
{
	cr_assert_eq(lines("\n{}\r\n \n  a b\nlast \n"), OK);
	cr_assert_eq(alerts, 3);
	cr_assert_eq(count, 1);
	expect(0, "{}\r\n \n  a b\nlast");
	cr_assert_eq(lines("1\n2\n3\n4\n"), OK);
	cr_assert_eq(alerts, 4);
	cr_assert_eq(lines("1\n2\n3\n4\n5"), ERR_TOO_LARGE);
	cr_assert_eq(lines(" \n\n"), ERR_INVALID);
	cr_assert_eq(lines(""), ERR_INVALID);
}

Test(split_lines, has_as_many_in_a_text_as_a_frame_holds)
{
	size_t size = 2 * LIMIT_FRAME_BYTES_MAX;
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	/* Two lines that just fit, then one more. */
	text[100] = text[LIMIT_FRAME_BYTES_MAX] = '\n';
	cr_assert_eq(lines(text), OK);
	cr_assert_eq(alerts, 3);
	cr_assert_eq(count, 2);
	cr_assert_eq(parts[0].len, LIMIT_FRAME_BYTES_MAX);
	cr_assert_eq(parts[1].len, LIMIT_FRAME_BYTES_MAX - 1);
	/* One byte more, and the second line is a text of its own. */
	text[LIMIT_FRAME_BYTES_MAX] = 'x';
	text[LIMIT_FRAME_BYTES_MAX + 1] = '\n';
	cr_assert_eq(lines(text), OK);
	cr_assert_eq(count, 3);
	cr_assert_eq(parts[0].len, 100);
	cr_assert_eq(parts[1].len, LIMIT_FRAME_BYTES_MAX - 100);
	free(text);
}
