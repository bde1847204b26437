/*
 * Filters as they are typed: "severity=high,tag=vpn", terms of the fields of
 * `list`.
 */
#ifndef TOCSIN_CLI_WHERE_H
#define TOCSIN_CLI_WHERE_H

#include "cli/args.h"

/*
 * Adds the terms to list, the arguments of VERB_list.  A flag needs no value;
 * a text reaches to the end of what was typed, commas included; "@night" is
 * all that was saved under that name.
 *
 * ERR_MISSING  no such saved filter.
 * ERR_INVALID  no such field, or not a value of it; fault says which.
 */
MUST_CHECK
enum err where_add(struct args *list, const struct session *session,
    const char *text, struct fault *fault);

/* Is the field of `list` a term of filters?  Where a page begins is none. */
bool where_is_term(const struct field_row *field);

#endif
