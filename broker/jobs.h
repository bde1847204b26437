/*
 * Dispatch: which workers are ready, who gets the next lease, the job sent to
 * its worker, the lease of a worker that is gone given up at once.
 */
#ifndef TOCSIN_BROKER_JOBS_H
#define TOCSIN_BROKER_JOBS_H

#include "broker/mailbox.h"
#include "broker/requests.h"

struct jobs;

/* ERR_MEMORY. */
MUST_CHECK
enum err jobs_new(struct jobs **jobs);
void jobs_free(struct jobs **jobs);

/* The verb worker.ready: the connection's earlier one is replaced by it. */
void jobs_ready(struct broker *broker, struct request *request);

/* The connection hands the lease in, or back: it gets one credit back. */
void jobs_settling(
    struct broker *broker, const struct origin *origin, uint64_t lease);

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
