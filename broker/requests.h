/*
 * What comes in at a front: who it is from, what it asks, whether that may be
 * asked; then to whoever does it.
 */
#ifndef TOCSIN_BROKER_REQUESTS_H
#define TOCSIN_BROKER_REQUESTS_H

#include "broker/origin.h"
#include "protocol/ask.h"
#include "protocol/verb.h"
#include "protocol/wire.h"
#include "store/state.h"

struct broker;
struct front;

/*
 * A request that was found in order.  Who takes it takes origin and ask over
 * by setting them NULL.
 */
struct request {
	struct origin *origin;
	const struct person *person;
	enum verb verb;
	struct ask *ask;
	const struct wire_message *message;
	const struct wire_view *view;
};

/* Takes a message as wire_receive gave it (OK or ERR_TOO_LARGE); borrowed. */
void requests_take(struct broker *broker, struct front *front,
    const struct wire_message *message, enum err received);

/* After the messages of one turn: wakes who has something to do. */
void requests_turn_over(struct broker *broker, struct front *front);

#endif
