#include "gateway/proof.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gateway/http.h"

enum { DECODED_MAX = 512 };

bool
proof_token(const char *text, char token[TOKEN_TEXT_MAX])
{
	char secret[TOKEN_SECRET_CHARS + 1];
	uint64_t number;
	bool is = token_parse(text, strlen(text), &number, secret);

	sodium_memzero(secret, sizeof(secret));
	if (is)
		(void)snprintf(token, TOKEN_TEXT_MAX, "%s", text);
	return is;
}

/* name:password, base64. */
static bool
basic(const char *encoded, char token[TOKEN_TEXT_MAX])
{
	char text[DECODED_MAX + 1], *colon;
	size_t len;
	bool is;

	if (sodium_base642bin((unsigned char *)text, DECODED_MAX, encoded,
		strlen(encoded), " ", &len, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	text[len] = '\0';
	colon = strchr(text, ':');
	if (colon != NULL)
		*colon = '\0';
	is = (colon != NULL && proof_token(colon + 1, token)) ||
	     proof_token(text, token);
	sodium_memzero(text, sizeof(text));
	return is;
}

bool
proof_authorization(const char *value, char token[TOKEN_TEXT_MAX])
{
	static const char *const schemes[] = {
	    "Bearer", "Token", "Splunk", "GenieKey", "ApiKey"};
	const char *rest = strchr(value, ' ');
	size_t len = rest != NULL ? (size_t)(rest - value) : 0, i;

	if (rest == NULL)
		return proof_token(value, token);
	rest += strspn(rest, " ");
	if (len == strlen("Basic") && strncasecmp(value, "Basic", len) == 0)
		return basic(rest, token);
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (len == strlen(schemes[i]) &&
		    strncasecmp(value, schemes[i], len) == 0)
			return proof_token(rest, token);
	return false;
}

bool
proof_of(const struct exchange *exchange, char token[TOKEN_TEXT_MAX])
{
	static const char *const headers[] = {"X-Api-Key", "X-Auth-Token"};
	const char *value = exchange_header(exchange, "Authorization");
	size_t i;

	if (value != NULL)
		return proof_authorization(value, token);
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		value = exchange_header(exchange, headers[i]);
		if (value != NULL)
			return proof_token(value, token);
	}
	value = exchange_query(exchange, "token");
	return value != NULL && proof_token(value, token);
}
