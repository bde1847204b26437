/*
 * Callbacks: what became of an alert, told to whoever sent it, by HTTP.  The
 * address stands in the configuration and nowhere else; nothing that is sent,
 * and nothing that comes back, leads to another.
 */
#ifndef TOCSIN_WORKERS_CALLBACK_H
#define TOCSIN_WORKERS_CALLBACK_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum {
	CALLBACK_DETAIL_BYTES = 512,
	CALLBACK_FILE_BYTES_MAX = 1024, /* a secret, a token */
	CALLBACK_ANSWER_BYTES_MAX = 65536 /* read of an answer, and dropped */
};

struct callback {
	const char *url;
	const char *secret_file, *token_file; /* NULL for none */
	const char *body; /* JSON */
	int64_t notification;
	int limit_ms;
};

/*
 * Posts the body; with a secret signed in X-Tocsin-Signature: sha256=... (HMAC
 * of the body), with a token as its bearer.  Follows nothing, over HTTP and
 * HTTPS alone.
 *
 * detail (CALLBACK_DETAIL_BYTES) says what the other side answered, or why it
 * was not told.  ERR_IO: it answered with no 2xx, or not at all, or a file
 * cannot be read.  ERR_INVALID: no such address.  ERR_MEMORY.
 */
MUST_CHECK
enum err callback_post(const struct callback *callback, char *detail);

/* Writes "sha256=" and the HMAC-SHA256 of the body in hex. */
enum { CALLBACK_SIGNATURE_BYTES = sizeof("sha256=") + 64 };
void callback_sign(const char *secret, size_t secret_len, const char *body,
    char out[CALLBACK_SIGNATURE_BYTES]);

#endif
