#include "cli/local.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/help.h"
#include "cli/report.h"
#include "cli/suggest.h"

static const struct local_option_row options[] = {
#define LOCAL_OPTION(command, name, argument, help)                            \
	{LOCAL_##command, #name, argument, help},
#include "cli/local.def"
};

struct command {
	const char *name;
	const char *usage, *help;
	int (*run)(struct session *session, const struct local_args *args);
};

static const struct command commands[] = {
#define LOCAL(name, usage, help) {#name, usage, help, local_##name},
#include "cli/local.def"
};

/* Each one more than the verb, so that 0 is none. */
static const int fields[LOCAL_COUNT] = {
#define LOCAL_FIELDS(command, verb) [LOCAL_##command] = VERB_##verb + 1,
#include "cli/local.def"
};

enum verb
local_fields(enum local local)
{
	return fields[local] == 0 ? VERB_NONE : (enum verb)(fields[local] - 1);
}

const struct local_row *
local_row(enum local local)
{
	static struct local_row rows[LOCAL_COUNT];
	struct local_row *row = &rows[local];
	char *mark;

	assert(local < LOCAL_COUNT);
	(void)snprintf(
	    row->name, sizeof(row->name), "%s", commands[local].name);
	while ((mark = strchr(row->name, '_')) != NULL)
		*mark = ' ';
	row->usage = commands[local].usage;
	row->help = commands[local].help;
	return row;
}

const struct local_option_row *
local_option_row(enum local_option option)
{
	assert(option < LOCAL_OPTION_COUNT);
	return &options[option];
}

enum local
local_find(int count, char *const *words, int *used)
{
	int local;

	for (local = 0; local < LOCAL_COUNT; local++) {
		*used = args_spell(commands[local].name, "_", count, words);
		if (*used > 0)
			return (enum local)local;
	}
	return LOCAL_NONE;
}

static enum err
refuse_option(enum local local, const char *given, struct fault *fault)
{
	struct suggestion suggestion;
	char hint[128];
	size_t i;

	suggest_begin(&suggestion, given);
	for (i = 0; i < LOCAL_OPTION_COUNT; i++)
		if (options[i].command == local)
			suggest_word(&suggestion, options[i].name);
	suggest_text(&suggestion, "--", hint, sizeof(hint));
	return fault_set(fault, ERR_INVALID,
	    "--%s: `tocsin %s` has no such option%s", given,
	    local_row(local)->name, hint);
}

/* An option that is a field of the command's verb; *taken: it was. */
static enum err
read_field(enum local local, struct argv *argv, const struct argument *argument,
    struct local_args *args, bool *taken, struct fault *fault)
{
	enum verb verb = local_fields(local);
	const struct field_row *field =
	    verb != VERB_NONE ? args_field(verb, argument->name) : NULL;
	const char *value;

	*taken = field != NULL;
	if (field == NULL)
		return OK;
	value = field->type == FIELD_FLAG && argument->value == NULL
		    ? ""
		    : argv_value(argv, argument);
	if (value == NULL)
		return fault_set(fault, ERR_INVALID, "--%s: needs a value: %s",
		    field->name, field->help);
	if (args->terms_count == LOCAL_TERMS_MAX)
		return fault_set(fault, ERR_TOO_LARGE,
		    "--%s: is one option too many; %d at most", field->name,
		    LOCAL_TERMS_MAX);
	args->terms[args->terms_count++] = (struct local_term){field, value};
	return OK;
}

static enum err
read_option(struct session *session, enum local local, struct argv *argv,
    const struct argument *argument, struct local_args *args,
    struct fault *fault)
{
	bool taken;
	size_t i;
	enum err err;

	for (i = 0; i < LOCAL_OPTION_COUNT; i++)
		if (options[i].command == local &&
		    strcmp(options[i].name, argument->name) == 0)
			break;
	if (i < LOCAL_OPTION_COUNT) {
		args->given[i] = options[i].argument != NULL
				     ? argv_value(argv, argument)
				     : "";
		return args->given[i] != NULL
			   ? OK
			   : fault_set(fault, ERR_INVALID,
				 "--%s: needs a value (%s): %s",
				 options[i].name, options[i].argument,
				 options[i].help);
	}
	err = read_field(local, argv, argument, args, &taken, fault);
	if (err != OK || taken)
		return err;
	err = session_option(session, argv, argument, &taken, fault);
	if (err != OK || taken)
		return err;
	return refuse_option(local, argument->name, fault);
}

static enum err
read_args(struct session *session, enum local local, int count,
    char *const *words, struct local_args *args, struct fault *fault)
{
	struct argument argument;
	struct argv argv;
	enum err err = OK;

	memset(args, 0, sizeof(*args));
	argv_init(&argv, count, words);
	while (err == OK && argv_next(&argv, &argument)) {
		if (argument.option)
			err = read_option(
			    session, local, &argv, &argument, args, fault);
		else if (args->words_count < LOCAL_WORDS_MAX)
			args->words[args->words_count++] = argument.value;
		else
			err = fault_set(fault, ERR_INVALID,
			    "one word too many: \"%s\"", argument.value);
	}
	return err == OK ? session_settle(session, fault) : err;
}

int
local_run(
    struct session *session, enum local local, int count, char *const *words)
{
	struct local_args args;
	struct fault fault;

	if (read_args(session, local, count, words, &args, &fault) != OK)
		return report_fail(session, &fault);
	if (session->help) {
		help_local(&session->screen, local);
		return 0;
	}
	return commands[local].run(session, &args);
}

int
local_version(struct session *session, const struct local_args *args)
{
	cJSON *body = report_new();

	(void)args;
	report_text(body, "version", TOCSIN_VERSION);
	report_done(session, body, "tocsin %s", TOCSIN_VERSION);
	return 0;
}

int
local_help(struct session *session, const struct local_args *args)
{
	/* local_find takes words that it may not change: it does not. */
	char *const *words = (char *const *)(const void *)args->words;
	int count = (int)args->words_count, used;
	enum local local = local_find(count, words, &used);
	enum verb verb = args_verb(count, words, &used);
	struct fault fault;

	if (count == 0)
		help_all(&session->screen);
	else if (local != LOCAL_NONE)
		help_local(&session->screen, local);
	else if (verb != VERB_NONE)
		help_verb(&session->screen, verb);
	else if (help_group(&session->screen, args->words[0]) == 0) {
		(void)fault_set(&fault, ERR_INVALID,
		    "there is no command \"%s\"; `tocsin help` lists them",
		    args->words[0]);
		return report_fail(session, &fault);
	}
	return 0;
}
