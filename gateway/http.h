/*
 * HTTP and TLS on the loop: connections, requests with their bodies, answers.
 * http.c and exchange.c are the only files that know libmicrohttpd.
 *
 * A request is an exchange.  `begin` sees it when its head is there, `take`
 * when its body is there, too; one of them, or somebody later, answers it, once.
 * Everything here is called on the loop's thread.
 */
#ifndef TOCSIN_GATEWAY_HTTP_H
#define TOCSIN_GATEWAY_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/wire.h"

struct exchange;
struct http;

struct http_options {
	int fd; /* listening; closed by http_close */
	const char *certificate, *private_key; /* PEM; NULL: no TLS */
	unsigned connections_max;
	uint64_t idle_ms, body_ms; /* that connections and bodies may take */
	/* May answer at once, then the body is read and dropped. */
	void (*begin)(void *arg, struct exchange *exchange);
	void (*take)(void *arg, struct exchange *exchange);
	/* The exchange is over, answered or not: what it had goes. */
	void (*end)(void *arg, struct exchange *exchange);
	void *arg;
};

struct http_counts {
	uint64_t connections; /* now */
	uint64_t accepted, shut; /* ever; those that were too slow or idle */
	uint64_t bodies; /* bytes in memory, now */
	uint64_t cut; /* requests whose end never came */
	uint64_t answers[6]; /* by the status' first digit */
};

/* ERR_INVALID: the certificate or its key is none.  ERR_IO, ERR_MEMORY. */
MUST_CHECK
enum err http_open(
    uv_loop_t *loop, const struct http_options *options, struct http **http);

/* Takes no new connections from here on. */
void http_quiesce(struct http *http);

/* Ends every connection.  Every exchange must have been answered.  The loop
 * has to run once more before http_free. */
void http_close(struct http *http);
void http_free(struct http **http);

const struct http_counts *http_counts(const struct http *http);

/* ---- an exchange ---- */

const char *exchange_method(const struct exchange *exchange);
/* Without the query, unescaped. */
const char *exchange_path(const struct exchange *exchange);
/* The header or the query's value; NULL when it is not there. */
const char *exchange_header(const struct exchange *exchange, const char *name);
const char *exchange_query(const struct exchange *exchange, const char *name);

/* Tells of every header. */
void exchange_headers(const struct exchange *exchange,
    void (*each)(void *arg, const char *name, const char *value), void *arg);

/* The body; borrowed until exchange_drop, which gives its memory back early. */
struct wire_part exchange_body(const struct exchange *exchange);
void exchange_drop(struct exchange *exchange);

/* What the taker keeps with it. */
void exchange_set_own(struct exchange *exchange, void *own);
void *exchange_own(const struct exchange *exchange);

/* A header of the answer; before exchange_answer.  value is copied. */
void exchange_add(
    struct exchange *exchange, const char *name, const char *value);

/*
 * Answers.  text, of len bytes, is from malloc and taken over; NULL is an
 * answer of 503 without a body.
 */
void exchange_answer(struct exchange *exchange, unsigned status,
    const char *type, char *text, size_t len);

#endif
