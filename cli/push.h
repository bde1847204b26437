/* alert push: files, standard input, lines, and pipes that want to be told. */
#ifndef TOCSIN_CLI_PUSH_H
#define TOCSIN_CLI_PUSH_H

#include "cli/args.h"
#include "protocol/client.h"

enum { PUSH_BATCH_MAX = 64 };

/*
 * Pushes what the arguments name.  Without --ndjson and --confirm each file is
 * one alert; standard input when there is none.
 *
 * With --confirm (rsyslog's omprog, confirmMessages): prints "OK" when the
 * broker can be reached, then for each line that is read one line, in order:
 * "OK" once the alert is durable, otherwise a sentence that says why not.
 *
 * The error is the first one that a push ended with.
 */
MUST_CHECK
enum err push_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
