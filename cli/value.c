#include "cli/value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/claim.h"
#include "cli/slurp.h"
#include "cli/suggest.h"
#include "cli/when.h"
#include "protocol/ask.h"
#include "protocol/duration.h"
#include "protocol/json.h"
#include "protocol/observable.h"
#include "protocol/ref.h"

enum { WORD_BYTES_MAX = 64, LIST_TEXT_MAX = 512 };

struct setting {
	cJSON *body;
	const struct field_row *field;
	const struct session *session;
	const char *option; /* as spelled */
	struct fault *fault;
};

typedef enum err (*adder)(const struct setting *setting, const char *text);

bool
value_from_file(const struct field_row *field)
{
	return field->type == FIELD_TEXT && field->max >= LIMIT_TEXT_BYTES_MAX;
}

static void
put(const struct setting *setting, cJSON *value)
{
	(void)claim(value);
	if (!cJSON_AddItemToObject(setting->body, setting->field->name, value))
		(void)claim(NULL);
}

/* The list that the field grows in. */
static cJSON *
list_of(const struct setting *setting)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(
	    setting->body, setting->field->name);

	if (list == NULL) {
		list = cJSON_CreateArray();
		put(setting, list);
	}
	return list;
}

static void
append(cJSON *list, cJSON *value)
{
	if (!cJSON_AddItemToArray(list, claim(value)))
		(void)claim(NULL);
}

static enum err
put_text(const struct setting *setting, const char *text, size_t len)
{
	if (!utf8_valid(text, len))
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: is not UTF-8 text", setting->option);
	put(setting, cJSON_CreateString(text));
	return OK;
}

static enum err
add_text_of_file(const struct setting *setting, const char *path)
{
	char *bytes;
	size_t len;
	/* With room for the end of its last line, which is no part of it. */
	enum err err = slurp(path, (size_t)setting->field->max + 2, &bytes,
	    &len, setting->fault);

	if (err == ERR_TOO_LARGE)
		return fault_set(setting->fault, err,
		    "--%s: %s has more than %" PRId64 " bytes", setting->option,
		    strcmp(path, "-") == 0 ? "standard input" : path,
		    setting->field->max);
	if (err != OK)
		return err;
	while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		bytes[--len] = '\0';
	err = put_text(setting, bytes, len);
	free(bytes);
	return err;
}

static enum err
add_text(const struct setting *setting, const char *text)
{
	if (value_from_file(setting->field) && strcmp(text, "-") == 0)
		return add_text_of_file(setting, text);
	if (value_from_file(setting->field) && text[0] == '@' && text[1] != '@')
		return add_text_of_file(setting, text + 1);
	if (value_from_file(setting->field) && text[0] == '@')
		text++;
	return put_text(setting, text, strlen(text));
}

static enum err
lower_name(const struct setting *setting, const char *text, size_t len,
    char out[LIMIT_NAME_BYTES_MAX + 1])
{
	size_t i;

	for (i = 0; i < len && i < LIMIT_NAME_BYTES_MAX; i++)
		out[i] = (char)tolower((unsigned char)text[i]);
	out[i] = '\0';
	if (len > LIMIT_NAME_BYTES_MAX || !name_valid(out))
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected a name of letters, digits and . _ : @ - "
		    "(at most %d); got \"%.*s\"",
		    setting->option, LIMIT_NAME_BYTES_MAX, (int)len, text);
	return OK;
}

static enum err
add_name(const struct setting *setting, const char *text)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	enum err err = lower_name(setting, text, strlen(text), name);

	if (err == OK)
		put(setting, cJSON_CreateString(name));
	return err;
}

static enum err
add_names(const struct setting *setting, const char *text)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	cJSON *list = list_of(setting);

	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		enum err err = lower_name(setting, text, len, name);

		if (err != OK)
			return err;
		append(list, cJSON_CreateString(name));
		text += len;
		text += *text == ',';
	}
	return OK;
}

/* The nearest word of the list, for who mistyped one. */
static enum err
refuse_word(const struct setting *setting, const char *text)
{
	enum words list = (enum words)setting->field->max;
	char all[LIST_TEXT_MAX], hint[WORD_BYTES_MAX + 32];
	struct suggestion suggestion;
	int value;

	suggest_begin(&suggestion, text);
	for (value = 0; value < WORD_BYTES_MAX; value++)
		suggest_word(&suggestion, words_name(list, value));
	suggest_text(&suggestion, "", hint, sizeof(hint));
	words_all(list, all, sizeof(all));
	return fault_set(setting->fault, ERR_INVALID,
	    "--%s: expected one of %s; got \"%s\"%s", setting->option, all,
	    text, hint);
}

static enum err
add_word(const struct setting *setting, const char *text)
{
	char word[WORD_BYTES_MAX];
	size_t i;

	for (i = 0; text[i] != '\0' && i + 1 < sizeof(word); i++)
		word[i] = (char)(strchr("-+ ", text[i]) != NULL
				     ? '_'
				     : tolower((unsigned char)text[i]));
	word[i] = '\0';
	if (text[i] != '\0' ||
	    words_value((enum words)setting->field->max, word) < 0)
		return refuse_word(setting, text);
	put(setting, cJSON_CreateString(word));
	return OK;
}

/* How references of a field's type are written. */
struct ref_form {
	enum subject_type type;
	const char *prefix, *example;
};

static const struct ref_form *
form_of(enum field_type type)
{
	static const struct ref_form incident = {
	    SUBJECT_INCIDENT, "INC-", "an incident such as INC-3"};
	static const struct ref_form action = {
	    SUBJECT_ACTION, "ACT-", "an action such as ACT-4"};
	static const struct ref_form alert = {
	    SUBJECT_ALERT, "ALR-", "an alert such as ALR-7 or ALR-7/3"};

	if (type == FIELD_INCIDENT)
		return &incident;
	return type == FIELD_ACTION ? &action : &alert;
}

/* "3", "inc-3", "INC-3"; with parts "7/2", "ALR-7/2". */
static enum err
spell_ref(const struct setting *setting, const char *text, size_t len,
    char spelled[REF_TEXT_MAX])
{
	const struct ref_form *form = form_of(setting->field->type);
	char full[REF_TEXT_MAX];
	struct ref ref;

	(void)snprintf(full, sizeof(full), "%s%.*s",
	    isdigit((unsigned char)text[0]) ? form->prefix : "", (int)len,
	    text);
	if (len + strlen(form->prefix) >= sizeof(full) ||
	    ref_parse(full, &ref) != OK || ref.type != form->type)
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected %s; got \"%.*s\"", setting->option,
		    form->example, (int)len, text);
	(void)ref_format(ref, spelled);
	return OK;
}

static enum err
add_ref(const struct setting *setting, const char *text)
{
	char spelled[REF_TEXT_MAX];
	enum err err = spell_ref(setting, text, strlen(text), spelled);

	if (err == OK)
		put(setting, cJSON_CreateString(spelled));
	return err;
}

static enum err
add_refs(const struct setting *setting, const char *text)
{
	char spelled[REF_TEXT_MAX];
	cJSON *list = list_of(setting);

	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		enum err err = spell_ref(setting, text, len, spelled);

		if (err != OK)
			return err;
		append(list, cJSON_CreateString(spelled));
		text += len;
		text += *text == ',';
	}
	return OK;
}

/* A page of no rows is none. */
static unsigned long long
least_of(const struct field_row *field)
{
	return strcmp(field->name, "limit") == 0 ? 1 : 0;
}

static enum err
add_number(const struct setting *setting, const char *text)
{
	unsigned long long number = 0, least = least_of(setting->field);
	char *end = NULL;

	if (isdigit((unsigned char)text[0]) && strlen(text) <= 16)
		number = strtoull(text, &end, 10);
	if (end == NULL || *end != '\0' || number < least ||
	    number > (unsigned long long)setting->field->max)
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected a whole number from %llu to %" PRId64
		    "; got \"%s\"",
		    setting->option, least, setting->field->max, text);
	if (!json_add_number(
		setting->body, setting->field->name, (int64_t)number))
		(void)claim(NULL);
	return OK;
}

static enum err
add_flag(const struct setting *setting, const char *text)
{
	static const char *const truths[] = {"", "true", "yes", "1"};
	static const char *const lies[] = {"false", "no", "0"};
	size_t i;

	for (i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
		if (strcmp(text, truths[i]) == 0) {
			put(setting, cJSON_CreateTrue());
			return OK;
		}
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		if (strcmp(text, lies[i]) == 0) {
			put(setting, cJSON_CreateFalse());
			return OK;
		}
	return fault_set(setting->fault, ERR_INVALID,
	    "--%s: expected true or false; got \"%s\"", setting->option, text);
}

/* Is it the field of the verb, and not another's of the same name? */
static bool
is_of(enum verb verb, const struct field_row *field)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++)
		if (&rows[i] == field)
			return true;
	return false;
}

bool
value_ahead(const struct field_row *field)
{
	return field->type == FIELD_TIME && (strcmp(field->name, "due") == 0 ||
						is_of(VERB_silence_add, field));
}

static enum err
add_time(const struct setting *setting, const char *text)
{
	int64_t now_ms = setting->session->screen.now_ms, ms;
	bool utc = setting->session->utc;
	bool ahead = value_ahead(setting->field);
	char spelled[TIME_TEXT_MAX];

	if ((ahead ? when_parse_ahead : when_parse)(text, now_ms, utc, &ms) !=
	    OK)
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected a time (%s); got \"%s\"", setting->option,
		    ahead ? WHEN_FORMS_AHEAD : WHEN_FORMS, text);
	put(setting, cJSON_CreateString(time_format(ms, spelled)));
	return OK;
}

static enum err
add_duration(const struct setting *setting, const char *text)
{
	int64_t ms;

	if (duration_parse(text, setting->field->max, &ms) != OK)
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected a duration such as " DURATION_FORMS
		    "; got \"%s\"",
		    setting->option, text);
	return put_text(setting, text, strlen(text));
}

/* A whole list as JSON, from a file or as typed. */
static enum err
add_json(const struct setting *setting, const char *text)
{
	struct json_fault why;
	cJSON *tree = NULL, *item;
	char *bytes = NULL;
	size_t len = strlen(text);
	enum err err;

	if (text[0] == '@' || strcmp(text, "-") == 0) {
		err = slurp(text + (text[0] == '@'), LIMIT_JSON_BYTES_MAX,
		    &bytes, &len, setting->fault);
		if (err != OK)
			return err;
		text = bytes;
	}
	err = json_parse(text, len, false, &tree, &why);
	if (err != OK)
		err = fault_set(setting->fault, err, "--%s: %s, at byte %zu",
		    setting->option, why.reason, why.offset);
	else if (!cJSON_IsArray(tree))
		err = fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected a JSON array", setting->option);
	while (err == OK && (item = cJSON_DetachItemFromArray(tree, 0)) != NULL)
		append(list_of(setting), item);
	cJSON_Delete(tree);
	free(bytes);
	return err;
}

static enum err
refuse_type(const struct setting *setting, const char *type)
{
	char all[LIST_TEXT_MAX] = "", hint[WORD_BYTES_MAX + 32];
	struct suggestion suggestion;
	size_t len = 0;
	int i;

	suggest_begin(&suggestion, type);
	for (i = 0; i < OBSERVABLE_COUNT; i++) {
		suggest_word(&suggestion, observable_name(i));
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    i > 0 ? ", " : "", observable_name(i));
	}
	suggest_text(&suggestion, "", hint, sizeof(hint));
	return fault_set(setting->fault, ERR_INVALID,
	    "--%s: expected one of %s before the \"=\"; got \"%s\"%s",
	    setting->option, all, type, hint);
}

static enum err
add_list(const struct setting *setting, const char *text)
{
	const char *equals = strchr(text, '=');
	char type[WORD_BYTES_MAX];
	cJSON *row;

	if (text[0] == '[' || text[0] == '@' || strcmp(text, "-") == 0)
		return add_json(setting, text);
	if (equals == NULL || equals == text || equals[1] == '\0' ||
	    equals - text >= WORD_BYTES_MAX)
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: expected TYPE=VALUE such as ipv4=192.0.2.1, or "
		    "@FILE; got \"%s\"",
		    setting->option, text);
	if (!utf8_valid(text, strlen(text)))
		return fault_set(setting->fault, ERR_INVALID,
		    "--%s: is not UTF-8 text", setting->option);
	(void)snprintf(type, sizeof(type), "%.*s", (int)(equals - text), text);
	if (observable_type(type) < 0)
		return refuse_type(setting, type);
	row = claim(cJSON_CreateObject());
	(void)claim(cJSON_AddStringToObject(row, "type", type));
	(void)claim(cJSON_AddStringToObject(row, "value", equals + 1));
	append(list_of(setting), row);
	return OK;
}

struct type_row {
	adder add;
	bool repeats;
	const char *form;
};

static const struct type_row types[] = {
    [FIELD_TEXT] = {add_text, false, "TEXT"},
    [FIELD_NAME] = {add_name, false, "NAME"},
    [FIELD_NAMES] = {add_names, true, "NAME,..."},
    [FIELD_WORD] = {add_word, false, "WORD"},
    [FIELD_INCIDENT] = {add_ref, false, "INC-n"},
    [FIELD_ALERT] = {add_ref, false, "ALR-n"},
    [FIELD_ALERTS] = {add_refs, true, "ALR-n,..."},
    [FIELD_ACTION] = {add_ref, false, "ACT-n"},
    [FIELD_NUMBER] = {add_number, false, "N"},
    [FIELD_FLAG] = {add_flag, false, ""},
    [FIELD_TIME] = {add_time, false, "TIME"},
    [FIELD_DURATION] = {add_duration, false, "DURATION"},
    [FIELD_CURSOR] = {add_text, false, "CURSOR"},
    [FIELD_LIST] = {add_list, true, "TYPE=VALUE"},
    [FIELD_OBJECT] = {add_text, false, "JSON"},
};

enum err
value_add(cJSON *body, const struct field_row *field,
    const struct session *session, const char *text, struct fault *fault)
{
	char option[ARGV_NAME_MAX + 1];
	const struct setting setting = {
	    body, field, session, args_spelling(field, option), fault};

	if (!types[field->type].repeats &&
	    cJSON_GetObjectItemCaseSensitive(body, field->name) != NULL)
		return fault_set(fault, ERR_INVALID,
		    "--%s: is given more than once", option);
	return types[field->type].add(&setting, text);
}

bool
value_repeats(const struct field_row *field)
{
	return types[field->type].repeats;
}

const char *
value_form(const struct field_row *field, char *out, size_t size)
{
	(void)snprintf(out, size, "%s", types[field->type].form);
	return out;
}
