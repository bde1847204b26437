/*
 * The one failure type.  Codes of libraries and of errno are translated into
 * it where they enter.
 */
#ifndef TOCSIN_PROTOCOL_ERR_H
#define TOCSIN_PROTOCOL_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
	OK = 0,
#define ERR(name, status, word, exit, meaning) ERR_##name,
#include "protocol/errors.def"
#undef ERR
	ERR_COUNT
};

/* The HTTP number that an answer with this outcome carries; 200 for OK. */
int err_status(enum err err);

/* The word in an answer's "error" field; "ok" for OK.  Static. */
const char *err_word(enum err err);

/* The exit code of the command line. 0 for OK. */
int err_exit(enum err err);

/* What it means, for people.  Static. */
const char *err_meaning(enum err err);

/*
 * The error whose answers carry this status; OK for 200 to 299, ERR_INTERNAL
 * for a number that is not in the table.
 */
enum err err_of_status(int status);

#endif
