#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

#include "cli/local.h"
#include "protocol/err.h"

static struct session session;

static void
begin(void)
{
	session_init(&session);
	cr_redirect_stdout();
	cr_redirect_stderr();
}

TestSuite(local_find, .init = begin);
TestSuite(local_run, .init = begin);

Test(local_find, knows_every_row_by_its_words)
{
	int i, used;

	for (i = 0; i < LOCAL_COUNT; i++) {
		char name[LOCAL_NAME_MAX], *words[4], *rest = name;
		int count = 0;

		(void)snprintf(
		    name, sizeof(name), "%s", local_row((enum local)i)->name);
		while (rest != NULL)
			words[count++] = strsep(&rest, " ");
		cr_expect_eq(local_find(count, words, &used), (enum local)i);
		cr_expect_eq(used, count);
	}
}

Test(local_find, knows_no_other_words)
{
	char init[] = "initial", key[] = "key";
	char *const initial[] = {init}, *const half[] = {key};
	int used;

	cr_expect_eq(local_find(1, initial, &used), LOCAL_NONE);
	cr_expect_eq(local_find(1, half, &used), LOCAL_NONE);
	cr_expect_eq(local_find(0, half, &used), LOCAL_NONE);
}

static int
run(enum local local, const char *one, const char *two)
{
	char first[64], second[64];
	char *const words[] = {first, second};
	int count = (one != NULL) + (two != NULL);

	(void)snprintf(first, sizeof(first), "%s", one != NULL ? one : "");
	(void)snprintf(second, sizeof(second), "%s", two != NULL ? two : "");
	return local_run(&session, local, count, words);
}

Test(local_run, gives_version_and_help)
{
	cr_expect_eq(run(LOCAL_version, NULL, NULL), 0);
	cr_expect_eq(run(LOCAL_help, "close", NULL), 0);
	cr_expect_eq(run(LOCAL_help, "alert", "push"), 0);
	cr_expect_eq(run(LOCAL_help, "key", "new"), 0);
	cr_expect_eq(run(LOCAL_help, "alert", NULL), 0);
	cr_expect_eq(run(LOCAL_up, "--help", NULL), 0);
}

Test(local_run, refuses_options_that_a_command_does_not_have)
{
	cr_expect_eq(run(LOCAL_up, "--recover", NULL), err_exit(ERR_INVALID));
	cr_expect_eq(run(LOCAL_init, "--admin", NULL), err_exit(ERR_INVALID));
	cr_expect_eq(run(LOCAL_help, "nonsense", NULL), err_exit(ERR_INVALID));
}

Test(local_run, refuses_names_that_are_none)
{
	session.given[OPTION_home] = "/nonexistent/tocsin";
	cr_expect_eq(
	    run(LOCAL_key_new, "No Name", NULL), err_exit(ERR_INVALID));
	cr_expect_eq(run(LOCAL_init, "--admin", "a:b"), err_exit(ERR_INVALID));
	cr_expect_eq(run(LOCAL_init, "--admin", "lead"), err_exit(ERR_INVALID));
}

Test(local_run, says_that_nothing_runs)
{
	session.given[OPTION_home] = "/nonexistent/tocsin";
	cr_expect_eq(run(LOCAL_down, NULL, NULL), 0);
	cr_expect_eq(run(LOCAL_up, NULL, NULL), 1);
}
