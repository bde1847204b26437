#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "workers/format.h"
#include "workers/observables.h"

static struct observables found;
static struct scanner *scanner;

static void
open_scanner(void)
{
	cr_assert_eq(scanner_open(&scanner), OK);
	observables_init(&found);
}

static void
close_scanner(void)
{
	scanner_close(&scanner);
	cr_assert_null(scanner);
}

TestSuite(observables, .init = open_scanner, .fini = close_scanner);

static bool
holds(const char *type, const char *value)
{
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(observable_name((int)found.rows[i].type), type) ==
			0 &&
		    strcmp(found.rows[i].value, value) == 0)
			return true;
	return false;
}

/* "type value, type value" in the order of finding. */
static void
expect(const char *text, const char *list)
{
	char is[4096];
	size_t n = 0;

	observables_init(&found);
	observables_scan(&found, scanner, text, strlen(text));
	is[0] = '\0';
	for (size_t i = 0; i < found.count; i++)
		n += (size_t)snprintf(is + n, sizeof(is) - n, "%s%s %s",
		    i > 0 ? ", " : "", observable_name((int)found.rows[i].type),
		    found.rows[i].value);
	cr_assert_str_eq(is, list, "in \"%s\": %s", text, is);
}

#define MD5  "d41d8cd98f00b204e9800998ecf8427e"
#define SHA1 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define SHA256                                                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA512 SHA256 SHA256

Test(observables, finds_each_type_in_running_text)
{
	expect("Failed password for root from 192.0.2.7 port 22 ssh2",
	    "ipv4 192.0.2.7");
	expect("from 2001:DB8::0001, again", "ipv6 2001:db8::1");
	expect("asked evil.example.com.", "domain evil.example.com");
	expect("GET HTTP://Evil.Example/Path?q=A#f done",
	    "url http://evil.example/Path?q=A#f, domain evil.example");
	expect("md5=" MD5 ";", "md5 " MD5);
	expect("SHA1=" SHA1 ",MD5=" MD5, "sha1 " SHA1 ", md5 " MD5);
	expect(SHA256, "sha256 " SHA256);
	expect("(" SHA512 ")", "sha512 " SHA512);
	expect("mail from Mallory.X+1@Evil.example to you",
	    "email mallory.x+1@evil.example");
	expect("uses CVE-2021-44228 (log4shell)", "cve cve-2021-44228");
}

Test(observables, finds_several_in_one_text)
{
	expect("a 192.0.2.1->192.0.2.2:80 [2001:db8::1]:443 b@c.org 192.0.2.1",
	    "email b@c.org, ipv6 2001:db8::1, ipv4 192.0.2.1, "
	    "ipv4 192.0.2.2");
}

Test(observables, undoes_defanging)
{
	expect("hxxp://evil[.]example/x and hxxps[://]bad[.]example",
	    "url http://evil.example/x, domain evil.example, "
	    "url https://bad.example, domain bad.example");
	expect("192[.]0[.]2[.]1 198.51.100(.)2", "ipv4 192.0.2.1, "
						 "ipv4 198.51.100.2");
	expect("evil[dot]com hXXp[:]//x.example",
	    "url http://x.example, domain x.example, domain evil.com");
	expect("joe[at]evil[.]org joe(at)bad.org",
	    "email joe@evil.org, email joe@bad.org");
}

Test(observables, takes_urls_without_what_a_sentence_puts_around_them)
{
	expect("(see http://a.example/b).", "url http://a.example/b, "
					    "domain a.example");
	expect("<http://a.example/b(c)>", "url http://a.example/b(c), "
					  "domain a.example");
	expect("\"http://192.0.2.1:8080/x\"",
	    "url http://192.0.2.1:8080/x, ipv4 192.0.2.1");
	expect("https://u:p@h.example/, http://[2001:db8::5]/x",
	    "url https://u:p@h.example/, domain h.example, "
	    "url http://[2001:db8::5]/x, ipv6 2001:db8::5");
	expect("${jndi:ldap://evil.example/a}", "url ldap://evil.example/a, "
						"domain evil.example");
}

Test(observables, leaves_what_only_looks_like_one)
{
	static const char *const nothing[] = {"", "at 12:34:56",
	    "00:1a:2b:3c:4d:5e", "std::string", "00:11:22:33:44:55:66:77",
	    "version 1.2.3.4", "v1.2.3.4", "Chrome/120.0.0.0 Safari",
	    "release=10.1.2.3", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
	    "1.2.3.4a", "a1.2.3.4", "127.0.0.1", "0.0.0.0", "255.255.255.255",
	    "::1", "::", "C:\\Windows\\System32\\cmd.exe", "/usr/bin/foo.com",
	    "kernel32.dll setup.py install.sh data.json",
	    "java.lang.String foo.baz", "user@localhost", "@evil.com",
	    "d41d8cd98f00b204e9800998ecf8427", /* one digit less than MD5 */
	    MD5 "0", "x" MD5, MD5 "_", "00000000000000000000000000000000",
	    "CVE-21-1", "CVE-2021-123", "xCVE-2021-44228", "CVE-2021-44228x",
	    "http://", "http:///x", "document.com(", "-.com", "a..com"};

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		expect(nothing[i], "");
}

Test(observables, counts_letters_beyond_ascii_as_letters)
{
	expect("b\xc3\xbc"
	       "cher.example",
	    "domain b\xc3\xbc"
	    "cher.example");
	expect("\xc3\xa9" MD5, "");
	expect("\xe2\x80\x9c"
	       "a b 192.0.2.1 c\xe2\x80\x9d",
	    "ipv4 192.0.2.1");
}

Test(observables, keeps_each_thing_once_in_its_one_spelling)
{
	cr_assert(observables_add(&found, OBSERVABLE_ipv4, " 192.0.2.1 "));
	cr_assert(observables_add(&found, OBSERVABLE_ipv4, "192[.]0.2.1"));
	cr_assert(observables_add(&found, OBSERVABLE_host, "WEB1"));
	cr_assert(observables_add(&found, OBSERVABLE_host, "web1."));
	cr_assert_eq(found.count, 2);
	cr_assert(holds("host", "web1"));
	cr_assert_not(observables_add(&found, OBSERVABLE_ipv4, "192.0.2.256"));
	cr_assert_not(observables_add(&found, OBSERVABLE_ipv4, "127.0.0.1"));
	cr_assert_not(observables_add(&found, OBSERVABLE_md5, SHA1));
	cr_assert_eq(found.count, 2);
}

Test(observables, stops_at_its_limit_and_says_so)
{
	char text[64];

	for (int i = 1; i <= LIMIT_OBSERVABLES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "10.0.0.%d", i);
		cr_assert(observables_add(&found, OBSERVABLE_ipv4, text));
	}
	cr_assert_not(found.full);
	cr_assert(observables_add(&found, OBSERVABLE_ipv4, "10.0.0.1"));
	cr_assert_not(found.cut);
	cr_assert(observables_add(&found, OBSERVABLE_ipv4, "10.0.1.1"));
	cr_assert(found.full && found.cut);
	cr_assert_eq(found.count, LIMIT_OBSERVABLES_MAX);
}

Test(observables, stops_when_its_room_is_used_up)
{
	char url[OBSERVABLE_BYTES_MAX + 1];
	size_t fit = OBSERVABLES_POOL_BYTES / sizeof(url);

	for (size_t i = 0; i <= fit; i++) {
		memset(url, 'a' + (int)i, sizeof(url) - 1);
		memcpy(url, "http://x/", 9);
		url[sizeof(url) - 1] = '\0';
		cr_assert(observables_add(&found, OBSERVABLE_url, url));
		cr_assert_eq(found.full, i == fit);
	}
	cr_assert_eq(found.count, fit);
}

Test(observables, reads_so_much_of_a_text_and_says_so)
{
	static char text[OBSERVABLES_SCAN_BYTES_MAX + 64];
	const size_t max = OBSERVABLES_SCAN_BYTES_MAX;

	memset(text, ' ', sizeof(text) - 1);
	memcpy(text + max - 9, "192.0.2.1", 9);
	observables_scan(&found, scanner, text, max);
	cr_assert(holds("ipv4", "192.0.2.1"));
	cr_assert_not(found.cut);

	observables_init(&found);
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text + max, "192.0.2.1", 9);
	observables_scan(&found, scanner, text, max + 9);
	cr_assert_eq(found.count, 0);
	cr_assert(found.cut);
	cr_assert_not(found.full);
}

/* Each fills the text so that a careless pattern would go over it again and again. */
static const char *const hostile[] = {"a.", "a", "1.", "1.1.1.", ".", ":",
    "1:", "a@", "@", "a@a.", "http://", "http://a", "hxxp[", "[.]", "(",
    "0123456789abcdef", "CVE-2021-", "-", "a-", "://", "f:", "::", "\xc3\xa9",
    "\xc3\xa9.", " a.a", "%", "a.com ", "2001:db8::1 ", "h", "evil.com@",
    "1.2.3.4/", "a_b."};

Test(observables, is_quick_with_hostile_text, .timeout = 60)
{
	const size_t size = 1048576;
	char *text = malloc(size + 1);
	struct timespec begin, end;
	double ms;

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		size_t unit = strlen(hostile[i]);

		for (size_t at = 0; at < size; at++)
			text[at] = hostile[i][at % unit];
		text[size] = '\0';
		observables_init(&found);
		(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
		observables_scan(&found, scanner, text, size);
		(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
		ms = (double)(end.tv_sec - begin.tv_sec) * 1e3 +
		     (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
		cr_assert_lt(ms, 500.0, "\"%s\" took %.0f ms", hostile[i], ms);
		cr_assert(found.cut);
	}
	free(text);
}

static void
expect_mark(
    enum mark mark, const char *text, const char *type, const char *value)
{
	observables_init(&found);
	observables_mark(&found, scanner, mark, text);
	if (type == NULL)
		cr_assert_eq(found.count, 0, "%s", text);
	else
		cr_assert(holds(type, value), "%s", text);
}

Test(observables, takes_marked_values_for_what_they_are)
{
	expect_mark(MARK_ip, "192.0.2.1", "ipv4", "192.0.2.1");
	expect_mark(MARK_ip, "2001:DB8::1", "ipv6", "2001:db8::1");
	expect_mark(MARK_ip, "web1", NULL, NULL);
	expect_mark(MARK_ip, "", NULL, NULL);
	expect_mark(MARK_host, "Web1", "host", "web1");
	expect_mark(MARK_host, "web1:9100", "host", "web1");
	expect_mark(MARK_host, "10.80.40.11:9100", "ipv4", "10.80.40.11");
	expect_mark(MARK_host, "localhost", NULL, NULL);
	expect_mark(MARK_host, "-", NULL, NULL);
	expect_mark(MARK_user, "LAB\\Alice", "user", "lab\\alice");
	expect_mark(MARK_user, "(null)", NULL, NULL);
	expect_mark(
	    MARK_domain, "Payload.Invalid.", "domain", "payload.invalid");
	expect_mark(MARK_url, "http://x.example/a", "domain", "x.example");
	expect_mark(MARK_url, "?orgId=1", NULL, NULL);
	expect_mark(MARK_hash, MD5, "md5", MD5);
	expect_mark(MARK_hash, SHA512, "sha512", SHA512);
	expect_mark(MARK_hash, "abc", NULL, NULL);
	expect_mark(MARK_email, "<a@b.org>", "email", "a@b.org");
	expect_mark(MARK_cve, "CVE-2024-3094", "cve", "cve-2024-3094");
}
