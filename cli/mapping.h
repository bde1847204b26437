/* The mappings of a session: those that came with Tocsin, and its home's own. */
#ifndef TOCSIN_CLI_MAPPING_H
#define TOCSIN_CLI_MAPPING_H

#include "cli/session.h"
#include "workers/formats.h"

/*
 * For formats_close.  ERR_INVALID, ERR_IO and what formats_open says: fault has
 * the sentence.
 */
MUST_CHECK
enum err mapping_open(const struct session *session, struct formats **formats,
    struct fault *fault);

#endif
