/* watch: committed events as they come, for as long as one looks. */
#ifndef TOCSIN_CLI_WATCH_H
#define TOCSIN_CLI_WATCH_H

#include "cli/args.h"
#include "protocol/client.h"

/*
 * Prints one line an event until it is interrupted.  A lost connection is made
 * anew and the watch goes on behind the last event seen: none is shown twice,
 * none left out.  The error is a refusal, or that the output went away.
 */
MUST_CHECK
enum err watch_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
