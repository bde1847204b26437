/* What a verb's arguments need before they are sent. */
#ifndef TOCSIN_CLI_PREPARE_H
#define TOCSIN_CLI_PREPARE_H

#include "cli/args.h"
#include "cli/editor.h"

/*
 * Asks the person at the terminal for fields that have to be there and are
 * not; has the text written that --editor asks for; reads keys from key files
 * for people enrol.  ERR_INVALID names the field that is missing, ERR_MISSING
 * and others a file.
 *
 * Whatever it returns, draft is filled: the caller forgets or keeps it.
 */
MUST_CHECK
enum err prepare(struct args *args, struct session *session,
    struct draft *draft, struct fault *fault);

#endif
