/*
 * The connections of both fronts, by file descriptor: whose they are, so that
 * a revocation shuts them, and how much they have sent without a message
 * coming of it, so that an endless message ends.
 *
 * The descriptors belong to libzmq.  They are told of as connections come and
 * go, in order; ZAP hears of all that before it admits the next.
 */
#ifndef TOCSIN_BROKER_PEERS_H
#define TOCSIN_BROKER_PEERS_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

struct broker;
struct front;
struct peers;
struct unsent_account;

/* ERR_MEMORY. */
MUST_CHECK
enum err peers_new(struct peers **peers);
void peers_free(struct peers **peers);

/* A connection was accepted; one too many is shut at once. */
void peers_came(struct broker *broker, struct front *front, int fd);
/* It is gone: so are its watches and its place among the workers. */
void peers_went(struct broker *broker, int fd);

/* A message of so many bytes and frames came from the principal. */
void peers_heard(struct peers *peers, int fd, uint32_t principal, size_t bytes,
    size_t frames);

/* Where bytes sent to the connection are counted; NULL: nowhere. */
struct unsent_account *peers_unsent(const struct peers *peers, int fd);

/* Marks the principal's connections to be shut half a second later: by then
 * they have been told why.  Whatever they ask meanwhile is refused. */
void peers_revoke(struct peers *peers, uint32_t principal);

/* Ten times a second: shuts what is marked, and who sends without end. */
void peers_tick(struct broker *broker);

#endif
