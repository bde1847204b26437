/* How requests name files: by number or by SHA-256. */
#ifndef TOCSIN_BROKER_FILE_NAMED_H
#define TOCSIN_BROKER_FILE_NAMED_H

#include <inttypes.h>
#include <stdbool.h>

#include "store/state.h"

#define FILE_SHA256_WANTED "a SHA-256 is 64 hexadecimal digits, in lower case"

/* With the incident's and the file's number. */
#define FILE_WAS_DISCARDED                                                     \
	"these bytes were discarded as file %2$" PRIu32 " of INC-%1$" PRIu64   \
	", for good: `tocsin show INC-%1$" PRIu64 "` says by whom and why"

/* Reads 64 hexadecimal digits in lower case; NULL is none. */
bool file_sha256_read(const char *text, unsigned char out[SHA256_BYTES]);

/*
 * The incident's own file that the text names: its number within the incident,
 * or all of its SHA-256.  ERR_MISSING when it has none such.
 */
MUST_CHECK
enum err file_named(struct state_txn *txn, const struct incident *incident,
    const char *text, struct incident_file *file);

#endif
