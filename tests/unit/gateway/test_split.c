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

Test(split_lines, takes_each_line_and_no_blank_one)
{
	cr_assert_eq(
	    split_lines(body("\n{}\r\n \n  a b\nlast"), parts, MAX, &count),
	    OK);
	cr_assert_eq(count, 3);
	expect(0, "{}");
	expect(1, "a b");
	expect(2, "last");
	cr_assert_eq(split_lines(body("1\n2\n3\n4\n"), parts, MAX, &count), OK);
	cr_assert_eq(split_lines(body("1\n2\n3\n4\n5"), parts, MAX, &count),
	    ERR_TOO_LARGE);
	cr_assert_eq(
	    split_lines(body(" \n\n"), parts, MAX, &count), ERR_INVALID);
	cr_assert_eq(split_lines(body(""), parts, MAX, &count), ERR_INVALID);
}
