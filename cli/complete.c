#include "cli/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/claim.h"
#include "cli/complete_value.h"
#include "cli/local.h"
#include "cli/value.h"
#include "cli/where.h"

/* A command as far as its words were read. */
struct typed {
	enum verb verb;
	enum local local;
	struct args args; /* of a verb: the fields that are given */
	const struct field_row *field; /* whose value is next, or NULL */
	const char *argument; /* of an option that is no field: the same */
	const char *option;
	int used; /* words that spell the command */
	bool ended; /* behind "--": no more options */
};

static void
offer_option(
    const struct completion *completion, const char *name, const char *help)
{
	char word[ARGV_NAME_MAX + 8];

	(void)snprintf(word, sizeof(word), "--%s", name);
	complete_offer(completion, word, help);
}

/* The option is everybody's: its argument, "" for a flag, NULL for none. */
static const char *
common_argument(const char *name)
{
#define OPTION(option, argument, help)                                         \
	if (strcmp(name, #option) == 0)                                        \
		return (argument) != NULL ? (argument) : "";
#include "cli/options.def"
#undef OPTION
	return NULL;
}

/* The argument of an option that is no field of the command. */
static const char *
other_argument(const struct typed *typed, const char *name)
{
	size_t count, i;
	const struct extra_row *extras = extras_options(&count);

	for (i = 0; i < count; i++)
		if (extras_takes(typed->verb, &extras[i]) &&
		    strcmp(extras[i].name, name) == 0)
			return extras[i].argument;
	for (i = 0; i < LOCAL_OPTION_COUNT; i++) {
		const struct local_option_row *row =
		    local_option_row((enum local_option)i);

		if (row->command == typed->local &&
		    strcmp(row->name, name) == 0)
			return row->argument;
	}
	return common_argument(name);
}

static void
mark(struct typed *typed, const struct field_row *field)
{
	if (!cJSON_HasObjectItem(typed->args.body, field->name))
		(void)claim(
		    cJSON_AddTrueToObject(typed->args.body, field->name));
}

/* Takes an option's value; where there is none yet, it is what is next. */
static void
read_value(
    struct typed *typed, struct argv *argv, const struct argument *argument)
{
	const struct field_row *field =
	    typed->verb != VERB_NONE ? args_field(typed->verb, argument->name)
				     : NULL;
	const char *other = NULL;
	bool wants;

	if (field != NULL)
		mark(typed, field);
	else
		other = other_argument(typed, argument->name);
	wants = field != NULL ? field->type != FIELD_FLAG
			      : other != NULL && other[0] != '\0';
	if (!wants || argv_value(argv, argument) != NULL)
		return;
	typed->field = field;
	typed->argument = other;
	typed->option = argument->name;
}

/* The words behind the command: options first, as args_read has it. */
static void
read_rest(struct typed *typed, int count, char *const *words)
{
	const struct field_row *field;
	static struct argument argument; /* its name is kept */
	struct argv argv;
	int bare = 0;

	argv_init(&argv, count, words);
	while (argv_next(&argv, &argument)) {
		if (argument.option)
			read_value(typed, &argv, &argument);
		else
			bare++;
	}
	typed->ended = argv.ended;
	for (; typed->verb != VERB_NONE && bare > 0; bare--) {
		field = args_next(&typed->args);
		if (field != NULL)
			mark(typed, field);
	}
}

/* One name, when it goes on from the words before: its next word. */
static void
offer_command(const struct completion *completion, const char *name,
    const char *help, int count, char *const *words, cJSON *offered)
{
	char copy[LIMIT_VERB_BYTES_MAX + 1], *rest = copy, *word;
	int i;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	for (i = 0; i < count; i++) {
		word = strsep(&rest, ". ");
		if (word == NULL || strcmp(word, words[i]) != 0)
			return;
	}
	word = strsep(&rest, ". ");
	/* Of a group's many rows one is enough. */
	if (word == NULL || cJSON_HasObjectItem(offered, word))
		return;
	(void)claim(cJSON_AddTrueToObject(offered, word));
	complete_offer(completion, word, rest != NULL ? "..." : help);
}

static void
offer_commands(
    const struct completion *completion, int count, char *const *words)
{
	cJSON *offered = claim(cJSON_CreateObject());
	size_t i, aliases_count;
	const struct alias_row *aliases = extras_aliases(&aliases_count);

	for (i = 0; i < aliases_count; i++)
		offer_command(completion, aliases[i].name, aliases[i].value,
		    count, words, offered);
	for (i = 0; i < VERB_COUNT; i++)
		if (args_offered((enum verb)i))
			offer_command(completion, verb_row((enum verb)i)->name,
			    verb_row((enum verb)i)->help, count, words,
			    offered);
	for (i = 0; i < LOCAL_COUNT; i++)
		offer_command(completion, local_row((enum local)i)->name,
		    local_row((enum local)i)->help, count, words, offered);
	cJSON_Delete(offered);
}

static void
offer_fields(const struct completion *completion, const struct typed *typed)
{
	char spelling[ARGV_NAME_MAX + 1], no[ARGV_NAME_MAX + 4];
	size_t count, i;
	const struct field_row *rows = verb_fields(typed->verb, &count);

	for (i = 0; i < count; i++) {
		if (cJSON_HasObjectItem(typed->args.body, rows[i].name) &&
		    !value_repeats(&rows[i]))
			continue;
		if (typed->local != LOCAL_NONE && !where_is_term(&rows[i]))
			continue;
		offer_option(completion, args_spelling(&rows[i], spelling),
		    rows[i].help);
		if (rows[i].type != FIELD_FLAG)
			continue;
		(void)snprintf(no, sizeof(no), "no-%s", spelling);
		/* Only for who has begun so: they double the list. */
		if (strncmp(completion->begun, "--no", 4) == 0)
			offer_option(completion, no, rows[i].help);
	}
}

static void
offer_options(const struct completion *completion, const struct typed *typed)
{
	size_t count, i;
	const struct extra_row *extras = extras_options(&count);
	const struct shortcut_row *shortcuts;

	if (typed->verb != VERB_NONE)
		offer_fields(completion, typed);
	for (i = 0; i < count; i++)
		if (extras_takes(typed->verb, &extras[i]))
			offer_option(
			    completion, extras[i].name, extras[i].help);
	shortcuts = extras_shortcuts(&count);
	for (i = 0; i < count; i++)
		if (shortcuts[i].verb == typed->verb)
			offer_option(completion, shortcuts[i].option,
			    shortcuts[i].value);
	for (i = 0; i < LOCAL_OPTION_COUNT; i++) {
		const struct local_option_row *row =
		    local_option_row((enum local_option)i);

		if (row->command == typed->local)
			offer_option(completion, row->name, row->help);
	}
#define OPTION(name, argument, help) offer_option(completion, #name, help);
#include "cli/options.def"
#undef OPTION
}

/* A bare word of the command. */
static void
offer_word(struct completion *completion, const struct typed *typed, int count,
    char *const *words)
{
	const struct field_row *field;
	const char *usage;

	if (typed->local == LOCAL_help) {
		offer_commands(completion, count, words);
	} else if (typed->local != LOCAL_NONE) {
		usage = local_row(typed->local)->usage;
		if (strchr(usage, '|') != NULL && count == 0)
			complete_choice(completion, usage, "shell");
		else if (strncmp(usage, "[FILE]", 6) == 0 ||
			 strncmp(usage, "[STORE]", 7) == 0)
			complete_files(completion);
	} else if (args_takes_files(typed->verb)) {
		complete_files(completion);
	} else if ((field = args_next(&typed->args)) != NULL) {
		complete_value(completion, typed->verb, field);
	}
}

/* The word that is being typed is an option: its name, or behind "=". */
static void
offer_dashed(struct completion *completion, struct typed *typed)
{
	const char *equals = strchr(completion->begun, '=');
	char *const words[] = {(char *)(size_t)completion->begun};
	struct argument argument;
	struct argv argv;

	if (equals == NULL) {
		offer_options(completion, typed);
		return;
	}
	argv_init(&argv, 1, words);
	(void)argv_next(&argv, &argument);
	complete_split(completion, equals);
	typed->field = typed->verb != VERB_NONE
			   ? args_field(typed->verb, argument.name)
			   : NULL;
	typed->argument = other_argument(typed, argument.name);
	if (typed->field != NULL)
		complete_value(completion, typed->verb, typed->field);
	else if (typed->argument != NULL)
		complete_argument(completion, argument.name, typed->argument);
}

/* Options before the command; they may say where home is.  Its first word. */
static int
skip_leading(
    struct typed *typed, struct session *session, int count, char *const *words)
{
	static struct argument argument;
	struct fault ignored;
	struct argv argv;
	bool taken;
	int at = 0;

	argv_init(&argv, count, words);
	while (argv_next(&argv, &argument) && argument.option) {
		const char *wanted = common_argument(argument.name);

		/* Without the value that is being typed. */
		if (wanted != NULL && wanted[0] != '\0' &&
		    argument.value == NULL && argv.at == count) {
			typed->argument = wanted;
			typed->option = argument.name;
		} else if (session_option(session, &argv, &argument, &taken,
			       &ignored) != OK) {
			break;
		}
		at = argv.at;
	}
	return at;
}

static void
find_command(const struct session *session, struct typed *typed, int count,
    char *const *words)
{
	const struct alias_row *alias = NULL;

	typed->local = local_find(count, words, &typed->used);
	typed->verb = typed->local != LOCAL_NONE
			  ? local_fields(typed->local)
			  : args_command(count, words, &typed->used, &alias);
	if (typed->verb != VERB_NONE)
		args_begin(&typed->args, session, typed->verb, alias);
}

int
complete_run(struct session *session, int count, char *const *words)
{
	struct completion completion = {.session = session,
	    .out = session->screen.out,
	    .begun = count > 0 ? words[count - 1] : ""};
	struct typed typed = {.verb = VERB_NONE, .local = LOCAL_NONE};
	struct fault ignored;
	int before = count > 0 ? count - 1 : 0;
	int at = skip_leading(&typed, session, before, words);
	bool found;

	if (session_settle(session, &ignored) != OK)
		return err_exit(ERR_TOO_LARGE);
	words += at;
	before -= at;
	find_command(session, &typed, before, words);
	found = typed.verb != VERB_NONE || typed.local != LOCAL_NONE;
	if (found)
		read_rest(&typed, before - typed.used, words + typed.used);
	if (typed.field != NULL)
		complete_value(&completion, typed.verb, typed.field);
	else if (typed.argument != NULL)
		complete_argument(&completion, typed.option, typed.argument);
	else if (completion.begun[0] == '-' && !typed.ended)
		offer_dashed(&completion, &typed);
	else {
		/* `jobs` is a command, and begins `jobs retry`. */
		if (!found || before == typed.used)
			offer_commands(&completion, before, words);
		if (found)
			offer_word(&completion, &typed, before - typed.used,
			    words + typed.used);
	}
	if (typed.verb != VERB_NONE)
		args_fini(&typed.args);
	return 0;
}
