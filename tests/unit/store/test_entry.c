#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/bytes.h"
#include "store/entry.h"
#include "store/entry_layout.h"

static const unsigned char nothing[HASH_BYTES];
static const char facts[] = "{\"severity\":\"high\"}";
static const char text[] = "{\"title\":\"Port scan\"}";
static const char payload[] = "\x01\x00\xff raw bytes";

static struct record *
make(bool more)
{
	struct part parts[] = {
	    {.kind = PART_TEXT,
		.len = sizeof(text) - 1,
		.bytes = (const unsigned char *)text},
	    {.kind = PART_PAYLOAD,
		.len = sizeof(payload),
		.bytes = (const unsigned char *)payload},
	    {.kind = PART_PAYLOAD, .len = 0, .bytes = NULL},
	};
	struct entry_draft draft = {
	    .kind = EVENT_incident_opened,
	    .actor = 0x01020304,
	    .subject = {.type = SUBJECT_INCIDENT, .number = 12, .part = 3},
	    .more = more,
	    .facts = facts,
	    .facts_len = sizeof(facts) - 1,
	    .parts = parts,
	    .parts_count = 3,
	};
	struct record *record;
	unsigned char out[HASH_BYTES];

	cr_assert_eq(record_make(&draft, &record), OK);
	record_number(record, 77, 1700000000123, 0);
	record_chain_set(record, nothing, out);
	cr_assert_eq(memcmp(out, record_chain(record), HASH_BYTES), 0);
	return record;
}

Test(entry_read, gives_back_what_record_make_was_given)
{
	struct record *record = make(true);
	struct entry entry;
	struct part part;

	cr_assert_eq(
	    entry_read(record_data(record), record_bytes(record), &entry), OK);
	cr_assert_eq(entry.kind, EVENT_incident_opened);
	cr_assert_eq(entry.actor, 0x01020304);
	cr_assert_eq(entry.subject.type, SUBJECT_INCIDENT);
	cr_assert_eq(entry.subject.number, 12);
	cr_assert_eq(entry.subject.part, 3);
	cr_assert(entry.more);
	cr_assert_eq(entry.seq, 77);
	cr_assert_eq(entry.time_ms, 1700000000123);
	cr_assert_eq(entry.facts_len, sizeof(facts) - 1);
	cr_assert_eq(memcmp(entry.facts, facts, entry.facts_len), 0);
	cr_assert_eq(entry.parts_count, 3);
	cr_assert_eq(entry.len, record_bytes(record));

	entry_part(&entry, 0, &part);
	cr_assert_eq(part.kind, PART_TEXT);
	cr_assert(part.present);
	cr_assert_eq(part.len, sizeof(text) - 1);
	cr_assert_eq(memcmp(part.bytes, text, part.len), 0);
	entry_part(&entry, 1, &part);
	cr_assert_eq(part.kind, PART_PAYLOAD);
	cr_assert_eq(part.len, sizeof(payload));
	cr_assert_eq(memcmp(part.bytes, payload, part.len), 0);
	entry_part(&entry, 2, &part);
	cr_assert_eq(part.len, 0);
	cr_assert(entry_text(&entry, &part));
	cr_assert_eq(memcmp(part.bytes, text, part.len), 0);
	cr_assert(entry_chain_holds(&entry, nothing));
	cr_assert(entry_parts_hold(&entry));
	record_release(&record);
	cr_assert_null(record);
}

Test(entry_read, stays_inside_the_bytes_that_are_there)
{
	struct record *record = make(false);
	size_t len = record_bytes(record), i;
	struct entry entry;
	unsigned char *exact;

	for (i = 0; i < len; i++) {
		exact = malloc(i + 1);
		memcpy(exact, record_data(record), i);
		cr_assert_eq(entry_read(exact, i, &entry), ERR_CORRUPT,
		    "%zu of %zu bytes were taken for an entry", i, len);
		free(exact);
	}
	cr_assert_eq(entry_read(record_data(record), len + 8, &entry), OK);
	cr_assert_eq(entry.len, len);
	record_release(&record);
}

Test(entry, notices_each_single_flipped_bit)
{
	struct record *record = make(false);
	size_t len = record_bytes(record), i;
	unsigned char *bytes = malloc(len);
	struct entry entry;
	int bit;

	for (i = 0; i < len; i++)
		for (bit = 0; bit < 8; bit++) {
			memcpy(bytes, record_data(record), len);
			bytes[i] ^= (unsigned char)(1 << bit);
			cr_assert_not(entry_read(bytes, len, &entry) == OK &&
					  entry_chain_holds(&entry, nothing) &&
					  entry_parts_hold(&entry),
			    "bit %d of byte %zu may change", bit, i);
		}
	memcpy(bytes, record_data(record), len);
	cr_assert_eq(entry_read(bytes, len, &entry), OK);
	cr_assert(entry_chain_holds(&entry, nothing));
	free(bytes);
	record_release(&record);
}

/* What erasure by law leaves: the part's row, and one zero byte for it. */
static size_t
erase(const struct entry *entry, size_t which, unsigned char *out)
{
	const unsigned char *body =
	    (const unsigned char *)entry->facts + entry->facts_len;
	size_t at = (size_t)(body - entry->bytes), i;
	struct part part;

	memcpy(out, entry->bytes, at);
	for (i = 0; i < entry->parts_count; i++) {
		entry_part(entry, i, &part);
		out[at++] = i != which;
		if (i == which)
			continue;
		memcpy(out + at, part.bytes - ENTRY_KEY_BYTES,
		    ENTRY_KEY_BYTES + part.len);
		at += ENTRY_KEY_BYTES + part.len;
	}
	while (at % 8 != 0)
		out[at++] = 0;
	put_be32(out + 4, (uint32_t)at);
	return at;
}

Test(entry, still_verifies_when_a_part_is_erased)
{
	struct record *record = make(false);
	unsigned char bytes[1024];
	struct entry entry, erased;
	struct part part;
	size_t len;

	entry_of_record(record, &entry);
	len = erase(&entry, 0, bytes);
	cr_assert_eq(entry_read(bytes, len, &erased), OK);
	cr_assert(entry_chain_holds(&erased, nothing));
	cr_assert(entry_parts_hold(&erased));
	cr_assert_not(entry_text(&erased, &part));
	entry_part(&erased, 0, &part);
	cr_assert_not(part.present);
	cr_assert_null(part.bytes);
	cr_assert_eq(part.len, sizeof(text) - 1);
	entry_part(&erased, 1, &part);
	cr_assert(part.present);
	cr_assert_eq(memcmp(part.bytes, payload, part.len), 0);

	len = erase(&entry, 1, bytes);
	cr_assert_eq(entry_read(bytes, len, &erased), OK);
	cr_assert(entry_text(&erased, &part));
	record_release(&record);
}

Test(entry_chain_holds, depends_on_the_entry_before)
{
	struct record *record = make(false);
	unsigned char other[HASH_BYTES] = {1};
	struct entry entry;

	entry_of_record(record, &entry);
	cr_assert(entry_chain_holds(&entry, nothing));
	cr_assert_not(entry_chain_holds(&entry, other));
	record_release(&record);
}

static enum err
make_of(size_t parts_count, size_t part_len, size_t *bytes)
{
	struct part *parts = calloc(parts_count, sizeof(*parts));
	unsigned char *body = calloc(1, part_len + 1);
	struct entry_draft draft = {
	    .kind = EVENT_alert_received,
	    .facts = "{}",
	    .facts_len = 2,
	    .parts = parts,
	    .parts_count = parts_count,
	};
	struct record *record;
	enum err err;
	size_t i;

	for (i = 0; i < parts_count; i++)
		parts[i] = (struct part){.kind = PART_PAYLOAD,
		    .len = (uint32_t)part_len,
		    .bytes = body};
	err = record_make(&draft, &record);
	if (err == OK) {
		*bytes = record_bytes(record);
		record_release(&record);
	}
	free(parts);
	free(body);
	return err;
}

Test(record_make, takes_as_many_parts_as_a_push_has_alerts_and_no_more)
{
	size_t bytes;

	cr_assert_eq(make_of(ENTRY_PARTS_MAX, 10, &bytes), OK);
	cr_assert_eq(make_of(ENTRY_PARTS_MAX + 1, 10, &bytes), ERR_TOO_LARGE);
	cr_assert_eq(make_of(0, 0, &bytes), OK);
	cr_assert_eq(bytes, 96);
}

Test(record_make, takes_an_entry_of_the_largest_size_and_not_a_byte_more)
{
	size_t fixed =
	    ENTRY_HEADER_BYTES + ENTRY_PART_ROW_BYTES + 2 + 1 + ENTRY_KEY_BYTES;
	size_t most = LIMIT_ENTRY_BYTES_MAX - fixed, bytes;

	cr_assert_eq(make_of(1, most, &bytes), OK);
	cr_assert_eq(bytes, LIMIT_ENTRY_BYTES_MAX);
	cr_assert_eq(make_of(1, most + 1, &bytes), ERR_TOO_LARGE);
}

Test(record_make, never_gives_two_parts_one_key)
{
	enum { DRAWN = 1024 };
	static unsigned char keys[DRAWN][ENTRY_KEY_BYTES];
	struct record *record;
	struct entry entry;
	struct part part;
	size_t i, j;

	for (i = 0; i < DRAWN; i++) {
		record = make(false);
		entry_of_record(record, &entry);
		entry_part(&entry, 0, &part);
		memcpy(keys[i], part.bytes - ENTRY_KEY_BYTES, ENTRY_KEY_BYTES);
		record_release(&record);
		for (j = 0; j < i; j++)
			cr_assert_neq(
			    memcmp(keys[i], keys[j], ENTRY_KEY_BYTES), 0);
	}
}

Test(record_number, sets_the_subject_only_when_it_has_one)
{
	struct record *record = make(false);
	struct entry entry;

	record_number(record, 5, 6, 0);
	entry_of_record(record, &entry);
	cr_assert_eq(entry.seq, 5);
	cr_assert_eq(record_seq(record), 5);
	cr_assert_eq(entry.time_ms, 6);
	cr_assert_eq(entry.subject.number, 12);
	record_number(record, 5, 6, 99);
	entry_of_record(record, &entry);
	cr_assert_eq(entry.subject.number, 99);
	record_release(&record);
}

Test(record_hold, keeps_the_record_until_the_last_release)
{
	struct record *record = make(false), *held;

	held = record_hold(record);
	record_release(&record);
	cr_assert_null(record);
	cr_assert_eq(record_seq(held), 77);
	record_release(&held);
	record_release(&held);
}

/* Each field of the form, with a value that no entry may have. */
static const struct {
	size_t at;
	unsigned char value;
	const char *what;
} bad_forms[] = {
    {ENTRY_AT_MAGIC, 'X', "magic"},
    {ENTRY_AT_LEN, 1, "length"},
    {ENTRY_AT_LEN + 3, 4, "length not a multiple of 8"},
    {ENTRY_AT_FORMAT + 1, 2, "format"},
    {ENTRY_AT_KIND + 1, 0, "kind 0"},
    {ENTRY_AT_SEQ + 7, 0, "number 0"},
    {ENTRY_AT_SUBJECT, SUBJECT_LAST + 1, "subject"},
    {ENTRY_AT_FLAGS, 2, "flags"},
    {ENTRY_AT_PARTS, 0x10, "too many parts"},
    {ENTRY_AT_FACTS_LEN, 1, "facts beyond the end"},
    {ENTRY_AT_ZERO + 3, 1, "zero field"},
    {ENTRY_HEADER_BYTES + 1, 3, "kind of part"},
    {ENTRY_HEADER_BYTES + 3, 1, "zero field of a part"},
    {ENTRY_HEADER_BYTES + PART_AT_LEN, 0xff, "length of a part"},
};

Test(entry_read, refuses_each_malformed_field)
{
	struct record *record = make(false);
	size_t len = record_bytes(record), i;
	unsigned char *bytes = malloc(len);
	struct entry entry;

	for (i = 0; i < sizeof(bad_forms) / sizeof(bad_forms[0]); i++) {
		memcpy(bytes, record_data(record), len);
		cr_assert_eq(entry_read(bytes, len, &entry), OK);
		bytes[bad_forms[i].at] = bad_forms[i].value;
		cr_assert_eq(entry_read(bytes, len, &entry), ERR_CORRUPT, "%s",
		    bad_forms[i].what);
	}
	free(bytes);
	record_release(&record);
}

/* An entry of so many erased parts, each a payload of no bytes. */
static unsigned char *
erased_parts(size_t parts, size_t *len)
{
	struct record *record = make(false);
	size_t i, at = ENTRY_HEADER_BYTES + parts * ENTRY_PART_ROW_BYTES;
	unsigned char *bytes;

	*len = (at + sizeof(facts) - 1 + parts + 7) / 8 * 8;
	bytes = calloc(1, *len);
	cr_assert_not_null(bytes);
	memcpy(bytes, record_data(record), ENTRY_HEADER_BYTES);
	put_be32(bytes + ENTRY_AT_LEN, (uint32_t)*len);
	put_be16(bytes + ENTRY_AT_PARTS, (uint16_t)parts);
	for (i = 0; i < parts; i++)
		put_be16(bytes + ENTRY_HEADER_BYTES + i * ENTRY_PART_ROW_BYTES,
		    PART_PAYLOAD);
	memcpy(bytes + at, facts, sizeof(facts) - 1);
	record_release(&record);
	return bytes;
}

Test(entry_read, takes_as_many_parts_as_there_may_be_and_no_more)
{
	size_t parts, len;

	for (parts = ENTRY_PARTS_MAX; parts <= ENTRY_PARTS_MAX + 1; parts++) {
		unsigned char *bytes = erased_parts(parts, &len);
		struct entry entry;

		cr_expect_eq(entry_read(bytes, len, &entry),
		    parts == ENTRY_PARTS_MAX ? OK : ERR_CORRUPT);
		free(bytes);
	}
}

Test(event_name, spells_a_kind_as_noun_and_verb)
{
	cr_assert_str_eq(event_name(EVENT_incident_opened), "incident.opened");
	cr_assert_str_eq(event_name(EVENT_journal_cut), "journal.cut");
	cr_assert_str_eq(event_name(0), "unknown");
	cr_assert_str_eq(event_name(65535), "unknown");
}
