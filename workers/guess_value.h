/* What the values of an alert's fields look like, whatever the product. */
#ifndef TOCSIN_WORKERS_GUESS_VALUE_H
#define TOCSIN_WORKERS_GUESS_VALUE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

enum { GUESS_NOTHING = 1 << 20 };

/*
 * How little the node, a text or a number, looks like what the field holds: 0
 * where it does, more where only its name (folded, guess_name.h) speaks for it,
 * GUESS_NOTHING where it cannot be it.
 */
int guess_value(int field, const cJSON *node, const char *name);

/* An address, with or without a port. */
bool guess_value_is_ip(const char *text);

#endif
