/*
 * Carries requests to the broker, each in the name of a bearer, and answers
 * back: one connection to the sensors' front, one to the people's, both with
 * the gateway's key, on the loop.
 */
#ifndef TOCSIN_GATEWAY_COURIER_H
#define TOCSIN_GATEWAY_COURIER_H

#include <stdbool.h>
#include <uv.h>

#include "protocol/client.h"

struct courier;

/*
 * Told once of each question that was asked: OK with an answer, which may be a
 * refusal and is borrowed; ERR_TIMEOUT when none came, and a write may or may
 * not have happened; ERR_BUSY when the courier ends.
 */
typedef void (*courier_told)(
    void *arg, enum err err, const struct answer *answer);

struct question {
	enum client_front front;
	enum verb verb;
	const cJSON *body; /* NULL: {} */
	const char
	    *bearer; /* NULL: the gateway's own key, which gets nothing */
	const struct wire_part *parts;
	size_t parts_count;
	size_t requests; /* that wait for it, against the limit; 0: one */
	courier_told told;
	void *arg;
};

/* key is the gateway's; an answer may take answer_ms.  ERR_INVALID, ERR_MEMORY,
 * ERR_IO. */
MUST_CHECK
enum err courier_open(uv_loop_t *loop, const struct key *key,
    uint64_t answer_ms, struct courier **courier);

/* Tells everybody who waits.  The loop has to run once more before _free. */
void courier_close(struct courier *courier);
void courier_free(struct courier **courier);

/*
 * Asks; all of question is copied.  ERR_BUSY: the broker does not answer, takes
 * no more now, or too many questions are open; nothing was asked.  ERR_TOO_LARGE, ERR_MEMORY,
 * ERR_IO likewise.
 */
MUST_CHECK
enum err courier_ask(struct courier *courier, const struct question *question);

/* Has before(arg) called each time before the loop sleeps: it may ask. */
void courier_before(
    struct courier *courier, void (*before)(void *arg), void *arg);

/* Does the broker answer at both fronts? */
bool courier_ready(const struct courier *courier);

/* Requests whose question has no answer yet. */
size_t courier_open_questions(const struct courier *courier);

#endif
