/* The home folder: what lies where in it. */
#ifndef TOCSIN_CLI_HOME_H
#define TOCSIN_CLI_HOME_H

#include "cli/session.h"
#include "protocol/config.h"

/* HOME/tocsin.yaml, or the defaults where there is none.  End with
 * config_fini.  The fault is the configuration's own line. */
MUST_CHECK
enum err home_config(
    const struct session *session, struct config *config, struct fault *fault);

/* Makes HOME/name (and HOME before it), mode 0700.  ERR_IO. */
MUST_CHECK
enum err home_folder(
    const struct session *session, const char *name, struct fault *fault);

/*
 * The broker's public key as `tocsind init` leaves it in HOME/keys.
 * ERR_MISSING, ERR_INVALID.
 */
MUST_CHECK
enum err home_server(const struct session *session, char out[KEY_Z85_BYTES],
    struct fault *fault);

/* Fills the endpoints of a key that is used on this machine. */
void home_near(const struct config *config, struct key *key);

/*
 * Fills the endpoints of a key that is used on another machine: TCP alone, the
 * name of this machine in place of a wildcard.  ERR_INVALID: the configuration
 * has no TCP front.
 */
MUST_CHECK
enum err home_far(
    const struct config *config, struct key *key, struct fault *fault);

/* Is there a store where the configuration wants it? */
bool home_has_store(const struct config *config);

#endif
