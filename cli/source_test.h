/* source test: a test alert, followed until triage has said what it made of it. */
#ifndef TOCSIN_CLI_SOURCE_TEST_H
#define TOCSIN_CLI_SOURCE_TEST_H

#include "cli/args.h"
#include "protocol/client.h"

/*
 * Pushes it, prints each stage as it comes, then shows it.
 *
 * ERR_TIMEOUT  it is durable, and nobody triaged it in time.
 * ERR_INVALID  it could not be read; or triage failed on it.
 */
MUST_CHECK
enum err source_test_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
