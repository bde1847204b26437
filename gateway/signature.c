#include "gateway/signature.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/proof.h"
#include "gateway/route.h"
#include "protocol/private_file.h"

enum {
	MAC_BYTES = crypto_auth_hmacsha256_BYTES,
	HEX_CHARS = 2 * MAC_BYTES,
	BASE64_CHARS = 44,
	TIMESTAMP_CHARS_MAX = 12
};

struct signature {
	const struct config_signature *row;
	unsigned char secret[LIMIT_SIGNATURE_SECRET_BYTES_MAX];
	size_t secret_len;
	char token[TOKEN_TEXT_MAX];
};

struct signatures {
	struct signature rows[CONFIG_SIGNATURES_MAX];
	size_t count;
};

/* ---- secrets and tokens, from files ---- */

struct reading {
	const struct config_signature *row;
	char *why;
	size_t size;
};

__attribute__((format(printf, 4, 5))) static enum err
refuse(const struct reading *r, enum err err, const char *path,
    const char *format, ...)
{
	char reason[SIGNATURE_WHY_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	(void)snprintf(r->why, r->size, "gateway.signatures: %s: %s: %s",
	    r->row->name, path, reason);
	return err;
}

static enum err
read_private(const struct reading *r, const char *path, size_t most,
    char **text, size_t *len)
{
	char why[SIGNATURE_WHY_MAX];
	enum err err =
	    private_file_read(path, most, text, len, why, sizeof(why));

	if (err != OK)
		(void)snprintf(r->why, r->size, "gateway.signatures: %s: %s",
		    r->row->name, why);
	return err;
}

static enum err
read_secret(const struct reading *r, struct signature *signature)
{
	const char *path = r->row->secret_file;
	size_t len = 0;
	char *text;
	enum err err = read_private(
	    r, path, LIMIT_SIGNATURE_SECRET_BYTES_MAX, &text, &len);

	if (err != OK)
		return err;
	if (len < LIMIT_SIGNATURE_SECRET_BYTES_MIN)
		err = refuse(r, ERR_INVALID, path,
		    "a secret has at least %d bytes, such as `openssl rand "
		    "-hex 32` gives",
		    LIMIT_SIGNATURE_SECRET_BYTES_MIN);
	else
		memcpy(signature->secret, text, len);
	signature->secret_len = len;
	private_file_wipe(&text, len);
	return err;
}

static enum err
read_token(const struct reading *r, struct signature *signature)
{
	const char *path = r->row->token_file;
	char token[TOKEN_TEXT_MAX + 1] = "", *text;
	size_t len = 0;
	enum err err = read_private(r, path, TOKEN_TEXT_MAX, &text, &len);

	if (err != OK)
		return err;
	memcpy(token, text, len);
	if (memchr(token, '\0', len) != NULL ||
	    !proof_token(token, signature->token))
		err = refuse(r, ERR_INVALID, path,
		    "is no token: `tocsin token new` shows one");
	sodium_memzero(token, sizeof(token));
	private_file_wipe(&text, len);
	return err;
}

/* Is it an address where a token would be asked for? */
static enum err
check_path(const struct reading *r)
{
	char segment[LIMIT_NAME_BYTES_MAX + 1];
	const struct route *route;
	bool known;

	route = route_find("POST", r->row->path, segment, &known);
	if (route != NULL && route->proof == PROOF_TOKEN)
		return OK;
	return refuse(r, ERR_INVALID, r->row->path,
	    "no body with a token is taken there: docs/INTAKE.md lists the "
	    "addresses");
}

enum err
signatures_open(const struct config *config, struct signatures **all, char *why,
    size_t size)
{
	struct signatures *made = calloc(1, sizeof(*made));
	enum err err = OK;

	*all = made;
	if (made == NULL)
		return ERR_MEMORY;
	while (made->count < config->signatures_count && err == OK) {
		struct signature *signature = &made->rows[made->count];
		const struct reading r = {
		    &config->signatures[made->count], why, size};

		signature->row = r.row;
		err = check_path(&r);
		if (err == OK)
			err = read_secret(&r, signature);
		if (err == OK)
			err = read_token(&r, signature);
		made->count++;
	}
	if (err != OK)
		signatures_close(all);
	return err;
}

void
signatures_close(struct signatures **all)
{
	if (*all != NULL)
		sodium_memzero(*all, sizeof(**all));
	free(*all);
	*all = NULL;
}

const struct signature *
signatures_find(const struct signatures *all, const char *path)
{
	size_t i;

	for (i = 0; all != NULL && i < all->count; i++)
		if (strcmp(all->rows[i].row->path, path) == 0)
			return &all->rows[i];
	return NULL;
}

const char *
signature_header(const struct signature *signature)
{
	return signature->row->header;
}

const char *
signature_timestamp(const struct signature *signature)
{
	const char *name = signature->row->timestamp_header;

	return name[0] != '\0' ? name : NULL;
}

const char *
signature_token(const struct signature *signature)
{
	return signature->token;
}

/* ---- signatures, from headers ---- */

/* Hex or base64 of as many bytes as a signature has. */
static bool
decode(const char *text, size_t len, unsigned char mac[MAC_BYTES])
{
	size_t got = 0;

	if (len == HEX_CHARS)
		return sodium_hex2bin(
			   mac, MAC_BYTES, text, len, NULL, &got, NULL) == 0 &&
		       got == MAC_BYTES;
	return len == BASE64_CHARS &&
	       sodium_base642bin(mac, MAC_BYTES, text, len, NULL, &got, NULL,
		   sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       got == MAC_BYTES;
}

/*
 * The next signature at *text, which may hold several with commas between them;
 * moves behind it.  Others' (of another prefix) are passed over.
 */
static bool
next_signature(const struct signature *signature, const char **text,
    unsigned char mac[MAC_BYTES])
{
	const char *prefix = signature->row->prefix;
	size_t prefix_len = strlen(prefix);

	while (**text != '\0') {
		const char *begin = *text + strspn(*text, " \t");
		size_t len = strcspn(begin, ",");
		const char *end = begin + len;

		*text = *end == ',' ? end + 1 : end;
		while (len > 0 && strchr(" \t", begin[len - 1]) != NULL)
			len--;
		if (len > prefix_len &&
		    strncmp(begin, prefix, prefix_len) == 0 &&
		    decode(begin + prefix_len, len - prefix_len, mac))
			return true;
	}
	return false;
}

static bool
is_near(const struct signature *signature, const char *text, int64_t now_s,
    char why[SIGNATURE_WHY_MAX])
{
	int64_t limit_s = signature->row->tolerance_ms / 1000, at_s;
	const char *name = signature->row->timestamp_header;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || text[digits] != '\0' ||
	    digits > TIMESTAMP_CHARS_MAX) {
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "the header %s is no time in seconds since 1970", name);
		return false;
	}
	at_s = strtoll(text, NULL, 10);
	if (at_s >= now_s - limit_s && at_s <= now_s + limit_s)
		return true;
	(void)snprintf(why, SIGNATURE_WHY_MAX,
	    "the header %s is further from now than the tolerance of %lld s: "
	    "sent again too late, or a clock is wrong",
	    name, (long long)limit_s);
	return false;
}

bool
signature_head(const struct signature *signature, const char *value,
    const char *timestamp, int64_t now_s, char why[SIGNATURE_WHY_MAX])
{
	const char *name = signature_timestamp(signature);
	unsigned char mac[MAC_BYTES];

	if (value == NULL)
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "a signature is needed, in the header %s",
		    signature->row->header);
	else if (strlen(value) > LIMIT_SIGNATURE_HEADER_BYTES_MAX)
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "the header %s has more than %d bytes",
		    signature->row->header, LIMIT_SIGNATURE_HEADER_BYTES_MAX);
	else if (!next_signature(signature, &value, mac))
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "the header %s holds no signature: expected %s and 64 hex "
		    "digits, or 44 characters of base64",
		    signature->row->header,
		    signature->row->prefix[0] != '\0' ? signature->row->prefix
						      : "no prefix");
	else if (name != NULL && timestamp == NULL)
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "the time is needed that was signed, in the header %s",
		    name);
	else
		return name == NULL ||
		       is_near(signature, timestamp, now_s, why);
	return false;
}

bool
signature_body(const struct signature *signature, const char *value,
    const char *timestamp, struct wire_part body, char why[SIGNATURE_WHY_MAX])
{
	unsigned char expected[MAC_BYTES], mac[MAC_BYTES];
	crypto_auth_hmacsha256_state state;
	bool is = false;

	(void)crypto_auth_hmacsha256_init(
	    &state, signature->secret, signature->secret_len);
	if (signature_timestamp(signature) != NULL) {
		(void)crypto_auth_hmacsha256_update(&state,
		    (const unsigned char *)timestamp, strlen(timestamp));
		(void)crypto_auth_hmacsha256_update(
		    &state, (const unsigned char *)":", 1);
	}
	(void)crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)body.bytes, body.len);
	(void)crypto_auth_hmacsha256_final(&state, expected);
	while (next_signature(signature, &value, mac))
		is |= sodium_memcmp(mac, expected, MAC_BYTES) == 0;
	sodium_memzero(expected, sizeof(expected));
	sodium_memzero(&state, sizeof(state));
	if (!is)
		(void)snprintf(why, SIGNATURE_WHY_MAX,
		    "the body is not what the header %s signs: another secret, "
		    "or it was changed on the way",
		    signature->row->header);
	return is;
}
