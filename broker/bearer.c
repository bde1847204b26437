#include "broker/bearer.h"

#include <assert.h>
#include <sodium.h>

#include "protocol/token.h"

static_assert((int)TOKEN_HASH_BYTES == (int)HASH_BYTES,
    "the hash of a secret is kept as any other");

const struct person *
bearer_find(const struct principals *principals, struct wire_part bearer)
{
	unsigned char hash[TOKEN_HASH_BYTES];
	char secret[TOKEN_SECRET_CHARS + 1];
	const struct person *person;
	uint64_t number;

	if (!token_parse(bearer.bytes, bearer.len, &number, secret))
		return NULL;
	token_hash(secret, hash);
	person = principals_get(principals, number);
	if (person == NULL || !person->token || !person->active ||
	    sodium_memcmp(hash, person->secret, sizeof(hash)) != 0)
		return NULL;
	return person;
}
