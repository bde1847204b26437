/*
 * Runs of bytes that a JSON string has as they are, eight at a time: what
 * strings of alerts are made of, but for a quote here and there.
 */
#ifndef TOCSIN_PROTOCOL_JSON_RUN_H
#define TOCSIN_PROTOCOL_JSON_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_RUN_EACH (UINT64_MAX / 255) /* 1 in each byte */
#define JSON_RUN_HIGH (JSON_RUN_EACH * 128)

/*
 * At how many of the bytes at text there is neither quote nor backslash nor
 * control character.  Sets a bit of *high when one of those is not ASCII.
 */
static inline size_t
json_run(const char *text, size_t len, uint64_t *high)
{
	size_t at = 0;

	while (len - at >= sizeof(uint64_t)) {
		uint64_t x, quote, slash, control;

		memcpy(&x, text + at, sizeof(x));
		quote = x ^ (JSON_RUN_EACH * '"');
		slash = x ^ (JSON_RUN_EACH * '\\');
		control = (x - JSON_RUN_EACH * 0x20) & ~x;
		quote = (quote - JSON_RUN_EACH) & ~quote;
		slash = (slash - JSON_RUN_EACH) & ~slash;
		if (((quote | slash | control) & JSON_RUN_HIGH) != 0)
			break;
		*high |= x & JSON_RUN_HIGH;
		at += sizeof(x);
	}
	while (at < len && text[at] != '"' && text[at] != '\\' &&
	       (unsigned char)text[at] >= 0x20) {
		*high |= (unsigned char)text[at] & 0x80;
		at++;
	}
	return at;
}

#endif
