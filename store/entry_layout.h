/* The offsets of entry.h's drawing, for the two files that code them. */
#ifndef TOCSIN_STORE_ENTRY_LAYOUT_H
#define TOCSIN_STORE_ENTRY_LAYOUT_H

#include "store/entry.h"

enum {
	ENTRY_MAGIC = 0x544f4345, /* "TOCE" */
	ENTRY_ALIGN = 8,
	ENTRY_AT_MAGIC = 0,
	ENTRY_AT_LEN = 4,
	ENTRY_AT_FORMAT = 8,
	ENTRY_AT_KIND = 10,
	ENTRY_AT_ACTOR = 12,
	ENTRY_AT_SEQ = 16,
	ENTRY_AT_TIME = 24,
	ENTRY_AT_SUBJECT = 32,
	ENTRY_AT_FLAGS = 33,
	ENTRY_AT_PARTS = 34,
	ENTRY_AT_FACTS_LEN = 36,
	ENTRY_AT_SUBJECT_NUMBER = 40,
	ENTRY_AT_SUBJECT_PART = 48,
	ENTRY_AT_ZERO = 52,
	ENTRY_AT_CHAIN = 56,
	PART_AT_KIND = 0,
	PART_AT_ZERO = 2,
	PART_AT_LEN = 4,
	PART_AT_DIGEST = 8
};

/*
 * The chain hash of the entry at bytes, whose form is known to be good, behind
 * the previous one.
 */
void entry_chain(const unsigned char *bytes, const unsigned char *previous,
    unsigned char out[HASH_BYTES]);

/* The digest of a part's bytes under its key. */
void entry_digest(const unsigned char *key, const unsigned char *bytes,
    size_t len, unsigned char out[HASH_BYTES]);

#endif
