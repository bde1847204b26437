/* Alerts: from a request's body to alert.push, and its answer. */
#ifndef TOCSIN_GATEWAY_INTAKE_H
#define TOCSIN_GATEWAY_INTAKE_H

#include "gateway/gateway.h"

/* A request's body as it was meant: inflated where it came compressed. */
struct content {
	struct wire_part text;
	char *inflated; /* what text lies in then, for free() */
};

/* False: the request was answered. */
bool intake_content(struct request *request, struct content *content);
void content_fini(struct content *content);

/*
 * Pushes the alerts as those of the request's source, the path's or else the
 * token's only one.  format is a hint, or NULL.  When they are durable, and
 * not before, request->taken answers; a refusal is answered as it came.
 */
void intake_push(struct request *request, const struct wire_part *parts,
    size_t count, const char *format);

/* Pushes the body as one alert. */
void intake_push_whole(
    struct request *request, const struct content *content, const char *format);

/* Asks the broker something else in the bearer's name; request->taken answers
 * when it was done.  body is taken over. */
void intake_ask(struct request *request, enum verb verb, cJSON *body);

#endif
