/* token new: the secret is made here, shown once, and sent nowhere. */
#ifndef TOCSIN_CLI_TOKEN_H
#define TOCSIN_CLI_TOKEN_H

#include "cli/args.h"
#include "protocol/client.h"

/* Makes the secret; the body gets its hash, unless it has one. */
MUST_CHECK
enum err token_prepare(struct args *args, struct fault *fault);

/* Asks, and shows the token. */
MUST_CHECK
enum err token_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
