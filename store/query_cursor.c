/* Cursors: 'c', the kind of list, bytes; in hex.  Opaque to who holds one. */
#include <string.h>

#include "store/rows.h"

enum { CURSOR_MARK = 'c', CURSOR_BYTES_MAX = (CURSOR_TEXT_MAX - 1) / 2 };

static const char DIGITS[] = "0123456789abcdef";

void
cursor_write(unsigned kind, const unsigned char *bytes, size_t len,
    char out[CURSOR_TEXT_MAX])
{
	PACK(all, CURSOR_BYTES_MAX);

	pack_u8(&all, CURSOR_MARK);
	pack_u8(&all, kind);
	pack_bytes(&all, bytes, len);
	for (size_t i = 0; i < all.len; i++) {
		*out++ = DIGITS[all.bytes[i] >> 4];
		*out++ = DIGITS[all.bytes[i] & 15];
	}
	*out = '\0';
}

static int
digit(char c)
{
	const char *at = c == '\0' ? NULL : strchr(DIGITS, c);

	return at == NULL ? -1 : (int)(at - DIGITS);
}

enum err
cursor_read(unsigned kind, const char *text, unsigned char *bytes, size_t len,
    bool *given)
{
	unsigned char all[CURSOR_BYTES_MAX] = {0};
	size_t all_len = 2 + len;

	*given = text != NULL && text[0] != '\0';
	if (!*given)
		return OK;
	if (all_len > sizeof(all) || strlen(text) != 2 * all_len)
		return ERR_INVALID;
	for (size_t i = 0; i < all_len; i++) {
		int high = digit(text[2 * i]);
		int low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_INVALID;
		all[i] = (unsigned char)(high << 4 | low);
	}
	if (all[0] != CURSOR_MARK || all[1] != kind)
		return ERR_INVALID;
	memcpy(bytes, all + 2, len);
	return OK;
}
