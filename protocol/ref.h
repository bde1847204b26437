/* References as people write them: INC-12, ALR-7, ALR-7/3, ACT-4. */
#ifndef TOCSIN_PROTOCOL_REF_H
#define TOCSIN_PROTOCOL_REF_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

/* What an entry or a row is about.  The number is on disk. */
enum subject_type {
	SUBJECT_NONE = 0,
	SUBJECT_INCIDENT = 1,
	SUBJECT_ALERT = 2,
	SUBJECT_PERSON = 3,
	SUBJECT_JOB = 4,
	SUBJECT_NOTIFICATION = 5,
	SUBJECT_STORE = 6,
	SUBJECT_ACTION = 7,
	SUBJECT_SOURCE = 8, /* its number is that of its name: source_subject */
	SUBJECT_TOKEN = 9,
	SUBJECT_SILENCE = 10,
	SUBJECT_LAST = SUBJECT_SILENCE
};

struct ref {
	enum subject_type type;
	uint32_t part; /* 0: the whole delivery; only for alerts */
	uint64_t number;
};

enum { REF_TEXT_MAX = 40 };

/*
 * Reads "INC-12", "ALR-7", "ALR-7/3" or "ACT-4", in either case; numbers from 1, no
 * leading zeros.  ERR_INVALID when text is none of these; *ref is untouched.
 */
MUST_CHECK
enum err ref_parse(const char *text, struct ref *ref);

/* Writes ref as people read it to out. Returns out. */
const char *ref_format(struct ref ref, char out[REF_TEXT_MAX]);

#endif
