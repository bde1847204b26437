/* Files of incidents: rows, names, custody; the bytes are evidence.h's. */
#ifndef TOCSIN_STORE_FILES_H
#define TOCSIN_STORE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/words.h"
#include "store/evidence.h"

struct state_txn;

struct incident_file {
	uint64_t incident; /* that it was put to */
	uint32_t number; /* within it, from 1 */
	unsigned char sha256[SHA256_BYTES];
	uint64_t bytes;
	uint32_t added_by;
	uint64_t added_ms;
	uint32_t discarded_by;
	uint64_t discarded_ms; /* its bytes are to be gone; 0: they are kept */
};
/* ERR_MISSING. */
MUST_CHECK enum err file_get(struct state_txn *txn, uint64_t incident,
    uint32_t number, struct incident_file *file);
/* The incident's own file of that hash.  ERR_MISSING. */
MUST_CHECK enum err file_find(struct state_txn *txn, uint64_t incident,
    const unsigned char sha256[SHA256_BYTES], struct incident_file *file);
/* The name, for screens alone; ERR_MISSING when it was erased. */
MUST_CHECK enum err file_name(struct state_txn *txn, uint64_t incident,
    uint32_t number, char name[LIMIT_FILE_NAME_BYTES_MAX + 1]);
/* Those of one incident itself, in order of number, until row returns false. */
MUST_CHECK enum err file_each(struct state_txn *txn, uint64_t incident,
    bool (*row)(void *arg, const struct incident_file *file), void *arg);
/* When the principal was last given it to read; 0: never. */
MUST_CHECK enum err file_read_ms(struct state_txn *txn, uint64_t incident,
    uint32_t number, uint32_t principal, uint64_t *at_ms);
/* Everybody who was ever given it to read, and when last. */
MUST_CHECK enum err file_read_each(struct state_txn *txn, uint64_t incident,
    uint32_t number, bool (*row)(void *arg, uint32_t principal, uint64_t at_ms),
    void *arg);

/* Files that have these bytes, in all incidents. */
struct file_uses {
	uint64_t kept, discarded;
};
MUST_CHECK enum err file_uses(struct state_txn *txn,
    const unsigned char sha256[SHA256_BYTES], struct file_uses *uses);

#endif
