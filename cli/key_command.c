/* key new, key show: key pairs without a broker. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/home.h"
#include "cli/local.h"
#include "protocol/ask.h"

/*
 * The server's half: from this home's broker, or, where there is none, from
 * the key that one acts with here.
 */
static enum err
fill_server(struct session *session, struct key *key, struct fault *fault)
{
	if (home_server(session, key->server_z85, fault) == OK)
		return OK;
	if (session_key(session, fault) != OK)
		return fault_here(fault, ERR_MISSING,
		    "the broker's public key is not known here: there is "
		    "neither HOME/keys/broker.public nor a key to act with");
	(void)snprintf(key->server_z85, sizeof(key->server_z85), "%s",
	    session->key.server_z85);
	return OK;
}

static enum err
fill_endpoints(
    struct session *session, bool tcp, struct key *key, struct fault *fault)
{
	struct config config;
	enum err err = home_config(session, &config, fault);

	if (err != OK)
		return err;
	if (tcp)
		err = home_far(&config, key, fault);
	else
		home_near(&config, key);
	config_fini(&config);
	return err;
}

static enum err
key_file(const struct session *session, const struct local_args *args,
    char *path, struct fault *fault)
{
	const char *out = args->given[LOCAL_key_new_out];
	char leaf[LIMIT_NAME_BYTES_MAX + 8];
	enum err err;

	if (out != NULL) {
		(void)snprintf(path, SESSION_PATH_MAX, "%s", out);
		return OK;
	}
	err = home_folder(session, "keys", fault);
	(void)snprintf(leaf, sizeof(leaf), "%s.key", args->words[0]);
	return err == OK ? session_path(session, "keys", leaf, path, fault)
			 : err;
}

static enum err
make(struct session *session, const struct local_args *args, struct key *key,
    char *path, struct fault *fault)
{
	bool tcp = args->given[LOCAL_key_new_tcp] != NULL;
	enum err err;

	if (args->words_count != 1 || !name_valid(args->words[0]))
		return fault_set(fault, ERR_INVALID,
		    "key new: give one name: small letters, digits and "
		    ". _ - (at most %d)",
		    LIMIT_NAME_BYTES_MAX);
	(void)snprintf(key->name, sizeof(key->name), "%s", args->words[0]);
	err = fill_server(session, key, fault);
	if (err == OK)
		err = fill_endpoints(session, tcp, key, fault);
	if (err == OK)
		err = key_file(session, args, path, fault);
	if (err == OK && key_make(key) != OK)
		err = fault_set(fault, ERR_INTERNAL, "no key pair can be made");
	if (err != OK)
		return err;
	err = key_save(key, path);
	if (err == ERR_CONFLICT)
		return fault_set(
		    fault, err, "%s exists; nothing was changed", path);
	return err == OK ? OK
			 : fault_set(fault, err, "%s cannot be written", path);
}

int
local_key_new(struct session *session, const struct local_args *args)
{
	FILE *out = session->screen.out;
	char path[SESSION_PATH_MAX];
	struct key key;
	struct fault fault;
	enum err err;

	memset(&key, 0, sizeof(key));
	err = make(session, args, &key, path, &fault);
	key_wipe(&key);
	if (err != OK)
		return fault_report(&fault);
	(void)fprintf(out, "%s made: keep it secret\n", path);
	(void)fprintf(out, "public key: %s\n\n", key.public_z85);
	(void)fprintf(out,
	    "An administrator enrols it with one of:\n"
	    "  tocsin people enrol %s --public '%s' --roles analyst\n"
	    "  tocsin people enrol %s --public '%s' --roles sensor --sources "
	    "NAME\n",
	    key.name, key.public_z85, key.name, key.public_z85);
	return 0;
}

static void
show_row(const struct screen *screen, const char *label, const char *text)
{
	(void)fprintf(screen->out, "  %-10s", label);
	screen_text(
	    screen, STYLE_PLAIN, text[0] != '\0' ? text : "-", screen->columns);
	(void)fputc('\n', screen->out);
}

int
local_key_show(struct session *session, const struct local_args *args)
{
	const struct key *key = &session->key;
	struct fault fault;

	if (args->words_count > 0)
		session->given[OPTION_key] = args->words[0];
	if (session_key(session, &fault) != OK)
		return fault_report(&fault);
	show_row(&session->screen, "name", key->name);
	show_row(&session->screen, "public", key->public_z85);
	show_row(&session->screen, "server", key->server_z85);
	show_row(&session->screen, "people", key->people);
	if (key->people_remote[0] != '\0')
		show_row(&session->screen, "", key->people_remote);
	show_row(&session->screen, "sensors", key->sensors);
	if (key->sensors_remote[0] != '\0')
		show_row(&session->screen, "", key->sensors_remote);
	return 0;
}
