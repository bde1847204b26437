/* Help, made from the tables: verbs, fields, words, roles, errors. */
#ifndef TOCSIN_CLI_HELP_H
#define TOCSIN_CLI_HELP_H

#include "cli/local.h"
#include "cli/screen.h"
#include "protocol/verb.h"

/* Every command, in one line each. */
void help_all(const struct screen *screen);

/* One verb: usage, who may, fields with their words, exit codes. */
void help_verb(const struct screen *screen, enum verb verb);

/* One local command. */
void help_local(const struct screen *screen, enum local local);

/* The commands that begin with the word ("alert"); how many there are. */
size_t help_group(const struct screen *screen, const char *word);

#endif
