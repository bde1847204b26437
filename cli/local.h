/* The commands of local.def: found, their options read, run. */
#ifndef TOCSIN_CLI_LOCAL_H
#define TOCSIN_CLI_LOCAL_H

#include <stddef.h>

#include "cli/session.h"
#include "protocol/verb.h"

enum local {
#define LOCAL(name, usage, help) LOCAL_##name,
#include "cli/local.def"
	LOCAL_COUNT,
	LOCAL_NONE = LOCAL_COUNT
};

enum local_option {
#define LOCAL_OPTION(command, name, argument, help) LOCAL_##command##_##name,
#include "cli/local.def"
	LOCAL_OPTION_COUNT
};

enum { LOCAL_WORDS_MAX = 128, LOCAL_NAME_MAX = 32, LOCAL_TERMS_MAX = 16 };

struct local_row {
	char name[LOCAL_NAME_MAX]; /* as typed: "key new" */
	const char *usage, *help;
};

struct local_option_row {
	enum local command;
	const char *name, *argument, *help;
};

/* A field of the verb whose fields a command takes; "" for a flag. */
struct local_term {
	const struct field_row *field;
	const char *value; /* borrowed */
};

/* What a command was given. */
struct local_args {
	const char *given[LOCAL_OPTION_COUNT]; /* "" for a flag; borrowed */
	const char *words[LOCAL_WORDS_MAX]; /* borrowed */
	size_t words_count;
	struct local_term terms[LOCAL_TERMS_MAX];
	size_t terms_count;
};

/* The command's rows.  Static. */
const struct local_row *local_row(enum local local);
const struct local_option_row *local_option_row(enum local_option option);

/* The verb whose fields the command takes, or VERB_NONE. */
enum verb local_fields(enum local local);

/*
 * The command that the arguments begin with; *used is how many words spell
 * it.  LOCAL_NONE.
 */
enum local local_find(int count, char *const *words, int *used);

/* Reads what follows and runs the command.  Returns the exit code. */
int local_run(
    struct session *session, enum local local, int count, char *const *words);

/* One handler for each row; returns the exit code. */
#define LOCAL(name, usage, help)                                               \
	int local_##name(                                                      \
	    struct session *session, const struct local_args *args);
#include "cli/local.def"

#endif
