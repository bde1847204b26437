#include "protocol/ask.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/duration.h"
#include "protocol/json.h"

enum { FIELDS_MAX = 24, WORDS_SHOWN_MAX = 200 };

/* What a field's value was read to, beside its JSON. */
struct value {
	const cJSON *json; /* NULL: absent */
	int64_t number;
	struct ref ref;
};

struct ask {
	struct json_doc body;
	const struct field_row *rows;
	size_t count;
	struct value values[FIELDS_MAX];
};

typedef enum err reader(
    const struct field_row *row, struct value *value, struct ask_fault *fault);

__attribute__((format(printf, 4, 5))) static enum err
refuse(enum err err, const char *field, struct ask_fault *fault,
    const char *format, ...)
{
	va_list args;
	int used = 0;

	(void)snprintf(fault->field, sizeof(fault->field), "%s", field);
	if (fault->field[0] != '\0')
		used = snprintf(fault->message, sizeof(fault->message),
		    "%s: ", fault->field);
	va_start(args, format);
	(void)vsnprintf(fault->message + used,
	    sizeof(fault->message) - (size_t)used, format, args);
	va_end(args);
	return err;
}

bool
name_valid(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char later[] = "abcdefghijklmnopqrstuvwxyz0123456789._:@-";
	size_t len = strlen(name);

	return len >= 1 && len <= LIMIT_NAME_BYTES_MAX &&
	       strchr(first, name[0]) != NULL && strspn(name, later) == len;
}

static enum err
read_string(const struct field_row *row, size_t max, struct value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json))
		return refuse(
		    ERR_INVALID, row->name, fault, "expected a string");
	if (strlen(value->json->valuestring) > max)
		return refuse(ERR_TOO_LARGE, row->name, fault,
		    "more than %zu bytes", max);
	return OK;
}

static enum err
read_text(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	enum err err = read_string(row, (size_t)row->max, value, fault);
	const char *text;

	if (err != OK)
		return err;
	text = value->json->valuestring;
	if (row->must && text[strspn(text, " \t\r\n")] == '\0')
		return refuse(
		    ERR_INVALID, row->name, fault, "must not be empty");
	return OK;
}

static enum err
read_cursor(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	enum err err = read_string(row, (size_t)row->max, value, fault);
	const char *p;

	if (err != OK)
		return err;
	for (p = value->json->valuestring; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return refuse(ERR_INVALID, row->name, fault,
			    "not what a page's \"next\" held");
	return OK;
}

static enum err
read_name(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	enum err err = read_string(row, LIMIT_NAME_BYTES_MAX, value, fault);

	if (err != OK)
		return err;
	if (!name_valid(value->json->valuestring))
		return refuse(ERR_INVALID, row->name, fault,
		    "expected a name of a-z, 0-9 and . _ : @ - that begins "
		    "with a letter or a digit");
	return OK;
}

static enum err
read_list(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsArray(value->json))
		return refuse(
		    ERR_INVALID, row->name, fault, "expected an array");
	if (cJSON_GetArraySize(value->json) > row->max)
		return refuse(ERR_TOO_LARGE, row->name, fault,
		    "more than %lld elements", (long long)row->max);
	return OK;
}

static bool
stands_before(const cJSON *list, const cJSON *name)
{
	const cJSON *other;

	cJSON_ArrayForEach (other, list) {
		if (other == name)
			return false;
		if (strcmp(other->valuestring, name->valuestring) == 0)
			return true;
	}
	return false;
}

/* A list whose elements are read one by one, no two of them alike. */
static enum err
read_each(const struct field_row *row, reader *read, struct value *value,
    struct ask_fault *fault)
{
	enum err err = read_list(row, value, fault);
	const cJSON *item;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (item, value->json) {
		struct value one = {.json = item};

		err = read(row, &one, fault);
		if (err != OK)
			return err;
		if (stands_before(value->json, item))
			return refuse(ERR_INVALID, row->name, fault,
			    "\"%s\" stands there twice", item->valuestring);
	}
	return OK;
}

static enum err
read_names(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	return read_each(row, read_name, value, fault);
}

static enum err
read_word(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	char words[WORDS_SHOWN_MAX];
	int found;

	if (cJSON_IsString(value->json)) {
		found =
		    words_value((enum words)row->max, value->json->valuestring);
		if (found >= 0) {
			value->number = found;
			return OK;
		}
	}
	words_all((enum words)row->max, words, sizeof(words));
	return refuse(
	    ERR_INVALID, row->name, fault, "expected one of %s", words);
}

static enum err
read_ref(const struct field_row *row, enum subject_type type,
    const char *example, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    ref_parse(value->json->valuestring, &value->ref) != OK ||
	    value->ref.type != type)
		return refuse(ERR_INVALID, row->name, fault,
		    "expected a reference such as %s", example);
	return OK;
}

static enum err
read_incident(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	return read_ref(row, SUBJECT_INCIDENT, "\"INC-12\"", value, fault);
}

static enum err
read_alert(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	return read_ref(
	    row, SUBJECT_ALERT, "\"ALR-7\" or \"ALR-7/3\"", value, fault);
}

static enum err
read_action(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	return read_ref(row, SUBJECT_ACTION, "\"ACT-4\"", value, fault);
}

static enum err
read_alerts(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	return read_each(row, read_alert, value, fault);
}

static enum err
read_number(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	double number;

	if (!cJSON_IsNumber(value->json))
		return refuse(
		    ERR_INVALID, row->name, fault, "expected a whole number");
	number = value->json->valuedouble;
	/* The scanner has seen to it that the cast is defined. */
	if (number != (double)(int64_t)number || number < 0)
		return refuse(ERR_INVALID, row->name, fault,
		    "expected a whole number from 0");
	if (number > (double)row->max)
		return refuse(ERR_TOO_LARGE, row->name, fault, "more than %lld",
		    (long long)row->max);
	value->number = (int64_t)number;
	return OK;
}

static enum err
read_flag(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsBool(value->json))
		return refuse(
		    ERR_INVALID, row->name, fault, "expected true or false");
	value->number = cJSON_IsTrue(value->json);
	return OK;
}

static enum err
read_time(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    time_parse(value->json->valuestring, &value->number) != OK)
		return refuse(ERR_INVALID, row->name, fault,
		    "expected a time with offset such as "
		    "\"2026-01-31T23:59:59Z\"");
	return OK;
}

static enum err
read_duration(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    duration_parse(
		value->json->valuestring, row->max, &value->number) != OK)
		return refuse(ERR_INVALID, row->name, fault,
		    "expected a duration such as " DURATION_FORMS);
	if (value->number > row->max)
		return refuse(ERR_TOO_LARGE, row->name, fault,
		    "longer than %lld days",
		    (long long)(row->max / (INT64_C(24) * 3600000)));
	return OK;
}

static enum err
read_object(
    const struct field_row *row, struct value *value, struct ask_fault *fault)
{
	if (!cJSON_IsObject(value->json))
		return refuse(
		    ERR_INVALID, row->name, fault, "expected an object");
	return OK;
}

static reader *const readers[] = {
    [FIELD_TEXT] = read_text,
    [FIELD_NAME] = read_name,
    [FIELD_NAMES] = read_names,
    [FIELD_WORD] = read_word,
    [FIELD_INCIDENT] = read_incident,
    [FIELD_ALERT] = read_alert,
    [FIELD_ALERTS] = read_alerts,
    [FIELD_ACTION] = read_action,
    [FIELD_NUMBER] = read_number,
    [FIELD_FLAG] = read_flag,
    [FIELD_TIME] = read_time,
    [FIELD_DURATION] = read_duration,
    [FIELD_CURSOR] = read_cursor,
    [FIELD_LIST] = read_list,
    [FIELD_OBJECT] = read_object,
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
	return refuse(ERR_INVALID, field, fault, "no such field");
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
		ask->values[i].json = item;
		err = readers[ask->rows[i].type](
		    &ask->rows[i], &ask->values[i], fault);
		if (err != OK)
			return err;
	}
	for (i = 0; i < ask->count; i++)
		if (ask->rows[i].must && ask->values[i].json == NULL)
			return refuse(
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
		return refuse(err, "", fault, "body, byte %zu: %s",
		    where.offset, where.reason);
	if (!cJSON_IsObject(ask->body.root))
		return refuse(
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
static const struct value *
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
	const struct value *value = value_of(ask, field, 1u << type);

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
	const struct value *value = value_of(ask, field,
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
