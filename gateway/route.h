/* From a request's head to its handler. */
#ifndef TOCSIN_GATEWAY_ROUTE_H
#define TOCSIN_GATEWAY_ROUTE_H

#include <stdbool.h>

#include "gateway/gateway.h"

enum proof { PROOF_NONE, PROOF_TOKEN, PROOF_BODY };

struct route {
	const char *method, *path;
	void (*take)(struct request *request);
	enum proof proof;
};

/*
 * Does the path have the pattern's form?  What stands for {} is copied to
 * segment, which has LIMIT_NAME_BYTES_MAX + 1 bytes.
 */
bool route_matches(const char *pattern, const char *path, char *segment);

/*
 * The row for the method and path, or NULL; *path_known: another method would
 * have one.
 */
const struct route *route_find(
    const char *method, const char *path, char *segment, bool *path_known);

#endif
