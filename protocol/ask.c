#include "protocol/ask.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/field.h"
#include "protocol/json.h"

enum { FIELDS_MAX = 24 };

struct ask {
	struct json_doc body;
	const struct field_row *rows;
	size_t count;
	struct field_value values[FIELDS_MAX];
};

/* The row's place, or count when there is none. */
static size_t
place_of(const struct ask *ask, const char *field)
{
	size_t i;

	for (i = 0; i < ask->count; i++)
		if (strcmp(ask->rows[i].name, field) == 0)
			break;
	return i;
}

/* Names the field unless its name is not fit to be shown. */
static enum err
refuse_unknown(const char *field, struct ask_fault *fault)
{
	static const char shown[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t len = strlen(field);

	if (len > LIMIT_NAME_BYTES_MAX || strspn(field, shown) != len)
		field = "";
	return field_refuse(ERR_INVALID, field, fault, "no such field");
}

static enum err
read_fields(struct ask *ask, struct ask_fault *fault)
{
	const cJSON *item;
	size_t i;
	enum err err;

	cJSON_ArrayForEach (item, ask->body.root) {
		i = place_of(ask, item->string);
		if (i == ask->count)
			return refuse_unknown(item->string, fault);
		err = field_read(&ask->rows[i], item, &ask->values[i], fault);
		if (err != OK)
			return err;
	}
	for (i = 0; i < ask->count; i++)
		if (ask->rows[i].must && ask->values[i].json == NULL)
			return field_refuse(
			    ERR_INVALID, ask->rows[i].name, fault, "is needed");
	return OK;
}

static enum err
read_body(
    struct ask *ask, const char *body, size_t len, struct ask_fault *fault)
{
	struct json_fault where = {0, ""};
	enum err err;

	if (len == 0)
		return json_doc_read(&ask->body, "{}", 2);
	err = json_scan(body, len, false, &where);
	if (err == OK)
		err = json_doc_read(&ask->body, body, len);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK)
		return field_refuse(err, "", fault, "body, byte %zu: %s",
		    where.offset, where.reason);
	if (!cJSON_IsObject(ask->body.root))
		return field_refuse(
		    ERR_INVALID, "", fault, "body: expected an object");
	return OK;
}

enum err
ask_read(enum verb verb, const char *body, size_t len, struct ask **ask,
    struct ask_fault *fault)
{
	struct ask *made = calloc(1, sizeof(*made));
	enum err err;

	*ask = NULL;
	memset(fault, 0, sizeof(*fault));
	if (made == NULL)
		return ERR_MEMORY;
	made->rows = verb_fields(verb, &made->count);
	assert(made->count <= FIELDS_MAX);
	err = read_body(made, body, len, fault);
	if (err == OK)
		err = read_fields(made, fault);
	if (err != OK) {
		ask_free(&made);
		return err;
	}
	*ask = made;
	return OK;
}

void
ask_free(struct ask **ask)
{
	if (*ask == NULL)
		return;
	json_doc_end(&(*ask)->body);
	free(*ask);
	*ask = NULL;
}

/* The field's value; a field that is not of these types is our own mistake. */
static const struct field_value *
value_of(const struct ask *ask, const char *field, unsigned types)
{
	size_t i = place_of(ask, field);

	assert(i < ask->count);
	assert((types & 1u << ask->rows[i].type) != 0);
	return &ask->values[i];
}

static int64_t
number_of(const struct ask *ask, const char *field, enum field_type type,
    int64_t otherwise)
{
	const struct field_value *value = value_of(ask, field, 1u << type);

	return value->json != NULL ? value->number : otherwise;
}

bool
ask_has(const struct ask *ask, const char *field)
{
	return value_of(ask, field, ~0u)->json != NULL;
}

const char *
ask_text(const struct ask *ask, const char *field)
{
	const struct field_value *value = value_of(ask, field,
	    1u << FIELD_TEXT | 1u << FIELD_NAME | 1u << FIELD_CURSOR);

	return value->json != NULL ? value->json->valuestring : NULL;
}

int
ask_word(const struct ask *ask, const char *field, int otherwise)
{
	return (int)number_of(ask, field, FIELD_WORD, otherwise);
}

int64_t
ask_number(const struct ask *ask, const char *field, int64_t otherwise)
{
	return number_of(ask, field, FIELD_NUMBER, otherwise);
}

bool
ask_flag(const struct ask *ask, const char *field, bool otherwise)
{
	return number_of(ask, field, FIELD_FLAG, otherwise) != 0;
}

int64_t
ask_time_ms(const struct ask *ask, const char *field, int64_t otherwise)
{
	return number_of(ask, field, FIELD_TIME, otherwise);
}

int64_t
ask_duration_ms(const struct ask *ask, const char *field, int64_t otherwise)
{
	return number_of(ask, field, FIELD_DURATION, otherwise);
}

struct ref
ask_ref(const struct ask *ask, const char *field)
{
	return value_of(ask, field,
	    1u << FIELD_INCIDENT | 1u << FIELD_ALERT | 1u << FIELD_ACTION)
	    ->ref;
}

const cJSON *
ask_json(const struct ask *ask, const char *field)
{
	return value_of(ask, field,
	    1u << FIELD_NAMES | 1u << FIELD_ALERTS | 1u << FIELD_LIST |
		1u << FIELD_OBJECT)
	    ->json;
}

const cJSON *
ask_body(const struct ask *ask)
{
	return ask->body.root;
}
