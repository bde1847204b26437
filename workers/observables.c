#include "workers/observables.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <arpa/inet.h>
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "workers/normal.h"
#include "workers/plain.h"
#include "workers/tld.h"

enum {
	MATCH_LIMIT = 100000, /* PCRE2's steps for one match; ours need few */
	DEPTH_LIMIT = 100,
	HEAP_LIMIT_KIB = 64
};

/*
 * Each checks a candidate (terminated, writable) that starts at `at` of the
 * scanner's text, adds it, and returns how many of its bytes are taken: 0 to
 * leave it for the patterns below.
 */
struct candidate {
	struct observables *found;
	const char *text; /* the whole text, */
	size_t at; /* and where the candidate starts in it */
	char *value;
	size_t len;
};

static size_t
try_add(const struct candidate *c, enum observable type)
{
	return observables_add(c->found, type, c->value) ? c->len : 0;
}

static void
shorten(struct candidate *c, size_t len)
{
	c->len = len;
	c->value[len] = '\0';
}

/* The host of a URL is an observable of its own. */
static void
add_authority(struct observables *found, const char *url)
{
	const char *host = strstr(url, "://") + 3, *at;
	char name[256];
	size_t len = strcspn(host, "/?#");

	at = memchr(host, '@', len);
	if (at != NULL) {
		len -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	if (len > 0 && host[0] == '[')
		len = strcspn(host, "]") + 1;
	else if (memchr(host, ':', len) != NULL)
		len = strcspn(host, ":");
	if (len == 0 || len >= sizeof(name))
		return;
	memcpy(name, host, len);
	name[len] = '\0';
	if (!observables_add(found, OBSERVABLE_ipv4, name) &&
	    !observables_add(found, OBSERVABLE_ipv6, name))
		(void)observables_add(found, OBSERVABLE_domain, name);
}

/* What a sentence puts behind a URL is none of it. */
static size_t
check_url(struct candidate *c)
{
	size_t len = c->len;

	while (len > 0 && strchr(".,;:!?*'\"", c->value[len - 1]) != NULL)
		len--;
	if (len > 0 && c->value[len - 1] == ')' &&
	    memchr(c->value, '(', len) == NULL)
		len--;
	if (len > 0 && c->value[len - 1] == ']' &&
	    memchr(c->value, '[', len) == NULL)
		len--;
	shorten(c, len);
	if (try_add(c, OBSERVABLE_url) == 0)
		return 0;
	add_authority(c->found, c->value);
	return c->len;
}

static size_t
check_email(struct candidate *c)
{
	size_t len = c->len;

	while (len > 0 && strchr(".-", c->value[len - 1]) != NULL)
		len--;
	shorten(c, len);
	return try_add(c, OBSERVABLE_email);
}

/* By their lengths; others are ids, keys or addresses in memory. */
static enum observable
digest_type(size_t len)
{
	switch (len) {
	case 32:
		return OBSERVABLE_md5;
	case 40:
		return OBSERVABLE_sha1;
	case 64:
		return OBSERVABLE_sha256;
	case 128:
		return OBSERVABLE_sha512;
	default:
		return OBSERVABLE_COUNT;
	}
}

/* One digit over and over is a placeholder, the digest of nothing. */
static size_t
check_digest(struct candidate *c)
{
	enum observable type = digest_type(c->len);
	char one[2] = {c->value[0], '\0'};

	if (type == OBSERVABLE_COUNT || strspn(c->value, one) == c->len)
		return 0;
	return try_add(c, type);
}

static size_t
check_cve(struct candidate *c)
{
	return try_add(c, OBSERVABLE_cve);
}

enum { MAPPED = sizeof("::ffff:") - 1 };

/* "::ffff:192.0.2.1", as Windows writes what came by IPv4. */
static bool
is_mapped(const char *text)
{
	struct in_addr address;

	return strncasecmp(text, "::ffff:", MAPPED) == 0 &&
	       inet_pton(AF_INET, text + MAPPED, &address) == 1;
}

/* Eight pairs are a hardware address or a key's fingerprint. */
static size_t
check_ipv6(struct candidate *c)
{
	size_t len = c->len, colons = 0;

	while (len > 0 && (c->value[len - 1] == '.' ||
			      (c->value[len - 1] == ':' &&
				  !(len > 1 && c->value[len - 2] == ':'))))
		len--;
	shorten(c, len);
	for (size_t i = 0; i < len; i++)
		colons += c->value[i] == ':';
	if (colons < 2 || (colons == 7 && len == 23))
		return 0;
	if (is_mapped(c->value)) {
		(void)observables_add(
		    c->found, OBSERVABLE_ipv4, c->value + MAPPED);
		return len;
	}
	return try_add(c, OBSERVABLE_ipv6);
}

/* "version 1.2.3.4", "Chrome/120.0.0.0": numbers of software. */
static bool
is_version(const struct candidate *c)
{
	static const char *const words[] = {
	    "version", "ver", "v.", "build", "release", "rev"};
	const char *before = c->text + c->at;
	size_t room = c->at, len;

	if (room > 1 && before[-1] == '/' && c->len > 6 &&
	    strcmp(c->value + c->len - 6, ".0.0.0") == 0)
		return true;
	while (room > 0 && strchr(" :=\"", before[-1]) != NULL)
		before--, room--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		len = strlen(words[i]);
		if (len <= room &&
		    strncasecmp(before - len, words[i], len) == 0)
			return true;
	}
	return false;
}

static size_t
check_ipv4(struct candidate *c)
{
	return is_version(c) ? 0 : try_add(c, OBSERVABLE_ipv4);
}

static size_t
check_domain(struct candidate *c)
{
	size_t len = c->len;

	while (len > 0 && strchr(".-_", c->value[len - 1]) != NULL)
		len--;
	shorten(c, len);
	for (size_t i = 0; i < len; i++)
		if (c->value[i] >= 'A' && c->value[i] <= 'Z')
			c->value[i] = (char)(c->value[i] - 'A' + 'a');
	return tld_is_likely(c->value) ? try_add(c, OBSERVABLE_domain) : 0;
}

#define PATTERN(name, needs, pattern) {needs, pattern, check_##name},
static const struct {
	const char *needs;
	const char *pattern;
	size_t (*check)(struct candidate *candidate);
} patterns[] = {
#include "workers/patterns.def"
};
#undef PATTERN

enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

struct scanner {
	pcre2_code *codes[PATTERNS];
	pcre2_match_data *match;
	pcre2_match_context *limits;
	char text[OBSERVABLES_SCAN_BYTES_MAX + 1];
	char value[OBSERVABLE_BYTES_MAX + 64];
};

static enum err
compile(struct scanner *scanner)
{
	PCRE2_SIZE offset;
	int error;

	for (size_t i = 0; i < PATTERNS; i++) {
		scanner->codes[i] = pcre2_compile(
		    (PCRE2_SPTR)patterns[i].pattern, PCRE2_ZERO_TERMINATED,
		    PCRE2_NEVER_UTF, &error, &offset, NULL);
		if (scanner->codes[i] == NULL)
			return ERR_INTERNAL;
		/* Without a JIT on this machine the interpreter does it. */
		(void)pcre2_jit_compile(scanner->codes[i], PCRE2_JIT_COMPLETE);
	}
	return OK;
}

enum err
scanner_open(struct scanner **scanner)
{
	struct scanner *s = calloc(1, sizeof(*s));
	enum err err = ERR_MEMORY;

	*scanner = NULL;
	if (s == NULL)
		return ERR_MEMORY;
	s->match = pcre2_match_data_create(1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	if (s->match != NULL && s->limits != NULL) {
		(void)pcre2_set_match_limit(s->limits, MATCH_LIMIT);
		(void)pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
		(void)pcre2_set_heap_limit(s->limits, HEAP_LIMIT_KIB);
		err = compile(s);
	}
	if (err != OK)
		scanner_close(&s);
	*scanner = s;
	return err;
}

void
scanner_close(struct scanner **scanner)
{
	struct scanner *s = *scanner;

	if (s == NULL)
		return;
	for (size_t i = 0; i < PATTERNS; i++)
		pcre2_code_free(s->codes[i]);
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limits);
	free(s);
	*scanner = NULL;
}

void
observables_init(struct observables *found)
{
	found->count = 0;
	found->cut = found->full = false;
	found->used = 0;
}

/* Addresses that every machine has. */
static bool
is_noise(enum observable type, const char *value)
{
	static const char *const six[] = {"::", "::1"};

	if (type == OBSERVABLE_ipv4)
		return strncmp(value, "127.", 4) == 0 ||
		       strncmp(value, "0.", 2) == 0 ||
		       strcmp(value, "255.255.255.255") == 0;
	if (type == OBSERVABLE_ipv6)
		return strcmp(value, six[0]) == 0 || strcmp(value, six[1]) == 0;
	return false;
}

bool
observables_add(
    struct observables *found, enum observable type, const char *value)
{
	char canonical[OBSERVABLE_BYTES_MAX + 1];
	size_t len;

	if (observable_canonical(type, value, canonical) != OK ||
	    is_noise(type, canonical))
		return false;
	for (size_t i = 0; i < found->count; i++)
		if (found->rows[i].type == type &&
		    strcmp(found->rows[i].value, canonical) == 0)
			return true;
	len = strlen(canonical) + 1;
	if (found->count == LIMIT_OBSERVABLES_MAX ||
	    len > sizeof(found->pool) - found->used) {
		found->cut = found->full = true;
		return true;
	}
	memcpy(found->pool + found->used, canonical, len);
	found->rows[found->count].type = type;
	found->rows[found->count].value = found->pool + found->used;
	found->used += len;
	found->count++;
	return true;
}

/* An address, or a name where those count, with or without ":port" behind it. */
static bool
add_host(struct observables *found, const char *text, bool names)
{
	char name[OBSERVABLE_BYTES_MAX + 1];
	const char *colon = strchr(text, ':');
	size_t len = strlen(text);

	if (is_mapped(text))
		return observables_add(found, OBSERVABLE_ipv4, text + MAPPED);
	if (colon != NULL && strchr(colon + 1, ':') == NULL)
		len = (size_t)(colon - text);
	if (len == 0 || len >= sizeof(name))
		return false;
	memcpy(name, text, len);
	name[len] = '\0';
	return observables_add(found, OBSERVABLE_ipv4, name) ||
	       observables_add(found, OBSERVABLE_ipv6, name) ||
	       (names && strcmp(name, "localhost") != 0 &&
		   observables_add(found, OBSERVABLE_host, name));
}

static bool
add_hash(struct observables *found, const char *text)
{
	enum observable type = digest_type(strlen(text));

	return type != OBSERVABLE_COUNT && observables_add(found, type, text);
}

void
observables_mark(struct observables *found, struct scanner *scanner,
    enum mark mark, const char *text)
{
	static const enum observable types[] = {
	    [MARK_user] = OBSERVABLE_user,
	    [MARK_domain] = OBSERVABLE_domain,
	    [MARK_url] = OBSERVABLE_url,
	    [MARK_email] = OBSERVABLE_email,
	    [MARK_cve] = OBSERVABLE_cve,
	};

	if (normal_is_blank(text) || normal_is_placeholder(text))
		return;
	switch (mark) {
	case MARK_text:
		break;
	case MARK_ip:
	case MARK_host:
		if (add_host(found, text, mark == MARK_host))
			return;
		break;
	case MARK_hash:
		if (add_hash(found, text))
			return;
		break;
	default:
		if (observables_add(found, types[mark], text) &&
		    mark != MARK_url)
			return;
	}
	/* A URL is scanned for its host, and whatever else is not as marked. */
	observables_scan(found, scanner, text, strlen(text));
}

/* Looks for one row's pattern and blanks what it takes. */
static void
scan_row(
    struct observables *found, struct scanner *scanner, size_t row, size_t len)
{
	PCRE2_SIZE *where = pcre2_get_ovector_pointer(scanner->match);
	struct candidate c = {found, scanner->text, 0, scanner->value, 0};
	size_t at = 0, taken;
	int matched;

	while (at < len && !found->full) {
		matched =
		    pcre2_match(scanner->codes[row], (PCRE2_SPTR)scanner->text,
			len, at, 0, scanner->match, scanner->limits);
		if (matched < 0) {
			found->cut =
			    found->cut || matched != PCRE2_ERROR_NOMATCH;
			return;
		}
		c.at = where[0];
		c.len = where[1] - where[0];
		at = where[1];
		if (c.len >= sizeof(scanner->value))
			continue;
		memcpy(c.value, scanner->text + c.at, c.len);
		c.value[c.len] = '\0';
		taken = patterns[row].check(&c);
		memset(scanner->text + c.at, ' ', taken);
	}
}

/* memmem for words of a few bytes, which looks for the first of them. */
static bool
has(const char *text, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	const char *end = text + len, *at = text;

	while ((size_t)(end - at) >= word_len &&
	       (at = memchr(at, word[0], (size_t)(end - at) - word_len + 1)) !=
		   NULL) {
		if (memcmp(at, word, word_len) == 0)
			return true;
		at++;
	}
	return false;
}

void
observables_scan(struct observables *found, struct scanner *scanner,
    const char *text, size_t len)
{
	size_t read = normal_fit(text, len, OBSERVABLES_SCAN_BYTES_MAX);

	found->cut = found->cut || read < len;
	len = plain_refang(text, read, scanner->text);
	for (size_t row = 0; row < PATTERNS && !found->full; row++)
		if (patterns[row].needs == NULL ||
		    has(scanner->text, len, patterns[row].needs))
			scan_row(found, scanner, row, len);
}
