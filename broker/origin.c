#include "broker/origin.h"

#include <stdlib.h>
#include <string.h>

#include "broker/moment.h"
#include "protocol/bytes.h"

enum { LENGTH_BYTES = 2 };

static size_t
envelope_bytes(const struct wire_message *message, size_t frames)
{
	size_t i, sum = 0;

	for (i = 0; i < frames; i++)
		sum += wire_frame(message, i).len;
	return sum;
}

enum err
origin_new(struct front *front, const struct wire_message *message,
    const struct wire_view *view, struct origin **origin)
{
	size_t bytes = envelope_bytes(message, view->envelope), i;
	struct origin *made;
	unsigned char *at;

	*origin = NULL;
	if (bytes > LIMIT_ENVELOPE_BYTES_MAX)
		return ERR_TOO_LARGE;
	bytes += view->envelope * LENGTH_BYTES + view->b.len;
	made = malloc(sizeof(*made) + bytes);
	if (made == NULL)
		return ERR_MEMORY;
	memset(made, 0, sizeof(*made));
	made->front = front;
	made->fd = -1;
	made->envelope = view->envelope;
	made->began_us = moment_steady_us();
	at = made->bytes;
	for (i = 0; i < view->envelope; i++) {
		struct wire_part part = wire_frame(message, i);

		put_be16(at, (uint16_t)part.len);
		if (part.len > 0)
			memcpy(at + LENGTH_BYTES, part.bytes, part.len);
		at += LENGTH_BYTES + part.len;
	}
	made->id = (const char *)at;
	made->id_len = view->b.len;
	if (view->b.len > 0)
		memcpy(at, view->b.bytes, view->b.len);
	*origin = made;
	return OK;
}

void
origin_free(struct origin **origin)
{
	free(*origin);
	*origin = NULL;
}

struct origin *
origin_copy(const struct origin *origin)
{
	size_t id_at = (size_t)(origin->id - (const char *)origin->bytes);
	size_t bytes = sizeof(*origin) + id_at + origin->id_len;
	struct origin *copy = malloc(bytes);

	if (copy == NULL)
		return NULL;
	memcpy(copy, origin, bytes);
	copy->id = (const char *)copy->bytes + id_at;
	return copy;
}

enum err
origin_address(const struct origin *origin, struct wire_message *message)
{
	const unsigned char *at = origin->bytes;
	enum err err = OK;
	size_t i;

	for (i = 0; err == OK && i < origin->envelope; i++) {
		size_t len = get_be16(at);

		err = wire_add(message, at + LENGTH_BYTES, len);
		at += LENGTH_BYTES + len;
	}
	if (err == OK)
		err = wire_add(message, "TOC1", 4);
	if (err == OK)
		err = wire_add(message, origin->id, origin->id_len);
	return err;
}

/* The first frame is the routing id. */
bool
origin_same_peer(const struct origin *a, const struct origin *b)
{
	size_t len = get_be16(a->bytes);

	return a->front == b->front && len == get_be16(b->bytes) &&
	       memcmp(a->bytes + LENGTH_BYTES, b->bytes + LENGTH_BYTES, len) ==
		   0;
}

bool
origin_has_id(const struct origin *origin, const char *id, size_t len)
{
	return origin->id_len == len && memcmp(origin->id, id, len) == 0;
}

/* FNV-1a: it only tells one connection from the next on the same descriptor. */
uint64_t
origin_peer_hash(const struct origin *origin)
{
	uint64_t hash = 14695981039346656037u;
	size_t len = get_be16(origin->bytes), i;

	for (i = 0; i < len; i++)
		hash =
		    (hash ^ origin->bytes[LENGTH_BYTES + i]) * 1099511628211u;
	return hash;
}
