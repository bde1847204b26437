#include "workers/callback.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(callback_sign, is_the_hmac_that_rfc_4231_says)
{
	char out[CALLBACK_SIGNATURE_BYTES];

	callback_sign("Jefe", 4, "what do ya want for nothing?", out);
	cr_assert_str_eq(out, "sha256=5bdcc146bf60754e6a042426089575c7"
			      "5a003f089d2739839dec58b964ec3843");
}

Test(callback_post, goes_nowhere_but_by_http)
{
	char detail[CALLBACK_DETAIL_BYTES];
	struct callback callback = {
	    .body = "{}", .notification = 1, .limit_ms = 1000};
	static const char *const urls[] = {
	    "file:///etc/passwd", "ftp://h/", "gopher://h/", "", "//h"};
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		callback.url = urls[i];
		cr_expect_eq(callback_post(&callback, detail), ERR_INVALID);
	}
}

static enum err
post_with(const char *text, size_t len, mode_t mode, char *detail)
{
	char path[] = "/tmp/tocsin-callback-XXXXXX";
	struct callback callback = {.url = "http://127.0.0.1:1/",
	    .body = "{}",
	    .notification = 1,
	    .limit_ms = 1000,
	    .secret_file = path};
	int fd = mkstemp(path);
	enum err err;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, len), (ssize_t)len);
	cr_assert_eq(fchmod(fd, mode), 0);
	(void)close(fd);
	err = callback_post(&callback, detail);
	(void)unlink(path);
	return err;
}

Test(callback_post, sends_nothing_without_the_secret_that_it_needs)
{
	char detail[CALLBACK_DETAIL_BYTES], text[CALLBACK_FILE_BYTES_MAX + 1];

	memset(text, 'x', sizeof(text));
	/* Port 1 answers nobody: it got so far. */
	cr_expect_eq(post_with(text, sizeof(text) - 1, 0600, detail), ERR_IO);
	cr_expect_not_null(strstr(detail, "not answered"), "%s", detail);
	cr_expect_eq(post_with(text, sizeof(text), 0600, detail), ERR_IO);
	cr_expect_not_null(
	    strstr(detail, "more than 1024 bytes"), "%s", detail);
	cr_expect_eq(post_with("\n", 1, 0600, detail), ERR_IO);
	cr_expect_not_null(strstr(detail, "a line of text"), "%s", detail);
	cr_expect_eq(post_with("secret", 6, 0644, detail), ERR_IO);
	cr_expect_not_null(strstr(detail, "chmod 600"), "%s", detail);
}
