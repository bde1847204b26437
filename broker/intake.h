/*
 * alert.push: journalled without a decision, answered once durable.  A busy
 * state never delays it.
 */
#ifndef TOCSIN_BROKER_INTAKE_H
#define TOCSIN_BROKER_INTAKE_H

#include "broker/requests.h"

void intake_take(struct broker *broker, struct request *request);

#endif
