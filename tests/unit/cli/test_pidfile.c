#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/pidfile.h"

static struct session session;
static struct fault fault;
static char home[] = "/tmp/tocsin-pidfile-XXXXXX";

static void
begin(void)
{
	session_init(&session);
	cr_assert_not_null(mkdtemp(home));
	(void)snprintf(session.home, sizeof(session.home), "%s", home);
}

static void
end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", home);
	cr_assert_eq(system(command), 0);
}

TestSuite(pidfile_take, .init = begin, .fini = end);
TestSuite(pidfile_holder, .init = begin, .fini = end);

/* A child that holds the file until it is killed. */
static pid_t
other_holder(void)
{
	int ends[2], fd;
	pid_t child, holder;
	char byte;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		byte = pidfile_take(&session, &fd, &holder, &fault) == OK ? 'y'
									  : 'n';
		(void)!write(ends[1], &byte, 1);
		(void)pause();
		_exit(0);
	}
	cr_assert_eq(read(ends[0], &byte, 1), 1);
	cr_assert_eq(byte, 'y');
	return child;
}

Test(pidfile_take, is_for_one_process_alone)
{
	pid_t child = other_holder(), holder = 0;
	int fd = -1, status;

	cr_expect_eq(
	    pidfile_take(&session, &fd, &holder, &fault), ERR_CONFLICT);
	cr_expect_eq(holder, child);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, &status, 0);
	cr_expect_eq(pidfile_take(&session, &fd, &holder, &fault), OK);
	(void)close(fd);
}

Test(pidfile_take, says_why_the_file_cannot_be_made)
{
	pid_t holder;
	int fd;

	(void)snprintf(session.home, sizeof(session.home), "/dev/null");
	cr_expect_eq(pidfile_take(&session, &fd, &holder, &fault), ERR_IO);
	cr_expect_not_null(strstr(fault.text, "/dev/null"));
}

Test(pidfile_holder, is_who_holds_it_now)
{
	pid_t child = other_holder(), holder = 0;
	int status;

	cr_expect_eq(pidfile_holder(&session, &holder, &fault), OK);
	cr_expect_eq(holder, child);
	/* The number stays in the file; the process does not. */
	(void)kill(child, SIGKILL);
	(void)waitpid(child, &status, 0);
	cr_expect_eq(pidfile_holder(&session, &holder, &fault), ERR_MISSING);
}

Test(pidfile_holder, is_nobody_where_there_is_no_file)
{
	pid_t holder;

	cr_expect_eq(pidfile_holder(&session, &holder, &fault), ERR_MISSING);
}
