/* Files of incidents, from this machine's disk and to it. */
#ifndef TOCSIN_CLI_ATTACH_H
#define TOCSIN_CLI_ATTACH_H

#include "cli/args.h"
#include "cli/session.h"
#include "protocol/client.h"

/* `file get`: the file lands whole and as it was, or not at all. */
MUST_CHECK
enum err attach_get(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

enum { SAFE_NAME_MAX = 128 };

/*
 * What a file from outside is called here: letters, digits, dots and dashes,
 * nothing that leads out of a folder or is hidden in it.  "file" where nothing
 * is left.  Returns out.
 */
const char *attach_safe_name(const char *name, char out[SAFE_NAME_MAX]);

#endif
