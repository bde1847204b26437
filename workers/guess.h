/*
 * Alerts of products that no mapping knows: their fields are gone for by what
 * members are called (guesses.def) and by what values look like.
 */
#ifndef TOCSIN_WORKERS_GUESS_H
#define TOCSIN_WORKERS_GUESS_H

#include <stdbool.h>

#include "workers/normal.h"

/* Fills the fields that are still empty, and the trace where there is one. */
void guess_read(struct normal *normal, const struct part *part);

/*
 * Fills what a mapping did not find and names leave little doubt of; never what
 * decides (severity, status, class).  normal->guessed says whether it did.
 */
void guess_missing(struct normal *normal, const struct part *part);

/*
 * Does it look like an alert: does something say what happened, and something
 * else how bad it is, where, who, by which rule, or which one it is and when?
 * Where nothing says what happened, two of the others do, and when.
 */
bool guess_is(const cJSON *object);

#endif
