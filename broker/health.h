/* How the broker is: a copy for the readers, and an answer without them. */
#ifndef TOCSIN_BROKER_HEALTH_H
#define TOCSIN_BROKER_HEALTH_H

#include "broker/origin.h"
#include "broker/read.h"

struct broker;

void health_take(struct broker *broker, struct health *health);

/* Answers `status` from memory alone, while the state is rebuilt. */
void health_reply(struct broker *broker, const struct origin *origin);

/* Once a minute: what was counted and not written one by one. */
void health_log(struct broker *broker);

#endif
