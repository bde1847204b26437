/*
 * Alerts that come side by side in requests of their own: what one source sends
 * with one token while the loop turns goes to the broker as one message, and
 * each request is answered with its own alert.  Nobody waits for others.
 */
#ifndef TOCSIN_GATEWAY_GATHER_H
#define TOCSIN_GATEWAY_GATHER_H

#include "gateway/gateway.h"

/* ERR_MEMORY. */
MUST_CHECK
enum err gather_new(struct gather **gather);

/* Those that were not sent are told that nothing was kept. */
void gather_free(struct gather **gather);

/*
 * Takes the alert along; part and format live as long as the request.  False:
 * it has to go by itself.
 */
bool gather_add(struct gather *gather, struct request *request,
    const struct wire_part *part, const char *format);

/* Sends what was gathered: before the loop sleeps.  arg is the gather. */
void gather_send(void *arg);

#endif
