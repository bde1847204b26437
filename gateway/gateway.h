/* What the gateway's handlers share: one request, from its head to its answer. */
#ifndef TOCSIN_GATEWAY_GATEWAY_H
#define TOCSIN_GATEWAY_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/courier.h"
#include "gateway/http.h"
#include "gateway/signature.h"
#include "protocol/token.h"

struct counters {
	uint64_t requests, alerts, bytes;
	uint64_t retry_later; /* answers of 429 and 503 */
	uint64_t lost; /* answers of 504: the broker's never came */
};

struct gather;

struct gateway {
	struct http *http;
	struct courier *courier;
	struct gather *gather; /* NULL: each alert goes by itself */
	struct signatures *signatures;
	struct counters counters;
	bool stopping;
	uint64_t started_ms;
};

struct route;

struct request {
	struct gateway *gateway;
	struct exchange *exchange;
	const struct route *route;
	char segment[LIMIT_NAME_BYTES_MAX + 1]; /* what stands for {}; "" */
	char token[TOKEN_TEXT_MAX]; /* "" for none */
	/* What has to sign the body before a token is there; NULL: nothing. */
	const struct signature *signature;
	/* How a push of it is answered when it was taken; see intake.h. */
	void (*taken)(struct request *request, const struct answer *answer);
	cJSON *own; /* of the handler, freed with the request */
};

/* Routes: what http.h calls, with the gateway as arg. */
void route_begin(void *arg, struct exchange *exchange);
void route_take(void *arg, struct exchange *exchange);
void route_end(void *arg, struct exchange *exchange);

/* One handler for each row of routes.def: answers, now or later, once. */
#define ROUTE(method, path, handler, proof, help)                              \
	void take_##handler(struct request *request);
#include "gateway/routes.def"
#undef ROUTE

#endif
