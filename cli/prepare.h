/* What a verb's arguments need before they are sent. */
#ifndef TOCSIN_CLI_PREPARE_H
#define TOCSIN_CLI_PREPARE_H

#include "cli/args.h"

/*
 * Asks the person at the terminal for fields that have to be there and are
 * not; reads keys from key files for people enrol.  ERR_INVALID names the
 * field that is missing, ERR_MISSING and others a file.
 */
MUST_CHECK
enum err prepare(
    struct args *args, struct session *session, struct fault *fault);

#endif
