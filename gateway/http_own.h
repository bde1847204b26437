/*
 * What http.c (connections) and exchange.c (requests on them) share; they are
 * the only files that know libmicrohttpd.
 */
#ifndef TOCSIN_GATEWAY_HTTP_OWN_H
#define TOCSIN_GATEWAY_HTTP_OWN_H

#include <microhttpd.h>

#include "gateway/http.h"

enum { ADDED_MAX = 4, PATH_BYTES_MAX = 256 };

struct added {
	char *name, *value;
};

/* A connection, in a ring of all of them. */
struct peer {
	struct http *http;
	struct peer *next, *prev;
	int fd;
	bool busy; /* an exchange is under way */
	bool reading; /* its body is */
	bool shut;
	uint64_t since_ms; /* steady: when it became what it is */
};

struct exchange {
	struct http *http;
	struct MHD_Connection *connection;
	struct peer *peer;
	char method[16], path[PATH_BYTES_MAX + 1];
	char *body;
	size_t body_len, capacity;
	uint64_t arrived; /* bytes of the body, kept or not */
	void *own;
	bool taken, suspended, answered, queued;
	unsigned status;
	const char *type;
	char *text;
	size_t text_len;
	struct added added[ADDED_MAX];
	size_t added_count;
};

struct http {
	struct http_options options;
	uv_loop_t *loop;
	struct MHD_Daemon *daemon;
	uv_poll_t poll;
	uv_timer_t timer, sweep;
	uv_idle_t resumed;
	struct peer peers; /* the ring's anchor */
	struct http_counts counts;
};

/* The connection has become this, now. */
void http_become(struct peer *peer, bool busy, bool reading);

/* A connection was resumed, which nothing else shows: it is run soon. */
void http_wake(struct http *http);

/* What libmicrohttpd tells of requests. */
enum MHD_Result exchange_request(void *arg, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **place);
void exchange_completed(void *arg, struct MHD_Connection *connection,
    void **place, enum MHD_RequestTerminationCode code);

#endif
