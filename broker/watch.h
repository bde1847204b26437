/*
 * The live feed: committed events from any number on, first the past, then the
 * present, without a gap, as fast as the watcher gives credit in bytes.
 */
#ifndef TOCSIN_BROKER_WATCH_H
#define TOCSIN_BROKER_WATCH_H

#include "broker/requests.h"

struct watches;

/* ERR_MEMORY. */
MUST_CHECK
enum err watches_new(struct watches **watches);
void watches_free(struct watches **watches);

/* The verbs watch and watch.credit. */
void watch_open(struct broker *broker, struct request *request);
void watch_credit(struct broker *broker, struct request *request);

/* Sends what may be sent: after a commit, and ten times a second. */
void watch_pump(struct broker *broker);

/* Ends watches: of a connection that is gone, of a revoked principal, all. */
void watch_peer_went(struct broker *broker, int fd);
void watch_revoke(struct broker *broker, uint32_t principal);
void watch_end_all(struct broker *broker);

size_t watch_count(const struct broker *broker);
/* How many are being read for. */
size_t watch_away(const struct broker *broker);

#endif
