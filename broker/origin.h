/* Where an answer goes: the front, the envelope to echo, the request id. */
#ifndef TOCSIN_BROKER_ORIGIN_H
#define TOCSIN_BROKER_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/wire.h"

struct front;

struct origin {
	struct front *front;
	uint32_t principal; /* whose message it was */
	int fd; /* its connection, see peers.h */
	bool mute; /* nobody reads an answer: none is sent */
	size_t envelope; /* frames */
	size_t id_len;
	const char *id;
	uint64_t began_us; /* steady, when it was read */
	/* The frames of the envelope, each behind its length, then the id. */
	unsigned char bytes[];
};

/*
 * Keeps what the answer to message needs.  ERR_TOO_LARGE when the envelope
 * has more than ENVELOPE_BYTES_MAX bytes.  ERR_MEMORY.
 */
MUST_CHECK
enum err origin_new(struct front *front, const struct wire_message *message,
    const struct wire_view *view, struct origin **origin);
/* NULL is fine. */
void origin_free(struct origin **origin);

/* A copy; NULL when out of memory. */
struct origin *origin_copy(const struct origin *origin);

/* Begins an answer: envelope, "TOC1", request id.  ERR_MEMORY. */
MUST_CHECK
enum err origin_address(
    const struct origin *origin, struct wire_message *message);

/* Do both come from the same connection; of the same request, too? */
bool origin_same_peer(const struct origin *a, const struct origin *b);
bool origin_has_id(const struct origin *origin, const char *id, size_t len);

/* The routing id that the connection has at its front; a number for it. */
uint64_t origin_peer_hash(const struct origin *origin);

#endif
