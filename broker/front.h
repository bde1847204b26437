/*
 * A front: a ROUTER socket bound to TCP and to a local socket, encrypted with
 * CURVE, behind the ZAP handler.  There are two, one for people, workers and
 * the gateway, one for sensors, so that reading less from a flood never holds
 * up a person.
 */
#ifndef TOCSIN_BROKER_FRONT_H
#define TOCSIN_BROKER_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "protocol/err.h"
#include "protocol/key.h"
#include "protocol/wire.h"

struct broker;
struct front;

struct front_options {
	const char *name; /* "people", "sensors"; its ZAP domain, too */
	const char *tcp; /* endpoint, "" for none */
	const char *ipc; /* path, "" for none */
	int send_queue; /* messages that wait for one peer */
	bool sensors;
};

/*
 * Binds and listens.  The ZAP handler was started before.  ERR_IO with why for
 * people; ERR_MEMORY.
 */
MUST_CHECK
enum err front_open(struct broker *broker, const struct front_options *options,
    const struct key *key, struct front **front, char *why, size_t size);

/* Stops reading; what is answered still goes out.  NULL is fine. */
void front_stop(struct front *front);
/* Closes the sockets; the loop must run once more before front_free. */
void front_close(struct front *front);
void front_free(struct front **front);

/*
 * Sends without blocking; the message is empty afterwards whatever happens.
 * ERR_END: the peer takes no more now, or has gone.
 */
MUST_CHECK
enum err front_send(struct front *front, struct wire_message *message);

/* Reads everything that the front's connections said of themselves. */
void front_hear_peers(struct front *front);

/* Reads nothing for so many milliseconds, then at most `budget` a turn. */
void front_slow(struct front *front, uint64_t ms, unsigned budget);
/* Reads as fast as it can again. */
void front_fast(struct front *front);

bool front_is_sensors(const struct front *front);
const char *front_name(const struct front *front);

#endif
