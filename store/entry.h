/*
 * One entry of the journal: its bytes on disk, how to make one and how to read
 * one.  Bytes on disk are the contract; integers are big-endian.
 *
 *   offset size
 *   frame, not hashed
 *        0    4  magic "TOCE"
 *        4    4  length of the whole entry in bytes, a multiple of 8
 *   header, hashed
 *        8    2  format, 1
 *       10    2  kind (events.def)
 *       12    4  actor: number of the principal; 0 for the broker itself
 *       16    8  sequence number, from 1, without gaps
 *       24    8  time, milliseconds since 1970, never before the previous entry's
 *       32    1  subject type (enum subject_type)
 *       33    1  flags: bit 0 "more": the next entry belongs to the same command
 *       34    2  number of private parts, n
 *       36    4  length of facts in bytes, f
 *       40    8  subject number
 *       48    4  subject part
 *       52    4  zero
 *       56   32  chain hash of this entry
 *       88  40n  part table, hashed; each row:
 *                   0  2  kind of part: 1 TEXT (JSON), 2 PAYLOAD
 *                   2  2  zero
 *                   4  4  length of the part's bytes
 *                   8 32  digest: BLAKE2b-256 of the bytes, keyed with the part's key
 *            f   facts, JSON, hashed
 *           then, for each part, not hashed:
 *                   0  1  1 present, 0 erased (key and bytes are then absent)
 *                   1 16  key, random
 *                  17     bytes
 *            zero bytes up to a multiple of 8
 *
 *   chain hash = BLAKE2b-256(previous chain hash | bytes 8..55 | part table | facts)
 *
 * The chain hash of "entry 0" is the store's id, 16 bytes, followed by 16 zero
 * bytes.  So a part's bytes and key can be erased, and nothing else, without
 * breaking the chain.  To change the layout, give it a new format number;
 * readers keep reading 1.
 *
 * An entry whose "more" flag is set and whose successor is missing is the torn
 * half of a command: it is cut at a restart like any torn end.
 */
#ifndef TOCSIN_STORE_ENTRY_H
#define TOCSIN_STORE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/ref.h"

enum {
	ENTRY_FORMAT = 1,
	ENTRY_HEADER_BYTES = 88,
	ENTRY_PART_ROW_BYTES = 40,
	ENTRY_KEY_BYTES = 16,
	ENTRY_PARTS_MAX = LIMIT_PUSH_ALERTS_MAX,
	HASH_BYTES = 32,
	ENTRY_MORE = 1 /* flag */
};

enum event {
#define EVENT(number, name, subject) EVENT_##name = (number),
#include "store/events.def"
#undef EVENT
	EVENT_NUMBER_MAX = 255
};

/* "incident.opened" for EVENT_incident_opened; "unknown" for no such kind. Static. */
const char *event_name(unsigned kind);

enum part_kind { PART_TEXT = 1, PART_PAYLOAD = 2 };

struct part {
	enum part_kind kind;
	bool present; /* false: erased; bytes is NULL */
	uint32_t len; /* as hashed, also when erased */
	const unsigned char *bytes; /* borrowed */
};

/* What an entry is made from.  All pointers are borrowed. */
struct entry_draft {
	uint16_t kind;
	uint32_t actor;
	struct ref subject;
	bool more;
	const char *facts; /* JSON object */
	uint32_t facts_len;
	const struct part *parts; /* present is ignored: all are */
	size_t parts_count;
};

/*
 * An encoded entry, shared between threads by reference count.  Everything but
 * number, time and chain hash is fixed when it is made; those are set once, by
 * record_number and by journal_append, each before the record is handed on.
 */
struct record;

/*
 * Encodes the draft with fresh random keys; *record has one reference.
 * ERR_TOO_LARGE over ENTRY_BYTES_MAX or ENTRY_PARTS_MAX.  ERR_MEMORY.
 */
MUST_CHECK enum err record_make(
    const struct entry_draft *draft, struct record **record);

/* Sets sequence number, time and, for entries whose subject is numbered at the
 * lock (alerts), the subject's number; 0 leaves the subject as it is. */
void record_number(
    struct record *record, uint64_t seq, uint64_t time_ms, uint64_t subject);

struct record *record_hold(struct record *record);
void record_release(struct record **record); /* NULL is fine */

uint64_t record_seq(const struct record *record);
unsigned record_kind(const struct record *record);
size_t record_bytes(const struct record *record); /* its length on disk */
const unsigned char *record_data(const struct record *record);
/* The chain hash, once journal_append has set it. */
const unsigned char *record_chain(const struct record *record);
/* Computes and sets the chain hash from the previous one; writes it to out too. */
void record_chain_set(
    struct record *record, const unsigned char *previous, unsigned char *out);

/* An entry as read: pointers into the bytes that it was read from. */
struct entry {
	uint16_t kind;
	uint32_t actor;
	struct ref subject;
	bool more;
	uint64_t seq;
	uint64_t time_ms;
	const unsigned char *chain; /* HASH_BYTES */
	const char *facts; /* facts_len bytes, not terminated */
	uint32_t facts_len;
	size_t parts_count;
	size_t len; /* of the whole entry */
	const unsigned char *bytes; /* of the whole entry */
};

/*
 * Reads the entry at bytes, of which len are there.  Checks every length and
 * the form, not the hashes.  ERR_CORRUPT when it is none; *entry is untouched.
 */
MUST_CHECK enum err entry_read(
    const unsigned char *bytes, size_t len, struct entry *entry);

/* The entry that a record holds, numbered. */
void entry_of_record(const struct record *record, struct entry *entry);

/* Part i of the entry, i below parts_count.  Linear in i. */
void entry_part(const struct entry *entry, size_t i, struct part *part);

/* The first part of kind TEXT, or false when there is none or it is erased. */
bool entry_text(const struct entry *entry, struct part *part);

/*
 * Is what entry_read refuses, len bytes behind the previous chain hash, no torn
 * entry but one of a later version: in a format that is not known here, or
 * whole and with a kind of subject, flag or part that is not?
 */
bool entry_newer(
    const unsigned char *bytes, size_t len, const unsigned char *previous);

/*
 * Does the entry follow from the previous chain hash, and does each present
 * part have its digest?
 */
bool entry_chain_holds(
    const struct entry *entry, const unsigned char *previous);
bool entry_parts_hold(const struct entry *entry);

#endif
