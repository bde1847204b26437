/* The drawings of store/entry.h and store/segment.h as offsets, once more. */
#ifndef TOCSIN_STORE_VERIFY_LAYOUT_H
#define TOCSIN_STORE_VERIFY_LAYOUT_H

#include "protocol/limits.h"
#include "store/verify/verify.h"

enum {
	BLOCK = 4096,
	SEGMENT_MAX = 1073741824,

	HEAD_FORMAT = 8,
	HEAD_BLOCK = 12,
	HEAD_NUMBER = 16,
	HEAD_FIRST = 24,
	HEAD_SIZE = 32,
	HEAD_BEGUN = 40,
	HEAD_STORE = 48,
	HEAD_BEFORE = 64,
	HEAD_KEY = 96,
	HEAD_SIGNATURE = 128,
	HEAD_SUM = 192,
	HEAD_ZEROS = 224,

	GROUP_LEN = 4,
	GROUP_FIRST = 8,
	GROUP_RECORDS = 16,
	GROUP_ZERO = 20,
	GROUP_BEFORE = 24,
	GROUP_SUM = 56,
	GROUP_SUM_LEN = 8,
	GROUP_HEAD = 64,

	SEAL_LEN = 136,
	SEAL_FLAGS = 10,
	SEAL_ZERO = 12,
	SEAL_SEQ = 16,
	SEAL_HASH = 32,
	SEAL_SEGMENT = 64,
	SEAL_SIGNATURE = 72,
	SEAL_SIGNED = 8,
	SEAL_ENDS = 1,
	SEAL_CLOSES = 2,

	ENTRY_KIND = 10,
	ENTRY_SEQ = 16,
	ENTRY_TIME = 24,
	ENTRY_SUBJECT = 32,
	ENTRY_NUMBER = 40,
	ENTRY_FLAGS = 33,
	ENTRY_PARTS = 34,
	ENTRY_FACTS = 36,
	ENTRY_ZERO = 52,
	KIND_FILE_ADDED = 90,
	KIND_FILE_DISCARDED = 92,
	ENTRY_CHAIN = 56,
	ENTRY_HEAD = 88,
	SUBJECT_MAX = 10,

	ROW_LEN = 40,
	ROW_ZERO = 2,
	ROW_BYTES = 4,
	ROW_DIGEST = 8,
	PART_KEY = 16,
	PART_KIND_MAX = 2,

	RECORD_LEN = 4,
	RECORD_FORMAT = 8,
	RECORD_ALIGN = 8
};

/* Is it all zero? */
bool verify_zeros(const unsigned char *bytes, size_t len);

/*
 * One entry, at most room bytes of which are its group's.  NULL when it is
 * what must follow, and then the chain stands behind it; otherwise what is
 * wrong.  *len is its length when that much could be read, else 0.
 */
const char *verify_entry(struct verify_chain *chain, const unsigned char *at,
    size_t room, size_t *len, uint64_t *erased);

/*
 * Remembers the file that a verified entry adds or discards.  False, with the
 * fault in the report, when its facts do not say which.
 */
bool verify_evidence_note(struct verify_evidence *evidence,
    const unsigned char *entry, struct verify_report *report);

/*
 * Once the whole journal was read: is every file that was added, and not
 * discarded since, there, and what it was?  The first that is not goes to the
 * report.
 */
void verify_evidence_check(struct verify_evidence *evidence, const char *store,
    struct verify_report *report);
void verify_evidence_free(struct verify_evidence *evidence);

/* What the seals of a segment are checked against. */
struct sealing {
	const unsigned char *store_id;
	const unsigned char *key;
	uint64_t segment;
	uint64_t before; /* number of the last entry of the segment before */
	const unsigned char *before_hash;
	const unsigned char *bytes; /* of the file */
	uint64_t *entries; /* their offsets */
	size_t count, room;
};

/* One seal, in the same way. */
const char *verify_seal(struct verify_chain *chain,
    const struct sealing *sealing, const unsigned char *at, size_t room);

/* A receipt for the chain's number must have its hash. */
bool verify_receipt_holds(struct verify_chain *chain);

#endif
