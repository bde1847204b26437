/* Help, made from the tables: verbs, fields, words, roles, errors. */
#ifndef TOCSIN_CLI_HELP_H
#define TOCSIN_CLI_HELP_H

#include "cli/local.h"
#include "cli/screen.h"
#include "protocol/verb.h"

enum { HELP_USAGE_MAX = 256 };

/*
 * The verb with what stands behind it: "close INC-n VERDICT [COMMENT]".
 * Returns out.
 */
const char *help_usage(enum verb verb, char out[HELP_USAGE_MAX]);

/* Every command, in one line each. */
void help_all(const struct screen *screen);

/* One verb: usage, who may, fields with their words, exit codes. */
void help_verb(const struct screen *screen, enum verb verb);

/* One local command. */
void help_local(const struct screen *screen, enum local local);

/* The commands that begin with the word ("alert"); how many there are. */
size_t help_group(const struct screen *screen, const char *word);

#endif
