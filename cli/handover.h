/*
 * handover: what changed since a person's last one, in the groups in which a
 * shift hands its work on.
 */
#ifndef TOCSIN_CLI_HANDOVER_H
#define TOCSIN_CLI_HANDOVER_H

#include "cli/args.h"
#include "protocol/client.h"

/*
 * Without --since or --from it begins where the last one of this person at this
 * broker ended, or eight hours ago for a first one, and keeps where it ends for
 * the next, unless --peek.
 */
MUST_CHECK
enum err handover_run(struct args *args, struct session *session,
    struct client *client, struct fault *fault);

#endif
