#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workers/sandbox.h"

enum { NO_FILTER = 200, DONE = 0, PAGE = 4096 };

static int pipe_ends[2];

/* Each attempt returns 0, or the errno that it failed with. */

static int
of(long result)
{
	return result < 0 ? errno : DONE;
}

static int
read_a_file(void)
{
	return of(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int
write_a_file(void)
{
	return of(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

static int
write_over_a_file(void)
{
	return of(open("/dev/null", O_WRONLY | O_CLOEXEC));
}

static int
empty_a_file(void)
{
	return of(open("/dev/null", O_RDONLY | O_TRUNC | O_CLOEXEC));
}

static int
remove_a_file(void)
{
	return of(unlink("/tmp/tocsin-no-such-file"));
}

static int
open_tcp(void)
{
	return of(socket(AF_INET, SOCK_STREAM, 0));
}

static int
open_raw(void)
{
	return of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
open_local(void)
{
	struct sockaddr_un nowhere = {
	    .sun_family = AF_UNIX, .sun_path = "/tmp/tocsin-no-such-socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&nowhere, sizeof(nowhere)) == 0)
		return of(fd);
	return errno == ENOENT ? DONE : errno;
}

static int
listen_locally(void)
{
	struct sockaddr_un here = {.sun_family = AF_UNIX};

	return of(bind(socket(AF_UNIX, SOCK_STREAM, 0),
	    (struct sockaddr *)&here, sizeof(sa_family_t)));
}

static int
run_a_program(void)
{
	char name[] = "/bin/true";
	char *args[] = {name, NULL};

	(void)execve(name, args, NULL);
	return errno;
}

static int
make_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return of(pid);
}

static void *
idle(void *arg)
{
	return arg;
}

static int
make_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, idle, NULL);
}

static int
look_into_another(void)
{
	return of(ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL));
}

static int
signal_another(void)
{
	return of(kill(getppid(), 0));
}

static int
make_code(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? errno
		   : DONE;
}

static int
turn_data_into_code(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NO_FILTER;
	return of(mprotect(page, PAGE, PROT_READ | PROT_EXEC));
}

/* What triage does all day. */
static int
work(void)
{
	static const char byte = '.';
	char *memory = malloc(1 << 20), back;

	if (memory == NULL)
		return ENOMEM;
	memset(memory, 1, 1 << 20);
	free(memory);
	if (write(pipe_ends[1], &byte, 1) != 1 ||
	    read(pipe_ends[0], &back, 1) != 1)
		return errno;
	return open_local();
}

struct row {
	const char *name;
	int (*attempt)(void);
	int outside; /* without a filter */
	int local, network; /* in the two sandboxes; KILLED */
};

enum { KILLED = -SIGSYS, ANYTHING = -1000 };

static const struct row rows[] = {
    {"work", work, DONE, DONE, DONE},
    {"open a local socket", open_local, DONE, DONE, DONE},
    {"read a file", read_a_file, DONE, EPERM, DONE},
    {"write a file", write_a_file, DONE, EPERM, EPERM},
    {"write over a file", write_over_a_file, DONE, EPERM, EPERM},
    {"empty a file", empty_a_file, DONE, EPERM, EPERM},
    {"remove a file", remove_a_file, ENOENT, EPERM, EPERM},
    {"open a TCP socket", open_tcp, DONE, EPERM, DONE},
    {"open a raw socket", open_raw, ANYTHING, EPERM, EPERM},
    {"listen at a local socket", listen_locally, DONE, EPERM, DONE},
    {"make code", make_code, DONE, EPERM, EPERM},
    {"turn data into code", turn_data_into_code, DONE, EPERM, EPERM},
    {"signal another", signal_another, DONE, EPERM, EPERM},
    {"run a program", run_a_program, DONE, KILLED, KILLED},
    {"make a process", make_a_process, DONE, KILLED, KILLED},
    {"make a thread", make_a_thread, DONE, KILLED, KILLED},
    {"look into another", look_into_another, ESRCH, KILLED, KILLED},
};

enum place { OUTSIDE, LOCAL, NETWORK };

/* The attempt's result in a process of its own; the signal, negative. */
static int
try_in(enum place place, int (*attempt)(void))
{
	const struct rlimit no_core = {0, 0};
	char why[128];
	int status;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &no_core);
		if (place != OUTSIDE &&
		    sandbox_enter(place == NETWORK, why, sizeof(why)) != OK)
			_exit(NO_FILTER);
		_exit(attempt());
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void
setup(void)
{
	cr_assert_eq(pipe(pipe_ends), 0);
	if (!sandbox_built())
		cr_skip_test("a build under sanitizers has no sandbox");
	if (try_in(LOCAL, work) == NO_FILTER)
		cr_skip_test("no filter of system calls can be had here");
}

TestSuite(sandbox, .init = setup);

Test(sandbox, leaves_what_triage_needs_and_nothing_else)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int got = try_in(OUTSIDE, rows[i].attempt);

		cr_expect(rows[i].outside == ANYTHING || got == rows[i].outside,
		    "outside, to %s gives %d", rows[i].name, got);
		got = try_in(LOCAL, rows[i].attempt);
		cr_expect_eq(got, rows[i].local,
		    "with a local broker, to %s gives %d", rows[i].name, got);
		got = try_in(NETWORK, rows[i].attempt);
		cr_expect_eq(got, rows[i].network,
		    "with a broker elsewhere, to %s gives %d", rows[i].name,
		    got);
	}
}

/* Reads a file when it is told to. */
static void *
read_when_told(void *arg)
{
	char byte;
	int *result = arg;

	*result = NO_FILTER;
	if (read(pipe_ends[0], &byte, 1) == 1)
		*result = read_a_file();
	return NULL;
}

static int
let_a_thread_try(void)
{
	char why[128];
	pthread_t thread;
	int result;

	if (pthread_create(&thread, NULL, read_when_told, &result) != 0 ||
	    sandbox_enter(false, why, sizeof(why)) != OK ||
	    write(pipe_ends[1], ".", 1) != 1 || pthread_join(thread, NULL) != 0)
		return NO_FILTER;
	return result;
}

Test(sandbox, holds_threads_that_were_there_before_it)
{
	cr_assert_eq(try_in(OUTSIDE, let_a_thread_try), EPERM);
}
