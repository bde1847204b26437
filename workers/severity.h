/* Severities: what the scales of the sources are in ours. */
#ifndef TOCSIN_WORKERS_SEVERITY_H
#define TOCSIN_WORKERS_SEVERITY_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/words.h"

/* A number from `from` on, up to the next row. */
struct severity_step {
	double from;
	enum severity severity;
};

struct severity_word {
	const char *word; /* in whatever case */
	enum severity severity;
};

struct severity_scale {
	const struct severity_step *steps; /* rising */
	size_t steps_count; /* 0: it has no numbers */
	double last; /* numbers beyond are none of it */
	const struct severity_word *own; /* words of its own, taken first */
	size_t own_count;
	bool words; /* those that many sources share are taken besides */
};

/*
 * Reads what the source says (len bytes).  False, with *severity untouched,
 * when it is none of the scale.
 */
bool severity_read(const struct severity_scale *scale, const char *raw,
    size_t len, enum severity *severity);

#endif
