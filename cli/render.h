/*
 * Text from outside, made safe for a terminal.  Everything that a view prints
 * and that did not come out of our own tables goes through render_glyph.
 *
 * What could move the cursor, change colours, reorder or hide text is shown
 * as an escape: \x1b, \u202e, \U000e0001; bytes that are not UTF-8 as \xff.
 * That is ASCII and C0 controls, C1 controls, bidi and other invisible
 * formatting characters, whatever wcwidth does not know, and a combining mark
 * that follows nothing or is one of too many.
 */
#ifndef TOCSIN_CLI_RENDER_H
#define TOCSIN_CLI_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { GLYPH_BYTES_MAX = 16, RENDER_NO_LIMIT = 1 << 30 };

/* One character with its combining marks, or one escape. */
struct glyph {
	char bytes[GLYPH_BYTES_MAX]; /* what may be written; not terminated */
	size_t len;
	size_t columns; /* that it takes on a terminal */
	size_t used; /* bytes of the text that it stands for */
};

/*
 * The code point that text (len bytes, at least one) begins with, negative for
 * what is not UTF-8; *used is its length.
 */
int32_t render_point(const char *text, size_t len, size_t *used);

/* Is the code point invisible, or does it reorder what stands around it? */
bool render_hidden(int32_t point);

/*
 * The first glyph of text (len bytes, at least one).  Without utf8 everything
 * beyond ASCII is an escape.  With it the locale must be a UTF-8 one, because
 * wcwidth says how wide a character is.
 */
void render_glyph(const char *text, size_t len, bool utf8, struct glyph *glyph);

/* The columns that text takes on one line. */
size_t render_columns(const char *text, bool utf8);

/*
 * Writes text on one line, newlines escaped.  What does not fit in `columns`
 * is cut and marked with an ellipsis.  Returns the columns written.
 */
size_t render_line(FILE *out, const char *text, bool utf8, size_t columns);

/* The same without a limit into memory, terminated, cut to size bytes. */
void render_copy(const char *text, bool utf8, char *out, size_t size);

/*
 * Writes len bytes of text as lines of at most `columns`, each indented by
 * `indent` spaces and ended by a newline.  Breaks at spaces where there are
 * any; newlines of the text break, tabs become spaces.
 */
void render_block(FILE *out, const char *text, size_t len, bool utf8,
    size_t indent, size_t columns);

/* The same, but the first row begins where the line already stands. */
void render_hanging(FILE *out, const char *text, size_t len, bool utf8,
    size_t indent, size_t columns);

/*
 * Writes JSON (terminated) so that it is still the same JSON: what would be
 * an escape on a terminal is written as JSON's own \u escape, and without
 * utf8 all that is beyond ASCII.
 */
void render_json(FILE *out, const char *json, bool utf8);

#endif
