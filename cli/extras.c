#include "cli/extras.h"

#include <string.h>

struct choice_row {
	enum verb verb;
	const char *field, *words;
};

static const struct extra_row options[] = {
#define EXTRA(verb, name, argument, help)                                      \
	{VERB_##verb, false, #name, argument, help},
#define EXTRA_BULK(name, argument, help)                                       \
	{VERB_NONE, false, #name, argument, help},
#define EXTRA_TEXT(name, argument, help)                                       \
	{VERB_NONE, true, #name, argument, help},
#include "cli/extras.def"
};

static const struct also_row {
	enum verb verb;
	enum extra option;
} also[] = {
#define ALSO(verb, name) {VERB_##verb, EXTRA_##name},
#include "cli/extras.def"
};

static const struct position_row positions[] = {
#define POSITION(verb, field) {VERB_##verb, #field},
#include "cli/extras.def"
};

static const struct shortcut_row shortcuts[] = {
#define SHORTCUT(verb, option, field, value)                                   \
	{VERB_##verb, option, #field, value},
#include "cli/extras.def"
};

static const struct ask_row asked[] = {
#define ASK(verb, field, when, is) {VERB_##verb, #field, when, is},
#include "cli/extras.def"
};

static const struct alias_row aliases[] = {
#define ALIAS(command, verb, field, value)                                     \
	{command, VERB_##verb, #field, value},
#include "cli/extras.def"
};

static const struct choice_row choices[] = {
#define CHOICE(verb, field, words) {VERB_##verb, #field, words},
#include "cli/extras.def"
};

struct switch_row {
	enum verb verb, other;
	const char *option;
};

static const struct switch_row switches[] = {
#define SWITCH(verb, option, other) {VERB_##verb, VERB_##other, "--" #option},
#include "cli/extras.def"
};

static const bool bulk[VERB_COUNT + 1] = {
#define BULK(verb) [VERB_##verb] = true,
#include "cli/extras.def"
};

static const bool unoffered[VERB_COUNT] = {
#define UNOFFERED(verb) [VERB_##verb] = true,
#include "cli/extras.def"
};

const struct extra_row *
extras_options(size_t *count)
{
	*count = sizeof(options) / sizeof(options[0]);
	return options;
}

const struct position_row *
extras_positions(size_t *count)
{
	*count = sizeof(positions) / sizeof(positions[0]);
	return positions;
}

const struct shortcut_row *
extras_shortcuts(size_t *count)
{
	*count = sizeof(shortcuts) / sizeof(shortcuts[0]);
	return shortcuts;
}

const struct ask_row *
extras_asked(size_t *count)
{
	*count = sizeof(asked) / sizeof(asked[0]);
	return asked;
}

/* Is there a text that one would rather write in an editor? */
static bool
has_long_text(enum verb verb)
{
	size_t count, i;
	const struct field_row *rows;

	if (verb == VERB_NONE || verb_row(verb)->effect != EFFECT_WRITE)
		return false;
	rows = verb_fields(verb, &count);
	for (i = 0; i < count; i++)
		if (rows[i].type == FIELD_TEXT &&
		    rows[i].max >= LIMIT_TEXT_BYTES_MAX)
			return true;
	return false;
}

enum verb
extras_switch(enum verb verb, int count, char *const *words)
{
	size_t i;
	int at;

	for (i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		for (at = 0; at < count && switches[i].verb == verb &&
			     strcmp(words[at], "--") != 0;
		     at++)
			if (strcmp(words[at], switches[i].option) == 0)
				return switches[i].other;
	return verb;
}

/* Is the option the owner's: its own, or another's that it takes, too? */
static bool
is_of(enum verb owner, const struct extra_row *option)
{
	size_t i;

	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (also[i].verb == owner && &options[also[i].option] == option)
			return true;
	return option->verb == owner;
}

bool
extras_takes(enum verb verb, const struct extra_row *option)
{
	size_t i;

	if (option->verb == VERB_NONE)
		return option->of_texts ? has_long_text(verb) : bulk[verb];
	for (i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (switches[i].other == verb &&
		    is_of(switches[i].verb, option))
			return true;
	return is_of(verb, option);
}

bool
extras_bulk(enum verb verb)
{
	return bulk[verb];
}

const struct alias_row *
extras_aliases(size_t *count)
{
	*count = sizeof(aliases) / sizeof(aliases[0]);
	return aliases;
}

const char *
extras_choice(enum verb verb, const char *field)
{
	size_t i;

	for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (choices[i].verb == verb &&
		    strcmp(choices[i].field, field) == 0)
			return choices[i].words;
	return NULL;
}

bool
extras_unoffered(enum verb verb)
{
	return unoffered[verb];
}
