/*
 * A load generator: so many connections with so many messages in the air on
 * each, in one thread, so that the client is never the limit.  What it talks
 * to is a peer: one program links load.c with one peer.
 *
 * It prints one line of JSON: what was acknowledged, how long that took, and
 * the latencies of messages.
 */
#ifndef TOCSIN_BENCH_LOAD_H
#define TOCSIN_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOAD_CONNECTIONS_MAX = 64,
	LOAD_IN_FLIGHT_MAX = 1024,
	LOAD_BATCH_MAX = 1024,
	LOAD_PAYLOAD_MIN = 256,
	LOAD_PAYLOAD_MAX = 65536,
	LOAD_HOSTS_MAX = 1000000
};

struct load {
	const char *target; /* where the peer is: what the peer makes of it */
	unsigned connections, in_flight, batch;
	unsigned payload_bytes;
	unsigned hosts; /* different hosts that the alerts are about */
	const char *severity;
	bool plain; /* without encryption */
	/* What a connection has room for goes as one message or, where each
	 * is answered by itself, in one write. */
	bool gather;
};

/* What a program knows how to talk to.  A failure ends the program. */
struct peer {
	void (*open)(const struct load *load);
	void (*close)(void);
	/* Becomes readable when collect(connection) may find something; -1:
	 * what comes for this connection shows at the first one's. */
	int (*fd)(unsigned connection);
	/* Sends so many payloads. */
	void (*push)(unsigned connection, unsigned payloads);
	/* Gathered payloads are answered one by one, not together. */
	bool answers_each;
	/* Takes what has come there without blocking and calls load_answered
	 * for each acknowledgement. */
	void (*collect)(unsigned connection);
};

extern const struct peer peer;

/* The next alert: JSON of load->payload_bytes; lives until the next call. */
const char *load_payload(void);

/* What this connection sent first of what is in the air was acknowledged. */
void load_answered(unsigned connection);

/* Ends the program with a sentence. */
__attribute__((format(printf, 1, 2), noreturn)) void load_fail(
    const char *format, ...);

#endif
