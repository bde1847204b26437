/*
 * Bodies that are signed: for products that can send no token, and sign what
 * they send with a secret (HMAC-SHA256).  The gateway checks that, and forwards
 * in the name of a token that lies beside the secret.
 */
#ifndef TOCSIN_GATEWAY_SIGNATURE_H
#define TOCSIN_GATEWAY_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/config.h"
#include "protocol/err.h"
#include "protocol/token.h"
#include "protocol/wire.h"

struct signature;
struct signatures;

enum { SIGNATURE_WHY_MAX = 256 };

/*
 * Reads secrets and tokens of gateway.signatures; config is borrowed until
 * signatures_close, which erases them.
 *
 * ERR_MISSING, ERR_DENIED, ERR_INVALID, ERR_TOO_LARGE, ERR_IO
 *                                     why (size bytes) names the row and says
 *                                     what is wrong.
 * ERR_MEMORY
 */
MUST_CHECK
enum err signatures_open(const struct config *config, struct signatures **all,
    char *why, size_t size);
void signatures_close(struct signatures **all);

/* What signs bodies for this path, or NULL. */
const struct signature *signatures_find(
    const struct signatures *all, const char *path);

/* The headers that it looks at; timestamp is NULL where there is none. */
const char *signature_header(const struct signature *signature);
const char *signature_timestamp(const struct signature *signature);

/* The token in whose name a signed body is forwarded. */
const char *signature_token(const struct signature *signature);

/*
 * What the head alone shows: is there a signature of the right form, and is its
 * time near now_s?  value and timestamp are the headers', NULL for none.  False
 * with a sentence in why.
 */
bool signature_head(const struct signature *signature, const char *value,
    const char *timestamp, int64_t now_s, char why[SIGNATURE_WHY_MAX]);

/*
 * Is body, as it came, signed by one of the signatures in value?  Both headers
 * have passed signature_head.  Takes as long wherever they differ.
 */
bool signature_body(const struct signature *signature, const char *value,
    const char *timestamp, struct wire_part body, char why[SIGNATURE_WHY_MAX]);

#endif
