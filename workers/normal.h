/* The normal form of one alert: the same fields whatever the source. */
#ifndef TOCSIN_WORKERS_NORMAL_H
#define TOCSIN_WORKERS_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/limits.h"
#include "workers/format.h"

#define NORMAL(name, bytes, ocsf, help) NORMAL_##name,
enum normal_field {
#include "workers/normal.def"
	NORMAL_COUNT,
	NORMAL_NONE = NORMAL_COUNT
};
#undef NORMAL

/* len 0 for a field that the alert does not have. */
struct normal_text {
	const char *bytes;
	size_t len;
	bool cut; /* it was longer */
};

/* Where a field was found, for those who ask. */
struct normal_trace {
	char paths[NORMAL_COUNT]
		  [PATH_TEXT_BYTES]; /* in the document; "": nowhere */
	bool numbers[NORMAL_COUNT]; /* it stands there as a number */
	bool guessed[NORMAL_COUNT];
};

/* Borrows from the part that it was read from, and from itself. */
struct normal {
	struct normal_text fields[NORMAL_COUNT];
	char numbers[NORMAL_COUNT][LIMIT_JSON_NUMBER_BYTES_MAX + 1];
	bool guessed; /* a field that its mapping did not find */
	struct normal_trace *trace; /* NULL: nobody asks */
};

enum { NORMAL_ROWS_MAX = 256, NORMAL_RAW_BYTES_MAX = 16777216 };

/*
 * What was found in the envelope of the last part, so that a thousand parts in
 * a large envelope do not go through it a thousand times.  Begins as zeros, and
 * lives no longer than the delivery.
 */
struct normal_envelope {
	const cJSON *outer;
	bool known[NORMAL_ROWS_MAX];
	const cJSON *nodes[NORMAL_ROWS_MAX];
	size_t
	    raw_read; /* bytes gone through for large numbers, of all parts */
};

/*
 * Reads the part by the places of its format.  The first place of a field's
 * rows that holds a text with something in it, or a number, fills the field;
 * whole numbers are written as they stand in the payload, however large.
 */
void normal_read(struct normal *normal, const struct format *format,
    const struct part *part, struct normal_envelope *envelope);

/* The first of the places that holds something.  False when none does. */
bool normal_place(const struct place *places, size_t count, int names,
    const struct part *part, struct normal_text *text,
    char number[LIMIT_JSON_NUMBER_BYTES_MAX + 1]);

/* The name of the field, and what OCSF calls it.  Static. */
const char *normal_name(enum normal_field field);
const char *normal_ocsf(enum normal_field field);

/* The bytes of it that are kept at most. */
size_t normal_bytes_max(enum normal_field field);

/* Is the text worth nothing in that field: blank, or a placeholder? */
bool normal_is_nothing(enum normal_field field, const char *text);

/* How many of the len bytes of UTF-8 fit max without cutting a character. */
size_t normal_fit(const char *text, size_t len, size_t max);

/* Drops the beginning of a character that a cut left at the end of text. */
void normal_mend(char *text);

/* Is there nothing in text but spaces? */
bool normal_is_blank(const char *text);

/* Is it what sources write for a name that they do not have: "-", "(null)"? */
bool normal_is_placeholder(const char *text);

#endif
