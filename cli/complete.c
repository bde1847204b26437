#include "cli/complete.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/claim.h"
#include "cli/local.h"
#include "cli/value.h"
#include "protocol/ask.h"
#include "protocol/observable.h"

enum { BEGUN_MAX = 1024, WORDS_MAX = 64, CHOICE_MAX = 64 };

#define FILES ":files\n"

/* What is completed, and what of it stays as it is: "--severity=". */
struct completion {
	struct session *session;
	FILE *out;
	const char *begun; /* what a candidate begins with */
	char prefix[BEGUN_MAX]; /* what stands before it in the same word */
};

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
offer(const struct completion *completion, const char *word, const char *help)
{
	if (strncmp(word, completion->begun, strlen(completion->begun)) == 0)
		(void)fprintf(completion->out, "%s%s\t%s\n", completion->prefix,
		    word, help);
}

/* Moves what stands up to at, and including it, into the prefix. */
static void
split_at(struct completion *completion, const char *at)
{
	size_t len = strlen(completion->prefix);

	(void)snprintf(completion->prefix + len,
	    sizeof(completion->prefix) - len, "%.*s",
	    (int)(at + 1 - completion->begun), completion->begun);
	completion->begun = at + 1;
}

/* Each word of a list with blanks, or "|", between them. */
static void
offer_choice(
    const struct completion *completion, const char *words, const char *help)
{
	char word[CHOICE_MAX];

	while (*words != '\0') {
		size_t len = strcspn(words, " |");

		(void)snprintf(word, sizeof(word), "%.*s", (int)len, words);
		if (len > 0)
			offer(completion, word, help);
		words += len + (words[len] != '\0');
	}
}

static void
offer_option(
    const struct completion *completion, const char *name, const char *help)
{
	char word[ARGV_NAME_MAX + 8];

	(void)snprintf(word, sizeof(word), "--%s", name);
	offer(completion, word, help);
}

/* The keys that HOME/keys holds. */
static void
offer_keys(const struct completion *completion)
{
	char folder[SESSION_PATH_MAX], name[LIMIT_NAME_BYTES_MAX + 1];
	const struct dirent *entry;
	struct fault ignored;
	DIR *keys = NULL;

	if (session_path(completion->session, "keys", NULL, folder, &ignored) ==
	    OK)
		keys = opendir(folder);
	while (keys != NULL && (entry = readdir(keys)) != NULL) {
		const char *end = strstr(entry->d_name, ".key");

		if (end == NULL || strcmp(end, ".key") != 0 ||
		    end - entry->d_name > LIMIT_NAME_BYTES_MAX)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(end - entry->d_name), entry->d_name);
		if (name_valid(name) && strcmp(name, "broker") != 0)
			offer(completion, name, "key");
	}
	if (keys != NULL)
		(void)closedir(keys);
}

static void
offer_roles(struct completion *completion)
{
	const char *comma = strrchr(completion->begun, ',');

	if (comma != NULL)
		split_at(completion, comma);
#define ROLE(name, bit, help) offer(completion, #name, help);
#include "protocol/roles.def"
#undef ROLE
}

static void
offer_observables(const struct completion *completion)
{
	char word[CHOICE_MAX];
	int i;

	for (i = 0; i < OBSERVABLE_COUNT; i++) {
		(void)snprintf(word, sizeof(word), "%s=", observable_name(i));
		offer(completion, word, "observable");
	}
}

static void
offer_words(const struct completion *completion, enum words list)
{
	const char *help;
	int value;

	for (value = 0; value < WORDS_MAX; value++) {
		help = words_help(list, value);
		/* What is not closed yet has no verdict; nobody gives that. */
		if (words_name(list, value)[0] != '?' &&
		    (list != WORDS_VERDICT || value != VERDICT_none))
			offer(completion, words_name(list, value), help);
	}
}

static void
offer_values(struct completion *completion, enum verb verb,
    const struct field_row *field)
{
	const char *choice = extras_choice(verb, field->name);

	if (field->type == FIELD_WORD)
		offer_words(completion, (enum words)field->max);
	else if (field->type == FIELD_FLAG)
		offer_choice(completion, "true false", field->help);
	else if (strcmp(field->name, "roles") == 0)
		offer_roles(completion);
	else if (strcmp(field->name, "public") == 0)
		(void)fputs(FILES, completion->out);
	else if (field->type == FIELD_LIST)
		offer_observables(completion);
	else if (choice != NULL)
		offer_choice(completion, choice, field->help);
	else if (value_from_file(field) && completion->begun[0] == '@')
		(void)fputs(FILES, completion->out);
}

/* The value of an option that is no field: by what its row calls it. */
static void
offer_argument(
    struct completion *completion, const char *option, const char *argument)
{
	if (strstr(argument, "FILE") != NULL || strcmp(argument, "DIR") == 0)
		(void)fputs(FILES, completion->out);
	else if (strcmp(option, "as") == 0)
		offer_keys(completion);
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
	offer(completion, word, rest != NULL ? "..." : help);
}

static void
offer_commands(
    const struct completion *completion, int count, char *const *words)
{
	cJSON *offered = claim(cJSON_CreateObject());
	int i;

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
			offer_choice(completion, usage, "shell");
		else if (strncmp(usage, "[FILE]", 6) == 0 ||
			 strncmp(usage, "[STORE]", 7) == 0)
			(void)fputs(FILES, completion->out);
	} else if (args_takes_files(typed->verb)) {
		(void)fputs(FILES, completion->out);
	} else if ((field = args_next(&typed->args)) != NULL) {
		offer_values(completion, typed->verb, field);
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
	split_at(completion, equals);
	typed->field = typed->verb != VERB_NONE
			   ? args_field(typed->verb, argument.name)
			   : NULL;
	typed->argument = other_argument(typed, argument.name);
	if (typed->field != NULL)
		offer_values(completion, typed->verb, typed->field);
	else if (typed->argument != NULL)
		offer_argument(completion, argument.name, typed->argument);
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
find_command(struct typed *typed, int count, char *const *words)
{
	int used;

	typed->local = local_find(count, words, &typed->used);
	if (typed->local != LOCAL_NONE)
		return;
	typed->verb = args_verb(count, words, &used);
	typed->used = used;
	if (typed->verb != VERB_NONE)
		args_init(&typed->args, typed->verb);
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
	find_command(&typed, before, words);
	found = typed.verb != VERB_NONE || typed.local != LOCAL_NONE;
	if (found)
		read_rest(&typed, before - typed.used, words + typed.used);
	if (typed.field != NULL)
		offer_values(&completion, typed.verb, typed.field);
	else if (typed.argument != NULL)
		offer_argument(&completion, typed.option, typed.argument);
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
