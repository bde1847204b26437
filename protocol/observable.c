#include "protocol/observable.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "protocol/json.h"

enum {
	LABEL_BYTES_MAX = 63,
	DOMAIN_BYTES_MAX = 253,
	LOCAL_PART_BYTES_MAX = 64,
	ACCOUNT_BYTES_MAX = 255,
	CVE_DIGITS_MAX = 10
};

/* What defanging writes, and what it stands for. */
static const struct {
	const char *defanged;
	char plain;
} fangs[] = {
    {"[.]", '.'},
    {"(.)", '.'},
    {"{.}", '.'},
    {"[dot]", '.'},
    {"(dot)", '.'},
    {"[:]", ':'},
    {"[@]", '@'},
    {"[at]", '@'},
    {"(at)", '@'},
};

static const char blanks[] = " \t\r\n\v\f";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
lower(char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
}

/*
 * Is there a defanged character at the end of text?  *len is then its length.
 */
static char
refanged(const char *text, size_t text_len, size_t *len)
{
	char last = text[text_len - 1];
	size_t i;

	/* Most characters are none; each of the rows ends with a bracket. */
	if (last != ']' && last != ')' && last != '}')
		return '\0';
	for (i = 0; i < sizeof(fangs) / sizeof(fangs[0]); i++) {
		*len = strlen(fangs[i].defanged);
		if (*len <= text_len && strncasecmp(text + text_len - *len,
					    fangs[i].defanged, *len) == 0)
			return fangs[i].plain;
	}
	return '\0';
}

/*
 * Copies the value without the blanks around it and without defanging, also
 * where one lies within another, so that a spelling that was cleaned once
 * stays as it is.  Only ever shortens, so whatever fits as it came fits
 * afterwards.
 */
static enum err
clean(const char *value, char out[OBSERVABLE_BYTES_MAX + 1])
{
	size_t len, fanged, n = 0;
	const char *end;
	char plain;

	value += strspn(value, blanks);
	len = strlen(value);
	while (len > 0 && strchr(blanks, value[len - 1]) != NULL)
		len--;
	if (len > OBSERVABLE_BYTES_MAX)
		return ERR_TOO_LARGE;
	if (len == 0 || !utf8_valid(value, len))
		return ERR_INVALID;
	for (end = value + len; value < end; value++) {
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return ERR_INVALID;
		out[n++] = *value;
		plain = refanged(out, n, &fanged);
		if (plain != '\0') {
			n -= fanged;
			out[n++] = plain;
		}
	}
	out[n] = '\0';
	return OK;
}

static bool
canonical_address(int family, char *text)
{
	unsigned char address[16];
	size_t len = strlen(text);

	if (family == AF_INET6 && len > 2 && text[0] == '[' &&
	    text[len - 1] == ']') {
		memmove(text, text + 1, len - 2);
		text[len - 2] = '\0';
	}
	/* What inet_ntop writes fits: the buffer is larger than any address. */
	return inet_pton(family, text, address) == 1 &&
	       inet_ntop(family, address, text, OBSERVABLE_BYTES_MAX) != NULL;
}

static bool
canonical_ipv4(char *text)
{
	return canonical_address(AF_INET, text);
}

static bool
canonical_ipv6(char *text)
{
	return canonical_address(AF_INET6, text);
}

/* Letters, digits, hyphen, underscore, and whatever an IDN is spelt with. */
static bool
is_label(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > LABEL_BYTES_MAX || text[0] == '-' ||
	    text[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!is_letter(text[i]) && !is_digit(text[i]) &&
		    text[i] != '-' && text[i] != '_' &&
		    (unsigned char)text[i] < 0x80)
			return false;
	return true;
}

static bool
canonical_domain(char *text)
{
	size_t len = strlen(text), label;
	const char *p = text;
	unsigned dots = 0;

	if (len > 0 && text[len - 1] == '.')
		text[--len] = '\0';
	if (len > DOMAIN_BYTES_MAX)
		return false;
	lower(text, len);
	for (;; p += label + 1, dots++) {
		label = strcspn(p, ".");
		if (!is_label(p, label))
			return false;
		if (p[label] == '\0')
			break;
	}
	/* The top level has a letter, or it is an address that went wrong. */
	return dots > 0 && label >= 2 && !is_digit(p[0]);
}

static bool
canonical_url(char *text)
{
	size_t scheme, authority;

	if (strncasecmp(text, "hxxp", 4) == 0)
		memcpy(text, "http", 4);
	for (scheme = 0; is_letter(text[scheme]) || is_digit(text[scheme]) ||
			 (scheme > 0 && strchr("+-.", text[scheme]) != NULL &&
			     text[scheme] != '\0');
	     scheme++)
		;
	if (scheme == 0 || !is_letter(text[0]) ||
	    strncmp(text + scheme, "://", 3) != 0)
		return false;
	authority = strcspn(text + scheme + 3, "/?#");
	lower(text, scheme + 3 + authority);
	return authority > 0 && strpbrk(text, blanks) == NULL;
}

static bool
canonical_digest(char *text, size_t digits)
{
	size_t i, len = strlen(text);

	lower(text, len);
	for (i = 0; i < len; i++)
		if (!is_hex(text[i]))
			return false;
	return len == digits;
}

static bool
canonical_md5(char *text)
{
	return canonical_digest(text, 32);
}

static bool
canonical_sha1(char *text)
{
	return canonical_digest(text, 40);
}

static bool
canonical_sha256(char *text)
{
	return canonical_digest(text, 64);
}

static bool
canonical_sha512(char *text)
{
	return canonical_digest(text, 128);
}

static bool
canonical_email(char *text)
{
	char *at;

	if (strncasecmp(text, "mailto:", 7) == 0)
		memmove(text, text + 7, strlen(text + 7) + 1);
	at = strrchr(text, '@');
	if (at == NULL || at == text || at - text > LOCAL_PART_BYTES_MAX ||
	    strpbrk(text, " <>\"(),;:\\") != NULL || strchr(text, '@') != at)
		return false;
	lower(text, (size_t)(at - text));
	return canonical_domain(at + 1);
}

static bool
canonical_cve(char *text)
{
	size_t i, len = strlen(text);

	lower(text, len);
	if (strncmp(text, "cve-", 4) != 0 || len < 4 + 4 + 1 + 4 ||
	    len > 4 + 4 + 1 + CVE_DIGITS_MAX || text[8] != '-')
		return false;
	for (i = 4; i < len; i++)
		if (i != 8 && !is_digit(text[i]))
			return false;
	return true;
}

static bool
canonical_host(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == '.' || text[len - 1] == ' '))
		text[--len] = '\0';
	lower(text, len);
	return len > 0 && len <= ACCOUNT_BYTES_MAX;
}

static bool
canonical_user(char *text)
{
	size_t len = strlen(text);

	lower(text, len);
	return len > 0 && len <= ACCOUNT_BYTES_MAX;
}

static const struct {
	const char *name;
	bool (*canonical)(char *text);
} types[] = {
#define OBSERVABLE(name, help) {#name, canonical_##name},
#include "protocol/observable.def"
#undef OBSERVABLE
};

const char *
observable_name(int type)
{
	if (type < 0 || type >= OBSERVABLE_COUNT)
		return "?";
	return types[type].name;
}

int
observable_type(const char *name)
{
	int i;

	for (i = 0; i < OBSERVABLE_COUNT; i++)
		if (strcmp(types[i].name, name) == 0)
			return i;
	return -1;
}

enum err
observable_canonical(
    enum observable type, const char *value, char out[OBSERVABLE_BYTES_MAX + 1])
{
	enum err err;

	assert(type < OBSERVABLE_COUNT);
	err = clean(value, out);
	if (err != OK)
		return err;
	return types[type].canonical(out) ? OK : ERR_INVALID;
}
