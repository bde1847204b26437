/*
 * The blocking client: one connection, one thread.  Used by the command line,
 * the workers and the gateway.
 */
#ifndef TOCSIN_PROTOCOL_CLIENT_H
#define TOCSIN_PROTOCOL_CLIENT_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/json.h"
#include "protocol/key.h"
#include "protocol/verb.h"
#include "protocol/wire.h"

struct client;

enum client_front { CLIENT_PEOPLE, CLIENT_SENSORS };

/* An answer.  Yours: end it with answer_fini. */
struct answer {
	int status; /* HTTP's number; 0 when none came */
	enum err err; /* err_of_status(status) */
	uint64_t seq; /* the receipt: where the journal stood, */
	char head[65]; /* and its chain hash in hex */
	cJSON *body; /* an object, never NULL after OK or a refusal */
	struct json_doc doc; /* where the body lies, with client_only_reads */
	struct wire_message message; /* the frames, for attachments */
	size_t first_attachment;
	size_t attachments;
};

void answer_init(struct answer *answer);
void answer_fini(struct answer *answer);

/*
 * Connects with the key to its people's or its sensors' front.  Does not wait:
 * a broker that is away shows as a time-out of the first call.
 * ERR_INVALID an endpoint or key is malformed.  ERR_MEMORY.
 */
MUST_CHECK
enum err client_open(
    const struct key *key, enum client_front front, struct client **client);
void client_close(struct client **client);

/*
 * How long a call waits in all, retries included.  Milliseconds; 10,000 at
 * first.
 */
void client_set_timeout(struct client *client, int timeout_ms);

/*
 * From now on answers' bodies are read and no more: they lie together and are
 * thrown away as a whole (json_doc), which is half the cost of a job's.
 */
void client_only_reads(struct client *client);

/*
 * Asks and waits for the answer.  body is borrowed and may be NULL for {};
 * parts are attachments.
 *
 * A connection that gives no answer is made anew and the request repeated
 * until the time is up.  So that a repeat has one effect, a write without
 * "key" gets one, and alert.push without "session" is numbered by this client.
 *
 * OK             an answer came; a refusal too: look at answer->err.
 * ERR_TIMEOUT    none came.  A write may or may not have happened.
 * ERR_DENIED     the broker does not admit this key.
 * ERR_TOO_LARGE  the request is over a limit, or the answer is.
 * ERR_IO         the answer is none of the protocol.
 * ERR_MEMORY
 */
MUST_CHECK
enum err client_ask(struct client *client, enum verb verb, const cJSON *body,
    const struct wire_part *parts, size_t count, struct answer *answer);

/*
 * The two halves for those who keep more than one request in the air or take
 * a stream (watch, worker.ready): send once, without retry; receive the next
 * message whatever it answers.  id receives the request id (LIMIT_REQUEST_ID_
 * BYTES_MAX + 1 bytes), or is NULL.
 *
 * send: ERR_BUSY the connection takes no more now: receive first.
 *       ERR_TOO_LARGE, ERR_MEMORY, ERR_IO
 * receive: ERR_TIMEOUT  nothing came for timeout_ms (0: at once, -1: wait for
 *                       ever), or a signal did.
 *          ERR_END      the connection was lost and has been made anew: what
 *                       was in the air stays unanswered, so ask again.
 *          ERR_DENIED   the broker does not admit this key (any longer).
 *          ERR_TOO_LARGE, ERR_MEMORY, ERR_IO  as client_ask.
 */
MUST_CHECK
enum err client_send(struct client *client, enum verb verb, const cJSON *body,
    const struct wire_part *parts, size_t count, char *id);
MUST_CHECK
enum err client_receive(
    struct client *client, int timeout_ms, char *id, struct answer *answer);

/*
 * Whatever is sent from now on is asked in the name of this bearer, len bytes,
 * borrowed; len 0: in the name of the client's own key.  For gateways.
 */
void client_bearer(struct client *client, const char *bearer, size_t len);

/*
 * Numbers the next alert.push of a caller that sends by itself: adds "session"
 * and "counter" to body, unless it has a session.  ERR_MEMORY.  The same numbers belong to a repeat of the message.
 */
MUST_CHECK
enum err client_number(struct client *client, cJSON *body);

/* Drops the connection and makes it anew: what was in the air is unanswered. */
MUST_CHECK
enum err client_reconnect(struct client *client);

/*
 * Becomes readable when client_receive may have something (edge-triggered as
 * ZMQ_FD is).  Another one after each new connection; a lost connection need
 * not show here, so call client_receive every few seconds besides.
 */
int client_fd(struct client *client);

#endif
