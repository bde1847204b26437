/*
 * Our own form, for whoever writes an adapter: docs/TRIAGE.md has it.  It is
 * the only one that refuses members that it does not know, because it has the
 * least that tells it from any other object.
 */
#ifndef TOCSIN_WORKERS_FORMAT_NATIVE_H
#define TOCSIN_WORKERS_FORMAT_NATIVE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Where its fields lie.  It is built in, so that it is always there. */
extern const char format_native_mapping[];

/*
 * What no condition says.  *why is static; where a name from the document
 * belongs to it, *what is that name, otherwise NULL.
 */
bool format_native_is(const cJSON *object, const char **why, const char **what);

#endif
