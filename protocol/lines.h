/* Lines of text, each an alert: bytes as they came, cut, never changed. */
#ifndef TOCSIN_PROTOCOL_LINES_H
#define TOCSIN_PROTOCOL_LINES_H

#include <stdbool.h>

#include "protocol/wire.h"

/* The part without the blanks, CR and LF among them, at its ends. */
struct wire_part lines_trim(struct wire_part part);

/*
 * The next line of *left that is not blank, trimmed, and *left is what stands
 * behind it.  False: there is none.
 */
bool lines_next(struct wire_part *left, struct wire_part *line);

/* How many such lines there are. */
size_t lines_count(struct wire_part text);

#endif
