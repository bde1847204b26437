#include "protocol/field.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"
#include "protocol/duration.h"

enum { WORDS_SHOWN_MAX = 200 };

typedef enum err reader(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault);

enum err
field_refuse(enum err err, const char *field, struct ask_fault *fault,
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
read_string(const struct field_row *row, size_t max, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json))
		return field_refuse(
		    ERR_INVALID, row->name, fault, "expected a string");
	if (strlen(value->json->valuestring) > max)
		return field_refuse(ERR_TOO_LARGE, row->name, fault,
		    "more than %zu bytes", max);
	return OK;
}

static enum err
read_text(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	enum err err = read_string(row, (size_t)row->max, value, fault);
	const char *text;

	if (err != OK)
		return err;
	text = value->json->valuestring;
	if (row->must && text[strspn(text, " \t\r\n")] == '\0')
		return field_refuse(
		    ERR_INVALID, row->name, fault, "must not be empty");
	return OK;
}

static enum err
read_cursor(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	enum err err = read_string(row, (size_t)row->max, value, fault);
	const char *p;

	if (err != OK)
		return err;
	for (p = value->json->valuestring; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return field_refuse(ERR_INVALID, row->name, fault,
			    "not what a page's \"next\" held");
	return OK;
}

static enum err
read_name(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	enum err err = read_string(row, LIMIT_NAME_BYTES_MAX, value, fault);

	if (err != OK)
		return err;
	if (!name_valid(value->json->valuestring))
		return field_refuse(ERR_INVALID, row->name, fault,
		    "expected a name of a-z, 0-9 and . _ : @ - that begins "
		    "with a letter or a digit");
	return OK;
}

static enum err
read_list(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsArray(value->json))
		return field_refuse(
		    ERR_INVALID, row->name, fault, "expected an array");
	if (cJSON_GetArraySize(value->json) > row->max)
		return field_refuse(ERR_TOO_LARGE, row->name, fault,
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
read_each(const struct field_row *row, reader *read, struct field_value *value,
    struct ask_fault *fault)
{
	enum err err = read_list(row, value, fault);
	const cJSON *item;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (item, value->json) {
		struct field_value one = {.json = item};

		err = read(row, &one, fault);
		if (err != OK)
			return err;
		if (stands_before(value->json, item))
			return field_refuse(ERR_INVALID, row->name, fault,
			    "\"%s\" stands there twice", item->valuestring);
	}
	return OK;
}

static enum err
read_names(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	return read_each(row, read_name, value, fault);
}

static enum err
read_word(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
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
	return field_refuse(
	    ERR_INVALID, row->name, fault, "expected one of %s", words);
}

static enum err
read_ref(const struct field_row *row, enum subject_type type,
    const char *example, struct field_value *value, struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    ref_parse(value->json->valuestring, &value->ref) != OK ||
	    value->ref.type != type)
		return field_refuse(ERR_INVALID, row->name, fault,
		    "expected a reference such as %s", example);
	return OK;
}

static enum err
read_incident(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	return read_ref(row, SUBJECT_INCIDENT, "\"INC-12\"", value, fault);
}

static enum err
read_alert(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	return read_ref(
	    row, SUBJECT_ALERT, "\"ALR-7\" or \"ALR-7/3\"", value, fault);
}

static enum err
read_action(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	return read_ref(row, SUBJECT_ACTION, "\"ACT-4\"", value, fault);
}

static enum err
read_alerts(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	return read_each(row, read_alert, value, fault);
}

static enum err
read_number(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	double number;

	if (!cJSON_IsNumber(value->json))
		return field_refuse(
		    ERR_INVALID, row->name, fault, "expected a whole number");
	number = value->json->valuedouble;
	/* The scanner has seen to it that the cast is defined. */
	if (number != (double)(int64_t)number || number < 0)
		return field_refuse(ERR_INVALID, row->name, fault,
		    "expected a whole number from 0");
	if (number > (double)row->max)
		return field_refuse(ERR_TOO_LARGE, row->name, fault,
		    "more than %lld", (long long)row->max);
	value->number = (int64_t)number;
	return OK;
}

static enum err
read_flag(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsBool(value->json))
		return field_refuse(
		    ERR_INVALID, row->name, fault, "expected true or false");
	value->number = cJSON_IsTrue(value->json);
	return OK;
}

static enum err
read_time(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    time_parse(value->json->valuestring, &value->number) != OK)
		return field_refuse(ERR_INVALID, row->name, fault,
		    "expected a time with offset such as "
		    "\"2026-01-31T23:59:59Z\"");
	return OK;
}

static enum err
read_duration(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsString(value->json) ||
	    duration_parse(
		value->json->valuestring, row->max, &value->number) != OK)
		return field_refuse(ERR_INVALID, row->name, fault,
		    "expected a duration such as " DURATION_FORMS);
	if (value->number > row->max)
		return field_refuse(ERR_TOO_LARGE, row->name, fault,
		    "longer than %lld days",
		    (long long)(row->max / (INT64_C(24) * 3600000)));
	return OK;
}

static enum err
read_object(const struct field_row *row, struct field_value *value,
    struct ask_fault *fault)
{
	if (!cJSON_IsObject(value->json))
		return field_refuse(
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

enum err
field_read(const struct field_row *row, const cJSON *json,
    struct field_value *value, struct ask_fault *fault)
{
	*value = (struct field_value){.json = json};
	return readers[row->type](row, value, fault);
}
