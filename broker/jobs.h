/*
 * Dispatch: which workers are ready, who gets the next lease, the job sent to
 * its worker, the lease of a worker that is gone given up at once.
 */
#ifndef TOCSIN_BROKER_JOBS_H
#define TOCSIN_BROKER_JOBS_H

#include "broker/command.h"
#include "broker/mailbox.h"
#include "broker/requests.h"

struct jobs;

/* ERR_MEMORY. */
MUST_CHECK
enum err jobs_new(struct jobs **jobs);
void jobs_free(struct jobs **jobs);

/*
 * The verb worker.ready: the connection's earlier one is replaced by it.  Jobs
 * that it has already count against the credit that it asks for.
 */
void jobs_ready(struct broker *broker, struct request *request);

/*
 * The command (worker.done, worker.fail) hands a lease in, or back: who has it
 * gets one credit back at once.  settled tells what came of it: a lease that
 * goes on takes the credit again.
 */
void jobs_settling(struct broker *broker, struct command *command);
void jobs_settled(struct broker *broker, const struct command *command);

/* The lease that was decided for a worker cannot be shown: it runs out. */
void jobs_not_leased(struct broker *broker, const struct command *command);

/* What the last look at the state found to do. */
void jobs_hints(struct broker *broker, const struct progress *progress);

/* Asks for leases for whoever is ready: after commits, ten times a second. */
void jobs_pump(struct broker *broker);

void jobs_peer_went(struct broker *broker, int fd);
void jobs_revoke(struct broker *broker, uint32_t principal);

size_t jobs_workers(const struct broker *broker);
/* How many jobs are being read. */
size_t jobs_away(const struct broker *broker);

#endif
