#include "gateway/signature.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN  "toc_7_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"
#define SECRET "0123456789abcdef"

enum { NOW_S = 1700000000 };

static struct config config;
static struct signatures *all;
static char folder[] = "/tmp/tocsin-signature-XXXXXX", why[512];

static void
write_file(const char *name, const char *text, size_t len, mode_t mode,
    char *path, size_t size)
{
	FILE *file;

	(void)snprintf(path, size, "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, len, file), len);
	(void)fclose(file);
	cr_assert_eq(chmod(path, mode), 0);
}

static void
secret(const char *text, size_t len, mode_t mode)
{
	write_file("secret", text, len, mode, config.signatures[0].secret_file,
	    sizeof(config.signatures[0].secret_file));
}

static void
begin(void)
{
	struct config_signature *row = &config.signatures[0];

	cr_assert_geq(sodium_init(), 0);
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(row->name, sizeof(row->name), "hub");
	(void)snprintf(row->path, sizeof(row->path), "/v1/alerts/hub");
	(void)snprintf(row->header, sizeof(row->header), "X-Signature");
	(void)snprintf(row->prefix, sizeof(row->prefix), "sha256=");
	row->tolerance_ms = 300000;
	config.signatures_count = 1;
	secret(SECRET "\n", 17, 0600);
	write_file("token", TOKEN "\n", strlen(TOKEN) + 1, 0600,
	    row->token_file, sizeof(row->token_file));
}

static void
end(void)
{
	signatures_close(&all);
	(void)unlink(config.signatures[0].secret_file);
	(void)unlink(config.signatures[0].token_file);
	(void)rmdir(folder);
}

TestSuite(signature, .init = begin, .fini = end);

static enum err
open_all(void)
{
	signatures_close(&all);
	return signatures_open(&config, &all, why, sizeof(why));
}

/* What a sender would put into the header. */
static const char *
sign(const char *key, const char *prefix, const char *message)
{
	static char out[512];
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char hex[2 * sizeof(mac) + 1];

	(void)crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)key, strlen(key));
	(void)crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)message, strlen(message));
	(void)crypto_auth_hmacsha256_final(&state, mac);
	(void)sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(out, sizeof(out), "%s%s", prefix, hex);
	return out;
}

static bool
passes(const char *value, const char *timestamp, const char *body)
{
	const struct signature *row = signatures_find(all, "/v1/alerts/hub");

	why[0] = '\0';
	return signature_head(row, value, timestamp, NOW_S, why) &&
	       signature_body(row, value, timestamp,
		   (struct wire_part){body, strlen(body)}, why);
}

Test(signature, lets_pass_what_the_secret_signed_and_nothing_else)
{
	char two[1100], large[512];
	size_t i;

	cr_assert_eq(open_all(), OK, "%s", why);
	cr_assert_null(signatures_find(all, "/v1/alerts/other"));
	cr_assert_null(signatures_find(NULL, "/v1/alerts/hub"));
	cr_assert_str_eq(
	    signature_token(signatures_find(all, "/v1/alerts/hub")), TOKEN);
	cr_assert(passes(sign(SECRET, "sha256=", "{}"), NULL, "{}"), "%s", why);
	/* The end of the file's line is none of the secret. */
	cr_assert_not(passes(sign(SECRET "\n", "sha256=", "{}"), NULL, "{}"));
	cr_assert_not_null(strstr(why, "X-Signature"));
	cr_assert_not(passes(sign(SECRET, "sha256=", "{}"), NULL, "{ "));
	cr_assert_not(passes(sign(SECRET, "sha1=", "{}"), NULL, "{}"));
	cr_assert_not(passes(sign(SECRET, "", "{}"), NULL, "{}"));
	cr_assert_not(passes(NULL, NULL, "{}"));
	cr_assert_not_null(strstr(why, "X-Signature"));
	cr_assert_not(passes("", NULL, "{}"));
	cr_assert_not(passes("sha256=", NULL, "{}"));
	(void)snprintf(
	    large, sizeof(large), "%s", sign(SECRET, "sha256=", "{}"));
	for (i = 7; large[i] != '\0'; i++)
		if (large[i] >= 'a')
			large[i] = (char)(large[i] - 'a' + 'A');
	cr_assert(passes(large, NULL, "{}"));
	/* While a secret is changed, there may be two. */
	(void)snprintf(two, sizeof(two), "%s, %s",
	    sign("fedcba9876543210", "sha256=", "{}"), large);
	cr_assert(passes(two, NULL, "{}"), "%s", why);
	large[20] = large[20] == '0' ? '1' : '0';
	cr_assert_not(passes(large, NULL, "{}"));
}

Test(signature, reads_base64_and_no_prefix)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char base64[64];
	size_t len;

	config.signatures[0].prefix[0] = '\0';
	cr_assert_eq(open_all(), OK);
	cr_assert_eq(sodium_hex2bin(mac, sizeof(mac), sign(SECRET, "", "[]"),
			 64, NULL, &len, NULL),
	    0);
	(void)sodium_bin2base64(base64, sizeof(base64), mac, sizeof(mac),
	    sodium_base64_VARIANT_ORIGINAL);
	cr_assert(passes(base64, NULL, "[]"), "%s", why);
	cr_assert_not(passes(base64, NULL, "[ ]"));
	base64[43] = 'A';
	cr_assert_not(passes(base64, NULL, "[]"));
}

Test(signature, holds_the_header_to_its_limit)
{
	char value[LIMIT_SIGNATURE_HEADER_BYTES_MAX + 2];
	const char *good;

	cr_assert_eq(open_all(), OK);
	good = sign(SECRET, "sha256=", "{}");
	memset(value, ',', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	memcpy(value, good, strlen(good));
	cr_assert_not(passes(value, NULL, "{}"));
	cr_assert_not_null(strstr(why, "more than 1024 bytes"), "%s", why);
	value[sizeof(value) - 2] = '\0';
	cr_assert(passes(value, NULL, "{}"), "%s", why);
}

Test(signature, takes_no_time_but_one_that_is_near_and_signed)
{
	const struct {
		const char *timestamp;
		bool is;
	} rows[] = {
	    {"1700000000", true},
	    {"1699999700", true},
	    {"1699999699", false},
	    {"1700000300", true},
	    {"1700000301", false},
	    {"1700000000000", false},
	    {"-1", false},
	    {"17e8", false},
	    {"", false},
	};
	char message[64];
	size_t i;

	(void)snprintf(config.signatures[0].timestamp_header,
	    sizeof(config.signatures[0].timestamp_header), "X-Time");
	cr_assert_eq(open_all(), OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(
		    message, sizeof(message), "%s:{}", rows[i].timestamp);
		cr_expect_eq(passes(sign(SECRET, "sha256=", message),
				 rows[i].timestamp, "{}"),
		    rows[i].is, "%s: %s", rows[i].timestamp, why);
	}
	cr_assert_not(passes(sign(SECRET, "sha256=", "{}"), NULL, "{}"));
	cr_assert_not_null(strstr(why, "X-Time"));
	/* Near, and another than was signed. */
	cr_assert_not(passes(
	    sign(SECRET, "sha256=", "1700000000:{}"), "1700000001", "{}"));
}

Test(signatures_open, refuses_secrets_that_are_none, .init = begin, .fini = end)
{
	static char text[LIMIT_SIGNATURE_SECRET_BYTES_MAX + 1];

	memset(text, 'x', sizeof(text));
	secret(text, LIMIT_SIGNATURE_SECRET_BYTES_MIN, 0600);
	cr_assert_eq(open_all(), OK);
	secret(text, LIMIT_SIGNATURE_SECRET_BYTES_MIN - 1, 0600);
	cr_assert_eq(open_all(), ERR_INVALID);
	cr_assert_not_null(strstr(why, "hub: /tmp/"), "%s", why);
	cr_assert_not_null(strstr(why, "at least 16 bytes"), "%s", why);
	secret(text, LIMIT_SIGNATURE_SECRET_BYTES_MAX, 0600);
	cr_assert_eq(open_all(), OK);
	secret(text, LIMIT_SIGNATURE_SECRET_BYTES_MAX + 1, 0600);
	cr_assert_eq(open_all(), ERR_TOO_LARGE);
	secret(text, 32, 0640);
	cr_assert_eq(open_all(), ERR_DENIED);
	cr_assert_not_null(strstr(why, "chmod 600"), "%s", why);
	(void)unlink(config.signatures[0].secret_file);
	cr_assert_eq(open_all(), ERR_MISSING);
	cr_assert_eq(mkdir(config.signatures[0].secret_file, 0700), 0);
	cr_assert_eq(open_all(), ERR_INVALID);
	(void)rmdir(config.signatures[0].secret_file);
}

Test(signatures_open, refuses_what_is_no_token_or_no_address, .init = begin,
    .fini = end)
{
	struct config_signature *row = &config.signatures[0];

	write_file("token", "toc_x", 5, 0600, row->token_file,
	    sizeof(row->token_file));
	cr_assert_eq(open_all(), ERR_INVALID);
	cr_assert_not_null(strstr(why, "is no token"), "%s", why);
	write_file("token", TOKEN, strlen(TOKEN), 0644, row->token_file,
	    sizeof(row->token_file));
	cr_assert_eq(open_all(), ERR_DENIED);
	cr_assert_eq(chmod(row->token_file, 0600), 0);
	cr_assert_eq(open_all(), OK, "%s", why);
	(void)snprintf(row->path, sizeof(row->path), "/nowhere");
	cr_assert_eq(open_all(), ERR_INVALID);
	cr_assert_not_null(strstr(why, "/nowhere"), "%s", why);
	/* There the key is in the body. */
	(void)snprintf(row->path, sizeof(row->path), "/v2/enqueue");
	cr_assert_eq(open_all(), ERR_INVALID);
	(void)snprintf(row->path, sizeof(row->path), "/v1/grafana/prod");
	cr_assert_eq(open_all(), OK);
}
