/*
 * Evidence: files that incidents have, on disk under the names of their
 * SHA-256.  An upload grows by chunks in a file of its own; once it is whole
 * and is what its name says, it is synced and takes its place.
 *
 *   STORE/evidence/ab/abcd...        whole; read-only
 *   STORE/evidence/unfinished/NUMBER-abcd...   of principal NUMBER
 *
 * Used by one thread at a time; chunks of whole files may be read by any.
 * Names are made of hexadecimal digits alone: nothing that a client calls a
 * file comes near a path.
 */
#ifndef TOCSIN_STORE_EVIDENCE_H
#define TOCSIN_STORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64 };

struct evidence_upload {
	const char *store; /* path; borrowed */
	uint32_t principal;
	char sha256[SHA256_HEX + 1]; /* lower case */
	uint64_t bytes; /* of the whole file */
};

/*
 * How much of it is there; 0 when nothing is.  More than the file's bytes, of
 * another upload of the name: what was there is thrown away.  ERR_IO.
 */
MUST_CHECK
enum err evidence_received(
    const struct evidence_upload *upload, uint64_t *received);

/*
 * Makes room for a new upload: removes those that nobody went on with for
 * LIMIT_UPLOAD_EXPIRY_MS, and counts what the principal has left, this one
 * excepted.  ERR_IO, ERR_FULL.
 */
MUST_CHECK
enum err evidence_begin(
    const struct evidence_upload *upload, uint64_t now_ms, size_t *unfinished);

/* Adds a chunk at its end, which is at `at`.  ERR_FULL, ERR_IO. */
MUST_CHECK
enum err evidence_append(const struct evidence_upload *upload, uint64_t at,
    const void *bytes, size_t len);

/*
 * The upload has all its bytes: when this returns OK they are on disk under
 * their name, and not before.  ERR_CORRUPT: they are not what the name says,
 * and the upload is gone.  ERR_FULL, ERR_IO: it is as it was.
 */
MUST_CHECK
enum err evidence_finish(const struct evidence_upload *upload);

/*
 * Destroys a whole file: its name is gone from the disk, durably.  Nothing
 * there is fine.  ERR_IO.
 */
MUST_CHECK
enum err evidence_discard(const char *store, const char *sha256);

/*
 * Puts a whole file among the unfinished, as nobody's, where it is removed
 * after LIMIT_UPLOAD_EXPIRY_MS.  ERR_IO, ERR_FULL.
 */
MUST_CHECK
enum err evidence_set_aside(
    const char *store, const char *sha256, uint64_t now_ms);

/* Removes the uploads that nobody went on with for LIMIT_UPLOAD_EXPIRY_MS;
 * *removed counts them.  ERR_IO. */
MUST_CHECK
enum err evidence_expire(const char *store, uint64_t now_ms, size_t *removed);

/*
 * Calls row with the name of each whole file that begins with the byte, until
 * it returns false.  Whatever else lies there is passed over.  ERR_IO.
 */
MUST_CHECK
enum err evidence_each(const char *store, unsigned char first,
    bool (*row)(void *arg, const char *sha256), void *arg);

/*
 * Reads up to len bytes of a whole file at `at`; *got is fewer at its end.
 * ERR_MISSING, ERR_IO.
 */
MUST_CHECK
enum err evidence_read(const char *store, const char *sha256, uint64_t at,
    void *bytes, size_t len, size_t *got);

#endif
