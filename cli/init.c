/* init: keys, a store, an example configuration, from nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/example.h"
#include "cli/home.h"
#include "cli/local.h"
#include "cli/program.h"
#include "cli/report.h"
#include "protocol/ask.h"

enum { ENROL_MAX = 512, FOUNDERS = 7 };

#define DEMO_SOURCES "wazuh-demo+suricata-demo+alertmanager-demo+native-demo"

/* Who is there from the first entry on. */
struct founder {
	const char *name;
	const char *roles, *sources; /* as tocsind takes them */
	bool wanted;
	struct key key;
	char path[SESSION_PATH_MAX];
	char enrol[ENROL_MAX]; /* NAME:ROLES:PUBLIC[:SOURCES] */
};

static enum err
check_names(const struct founder *founders, size_t count, struct fault *fault)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		if (!name_valid(founders[i].name) ||
		    strchr(founders[i].name, ':') != NULL)
			return fault_set(fault, ERR_INVALID,
			    "\"%s\" is not a name: small letters, digits "
			    "and . _ - (at most %d)",
			    founders[i].name, LIMIT_NAME_BYTES_MAX);
		for (j = 0; j < i; j++)
			if (strcmp(founders[i].name, founders[j].name) == 0)
				return fault_set(fault, ERR_INVALID,
				    "\"%s\" would be two at once: give "
				    "--admin and --lead names of their own",
				    founders[i].name);
	}
	return OK;
}

/* Makes the pair, and makes sure that no key file would be overwritten. */
static enum err
make_key(
    const struct session *session, struct founder *founder, struct fault *fault)
{
	char leaf[LIMIT_NAME_BYTES_MAX + 8];
	enum err err;

	(void)snprintf(leaf, sizeof(leaf), "%s.key", founder->name);
	err = session_path(session, "keys", leaf, founder->path, fault);
	if (err != OK)
		return err;
	if (access(founder->path, F_OK) == 0)
		return fault_set(fault, ERR_CONFLICT,
		    "%s exists: nothing was changed; move it away if it is "
		    "of an older store",
		    founder->path);
	if (key_make(&founder->key) != OK)
		return fault_set(
		    fault, ERR_INTERNAL, "no key pair can be made");
	(void)snprintf(
	    founder->key.name, sizeof(founder->key.name), "%s", founder->name);
	(void)snprintf(founder->enrol, sizeof(founder->enrol), "%s:%s:%s%s%s",
	    founder->name, founder->roles, founder->key.public_z85,
	    founder->sources != NULL ? ":" : "",
	    founder->sources != NULL ? founder->sources : "");
	return OK;
}

/* Runs tocsind's part of it: the store and the broker's own key. */
static enum err
run_tocsind(const struct session *session, const char *command,
    struct founder *founders, size_t count, struct fault *fault)
{
	char program[] = "tocsind", home_option[] = "--home";
	char enrol_option[] = "--enrol", word[16], home[SESSION_PATH_MAX];
	char *args[PROGRAM_ARGS_MAX] = {program, word, home_option, home};
	size_t used = 4, i;
	int code;
	enum err err;

	(void)snprintf(word, sizeof(word), "%s", command);
	(void)snprintf(home, sizeof(home), "%s", session->home);
	for (i = 0; i < count; i++)
		if (founders[i].wanted) {
			args[used++] = enrol_option;
			args[used++] = founders[i].enrol;
		}
	err = program_run(args, &code, fault);
	if (err == OK && code != 0)
		err = fault_set(fault, ERR_IO,
		    "tocsind %s failed with exit code %d, for the reason "
		    "above",
		    command, code);
	return err;
}

/* One line a file; with --json all of them come at the end. */
static void
say_made(const struct session *session, const char *path, const char *what)
{
	if (!session->json)
		(void)fprintf(session->screen.out, "  %-44s %s\n", path, what);
}

static enum err
save_key(const struct session *session, const struct config *config,
    struct founder *founder, struct fault *fault)
{
	enum err err = home_server(session, founder->key.server_z85, fault);

	if (err != OK)
		return err;
	home_near(config, &founder->key);
	err = key_save(&founder->key, founder->path);
	if (err != OK)
		return fault_set(fault, err,
		    "%s cannot be written, so nobody can act as %s; `tocsin "
		    "init --recover` enrols an administrator anew",
		    founder->path, founder->name);
	say_made(session, founder->path, founder->roles);
	return OK;
}

/* HOME/keys/default.key: whom one acts as when one does not say. */
static void
link_default(const struct session *session, const char *name)
{
	char path[SESSION_PATH_MAX], leaf[LIMIT_NAME_BYTES_MAX + 8];
	char what[LIMIT_NAME_BYTES_MAX + 64];
	struct fault fault;

	(void)snprintf(leaf, sizeof(leaf), "%s.key", name);
	(void)snprintf(what, sizeof(what),
	    "-> %s, whom you act as when you do not say", leaf);
	if (session_path(session, "keys", "default.key", path, &fault) != OK)
		return;
	if (symlink(leaf, path) == 0)
		say_made(session, path, what);
}

static enum err
write_example(const struct session *session, struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	FILE *file;
	bool written;
	enum err err = session_path(session, "tocsin.yaml", NULL, path, fault);

	if (err != OK || access(path, F_OK) == 0)
		return err;
	file = fopen(path, "wex");
	if (file != NULL) {
		example_write(file);
		written = ferror(file) == 0;
		if (fclose(file) == 0 && written) {
			say_made(session, path, "every setting, commented out");
			return OK;
		}
	}
	return fault_set(fault, ERR_IO, "%s cannot be written", path);
}

/* Each program under its own user; what starts them is the system's. */
static void
say_next_services(const struct session *session)
{
	(void)fprintf(session->screen.out,
	    "\nNext: give the workers' keys to the users that run "
	    "them, and have started:\n"
	    "  tocsind run --home %s\n"
	    "  tocsin-worker --key worker-triage.key --workflow triage\n"
	    "  tocsin-worker --key worker-notify.key --workflow notify\n"
	    "  tocsin-gateway --key gateway.key\n",
	    session->home);
}

static void
say_next(const struct session *session)
{
	bool named = session->given[OPTION_home] != NULL;
	const char *option = named ? " --home " : "";
	const char *home = named ? session->home : "";

	(void)fprintf(session->screen.out,
	    "\nNext:\n"
	    "  tocsin up --background%s%s\n"
	    "  tocsin whoami%s%s\n"
	    "  tocsin open \"What happened\" --severity high%s%s\n",
	    option, home, option, home, option, home);
}

/* What was made, as JSON. */
static void
tell_home(const struct session *session, const struct config *config,
    const struct founder *founders, size_t count)
{
	cJSON *body = report_new(), *keys = report_new();
	size_t i;

	for (i = 0; i < count; i++)
		if (founders[i].wanted)
			report_text(keys, founders[i].name, founders[i].path);
	report_text(body, "home", session->home);
	report_text(body, "store", config->store_path);
	report_member(body, "keys", keys);
	report_done(session, body, "%s", session->home);
}

/* Everybody's keys, then the store that enrols them, then the files. */
static enum err
make_home(struct session *session, const struct config *config,
    struct founder *founders, size_t count, struct fault *fault)
{
	enum err err = home_folder(session, "keys", fault);
	size_t i;

	for (i = 0; i < count && err == OK; i++)
		if (founders[i].wanted)
			err = make_key(session, &founders[i], fault);
	if (err == OK)
		err = run_tocsind(session, "init", founders, count, fault);
	if (err != OK)
		return err;
	if (!session->json)
		(void)fprintf(
		    session->screen.out, "Made in %s:\n", session->home);
	for (i = 0; i < count && err == OK; i++)
		if (founders[i].wanted)
			err = save_key(session, config, &founders[i], fault);
	if (err != OK)
		return err;
	link_default(session, founders[1].name);
	say_made(session, config->store_path, "journal and state");
	return write_example(session, fault);
}

static enum err
init_new(struct session *session, const struct local_args *args,
    const struct config *config, struct fault *fault)
{
	const char *admin = args->given[LOCAL_init_admin];
	const char *lead = args->given[LOCAL_init_lead];
	bool demo = args->given[LOCAL_init_demo] != NULL;
	bool services = args->given[LOCAL_init_services] != NULL;
	struct founder founders[FOUNDERS] = {
	    {.name = admin != NULL ? admin : "admin",
		.roles = "admin",
		.wanted = true},
	    {.name = lead != NULL ? lead : "lead",
		.roles = "analyst+lead",
		.wanted = true},
	    {.name = "worker", .roles = "worker", .wanted = !services},
	    {.name = "worker-triage", .roles = "worker", .wanted = services},
	    {.name = "worker-notify", .roles = "worker", .wanted = services},
	    {.name = "gateway", .roles = "gateway", .wanted = true},
	    {.name = "demo",
		.roles = "sensor",
		.sources = DEMO_SOURCES,
		.wanted = demo},
	};
	enum err err;
	size_t i;

	if (home_has_store(config))
		return fault_set(fault, ERR_CONFLICT,
		    "%s holds a store already; nothing was changed. `tocsin "
		    "up` runs it; --home makes another one elsewhere",
		    config->store_path);
	err = check_names(founders, FOUNDERS, fault);
	if (err == OK)
		err = make_home(session, config, founders, FOUNDERS, fault);
	for (i = 0; i < FOUNDERS; i++)
		key_wipe(&founders[i].key);
	if (err == OK && session->json)
		tell_home(session, config, founders, FOUNDERS);
	else if (err == OK && services)
		say_next_services(session);
	else if (err == OK)
		say_next(session);
	return err;
}

/* A new administrator for a store whose last one's key is lost. */
static enum err
init_recover(struct session *session, const struct local_args *args,
    const struct config *config, struct fault *fault)
{
	const char *admin = args->given[LOCAL_init_admin];
	struct founder founder = {
	    .name = admin, .roles = "admin", .wanted = true};
	enum err err;

	if (admin == NULL)
		return fault_set(fault, ERR_INVALID,
		    "--admin: name the new administrator; a name that was "
		    "used before cannot be used again");
	if (!home_has_store(config))
		return fault_set(fault, ERR_MISSING,
		    "%s holds no store: there is nothing to recover",
		    config->store_path);
	err = check_names(&founder, 1, fault);
	if (err == OK)
		err = home_folder(session, "keys", fault);
	if (err == OK)
		err = make_key(session, &founder, fault);
	if (err == OK)
		err = run_tocsind(session, "recover", &founder, 1, fault);
	if (err == OK)
		err = save_key(session, config, &founder, fault);
	key_wipe(&founder.key);
	if (err == OK && session->json)
		tell_home(session, config, &founder, 1);
	return err;
}

int
local_init(struct session *session, const struct local_args *args)
{
	struct config config;
	struct fault fault;
	enum err err = home_config(session, &config, &fault);

	if (err != OK)
		return report_fail(session, &fault);
	if (args->words_count > 0)
		err = fault_set(&fault, ERR_INVALID,
		    "one word too many: \"%s\"", args->words[0]);
	else if (args->given[LOCAL_init_recover] != NULL)
		err = init_recover(session, args, &config, &fault);
	else
		err = init_new(session, args, &config, &fault);
	config_fini(&config);
	return err == OK ? 0 : report_fail(session, &fault);
}
