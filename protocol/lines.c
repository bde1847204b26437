#include "protocol/lines.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct wire_part
lines_trim(struct wire_part part)
{
	while (part.len > 0 && is_blank(part.bytes[0])) {
		part.bytes++;
		part.len--;
	}
	while (part.len > 0 && is_blank(part.bytes[part.len - 1]))
		part.len--;
	return part;
}

bool
lines_next(struct wire_part *left, struct wire_part *line)
{
	while (left->len > 0) {
		const char *end = memchr(left->bytes, '\n', left->len);
		size_t len =
		    end == NULL ? left->len : (size_t)(end - left->bytes);
		size_t taken = end == NULL ? len : len + 1;

		*line = lines_trim((struct wire_part){left->bytes, len});
		left->bytes += taken;
		left->len -= taken;
		if (line->len > 0)
			return true;
	}
	return false;
}

size_t
lines_count(struct wire_part text)
{
	struct wire_part line;
	size_t count = 0;

	while (lines_next(&text, &line))
		count++;
	return count;
}
