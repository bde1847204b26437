/*
 * What may stand where somebody presses the tabulator key: commands, options
 * and words, out of the tables.  The scripts of completion.c ask for it.
 */
#ifndef TOCSIN_CLI_COMPLETE_H
#define TOCSIN_CLI_COMPLETE_H

#include "cli/session.h"

/* The word behind which the shells' scripts ask. */
#define COMPLETE_WORD "__complete"

/*
 * Prints what the last of the words may become, "word TAB meaning" a line; the
 * line ":files" stands for the shell's own completion of files.  No broker is
 * asked, and what is wrong with the words before is nobody's concern here.
 * Returns the exit code.
 */
int complete_run(struct session *session, int count, char *const *words);

#endif
