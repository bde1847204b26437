/* What verbs take on the command line beyond their fields, as tables. */
#ifndef TOCSIN_CLI_EXTRAS_H
#define TOCSIN_CLI_EXTRAS_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/verb.h"

enum extra {
#define EXTRA(verb, name, argument, help) EXTRA_##name,
#define EXTRA_BULK(name, argument, help)  EXTRA_##name,
#define EXTRA_TEXT(name, argument, help)  EXTRA_##name,
#include "cli/extras.def"
	EXTRA_COUNT
};

/* An option that is no field; without an argument it is a flag. */
struct extra_row {
	enum verb verb; /* VERB_NONE: of more than one */
	bool of_texts; /* of those that have a long text */
	const char *name, *argument, *help;
};

/* A field that people at a terminal are asked for; when may be NULL. */
struct ask_row {
	enum verb verb;
	const char *field, *when, *is;
};

/* A field that may stand without its name. */
struct position_row {
	enum verb verb;
	const char *field;
};

/* A word that stands for a field and its value. */
struct shortcut_row {
	enum verb verb;
	const char *option, *field, *value;
};

/* A command that stands for a verb with one field said already. */
struct alias_row {
	const char *name; /* "task.done" */
	enum verb verb;
	const char *field, *value;
};

/* The tables, in the order of extras.def; *count is their length.  Static. */
const struct extra_row *extras_options(size_t *count);
const struct position_row *extras_positions(size_t *count);
const struct shortcut_row *extras_shortcuts(size_t *count);
const struct ask_row *extras_asked(size_t *count);
const struct alias_row *extras_aliases(size_t *count);

/* What the verb becomes by the options among its words: mostly itself. */
enum verb extras_switch(enum verb verb, int count, char *const *words);

/* Is the option one of the verb's? */
bool extras_takes(enum verb verb, const struct extra_row *option);

/* May the verb run over all incidents of a filter? */
bool extras_bulk(enum verb verb);

/* The words that the field takes, with blanks between them, or NULL. */
const char *extras_choice(enum verb verb, const char *field);

/* Is the verb for programs among themselves? */
bool extras_unoffered(enum verb verb);

#endif
