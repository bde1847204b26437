/* The header of a segment, the header of a group, the frame of a record. */
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/segment_codec.h"

static const unsigned char segment_magic[8] = "TOCSINJ1";
static const char purpose[] = "tocsin segment 1";

enum {
	AT_MAGIC = 0,
	AT_FORMAT = 8,
	AT_BLOCK = 12,
	AT_NUMBER = 16,
	AT_FIRST = 24,
	AT_BYTES = 32,
	AT_BEGUN = 40,
	AT_STORE = 48,
	AT_BEFORE = 64,
	AT_KEY = 96,
	AT_SIGNATURE = 128,
	AT_SUM = 192,
	AT_ZEROS = 224,

	GROUP_MAGIC = 0x544f4347, /* "TOCG" */
	GROUP_AT_MAGIC = 0,
	GROUP_AT_LEN = 4,
	GROUP_AT_FIRST = 8,
	GROUP_AT_RECORDS = 16,
	GROUP_AT_ZERO = 20,
	GROUP_AT_BEFORE = 24,
	GROUP_AT_SUM = 56,
	GROUP_SUM_BYTES = 8,

	RECORD_MAGIC_ENTRY = 0x544f4345, /* "TOCE" */
	RECORD_MAGIC_SEAL = 0x544f4353, /* "TOCS" */
	RECORD_AT_LEN = 4,
	RECORD_ALIGN = 8,

	PURPOSE_BYTES = sizeof(purpose) - 1,
	MESSAGE_BYTES = PURPOSE_BYTES + AT_SIGNATURE
};

static void
message_of(const unsigned char *block, unsigned char message[MESSAGE_BYTES])
{
	memcpy(message, purpose, PURPOSE_BYTES);
	memcpy(message + PURPOSE_BYTES, block, AT_SIGNATURE);
}

void
segment_header_write(const struct segment_header *header,
    const unsigned char *secret, unsigned char *block)
{
	unsigned char message[MESSAGE_BYTES];

	memset(block, 0, SEGMENT_BLOCK_BYTES);
	memcpy(block + AT_MAGIC, segment_magic, sizeof(segment_magic));
	put_be32(block + AT_FORMAT, SEGMENT_FORMAT);
	put_be32(block + AT_BLOCK, SEGMENT_BLOCK_BYTES);
	put_be64(block + AT_NUMBER, header->number);
	put_be64(block + AT_FIRST, header->first_seq);
	put_be64(block + AT_BYTES, header->bytes);
	put_be64(block + AT_BEGUN, header->begun_ms);
	memcpy(block + AT_STORE, header->store_id, STORE_ID_BYTES);
	memcpy(block + AT_BEFORE, header->before, HASH_BYTES);
	memcpy(block + AT_KEY, header->key, SEAL_KEY_BYTES);
	message_of(block, message);
	crypto_sign_detached(
	    block + AT_SIGNATURE, NULL, message, sizeof(message), secret);
	crypto_generichash(block + AT_SUM, HASH_BYTES, block, AT_SUM, NULL, 0);
}

enum err
segment_header_read(const unsigned char *block, struct segment_header *header)
{
	unsigned char sum[HASH_BYTES];
	size_t i;

	crypto_generichash(sum, sizeof(sum), block, AT_SUM, NULL, 0);
	if (memcmp(block + AT_MAGIC, segment_magic, sizeof(segment_magic)) !=
		0 ||
	    memcmp(block + AT_SUM, sum, sizeof(sum)) != 0 ||
	    get_be32(block + AT_FORMAT) != SEGMENT_FORMAT ||
	    get_be32(block + AT_BLOCK) != SEGMENT_BLOCK_BYTES)
		return ERR_CORRUPT;
	for (i = AT_ZEROS; i < SEGMENT_BLOCK_BYTES; i++)
		if (block[i] != 0)
			return ERR_CORRUPT;

	header->number = get_be64(block + AT_NUMBER);
	header->first_seq = get_be64(block + AT_FIRST);
	header->bytes = get_be64(block + AT_BYTES);
	header->begun_ms = get_be64(block + AT_BEGUN);
	memcpy(header->store_id, block + AT_STORE, STORE_ID_BYTES);
	memcpy(header->before, block + AT_BEFORE, HASH_BYTES);
	memcpy(header->key, block + AT_KEY, SEAL_KEY_BYTES);
	return header->number > 0 && header->first_seq > 0 &&
		       header->bytes % SEGMENT_BLOCK_BYTES == 0 &&
		       header->bytes >=
			   SEGMENT_BLOCKS_MIN * (uint64_t)SEGMENT_BLOCK_BYTES &&
		       header->bytes <= SEGMENT_BYTES_MAX
		   ? OK
		   : ERR_CORRUPT;
}

bool
segment_header_signed(const unsigned char *block, const unsigned char *key)
{
	unsigned char message[MESSAGE_BYTES];

	message_of(block, message);
	return crypto_sign_verify_detached(
		   block + AT_SIGNATURE, message, sizeof(message), key) == 0;
}

uint64_t
group_span(uint64_t len)
{
	return (len + SEGMENT_BLOCK_BYTES - 1) / SEGMENT_BLOCK_BYTES *
	       SEGMENT_BLOCK_BYTES;
}

void
group_write(
    const struct group *group, const unsigned char *key, unsigned char *at)
{
	unsigned char sum[HASH_BYTES];

	put_be32(at + GROUP_AT_MAGIC, GROUP_MAGIC);
	put_be32(at + GROUP_AT_LEN, group->len);
	put_be64(at + GROUP_AT_FIRST, group->first_seq);
	put_be32(at + GROUP_AT_RECORDS, group->records);
	put_be32(at + GROUP_AT_ZERO, 0);
	memcpy(at + GROUP_AT_BEFORE, group->before, HASH_BYTES);
	crypto_generichash(
	    sum, sizeof(sum), at, GROUP_AT_SUM, key, SEAL_KEY_BYTES);
	memcpy(at + GROUP_AT_SUM, sum, GROUP_SUM_BYTES);
}

bool
group_read(const unsigned char *at, uint64_t room, const unsigned char *key,
    struct group *group)
{
	unsigned char sum[HASH_BYTES];
	uint64_t len;

	if (room < SEGMENT_BLOCK_BYTES ||
	    get_be32(at + GROUP_AT_MAGIC) != GROUP_MAGIC)
		return false;
	len = get_be32(at + GROUP_AT_LEN);
	if (len < GROUP_HEADER_BYTES || len > GROUP_LEN_MAX ||
	    len % RECORD_ALIGN != 0 || group_span(len) > room ||
	    get_be32(at + GROUP_AT_ZERO) != 0)
		return false;
	crypto_generichash(
	    sum, sizeof(sum), at, GROUP_AT_SUM, key, SEAL_KEY_BYTES);
	if (memcmp(at + GROUP_AT_SUM, sum, GROUP_SUM_BYTES) != 0)
		return false;
	*group = (struct group){
	    .len = (uint32_t)len,
	    .records = get_be32(at + GROUP_AT_RECORDS),
	    .first_seq = get_be64(at + GROUP_AT_FIRST),
	    .before = at + GROUP_AT_BEFORE,
	};
	return true;
}

enum record_type
record_frame(const unsigned char *at, size_t room, size_t *len)
{
	enum record_type type;

	if (room < RECORD_ALIGN)
		return RECORD_NONE;
	switch (get_be32(at)) {
	case RECORD_MAGIC_ENTRY:
		type = RECORD_ENTRY;
		break;
	case RECORD_MAGIC_SEAL:
		type = RECORD_SEAL;
		break;
	default:
		return RECORD_NONE;
	}
	*len = get_be32(at + RECORD_AT_LEN);
	if (*len < RECORD_ALIGN || *len > room || *len % RECORD_ALIGN != 0)
		return RECORD_NONE;
	return type;
}
