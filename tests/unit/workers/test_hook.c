#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "protocol/json.h"
#include "workers/hook.h"

static char detail[HOOK_DETAIL_BYTES];

/* Runs the lines as a program. */
static enum err
run_with(const char *script, const char *input, size_t input_len, int limit_ms)
{
	char path[] = "/tmp/tocsin-hook-XXXXXX";
	struct hook hook = {.command = path,
	    .name = "page",
	    .on = "opened",
	    .notification = 3,
	    .input = input,
	    .input_len = input_len,
	    .limit_ms = limit_ms};
	int fd = mkstemp(path);
	enum err err;

	cr_assert_geq(fd, 0);
	cr_assert_geq(dprintf(fd, "#!/bin/sh\n%s\n", script), 0);
	cr_assert_eq(fchmod(fd, 0700), 0);
	cr_assert_eq(close(fd), 0);
	err = hook_run(&hook, detail);
	(void)unlink(path);
	return err;
}

static enum err
run(const char *script)
{
	return run_with(script, "{\"id\":\"INC-1\"}", 14, 20000);
}

static void
ignore_pipe(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
}

TestSuite(hook_run, .init = ignore_pipe, .timeout = 120);

Test(hook_run, tells_success_from_failure)
{
	cr_assert_eq(run("exit 0"), OK);
	cr_assert_str_eq(detail, "exit 0");
	cr_assert_eq(run("exit 3"), ERR_IO);
	cr_assert_str_eq(detail, "exit 3");
	cr_assert_eq(run("kill -TERM $$"), ERR_IO);
	cr_assert_str_eq(detail, "ended by signal 15");
}

Test(hook_run, keeps_what_the_program_says)
{
	cr_assert_eq(run("echo one; echo two >&2; exit 4"), ERR_IO);
	cr_assert_str_eq(detail, "exit 4: one two");
	cr_assert_eq(run("printf 'a\\033[31m\\377b'"), OK);
	cr_assert_str_eq(detail, "exit 0: a [31m?b");
	cr_assert(utf8_valid(detail, strlen(detail)));
}

Test(hook_run, gives_the_incident_on_standard_input)
{
	cr_assert_eq(run("cat"), OK);
	cr_assert_str_eq(detail, "exit 0: {\"id\":\"INC-1\"}");
}

Test(hook_run, gives_nothing_but_its_own_environment)
{
	(void)setenv("TOCSIN_SECRET", "x", 1);
	cr_assert_eq(run("env | grep -v ^PWD= | grep -v ^_= | "
			 "grep -v ^SHLVL= | grep -v ^OLDPWD= | sort; pwd"),
	    OK);
	cr_assert_str_eq(detail,
	    "exit 0: LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin "
	    "TOCSIN_HOOK=page TOCSIN_NOTIFICATION=3 TOCSIN_ON=opened /");
}

Test(hook_run, gives_no_descriptors_beyond_the_three)
{
	int spare = dup(0);

	cr_assert_gt(spare, 2);
	cr_assert_eq(run("ls /proc/self/fd | tr '\\n' ' '"), OK);
	/* 3 is the folder that ls itself reads. */
	cr_assert_str_eq(detail, "exit 0: 0 1 2 3");
	(void)close(spare);
}

Test(hook_run, need_not_be_listened_to)
{
	const size_t len = 1048576;
	char *input = malloc(len);

	memset(input, 'x', len);
	cr_assert_eq(run_with("exit 0", input, len, 20000), OK);
	cr_assert_str_eq(detail, "exit 0");
	cr_assert_eq(run_with("wc -c", input, len, 20000), OK);
	cr_assert_str_eq(detail, "exit 0: 1048576");
	free(input);
}

Test(hook_run, keeps_so_much_output_and_reads_all_of_it)
{
	cr_assert_eq(
	    run("head -c 300000 /dev/zero | tr '\\0' y; exit 5"), ERR_IO);
	cr_assert_eq(strlen(detail), strlen("exit 5: ") + HOOK_OUTPUT_BYTES);
}

Test(hook_run, ends_a_program_at_its_limit)
{
	struct timespec begin, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	cr_assert_eq(
	    run_with("trap '' TERM; sleep 60 & sleep 60", "", 0, 300), ERR_IO);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	cr_assert_str_eq(detail, "killed after 300 ms");
	cr_assert_lt(end.tv_sec - begin.tv_sec, 30);
}

Test(hook_run, waits_for_no_one_else_to_let_go_of_its_output)
{
	struct timespec begin, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	cr_assert_eq(run("sleep 20 & echo started"), OK);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	cr_assert_str_eq(detail, "exit 0: started");
	cr_assert_lt(end.tv_sec - begin.tv_sec, 15);
}

Test(hook_run, uses_no_shell_and_no_search)
{
	struct hook hook = {.command = "true",
	    .name = "n",
	    .on = "opened",
	    .notification = 3,
	    .input = "",
	    .limit_ms = 1000};

	cr_assert_eq(hook_run(&hook, detail), ERR_IO);
	cr_assert_str_eq(detail, "the command is no absolute path");
	hook.command = "/bin/true; touch /tmp/x";
	cr_assert_eq(hook_run(&hook, detail), ERR_IO);
	cr_assert_str_eq(
	    detail, "cannot be started: No such file or directory");
	hook.command = "/bin/true";
	cr_assert_eq(hook_run(&hook, detail), OK);
}
