/*
 * A request's body, checked against the fields of its verb: what handlers and
 * decide read instead of JSON.
 */
#ifndef TOCSIN_PROTOCOL_ASK_H
#define TOCSIN_PROTOCOL_ASK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/ref.h"
#include "protocol/verb.h"

struct ask;

/* Why a body was refused: the field's name, and a sentence for people. */
struct ask_fault {
	char field[LIMIT_NAME_BYTES_MAX + 1]; /* "" when the body as a whole */
	char message[256];
};

/*
 * Reads a body (len bytes; none at all counts as {}) for the verb.  On OK *ask
 * is the caller's, to end with ask_free.
 *
 * ERR_INVALID, ERR_TOO_LARGE  *fault says what and where.
 * ERR_MEMORY
 */
MUST_CHECK
enum err ask_read(enum verb verb, const char *body, size_t len,
    struct ask **ask, struct ask_fault *fault);

/* Ends *ask and sets it NULL; NULL is fine. */
void ask_free(struct ask **ask);

/*
 * The field by name.  Asking for a field that the verb's rows do not have, or
 * with the wrong type, is a mistake of ours and stops the program.
 */
bool ask_has(const struct ask *ask, const char *field);
/* TEXT, NAME, CURSOR: the string, NULL when absent.  Borrowed. */
const char *ask_text(const struct ask *ask, const char *field);
/* WORD: the value, or otherwise when absent. */
int ask_word(const struct ask *ask, const char *field, int otherwise);
/* NUMBER: the value, or otherwise when absent. */
int64_t ask_number(const struct ask *ask, const char *field, int64_t otherwise);
/* FLAG: the value, or otherwise when absent. */
bool ask_flag(const struct ask *ask, const char *field, bool otherwise);
/* TIME: milliseconds since 1970, or otherwise when absent. */
int64_t ask_time_ms(
    const struct ask *ask, const char *field, int64_t otherwise);
/* DURATION: milliseconds, or otherwise when absent. */
int64_t ask_duration_ms(
    const struct ask *ask, const char *field, int64_t otherwise);
/* INCIDENT, ALERT, ACTION: the reference; type SUBJECT_NONE when absent. */
struct ref ask_ref(const struct ask *ask, const char *field);
/* NAMES, ALERTS, LIST, OBJECT: the array or object, NULL when absent.  Borrowed. */
const cJSON *ask_json(const struct ask *ask, const char *field);

/* The whole body as parsed.  Borrowed. */
const cJSON *ask_body(const struct ask *ask);

/* Is name of the form that NAME fields take? */
bool name_valid(const char *name);

/*
 * Reads an RFC 3339 time with offset, to milliseconds since 1970; years 1970
 * to 9999, leap second 60 counts as 59.  ERR_INVALID otherwise.
 */
MUST_CHECK
enum err time_parse(const char *text, int64_t *ms);

enum { TIME_TEXT_MAX = 32 };

/* Writes ms as RFC 3339 in UTC, "2026-01-31T23:59:59.123Z".  Returns out. */
const char *time_format(int64_t ms, char out[TIME_TEXT_MAX]);

#endif
