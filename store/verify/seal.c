/* One seal: form, signature, and that it seals what is there. */
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/verify/layout.h"

static bool
signature_holds(const struct sealing *sealing, const unsigned char *at)
{
	static const char purpose[] = "tocsin seal 1";
	unsigned char message[sizeof(purpose) - 1 + VERIFY_STORE_ID_BYTES +
			      SEAL_SIGNATURE - SEAL_SIGNED];
	unsigned char *to = message;

	memcpy(to, purpose, sizeof(purpose) - 1);
	to += sizeof(purpose) - 1;
	memcpy(to, sealing->store_id, VERIFY_STORE_ID_BYTES);
	to += VERIFY_STORE_ID_BYTES;
	memcpy(to, at + SEAL_SIGNED, SEAL_SIGNATURE - SEAL_SIGNED);
	return crypto_sign_verify_detached(at + SEAL_SIGNATURE, message,
		   sizeof(message), sealing->key) == 0;
}

/* The chain hash at a number of this segment, or just before it. */
static const unsigned char *
hash_at(const struct sealing *sealing, uint64_t seq)
{
	uint64_t i = seq - sealing->before;

	if (i == 0)
		return sealing->before_hash;
	return sealing->bytes + sealing->entries[i - 1] + ENTRY_CHAIN;
}

const char *
verify_seal(struct verify_chain *chain, const struct sealing *sealing,
    const unsigned char *at, size_t room)
{
	unsigned flags;
	uint64_t seq;

	if (room < SEAL_LEN || get_be32(at + RECORD_LEN) != SEAL_LEN ||
	    get_be16(at + RECORD_FORMAT) != 1 || get_be32(at + SEAL_ZERO) != 0)
		return "the seal's form is wrong";
	flags = get_be16(at + SEAL_FLAGS);
	seq = get_be64(at + SEAL_SEQ);
	if (flags > (SEAL_ENDS | SEAL_CLOSES))
		return "the seal has unknown flags";
	if (get_be64(at + SEAL_SEGMENT) != sealing->segment)
		return "the seal is another segment's";
	if (seq < sealing->before || seq > chain->seq)
		return "the seal seals an entry that is not in this segment";
	if (flags != 0 && seq != chain->seq)
		return "the seal ends the segment, but not at its last entry";
	if (memcmp(at + SEAL_HASH, hash_at(sealing, seq), VERIFY_HASH_BYTES) !=
	    0)
		return "the seal's hash is not the chain's at its number";
	if (!signature_holds(sealing, at))
		return "the seal's signature is not by the segment's key";
	chain->ended = (flags & SEAL_ENDS) != 0;
	chain->closed = (flags & SEAL_CLOSES) != 0;
	return NULL;
}
