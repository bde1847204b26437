/*
 * One CURVE connection to a front and the watch over it: the client's socket.
 * Private to client.c.
 */
#ifndef TOCSIN_PROTOCOL_CONNECTION_H
#define TOCSIN_PROTOCOL_CONNECTION_H

#include <stdint.h>

#include "protocol/err.h"
#include "protocol/key.h"

struct connection {
	void *context;
	void *socket;
	void *monitor; /* tells of a lost connection */
	struct key key;
	const char *near, *remote; /* of the key's endpoints */
	unsigned opened; /* times; names the monitor's endpoint */
	int64_t opened_ms;
};

/* Milliseconds of a clock that never jumps. */
int64_t monotonic_ms(void);

/*
 * Opens a connection with the key to near, or to remote when near is a local
 * socket that is not there.  near and remote are members of the key.
 * ERR_INVALID, ERR_MEMORY; nothing is left open then.
 */
MUST_CHECK
enum err connection_init(struct connection *connection, const struct key *key,
    const char *near, const char *remote);
void connection_fini(struct connection *connection);

/*
 * Makes it anew.  On failure there is no socket; another call tries again.
 * A second one within a moment waits, so that a broker that hangs up at once
 * is not called in a tight loop.
 */
MUST_CHECK
enum err connection_renew(struct connection *connection);

/*
 * Waits up to timeout_ms (-1: for ever) until there is something to receive or
 * the connection's fate changed.
 *
 * OK           look at the socket.
 * ERR_END      the connection was lost.
 * ERR_DENIED   the broker does not admit the key.
 * ERR_TIMEOUT  neither, or a signal came.
 * ERR_IO
 */
MUST_CHECK
enum err connection_wait(struct connection *connection, int timeout_ms);

#endif
