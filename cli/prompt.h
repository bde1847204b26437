/*
 * Questions to somebody at a terminal: what is missing from a command, on
 * standard error, so that standard output stays the answer's.
 */
#ifndef TOCSIN_CLI_PROMPT_H
#define TOCSIN_CLI_PROMPT_H

#include "cli/args.h"

/*
 * Asks for the fields that have to be there and are not, and for what extras.def
 * has people asked besides; words by a menu that takes number or word.  What is
 * no value is told and asked again.  Where nobody sits, nothing is asked.
 *
 * skip may be NULL: a field that is written elsewhere.
 *
 * ERR_INVALID  a field is missing: nobody was there to ask, or they did not say.
 */
MUST_CHECK
enum err prompt_missing(struct args *args, const struct session *session,
    const struct field_row *skip, struct fault *fault);

/*
 * Asks "WHAT? [y/N]"; true for a yes alone.  For where somebody sits
 * (session->interactive).
 */
bool prompt_agrees(const char *what);

#endif
