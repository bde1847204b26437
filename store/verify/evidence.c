/* Evidence: is every file that the journal mentions there, and what it was? */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

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

bool
verify_evidence(const char *store, uint64_t seq, const char *facts, size_t len,
    struct verify_report *report)
{
	const char *name = find_name(facts, len), *what;
	char file[VERIFY_NAME_BYTES + HEX], path[PATH_BYTES];

	if (name == NULL) {
		verify_fault(&report->fault, "", 0, seq,
		    "the entry adds a file without a SHA-256");
		return false;
	}
	(void)snprintf(
	    file, sizeof(file), "evidence/%.2s/%.*s", name, HEX, name);
	if (snprintf(path, sizeof(path), "%s/%s", store, file) >=
	    (int)sizeof(path)) {
		verify_fault(
		    &report->fault, file, 0, seq, "the path is too long");
		return false;
	}
	what = check(path, name);
	if (what != NULL) {
		verify_fault(&report->fault, file, 0, seq, "%s", what);
		return false;
	}
	report->files++;
	return true;
}
