/* What lies around a member of an alert, and what that makes of it. */
#ifndef TOCSIN_WORKERS_GUESS_AROUND_H
#define TOCSIN_WORKERS_GUESS_AROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "workers/guess_name.h"

enum guess_side { GUESS_SIDE_NONE, GUESS_SIDE_SOURCE, GUESS_SIDE_DESTINATION };

/* The objects around a member, of which the nearest one is the parent. */
struct guess_around {
	int cost, before; /* with and without the parent */
	char parent[GUESS_NAME_BYTES]; /* folded */
	size_t parent_len;
	enum guess_side side;
	bool somebody, foreign, late;
};

/* What is around the members of the object that name is; NULL: the root. */
struct guess_around guess_enter(
    const struct guess_around *outer, const char *name);

/*
 * A name with dots is as many objects: *name becomes the last of it, and what
 * is around that is answered.
 */
struct guess_around guess_undot(
    const struct guess_around *outer, const char **name);

/* Does the folded name say who or where: "deviceDetail", "userDisplayName"? */
bool guess_begins_as_somebody(const char *name);

#endif
