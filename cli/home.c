#include "cli/home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/slurp.h"

enum { HOST_MAX = 128, KEY_FILE_MAX = 16384 };

enum err
home_config(
    const struct session *session, struct config *config, struct fault *fault)
{
	char path[SESSION_PATH_MAX], why[FAULT_TEXT_MAX] = "";
	enum err err = session_path(session, "tocsin.yaml", NULL, path, fault);

	if (err != OK)
		return err;
	err = config_load(path, session->home, config, why, sizeof(why));
	if (err == ERR_MISSING)
		err = config_default(session->home, config);
	if (err != OK)
		return fault_set(
		    fault, err, "%s", why[0] != '\0' ? why : err_meaning(err));
	return OK;
}

enum err
home_folder(
    const struct session *session, const char *name, struct fault *fault)
{
	char path[SESSION_PATH_MAX], *slash;
	enum err err = session_path(session, name, NULL, path, fault);

	if (err != OK)
		return err;
	for (slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			break;
		*slash = '/';
	}
	if (slash != NULL || (mkdir(path, 0700) != 0 && errno != EEXIST))
		return fault_set(fault, ERR_IO,
		    "%s: the folder cannot be made: %s", path, strerror(errno));
	return OK;
}

enum err
home_server(
    const struct session *session, char out[KEY_Z85_BYTES], struct fault *fault)
{
	char path[SESSION_PATH_MAX], *bytes;
	size_t len;
	enum err err =
	    session_path(session, "keys", "broker.public", path, fault);

	if (err == OK)
		err = slurp(path, KEY_FILE_MAX, &bytes, &len, fault);
	if (err != OK)
		return err;
	bytes[strcspn(bytes, "\r\n")] = '\0';
	if (key_public_valid(bytes))
		(void)snprintf(out, KEY_Z85_BYTES, "%s", bytes);
	else
		err = fault_set(fault, ERR_INVALID,
		    "%s: is not the broker's public key", path);
	free(bytes);
	return err;
}

/* The local socket where there is one, else TCP. */
static void
near(const char *ipc, const char *tcp, char out[KEY_ENDPOINT_MAX])
{
	(void)snprintf(out, KEY_ENDPOINT_MAX, "%s%s",
	    ipc[0] != '\0' ? "ipc://" : "", ipc[0] != '\0' ? ipc : tcp);
}

void
home_near(const struct config *config, struct key *key)
{
	near(config->people_ipc, config->people_tcp, key->people);
	near(config->sensors_ipc, config->sensors_tcp, key->sensors);
}

/* "tcp://0.0.0.0:7470" listens everywhere; it leads nowhere from elsewhere. */
static void
far(const char *tcp, char out[KEY_ENDPOINT_MAX])
{
	static const char *const wildcards[] = {
	    "tcp://*:", "tcp://0.0.0.0:", "tcp://[::]:"};
	char host[HOST_MAX] = "localhost";
	size_t i;

	(void)gethostname(host, sizeof(host) - 1);
	for (i = 0; i < sizeof(wildcards) / sizeof(wildcards[0]); i++) {
		size_t len = strlen(wildcards[i]);

		if (strncmp(tcp, wildcards[i], len) == 0) {
			(void)snprintf(out, KEY_ENDPOINT_MAX, "tcp://%s:%s",
			    host, tcp + len);
			return;
		}
	}
	(void)snprintf(out, KEY_ENDPOINT_MAX, "%s", tcp);
}

enum err
home_far(const struct config *config, struct key *key, struct fault *fault)
{
	if (config->people_tcp[0] == '\0' || config->sensors_tcp[0] == '\0')
		return fault_set(fault, ERR_INVALID,
		    "--tcp: the configuration has no TCP front: set "
		    "broker.people.tcp and broker.sensors.tcp");
	far(config->people_tcp, key->people);
	far(config->sensors_tcp, key->sensors);
	return OK;
}

bool
home_has_store(const struct config *config)
{
	char path[SESSION_PATH_MAX + 16];

	(void)snprintf(path, sizeof(path), "%s/journal", config->store_path);
	return access(path, F_OK) == 0;
}
