/* One field's value, from the text that a person typed. */
#ifndef TOCSIN_CLI_VALUE_H
#define TOCSIN_CLI_VALUE_H

#include <cjson/cJSON.h>

#include "cli/session.h"
#include "protocol/verb.h"

/*
 * Adds the value to body under the field's name; lists grow with each call.
 * Forgiving where it is safe: case and dashes of words, "3" for "INC-3", times
 * as when_parse takes them, "@file" and "-" for long texts.
 *
 * ERR_INVALID, ERR_TOO_LARGE, ERR_MISSING, ERR_IO: fault names the option.
 */
MUST_CHECK
enum err value_add(cJSON *body, const struct field_row *field,
    const struct session *session, const char *text, struct fault *fault);

/* Does the field collect several values? */
bool value_repeats(const struct field_row *field);

/* Is it a time that is yet to come, so that "2h" means in two hours? */
bool value_ahead(const struct field_row *field);

/* Is it a text long enough to come from a file, as "@FILE" or "-"? */
bool value_from_file(const struct field_row *field);

/* What is expected of the field, for help and prompts: "TEXT", "low|high". */
const char *value_form(const struct field_row *field, char *out, size_t size);

#endif
