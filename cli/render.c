#include "cli/render.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "protocol/json.h"

enum {
	MARKS_MAX = 3, /* a base and three marks fit into a glyph */
	TAB_COLUMNS = 8,
	NOT_UTF8 = -1,
	ZERO_WIDTH_JOINER = 0x200d
};

struct range {
	int32_t first, last;
};

/*
 * What is invisible or reorders what stands around it, whatever wcwidth says.
 * In order, for a search that stops early.
 */
static const struct range hidden[] = {
    {0x0000, 0x001f}, /* C0 */
    {0x007f, 0x009f}, /* DEL, C1 */
    {0x00ad, 0x00ad}, /* soft hyphen */
    {0x034f, 0x034f}, /* combining grapheme joiner */
    {0x061c, 0x061c}, /* Arabic letter mark */
    {0x115f, 0x1160}, /* Hangul fillers */
    {0x17b4, 0x17b5}, /* Khmer vowels that show nothing */
    {0x180b, 0x180f}, /* Mongolian selectors */
    {0x200b, 0x200f}, /* zero width, marks of direction */
    {0x2028, 0x202e}, /* separators, embeddings, overrides */
    {0x2060, 0x206f}, /* word joiner, isolates, deprecated ones */
    {0x3164, 0x3164}, /* Hangul filler */
    {0xd800, 0xdfff}, /* surrogates */
    {0xe000, 0xf8ff}, /* private use: a font may draw anything */
    {0xfeff, 0xfeff}, /* byte order mark */
    {0xffa0, 0xffa0}, /* half-width Hangul filler */
    {0xfff0, 0xfffb}, /* annotations */
    {0xfffe, 0xffff}, /* no characters */
    {0x1bca0, 0x1bca3}, /* shorthand controls */
    {0x1d173, 0x1d17a}, /* musical controls */
    {0xe0000, 0x10ffff} /* tags, selectors, private use */
};

bool
render_hidden(int32_t point)
{
	size_t i;

	if (point == NOT_UTF8)
		return true;
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (point <= hidden[i].last)
			return point >= hidden[i].first;
	return true;
}

int32_t
render_point(const char *text, size_t len, size_t *used)
{
	unsigned char lead = (unsigned char)text[0];
	size_t need = lead < 0x80   ? 1
		      : lead < 0xc2 ? 0
		      : lead < 0xe0 ? 2
		      : lead < 0xf0 ? 3
		      : lead < 0xf5 ? 4
				    : 0;
	int32_t point;
	size_t i;

	*used = 1;
	if (lead == 0)
		return 0;
	if (need == 0 || need > len || !utf8_valid(text, need))
		return NOT_UTF8;
	*used = need;
	if (need == 1)
		return lead;
	point = lead & (0x7f >> need);
	for (i = 1; i < need; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	return point;
}

static void
escape(struct glyph *glyph, const char *text, int32_t point)
{
	int len;

	if (point == '\n' || point == '\t' || point == '\r')
		len = snprintf(glyph->bytes, sizeof(glyph->bytes), "\\%c",
		    point == '\n'   ? 'n'
		    : point == '\t' ? 't'
				    : 'r');
	else if (point < 0x80) /* NOT_UTF8 is */
		len = snprintf(glyph->bytes, sizeof(glyph->bytes), "\\x%02x",
		    (unsigned)(unsigned char)text[0]);
	else
		len = snprintf(glyph->bytes, sizeof(glyph->bytes),
		    point > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)point);
	glyph->len = (size_t)len;
	glyph->columns = (size_t)len;
}

/* A picture, which joiners make larger ones of. */
static bool
is_picture(int32_t point)
{
	return (point >= 0x1f000 && point <= 0x1faff) ||
	       (point >= 0x2600 && point <= 0x27bf);
}

/* Passes over a joiner between two pictures: it hides nothing there, and how
 * wide the joined one is no two terminals agree. */
static void
pass_joiner(const char *text, size_t len, int32_t base, struct glyph *glyph)
{
	const char *at = text + glyph->used;
	size_t left = len - glyph->used, used, next;

	if (!is_picture(base) || left == 0 ||
	    render_point(at, left, &used) != ZERO_WIDTH_JOINER || left == used)
		return;
	if (is_picture(render_point(at + used, left - used, &next)))
		glyph->used += used;
}

/* Appends the combining marks that follow to a glyph that has its base. */
static void
take_marks(const char *text, size_t len, struct glyph *glyph)
{
	size_t used, marks;
	int32_t point;

	for (marks = 0; marks < MARKS_MAX && glyph->used < len; marks++) {
		point =
		    render_point(text + glyph->used, len - glyph->used, &used);
		if (point < 0x80 || render_hidden(point) ||
		    wcwidth((wchar_t)point) != 0)
			return;
		memcpy(glyph->bytes + glyph->len, text + glyph->used, used);
		glyph->len += used;
		glyph->used += used;
	}
}

void
render_glyph(const char *text, size_t len, bool utf8, struct glyph *glyph)
{
	int32_t point = render_point(text, len, &glyph->used);
	int columns = 1;

	if (point >= 0x80)
		columns = utf8 ? wcwidth((wchar_t)point) : -1;
	if (render_hidden(point) || columns <= 0) {
		escape(glyph, text, point);
		return;
	}
	memcpy(glyph->bytes, text, glyph->used);
	glyph->len = glyph->used;
	glyph->columns = (size_t)columns;
	if (!utf8)
		return;
	take_marks(text, len, glyph);
	pass_joiner(text, len, point, glyph);
}

size_t
render_columns(const char *text, bool utf8)
{
	size_t left = strlen(text), columns = 0;
	struct glyph glyph;

	for (; left > 0; text += glyph.used, left -= glyph.used) {
		render_glyph(text, left, utf8, &glyph);
		columns += glyph.columns;
	}
	return columns;
}

size_t
render_line(FILE *out, const char *text, bool utf8, size_t columns)
{
	const char *ellipsis = utf8 ? "\xe2\x80\xa6" : "~";
	bool cut = render_columns(text, utf8) > columns;
	size_t left = strlen(text), written = 0;
	size_t room = cut && columns > 0 ? columns - 1 : columns;
	struct glyph glyph;

	for (; left > 0; text += glyph.used, left -= glyph.used) {
		render_glyph(text, left, utf8, &glyph);
		if (written + glyph.columns > room)
			break;
		(void)fwrite(glyph.bytes, 1, glyph.len, out);
		written += glyph.columns;
	}
	if (cut && columns > 0) {
		(void)fputs(ellipsis, out);
		written++;
	}
	return written;
}

void
render_copy(const char *text, bool utf8, char *out, size_t size)
{
	size_t left = strlen(text), len = 0;
	struct glyph glyph;

	for (; left > 0; text += glyph.used, left -= glyph.used) {
		render_glyph(text, left, utf8, &glyph);
		if (len + glyph.len + 1 > size)
			break;
		memcpy(out + len, glyph.bytes, glyph.len);
		len += glyph.len;
	}
	out[len] = '\0';
}

/* How many bytes of the line fit into `columns`; at least one glyph. */
static size_t
fitting(const char *text, size_t len, bool utf8, size_t columns)
{
	size_t at = 0, written = 0, space = 0;
	struct glyph glyph;

	while (at < len) {
		render_glyph(text + at, len - at, utf8, &glyph);
		if (text[at] == '\t') {
			glyph.columns = TAB_COLUMNS - written % TAB_COLUMNS;
			glyph.used = 1;
		}
		if (at > 0 && written + glyph.columns > columns)
			return text[at] == ' ' || space == 0 ? at : space;
		written += glyph.columns;
		if (text[at] == ' ')
			space = at + 1;
		at += glyph.used;
	}
	return at;
}

static void
write_row(FILE *out, const char *text, size_t len, bool utf8, size_t indent)
{
	size_t at, written = 0;
	struct glyph glyph;

	(void)fprintf(out, "%*s", (int)(len > 0 ? indent : 0), "");
	for (at = 0; at < len; at += glyph.used) {
		render_glyph(text + at, len - at, utf8, &glyph);
		if (text[at] == '\t') {
			glyph.columns = TAB_COLUMNS - written % TAB_COLUMNS;
			(void)fprintf(out, "%*s", (int)glyph.columns, "");
			glyph.used = 1;
		} else {
			(void)fwrite(glyph.bytes, 1, glyph.len, out);
		}
		written += glyph.columns;
	}
	(void)fputc('\n', out);
}

/*
 * One line of the text, without its newline, in as many rows as it needs;
 * `first` is the indent of the first of them.
 */
static void
write_wrapped(FILE *out, const char *text, size_t len, bool utf8, size_t first,
    size_t indent, size_t room)
{
	do {
		size_t row = fitting(text, len, utf8, room);
		size_t shown = row;

		while (row < len && shown > 0 && text[shown - 1] == ' ')
			shown--;
		write_row(out, text, shown, utf8, first);
		first = indent;
		text += row;
		len -= row;
		while (len > 0 && *text == ' ') {
			text++;
			len--;
		}
	} while (len > 0);
}

static void
write_lines(FILE *out, const char *text, size_t len, bool utf8, size_t first,
    size_t indent, size_t columns)
{
	size_t room = columns > indent + 8 ? columns - indent : 8;

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end != NULL ? (size_t)(end - text) : len;
		size_t shown = line;

		if (end != NULL && shown > 0 && text[shown - 1] == '\r')
			shown--;
		write_wrapped(out, text, shown, utf8, first, indent, room);
		first = indent;
		line += end != NULL;
		text += line;
		len -= line;
	}
}

void
render_block(FILE *out, const char *text, size_t len, bool utf8, size_t indent,
    size_t columns)
{
	write_lines(out, text, len, utf8, indent, indent, columns);
}

void
render_hanging(FILE *out, const char *text, size_t len, bool utf8,
    size_t indent, size_t columns)
{
	write_lines(out, text, len, utf8, 0, indent, columns);
	if (len == 0)
		(void)fputc('\n', out);
}

static void
json_escape(FILE *out, int32_t point)
{
	if (point > 0xffff)
		(void)fprintf(out, "\\u%04x\\u%04x",
		    0xd7c0u + ((unsigned)point >> 10),
		    0xdc00u + ((unsigned)point & 0x3ff));
	else
		(void)fprintf(out, "\\u%04x", (unsigned)point);
}

void
render_json(FILE *out, const char *json, bool utf8)
{
	size_t left = strlen(json), used;

	for (; left > 0; json += used, left -= used) {
		int32_t point = render_point(json, left, &used);

		if (point == NOT_UTF8)
			(void)fputs("\\ufffd", out);
		else if (render_hidden(point) || (!utf8 && point >= 0x80))
			json_escape(out, point);
		else
			(void)fwrite(json, 1, used, out);
	}
}
