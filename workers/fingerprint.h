/* Hashes that name things without saying what they are. */
#ifndef TOCSIN_WORKERS_FINGERPRINT_H
#define TOCSIN_WORKERS_FINGERPRINT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "workers/normal.h"

enum {
	FINGERPRINT_CLUSTER_TEXT = 33, /* 16 bytes in hex, and its end */
	FINGERPRINT_SHORT_TEXT = 17 /* 8 bytes in hex, and its end */
};

/*
 * The cluster: BLAKE2b-128 over the source and what the format's table says,
 * lower-cased, each with its length before it, so that no two lists of fields
 * run into one another.
 */
void fingerprint_cluster(const char *source, const struct format *format,
    const struct normal *normal, const struct part *part,
    char out[FINGERPRINT_CLUSTER_TEXT]);

/*
 * The id that the source gives the alert from firing to resolved.  False, with
 * out "", when the format or the alert has none, or memory is short.
 */
bool fingerprint_external(const struct format *format, const struct part *part,
    char out[FINGERPRINT_SHORT_TEXT]);

/* 8 bytes of BLAKE2b over text, lower-cased first when `fold` says so. */
void fingerprint_short(
    const char *text, size_t len, bool fold, char out[FINGERPRINT_SHORT_TEXT]);

#endif
