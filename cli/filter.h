/*
 * Saved filters: terms of `list` under a name, kept with the person's own
 * files, a term a line.
 */
#ifndef TOCSIN_CLI_FILTER_H
#define TOCSIN_CLI_FILTER_H

#include "cli/args.h"

/*
 * Adds the terms of the saved filter to list, the arguments of VERB_list.
 *
 * ERR_MISSING  there is none of that name; fault names those that are near.
 * ERR_INVALID  its file holds what is no term (any more): fault has the line.
 */
MUST_CHECK
enum err filter_load(const char *name, const struct session *session,
    struct args *list, struct fault *fault);

/* Calls each with the name of every saved filter, in order. */
void filter_each(void (*each)(void *arg, const char *name), void *arg);

#endif
