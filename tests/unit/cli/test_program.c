#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"

static struct fault fault;

Test(program_find, looks_beside_this_program_and_on_the_path)
{
	char path[PROGRAM_PATH_MAX];

	cr_assert_eq(program_find("unit_cli", path, &fault), OK);
	cr_expect_eq(path[0], '/');
	(void)setenv("PATH", "/nonexistent:/bin:/usr/bin", 1);
	cr_assert_eq(program_find("sh", path, &fault), OK);
	cr_expect_str_eq(path, "/bin/sh");
}

Test(program_find, says_where_it_was_looked_for)
{
	char path[PROGRAM_PATH_MAX];

	cr_assert_eq(
	    program_find("no-such-program", path, &fault), ERR_MISSING);
	cr_expect_eq(fault.code, 1);
	cr_expect_not_null(strstr(fault.text, "no-such-program"));
}

static int
code_of(const char *script)
{
	char shell[] = "sh", option[] = "-c", copy[64];
	char *const args[] = {shell, option, copy, NULL};
	int code = -1;

	(void)snprintf(copy, sizeof(copy), "%s", script);
	cr_assert_eq(program_run(args, &code, &fault), OK, "%s", fault.text);
	return code;
}

Test(program_run, gives_the_exit_code_or_the_signal)
{
	cr_expect_eq(code_of("exit 0"), 0);
	cr_expect_eq(code_of("exit 7"), 7);
	cr_expect_eq(code_of("kill -9 $$"), 128 + 9);
}

Test(program_run, fails_when_there_is_no_such_program)
{
	char name[] = "no-such-program";
	char *const args[] = {name, NULL};
	int code = -1;

	cr_expect_eq(program_run(args, &code, &fault), ERR_MISSING);
	cr_expect_eq(code, -1);
}
