#include "workers/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol/json.h"
#include "workers/normal.h"

enum { POLL_MS = 20 };

struct run {
	pid_t pid;
	int to, from; /* its standard input, and its output; -1 once closed */
	int64_t deadline_ms;
	const char *input;
	size_t input_left;
	char output[HOOK_OUTPUT_BYTES + 1];
	size_t output_len;
	bool late;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* What the program gets for descriptors, signals and a directory. */
static int
set_up(
    posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int in, int out)
{
	sigset_t none, all;
	int failed;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	failed = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP |
						    POSIX_SPAWN_SETSIGMASK |
						    POSIX_SPAWN_SETSIGDEF);
	if (failed == 0)
		failed = posix_spawnattr_setpgroup(attr, 0);
	if (failed == 0)
		failed = posix_spawnattr_setsigmask(attr, &none);
	if (failed == 0)
		failed = posix_spawnattr_setsigdefault(attr, &all);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(files, in, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(files, out, 1);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(files, out, 2);
	if (failed == 0)
		failed = posix_spawn_file_actions_addclosefrom_np(files, 3);
	if (failed == 0)
		failed = posix_spawn_file_actions_addchdir_np(files, "/");
	return failed;
}

static int
spawn(const struct hook *hook, pid_t *pid, int in, int out)
{
	char name[256], on[128], number[48], command[1100];
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char lang[] = "LANG=C.UTF-8";
	char *const arguments[] = {command, NULL};
	char *const environment[] = {name, on, number, path, lang, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int failed;

	(void)snprintf(name, sizeof(name), "TOCSIN_HOOK=%s", hook->name);
	(void)snprintf(on, sizeof(on), "TOCSIN_ON=%s", hook->on);
	(void)snprintf(number, sizeof(number), "TOCSIN_NOTIFICATION=%" PRId64,
	    hook->notification);
	if ((size_t)snprintf(command, sizeof(command), "%s", hook->command) >=
	    sizeof(command))
		return ENAMETOOLONG;
	failed = posix_spawn_file_actions_init(&files);
	if (failed != 0)
		return failed;
	failed = posix_spawnattr_init(&attr);
	if (failed == 0) {
		failed = set_up(&files, &attr, in, out);
		if (failed == 0)
			failed = posix_spawn(pid, command, &files, &attr,
			    arguments, environment);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return failed;
}

static int
begin(const struct hook *hook, struct run *run)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, failed = 0;

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
	    fcntl(in[1], F_SETFL, O_NONBLOCK) != 0 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) != 0)
		failed = errno;
	if (failed == 0)
		failed = spawn(hook, &run->pid, in[0], out[1]);
	shut(&in[0]);
	shut(&out[1]);
	run->to = in[1];
	run->from = out[0];
	if (failed != 0) {
		shut(&run->to);
		shut(&run->from);
	}
	return failed;
}

static void
feed(struct run *run)
{
	ssize_t n = write(run->to, run->input, run->input_left);

	if (n > 0) {
		run->input += n;
		run->input_left -= (size_t)n;
	} else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n < 0 || run->input_left == 0)
		shut(&run->to);
}

/* What is beyond the room is read too, so that the program is not held up. */
static void
listen_to(struct run *run)
{
	char chunk[4096];
	ssize_t n = read(run->from, chunk, sizeof(chunk));
	size_t room = HOOK_OUTPUT_BYTES - run->output_len;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		shut(&run->from);
		return;
	}
	if ((size_t)n < room)
		room = (size_t)n;
	memcpy(run->output + run->output_len, chunk, room);
	run->output_len += room;
}

static void
exchange(struct run *run)
{
	struct pollfd fds[2] = {{run->to, POLLOUT, 0}, {run->from, POLLIN, 0}};
	int64_t left = run->deadline_ms - now_ms();

	if (left > POLL_MS || left <= 0)
		left = POLL_MS;
	if (poll(fds, 2, (int)left) <= 0)
		return;
	if (fds[0].revents != 0)
		feed(run);
	if (fds[1].revents != 0)
		listen_to(run);
}

/* Waits for the program's end and returns its status. */
static int
finish(struct run *run)
{
	int status = 0;

	for (;;) {
		pid_t ended = waitpid(run->pid, &status, WNOHANG);

		if (ended == run->pid)
			break;
		if (!run->late && now_ms() >= run->deadline_ms) {
			run->late = true;
			(void)kill(-run->pid, SIGKILL);
		}
		exchange(run);
	}
	/* What it still had in the pipe; others may hold its other end. */
	for (int i = 0; i < 16 && run->from >= 0; i++)
		listen_to(run);
	shut(&run->to);
	shut(&run->from);
	return status;
}

/* One line of UTF-8 of whatever the program wrote. */
static void
clean(char *output, size_t len)
{
	output[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)output[i] < ' ' || output[i] == 0x7f)
			output[i] = ' ';
	normal_mend(output);
	len = strlen(output);
	if (!utf8_valid(output, len))
		for (size_t i = 0; i < len; i++)
			if ((unsigned char)output[i] >= 0x80)
				output[i] = '?';
	while (len > 0 && output[len - 1] == ' ')
		output[--len] = '\0';
}

enum err
hook_run(const struct hook *hook, char *detail)
{
	struct run run = {.input = hook->input,
	    .input_left = hook->input_len,
	    .deadline_ms = now_ms() + hook->limit_ms};
	int failed, status;
	char end[64];

	if (hook->command[0] != '/') {
		(void)snprintf(detail, HOOK_DETAIL_BYTES,
		    "the command is no absolute path");
		return ERR_IO;
	}
	failed = begin(hook, &run);
	if (failed != 0) {
		(void)snprintf(detail, HOOK_DETAIL_BYTES,
		    "cannot be started: %s", strerror(failed));
		return ERR_IO;
	}
	status = finish(&run);
	clean(run.output, run.output_len);
	if (run.late)
		(void)snprintf(
		    end, sizeof(end), "killed after %d ms", hook->limit_ms);
	else if (WIFSIGNALED(status))
		(void)snprintf(
		    end, sizeof(end), "ended by signal %d", WTERMSIG(status));
	else
		(void)snprintf(
		    end, sizeof(end), "exit %d", WEXITSTATUS(status));
	(void)snprintf(detail, HOOK_DETAIL_BYTES, "%s%s%s", end,
	    run.output[0] == '\0' ? "" : ": ", run.output);
	return !run.late && WIFEXITED(status) && WEXITSTATUS(status) == 0
		   ? OK
		   : ERR_IO;
}
