/* Seals: their bytes and their signature. */
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/segment_codec.h"

enum {
	SEAL_MAGIC = 0x544f4353, /* "TOCS" */
	SEAL_FORMAT = 1,
	AT_MAGIC = 0,
	AT_LEN = 4,
	AT_FORMAT = 8,
	AT_FLAGS = 10,
	AT_ZERO = 12,
	AT_SEQ = 16,
	AT_TIME = 24,
	AT_HASH = 32,
	AT_SEGMENT = 64,
	AT_SIGNATURE = 72,
	SIGNED_FROM = 8,
	SIGNED_BYTES = AT_SIGNATURE - SIGNED_FROM
};

static const char purpose[] = "tocsin seal 1";

enum {
	PURPOSE_BYTES = sizeof(purpose) - 1,
	MESSAGE_BYTES = PURPOSE_BYTES + STORE_ID_BYTES + SIGNED_BYTES
};

static void
message_of(const unsigned char *at, const unsigned char *store_id,
    unsigned char message[MESSAGE_BYTES])
{
	memcpy(message, purpose, PURPOSE_BYTES);
	memcpy(message + PURPOSE_BYTES, store_id, STORE_ID_BYTES);
	memcpy(message + PURPOSE_BYTES + STORE_ID_BYTES, at + SIGNED_FROM,
	    SIGNED_BYTES);
}

void
seal_write(const struct seal *seal, const unsigned char *store_id,
    const unsigned char *secret, unsigned char *at)
{
	unsigned char message[MESSAGE_BYTES];

	put_be32(at + AT_MAGIC, SEAL_MAGIC);
	put_be32(at + AT_LEN, SEAL_BYTES);
	put_be16(at + AT_FORMAT, SEAL_FORMAT);
	put_be16(at + AT_FLAGS, seal->flags);
	put_be32(at + AT_ZERO, 0);
	put_be64(at + AT_SEQ, seal->seq);
	put_be64(at + AT_TIME, seal->time_ms);
	memcpy(at + AT_HASH, seal->hash, HASH_BYTES);
	put_be64(at + AT_SEGMENT, seal->segment);
	message_of(at, store_id, message);
	crypto_sign_detached(
	    at + AT_SIGNATURE, NULL, message, sizeof(message), secret);
}

bool
seal_read(const unsigned char *at, size_t room, struct seal *seal)
{
	if (room < SEAL_BYTES || get_be32(at + AT_MAGIC) != SEAL_MAGIC ||
	    get_be32(at + AT_LEN) != SEAL_BYTES ||
	    get_be16(at + AT_FORMAT) != SEAL_FORMAT ||
	    (get_be16(at + AT_FLAGS) & ~(SEAL_ENDS_SEGMENT | SEAL_CLOSED)) ||
	    get_be32(at + AT_ZERO) != 0)
		return false;
	*seal = (struct seal){
	    .flags = get_be16(at + AT_FLAGS),
	    .seq = get_be64(at + AT_SEQ),
	    .time_ms = get_be64(at + AT_TIME),
	    .segment = get_be64(at + AT_SEGMENT),
	    .hash = at + AT_HASH,
	};
	return true;
}

bool
seal_newer(const unsigned char *at, size_t len)
{
	unsigned format;

	if (len < AT_FLAGS)
		return false;
	format = get_be16(at + AT_FORMAT);
	return format != 0 && format != SEAL_FORMAT;
}

bool
seal_signed(const unsigned char *at, const unsigned char *store_id,
    const unsigned char *key)
{
	unsigned char message[MESSAGE_BYTES];

	message_of(at, store_id, message);
	return crypto_sign_verify_detached(
		   at + AT_SIGNATURE, message, sizeof(message), key) == 0;
}
