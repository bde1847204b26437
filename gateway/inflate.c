#include "gateway/inflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ROOM_FIRST = 16384, ANY_HEADER = 15 + 32 };

struct inflating {
	z_stream stream;
	char *bytes;
	size_t len, room, max;
};

/* One byte beyond max is had, to tell too much from just enough. */
static enum err
make_room(struct inflating *in)
{
	size_t room = in->room == 0 ? ROOM_FIRST : 2 * in->room;
	char *bytes;

	if (in->len < in->room)
		return OK;
	if (room > in->max + 1)
		room = in->max + 1;
	bytes = realloc(in->bytes, room);
	if (bytes == NULL)
		return ERR_MEMORY;
	in->bytes = bytes;
	in->room = room;
	return OK;
}

/* One step; *end is set behind the last member. */
static enum err
step(struct inflating *in, bool *end)
{
	enum err err = make_room(in);
	int rc;

	if (err != OK)
		return err;
	in->stream.next_out = (Bytef *)in->bytes + in->len;
	in->stream.avail_out = (uInt)(in->room - in->len);
	rc = inflate(&in->stream, Z_NO_FLUSH);
	in->len = in->room - in->stream.avail_out;
	if (in->len > in->max)
		return ERR_TOO_LARGE;
	if (rc == Z_OK)
		return OK;
	if (rc == Z_MEM_ERROR)
		return ERR_MEMORY;
	/* Z_BUF_ERROR, too: all was read, and its end was not in it. */
	if (rc != Z_STREAM_END)
		return ERR_INVALID;
	*end = in->stream.avail_in == 0;
	return *end || inflateReset(&in->stream) == Z_OK ? OK : ERR_INVALID;
}

enum err
inflate_body(struct wire_part packed, size_t max, char **bytes, size_t *len)
{
	struct inflating in = {.max = max};
	bool end = false;
	enum err err = OK;

	*bytes = NULL;
	*len = 0;
	in.stream.next_in = (Bytef *)(uintptr_t)packed.bytes;
	in.stream.avail_in = (uInt)packed.len;
	if (packed.len == 0)
		return ERR_INVALID;
	if (inflateInit2(&in.stream, ANY_HEADER) != Z_OK)
		return ERR_MEMORY;
	while (err == OK && !end)
		err = step(&in, &end);
	(void)inflateEnd(&in.stream);
	if (err != OK) {
		free(in.bytes);
		return err;
	}
	*bytes = in.bytes;
	*len = in.len;
	return OK;
}
