/*
 * Answers: every one carries a receipt, the number and the chain hash of the
 * durable head.  Sent without blocking: a peer that does not read loses them.
 */
#ifndef TOCSIN_BROKER_REPLY_H
#define TOCSIN_BROKER_REPLY_H

#include <stddef.h>

#include "broker/origin.h"
#include "broker/read.h"
#include "protocol/ask.h"

struct broker;

enum { STATUS_OK = 200, STATUS_KEPT = 202, STATUS_PART = 206 };

/*
 * Answers with a body (a JSON object without receipt; NULL: there was no
 * memory for one, which is said).  ERR_END: the peer takes no more now, or has
 * gone; counted as lost.
 */
enum err reply_send(struct broker *broker, const struct origin *origin,
    int status, const char *body);

/* The same with attachments.  ERR_TOO_LARGE: nothing was sent. */
MUST_CHECK
enum err reply_with(struct broker *broker, const struct origin *origin,
    int status, const char *body, const struct attachment *attachments,
    size_t count);

/*
 * A part of a watch, whose body has the receipt of its own event.  ERR_END:
 * the peer takes no more now.
 */
MUST_CHECK
enum err reply_event(
    struct broker *broker, const struct origin *origin, const char *body);

/* Refuses.  field may be "". */
__attribute__((format(printf, 5, 6))) void reply_refuse(struct broker *broker,
    const struct origin *origin, enum err err, const char *field,
    const char *format, ...);
void reply_fault(struct broker *broker, const struct origin *origin,
    enum err err, const struct ask_fault *fault);

#endif
