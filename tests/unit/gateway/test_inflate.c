#include "gateway/inflate.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PACKED_MAX = 4096, GZIP = 15 + 16, ZLIB = 15 };

static size_t
pack(const char *text, size_t len, int form, char *out)
{
	z_stream stream = {0};

	cr_assert_eq(
	    deflateInit2(&stream, 9, Z_DEFLATED, form, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	stream.next_in = (Bytef *)(uintptr_t)text;
	stream.avail_in = (uInt)len;
	stream.next_out = (Bytef *)out;
	stream.avail_out = PACKED_MAX;
	cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&stream);
	return PACKED_MAX - stream.avail_out;
}

Test(inflate_body, gives_what_was_packed_up_to_the_limit)
{
	static const int forms[] = {GZIP, ZLIB};
	static char text[200000];
	char packed[PACKED_MAX], *bytes;
	size_t i, len, packed_len;

	memset(text, 'x', sizeof(text));
	for (i = 0; i < 2; i++) {
		packed_len = pack(text, sizeof(text), forms[i], packed);
		cr_assert_eq(
		    inflate_body((struct wire_part){packed, packed_len},
			sizeof(text), &bytes, &len),
		    OK);
		cr_assert_eq(len, sizeof(text));
		cr_assert_eq(memcmp(bytes, text, len), 0);
		free(bytes);
		cr_assert_eq(
		    inflate_body((struct wire_part){packed, packed_len},
			sizeof(text) - 1, &bytes, &len),
		    ERR_TOO_LARGE);
		cr_assert_null(bytes);
	}
}

Test(inflate_body, joins_members_and_refuses_what_is_cut_or_goes_on)
{
	char packed[PACKED_MAX], *bytes;
	size_t first = pack("ab", 2, GZIP, packed), len, cut;
	size_t both = first + pack("cd", 2, GZIP, packed + first);

	cr_assert_eq(
	    inflate_body((struct wire_part){packed, both}, 4, &bytes, &len),
	    OK);
	cr_assert_eq(len, 4);
	cr_assert_eq(memcmp(bytes, "abcd", 4), 0);
	free(bytes);
	for (cut = 0; cut < first; cut++)
		cr_assert_eq(inflate_body((struct wire_part){packed, cut}, 4,
				 &bytes, &len),
		    ERR_INVALID, "%zu", cut);
	for (cut = first + 1; cut < both; cut++)
		cr_assert_eq(inflate_body((struct wire_part){packed, cut}, 4,
				 &bytes, &len),
		    ERR_INVALID, "%zu", cut);
	packed[both] = 'x';
	cr_assert_eq(
	    inflate_body((struct wire_part){packed, both + 1}, 4, &bytes, &len),
	    ERR_INVALID);
}
