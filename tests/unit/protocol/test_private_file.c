#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/private_file.h"

static char path[] = "/tmp/tocsin-private-XXXXXX";
static char why[256];

static void
make(const char *content)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(
	    write(fd, content, strlen(content)), (ssize_t)strlen(content));
	cr_assert_eq(close(fd), 0);
}

static enum err
read_up_to(size_t most, char **text, size_t *len)
{
	return private_file_read(path, most, text, len, why, sizeof(why));
}

Test(private_file, is_read_without_its_last_line_end)
{
	static const char *const contents[] = {
	    "secret", "secret\n", "secret\r\n"};

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		size_t len;
		char *text;

		(void)strcpy(path, "/tmp/tocsin-private-XXXXXX");
		make(contents[i]);
		cr_assert_eq(read_up_to(6, &text, &len), OK, "%s", why);
		cr_assert_eq(len, 6);
		cr_assert_str_eq(text, "secret");
		private_file_wipe(&text, len);
		cr_assert_null(text);
		cr_assert_eq(
		    read_up_to(5, &text, &len), ERR_TOO_LARGE, "%zu", i);
		cr_assert_null(text);
		cr_assert_not_null(strstr(why, "more than 5 bytes"));
		(void)unlink(path);
	}
}

Test(private_file, is_nobody_elses_to_read)
{
	static const mode_t wrong[] = {0640, 0620, 0604, 0602, 0610};
	size_t len;
	char *text;

	make("secret");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(chmod(path, wrong[i]), 0);
		cr_assert_eq(read_up_to(6, &text, &len), ERR_DENIED);
		cr_assert_null(text);
		cr_assert_not_null(strstr(why, path));
		cr_assert_not_null(strstr(why, "chmod 600"));
	}
	(void)unlink(path);
}

Test(private_file, is_a_file)
{
	size_t len;
	char *text;

	cr_assert_eq(
	    private_file_read("/dev/null", 9, &text, &len, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_eq(
	    private_file_read("/tmp", 9, &text, &len, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_eq(private_file_read("/tmp/nowhere/at-all", 9, &text, &len,
			 why, sizeof(why)),
	    ERR_MISSING);
	cr_assert_str_eq(why, "/tmp/nowhere/at-all: No such file or directory");
}
