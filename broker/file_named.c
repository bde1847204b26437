#include "broker/file_named.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

bool
file_sha256_read(const char *text, unsigned char out[SHA256_BYTES])
{
	size_t len;

	return text != NULL && strlen(text) == SHA256_HEX &&
	       strspn(text, "0123456789abcdef") == SHA256_HEX &&
	       sodium_hex2bin(
		   out, SHA256_BYTES, text, SHA256_HEX, NULL, &len, NULL) == 0;
}

enum err
file_named(struct state_txn *txn, const struct incident *incident,
    const char *text, struct incident_file *file)
{
	unsigned char sha256[SHA256_BYTES];
	size_t len = strlen(text);

	if (file_sha256_read(text, sha256))
		return file_find(txn, incident->number, sha256, file);
	if (len == 0 || len > 9 || strspn(text, "0123456789") != len)
		return ERR_MISSING;
	return file_get(
	    txn, incident->number, (uint32_t)strtoul(text, NULL, 10), file);
}
