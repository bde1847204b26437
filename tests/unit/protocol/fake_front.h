/* A broker's front in a thread of the test, for the client's tests. */
#ifndef TOCSIN_TESTS_FAKE_FRONT_H
#define TOCSIN_TESTS_FAKE_FRONT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "protocol/client.h"
#include "protocol/key.h"

enum {
	KEPT_MAX = 16,
	KEPT_BYTES = 512,
	LONG_MS = 30000 /* longer than any answer takes */
};

/* The chain hash in its answers; their "seq" is 42. */
#define FRONT_HEAD                                                             \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/*
 * The front keeps what it was asked and does with each request what the
 * plan's letter says:
 *
 *   a  answers            s  says nothing          h  hangs up and listens again
 *   o  answers another request first               r  refuses with 409
 *   g  answers with a body that is no object       t  ... with text for a status
 *   p  answers with a part of a stream, then the end
 * The last letter goes for all that follows.
 */
struct front {
	const char *plan;
	bool closed; /* admits no key */
	void *context;
	void *router, *zap, *control, *handle;
	char endpoint[128];
	struct key server, key;
	pthread_t thread;
	size_t count;
	char verbs[KEPT_MAX][KEPT_BYTES];
	char bodies[KEPT_MAX][KEPT_BYTES];
	size_t attachments[KEPT_MAX];
};

/* Listens in a thread of its own; `closed` admits no key. */
void front_open(struct front *front, const char *plan, bool closed);

/* Ends the thread; what the front kept may be read then. */
void front_close(struct front *front);

/* A client of its people, with its key; the caller's to close. */
struct client *front_client(const struct front *front, int timeout_ms);

#endif
