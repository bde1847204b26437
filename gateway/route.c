#include "gateway/route.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "gateway/proof.h"
#include "gateway/reply.h"

static const struct route routes[] = {
#define ROUTE(method, path, handler, proof, help)                              \
	{#method, path, take_##handler, PROOF_##proof},
#include "gateway/routes.def"
#undef ROUTE
};

bool
route_matches(const char *pattern, const char *path, char *segment)
{
	size_t len;

	segment[0] = '\0';
	while (*pattern != '\0' && strncmp(pattern, "{}", 2) != 0)
		if (*pattern++ != *path++)
			return false;
	if (*pattern == '\0')
		return *path == '\0';
	len = strcspn(path, "/");
	if (len == 0 || len > LIMIT_NAME_BYTES_MAX ||
	    strcmp(pattern + 2, path + len) != 0)
		return false;
	memcpy(segment, path, len);
	segment[len] = '\0';
	return true;
}

const struct route *
route_find(
    const char *method, const char *path, char *segment, bool *path_known)
{
	size_t i;

	*path_known = false;
	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (!route_matches(routes[i].path, path, segment))
			continue;
		*path_known = true;
		if (strcmp(routes[i].method, method) == 0 ||
		    (strcmp(routes[i].method, "GET") == 0 &&
			strcmp(method, "HEAD") == 0))
			return &routes[i];
	}
	return NULL;
}

/* Types whose bytes are no text at all are somebody's mistake. */
static bool
is_text(const struct exchange *exchange)
{
	static const char *const others[] = {
	    "multipart/", "image/", "audio/", "video/", "application/zip"};
	const char *type = exchange_header(exchange, "Content-Type");
	size_t i;

	for (i = 0; type != NULL && i < sizeof(others) / sizeof(others[0]); i++)
		if (strncasecmp(type, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

static bool
is_known_coding(const struct exchange *exchange)
{
	static const char *const known[] = {
	    "identity", "gzip", "x-gzip", "deflate"};
	const char *coding = exchange_header(exchange, "Content-Encoding");
	size_t i;

	for (i = 0; coding != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcasecmp(coding, known[i]) == 0)
			return true;
	return coding == NULL;
}

static const char *
header_if(const struct exchange *exchange, const char *name)
{
	return name != NULL ? exchange_header(exchange, name) : NULL;
}

/* A body that is to be signed: does the head bring what it takes? */
static bool
is_signed_head(const struct request *request, char why[SIGNATURE_WHY_MAX])
{
	const struct exchange *exchange = request->exchange;
	const struct signature *signature = request->signature;

	return signature_head(signature,
	    header_if(exchange, signature_header(signature)),
	    header_if(exchange, signature_timestamp(signature)),
	    (int64_t)time(NULL), why);
}

/* From here on the body is its token's. */
static bool
is_signed_body(struct request *request)
{
	const struct exchange *exchange = request->exchange;
	const struct signature *signature = request->signature;
	char why[SIGNATURE_WHY_MAX];

	if (!signature_body(signature,
		header_if(exchange, signature_header(signature)),
		header_if(exchange, signature_timestamp(signature)),
		exchange_body(exchange), why)) {
		reply_refuse(request, ERR_BEARER, why);
		return false;
	}
	(void)snprintf(request->token, sizeof(request->token), "%s",
	    signature_token(signature));
	return true;
}

/* Finds the proof that the head brings; false with why there is none. */
static bool
has_proof(struct request *request, char why[SIGNATURE_WHY_MAX])
{
	const struct exchange *exchange = request->exchange;

	if (strcmp(exchange_method(exchange), "POST") == 0)
		request->signature = signatures_find(
		    request->gateway->signatures, exchange_path(exchange));
	if (request->signature != NULL)
		return is_signed_head(request, why);
	(void)snprintf(why, SIGNATURE_WHY_MAX,
	    "a token is needed, as Authorization: Bearer or as the password of "
	    "Basic: `tocsin token new` issues one");
	return proof_of(exchange, request->token);
}

/* What the head alone shows to be wrong is said before a body is read. */
static bool
check_head(struct request *request, bool path_known)
{
	const struct exchange *exchange = request->exchange;
	char why[SIGNATURE_WHY_MAX];
	bool proved = has_proof(request, why);

	if (request->gateway->stopping)
		reply_refuse(request, ERR_BUSY,
		    "the gateway is stopping; nothing was kept, try again");
	else if (request->route == NULL && path_known)
		reply_refuse_as(request, 405, "invalid",
		    "another method is used at this address: docs/INTAKE.md");
	else if (request->route == NULL)
		reply_refuse(request, ERR_MISSING,
		    "there is nothing at this address: docs/INTAKE.md lists "
		    "them");
	else if (request->route->proof == PROOF_TOKEN && !proved)
		reply_refuse(request, ERR_BEARER, why);
	else if (!is_known_coding(exchange))
		reply_refuse_as(request, 415, "invalid",
		    "Content-Encoding: gzip, deflate and identity are "
		    "understood");
	else if (!is_text(exchange))
		reply_refuse_as(request, 415, "invalid",
		    "Content-Type: JSON or text is understood");
	else
		return true;
	return false;
}

void
route_begin(void *arg, struct exchange *exchange)
{
	struct gateway *gateway = arg;
	struct request *request = calloc(1, sizeof(*request));
	bool path_known;

	gateway->counters.requests++;
	if (request == NULL) {
		exchange_answer(exchange, 503, NULL, NULL, 0);
		return;
	}
	request->gateway = gateway;
	request->exchange = exchange;
	exchange_set_own(exchange, request);
	request->route = route_find(exchange_method(exchange),
	    exchange_path(exchange), request->segment, &path_known);
	(void)check_head(request, path_known);
}

void
route_take(void *arg, struct exchange *exchange)
{
	struct request *request = exchange_own(exchange);

	(void)arg;
	request->gateway->counters.bytes += exchange_body(exchange).len;
	if (request->signature == NULL || is_signed_body(request))
		request->route->take(request);
}

void
route_end(void *arg, struct exchange *exchange)
{
	struct request *request = exchange_own(exchange);

	(void)arg;
	if (request == NULL)
		return;
	cJSON_Delete(request->own);
	sodium_memzero(request->token, sizeof(request->token));
	free(request);
}
