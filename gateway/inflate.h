/* Bodies that came compressed: gzip and deflate, within a limit. */
#ifndef TOCSIN_GATEWAY_INFLATE_H
#define TOCSIN_GATEWAY_INFLATE_H

#include "protocol/wire.h"

/*
 * Inflates gzip (of one or more members) or zlib to *bytes, for free(), at
 * most max bytes of it.
 *
 * ERR_INVALID    it is neither, or ends before its end, or goes on behind it.
 * ERR_TOO_LARGE  it would be more than max.
 * ERR_MEMORY
 */
MUST_CHECK
enum err inflate_body(
    struct wire_part packed, size_t max, char **bytes, size_t *len);

#endif
