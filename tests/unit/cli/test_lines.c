#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/lines.h"

static int ends[2];

static void
open_pipe(void)
{
	cr_assert_eq(pipe(ends), 0);
}

static void
feed(const char *bytes, size_t len)
{
	cr_assert_eq(write(ends[1], bytes, len), (ssize_t)len);
}

TestSuite(lines_next, .init = open_pipe);

Test(lines_next, gives_line_after_line_and_the_last_without_newline)
{
	struct lines *lines = lines_open(ends[0], 100);
	static const char *const expected[] = {"one", "", "three"};
	const char *line;
	size_t len, i;

	feed("one\n\nthree", 10);
	(void)close(ends[1]);
	for (i = 0; i < 3; i++) {
		cr_assert_eq(lines_next(lines, true, &line, &len), OK);
		cr_assert_eq(len, strlen(expected[i]));
		cr_assert_eq(memcmp(line, expected[i], len), 0);
	}
	cr_assert_eq(lines_next(lines, true, &line, &len), ERR_END);
	lines_close(&lines);
}

Test(lines_next, says_when_none_is_there_yet)
{
	struct lines *lines = lines_open(ends[0], 100);
	const char *line;
	size_t len;

	cr_assert_eq(lines_next(lines, false, &line, &len), ERR_TIMEOUT);
	feed("ha", 2);
	cr_assert_eq(lines_next(lines, false, &line, &len), ERR_TIMEOUT);
	feed("lf\n", 3);
	cr_assert_eq(lines_next(lines, false, &line, &len), OK);
	cr_assert_eq(len, 4);
	cr_assert_eq(memcmp(line, "half", 4), 0);
	lines_close(&lines);
}

Test(lines_next, keeps_bytes_as_they_are)
{
	struct lines *lines = lines_open(ends[0], 100);
	const char *line;
	size_t len;

	feed("a\0b\xff\r\n", 6);
	cr_assert_eq(lines_next(lines, true, &line, &len), OK);
	cr_assert_eq(len, 5);
	cr_assert_eq(memcmp(line, "a\0b\xff\r", 5), 0);
	lines_close(&lines);
}

Test(lines_next, takes_a_line_of_the_limit)
{
	struct lines *lines = lines_open(ends[0], 5);
	const char *line;
	size_t len;

	feed("12345\n", 6);
	cr_assert_eq(lines_next(lines, true, &line, &len), OK);
	cr_assert_eq(len, 5);
	lines_close(&lines);
}

Test(lines_next, skips_a_line_beyond_the_limit_as_a_whole)
{
	struct lines *lines = lines_open(ends[0], 5);
	const char *line;
	size_t len;

	feed("123456\nok\n", 10);
	cr_assert_eq(lines_next(lines, true, &line, &len), ERR_TOO_LARGE);
	cr_assert_eq(lines_next(lines, true, &line, &len), OK);
	cr_assert_eq(memcmp(line, "ok", 2), 0);
	lines_close(&lines);
}

/* Longer than what is read at once, so that it is dropped in pieces. */
Test(lines_next, skips_a_very_long_line_without_keeping_it)
{
	enum { LONG = 300000 };
	struct lines *lines = lines_open(ends[0], 1000);
	char *filler = calloc(1, LONG);
	const char *line;
	size_t len;
	pid_t child;

	memset(filler, 'x', LONG);
	child = fork();
	if (child == 0) {
		(void)!write(ends[1], filler, LONG);
		(void)!write(ends[1], "\nok\n", 4);
		_exit(0);
	}
	(void)close(ends[1]);
	cr_assert_eq(lines_next(lines, true, &line, &len), ERR_TOO_LARGE);
	cr_assert_eq(lines_next(lines, true, &line, &len), OK);
	cr_assert_eq(len, 2);
	cr_assert_eq(lines_next(lines, true, &line, &len), ERR_END);
	free(filler);
	lines_close(&lines);
}

Test(lines_next, tells_of_a_descriptor_that_cannot_be_read)
{
	struct lines *lines = lines_open(-1, 5);
	const char *line;
	size_t len;

	cr_assert_eq(lines_next(lines, true, &line, &len), ERR_IO);
	cr_assert_eq(errno, EBADF);
	lines_close(&lines);
}
