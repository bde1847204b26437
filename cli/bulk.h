/*
 * One verb over all incidents of a filter: looked at, agreed to, then one
 * command for each.
 */
#ifndef TOCSIN_CLI_BULK_H
#define TOCSIN_CLI_BULK_H

#include "cli/args.h"
#include "protocol/client.h"

enum { BULK_DEFAULT = 100, BULK_MAX = 1000 };

/*
 * Runs the verb of args, which was given --where, on what the filter finds: at
 * most --max incidents, none of it when there are more.  Somebody at a terminal
 * sees the list and is asked; elsewhere nothing happens without --yes.
 *
 * Each incident is a command of its own, refused where the incident is no
 * longer what was shown.  Those that are already as wished are left alone, so
 * that the same words go on where they were interrupted; Ctrl-C ends behind the
 * command in the air.  What became of each is told, whatever became of others.
 *
 * The error of the first that was refused; ERR_INVALID without consent.
 */
MUST_CHECK
enum err bulk_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
