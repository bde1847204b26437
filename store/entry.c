#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/entry.h"
#include "store/entry_layout.h"

static size_t
padded(size_t bytes)
{
	return (bytes + ENTRY_ALIGN - 1) / ENTRY_ALIGN * ENTRY_ALIGN;
}

static const unsigned char *
part_row(const struct entry *entry, size_t i)
{
	return entry->bytes + ENTRY_HEADER_BYTES + i * ENTRY_PART_ROW_BYTES;
}

static bool
all_zero(const unsigned char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* The fixed part: what can be said without looking at the parts. */
static bool
header_reads(const unsigned char *bytes, size_t len)
{
	size_t entry_len;

	if (len < ENTRY_HEADER_BYTES ||
	    get_be32(bytes + ENTRY_AT_MAGIC) != ENTRY_MAGIC)
		return false;
	entry_len = get_be32(bytes + ENTRY_AT_LEN);
	return entry_len >= ENTRY_HEADER_BYTES && entry_len <= len &&
	       entry_len <= LIMIT_ENTRY_BYTES_MAX &&
	       entry_len % ENTRY_ALIGN == 0 &&
	       get_be16(bytes + ENTRY_AT_FORMAT) == ENTRY_FORMAT &&
	       get_be16(bytes + ENTRY_AT_KIND) != 0 &&
	       get_be64(bytes + ENTRY_AT_SEQ) != 0 &&
	       bytes[ENTRY_AT_SUBJECT] <= SUBJECT_LAST &&
	       (bytes[ENTRY_AT_FLAGS] & ~ENTRY_MORE) == 0 &&
	       get_be16(bytes + ENTRY_AT_PARTS) <= ENTRY_PARTS_MAX &&
	       get_be32(bytes + ENTRY_AT_ZERO) == 0;
}

/*
 * Walks the parts from `at` on and returns where they end, or 0 when they do
 * not fit into len bytes or are none.
 */
static size_t
parts_end(const unsigned char *bytes, size_t at, size_t len, size_t parts)
{
	const unsigned char *row = bytes + ENTRY_HEADER_BYTES;
	size_t i, need;
	unsigned kind;

	for (i = 0; i < parts; i++, row += ENTRY_PART_ROW_BYTES) {
		kind = get_be16(row + PART_AT_KIND);
		if ((kind != PART_TEXT && kind != PART_PAYLOAD) ||
		    get_be16(row + PART_AT_ZERO) != 0 || at >= len)
			return 0;
		if (bytes[at] > 1)
			return 0;
		need = 1;
		if (bytes[at] == 1)
			need += ENTRY_KEY_BYTES +
				(size_t)get_be32(row + PART_AT_LEN);
		if (need > len - at)
			return 0;
		at += need;
	}
	return at;
}

enum err
entry_read(const unsigned char *bytes, size_t len, struct entry *entry)
{
	size_t entry_len, parts, facts_at, facts_len, end;

	if (!header_reads(bytes, len))
		return ERR_CORRUPT;
	entry_len = get_be32(bytes + ENTRY_AT_LEN);
	parts = get_be16(bytes + ENTRY_AT_PARTS);
	facts_at = ENTRY_HEADER_BYTES + parts * ENTRY_PART_ROW_BYTES;
	facts_len = get_be32(bytes + ENTRY_AT_FACTS_LEN);
	if (facts_at > entry_len || facts_len > entry_len - facts_at)
		return ERR_CORRUPT;
	end = parts_end(bytes, facts_at + facts_len, entry_len, parts);
	if (end == 0 || padded(end) != entry_len ||
	    !all_zero(bytes + end, entry_len - end))
		return ERR_CORRUPT;

	*entry = (struct entry){
	    .kind = get_be16(bytes + ENTRY_AT_KIND),
	    .actor = get_be32(bytes + ENTRY_AT_ACTOR),
	    .subject = {.type = (enum subject_type)bytes[ENTRY_AT_SUBJECT],
		.part = get_be32(bytes + ENTRY_AT_SUBJECT_PART),
		.number = get_be64(bytes + ENTRY_AT_SUBJECT_NUMBER)},
	    .more = (bytes[ENTRY_AT_FLAGS] & ENTRY_MORE) != 0,
	    .seq = get_be64(bytes + ENTRY_AT_SEQ),
	    .time_ms = get_be64(bytes + ENTRY_AT_TIME),
	    .chain = bytes + ENTRY_AT_CHAIN,
	    .facts = (const char *)bytes + facts_at,
	    .facts_len = (uint32_t)facts_len,
	    .parts_count = parts,
	    .len = entry_len,
	    .bytes = bytes,
	};
	return OK;
}

/* The part that begins at `at`, and where the next one begins. */
static const unsigned char *
part_read(const unsigned char *row, const unsigned char *at, struct part *part)
{
	part->kind = (enum part_kind)get_be16(row + PART_AT_KIND);
	part->len = get_be32(row + PART_AT_LEN);
	part->present = at[0] == 1;
	part->bytes = NULL;
	if (!part->present)
		return at + 1;
	part->bytes = at + 1 + ENTRY_KEY_BYTES;
	return part->bytes + part->len;
}

void
entry_part(const struct entry *entry, size_t i, struct part *part)
{
	const unsigned char *at;
	size_t before;

	at = (const unsigned char *)entry->facts + entry->facts_len;
	for (before = 0; before <= i; before++)
		at = part_read(part_row(entry, before), at, part);
}

bool
entry_text(const struct entry *entry, struct part *part)
{
	const unsigned char *at;
	struct part found;
	size_t i;

	at = (const unsigned char *)entry->facts + entry->facts_len;
	for (i = 0; i < entry->parts_count; i++) {
		at = part_read(part_row(entry, i), at, &found);
		if (found.kind != PART_TEXT)
			continue;
		if (found.present)
			*part = found;
		return found.present;
	}
	return false;
}

void
entry_chain(const unsigned char *bytes, const unsigned char *previous,
    unsigned char out[HASH_BYTES])
{
	crypto_generichash_state state;
	size_t after;

	after =
	    get_be16(bytes + ENTRY_AT_PARTS) * (size_t)ENTRY_PART_ROW_BYTES +
	    get_be32(bytes + ENTRY_AT_FACTS_LEN);
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, previous, HASH_BYTES);
	crypto_generichash_update(
	    &state, bytes + ENTRY_AT_FORMAT, ENTRY_AT_CHAIN - ENTRY_AT_FORMAT);
	crypto_generichash_update(&state, bytes + ENTRY_HEADER_BYTES, after);
	crypto_generichash_final(&state, out, HASH_BYTES);
}

/* Does its hashed part hold nothing but what format 1 has names for today? */
static bool
words_known(const unsigned char *bytes)
{
	const unsigned char *row = bytes + ENTRY_HEADER_BYTES;
	size_t i, parts = get_be16(bytes + ENTRY_AT_PARTS);
	unsigned kind;

	if (bytes[ENTRY_AT_SUBJECT] > SUBJECT_LAST ||
	    (bytes[ENTRY_AT_FLAGS] & ~ENTRY_MORE) != 0 ||
	    parts > ENTRY_PARTS_MAX || get_be32(bytes + ENTRY_AT_ZERO) != 0)
		return false;
	for (i = 0; i < parts; i++, row += ENTRY_PART_ROW_BYTES) {
		kind = get_be16(row + PART_AT_KIND);
		if ((kind != PART_TEXT && kind != PART_PAYLOAD) ||
		    get_be16(row + PART_AT_ZERO) != 0)
			return false;
	}
	return true;
}

bool
entry_newer(
    const unsigned char *bytes, size_t len, const unsigned char *previous)
{
	unsigned char hash[HASH_BYTES];
	unsigned format;
	size_t hashed;

	if (len < ENTRY_HEADER_BYTES)
		return false;
	format = get_be16(bytes + ENTRY_AT_FORMAT);
	if (format != ENTRY_FORMAT)
		return format != 0;
	hashed =
	    get_be16(bytes + ENTRY_AT_PARTS) * (size_t)ENTRY_PART_ROW_BYTES +
	    get_be32(bytes + ENTRY_AT_FACTS_LEN);
	if (hashed > len - ENTRY_HEADER_BYTES || words_known(bytes))
		return false;
	entry_chain(bytes, previous, hash);
	return memcmp(hash, bytes + ENTRY_AT_CHAIN, HASH_BYTES) == 0;
}

bool
entry_chain_holds(const struct entry *entry, const unsigned char *previous)
{
	unsigned char hash[HASH_BYTES];

	entry_chain(entry->bytes, previous, hash);
	return memcmp(hash, entry->chain, HASH_BYTES) == 0;
}

void
entry_digest(const unsigned char *key, const unsigned char *bytes, size_t len,
    unsigned char out[HASH_BYTES])
{
	crypto_generichash(out, HASH_BYTES, bytes, len, key, ENTRY_KEY_BYTES);
}

bool
entry_parts_hold(const struct entry *entry)
{
	unsigned char hash[HASH_BYTES];
	const unsigned char *at, *row;
	struct part part;
	size_t i;

	at = (const unsigned char *)entry->facts + entry->facts_len;
	for (i = 0; i < entry->parts_count; i++) {
		row = part_row(entry, i);
		at = part_read(row, at, &part);
		if (!part.present)
			continue;
		entry_digest(
		    part.bytes - ENTRY_KEY_BYTES, part.bytes, part.len, hash);
		if (memcmp(hash, row + PART_AT_DIGEST, HASH_BYTES) != 0)
			return false;
	}
	return true;
}
