/* One entry: form, place in the chain, digests of what is still there. */
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/verify/layout.h"

static const char *
check_head(const struct verify_chain *chain, const unsigned char *at)
{
	if (get_be16(at + RECORD_FORMAT) != 1)
		return "the entry has an unknown format";
	if (get_be64(at + ENTRY_SEQ) != chain->seq + 1)
		return "the entry does not have the next number";
	if (get_be64(at + ENTRY_TIME) < chain->time_ms)
		return "the entry is older than the one before";
	if (get_be16(at + ENTRY_KIND) == 0 || at[ENTRY_SUBJECT] > SUBJECT_MAX ||
	    at[ENTRY_FLAGS] > 1 || get_be32(at + ENTRY_ZERO) != 0 ||
	    get_be16(at + ENTRY_PARTS) > LIMIT_PUSH_ALERTS_MAX)
		return "the entry's header holds what none may hold";
	return NULL;
}

static bool
chains(const struct verify_chain *chain, const unsigned char *at, size_t after)
{
	unsigned char hash[VERIFY_HASH_BYTES];
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	crypto_generichash_update(&state, chain->hash, sizeof(hash));
	crypto_generichash_update(
	    &state, at + RECORD_FORMAT, ENTRY_CHAIN - RECORD_FORMAT);
	crypto_generichash_update(&state, at + ENTRY_HEAD, after);
	crypto_generichash_final(&state, hash, sizeof(hash));
	return memcmp(hash, at + ENTRY_CHAIN, sizeof(hash)) == 0;
}

/* The part at `at`, of which left bytes are the entry's.  *used: its length. */
static const char *
check_part(const unsigned char *row, const unsigned char *at, size_t left,
    size_t *used, uint64_t *erased)
{
	unsigned char hash[VERIFY_HASH_BYTES];
	size_t len = get_be32(row + ROW_BYTES);
	unsigned kind = get_be16(row);

	if (kind == 0 || kind > PART_KIND_MAX || get_be16(row + ROW_ZERO) != 0)
		return "the entry has a part of an unknown kind";
	if (left < 1 || at[0] > 1)
		return "a part of the entry is neither present nor erased";
	*used = 1;
	if (at[0] == 0) {
		(*erased)++;
		return NULL;
	}
	if (left - 1 < PART_KEY || left - 1 - PART_KEY < len)
		return "a part of the entry reaches beyond its end";
	*used += PART_KEY + len;
	crypto_generichash(
	    hash, sizeof(hash), at + 1 + PART_KEY, len, at + 1, PART_KEY);
	if (memcmp(hash, row + ROW_DIGEST, sizeof(hash)) != 0)
		return "a part of the entry does not have its digest";
	return NULL;
}

static const char *
check_parts(const unsigned char *at, size_t len, size_t from, uint64_t *erased)
{
	const unsigned char *row = at + ENTRY_HEAD;
	size_t parts = get_be16(at + ENTRY_PARTS), used = 0;
	const char *what;

	for (; parts > 0; parts--, row += ROW_LEN, from += used) {
		what = check_part(row, at + from, len - from, &used, erased);
		if (what != NULL)
			return what;
	}
	if (len - from >= RECORD_ALIGN || !verify_zeros(at + from, len - from))
		return "the entry does not end where its parts do";
	return NULL;
}

const char *
verify_entry(struct verify_chain *chain, const unsigned char *at, size_t room,
    size_t *len, uint64_t *erased)
{
	size_t rows, facts, from;
	const char *what;

	*len = get_be32(at + RECORD_LEN);
	if (*len < ENTRY_HEAD || *len > room || *len % RECORD_ALIGN != 0 ||
	    *len > LIMIT_ENTRY_BYTES_MAX) {
		*len = 0;
		return "the entry's length cannot be";
	}
	what = check_head(chain, at);
	if (what != NULL)
		return what;
	rows = get_be16(at + ENTRY_PARTS) * (size_t)ROW_LEN;
	facts = get_be32(at + ENTRY_FACTS);
	if (rows > *len - ENTRY_HEAD || facts > *len - ENTRY_HEAD - rows)
		return "the entry's facts reach beyond its end";
	from = ENTRY_HEAD + rows + facts;
	if (!chains(chain, at, rows + facts))
		return "the entry's chain hash does not follow from the one "
		       "before";
	what = check_parts(at, *len, from, erased);
	if (what != NULL)
		return what;

	chain->seq++;
	chain->time_ms = get_be64(at + ENTRY_TIME);
	memcpy(chain->hash, at + ENTRY_CHAIN, sizeof(chain->hash));
	chain->inside = at[ENTRY_FLAGS] != 0;
	return NULL;
}
