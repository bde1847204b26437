/* key new, key show: key pairs without a broker. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/home.h"
#include "cli/local.h"
#include "cli/render.h"
#include "cli/report.h"
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
	cJSON *body;
	enum err err;

	memset(&key, 0, sizeof(key));
	err = make(session, args, &key, path, &fault);
	key_wipe(&key);
	if (err != OK)
		return report_fail(session, &fault);
	if (session->json) {
		body = report_new();
		report_text(body, "name", key.name);
		report_text(body, "file", path);
		report_text(body, "public", key.public_z85);
		report_done(session, body, "%s", path);
		return 0;
	}
	(void)fprintf(out, "%s made: keep it secret\n", path);
	(void)fprintf(out, "public key: %s\n\n", key.public_z85);
	(void)fprintf(out,
	    "An administrator enrols it with one of (--as NAME says which "
	    "key of this home\nis an administrator's, where it is not the "
	    "default):\n"
	    "  tocsin people enrol %s --public '%s' --roles analyst\n"
	    "  tocsin people enrol %s --public '%s' --roles sensor --sources "
	    "NAME\n",
	    key.name, key.public_z85, key.name, key.public_z85);
	return 0;
}

/* What of a key may be shown: all but the secret. */
struct shown_row {
	const char *name, *label;
	size_t at;
};

#define SHOWN(name, label, member)                                             \
	{                                                                      \
		name, label, offsetof(struct key, member)                      \
	}

static const struct shown_row shown_rows[] = {
    SHOWN("name", "name", name),
    SHOWN("public", "public", public_z85),
    SHOWN("server", "server", server_z85),
    SHOWN("people", "people", people),
    SHOWN("people_remote", "", people_remote),
    SHOWN("sensors", "sensors", sensors),
    SHOWN("sensors_remote", "", sensors_remote),
};

static void
show_row(const struct screen *screen, const char *label, const char *text)
{
	if (label[0] == '\0' && text[0] == '\0')
		return;
	(void)fprintf(screen->out, "  %-10s", label);
	screen_text(
	    screen, STYLE_PLAIN, text[0] != '\0' ? text : "-", RENDER_NO_LIMIT);
	(void)fputc('\n', screen->out);
}

int
local_key_show(struct session *session, const struct local_args *args)
{
	struct fault fault;
	cJSON *body;
	size_t i;

	if (args->words_count > 0)
		session->given[OPTION_key] = args->words[0];
	if (session_key(session, &fault) != OK)
		return report_fail(session, &fault);
	body = report_new();
	for (i = 0; i < sizeof(shown_rows) / sizeof(shown_rows[0]); i++) {
		const char *text =
		    (const char *)&session->key + shown_rows[i].at;

		report_text(body, shown_rows[i].name, text);
		if (!session->json)
			show_row(&session->screen, shown_rows[i].label, text);
	}
	if (session->json)
		command_json(session, body);
	cJSON_Delete(body);
	return 0;
}
