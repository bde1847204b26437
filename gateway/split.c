#include "gateway/split.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/lines.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How far the string that begins at `at` reaches; len when it has no end. */
static size_t
string_end(struct wire_part text, size_t at)
{
	for (at++; at < text.len && text.bytes[at] != '"'; at++)
		if (text.bytes[at] == '\\')
			at++;
	return at < text.len ? at : text.len;
}

/* How far the object that begins at `at` reaches: its last brace; len when it
 * has none. */
static size_t
object_end(struct wire_part text, size_t at)
{
	size_t depth = 0;

	for (; at < text.len; at++) {
		char c = text.bytes[at];

		if (c == '"')
			at = string_end(text, at);
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return at;
	}
	return text.len;
}

static size_t
skip_blanks(struct wire_part text, size_t at)
{
	while (at < text.len && is_blank(text.bytes[at]))
		at++;
	return at;
}

static bool
is_at(struct wire_part text, size_t at, char c)
{
	return at < text.len && text.bytes[at] == c;
}

/*
 * Cuts "[{...},{...}]".  *whole: it is one, to its end.  Behind max the cutting
 * goes on without keeping, so that *count says how many there were.
 */
static void
cut(struct wire_part text, struct wire_part *parts, size_t max, size_t *count,
    bool *whole)
{
	size_t at = skip_blanks(text, 1), end;

	*whole = false;
	*count = 0;
	while (is_at(text, at, '{')) {
		end = object_end(text, at);
		if (end == text.len)
			return;
		if (*count < max)
			parts[*count] =
			    (struct wire_part){text.bytes + at, end + 1 - at};
		++*count;
		at = skip_blanks(text, end + 1);
		if (is_at(text, at, ']')) {
			*whole = at + 1 == text.len;
			return;
		}
		if (!is_at(text, at, ','))
			return;
		at = skip_blanks(text, at + 1);
	}
	*whole = *count == 0 && is_at(text, at, ']') && at + 1 == text.len;
}

enum err
split_json(
    struct wire_part body, struct wire_part *parts, size_t max, size_t *count)
{
	struct wire_part text = lines_trim(body);
	bool whole = false;

	*count = 0;
	if (text.len == 0)
		return ERR_INVALID;
	if (text.bytes[0] == '[')
		cut(text, parts, max, count, &whole);
	if (!whole) {
		parts[0] = body;
		*count = 1;
		return OK;
	}
	if (*count == 0)
		return ERR_INVALID;
	return *count > max ? ERR_TOO_LARGE : OK;
}

/* Does the text reach on from where it begins to the line's end? */
static bool
reaches(const struct wire_part *text, const struct wire_part *line)
{
	return (size_t)(line->bytes + line->len - text->bytes) <=
	       LIMIT_FRAME_BYTES_MAX;
}

enum err
split_lines(struct wire_part body, struct wire_part *texts, size_t max,
    size_t *count, size_t *alerts)
{
	struct wire_part line, *text;

	*count = *alerts = 0;
	while (lines_next(&body, &line)) {
		if (*alerts == max)
			return ERR_TOO_LARGE;
		text = *count > 0 ? &texts[*count - 1] : NULL;
		if (text != NULL && reaches(text, &line))
			text->len =
			    (size_t)(line.bytes + line.len - text->bytes);
		else
			texts[(*count)++] = line;
		++*alerts;
	}
	return *alerts > 0 ? OK : ERR_INVALID;
}
