/*
 * Observables: what can be looked for across incidents and alerts.  Two
 * spellings of one thing (192.0.2.1, 192[.]0.2.1) must meet in the index, so
 * everybody who writes or looks for one goes through observable_canonical.
 */
#ifndef TOCSIN_PROTOCOL_OBSERVABLE_H
#define TOCSIN_PROTOCOL_OBSERVABLE_H

#include <stddef.h>

#include "protocol/err.h"

enum observable {
#define OBSERVABLE(name, help) OBSERVABLE_##name,
#include "protocol/observable.def"
#undef OBSERVABLE
	OBSERVABLE_COUNT
};

enum { OBSERVABLE_BYTES_MAX = 2048 };

/* The name of the type, "?" for none of them.  Static. */
const char *observable_name(int type);

/* The type that name spells, or -1. */
int observable_type(const char *name);

/*
 * Writes the canonical spelling of the value to out: surrounding blanks gone,
 * defanging undone ([.] (.) [dot] [:] [@] hxxp), lower case (of a URL only
 * scheme and authority, since its path is not), addresses as inet_ntop writes
 * them, no dot behind a name.
 *
 * ERR_INVALID    the value is none of this type; out is then undefined.
 * ERR_TOO_LARGE  over OBSERVABLE_BYTES_MAX.
 */
MUST_CHECK
enum err observable_canonical(enum observable type, const char *value,
    char out[OBSERVABLE_BYTES_MAX + 1]);

#endif
