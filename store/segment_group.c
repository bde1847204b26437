/* What of a group verifies. */
#include <string.h>

#include "store/segment_codec.h"

struct reading {
	const struct segment_header *header;
	struct chain_at now;
	bool inside; /* of a command: the last entry wants a successor */
	bool sealed; /* the last record is a seal of now.seq */
	struct seal seal;
};

static bool
all_zero(const unsigned char *bytes, size_t len)
{
	return len == 0 ||
	       (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static bool
take_entry(struct reading *reading, const unsigned char *at, size_t len)
{
	struct chain_at *now = &reading->now;
	struct entry entry;

	if (entry_read(at, len, &entry) != OK || entry.seq != now->seq + 1 ||
	    entry.time_ms < now->time_ms ||
	    !entry_chain_holds(&entry, now->hash) || !entry_parts_hold(&entry))
		return false;
	now->seq = entry.seq;
	now->time_ms = entry.time_ms;
	memcpy(now->hash, entry.chain, HASH_BYTES);
	reading->inside = entry.more;
	reading->sealed = false;
	return true;
}

static bool
take_seal(struct reading *reading, const unsigned char *at, size_t len)
{
	struct seal seal;

	if (!seal_read(at, len, &seal) ||
	    seal.segment != reading->header->number ||
	    seal.seq > reading->now.seq ||
	    !seal_signed(at, reading->header->store_id, reading->header->key))
		return false;
	reading->sealed = seal.seq == reading->now.seq;
	if (reading->sealed &&
	    memcmp(seal.hash, reading->now.hash, HASH_BYTES) != 0)
		return false;
	reading->seal = seal;
	return true;
}

/* A torn record has zeros where its format stands. */
static bool
record_newer(const unsigned char *at, size_t room, const unsigned char *before)
{
	size_t len;

	switch (record_frame(at, room, &len)) {
	case RECORD_ENTRY:
		return entry_newer(at, len, before);
	case RECORD_SEAL:
		return seal_newer(at, len);
	default:
		return false;
	}
}

static bool
take(struct reading *reading, const unsigned char *at, size_t room, size_t *len)
{
	switch (record_frame(at, room, len)) {
	case RECORD_ENTRY:
		return take_entry(reading, at, *len);
	case RECORD_SEAL:
		return take_seal(reading, at, *len);
	default:
		return false;
	}
}

static void
note_good(struct group_check *check, const struct reading *reading,
    uint32_t len, uint32_t records)
{
	check->good_len = len;
	check->good_records = records;
	check->good = reading->now;
	check->sealed = reading->sealed;
	if (!reading->sealed)
		return;
	check->seal_flags = reading->seal.flags;
	check->seal_ms = reading->seal.time_ms;
}

void
group_verify(const unsigned char *at, const struct group *group,
    const struct segment_header *header, const struct chain_at *before,
    struct group_check *check)
{
	struct reading reading = {.header = header, .now = *before};
	uint32_t offset = GROUP_HEADER_BYTES, records = 0;
	size_t len;

	*check = (struct group_check){.good = *before};
	check->fits = group->first_seq == before->seq + 1 &&
		      memcmp(group->before, before->hash, HASH_BYTES) == 0;
	if (!check->fits)
		return;
	while (offset < group->len && records < group->records) {
		if (!take(&reading, at + offset, group->len - offset, &len)) {
			check->newer = record_newer(
			    at + offset, group->len - offset, reading.now.hash);
			break;
		}
		offset += (uint32_t)len;
		records++;
		if (!reading.inside)
			note_good(check, &reading, offset, records);
	}
	check->ends_inside = reading.inside;
	check->whole = offset == group->len && records == group->records &&
		       all_zero(at + offset, group_span(offset) - offset);
	if (check->whole && records == 0)
		check->good_len = GROUP_HEADER_BYTES;
}
