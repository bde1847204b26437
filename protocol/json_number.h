/* Numbers of JSON, as json_scan takes them. */
#ifndef TOCSIN_PROTOCOL_JSON_NUMBER_H
#define TOCSIN_PROTOCOL_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

/*
 * Finds the end of the number at text, of which len bytes are there; *used is
 * its length.  `big` is json_parse's.  ERR_INVALID, ERR_TOO_LARGE with *reason
 * (static, for people).
 */
MUST_CHECK
enum err json_number_scan(
    const char *text, size_t len, bool big, size_t *used, const char **reason);

#endif
