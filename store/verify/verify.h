/*
 * The verifier: reads a store's segment files and says whether what they hold
 * is what was written.  It is written after the drawings in store/entry.h and
 * store/segment.h and shares no code with the journal, so that a mistake there
 * does not hide itself here.
 *
 * What it is given is hostile: it never writes, never reads beyond a file and
 * takes time and memory in proportion to the files.
 */
#ifndef TOCSIN_STORE_VERIFY_VERIFY_H
#define TOCSIN_STORE_VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VERIFY_HASH_BYTES = 32,
	VERIFY_KEY_BYTES = 32,
	VERIFY_STORE_ID_BYTES = 16,
	VERIFY_NAME_BYTES = 96,
	VERIFY_WHAT_BYTES = 256
};

/* What somebody was told: this was the head. */
struct verify_receipt {
	uint64_t seq;
	unsigned char hash[VERIFY_HASH_BYTES];
};

/* The first thing that is wrong. */
struct verify_fault {
	bool found;
	char file
	    [VERIFY_NAME_BYTES]; /* in the store; empty: none in particular */
	uint64_t offset;
	uint64_t seq; /* the entry at fault, or the next one expected */
	char what[VERIFY_WHAT_BYTES];
};

struct verify_report {
	struct verify_fault fault;
	/* The journal ends in bytes that are no whole group, or inside a command:
	 * what a crash leaves. */
	struct verify_fault torn;
	uint64_t segments;
	uint64_t entries;
	uint64_t seals;
	uint64_t files; /* of evidence that are what they were */
	uint64_t discarded,
	    left; /* files; whose bytes are there all the same */
	uint64_t erased; /* parts whose bytes and key are gone */
	uint64_t receipts; /* that hold */
	uint64_t strays; /* files in journal/ that are no segments */
	uint64_t first_ms, last_ms;
	uint64_t sealed_seq; /* the last number that is sealed */
	bool closed; /* in good order: nothing follows that seal */
	unsigned char store_id[VERIFY_STORE_ID_BYTES];
	uint64_t head_seq;
	unsigned char head_hash[VERIFY_HASH_BYTES];
};

/* Files that incidents have, as the journal tells. */
struct verify_evidence {
	struct verify_evidence_row *rows;
	size_t count, room;
};

/* How far the verification has come. */
struct verify_chain {
	uint64_t segment; /* number of the last one; 0 before the first */
	uint64_t seq;
	uint64_t time_ms;
	unsigned char hash[VERIFY_HASH_BYTES];
	/* Who signs the next segment: the root, then each segment's key. */
	unsigned char key[VERIFY_KEY_BYTES];
	bool inside; /* the last entry wants a successor */
	bool ended; /* the last record is a seal that ends its segment */
	bool closed; /* the last record is a seal "closed" */
	struct verify_evidence *evidence; /* NULL: it is not looked at */
	const struct verify_receipt *receipts; /* by number, ascending */
	size_t receipts_count, receipts_met;
};

/* Before segment 1.  receipts are borrowed and sorted here. */
void verify_begin(struct verify_chain *chain, const unsigned char *root,
    struct verify_receipt *receipts, size_t count);

/*
 * Verifies the next segment, of which bytes are the whole file.  last: it has
 * no successor, so its end may be torn.  Returns whether to go on: false after
 * a fault, which is in the report then.
 */
bool verify_segment(struct verify_chain *chain, const char *name,
    const unsigned char *bytes, size_t len, bool last,
    struct verify_report *report);

/* After the last segment: the head, and receipts that were not met. */
void verify_end(struct verify_chain *chain, struct verify_report *report);

/*
 * All of the above for a store's folder.  False when it cannot be read at all:
 * why says so.
 */
bool verify_store(const char *store, const unsigned char *root,
    struct verify_receipt *receipts, size_t count, struct verify_report *report,
    char *why, size_t size);

/* Reads 64 hexadecimal digits; nothing but white space may follow. */
bool verify_hex(const char *text, unsigned char out[VERIFY_HASH_BYTES]);

/* "SEQ:HEX" or "SEQ HEX". */
bool verify_receipt_parse(const char *text, struct verify_receipt *receipt);

/* Writes the first fault to the report; later ones are consequences. */
void verify_fault(struct verify_fault *fault, const char *file, uint64_t offset,
    uint64_t seq, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
