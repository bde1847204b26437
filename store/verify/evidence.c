/* Evidence: is every file that the journal mentions there, and what it was? */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/verify/layout.h"

enum { HEX = 64, PATH_BYTES = 4096, READ_BYTES = 65536 };

/* The digits behind "sha256":" in the facts; NULL when there are not 64. */
static const char *
find_name(const char *facts, size_t len)
{
	static const char key[] = "\"sha256\":\"";
	const char *at = memmem(facts, len, key, sizeof(key) - 1);
	size_t i;

	if (at == NULL || (size_t)(facts + len - at) < sizeof(key) - 1 + HEX)
		return NULL;
	at += sizeof(key) - 1;
	for (i = 0; i < HEX; i++)
		if (at[i] == '\0' || strchr("0123456789abcdef", at[i]) == NULL)
			return NULL;
	return at;
}

/* NULL when the file is what its name says. */
static const char *
check(const char *path, const char *name)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	unsigned char bytes[READ_BYTES];
	crypto_hash_sha256_state state;
	char hex[HEX + 1];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? "the file is missing"
				       : "the file cannot be read";
	(void)crypto_hash_sha256_init(&state);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		(void)crypto_hash_sha256_update(
		    &state, bytes, (unsigned long long)got);
	(void)close(fd);
	if (got < 0)
		return "the file cannot be read";
	(void)crypto_hash_sha256_final(&state, hash);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return memcmp(hex, name, HEX) == 0
		   ? NULL
		   : "the file was altered: it is not what its name says";
}

/* ---- what the journal tells ---- */

struct verify_evidence_row {
	uint64_t incident, seq;
	bool discarded;
	char name[HEX + 1];
};

static bool
make_room(struct verify_evidence *evidence)
{
	struct verify_evidence_row *larger;
	size_t room = evidence->room * 2 + 64;

	if (evidence->count < evidence->room)
		return true;
	larger = reallocarray(evidence->rows, room, sizeof(*larger));
	if (larger == NULL)
		return false;
	evidence->rows = larger;
	evidence->room = room;
	return true;
}

bool
verify_evidence_note(struct verify_evidence *evidence,
    const unsigned char *entry, struct verify_report *report)
{
	unsigned kind = get_be16(entry + ENTRY_KIND);
	uint64_t seq = get_be64(entry + ENTRY_SEQ);
	struct verify_evidence_row *row;
	const char *name;

	if (kind != KIND_FILE_ADDED && kind != KIND_FILE_DISCARDED)
		return true;
	name = find_name((const char *)entry + ENTRY_HEAD +
			     get_be16(entry + ENTRY_PARTS) * (size_t)ROW_LEN,
	    get_be32(entry + ENTRY_FACTS));
	if (name == NULL) {
		verify_fault(&report->fault, "", 0, seq,
		    "the entry adds or discards a file without a SHA-256");
		return false;
	}
	if (!make_room(evidence)) {
		verify_fault(&report->fault, "", 0, seq, "out of memory");
		return false;
	}
	row = &evidence->rows[evidence->count++];
	*row = (struct verify_evidence_row){
	    .incident = get_be64(entry + ENTRY_NUMBER),
	    .seq = seq,
	    .discarded = kind == KIND_FILE_DISCARDED,
	};
	memcpy(row->name, name, HEX);
	return true;
}

void
verify_evidence_free(struct verify_evidence *evidence)
{
	free(evidence->rows);
	*evidence = (struct verify_evidence){0};
}

/* ---- what is there ---- */

/* By name, then incident, then order of time. */
static int
compare(const void *a, const void *b)
{
	const struct verify_evidence_row *left = a, *right = b;
	int by_name = memcmp(left->name, right->name, HEX);

	if (by_name != 0)
		return by_name;
	if (left->incident != right->incident)
		return left->incident < right->incident ? -1 : 1;
	return left->seq < right->seq ? -1 : 1;
}

/* Looks at the files of one name; the entry of the first that needs it is
 * *seq, 0 when all were discarded. */
static size_t
take_name(const struct verify_evidence_row *rows, size_t count, uint64_t *seq,
    struct verify_report *report)
{
	size_t i;

	*seq = 0;
	for (i = 0; i < count && memcmp(rows[i].name, rows[0].name, HEX) == 0;
	     i++) {
		bool gone = i + 1 < count && rows[i + 1].discarded &&
			    rows[i + 1].incident == rows[i].incident &&
			    memcmp(rows[i + 1].name, rows[i].name, HEX) == 0;

		report->discarded += rows[i].discarded;
		if (rows[i].discarded || gone)
			continue;
		report->files++;
		if (*seq == 0 || rows[i].seq < *seq)
			*seq = rows[i].seq;
	}
	return i;
}

static void
check_name(const char *store, const char *name, uint64_t seq,
    struct verify_report *report)
{
	char file[VERIFY_NAME_BYTES], path[PATH_BYTES];
	const char *what;

	(void)snprintf(file, sizeof(file), "evidence/%.2s/%s", name, name);
	if (snprintf(path, sizeof(path), "%s/%s", store, file) >=
	    (int)sizeof(path))
		what = "the path is too long";
	else if (seq == 0)
		what = NULL;
	else
		what = check(path, name);
	if (seq == 0)
		report->left += access(path, F_OK) == 0;
	if (what == NULL || (report->fault.found && report->fault.seq < seq))
		return;
	report->fault = (struct verify_fault){0};
	verify_fault(&report->fault, file, 0, seq, "%s", what);
}

void
verify_evidence_check(struct verify_evidence *evidence, const char *store,
    struct verify_report *report)
{
	size_t i = 0, before;
	uint64_t seq;

	if (evidence->count > 0)
		qsort(evidence->rows, evidence->count,
		    sizeof(evidence->rows[0]), compare);
	while (i < evidence->count) {
		before = i;
		i += take_name(
		    evidence->rows + i, evidence->count - i, &seq, report);
		check_name(store, evidence->rows[before].name, seq, report);
	}
}
