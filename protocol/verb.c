#include "protocol/verb.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { FIELDS_OF_A_VERB_MAX = 24 };

/* fields.def says MUST or MAY. */
enum { NEED_MAY = 0, NEED_MUST = 1 };

struct verb_field {
	enum verb verb;
	struct field_row row;
};

struct effect_field {
	enum effect effect;
	struct field_row row;
};

#define ROW(name, type, need, max, help)                                       \
	{                                                                      \
#name, FIELD_##type, NEED_##need, max, help                    \
	}

static const struct verb_field own_fields[] = {
#define FIELD(verb, name, type, need, max, help)                               \
	{VERB_##verb, ROW(name, type, need, max, help)},
#define COMMON_READ(name, type, need, max, help)
#define COMMON_WRITE(name, type, need, max, help)
#include "protocol/fields.def"
#undef FIELD
#undef COMMON_READ
#undef COMMON_WRITE
};

static const struct effect_field common_fields[] = {
#define FIELD(verb, name, type, need, max, help)
#define COMMON_READ(name, type, need, max, help)                               \
	{EFFECT_READ, ROW(name, type, need, max, help)},
#define COMMON_WRITE(name, type, need, max, help)                              \
	{EFFECT_WRITE, ROW(name, type, need, max, help)},
#include "protocol/fields.def"
#undef FIELD
#undef COMMON_READ
#undef COMMON_WRITE
};

struct verb_table {
	char name[LIMIT_VERB_BYTES_MAX + 1];
	struct verb_row row;
	struct field_row fields[FIELDS_OF_A_VERB_MAX];
	size_t fields_count;
};

static struct verb_table verbs[VERB_COUNT] = {
#define VERB(c_name, who, what, sentence)                                      \
	[VERB_##c_name] = {.name = #c_name,                                    \
	    .row = {                                                           \
		.roles = (who), .effect = EFFECT_##what, .help = (sentence)}},
#include "protocol/verbs.def"
#undef VERB
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
add_field(enum verb verb, const struct field_row *row)
{
	struct verb_table *table = &verbs[verb];

	assert(table->fields_count < FIELDS_OF_A_VERB_MAX);
	table->fields[table->fields_count++] = *row;
}

/* What the preprocessor cannot do: dots in names, and rows of one verb together. */
static void
fill(void)
{
	size_t i, verb;

	for (i = 0; i < sizeof(own_fields) / sizeof(own_fields[0]); i++)
		add_field(own_fields[i].verb, &own_fields[i].row);
	for (verb = 0; verb < VERB_COUNT; verb++) {
		struct verb_table *table = &verbs[verb];
		char *p;

		for (p = table->name; *p != '\0'; p++)
			if (*p == '_')
				*p = '.';
		table->row.name = table->name;
		for (i = 0;
		     i < sizeof(common_fields) / sizeof(common_fields[0]); i++)
			if (common_fields[i].effect == table->row.effect)
				add_field(
				    (enum verb)verb, &common_fields[i].row);
	}
}

static const struct verb_table *
table_of(enum verb verb)
{
	int failed = pthread_once(&once, fill);

	assert(failed == 0 && verb < VERB_COUNT);
	(void)failed;
	return &verbs[verb];
}

const struct verb_row *
verb_row(enum verb verb)
{
	return &table_of(verb)->row;
}

enum verb
verb_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < VERB_COUNT; i++) {
		const char *known = table_of((enum verb)i)->name;

		if (strlen(known) == len && memcmp(known, name, len) == 0)
			return (enum verb)i;
	}
	return VERB_NONE;
}

const struct field_row *
verb_fields(enum verb verb, size_t *count)
{
	const struct verb_table *table = table_of(verb);

	*count = table->fields_count;
	return table->fields;
}
