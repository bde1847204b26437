/* RSIT classes: what an alert's groups, category and techniques amount to. */
#ifndef TOCSIN_WORKERS_CLASSIFY_H
#define TOCSIN_WORKERS_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/words.h"

enum { CLASSIFY_NAME_MAX = 64 };

/* What a classification rests on so far. */
struct classify {
	enum rsit rsit;
	int weight; /* 0: on nothing */
	const char *by; /* "group", "technique", "source" */
	char name[CLASSIFY_NAME_MAX + 1]; /* which */
};

/* Nothing is known. */
void classify_init(struct classify *classify);

/*
 * Takes a group, a category or an alert's name (len bytes) into account: of
 * all that the table knows, the most telling decides.
 */
void classify_group(struct classify *classify, const char *name, size_t len);

/* The same for a technique, "t1110" or "t1110.001". */
void classify_technique(struct classify *classify, const char *technique);

/*
 * The source's own word, "intrusion_attempts" or "intrusion-attempts": it
 * decides over everything else.  False when it is no class.
 */
bool classify_said(struct classify *classify, const char *word, size_t len);

/* Is the table sorted by name, as the search needs it? */
bool classify_sorted(void);

#endif
