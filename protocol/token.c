#include "protocol/token.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char prefix[] = "toc_";
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
			       "uvwxyz0123456789-_";

enum { PREFIX_LEN = sizeof(prefix) - 1, NUMBER_DIGITS_MAX = 10 };

void
token_hash(const char *secret, unsigned char hash[TOKEN_HASH_BYTES])
{
	(void)crypto_generichash(hash, TOKEN_HASH_BYTES,
	    (const unsigned char *)secret, strlen(secret), NULL, 0);
}

void
token_make(
    char secret[TOKEN_SECRET_CHARS + 1], unsigned char hash[TOKEN_HASH_BYTES])
{
	unsigned char random[32];

	randombytes_buf(random, sizeof(random));
	(void)sodium_bin2base64(secret, TOKEN_SECRET_CHARS + 1, random,
	    sizeof(random), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, sizeof(random));
	token_hash(secret, hash);
}

const char *
token_format(uint64_t number, const char *secret, char out[TOKEN_TEXT_MAX])
{
	(void)snprintf(
	    out, TOKEN_TEXT_MAX, "%s%" PRIu64 "_%s", prefix, number, secret);
	return out;
}

/* The number without leading zeros that the bytes begin with, and its length. */
static size_t
read_number(const char *bytes, size_t len, uint64_t *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < len && i < NUMBER_DIGITS_MAX; i++) {
		if (bytes[i] < '0' || bytes[i] > '9')
			break;
		*number = *number * 10 + (uint64_t)(bytes[i] - '0');
	}
	return len > 0 && bytes[0] == '0' ? 0 : i;
}

bool
token_parse(const char *bytes, size_t len, uint64_t *number,
    char secret[TOKEN_SECRET_CHARS + 1])
{
	uint64_t found;
	size_t digits, i;

	if (len < PREFIX_LEN || memcmp(bytes, prefix, PREFIX_LEN) != 0)
		return false;
	bytes += PREFIX_LEN;
	len -= PREFIX_LEN;
	digits = read_number(bytes, len, &found);
	if (digits == 0 || len != digits + 1 + TOKEN_SECRET_CHARS ||
	    bytes[digits] != '_')
		return false;
	bytes += digits + 1;
	for (i = 0; i < TOKEN_SECRET_CHARS; i++)
		if (bytes[i] == '\0' || strchr(alphabet, bytes[i]) == NULL)
			return false;
	memcpy(secret, bytes, TOKEN_SECRET_CHARS);
	secret[TOKEN_SECRET_CHARS] = '\0';
	*number = found;
	return true;
}
