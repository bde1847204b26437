/* Where the gateway listens, and whether it may listen there. */
#ifndef TOCSIN_GATEWAY_LISTEN_H
#define TOCSIN_GATEWAY_LISTEN_H

#include "protocol/config.h"

enum { LISTEN_WHERE_MAX = 80 };

/*
 * Opens the socket for gateway.listen.  Everywhere but on loopback TLS is
 * needed, unless gateway.plaintext says in its words that it is not.  where
 * receives the address, with the port that it got.
 *
 * ERR_INVALID, ERR_DENIED (no TLS), ERR_IO; why (size bytes) is for people.
 */
MUST_CHECK
enum err listen_open(const struct config *config, int *fd,
    char where[LISTEN_WHERE_MAX], char *why, size_t size);

/* Reads a PEM file whole, for free().  ERR_IO with why. */
MUST_CHECK
enum err listen_read_pem(const char *path, char **text, char *why, size_t size);

#endif
