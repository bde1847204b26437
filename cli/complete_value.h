/* What the value of an option may become, and how an offer is made. */
#ifndef TOCSIN_CLI_COMPLETE_VALUE_H
#define TOCSIN_CLI_COMPLETE_VALUE_H

#include "cli/session.h"
#include "protocol/verb.h"

enum { COMPLETE_BYTES_MAX = 1024 };

/* What is completed, and what of it stays as it is: "--severity=". */
struct completion {
	struct session *session;
	FILE *out;
	const char *begun; /* what a candidate begins with */
	char prefix
	    [COMPLETE_BYTES_MAX]; /* what stands before it in the same word */
};

/* Prints the word with its meaning, where it goes on from what was begun. */
void complete_offer(
    const struct completion *completion, const char *word, const char *help);

/* Has the shell offer files. */
void complete_files(const struct completion *completion);

/* Moves what stands up to at, and including it, into the prefix. */
void complete_split(struct completion *completion, const char *at);

/* Each word of a list with blanks, or "|", between them. */
void complete_choice(
    const struct completion *completion, const char *words, const char *help);

/* A field's value. */
void complete_value(struct completion *completion, enum verb verb,
    const struct field_row *field);

/* The value of an option that is no field: by what its row calls it. */
void complete_argument(
    struct completion *completion, const char *option, const char *argument);

#endif
