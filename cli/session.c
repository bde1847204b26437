#include "cli/session.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/ask.h"

#define SYSTEM_HOME   "/var/lib/tocsin"
#define PERSONAL_HOME ".local/share/tocsin"

enum { TIMEOUT_DEFAULT_MS = 10000 };

struct option_row {
	const char *name;
	bool takes_value;
};

static const struct option_row rows[] = {
#define OPTION(name, argument, help) {#name, (argument) != NULL},
#include "cli/options.def"
#undef OPTION
};

void
session_init(struct session *session)
{
	memset(session, 0, sizeof(*session));
	session->timeout_ms = TIMEOUT_DEFAULT_MS;
	session->interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	screen_init(&session->screen, stdout, false);
}

void
session_fini(struct session *session)
{
	key_wipe(&session->key);
}

void
session_expect(struct session *session, int count, char *const *words)
{
	int i;

	for (i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		session->json |= strcmp(words[i], "--json") == 0;
}

static enum err
read_timeout(struct session *session, const char *value, struct fault *fault)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end != '\0' || !(seconds >= 0.001) ||
	    seconds > SESSION_TIMEOUT_MAX_S)
		return fault_set(fault, ERR_INVALID,
		    "--timeout: expected seconds, up to %d; got \"%s\"",
		    SESSION_TIMEOUT_MAX_S, value);
	session->timeout_ms = (int)(seconds * 1000);
	return OK;
}

enum err
session_option(struct session *session, struct argv *argv,
    const struct argument *argument, bool *taken, struct fault *fault)
{
	const char *value = "";
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (strcmp(rows[i].name, argument->name) == 0)
			break;
	*taken = i < OPTION_COUNT;
	if (!*taken)
		return OK;
	if (rows[i].takes_value)
		value = argv_value(argv, argument);
	else if (argument->value != NULL)
		return fault_set(
		    fault, ERR_INVALID, "--%s: takes no value", rows[i].name);
	if (value == NULL)
		return fault_set(
		    fault, ERR_INVALID, "--%s: needs a value", rows[i].name);
	session->given[i] = value;
	session->json |= session->given[OPTION_json] != NULL;
	session->utc = session->given[OPTION_utc] != NULL;
	session->verbose = session->given[OPTION_verbose] != NULL;
	session->help = session->given[OPTION_help] != NULL;
	session->screen.utc = session->utc;
	return i == OPTION_timeout ? read_timeout(session, value, fault) : OK;
}

/* The folder that is meant when nobody says. */
static int
default_home(char *out)
{
	const char *person = getenv("HOME");

	if (access(SYSTEM_HOME, R_OK | X_OK) == 0)
		return snprintf(out, SESSION_PATH_MAX, "%s", SYSTEM_HOME);
	if (person == NULL || *person == '\0') {
		const struct passwd *row = getpwuid(getuid());

		person = row != NULL ? row->pw_dir : "/";
	}
	return snprintf(out, SESSION_PATH_MAX, "%s/%s", person, PERSONAL_HOME);
}

enum err
session_settle(struct session *session, struct fault *fault)
{
	const char *given = session->given[OPTION_home];
	char here[SESSION_PATH_MAX];
	int len;

	if (given == NULL)
		given = getenv("TOCSIN_HOME");
	if (given == NULL || *given == '\0')
		len = default_home(session->home);
	else if (given[0] == '/')
		len =
		    snprintf(session->home, sizeof(session->home), "%s", given);
	else if (getcwd(here, sizeof(here)) != NULL)
		len = snprintf(
		    session->home, sizeof(session->home), "%s/%s", here, given);
	else
		len = SESSION_PATH_MAX;
	if (len >= SESSION_PATH_MAX)
		return fault_set(fault, ERR_TOO_LARGE,
		    "the path of the home folder is too long");
	return OK;
}

enum err
session_path(const struct session *session, const char *name, const char *leaf,
    char *out, struct fault *fault)
{
	int len = snprintf(out, SESSION_PATH_MAX, "%s/%s%s%s", session->home,
	    name, leaf != NULL ? "/" : "", leaf != NULL ? leaf : "");

	if (len >= SESSION_PATH_MAX)
		return fault_set(fault, ERR_TOO_LARGE,
		    "the path %.64s... is too long", session->home);
	return OK;
}

static enum err
key_path(struct session *session, char *out, struct fault *fault)
{
	const char *as = session->given[OPTION_as];
	char leaf[LIMIT_NAME_BYTES_MAX + 8] = "default.key";

	if (as == NULL)
		as = getenv("TOCSIN_AS");
	if (as != NULL && *as != '\0') {
		if (!name_valid(as))
			return fault_set(fault, ERR_INVALID,
			    "--as: \"%s\" is not a name", as);
		(void)snprintf(leaf, sizeof(leaf), "%s.key", as);
	}
	return session_path(session, "keys", leaf, out, fault);
}

enum err
session_key(struct session *session, struct fault *fault)
{
	char path[SESSION_PATH_MAX], why[256];
	const char *given = session->given[OPTION_key];
	enum err err;

	if (given == NULL) {
		err = key_path(session, path, fault);
		if (err != OK)
			return err;
		given = path;
	}
	err = key_load(given, &session->key, why, sizeof(why));
	if (err == ERR_MISSING)
		return fault_here(fault, ERR_MISSING,
		    "no key to act with: %s does not exist; make a home with "
		    "`tocsin init`, or name your key with --home, --as or "
		    "--key",
		    given);
	if (err != OK)
		return fault_here(fault, err, "%s", why);
	if (session->key.secret_z85[0] == '\0' ||
	    session->key.server_z85[0] == '\0')
		return fault_here(fault, ERR_INVALID,
		    "%s: cannot connect with it, because it lacks the %s key",
		    given,
		    session->key.secret_z85[0] == '\0' ? "secret" : "server's");
	return OK;
}
