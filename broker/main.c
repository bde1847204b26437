/* tocsind: the broker, and what is done to a store while none runs. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/broker.h"
#include "broker/offline.h"
#include "protocol/heap.h"
#include "protocol/json_memory.h"
#include "protocol/log.h"

enum { PATH_BYTES = 1200, WHY_BYTES = 2048, USAGE = 2, FILES_WANTED = 8192 };

static const char usage[] = "usage: tocsind run --home HOME [--config FILE]\n"
			    "       tocsind init --home HOME --enrol "
			    "NAME:ROLE[+ROLE]:PUBLIC[:SOURCE+SOURCE] ...\n"
			    "       tocsind recover --home HOME --enrol ...\n"
			    "       tocsind rebuild --home HOME\n"
			    "       tocsind dump --home HOME\n"
			    "       tocsind --version\n";

struct arguments {
	char home[PATH_BYTES];
	const char *config_path;
	struct offline_enrolment enrolments[OFFLINE_ENROL_MAX];
	size_t enrolments_count;
	struct config config;
	char why[WHY_BYTES];
};

/* ---- commands ---- */

static enum err
do_init(struct arguments *arguments)
{
	return offline_init(arguments->home, &arguments->config,
	    arguments->enrolments, arguments->enrolments_count, arguments->why,
	    WHY_BYTES);
}

static enum err
do_recover(struct arguments *arguments)
{
	return offline_recover(&arguments->config, arguments->enrolments,
	    arguments->enrolments_count, arguments->why, WHY_BYTES);
}

static enum err
do_rebuild(struct arguments *arguments)
{
	return offline_rebuild(&arguments->config, arguments->why, WHY_BYTES);
}

static enum err
do_dump(struct arguments *arguments)
{
	return offline_dump(&arguments->config, arguments->why, WHY_BYTES);
}

/* Connections and segments are files; the soft limit is often 1,024. */
static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= FILES_WANTED)
		return;
	limit.rlim_cur =
	    limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < LIMIT_CONNECTIONS_MAX + 256)
		log_warning("only %llu files may be open: connections may "
			    "use them up; raise the limit (LimitNOFILE)",
		    (unsigned long long)limit.rlim_cur);
}

static enum err
do_run(struct arguments *arguments)
{
	char path[PATH_BYTES + 32];
	struct key key;
	enum err err;

	(void)snprintf(
	    path, sizeof(path), "%s/keys/broker.key", arguments->home);
	err = key_load(path, &key, arguments->why, WHY_BYTES);
	if (err != OK)
		return err;
	(void)snprintf(path, sizeof(path), "%s/run", arguments->home);
	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		(void)snprintf(arguments->why, WHY_BYTES, "cannot make %s: %s",
		    path, strerror(errno));
		return ERR_IO;
	}
	raise_file_limit();
	(void)signal(SIGPIPE, SIG_IGN);
	log_info("tocsind " TOCSIN_VERSION " starts, configuration %s",
	    arguments->config.version);
	err = broker_run(arguments->home, &arguments->config, &key,
	    arguments->why, WHY_BYTES);
	key_wipe(&key);
	if (err == OK)
		log_info("ended in good order");
	return err;
}

static const struct {
	const char *name;
	enum err (*run)(struct arguments *arguments);
	bool enrols;
} commands[] = {
    {"run", do_run, false},
    {"init", do_init, true},
    {"recover", do_recover, true},
    {"rebuild", do_rebuild, false},
    {"dump", do_dump, false},
};

/* ---- arguments ---- */

static enum err
invalid(struct arguments *arguments, const char *what, const char *word)
{
	(void)snprintf(arguments->why, WHY_BYTES, "%s %.100s", what, word);
	return ERR_INVALID;
}

/* An absolute path: the working folder is not the broker's to rely on. */
static enum err
take_home(struct arguments *arguments, const char *home)
{
	char here[PATH_BYTES / 2];

	if (strlen(home) > sizeof(here) - 1)
		return invalid(arguments, "too long a path:", home);
	if (home[0] == '/') {
		(void)snprintf(
		    arguments->home, sizeof(arguments->home), "%s", home);
		return OK;
	}
	if (getcwd(here, sizeof(here)) == NULL)
		return invalid(arguments, "no working folder for", home);
	(void)snprintf(
	    arguments->home, sizeof(arguments->home), "%s/%s", here, home);
	return OK;
}

static enum err
take_enrolment(struct arguments *arguments, const char *text)
{
	if (arguments->enrolments_count == OFFLINE_ENROL_MAX)
		return invalid(arguments, "too many to enrol with", text);
	return offline_read_enrolment(text,
	    &arguments->enrolments[arguments->enrolments_count++],
	    arguments->why, WHY_BYTES);
}

static enum err
take_option(struct arguments *arguments, const char *name, const char *value)
{
	if (value == NULL)
		return invalid(arguments, "a value is missing behind", name);
	if (strcmp(name, "--home") == 0)
		return take_home(arguments, value);
	if (strcmp(name, "--enrol") == 0)
		return take_enrolment(arguments, value);
	if (strcmp(name, "--config") == 0) {
		arguments->config_path = value;
		return OK;
	}
	return invalid(arguments, "there is no option", name);
}

static enum err
take_options(struct arguments *arguments, char **argv)
{
	enum err err = OK;

	for (; err == OK && *argv != NULL; argv += 2) {
		err = take_option(arguments, argv[0], argv[1]);
		if (argv[1] == NULL)
			break;
	}
	if (err == OK && arguments->home[0] == '\0')
		return invalid(arguments, "say which", "--home");
	return err;
}

static enum err
load_config(struct arguments *arguments)
{
	char path[PATH_BYTES + 32];
	const char *name = arguments->config_path;
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/tocsin.yaml", arguments->home);
	if (name == NULL)
		name = path;
	err = config_load(name, arguments->home, &arguments->config,
	    arguments->why, WHY_BYTES);
	if (err == ERR_MISSING && arguments->config_path == NULL)
		return config_default(arguments->home, &arguments->config);
	return err;
}

static enum err
run_command(const char *name, char **options, struct arguments *arguments)
{
	size_t i;
	enum err err;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			break;
	if (i == sizeof(commands) / sizeof(commands[0])) {
		(void)fputs(usage, stderr);
		return ERR_INVALID;
	}
	err = take_options(arguments, options);
	if (err == OK && commands[i].enrols && arguments->enrolments_count == 0)
		err = invalid(arguments, "say whom to", "--enrol");
	if (err == OK)
		err = load_config(arguments);
	if (err != OK)
		return err;
	err = commands[i].run(arguments);
	config_fini(&arguments->config);
	return err;
}

int
main(int argc, char **argv)
{
	struct arguments *arguments = calloc(1, sizeof(*arguments));
	enum err err;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		free(arguments);
		return puts("tocsind " TOCSIN_VERSION) < 0;
	}
	if (argc < 2 || arguments == NULL || sodium_init() < 0) {
		(void)fputs(usage, stderr);
		free(arguments);
		return USAGE;
	}
	(void)umask(077);
	heap_keep();
	json_memory_use();
	err = run_command(argv[1], argv + 2, arguments);
	if (err != OK && arguments->why[0] != '\0')
		log_error("%s", arguments->why);
	free(arguments);
	return err_exit(err);
}
