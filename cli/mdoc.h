/* Manual pages: text and lists in the words of mdoc(7). */
#ifndef TOCSIN_CLI_MDOC_H
#define TOCSIN_CLI_MDOC_H

#include <stdio.h>

/*
 * Text that fills lines: what mdoc would take for its own is escaped, each
 * sentence begins a line, `quoted` words are bold.
 */
void mdoc_text(FILE *out, const char *text);

/* One word as an argument of a macro: blanks and quotes are its own. */
void mdoc_word(FILE *out, const char *word);

/* Everything up to the first section: title, date, name. */
void mdoc_begin(FILE *out, const char *name, const char *section,
    const char *date, const char *description);

void mdoc_section(FILE *out, const char *title);

/* A list of what is explained: begin, items with their text, end. */
void mdoc_list(FILE *out);
void mdoc_option(FILE *out, const char *name, const char *argument);
void mdoc_item(FILE *out, const char *word);
void mdoc_end(FILE *out);

#endif
