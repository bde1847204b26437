/*
 * The verifier on hostile bytes: once as they are, once as the groups of a
 * segment with a good header, where what looks like a group's header gets its
 * checksum and what looks like an entry its number and chain hash, so that the
 * bytes behind them are reached.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/verify/layout.h"

enum { BLOCKS_MAX = 32, SECRET_BYTES = 64 };

static unsigned char root[VERIFY_KEY_BYTES], secret[SECRET_BYTES];

static void
put_header(unsigned char *bytes, size_t len)
{
	static const char purpose[] = "tocsin segment 1";
	unsigned char message[sizeof(purpose) - 1 + HEAD_SIGNATURE];

	memcpy(bytes, "TOCSINJ1", 8);
	put_be32(bytes + HEAD_FORMAT, 1);
	put_be32(bytes + HEAD_BLOCK, BLOCK);
	put_be64(bytes + HEAD_NUMBER, 1);
	put_be64(bytes + HEAD_FIRST, 1);
	put_be64(bytes + HEAD_SIZE, len);
	memcpy(bytes + HEAD_KEY, root, sizeof(root));
	memcpy(message, purpose, sizeof(purpose) - 1);
	memcpy(message + sizeof(purpose) - 1, bytes, HEAD_SIGNATURE);
	crypto_sign_detached(
	    bytes + HEAD_SIGNATURE, NULL, message, sizeof(message), secret);
	crypto_generichash(
	    bytes + HEAD_SUM, VERIFY_HASH_BYTES, bytes, HEAD_SUM, NULL, 0);
}

static void
chain(unsigned char *entry, size_t len, unsigned char *hash)
{
	size_t after = get_be16(entry + ENTRY_PARTS) * (size_t)ROW_LEN +
		       get_be32(entry + ENTRY_FACTS);
	crypto_generichash_state state;

	if (after > len - ENTRY_HEAD)
		return;
	crypto_generichash_init(&state, NULL, 0, VERIFY_HASH_BYTES);
	crypto_generichash_update(&state, hash, VERIFY_HASH_BYTES);
	crypto_generichash_update(
	    &state, entry + RECORD_FORMAT, ENTRY_CHAIN - RECORD_FORMAT);
	crypto_generichash_update(&state, entry + ENTRY_HEAD, after);
	crypto_generichash_final(&state, hash, VERIFY_HASH_BYTES);
	memcpy(entry + ENTRY_CHAIN, hash, VERIFY_HASH_BYTES);
}

/* Numbers and chains the entries of a group; returns where the chain stands. */
static uint64_t
mend_entries(unsigned char *at, size_t len, uint64_t seq, unsigned char *hash)
{
	size_t offset = GROUP_HEAD, record;

	for (; offset + RECORD_ALIGN <= len; offset += record) {
		record = get_be32(at + offset + RECORD_LEN);
		if (record < RECORD_ALIGN || record > len - offset)
			break;
		if (memcmp(at + offset, "TOCE", 4) != 0 || record < ENTRY_HEAD)
			continue;
		put_be64(at + offset + ENTRY_SEQ, ++seq);
		chain(at + offset, record, hash);
	}
	return seq;
}

static void
mend(unsigned char *bytes, size_t len)
{
	unsigned char hash[VERIFY_HASH_BYTES] = {0}, sum[VERIFY_HASH_BYTES];
	size_t at = BLOCK, group_len;
	uint64_t seq = 0;

	while (at < len) {
		group_len = get_be32(bytes + at + GROUP_LEN);
		if (memcmp(bytes + at, "TOCG", 4) != 0 ||
		    group_len < GROUP_HEAD || group_len > len - at) {
			at += BLOCK;
			continue;
		}
		put_be64(bytes + at + GROUP_FIRST, seq + 1);
		memcpy(bytes + at + GROUP_BEFORE, hash, sizeof(hash));
		crypto_generichash(sum, sizeof(sum), bytes + at, GROUP_SUM,
		    bytes + HEAD_KEY, VERIFY_KEY_BYTES);
		memcpy(bytes + at + GROUP_SUM, sum, GROUP_SUM_LEN);
		seq = mend_entries(bytes + at, group_len, seq, hash);
		at += (group_len + BLOCK - 1) / BLOCK * BLOCK;
	}
}

static void
verify(const unsigned char *bytes, size_t len, bool last, bool headed)
{
	struct verify_report report = {0};
	struct verify_chain chain;

	verify_begin(&chain, root, NULL, 0);
	(void)verify_segment(
	    &chain, "journal/0000000000000001.seg", bytes, len, last, &report);
	verify_end(&chain, &report);
	assert(report.fault.offset <= len && report.torn.offset <= len);
	assert(!headed || report.segments == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char seed[32] = {1};
	unsigned char *bytes;
	size_t len;

	if (size > (BLOCKS_MAX - 1) * BLOCK)
		return 0;
	crypto_sign_seed_keypair(root, secret, seed);
	verify(data, size, true, false);
	len = (size + BLOCK - 1) / BLOCK * BLOCK + BLOCK;
	bytes = calloc(1, len);
	if (bytes == NULL)
		return 0;
	memcpy(bytes + BLOCK, data, size);
	put_header(bytes, len);
	mend(bytes, len);
	verify(bytes, len, true, true);
	verify(bytes, len, false, true);
	free(bytes);
	return 0;
}
