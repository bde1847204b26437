/* Bytes of segment files to structures and back.  Touches no disk. */
#ifndef TOCSIN_STORE_SEGMENT_CODEC_H
#define TOCSIN_STORE_SEGMENT_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "store/entry.h"
#include "store/segment.h"

enum {
	STORE_ID_BYTES = 16,
	SEAL_KEY_BYTES = 32, /* public */
	SEAL_SECRET_BYTES = 64, /* libsodium's form: seed and public key */
	/* Of one group: every entry, a seal that rides along, the header. */
	GROUP_LEN_MAX = GROUP_HEADER_BYTES + LIMIT_GROUP_BYTES_MAX + SEAL_BYTES,
	GROUP_SPAN_MAX = LIMIT_GROUP_BYTES_MAX + SEGMENT_BLOCK_BYTES
};

struct segment_header {
	uint64_t number;
	uint64_t first_seq;
	uint64_t bytes;
	uint64_t begun_ms;
	unsigned char store_id[STORE_ID_BYTES];
	unsigned char before[HASH_BYTES];
	unsigned char key[SEAL_KEY_BYTES];
};

/* The whole block, signed by the secret of the segment before. */
void segment_header_write(const struct segment_header *header,
    const unsigned char *secret, unsigned char *block);

/* ERR_CORRUPT unless the block's form and checksum are good. */
MUST_CHECK
enum err segment_header_read(
    const unsigned char *block, struct segment_header *header);
bool segment_header_signed(
    const unsigned char *block, const unsigned char *key);

struct group {
	uint32_t len; /* header included, padding not */
	uint32_t records;
	uint64_t first_seq;
	const unsigned char *before; /* HASH_BYTES, borrowed */
};

/* Bytes on disk of a group of len bytes: whole blocks. */
uint64_t group_span(uint64_t len);
/* key is the one of the segment that the group stands in. */
void group_write(
    const struct group *group, const unsigned char *key, unsigned char *at);
/* Is a group's header there, of a group of this segment that fits into room? */
bool group_read(const unsigned char *at, uint64_t room,
    const unsigned char *key, struct group *group);

struct seal {
	uint16_t flags;
	uint64_t seq;
	uint64_t time_ms;
	uint64_t segment;
	const unsigned char *hash; /* HASH_BYTES, borrowed */
};

void seal_write(const struct seal *seal, const unsigned char *store_id,
    const unsigned char *secret, unsigned char *at);
/* The form, not the signature. */
bool seal_read(const unsigned char *at, size_t room, struct seal *seal);
/* Is it, which does not read, in a format that is not known here? */
bool seal_newer(const unsigned char *at, size_t len);
bool seal_signed(const unsigned char *at, const unsigned char *store_id,
    const unsigned char *key);

enum record_type { RECORD_NONE, RECORD_ENTRY, RECORD_SEAL };

/*
 * What kind of record begins at `at`, by its frame alone, and its length, which
 * is at most room.  RECORD_NONE when it is no frame.
 */
enum record_type record_frame(
    const unsigned char *at, size_t room, size_t *len);

/* A place in the chain: an entry, and what must follow from it. */
struct chain_at {
	uint64_t seq;
	uint64_t time_ms;
	unsigned char hash[HASH_BYTES];
};

/* What of a group verifies. */
struct group_check {
	bool fits; /* its header continues the chain */
	bool whole; /* every record, and nothing but zeros behind */
	/* The first record that does not verify is not torn: a later version
	 * of the program wrote it. */
	bool newer;
	bool ends_inside; /* its last entry wants a successor */
	uint32_t good_len; /* up to its last whole command; 0 for nothing */
	uint32_t good_records; /* in these bytes */
	struct chain_at good; /* behind these bytes */
	bool sealed; /* the last good record is a seal of good.seq */
	uint16_t seal_flags; /* of that seal */
	uint64_t seal_ms;
};

/*
 * Verifies the group at `at`, whose header group_read has read, behind
 * `before`: form, numbers, times, chain, digests, signatures.
 */
void group_verify(const unsigned char *at, const struct group *group,
    const struct segment_header *header, const struct chain_at *before,
    struct group_check *check);

#endif
