/* up, down: broker, workers and gateway of one home, in this terminal or behind it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "cli/children.h"
#include "cli/home.h"
#include "cli/local.h"
#include "cli/pidfile.h"
#include "cli/report.h"
#include "protocol/client.h"

enum {
	TRIES_MAX = 60, /* a long journal takes time to scan */
	ANSWER_MS_MAX = 5000,
	SLICE_MS = 100,
	DOWN_MS_MAX = 90000,
	LINE_MAX_BYTES = 1200
};

/* What the one in the background tells the one that started it. */
struct teller {
	int fd; /* -1: nobody is to be told */
};

static void
tell(const struct teller *teller, const char *line)
{
	if (teller->fd < 0)
		return;
	if (write(teller->fd, line, strlen(line)) < 0)
		children_log("nobody waits for the news any more");
}

/* The key that up asks with: the workers'. */
static enum err
open_client(
    struct session *session, struct client **client, struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	enum err err = session_path(session, "keys", "worker.key", path, fault);

	if (err == OK) {
		session->given[OPTION_key] = path;
		err = session_key(session, fault);
		session->given[OPTION_key] = NULL;
	}
	if (err == OK &&
	    client_open(&session->key, CLIENT_PEOPLE, client) != OK)
		err = fault_set(fault, ERR_INVALID,
		    "%s: no connection can be made with it", path);
	return err;
}

/* One question; its answer is waited for in slices. */
static enum err
ask_status(struct client *client, struct children *children)
{
	struct answer answer;
	enum err err = client_send(client, VERB_status, NULL, NULL, 0, NULL);
	int waited, code;

	answer_init(&answer);
	for (waited = 0; err == OK && waited < ANSWER_MS_MAX;
	     waited += SLICE_MS) {
		err = client_receive(client, SLICE_MS, NULL, &answer);
		if (err != ERR_TIMEOUT)
			break;
		if (!children_look(children) &&
		    children_broker_runs(children, &code))
			err = OK;
	}
	if (err == OK && answer.status == 0)
		err = ERR_TIMEOUT;
	if (err == OK)
		err = answer.err;
	answer_fini(&answer);
	return err;
}

/* Why it is not worth waiting any longer; OK while it is. */
static enum err
check_broker(struct children *children, struct fault *fault)
{
	int code;

	if (children_look(children))
		return fault_here(
		    fault, ERR_BUSY, "stopped before it was ready");
	if (!children_broker_runs(children, &code))
		return fault_set(fault, ERR_IO,
		    "the broker ended with exit code %d; its last words say "
		    "why",
		    code);
	return OK;
}

/* Waits until the broker answers, ends, or somebody wants a stop. */
static enum err
await_broker(
    struct session *session, struct children *children, struct fault *fault)
{
	struct client *client = NULL;
	enum err err = open_client(session, &client, fault);
	int tries;

	for (tries = 0; err == OK; tries++) {
		enum err asked = ask_status(client, children);

		if (asked == OK)
			break;
		err = check_broker(children, fault);
		if (err == OK && asked == ERR_DENIED)
			err = fault_here(fault, ERR_DENIED,
			    "the broker does not admit the workers' key, "
			    "%s/keys/worker.key",
			    session->home);
		if (err == OK && tries == TRIES_MAX)
			err = fault_here(fault, ERR_TIMEOUT,
			    "the broker runs, but does not answer at %s",
			    session->key.people);
		if (err == OK && client_reconnect(client) != OK)
			err = fault_here(fault, ERR_IO,
			    "%s cannot be connected to", session->key.people);
	}
	client_close(&client);
	return err;
}

static enum err
bring_up(struct session *session, struct children *children, size_t workers,
    const struct teller *teller, struct fault *fault)
{
	enum err err = children_start_broker(children, fault);

	if (err == OK)
		err = await_broker(session, children, fault);
	if (err == OK)
		err = children_start_others(children, fault);
	if (err != OK)
		return err;
	children_log(workers > 0
			 ? "the broker answers at %s; %zu workers triage, one "
			   "notifies"
			 : "the broker answers at %s; %zu workers",
	    session->key.people, workers);
	tell(teller, "OK\n");
	children_tend(children);
	children_log("stopping");
	return OK;
}

/*
 * Is there a gateway to run?  A home that was made before there were any has no
 * key for one.
 */
static enum err
wants_gateway(const struct session *session, const struct config *config,
    bool *wanted, struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	enum err err =
	    session_path(session, "keys", "gateway.key", path, fault);

	*wanted = false;
	if (err != OK || config->gateway_listen[0] == '\0')
		return err;
	*wanted = access(path, R_OK) == 0;
	if (!*wanted)
		children_log("no gateway: %s is not there; `tocsin key new "
			     "gateway` makes it, `tocsin people enrol gateway "
			     "--roles gateway` admits it",
		    path);
	return OK;
}

/* From the lock to the last child's end. */
static enum err
run_all(
    struct session *session, const struct teller *teller, struct fault *fault)
{
	struct children *children = NULL;
	struct config config;
	size_t workers;
	bool gateway = false;
	pid_t holder;
	int lock = -1;
	enum err err = home_config(session, &config, fault);

	if (err != OK)
		return err;
	workers = (size_t)config.workers_count;
	if (!home_has_store(&config))
		err = fault_here(fault, ERR_MISSING,
		    "%s holds no store: `tocsin init` makes one",
		    config.store_path);
	if (err == OK)
		err = wants_gateway(session, &config, &gateway, fault);
	config_fini(&config);
	if (err == OK)
		err = pidfile_take(session, &lock, &holder, fault);
	if (err == OK)
		err =
		    children_open(session, workers, gateway, &children, fault);
	if (err == OK) {
		err = bring_up(session, children, workers, teller, fault);
		children_stop(children);
		children_log("stopped");
	}
	children_close(&children);
	if (lock >= 0)
		(void)close(lock);
	return err;
}

/* Standard output and error to the log, standard input to nothing. */
static enum err
leave_terminal(const struct session *session, struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	int log, nothing;
	enum err err = home_folder(session, "log", fault);

	if (err == OK)
		err = session_path(session, "log", "tocsin.log", path, fault);
	if (err != OK)
		return err;
	log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (log < 0 || nothing < 0)
		return fault_set(fault, ERR_IO, "%s: cannot be opened: %s",
		    path, strerror(errno));
	(void)fflush(NULL);
	if (dup2(nothing, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
	    dup2(log, STDERR_FILENO) < 0)
		return fault_set(fault, ERR_IO, "the terminal cannot be left");
	(void)close(log);
	(void)close(nothing);
	(void)setsid();
	return OK;
}

/* In the background process.  Returns its exit code. */
static int
run_behind(struct session *session, int fd)
{
	const struct teller teller = {fd};
	char line[LINE_MAX_BYTES];
	struct fault fault;
	enum err err = leave_terminal(session, &fault);

	if (err == OK)
		err = run_all(session, &teller, &fault);
	if (err == OK)
		return 0;
	children_log("%s", fault.text);
	(void)snprintf(
	    line, sizeof(line), "%d %d %s\n", (int)err, fault.code, fault.text);
	tell(&teller, line);
	return err_exit(err);
}

/* Takes a number and the blank behind it off the line. */
static int
take_number(char **line)
{
	long number = strtol(*line, line, 10);

	*line += strspn(*line, " ");
	return number >= 0 && number < 128 ? (int)number : 0;
}

/* The background's first line: OK, or error, exit code and a sentence. */
static enum err
hear(int fd, struct fault *fault)
{
	char line[LINE_MAX_BYTES] = "", *text = line;
	FILE *file = fdopen(fd, "r");
	int err, code;

	if (file != NULL) {
		if (fgets(line, sizeof(line), file) == NULL)
			line[0] = '\0';
		(void)fclose(file);
	}
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, "OK") == 0)
		return OK;
	err = take_number(&text);
	code = take_number(&text);
	if (err <= OK || err >= ERR_COUNT || code == 0)
		return fault_set(fault, ERR_IO, "it ended before it was ready");
	(void)fault_set(fault, (enum err)err, "%s", text);
	fault->code = code;
	return (enum err)err;
}

static cJSON *
process_body(pid_t pid, const char *log)
{
	cJSON *body = report_new();

	report_number(body, "process", pid);
	if (log != NULL)
		report_text(body, "log", log);
	return body;
}

static enum err
go_behind(struct session *session, struct fault *fault)
{
	char log[SESSION_PATH_MAX];
	int ends[2];
	pid_t pid;
	enum err err = session_path(session, "log", "tocsin.log", log, fault);

	if (err != OK)
		return err;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fault_set(fault, ERR_IO, "no pipe: %s", strerror(errno));
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		(void)close(ends[0]);
		_exit(run_behind(session, ends[1]));
	}
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return fault_set(
		    fault, ERR_IO, "no process: %s", strerror(errno));
	}
	err = hear(ends[0], fault);
	if (err == OK)
		report_done(session, process_body(pid, log),
		    "broker and workers run (process %ld); their log: %s",
		    (long)pid, log);
	else if (err == ERR_IO || err == ERR_TIMEOUT)
		(void)fprintf(stderr, "tocsin: the log has more: %s\n", log);
	return err;
}

int
local_up(struct session *session, const struct local_args *args)
{
	const struct teller nobody = {-1};
	struct fault fault;
	pid_t holder;
	enum err err;

	if (args->given[LOCAL_up_background] == NULL) {
		err = run_all(session, &nobody, &fault);
	} else if (pidfile_holder(session, &holder, &fault) == OK) {
		report_done(session, process_body(holder, NULL),
		    "broker and workers run already (process %ld)",
		    (long)holder);
		return 0;
	} else {
		err = go_behind(session, &fault);
	}
	return err == OK ? 0 : report_fail(session, &fault);
}

/*
 * Signals the process and waits for its end.  The descriptor stands for that
 * very process: when it ends in between, no other gets the signal.
 */
static enum err
end_process(
    const struct session *session, pid_t pid, int fd, struct fault *fault)
{
	struct pollfd ended = {.fd = fd, .events = POLLIN};
	pid_t holder;

	if (pidfile_holder(session, &holder, fault) != OK || holder != pid)
		return OK;
	if (pidfd_send_signal(fd, SIGTERM, NULL, 0) != 0 && errno != ESRCH)
		return fault_here(fault, ERR_DENIED,
		    "process %ld cannot be told to stop: %s", (long)pid,
		    strerror(errno));
	while (poll(&ended, 1, DOWN_MS_MAX) < 0)
		if (errno != EINTR)
			break;
	if ((ended.revents & POLLIN) == 0)
		return fault_here(fault, ERR_TIMEOUT,
		    "process %ld has not ended after %d s; the log may say "
		    "why",
		    (long)pid, DOWN_MS_MAX / 1000);
	return OK;
}

int
local_down(struct session *session, const struct local_args *args)
{
	struct fault fault;
	pid_t pid;
	int fd;
	enum err err = pidfile_holder(session, &pid, &fault);

	(void)args;
	if (err == ERR_MISSING) {
		report_done(session, report_new(), "%s", fault.text);
		return 0;
	}
	if (err == OK) {
		fd = pidfd_open(pid, 0);
		if (fd >= 0) {
			err = end_process(session, pid, fd, &fault);
			(void)close(fd);
		}
	}
	if (err != OK)
		return report_fail(session, &fault);
	report_done(session, process_body(pid, NULL),
	    "broker and workers are stopped (process %ld)", (long)pid);
	return 0;
}
