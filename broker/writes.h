/* Commands: handed to the state thread, answered when that may be told. */
#ifndef TOCSIN_BROKER_WRITES_H
#define TOCSIN_BROKER_WRITES_H

#include "broker/command.h"
#include "broker/requests.h"

/* Takes a request of effect WRITE. */
void writes_take(struct broker *broker, struct request *request);
/* file.put, of which all bytes are on disk and on hold; origin and ask are
 * given over. */
void writes_put(struct broker *broker, struct origin *origin, struct ask *ask);

/* The broker's own commands; out of memory or of room they are tried again at
 * the next occasion, or not needed any more. */
void writes_config(struct broker *broker);
void writes_cut(struct broker *broker, uint64_t after, uint64_t bytes);
void writes_clock_jump(struct broker *broker, int64_t by_ms);

/* post.deliver and waiting.ready of every command. */
void writes_deliver(struct broker *broker, struct post *post);

#endif
