/*
 * Long texts in the person's editor: a file of theirs alone, with what one may
 * want to see while writing below a line that cuts it off.
 */
#ifndef TOCSIN_CLI_EDITOR_H
#define TOCSIN_CLI_EDITOR_H

#include "cli/args.h"
#include "cli/own.h"

enum { EDITOR_PATH_MAX = OWN_PATH_MAX + 64 };

/* What is written; path is "" where nothing is. */
struct draft {
	const struct field_row *field;
	char path[EDITOR_PATH_MAX];
};

/*
 * The field that --editor writes: the one that it names, else the first long
 * text that must be there, else the first.  draft->field is NULL without
 * --editor.  ERR_INVALID: no such text, or nobody sits there to write.
 */
MUST_CHECK
enum err editor_choose(const struct args *args, const struct session *session,
    struct draft *draft, struct fault *fault);

/*
 * Opens $VISUAL, $EDITOR or vi and puts what was written into the body.  What
 * the option says already, or what `update` is to replace, stands there at
 * first.  The broker is asked for the incident before, so that nobody writes
 * for one that is not there.
 *
 * ERR_INVALID  nothing was written; the file is gone.
 * Others       draft->path says where the text is kept.
 */
MUST_CHECK
enum err editor_write(struct args *args, struct session *session,
    struct draft *draft, struct fault *fault);

/* It was sent: removes the file. */
void editor_forget(struct draft *draft);

/*
 * It was not: leaves the text, without what stood below it, and says in the
 * fault where it is and how to give it.
 */
void editor_keep(struct draft *draft, struct fault *fault);

#endif
