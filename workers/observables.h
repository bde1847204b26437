/*
 * Observables of one alert: what its fields hold, and what its text mentions.
 * PCRE2 is known to observables.c alone.
 */
#ifndef TOCSIN_WORKERS_OBSERVABLES_H
#define TOCSIN_WORKERS_OBSERVABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/observable.h"
#include "workers/format.h"

enum {
	OBSERVABLES_SCAN_BYTES_MAX =
	    65536, /* of one text; the rest is not read */
	OBSERVABLES_POOL_BYTES = 32768 /* of all values of one alert */
};

/* What was found: each thing once, in the order of its finding. */
struct observables {
	size_t count;
	bool cut; /* there is more than was kept or read */
	bool full; /* no more fits: nothing further is looked for */
	struct {
		enum observable type;
		const char *value; /* canonical, within pool */
	} rows[LIMIT_OBSERVABLES_MAX];
	size_t used;
	char pool[OBSERVABLES_POOL_BYTES];
};

/* The compiled patterns and the room that matching needs: one a thread. */
struct scanner;

/* ERR_MEMORY; ERR_INTERNAL when a pattern does not compile. */
MUST_CHECK
enum err scanner_open(struct scanner **scanner);
void scanner_close(struct scanner **scanner);

void observables_init(struct observables *found);

/*
 * Adds a value of the type.  False when it is not of that type, or says
 * nothing: loopback and unspecified addresses, placeholders.
 */
bool observables_add(
    struct observables *found, enum observable type, const char *value);

/* Adds what lies at a place that is marked so; MARK_text is scanned. */
void observables_mark(struct observables *found, struct scanner *scanner,
    enum mark mark, const char *text);

/* Adds what the text mentions.  One pass a pattern, whatever the text. */
void observables_scan(struct observables *found, struct scanner *scanner,
    const char *text, size_t len);

#endif
