#include "cli/args.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/suggest.h"
#include "cli/value.h"
#include "protocol/ask.h"

int
args_spell(const char *name, const char *between, int count, char *const *words)
{
	int used = 0;

	while (used < count) {
		size_t len = strcspn(name, between);

		if (strlen(words[used]) != len ||
		    memcmp(words[used], name, len) != 0)
			return 0;
		used++;
		name += len;
		if (*name == '\0')
			return used;
		name++;
	}
	return 0;
}

enum verb
args_verb(int count, char *const *words, int *used)
{
	enum verb found = VERB_NONE;
	int verb;

	*used = 0;
	for (verb = 0; verb < VERB_COUNT; verb++) {
		int longer = args_spell(
		    verb_row((enum verb)verb)->name, ".", count, words);

		if (longer > *used && args_offered((enum verb)verb)) {
			*used = longer;
			found = (enum verb)verb;
		}
	}
	return found;
}

enum verb
args_command(
    int count, char *const *words, int *used, const struct alias_row **alias)
{
	size_t i, aliases_count;
	const struct alias_row *aliases = extras_aliases(&aliases_count);

	for (i = 0; i < aliases_count; i++) {
		*alias = &aliases[i];
		*used = args_spell(aliases[i].name, ".", count, words);
		if (*used > 0)
			return aliases[i].verb;
	}
	*alias = NULL;
	return args_verb(count, words, used);
}

bool
args_offered(enum verb verb)
{
	return !extras_unoffered(verb);
}

bool
args_takes_files(enum verb verb)
{
	return verb == VERB_alert_push;
}

const char *
args_spelling(const struct field_row *field, char *out)
{
	/* --key is everybody's: the key file to act with. */
	const char *name =
	    strcmp(field->name, "key") == 0 ? "idempotency-key" : field->name;
	size_t i;

	for (i = 0; name[i] != '\0' && i < ARGV_NAME_MAX; i++)
		out[i] = name[i] == '_' ? '-' : name[i];
	out[i] = '\0';
	return out;
}

const char *
args_message(const char *message, const char *field)
{
	size_t len = strlen(field);

	if (strncmp(message, field, len) != 0 || message[len] != ':')
		return message;
	return message + len + 1 + strspn(message + len + 1, " ");
}

void
args_init(struct args *args, enum verb verb)
{
	memset(args, 0, sizeof(*args));
	args->verb = verb;
	args->body = claim(cJSON_CreateObject());
}

void
args_fini(struct args *args)
{
	cJSON_Delete(args->body);
	free(args->files);
	free(args->where);
	memset(args, 0, sizeof(*args));
}

/* Are both one name, but for the plural of a list? */
static bool
same_but_plural(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	size_t len = a_len < b_len ? a_len : b_len;

	return strncmp(a, b, len) == 0 &&
	       (a_len == b_len || (a_len == len + 1 && a[len] == 's') ||
		   (b_len == len + 1 && b[len] == 's'));
}

const struct field_row *
args_field(enum verb verb, const char *name)
{
	char spelling[ARGV_NAME_MAX + 1], *dash;
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++) {
		(void)args_spelling(&rows[i], spelling);
		while ((dash = strchr(spelling, '-')) != NULL)
			*dash = '_';
		if (strcmp(spelling, name) == 0)
			return &rows[i];
	}
	for (i = 0; i < count; i++)
		if (value_repeats(&rows[i]) &&
		    same_but_plural(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static const struct field_row *
field_named(enum verb verb, const char *name)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	assert(!"a row of extras.def names a field that fields.def lacks");
	return NULL;
}

/* "fp" means false_positive where --fp does. */
static const char *
meant_by(enum verb verb, const struct field_row *field, const char *text)
{
	size_t count, i;
	const struct shortcut_row *shortcuts = extras_shortcuts(&count);

	for (i = 0; i < count; i++)
		if (shortcuts[i].verb == verb &&
		    strcmp(shortcuts[i].field, field->name) == 0 &&
		    strcmp(shortcuts[i].option, text) == 0)
			return shortcuts[i].value;
	return text;
}

enum err
args_set(struct args *args, const struct session *session,
    const struct field_row *field, const char *text, struct fault *fault)
{
	return value_add(args->body, field, session,
	    meant_by(args->verb, field, text), fault);
}

/* Appends a word to a list of borrowed ones. */
static void
grow(const char ***list, size_t *count, const char *word)
{
	*list = claim(reallocarray(*list, *count + 1, sizeof(**list)));
	(*list)[(*count)++] = word;
}

void
args_begin(struct args *args, const struct session *session, enum verb verb,
    const struct alias_row *alias)
{
	struct fault fault;

	args_init(args, verb);
	if (alias == NULL ||
	    args_set(args, session, field_named(verb, alias->field),
		alias->value, &fault) == OK)
		return;
	assert(!"a row of extras.def says what its field does not take");
}

/* Options that are not fields: shortcuts, extras, --no-FLAG. */
static enum err
read_special(struct args *args, struct session *session, struct argv *argv,
    const struct argument *argument, bool *taken, struct fault *fault)
{
	const struct field_row *field;
	size_t shortcuts_count, extras_count, i;
	const struct shortcut_row *shortcuts =
	    extras_shortcuts(&shortcuts_count);
	const struct extra_row *extras = extras_options(&extras_count);

	*taken = true;
	for (i = 0; i < shortcuts_count; i++) {
		char name[ARGV_NAME_MAX + 1], *dash;

		(void)snprintf(name, sizeof(name), "%s", shortcuts[i].option);
		while ((dash = strchr(name, '-')) != NULL)
			*dash = '_';
		if (shortcuts[i].verb == args->verb &&
		    argument->value == NULL &&
		    strcmp(name, argument->name) == 0)
			return args_set(args, session,
			    field_named(args->verb, shortcuts[i].field),
			    shortcuts[i].value, fault);
	}
	for (i = 0; i < extras_count; i++) {
		if (!extras_takes(args->verb, &extras[i]) ||
		    (strcmp(extras[i].name, argument->name) != 0 &&
			(i != EXTRA_output ||
			    strcmp(argument->name, "o") != 0)))
			continue;
		args->extras[i] = argument->value != NULL ? argument->value
				  : extras[i].argument != NULL
				      ? argv_value(argv, argument)
				      : "";
		if (args->extras[i] == NULL)
			return fault_set(fault, ERR_INVALID,
			    "--%s: needs a value: %s", extras[i].name,
			    extras[i].help);
		if (i == EXTRA_where)
			grow(&args->where, &args->where_count, args->extras[i]);
		return OK;
	}
	field = strncmp(argument->name, "no_", 3) == 0
		    ? args_field(args->verb, argument->name + 3)
		    : NULL;
	if (field != NULL && field->type == FIELD_FLAG)
		return args_set(args, session, field, "false", fault);
	*taken = false;
	return OK;
}

static enum err
refuse_option(const struct args *args, const char *name, struct fault *fault)
{
	char command[LIMIT_VERB_BYTES_MAX + 1], hint[128], *mark;
	char spelling[ARGV_NAME_MAX + 1], given[ARGV_NAME_MAX + 1];
	struct suggestion suggestion;
	size_t count, i;
	const struct field_row *rows = verb_fields(args->verb, &count);

	(void)snprintf(
	    command, sizeof(command), "%s", verb_row(args->verb)->name);
	(void)snprintf(given, sizeof(given), "%s", name);
	while ((mark = strchr(command, '.')) != NULL)
		*mark = ' ';
	while ((mark = strchr(given, '_')) != NULL)
		*mark = '-';
	suggest_begin(&suggestion, given);
	for (i = 0; i < count; i++)
		suggest_word(&suggestion, args_spelling(&rows[i], spelling));
	suggest_text(&suggestion, "--", hint, sizeof(hint));
	return fault_set(fault, ERR_INVALID,
	    "--%s: `tocsin %s` has no such option%s (`tocsin %s --help` lists "
	    "them; text that begins with a dash goes behind --)",
	    given, command, hint, command);
}

static enum err
read_option(struct args *args, struct session *session, struct argv *argv,
    const struct argument *argument, struct fault *fault)
{
	const struct field_row *field = args_field(args->verb, argument->name);
	char spelling[ARGV_NAME_MAX + 1], form[64];
	const char *value;
	bool taken;
	enum err err;

	if (field != NULL) {
		value = field->type == FIELD_FLAG && argument->value == NULL
			    ? ""
			    : argv_value(argv, argument);
		if (value == NULL)
			return fault_set(fault, ERR_INVALID,
			    "--%s: needs a value (%s): %s",
			    args_spelling(field, spelling),
			    value_form(field, form, sizeof(form)), field->help);
		return args_set(args, session, field, value, fault);
	}
	err = read_special(args, session, argv, argument, &taken, fault);
	if (err != OK || taken)
		return err;
	err = session_option(session, argv, argument, &taken, fault);
	if (err != OK || taken)
		return err;
	return refuse_option(args, argument->name, fault);
}

/* The incident that --where stands for is none that could be missing. */
static bool
is_set(const struct args *args, const struct field_row *field)
{
	if (args->where_count > 0 && field->must &&
	    field->type == FIELD_INCIDENT)
		return true;
	return cJSON_GetObjectItemCaseSensitive(args->body, field->name) !=
	       NULL;
}

bool
args_lacks(const struct args *args, const struct field_row *field)
{
	return field->must && !is_set(args, field);
}

const struct field_row *
args_missing(const struct args *args)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(args->verb, &count);

	for (i = 0; i < count; i++)
		if (args_lacks(args, &rows[i]))
			return &rows[i];
	return NULL;
}

const struct field_row *
args_next(const struct args *args)
{
	const struct field_row *field = args_missing(args);
	size_t count, i;
	const struct position_row *positions = extras_positions(&count);

	for (i = 0; field == NULL && i < count; i++)
		if (positions[i].verb == args->verb) {
			field = field_named(args->verb, positions[i].field);
			if (is_set(args, field))
				field = NULL;
		}
	return field;
}

static enum err
read_word(struct args *args, const struct session *session, const char *word,
    struct fault *fault)
{
	const struct field_row *field;

	if (args_takes_files(args->verb)) {
		grow(&args->files, &args->files_count, word);
		return OK;
	}
	if (args->where_count > 0 && strncasecmp(word, "inc-", 4) == 0)
		return fault_set(fault, ERR_INVALID,
		    "--where: stands for many incidents; leave \"%s\" away",
		    word);
	if (args->verb == VERB_list && word[0] == '@' && args->filter == NULL) {
		args->filter = word + 1;
		return OK;
	}
	field = args_next(args);
	if (field == NULL)
		return fault_set(fault, ERR_INVALID,
		    "one word too many: \"%s\" (text of several words goes "
		    "in quotes)",
		    word);
	return args_set(args, session, field, word, fault);
}

/*
 * Options first, whatever their place, so that `close INC-3 "noise" --fp`
 * knows that the verdict is said already when it comes to "noise".
 */
enum err
args_read(struct args *args, struct session *session, int count,
    char *const *words, struct fault *fault)
{
	const char **bare = claim(calloc((size_t)count + 1, sizeof(*bare)));
	struct argument argument;
	struct argv argv;
	size_t bare_count = 0, i;
	enum err err = OK;

	argv_init(&argv, count, words);
	while (err == OK && argv_next(&argv, &argument)) {
		if (argument.option)
			err =
			    read_option(args, session, &argv, &argument, fault);
		else
			bare[bare_count++] = argument.value;
	}
	for (i = 0; err == OK && i < bare_count; i++)
		err = read_word(args, session, bare[i], fault);
	free(bare);
	return err;
}

/* The body as it will be sent; with --where to one incident for any. */
static char *
print_body(const struct args *args)
{
	cJSON *body = claim(cJSON_Duplicate(args->body, true));
	char *text;

	if (args->where_count > 0)
		(void)claim(cJSON_AddStringToObject(body, "incident", "INC-1"));
	text = claim(cJSON_PrintUnformatted(body));
	cJSON_Delete(body);
	return text;
}

/* What belongs to one incident does not go with a filter. */
static enum err
check_where(const struct args *args, struct fault *fault)
{
	static const char *const single[] = {"incident", "if_revision", "key"};
	size_t i;

	for (i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (args->where_count > 0 &&
		    cJSON_HasObjectItem(args->body, single[i]))
			return fault_set(fault, ERR_INVALID,
			    "--where: stands for many incidents; leave %s "
			    "away, which is of one",
			    strcmp(single[i], "key") == 0 ? "--idempotency-key"
			    : i == 0                      ? "the incident"
							  : "--if-revision");
	if (args->where_count == 0 && extras_bulk(args->verb) &&
	    (args->extras[EXTRA_yes] != NULL ||
		args->extras[EXTRA_max] != NULL))
		return fault_set(fault, ERR_INVALID,
		    "--yes and --max: belong to --where, which is missing");
	return OK;
}

enum err
args_check(const struct args *args, struct fault *fault)
{
	enum err err = check_where(args, fault);
	char *text;
	char spelling[ARGV_NAME_MAX + 1];
	struct ask_fault why;
	struct ask *ask = NULL;

	if (err != OK)
		return err;
	text = print_body(args);
	err = ask_read(args->verb, text, strlen(text), &ask, &why);
	free(text);
	ask_free(&ask);
	if (err == OK)
		return OK;
	if (err == ERR_MEMORY)
		(void)claim(NULL);
	if (why.field[0] == '\0')
		return fault_set(fault, err, "%s", why.message);
	return fault_set(fault, err, "--%s: %s",
	    args_spelling(field_named(args->verb, why.field), spelling),
	    args_message(why.message, why.field));
}
