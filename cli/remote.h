/* Asking the broker, and saying in one sentence why it would not. */
#ifndef TOCSIN_CLI_REMOTE_H
#define TOCSIN_CLI_REMOTE_H

#include "cli/session.h"
#include "protocol/client.h"

/*
 * Loads the session's key and makes a client with the session's time-out.
 * Each error of session_key; ERR_INVALID for an endpoint that is none.
 */
MUST_CHECK
enum err remote_open(struct session *session, enum client_front front,
    struct client **client, struct fault *fault);

/*
 * Asks and keeps the receipt.  OK only for an answer of success; for a refusal
 * the answer's error, its body still in answer, with the fault set.
 */
MUST_CHECK
enum err remote_ask(struct session *session, struct client *client,
    enum verb verb, const cJSON *body, const struct wire_part *parts,
    size_t count, struct answer *answer, struct fault *fault);

/* Turns what the client itself failed with into a sentence. */
enum err remote_failed(const struct session *session, enum client_front front,
    enum err err, struct fault *fault);

/* Turns a refusal into a sentence: message, field, and what to do. */
enum err remote_refused(
    enum verb verb, const struct answer *answer, struct fault *fault);

/* The front that the verb is asked at. */
enum client_front remote_front(enum verb verb);

#endif
