/* One delivery: the bytes that a source sent, and the alerts in them. */
#ifndef TOCSIN_WORKERS_DELIVERY_H
#define TOCSIN_WORKERS_DELIVERY_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "workers/formats.h"

enum {
	DELIVERY_FAULT_BYTES = 512,
	DELIVERY_ENVELOPES_MAX = 4, /* one inside the other */
	DELIVERY_LOOKS_MAX = 20000 /* into envelopes; then no more */
};

/* A document that parts lie in. */
struct delivery_tree {
	struct delivery_tree *next;
	cJSON *tree;
	char *text; /* that it was parsed from, where that is our own copy */
};

struct delivery {
	const struct formats *formats;
	const struct format *format; /* NULL when it is none of ours */
	size_t count;
	size_t beyond; /* alerts that came after the last part */
	size_t others; /* records between the alerts that are none */
	struct part parts[LIMIT_ALERT_SPLIT_MAX];
	size_t lines; /* that parts lie in */
	size_t looks; /* into envelopes */
	struct delivery_tree *trees; /* owned, the last one first */
	char fault[DELIVERY_FAULT_BYTES];
};

/*
 * Reads a payload of one JSON value, an object or an array of them, of one
 * object a line, or of text that a format takes apart.  said is the format that
 * the sender named, NULL for none: then it is found out, in envelopes too.  All
 * objects are of one format; those that its product writes beside alerts are
 * counted, no more, as long as there is an alert.
 *
 * The delivery is your memory, as large as it is; formats and payload are
 * borrowed until delivery_fini, which is due whatever came of it.
 *
 * ERR_INVALID  it cannot be read: `fault` is a sentence for people that says
 *              where and why, in UTF-8.  format is what was said, or NULL.
 * ERR_MEMORY
 */
MUST_CHECK
enum err delivery_read(struct delivery *delivery, const struct formats *formats,
    const char *payload, size_t len, const char *said);
void delivery_fini(struct delivery *delivery);

#endif
