/*
 * From arguments to a verb and its body, by the tables of protocol/ and by
 * extras.def.
 */
#ifndef TOCSIN_CLI_ARGS_H
#define TOCSIN_CLI_ARGS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/extras.h"
#include "cli/session.h"
#include "protocol/token.h"
#include "protocol/verb.h"

struct args {
	enum verb verb;
	cJSON *body; /* owned */
	const char *extras[EXTRA_COUNT]; /* "" for a flag; borrowed */
	/* Words that are files, for verbs that take files; borrowed. */
	const char **files; /* the array is owned */
	size_t files_count;
	/* Of a token that is being made; "" when it is not ours to know. */
	char secret[TOKEN_SECRET_CHARS + 1];
	/* What --where said: the verb runs over all that match; the same. */
	const char **where;
	size_t where_count;
	const char *filter; /* of `list @NAME`: the name; borrowed */
};

/*
 * How many of the words spell the name, whose own words are parted by a
 * character of between, when they begin with all of it; else 0.
 */
int args_spell(
    const char *name, const char *between, int count, char *const *words);

/*
 * The verb that the arguments begin with ("alert", "push", ...), the longest
 * that matches; *used is how many words spell it.  VERB_NONE.
 */
enum verb args_verb(int count, char *const *words, int *used);

/* As args_verb, aliases too, whose row *alias is then; else it is NULL. */
enum verb args_command(
    int count, char *const *words, int *used, const struct alias_row **alias);

/* Is the verb for people to type? */
bool args_offered(enum verb verb);

/* Does it take files as its words? */
bool args_takes_files(enum verb verb);

/* The field as an option is spelled: "root-cause"; out has ARGV_NAME_MAX + 1. */
const char *args_spelling(const struct field_row *field, char *out);

/*
 * The message without the field's name in front of it, where the broker's
 * rules put it there: the option is named in its place.  Borrowed.
 */
const char *args_message(const char *message, const char *field);

/* The field that an option ("root_cause") of the verb names, or NULL. */
const struct field_row *args_field(enum verb verb, const char *name);

/* Your memory.  begin also sets what the alias (or NULL) says, which cannot be
 * said again. */
void args_init(struct args *args, enum verb verb);
void args_begin(struct args *args, const struct session *session,
    enum verb verb, const struct alias_row *alias);
void args_fini(struct args *args);

/*
 * Reads what follows the verb's words.  Options of every command are given to
 * session.  Standard input and files are read where a value says "-" or
 * "@file".
 *
 * ERR_INVALID, ERR_TOO_LARGE, ERR_MISSING (a file), ERR_IO: fault names the
 * option.
 */
MUST_CHECK
enum err args_read(struct args *args, struct session *session, int count,
    char *const *words, struct fault *fault);

/* Has the field to be there, and is not? */
bool args_lacks(const struct args *args, const struct field_row *field);

/* The first field that has to be there and is not, or NULL. */
const struct field_row *args_missing(const struct args *args);

/* The field that the next bare word is, or NULL. */
const struct field_row *args_next(const struct args *args);

/* Sets a field from its text, as if it had been given as an option. */
MUST_CHECK
enum err args_set(struct args *args, const struct session *session,
    const struct field_row *field, const char *text, struct fault *fault);

/*
 * The last check, by the broker's own rules: ERR_INVALID or ERR_TOO_LARGE with
 * a fault that names the option.
 */
MUST_CHECK
enum err args_check(const struct args *args, struct fault *fault);

#endif
