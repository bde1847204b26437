/* What of a body is one alert: the bytes as they came, cut, never changed. */
#ifndef TOCSIN_GATEWAY_SPLIT_H
#define TOCSIN_GATEWAY_SPLIT_H

#include "protocol/wire.h"

/*
 * An array of objects is cut into its elements, anything else is one alert.
 * What only begins as an array does is one, too: it is kept as it came.
 *
 * ERR_INVALID    nothing is in it.
 * ERR_TOO_LARGE  more than max alerts.
 */
MUST_CHECK
enum err split_json(
    struct wire_part body, struct wire_part *parts, size_t max, size_t *count);

/*
 * A line is an alert; blank ones are none.  Lines that fit into one frame stay
 * together, as a text of lines (the field "lines" of alert.push): what is sealed
 * and sent as a whole costs half of what its lines cost one by one.  *count is
 * how many texts there are, *alerts how many lines.  Errors as above.
 */
MUST_CHECK
enum err split_lines(struct wire_part body, struct wire_part *texts, size_t max,
    size_t *count, size_t *alerts);

#endif
