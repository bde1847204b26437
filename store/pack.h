/*
 * Keys and values of the tables, byte by byte, big-endian.  A pack is filled
 * from the left; its size is known from the layout, so that running over is a
 * fault of ours.  An unpack reads what LMDB holds: running over makes it bad.
 */
#ifndef TOCSIN_STORE_PACK_H
#define TOCSIN_STORE_PACK_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "protocol/bytes.h"
#include "store/lmdb.h"

struct pack {
	unsigned char *bytes;
	size_t len, size;
};

/* Declares an empty pack with room for `room` bytes. */
#define PACK(name, room)                                                       \
	unsigned char name##_bytes[room];                                      \
	struct pack name = {name##_bytes, 0, sizeof(name##_bytes)}

static inline unsigned char *
pack_room(struct pack *pack, size_t len)
{
	unsigned char *at = pack->bytes + pack->len;

	assert(len <= pack->size - pack->len);
	pack->len += len;
	return at;
}

static inline void
pack_u8(struct pack *pack, unsigned v)
{
	*pack_room(pack, 1) = (unsigned char)v;
}

static inline void
pack_u16(struct pack *pack, unsigned v)
{
	put_be16(pack_room(pack, 2), (uint16_t)v);
}

static inline void
pack_u32(struct pack *pack, uint32_t v)
{
	put_be32(pack_room(pack, 4), v);
}

static inline void
pack_u64(struct pack *pack, uint64_t v)
{
	put_be64(pack_room(pack, 8), v);
}

static inline void
pack_bytes(struct pack *pack, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(pack_room(pack, len), bytes, len);
}

/* A string of at most 255 bytes, behind its length. */
static inline void
pack_text(struct pack *pack, const char *text)
{
	size_t len = strlen(text);

	assert(len <= UINT8_MAX);
	pack_u8(pack, (unsigned)len);
	pack_bytes(pack, text, len);
}

static inline struct slice
pack_slice(const struct pack *pack)
{
	return (struct slice){pack->bytes, pack->len};
}

struct unpack {
	const unsigned char *bytes;
	size_t len;
	bool bad;
};

static inline struct unpack
unpack_begin(struct slice slice)
{
	return (struct unpack){slice.bytes, slice.len, false};
}

/* NULL, and bad, when there are not as many left. */
static inline const unsigned char *
unpack_take(struct unpack *from, size_t len)
{
	const unsigned char *at = from->bytes;

	if (from->bad || from->len < len) {
		from->bad = true;
		return NULL;
	}
	from->bytes += len;
	from->len -= len;
	return at;
}

static inline uint8_t
unpack_u8(struct unpack *from)
{
	const unsigned char *at = unpack_take(from, 1);

	return at == NULL ? 0 : *at;
}

static inline uint16_t
unpack_u16(struct unpack *from)
{
	const unsigned char *at = unpack_take(from, 2);

	return at == NULL ? 0 : get_be16(at);
}

static inline uint32_t
unpack_u32(struct unpack *from)
{
	const unsigned char *at = unpack_take(from, 4);

	return at == NULL ? 0 : get_be32(at);
}

static inline uint64_t
unpack_u64(struct unpack *from)
{
	const unsigned char *at = unpack_take(from, 8);

	return at == NULL ? 0 : get_be64(at);
}

static inline void
unpack_bytes(struct unpack *from, void *out, size_t len)
{
	const unsigned char *at = unpack_take(from, len);

	if (at != NULL && len > 0)
		memcpy(out, at, len);
}

/* out holds size bytes and is terminated. */
static inline void
unpack_text(struct unpack *from, char *out, size_t size)
{
	size_t len = unpack_u8(from);

	out[0] = '\0';
	if (len >= size) {
		from->bad = true;
		return;
	}
	unpack_bytes(from, out, len);
	out[from->bad ? 0 : len] = '\0';
}

/* Was all of it read, and no more? */
static inline enum err
unpack_end(const struct unpack *from)
{
	return from->bad || from->len > 0 ? ERR_CORRUPT : OK;
}

#endif
