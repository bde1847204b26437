#include "workers/plain.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "workers/normal.h"

/* Code points that no plain text needs: they hide, or turn what follows. */
static const struct {
	uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f},
    {0x007f, 0x009f}, /* controls, the second set among them */
    {0x00ad, 0x00ad}, /* soft hyphen */
    {0x061c, 0x061c}, /* Arabic letter mark */
    {0x180e, 0x180e}, /* Mongolian vowel separator */
    {0x200b, 0x200f}, /* of no width; left and right marks */
    {0x2028, 0x202e}, /* separators of lines; embeddings, overrides */
    {0x2060, 0x206f}, /* joiners, isolates */
    {0xfeff, 0xfeff}, /* byte order mark */
    {0xfff9, 0xfffb}, /* annotations */
    {0xe0000, 0xe007f}, /* tags */
};

/* Reads a character; its length, or 0 when the bytes are none. */
static size_t
decode(const char *text, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = p[0] < 0x80   ? 1
		     : p[0] < 0xc2 ? 0
		     : p[0] < 0xe0 ? 2
		     : p[0] < 0xf0 ? 3
		     : p[0] < 0xf5 ? 4
				   : 0;

	if (len == 0)
		return 0;
	*code = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3fu);
	}
	return len;
}

static bool
is_hidden(uint32_t code)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return true;
	return false;
}

size_t
plain_copy(const char *text, bool lines, char *out, size_t size)
{
	size_t n = 0, len;
	uint32_t code;

	for (; *text != '\0'; text += len > 0 ? len : 1) {
		len = decode(text, &code);
		if (n + (len > 0 ? len : 1) >= size)
			break;
		if (*text == '\t' || (*text == '\n' && !lines) || *text == '\r')
			out[n++] = ' ';
		else if (*text == '\n')
			out[n++] = '\n';
		else if (len == 0 || is_hidden(code))
			out[n++] = '?';
		else {
			memcpy(out + n, text, len);
			n += len;
		}
	}
	out[n] = '\0';
	return n;
}

static bool
may_be_fanged(char c)
{
	return c == '[' || c == '(' || c == '{' || c == 'h' || c == 'H';
}

/*
 * How many bytes at text begin nothing of the sort, by eights: with the bit of
 * lower case set, brackets of two kinds and both letters are three values.
 */
static size_t
skip_harmless(const char *text, size_t len)
{
	const uint64_t each = UINT64_MAX / 255, high = each * 128;
	size_t at = 0;

	while (len - at >= sizeof(uint64_t)) {
		uint64_t x, square, round, letter;

		memcpy(&x, text + at, sizeof(x));
		x |= each * 0x20;
		square = x ^ (each * '{');
		round = x ^ (each * '(');
		letter = x ^ (each * 'h');
		square = (square - each) & ~square;
		round = (round - each) & ~round;
		letter = (letter - each) & ~letter;
		if (((square | round | letter) & high) != 0)
			break;
		at += sizeof(x);
	}
	while (at < len && !may_be_fanged(text[at]))
		at++;
	return at;
}

size_t
plain_refang(const char *text, size_t len, char *out)
{
	static const struct {
		const char *fanged, *plain;
	} rows[] = {
	    {"[.]", "."},
	    {"(.)", "."},
	    {"{.}", "."},
	    {"[dot]", "."},
	    {"(dot)", "."},
	    {"[:]", ":"},
	    {"[://]", "://"},
	    {"[@]", "@"},
	    {"[at]", "@"},
	    {"(at)", "@"},
	    {"hxxp://", "http://"},
	    {"hxxps://", "https://"},
	    {"hxxp[:", "http[:"},
	    {"hxxps[:", "https[:"},
	};
	size_t at = 0, n = 0, row, fanged, run;

	while (at < len) {
		run = skip_harmless(text + at, len - at);
		memcpy(out + n, text + at, run);
		at += run;
		n += run;
		if (at == len)
			break;
		for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
			fanged = strlen(rows[row].fanged);
			if (fanged <= len - at &&
			    strncasecmp(text + at, rows[row].fanged, fanged) ==
				0)
				break;
		}
		if (row == sizeof(rows) / sizeof(rows[0])) {
			out[n++] = text[at++];
			continue;
		}
		fanged = strlen(rows[row].fanged);
		/* "[:" is looked at again, by its own row. */
		if (fanged > 2 && rows[row].fanged[fanged - 2] == '[')
			fanged -= 2;
		for (const char *p = rows[row].plain; *p != '\0' && *p != '[';
		     p++)
			out[n++] = *p;
		at += fanged;
	}
	out[n] = '\0';
	return n;
}
