/*
 * Exchanges without connections: what http.c tells of a request is what one of
 * these holds, and what is answered is kept in it.  Stands in for http.c, and
 * for all of courier.c but courier_ask, in the whole program.  An answer that
 * http.h does not allow, a second one among them, stops the program.
 */
#ifndef TOCSIN_TESTS_HELD_EXCHANGE_H
#define TOCSIN_TESTS_HELD_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/gateway.h"

enum { HELD_HEADERS_MAX = 16 };

struct exchange {
	const char *method, *path; /* borrowed, as the headers are */
	/* What its query says stands among its headers. */
	const char *names[HELD_HEADERS_MAX], *values[HELD_HEADERS_MAX];
	size_t headers;
	char *body; /* of its own size, so that a step beyond is seen */
	size_t len;
	void *own; /* its taker's */
	/* What was answered. */
	bool answered;
	unsigned status;
	char *text; /* NULL before */
};

/* Lets it come in with a copy of this body, and go to its handler. */
void held_come(struct exchange *exchange, struct gateway *gateway,
    const void *body, size_t len);

/* Ends it, and what its taker keeps with it; it is empty then. */
void held_end(struct exchange *exchange, struct gateway *gateway);

#endif
