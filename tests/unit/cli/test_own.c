#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/own.h"

static char folder[] = "/tmp/tocsin-own-XXXXXX";
static struct fault fault;

static void
begin(void)
{
	cr_assert_not_null(mkdtemp(folder));
	(void)setenv("XDG_CONFIG_HOME", folder, 1);
	(void)setenv("HOME", "/nobody", 1);
	(void)unsetenv("XDG_STATE_HOME");
}

static void
end(void)
{
	char path[OWN_PATH_MAX];

	if (own_path(OWN_FILTERS, "night", path, &fault) == OK)
		(void)unlink(path);
	if (own_path(OWN_FILTERS, NULL, path, &fault) == OK)
		(void)rmdir(path);
	(void)snprintf(path, sizeof(path), "%s/tocsin", folder);
	(void)rmdir(path);
	(void)rmdir(folder);
}

TestSuite(own, .init = begin, .fini = end);

Test(own, is_where_the_variables_say_or_below_home)
{
	char path[OWN_PATH_MAX], expected[OWN_PATH_MAX];

	(void)snprintf(
	    expected, sizeof(expected), "%s/tocsin/filters/night", folder);
	cr_assert_eq(own_path(OWN_FILTERS, "night", path, &fault), OK);
	cr_expect_str_eq(path, expected);
	cr_assert_eq(own_path(OWN_DRAFTS, NULL, path, &fault), OK);
	cr_expect_str_eq(path, "/nobody/.local/state/tocsin/drafts");
	/* A relative one is as good as none. */
	(void)setenv("XDG_CONFIG_HOME", "here", 1);
	cr_assert_eq(own_path(OWN_FILTERS, NULL, path, &fault), OK);
	cr_expect_str_eq(path, "/nobody/.config/tocsin/filters");
	(void)setenv("XDG_CONFIG_HOME", folder, 1);
}

Test(own, refuses_a_path_that_is_too_long)
{
	char home[OWN_PATH_MAX + 1], path[OWN_PATH_MAX];

	memset(home, 'x', sizeof(home) - 1);
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	(void)setenv("XDG_CONFIG_HOME", home, 1);
	cr_expect_eq(own_path(OWN_FILTERS, NULL, path, &fault), ERR_TOO_LARGE);
	(void)setenv("XDG_CONFIG_HOME", folder, 1);
}

Test(own, reads_what_it_wrote_and_nobody_else_does)
{
	char path[OWN_PATH_MAX], *text;
	struct stat status;

	cr_expect_eq(
	    own_read(OWN_FILTERS, "night", &text, &fault), ERR_MISSING);
	cr_expect_null(text);
	cr_assert_eq(own_write(OWN_FILTERS, "night", "one\n", &fault), OK);
	cr_assert_eq(own_write(OWN_FILTERS, "night", "two\n", &fault), OK);
	cr_assert_eq(own_read(OWN_FILTERS, "night", &text, &fault), OK);
	cr_expect_str_eq(text, "two\n");
	free(text);
	cr_assert_eq(own_path(OWN_FILTERS, "night", path, &fault), OK);
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600);
}

Test(own, reads_no_more_than_the_limit)
{
	char large[OWN_BYTES_MAX + 2], *text;

	memset(large, 'x', sizeof(large));
	large[OWN_BYTES_MAX] = '\0';
	cr_assert_eq(own_write(OWN_FILTERS, "night", large, &fault), OK);
	cr_assert_eq(own_read(OWN_FILTERS, "night", &text, &fault), OK);
	free(text);
	large[OWN_BYTES_MAX] = 'x';
	large[OWN_BYTES_MAX + 1] = '\0';
	cr_assert_eq(own_write(OWN_FILTERS, "night", large, &fault), OK);
	cr_expect_eq(
	    own_read(OWN_FILTERS, "night", &text, &fault), ERR_TOO_LARGE);
	cr_expect_null(text);
}
