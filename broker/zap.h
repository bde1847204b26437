/*
 * The ZAP handler (RFC 27): libzmq asks it, once per connection, whether a key
 * is admitted.  It is bound before any front and refuses whatever it does not
 * understand.
 */
#ifndef TOCSIN_BROKER_ZAP_H
#define TOCSIN_BROKER_ZAP_H

#include "protocol/err.h"

struct broker;
struct zap;

/* ERR_IO, ERR_MEMORY. */
MUST_CHECK
enum err zap_open(struct broker *broker, struct zap **zap);
/* The loop must run once more before zap_free.  NULL is fine. */
void zap_close(struct zap *zap);
void zap_free(struct zap **zap);

#endif
