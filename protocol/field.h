/*
 * One field of a request's body: what the type in its row takes, and the
 * sentence for what it does not take.
 */
#ifndef TOCSIN_PROTOCOL_FIELD_H
#define TOCSIN_PROTOCOL_FIELD_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/ref.h"
#include "protocol/verb.h"

struct ask_fault;

/* What a field was read to, beside its JSON. */
struct field_value {
	const cJSON *json; /* borrowed; NULL: absent */
	int64_t number; /* WORD, NUMBER, FLAG, TIME, DURATION */
	struct ref ref; /* INCIDENT, ALERT, ACTION */
};

/*
 * Reads json as the row has it.  json is of a text that json_scan let pass,
 * without its `big`, and stays longer than *value, which borrows it.
 *
 * ERR_INVALID, ERR_TOO_LARGE  *fault says where and why; *value is of no use.
 */
MUST_CHECK
enum err field_read(const struct field_row *row, const cJSON *json,
    struct field_value *value, struct ask_fault *fault);

/* Writes down why the field, or with "" the body, is refused.  Returns err. */
__attribute__((format(printf, 4, 5))) enum err field_refuse(enum err err,
    const char *field, struct ask_fault *fault, const char *format, ...);

#endif
