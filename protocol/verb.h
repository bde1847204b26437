/* The verbs of verbs.def and the fields of fields.def, as tables. */
#ifndef TOCSIN_PROTOCOL_VERB_H
#define TOCSIN_PROTOCOL_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "protocol/words.h"

enum verb {
#define VERB(name, roles, effect, help) VERB_##name,
#include "protocol/verbs.def"
#undef VERB
	VERB_COUNT,
	VERB_NONE = VERB_COUNT
};

enum effect { EFFECT_READ, EFFECT_WRITE, EFFECT_INTAKE, EFFECT_STREAM };

enum field_type {
	FIELD_TEXT,
	FIELD_NAME,
	FIELD_NAMES,
	FIELD_WORD,
	FIELD_INCIDENT,
	FIELD_ALERT,
	FIELD_ALERTS,
	FIELD_ACTION,
	FIELD_NUMBER,
	FIELD_FLAG,
	FIELD_TIME,
	FIELD_DURATION,
	FIELD_CURSOR,
	FIELD_LIST,
	FIELD_OBJECT
};

struct verb_row {
	const char *name; /* on the wire: "alert.push" */
	uint32_t roles; /* set of enum role; any one of them will do */
	enum effect effect;
	const char *help;
};

struct field_row {
	const char *name;
	enum field_type type;
	bool must;
	int64_t max; /* as fields.def says for the type */
	const char *help;
};

/* The verb's row. verb is below VERB_COUNT.  Static. */
const struct verb_row *verb_row(enum verb verb);

/* The verb that name (len bytes, as on the wire) spells, or VERB_NONE. */
enum verb verb_find(const char *name, size_t len);

/*
 * The fields of the verb, those common to its effect included, in the order
 * of fields.def; *count is their number.  Static.
 */
const struct field_row *verb_fields(enum verb verb, size_t *count);

#endif
