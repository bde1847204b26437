#include "cli/children.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/home.h"
#include "cli/program.h"
#include "protocol/ask.h"

enum {
	ARGS_MAX = 8,
	PAUSE_MS_MIN = 250,
	PAUSE_MS_MAX = 30000,
	/* Who lived this long had started well: the pause begins anew. */
	SETTLED_MS = 60000,
	WORKER_STOP_MS = 10000,
	BROKER_STOP_MS = 60000
};

struct child {
	char name[32];
	char path[PROGRAM_PATH_MAX];
	char *args[ARGS_MAX];
	pid_t pid; /* 0: does not run */
	int status; /* as waitpid gave it, when it has ended */
	int64_t started_ms, due_ms, pause_ms;
};

struct children {
	int fd; /* of the signals */
	sigset_t before;
	char home[SESSION_PATH_MAX], key[SESSION_PATH_MAX];
	char mappings[SESSION_PATH_MAX + 1];
	char gateway_key[SESSION_PATH_MAX], config[SESSION_PATH_MAX];
	size_t workers; /* rows of them, behind the broker's */
	bool stop;
	size_t count; /* the broker is the first */
	struct child *rows;
};

static int64_t
steady_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
children_log(const char *format, ...)
{
	char text[512], at[TIME_TEXT_MAX];
	struct timespec now;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)time_format(
	    (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, at);
	(void)fprintf(stderr, "%s %-7s %s\n", at, "up", text);
}

/* The words of both programs; the strings live as long as children. */
static void
fill_broker(struct children *children, struct child *child)
{
	static char program[] = "tocsind", command[] = "run";
	static char home[] = "--home";
	char *const args[] = {program, command, home, children->home, NULL};

	memcpy(child->args, args, sizeof(args));
}

static void
fill_gateway(struct children *children, struct child *child)
{
	static char program[] = "tocsin-gateway", key[] = "--key";
	static char config[] = "--config", home[] = "--home";
	char *const args[] = {program, key, children->gateway_key, config,
	    children->config, home, children->home, NULL};

	memcpy(child->args, args, sizeof(args));
}

/*
 * One workflow a process: a worker that only triages, which is where hostile
 * bytes are parsed, confines itself to what that needs.
 */
static void
fill_worker(
    struct children *children, struct child *child, enum workflow workflow)
{
	static char program[] = "tocsin-worker", key[] = "--key";
	static char option[] = "--workflow";
	static char triage[] = "triage", notify[] = "notify";
	static char folder[] = "--mappings";
	char *const args[] = {program, key, children->key, option,
	    workflow == WORKFLOW_triage ? triage : notify, folder,
	    children->mappings, NULL};

	memcpy(child->args, args, sizeof(args));
}

static enum err
take_signals(struct children *children, struct fault *fault)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &children->before);
	children->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return children->fd >= 0
		   ? OK
		   : fault_set(fault, ERR_IO,
			 "signals cannot be waited for: %s", strerror(errno));
}

/* The row's program: the broker, those that triage, one that notifies, the
 * gateway. */
static void
fill_row(struct children *children, size_t row)
{
	struct child *child = &children->rows[row];
	const char *name;

	if (row == 0) {
		fill_broker(children, child);
		name = "broker";
	} else if (row > children->workers) {
		fill_gateway(children, child);
		name = "gateway";
	} else if (row == children->workers) {
		fill_worker(children, child, WORKFLOW_notify);
		name = "notify";
	} else {
		fill_worker(children, child, WORKFLOW_triage);
		(void)snprintf(
		    child->name, sizeof(child->name), "triage %zu", row);
		return;
	}
	(void)snprintf(child->name, sizeof(child->name), "%s", name);
}

static enum err
fill_rows(struct children *children, struct fault *fault)
{
	enum err err = OK;
	size_t i;

	for (i = 0; i < children->count && err == OK; i++) {
		struct child *child = &children->rows[i];

		fill_row(children, i);
		child->pause_ms = PAUSE_MS_MIN;
		err = program_find(child->args[0], child->path, fault);
	}
	return err;
}

static enum err
find_mappings(struct children *children, const struct session *session,
    struct fault *fault)
{
	struct config config;
	enum err err = home_config(session, &config, fault);

	if (err != OK)
		return err;
	(void)snprintf(children->mappings, sizeof(children->mappings), "%s",
	    config.triage_mappings);
	config_fini(&config);
	return OK;
}

enum err
children_open(const struct session *session, size_t workers, bool gateway,
    struct children **children, struct fault *fault)
{
	struct children *made = claim(calloc(1, sizeof(*made)));
	enum err err;

	made->fd = -1;
	made->workers = workers + (workers > 0);
	made->count = 1 + made->workers + gateway;
	made->rows = claim(calloc(made->count, sizeof(*made->rows)));
	(void)snprintf(made->home, sizeof(made->home), "%s", session->home);
	err = session_path(session, "keys", "worker.key", made->key, fault);
	if (err == OK)
		err = find_mappings(made, session, fault);
	if (err == OK)
		err = session_path(
		    session, "keys", "gateway.key", made->gateway_key, fault);
	if (err == OK)
		err = session_path(
		    session, "tocsin.yaml", NULL, made->config, fault);
	if (err == OK)
		err = fill_rows(made, fault);
	if (err == OK)
		err = take_signals(made, fault);
	if (err != OK)
		children_close(&made);
	*children = made;
	return err;
}

void
children_close(struct children **children)
{
	if (*children == NULL)
		return;
	if ((*children)->fd >= 0) {
		(void)close((*children)->fd);
		(void)sigprocmask(SIG_SETMASK, &(*children)->before, NULL);
	}
	free((*children)->rows);
	free(*children);
	*children = NULL;
}

/* In the child: nothing of ours goes on in it but standard error. */
__attribute__((noreturn)) static void
become(const struct children *children, const struct child *child, pid_t parent)
{
	/* Should we be killed, they are told to stop. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	(void)sigprocmask(SIG_SETMASK, &children->before, NULL);
	(void)execv(child->path, child->args);
	_exit(127);
}

static enum err
start(struct children *children, struct child *child, struct fault *fault)
{
	pid_t parent = getpid();

	child->pid = fork();
	if (child->pid == 0)
		become(children, child, parent);
	if (child->pid < 0) {
		child->pid = 0;
		return fault_set(fault, ERR_IO, "%s cannot be started: %s",
		    child->name, strerror(errno));
	}
	child->started_ms = steady_ms();
	child->due_ms = 0;
	return OK;
}

enum err
children_start_broker(struct children *children, struct fault *fault)
{
	return start(children, &children->rows[0], fault);
}

enum err
children_start_others(struct children *children, struct fault *fault)
{
	enum err err = OK;
	size_t i;

	for (i = 1; i < children->count && err == OK; i++)
		err = start(children, &children->rows[i], fault);
	return err;
}

int
children_fd(const struct children *children)
{
	return children->fd;
}

static void
say_ended(const struct child *child)
{
	if (WIFSIGNALED(child->status))
		children_log("%s was ended by signal %d", child->name,
		    WTERMSIG(child->status));
	else
		children_log("%s ended with exit code %d", child->name,
		    WEXITSTATUS(child->status));
}

static void
note_ended(struct children *children, struct child *child, int status)
{
	int64_t now = steady_ms();

	child->pid = 0;
	child->status = status;
	if (children->stop)
		return;
	say_ended(child);
	if (now - child->started_ms >= SETTLED_MS)
		child->pause_ms = PAUSE_MS_MIN;
	child->due_ms = now + child->pause_ms;
	child->pause_ms *= 2;
	if (child->pause_ms > PAUSE_MS_MAX)
		child->pause_ms = PAUSE_MS_MAX;
}

bool
children_look(struct children *children)
{
	struct signalfd_siginfo told;
	pid_t pid;
	int status;
	size_t i;

	while (read(children->fd, &told, sizeof(told)) == sizeof(told))
		if (told.ssi_signo != SIGCHLD)
			children->stop = true;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < children->count; i++)
			if (children->rows[i].pid == pid)
				note_ended(
				    children, &children->rows[i], status);
	return children->stop;
}

bool
children_broker_runs(const struct children *children, int *code)
{
	const struct child *broker = &children->rows[0];

	if (broker->pid != 0)
		return true;
	*code = WIFEXITED(broker->status) ? WEXITSTATUS(broker->status)
					  : 128 + WTERMSIG(broker->status);
	return false;
}

/* Starts what is due; the milliseconds until something is, -1 for never. */
static int
start_due(struct children *children)
{
	int64_t now = steady_ms(), next = INT64_MAX;
	struct fault fault;
	size_t i;

	for (i = 0; i < children->count; i++) {
		struct child *child = &children->rows[i];

		if (child->pid != 0 || child->due_ms == 0)
			continue;
		if (child->due_ms <= now) {
			children_log("starting %s again", child->name);
			if (start(children, child, &fault) != OK) {
				children_log("%s", fault.text);
				child->due_ms = now + PAUSE_MS_MAX;
			}
		}
		if (child->pid == 0 && child->due_ms < next)
			next = child->due_ms;
	}
	return next == INT64_MAX ? -1 : (int)(next - now);
}

void
children_tend(struct children *children)
{
	struct pollfd signals = {.fd = children->fd, .events = POLLIN};

	while (!children_look(children))
		(void)poll(&signals, 1, start_due(children));
}

static bool
any_runs(const struct children *children, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++)
		if (children->rows[i].pid != 0)
			return true;
	return false;
}

/* Asks the rows to stop, waits, and ends what has not by then. */
static void
stop_rows(struct children *children, size_t first, size_t end, int64_t ms)
{
	struct pollfd signals = {.fd = children->fd, .events = POLLIN};
	int64_t deadline = steady_ms() + ms;
	size_t i;

	for (i = first; i < end; i++)
		if (children->rows[i].pid != 0)
			(void)kill(children->rows[i].pid, SIGTERM);
	while (any_runs(children, first, end)) {
		int64_t left = deadline - steady_ms();

		if (left <= 0) {
			for (i = first; i < end; i++)
				if (children->rows[i].pid != 0)
					(void)kill(
					    children->rows[i].pid, SIGKILL);
			left = 1000;
		}
		(void)poll(&signals, 1, (int)left);
		(void)children_look(children);
	}
}

void
children_stop(struct children *children)
{
	children->stop = true;
	stop_rows(children, 1, children->count, WORKER_STOP_MS);
	stop_rows(children, 0, 1, BROKER_STOP_MS);
}
