/* A verb of the protocol as a command: read, asked, shown. */
#ifndef TOCSIN_CLI_COMMAND_H
#define TOCSIN_CLI_COMMAND_H

#include "cli/args.h"
#include "cli/session.h"
#include "protocol/client.h"

/*
 * Reads what follows the verb's words, or those of the alias that stands for
 * it (else NULL), and runs it.  Returns the exit code.
 */
int command_run(struct session *session, enum verb verb,
    const struct alias_row *alias, int count, char *const *words);

/*
 * Asks, and shows the answer as the session wants it: as one line of JSON, or
 * by the verb's view.
 */
MUST_CHECK
enum err command_ask(struct session *session, struct client *client,
    enum verb verb, const cJSON *body, struct fault *fault);

/* Prints the body as one line of JSON, safe for a terminal. */
void command_json(const struct session *session, const cJSON *body);

#endif
