/* One segment file: its header, its groups, its end. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/verify/layout.h"

/* One verification of one file. */
struct reading {
	struct verify_chain *chain;
	struct verify_report *report;
	struct sealing sealing;
	const char *name;
	const unsigned char *bytes;
	size_t len;
	unsigned char before_hash[VERIFY_HASH_BYTES];
	uint64_t reached; /* the entry at which the last try ended */
};

/* Counts that a group adds to, taken back when it does not verify. */
struct counts {
	uint64_t entries, seals, erased, sealed_seq, first_ms;
};

/* What is wrong with a group, and where. */
struct wrong {
	const char *what;
	uint64_t at;
	bool misfit; /* the group is good, but not here: no crash does that */
};

bool
verify_zeros(const unsigned char *bytes, size_t len)
{
	return len == 0 ||
	       (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static uint64_t
whole_blocks(uint64_t len)
{
	return (len + BLOCK - 1) / BLOCK * BLOCK;
}

static bool
sum_holds(const unsigned char *at, size_t covered, size_t sum_len,
    const unsigned char *key)
{
	unsigned char sum[VERIFY_HASH_BYTES];

	crypto_generichash(sum, sizeof(sum), at, covered, key,
	    key == NULL ? 0 : VERIFY_KEY_BYTES);
	return memcmp(sum, at + covered, sum_len) == 0;
}

static bool
certificate_holds(const unsigned char *bytes, const unsigned char *key)
{
	static const char purpose[] = "tocsin segment 1";
	unsigned char message[sizeof(purpose) - 1 + HEAD_SIGNATURE];

	memcpy(message, purpose, sizeof(purpose) - 1);
	memcpy(message + sizeof(purpose) - 1, bytes, HEAD_SIGNATURE);
	return crypto_sign_verify_detached(
		   bytes + HEAD_SIGNATURE, message, sizeof(message), key) == 0;
}

/* What is wrong with the segment's header, or NULL. */
static const char *
check_header(const struct reading *reading)
{
	const struct verify_chain *chain = reading->chain;
	const unsigned char *bytes = reading->bytes;

	if (reading->len < BLOCK)
		return "the file is shorter than its header";
	if (memcmp(bytes, "TOCSINJ1", 8) != 0 ||
	    !sum_holds(bytes, HEAD_SUM, VERIFY_HASH_BYTES, NULL) ||
	    !verify_zeros(bytes + HEAD_ZEROS, BLOCK - HEAD_ZEROS))
		return "the segment's header is damaged";
	if (get_be32(bytes + HEAD_FORMAT) != 1 ||
	    get_be32(bytes + HEAD_BLOCK) != BLOCK)
		return "the segment has an unknown format";
	if (get_be64(bytes + HEAD_NUMBER) != chain->segment + 1)
		return "the segment's number is not its file's";
	if (get_be64(bytes + HEAD_SIZE) != reading->len ||
	    reading->len % BLOCK != 0)
		return "the file does not have the size that its header says";
	if (chain->segment > 0 &&
	    memcmp(bytes + HEAD_STORE, reading->report->store_id,
		VERIFY_STORE_ID_BYTES) != 0)
		return "the segment is another store's";
	if (!certificate_holds(bytes, chain->key))
		return chain->segment == 0
			   ? "the segment is not signed by the root key"
			   : "the segment is not signed by the key of the one "
			     "before";
	if (get_be64(bytes + HEAD_FIRST) != chain->seq + 1)
		return "the segment does not begin with the next number";
	if (chain->segment > 0 &&
	    memcmp(bytes + HEAD_BEFORE, chain->hash, VERIFY_HASH_BYTES) != 0)
		return "the segment does not go on where the one before ends";
	return NULL;
}

/* Segment 1 tells the store's id, which the chain begins with. */
static const char *
begin_chain(struct reading *reading)
{
	struct verify_chain *chain = reading->chain;
	const unsigned char *bytes = reading->bytes;

	memcpy(reading->report->store_id, bytes + HEAD_STORE,
	    VERIFY_STORE_ID_BYTES);
	memset(chain->hash, 0, sizeof(chain->hash));
	memcpy(chain->hash, bytes + HEAD_STORE, VERIFY_STORE_ID_BYTES);
	if (memcmp(bytes + HEAD_BEFORE, chain->hash, VERIFY_HASH_BYTES) != 0)
		return "the chain does not begin with the store's id";
	if (!verify_receipt_holds(chain))
		return "a receipt for number 0 names another store";
	return NULL;
}

static bool
note_entry(struct sealing *sealing, uint64_t at)
{
	uint64_t *larger;
	size_t room;

	if (sealing->count == sealing->room) {
		room = sealing->room * 2 + 1024;
		larger = reallocarray(sealing->entries, room, sizeof(*larger));
		if (larger == NULL)
			return false;
		sealing->entries = larger;
		sealing->room = room;
	}
	sealing->entries[sealing->count++] = at;
	return true;
}

/* One record at `at`; *len is how long it is. */
static const char *
check_record(struct reading *reading, struct counts *counts, uint64_t at,
    size_t room, size_t *len)
{
	const unsigned char *bytes = reading->bytes + at;
	struct verify_chain *chain = reading->chain;
	const char *what;

	if (room >= ENTRY_HEAD && memcmp(bytes, "TOCE", 4) == 0) {
		what = verify_entry(chain, bytes, room, len, &counts->erased);
		if (what != NULL)
			return what;
		chain->ended = chain->closed = false;
		if (chain->seq == 1)
			counts->first_ms = chain->time_ms;
		counts->entries++;
		if (!note_entry(&reading->sealing, at))
			return "out of memory";
		if (!verify_receipt_holds(chain))
			return "a receipt has another hash for the entry";
		return NULL;
	}
	*len = SEAL_LEN;
	if (room < SEAL_LEN || memcmp(bytes, "TOCS", 4) != 0)
		return "neither an entry nor a seal";
	what = verify_seal(chain, &reading->sealing, bytes, room);
	if (what != NULL)
		return what;
	counts->seals++;
	if (counts->sealed_seq < get_be64(bytes + SEAL_SEQ))
		counts->sealed_seq = get_be64(bytes + SEAL_SEQ);
	return NULL;
}

static bool
group_header(const struct reading *reading, uint64_t at, uint64_t *len)
{
	const unsigned char *bytes = reading->bytes + at;

	if (memcmp(bytes, "TOCG", 4) != 0 ||
	    !sum_holds(
		bytes, GROUP_SUM, GROUP_SUM_LEN, reading->bytes + HEAD_KEY))
		return false;
	*len = get_be32(bytes + GROUP_LEN);
	return *len >= GROUP_HEAD && *len <= reading->len - at &&
	       get_be32(bytes + GROUP_ZERO) == 0;
}

/* Does a group that is good in itself belong where it stands? */
static const char *
check_place(const struct reading *reading, uint64_t at, uint64_t len)
{
	const unsigned char *bytes = reading->bytes + at;
	const struct verify_chain *chain = reading->chain;

	if (get_be64(bytes + GROUP_FIRST) != chain->seq + 1)
		return "the group does not begin with the next number";
	if (memcmp(bytes + GROUP_BEFORE, chain->hash, VERIFY_HASH_BYTES) != 0)
		return "the group does not go on where the chain stands";
	if (chain->closed && len > BLOCK)
		return "the first group after a closing seal is longer than a "
		       "block";
	return NULL;
}

/* The records of a group and the zeros behind them. */
static struct wrong
check_records(
    struct reading *reading, struct counts *counts, uint64_t at, uint64_t len)
{
	uint64_t records = get_be32(reading->bytes + at + GROUP_RECORDS);
	uint64_t end = at + len, rest = whole_blocks(len) - len;
	struct wrong wrong = {.at = at + GROUP_HEAD};
	size_t used = 0;

	for (; wrong.at < end; wrong.at += used, records--) {
		if (records == 0)
			wrong.what = "the group holds more than its header "
				     "says";
		else
			wrong.what = check_record(reading, counts, wrong.at,
			    (size_t)(end - wrong.at), &used);
		if (wrong.what != NULL)
			return wrong;
	}
	if (records != 0)
		wrong.what = "the group holds less than its header says";
	else if (!verify_zeros(reading->bytes + end, (size_t)rest))
		wrong.what = "there is something between the group's end and "
			     "the next block";
	return wrong;
}

/*
 * *end: where it ends in whole blocks, or where it begins when it has no
 * header.
 */
static struct wrong
check_group(
    struct reading *reading, struct counts *counts, uint64_t at, uint64_t *end)
{
	struct wrong wrong = {.at = at};
	uint64_t len;

	*end = at;
	if (!group_header(reading, at, &len)) {
		wrong.what = "the group's header is damaged";
		return wrong;
	}
	*end = at + whole_blocks(len);
	wrong.what = check_place(reading, at, len);
	wrong.misfit = wrong.what != NULL;
	if (wrong.misfit)
		return wrong;
	reading->chain->closed = false;
	return check_records(reading, counts, at, len);
}

/* A group that can be put back: nothing of it counts until it verifies. */
static struct wrong
try_group(struct reading *reading, uint64_t at, uint64_t *end)
{
	struct verify_report *report = reading->report;
	struct verify_chain before = *reading->chain;
	size_t known = reading->sealing.count;
	struct counts counts = {
	    .sealed_seq = report->sealed_seq, .first_ms = report->first_ms};
	struct wrong wrong;

	wrong = check_group(reading, &counts, at, end);
	if (wrong.what == NULL) {
		report->entries += counts.entries;
		report->seals += counts.seals;
		report->erased += counts.erased;
		report->sealed_seq = counts.sealed_seq;
		report->first_ms = counts.first_ms;
		return wrong;
	}
	reading->reached = reading->chain->seq + 1;
	*reading->chain = before;
	reading->sealing.count = known;
	return wrong;
}

/* Is there anything at all from here on? */
static bool
anything(const struct reading *reading, uint64_t from)
{
	return from < reading->len && !verify_zeros(reading->bytes + from,
					  reading->len - (size_t)from);
}

/* Does a group begin anywhere from here on? */
static bool
a_group(const struct reading *reading, uint64_t from)
{
	uint64_t len;

	for (; from < reading->len; from += BLOCK)
		if (group_header(reading, from, &len))
			return true;
	return false;
}

/*
 * Is what is wrong with the group at `at`, the last one of the journal, what a
 * crash leaves behind?  One that has a header is torn when nothing follows it;
 * one that has none, when no other group follows.
 */
static bool
is_torn(const struct reading *reading, const struct wrong *wrong, uint64_t at,
    uint64_t end)
{
	if (wrong->misfit)
		return false;
	return end > at ? !anything(reading, end)
			: !a_group(reading, at + BLOCK);
}

/* True to go on behind the group, at *end. */
static bool
take_group(struct reading *reading, uint64_t at, bool last, uint64_t *end)
{
	struct verify_report *report = reading->report;
	struct wrong wrong;
	bool torn;

	wrong = try_group(reading, at, end);
	torn = last && is_torn(reading, &wrong, at, *end);
	if (wrong.what != NULL && last && !torn)
		/* A broker at work may just have written it: what follows it
		 * shows that it is whole now. */
		wrong = try_group(reading, at, end);
	if (wrong.what == NULL)
		return true;
	verify_fault(torn ? &report->torn : &report->fault, reading->name,
	    wrong.at, reading->reached, "%s", wrong.what);
	return false;
}

static bool
check_end(struct reading *reading, uint64_t at, bool last)
{
	struct verify_report *report = reading->report;
	struct verify_chain *chain = reading->chain;

	if (!last && !chain->ended) {
		verify_fault(&report->fault, reading->name, at, chain->seq + 1,
		    "the segment has a successor and no seal that ends it");
		return false;
	}
	if (anything(reading, at)) {
		verify_fault(&report->fault, reading->name, at, chain->seq + 1,
		    "something lies behind the seal that ends the segment");
		return false;
	}
	if (last && chain->ended && !chain->closed)
		verify_fault(&report->torn, reading->name, at, chain->seq + 1,
		    "the segment has ended and its successor is not there: "
		    "the broker was killed between them, or it was removed");
	if (last && chain->inside)
		verify_fault(&report->torn, reading->name, at, chain->seq + 1,
		    "the journal ends inside a command");
	return true;
}

static bool
check_groups(struct reading *reading, bool last)
{
	uint64_t at = BLOCK, end;

	while (at < reading->len && !reading->chain->ended &&
	       (!verify_zeros(reading->bytes + at, BLOCK) ||
		   anything(reading, at))) {
		if (!take_group(reading, at, last, &end))
			return !reading->report->fault.found;
		at = end;
	}
	return check_end(reading, at, last);
}

/* The files that the segment's entries add. */
static bool
check_files(const struct reading *reading)
{
	const struct sealing *sealing = &reading->sealing;
	size_t i;

	for (i = 0; i < sealing->count; i++)
		if (!verify_evidence_note(reading->chain->evidence,
			reading->bytes + sealing->entries[i], reading->report))
			return false;
	return true;
}

bool
verify_segment(struct verify_chain *chain, const char *name,
    const unsigned char *bytes, size_t len, bool last,
    struct verify_report *report)
{
	struct reading reading = {
	    .chain = chain,
	    .report = report,
	    .name = name,
	    .bytes = bytes,
	    .len = len,
	};
	const char *what;
	bool go_on;

	what = check_header(&reading);
	if (what == NULL && chain->segment == 0)
		what = begin_chain(&reading);
	if (what != NULL) {
		verify_fault(
		    &report->fault, name, 0, chain->seq + 1, "%s", what);
		return false;
	}
	memcpy(chain->key, bytes + HEAD_KEY, sizeof(chain->key));
	memcpy(reading.before_hash, chain->hash, sizeof(chain->hash));
	chain->segment++;
	chain->ended = chain->closed = false;
	report->segments++;
	reading.sealing = (struct sealing){
	    .store_id = report->store_id,
	    .key = bytes + HEAD_KEY,
	    .segment = chain->segment,
	    .before = chain->seq,
	    .before_hash = reading.before_hash,
	    .bytes = bytes,
	};
	go_on = check_groups(&reading, last);
	if (go_on && chain->evidence != NULL)
		go_on = check_files(&reading);
	free(reading.sealing.entries);
	return go_on;
}
