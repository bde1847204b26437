/* The strict scanner: RFC 8259's grammar, one pass, no tree. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/json_keys.h"
#include "protocol/json_number.h"
#include "protocol/json_run.h"
#include "protocol/limits.h"

enum { KEY_SHOWN_MAX = 64 };

struct scan {
	const char *text;
	size_t len;
	size_t at;
	bool big;
	size_t depth;
	size_t nodes;
	struct json_keys keys;
	struct json_fault *fault;
};

/* A string between its quotes, as it is written. */
struct span {
	const char *bytes;
	size_t len;
	bool escaped;
};

static enum err scan_value(struct scan *s);

__attribute__((format(printf, 4, 5))) static enum err
stop(struct scan *s, enum err err, size_t at, const char *format, ...)
{
	va_list args;

	if (s->fault == NULL)
		return err;
	s->fault->offset = at;
	va_start(args, format);
	(void)vsnprintf(
	    s->fault->reason, sizeof(s->fault->reason), format, args);
	va_end(args);
	return err;
}

/* The byte at hand; NUL, which is never right, at the end. */
static char
look(const struct scan *s)
{
	return s->at < s->len ? s->text[s->at] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
skip_space(struct scan *s)
{
	while (s->at < s->len &&
	       (s->text[s->at] == ' ' || s->text[s->at] == '\t' ||
		   s->text[s->at] == '\n' || s->text[s->at] == '\r'))
		s->at++;
}

static bool
accept(struct scan *s, char c)
{
	skip_space(s);
	if (s->at >= s->len || s->text[s->at] != c)
		return false;
	s->at++;
	return true;
}

static enum err
unexpected(struct scan *s, const char *expected)
{
	if (s->at >= s->len)
		return stop(s, ERR_INVALID, s->at, "ends where %s is expected",
		    expected);
	return stop(s, ERR_INVALID, s->at, "expected %s", expected);
}

static enum err
count_node(struct scan *s)
{
	if (++s->nodes > LIMIT_JSON_NODES_MAX)
		return stop(s, ERR_TOO_LARGE, s->at,
		    "more than %d values and keys", LIMIT_JSON_NODES_MAX);
	return OK;
}

static enum err
go_down(struct scan *s)
{
	if (++s->depth > LIMIT_JSON_DEPTH_MAX)
		return stop(s, ERR_TOO_LARGE, s->at, "more than %d levels",
		    LIMIT_JSON_DEPTH_MAX);
	return OK;
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The value of four hex digits at p, of which `left` bytes are there, or -1. */
static long
hex4(const char *p, size_t left)
{
	long value = 0;
	int i;

	if (left < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		int digit = hex_value(p[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static bool
is_high(long unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool
is_low(long unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* \uXXXX, or two of them for what lies beyond the first plane; at the 'u'. */
static enum err
scan_unicode(struct scan *s)
{
	size_t from = s->at - 1;
	long unit = hex4(s->text + s->at + 1, s->len - s->at - 1);

	if (unit < 0)
		return stop(s, ERR_INVALID, from, "\\u without 4 hex digits");
	if (unit == 0)
		return stop(s, ERR_INVALID, from, "\\u0000 is not accepted");
	s->at += 5;
	if (is_low(unit))
		return stop(s, ERR_INVALID, from, "half of a surrogate pair");
	if (!is_high(unit))
		return OK;
	if (s->len - s->at < 6 || s->text[s->at] != '\\' ||
	    s->text[s->at + 1] != 'u' || !is_low(hex4(s->text + s->at + 2, 4)))
		return stop(s, ERR_INVALID, from, "half of a surrogate pair");
	s->at += 6;
	return OK;
}

static enum err
scan_escape(struct scan *s)
{
	s->at++;
	if (look(s) == 'u')
		return scan_unicode(s);
	if (look(s) == '\0' || strchr("\"\\/bfnrt", look(s)) == NULL)
		return stop(s, ERR_INVALID, s->at - 1, "unknown escape");
	s->at++;
	return OK;
}

static enum err
scan_string(struct scan *s, struct span *span)
{
	size_t from = ++s->at;
	uint64_t high = 0;
	enum err err;

	span->bytes = s->text + from;
	span->escaped = false;
	while (s->at < s->len) {
		s->at += json_run(s->text + s->at, s->len - s->at, &high);
		if (s->at == s->len || s->text[s->at] == '"')
			break;
		if (s->text[s->at] != '\\')
			return stop(s, ERR_INVALID, s->at,
			    "control character in a string");
		span->escaped = true;
		err = scan_escape(s);
		if (err != OK)
			return err;
	}
	if (s->at >= s->len)
		return stop(s, ERR_INVALID, from - 1, "string without an end");
	span->len = s->at - from;
	s->at++;
	if (high != 0 && !utf8_valid(span->bytes, span->len))
		return stop(s, ERR_INVALID, from, "not UTF-8 in a string");
	return OK;
}

static size_t
put_utf8(char *out, long c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Writes the span, which scan_string took, without escapes; never longer. */
static size_t
undo_escapes(const struct span *span, char *out)
{
	static const char written[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	size_t i = 0, n = 0;

	while (i < span->len) {
		long c;

		if (span->bytes[i] != '\\') {
			out[n++] = span->bytes[i++];
			continue;
		}
		if (span->bytes[i + 1] != 'u') {
			out[n++] = meant[strchr(written, span->bytes[i + 1]) -
					 written];
			i += 2;
			continue;
		}
		c = hex4(span->bytes + i + 2, 4);
		i += 6;
		if (is_high(c)) {
			c = 0x10000 + ((c - 0xd800) << 10) +
			    (hex4(span->bytes + i + 2, 4) - 0xdc00);
			i += 6;
		}
		n += put_utf8(out + n, c);
	}
	return n;
}

static enum err
remember_key(
    struct scan *s, struct json_object *object, const struct span *span)
{
	char *plain;
	size_t len;
	enum err err;

	if (!span->escaped)
		return json_keys_add(
		    &s->keys, object, span->bytes, span->len, true);
	plain = malloc(span->len + 1);
	if (plain == NULL)
		return ERR_MEMORY;
	len = undo_escapes(span, plain);
	err = json_keys_add(&s->keys, object, plain, len, false);
	free(plain);
	return err;
}

/* How many bytes of the span to show: whole characters. */
static int
shown(const struct span *span)
{
	size_t len = span->len;

	if (len > KEY_SHOWN_MAX)
		for (len = KEY_SHOWN_MAX;
		     len > 0 &&
		     ((unsigned char)span->bytes[len] & 0xc0) == 0x80;)
			len--;
	return (int)len;
}

static enum err
scan_key(struct scan *s, struct json_object *object)
{
	struct span span = {0};
	size_t from;
	enum err err;

	skip_space(s);
	from = s->at;
	if (look(s) != '"')
		return unexpected(s, "a key in quotes");
	err = count_node(s);
	if (err == OK)
		err = scan_string(s, &span);
	if (err == OK)
		err = remember_key(s, object, &span);
	if (err == ERR_CONFLICT)
		return stop(s, ERR_INVALID, from, "duplicate key \"%.*s\"",
		    shown(&span), span.bytes);
	return err;
}

static enum err
scan_object(struct scan *s)
{
	struct json_object object;
	enum err err = go_down(s);

	s->at++;
	if (err != OK)
		return err;
	json_keys_open(&s->keys, &object);
	if (accept(s, '}'))
		goto up;
	do {
		err = scan_key(s, &object);
		if (err != OK)
			return err;
		if (!accept(s, ':'))
			return unexpected(s, "\":\"");
		err = scan_value(s);
		if (err != OK)
			return err;
	} while (accept(s, ','));
	if (!accept(s, '}'))
		return unexpected(s, "\",\" or \"}\"");
up:
	json_keys_close(&s->keys, &object);
	s->depth--;
	return OK;
}

static enum err
scan_array(struct scan *s)
{
	enum err err = go_down(s);

	s->at++;
	if (err != OK)
		return err;
	if (accept(s, ']'))
		goto up;
	do {
		err = scan_value(s);
		if (err != OK)
			return err;
	} while (accept(s, ','));
	if (!accept(s, ']'))
		return unexpected(s, "\",\" or \"]\"");
up:
	s->depth--;
	return OK;
}

static enum err
scan_number(struct scan *s)
{
	const char *reason = NULL;
	size_t used;
	enum err err = json_number_scan(
	    s->text + s->at, s->len - s->at, s->big, &used, &reason);

	if (err != OK)
		return stop(s, err, s->at, "%s", reason);
	s->at += used;
	return OK;
}

static enum err
scan_word(struct scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (s->len - s->at >= len &&
		    memcmp(s->text + s->at, words[i], len) == 0) {
			s->at += len;
			return OK;
		}
	}
	return unexpected(s, "a value");
}

static enum err
scan_value(struct scan *s)
{
	struct span span;
	enum err err;

	skip_space(s);
	err = count_node(s);
	if (err != OK)
		return err;
	if (look(s) == '{')
		return scan_object(s);
	if (look(s) == '[')
		return scan_array(s);
	if (look(s) == '"')
		return scan_string(s, &span);
	if (look(s) == '-' || is_digit(look(s)))
		return scan_number(s);
	return scan_word(s);
}

enum err
json_scan(const char *text, size_t len, bool big, struct json_fault *fault)
{
	struct scan s;
	enum err err;

	/* Not all of it: its keys are kilobytes. */
	s.text = text;
	s.len = len;
	s.at = s.depth = s.nodes = 0;
	s.big = big;
	s.fault = fault;
	json_keys_init(&s.keys);

	if (len > LIMIT_JSON_BYTES_MAX)
		return stop(&s, ERR_TOO_LARGE, LIMIT_JSON_BYTES_MAX,
		    "more than %d bytes", LIMIT_JSON_BYTES_MAX);
	err = scan_value(&s);
	if (err == OK) {
		skip_space(&s);
		if (s.at < s.len)
			err = stop(&s, ERR_INVALID, s.at,
			    "bytes after the end of the document");
	}
	json_keys_fini(&s.keys);
	return err;
}
