#include "protocol/observable.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct spelling {
	enum observable type;
	const char *value;
	const char *canonical; /* NULL: refused */
};

static const struct spelling spellings[] = {
    {OBSERVABLE_ipv4, "192.0.2.1", "192.0.2.1"},
    {OBSERVABLE_ipv4, " 192[.]0(.)2{.}1\n", "192.0.2.1"},
    {OBSERVABLE_ipv4, "192.0.2.256", NULL},
    {OBSERVABLE_ipv4, "192.0.2", NULL},
    {OBSERVABLE_ipv4, "192.0.2.1/24", NULL},
    {OBSERVABLE_ipv6, "2001:DB8:0:0::1", "2001:db8::1"},
    {OBSERVABLE_ipv6, "[2001:db8::1]", "2001:db8::1"},
    {OBSERVABLE_ipv6, "2001[:]db8::1", "2001:db8::1"},
    {OBSERVABLE_ipv6, "2001:db8:::1", NULL},
    {OBSERVABLE_ipv6, "192.0.2.1", NULL},
    {OBSERVABLE_domain, "Evil[.]Example[dot]COM.", "evil.example.com"},
    {OBSERVABLE_domain, "_dmarc.example.org", "_dmarc.example.org"},
    {OBSERVABLE_domain, "example", NULL},
    {OBSERVABLE_domain, "a..example.org", NULL},
    {OBSERVABLE_domain, "-a.example.org", NULL},
    {OBSERVABLE_domain, "a b.example.org", NULL},
    {OBSERVABLE_domain, "192.0.2.1", NULL},
    {OBSERVABLE_url, "hxxps://Evil[.]Example/Path?Q=A",
	"https://evil.example/Path?Q=A"},
    {OBSERVABLE_url, "HTTP://Example.org", "http://example.org"},
    {OBSERVABLE_url, "http://", NULL},
    {OBSERVABLE_url, "//example.org/a", NULL},
    {OBSERVABLE_url, "1http://example.org", NULL},
    {OBSERVABLE_url, "http://example.org/a b", NULL},
    {OBSERVABLE_md5, "D41D8CD98F00B204E9800998ECF8427E",
	"d41d8cd98f00b204e9800998ecf8427e"},
    {OBSERVABLE_md5, "d41d8cd98f00b204e9800998ecf8427", NULL},
    {OBSERVABLE_md5, "g41d8cd98f00b204e9800998ecf8427e", NULL},
    {OBSERVABLE_sha1, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
	"da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {OBSERVABLE_sha1, "d41d8cd98f00b204e9800998ecf8427e", NULL},
    {OBSERVABLE_sha256,
	"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {OBSERVABLE_sha256, "e3b0", NULL},
    {OBSERVABLE_sha512, "e3b0", NULL},
    {OBSERVABLE_email, "mailto:Ann[at]Example[.]ORG", "ann@example.org"},
    {OBSERVABLE_email, "ann@example.org", "ann@example.org"},
    {OBSERVABLE_email, "ann", NULL},
    {OBSERVABLE_email, "@example.org", NULL},
    {OBSERVABLE_email, "a@b@example.org", NULL},
    {OBSERVABLE_email, "Ann <ann@example.org>", NULL},
    {OBSERVABLE_cve, "CVE-2021-44228", "cve-2021-44228"},
    {OBSERVABLE_cve, "CVE-2021-442", NULL},
    {OBSERVABLE_cve, "CVE-2021-44228a", NULL},
    {OBSERVABLE_cve, "CVE-2021-12345678901", NULL},
    {OBSERVABLE_host, "WEB1.", "web1"},
    {OBSERVABLE_host, "", NULL},
    {OBSERVABLE_user, " ROOT ", "root"},
    {OBSERVABLE_user, "a\x1b[31m", NULL},
    {OBSERVABLE_user, "a\xff", NULL},
    {OBSERVABLE_user, " \t", NULL},
};

Test(observable_canonical, spells_one_thing_one_way_and_refuses_what_it_is_not)
{
	size_t i;

	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const struct spelling *s = &spellings[i];
		char out[OBSERVABLE_BYTES_MAX + 1];
		enum err err = observable_canonical(s->type, s->value, out);

		cr_assert_eq(err, s->canonical != NULL ? OK : ERR_INVALID,
		    "%s %s", observable_name(s->type), s->value);
		if (err == OK)
			cr_assert_str_eq(out, s->canonical);
	}
}

Test(observable_canonical, spells_its_own_spelling_the_same)
{
	size_t i;

	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const struct spelling *s = &spellings[i];
		char out[OBSERVABLE_BYTES_MAX + 1];

		if (s->canonical == NULL)
			continue;
		cr_assert_eq(
		    observable_canonical(s->type, s->canonical, out), OK);
		cr_assert_str_eq(out, s->canonical);
	}
}

/* A value of prefix and as many letters as make up len, ended by suffix. */
static enum err
canonical_of(
    enum observable type, const char *prefix, size_t len, const char *suffix)
{
	char value[OBSERVABLE_BYTES_MAX + 2], out[OBSERVABLE_BYTES_MAX + 1];
	size_t from = strlen(prefix), to = len - strlen(suffix);

	cr_assert_lt(len, sizeof(value));
	memset(value, 'a', len);
	value[len] = '\0';
	memcpy(value, prefix, from);
	(void)snprintf(value + to, sizeof(value) - to, "%s", suffix);
	return observable_canonical(type, value, out);
}

Test(observable_canonical, takes_values_up_to_their_limits)
{
	cr_assert_eq(
	    canonical_of(OBSERVABLE_url, "http://", OBSERVABLE_BYTES_MAX, ""),
	    OK);
	cr_assert_eq(canonical_of(OBSERVABLE_url, "http://",
			 OBSERVABLE_BYTES_MAX + 1, ""),
	    ERR_TOO_LARGE);
	cr_assert_eq(canonical_of(OBSERVABLE_domain, "", 63 + 4, ".org"), OK);
	cr_assert_eq(
	    canonical_of(OBSERVABLE_domain, "", 64 + 4, ".org"), ERR_INVALID);
	cr_assert_eq(canonical_of(OBSERVABLE_host, "", 255, ""), OK);
	cr_assert_eq(canonical_of(OBSERVABLE_host, "", 256, ""), ERR_INVALID);
	cr_assert_eq(canonical_of(OBSERVABLE_email, "", 64 + 6, "@a.org"), OK);
	cr_assert_eq(
	    canonical_of(OBSERVABLE_email, "", 65 + 6, "@a.org"), ERR_INVALID);
}

Test(observable_type, comes_back_from_its_name)
{
	int type;

	for (type = 0; type < OBSERVABLE_COUNT; type++)
		cr_assert_eq(observable_type(observable_name(type)), type);
	cr_assert_eq(observable_type("ip"), -1);
	cr_assert_eq(observable_type(""), -1);
	cr_assert_str_eq(observable_name(-1), "?");
	cr_assert_str_eq(observable_name(OBSERVABLE_COUNT), "?");
}
