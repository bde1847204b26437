/* From the objects of a delivery to its parts: envelopes, formats, alerts. */
#ifndef TOCSIN_WORKERS_DELIVERY_ADD_H
#define TOCSIN_WORKERS_DELIVERY_ADD_H

#include "workers/delivery.h"

/* Writes the delivery's fault; ERR_INVALID. */
__attribute__((format(printf, 2, 3))) enum err delivery_fault(
    struct delivery *delivery, const char *form, ...);

/* Takes tree and text over.  ERR_MEMORY: they are gone then. */
MUST_CHECK
enum err delivery_keep(struct delivery *delivery, cJSON *tree, char *text);

/* Lets go what was kept after `mark` was the last. */
void delivery_drop(struct delivery *delivery, const struct delivery_tree *mark);

/*
 * Adds the alerts of an object, which lies in a tree that was kept; raw are the
 * object's bytes, NULL for none.  The first object settles the delivery's
 * format.
 *
 * ERR_INVALID  it is of no format, or not of the delivery's: the fault begins
 *              with `where`.
 * ERR_MEMORY
 */
MUST_CHECK
enum err delivery_add(struct delivery *delivery, cJSON *object, const char *raw,
    size_t raw_len, const char *where);

/* Adds the records of a text (terminated UTF-8), the same way. */
MUST_CHECK
enum err delivery_add_text(
    struct delivery *delivery, const char *text, size_t len, const char *where);

#endif
