#include "cli/complete_value.h"

#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/complete_own.h"
#include "cli/filter.h"
#include "cli/value.h"
#include "cli/where.h"
#include "protocol/observable.h"

enum { WORDS_MAX = 64, CHOICE_MAX = 64 };

void
complete_files(const struct completion *completion)
{
	(void)fputs(":files\n", completion->out);
}

void
complete_offer(
    const struct completion *completion, const char *word, const char *help)
{
	if (strncmp(word, completion->begun, strlen(completion->begun)) == 0)
		(void)fprintf(completion->out, "%s%s\t%s\n", completion->prefix,
		    word, help);
}

void
complete_split(struct completion *completion, const char *at)
{
	size_t len = strlen(completion->prefix);

	(void)snprintf(completion->prefix + len,
	    sizeof(completion->prefix) - len, "%.*s",
	    (int)(at + 1 - completion->begun), completion->begun);
	completion->begun = at + 1;
}

void
complete_choice(
    const struct completion *completion, const char *words, const char *help)
{
	char word[CHOICE_MAX];

	while (*words != '\0') {
		size_t len = strcspn(words, " |");

		(void)snprintf(word, sizeof(word), "%.*s", (int)len, words);
		if (len > 0)
			complete_offer(completion, word, help);
		words += len + (words[len] != '\0');
	}
}

static void
offer_key(void *arg, const char *name)
{
	complete_offer(arg, name, "key");
}

static void
offer_filter(void *arg, const char *name)
{
	char word[LIMIT_NAME_BYTES_MAX + 2];

	(void)snprintf(word, sizeof(word), "@%s", name);
	complete_offer(arg, word, "saved filter");
}

static void
offer_roles(struct completion *completion)
{
	const char *comma = strrchr(completion->begun, ',');

	if (comma != NULL)
		complete_split(completion, comma);
#define ROLE(name, bit, help) complete_offer(completion, #name, help);
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
		complete_offer(completion, word, "observable");
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
			complete_offer(
			    completion, words_name(list, value), help);
	}
}

void
complete_value(struct completion *completion, enum verb verb,
    const struct field_row *field)
{
	const char *choice = extras_choice(verb, field->name);

	if (field->type == FIELD_WORD)
		offer_words(completion, (enum words)field->max);
	else if (field->type == FIELD_FLAG)
		complete_choice(completion, "true false", field->help);
	else if (strcmp(field->name, "roles") == 0)
		offer_roles(completion);
	else if (strcmp(field->name, "public") == 0)
		complete_files(completion);
	else if (field->type == FIELD_LIST)
		offer_observables(completion);
	else if (choice != NULL)
		complete_choice(completion, choice, field->help);
	else if (value_from_file(field) && completion->begun[0] == '@')
		complete_files(completion);
	else if (verb == VERB_list && strcmp(field->name, "text") == 0)
		filter_each(offer_filter, completion);
}

/* The last term of a filter: its name, its value, or a saved one. */
static void
offer_where(struct completion *completion)
{
	const char *comma = strrchr(completion->begun, ','), *equals;
	char name[CHOICE_MAX], word[CHOICE_MAX + 2];
	const struct field_row *rows, *field;
	size_t count, i;

	if (comma != NULL)
		complete_split(completion, comma);
	equals = strchr(completion->begun, '=');
	if (equals != NULL) {
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(equals - completion->begun), completion->begun);
		complete_split(completion, equals);
		field = args_field(VERB_list, name);
		if (field != NULL && strcmp(name, "text") != 0)
			complete_value(completion, VERB_list, field);
		return;
	}
	rows = verb_fields(VERB_list, &count);
	for (i = 0; i < count; i++) {
		if (!where_is_term(&rows[i]))
			continue;
		(void)snprintf(word, sizeof(word), "%s%s", rows[i].name,
		    rows[i].type == FIELD_FLAG ? "" : "=");
		complete_offer(completion, word, rows[i].help);
	}
	filter_each(offer_filter, completion);
}

void
complete_argument(
    struct completion *completion, const char *option, const char *argument)
{
	if (strstr(argument, "FILE") != NULL || strcmp(argument, "DIR") == 0)
		complete_files(completion);
	else if (strcmp(option, "where") == 0)
		offer_where(completion);
	else if (strcmp(option, "as") == 0)
		complete_keys(completion->session, offer_key, completion);
}
