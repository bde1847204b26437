/* report: a file for people who have no key, from what the broker tells. */
#ifndef TOCSIN_CLI_REPORT_RUN_H
#define TOCSIN_CLI_REPORT_RUN_H

#include "cli/args.h"
#include "protocol/client.h"

/* Asks for all of the report, and writes it in the format to the file that the
 * arguments name.  Errors are the broker's; ERR_INVALID, ERR_IO. */
MUST_CHECK
enum err report_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
