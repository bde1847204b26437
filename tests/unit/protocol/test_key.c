#include "protocol/key.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WHY_MAX = 256 };

static char folder[64];
static char path[128];

static void
make_folder(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/tocsin-key-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/lead.key", folder);
}

static void
remove_folder(void)
{
	(void)unlink(path);
	cr_assert_eq(rmdir(folder), 0, "%s is not empty", folder);
}

TestSuite(key, .init = make_folder, .fini = remove_folder);

static struct key
made(void)
{
	struct key key = {.name = "lead",
	    .people = "ipc:///run/people.sock",
	    .people_remote = "tcp://127.0.0.1:7470",
	    .sensors = "tcp://127.0.0.1:7471"};
	struct key server;

	cr_assert_eq(key_make(&key), OK);
	cr_assert_eq(key_make(&server), OK);
	memcpy(key.server_z85, server.public_z85, KEY_Z85_BYTES);
	return key;
}

static void
write_file(const char *text, size_t len, mode_t mode)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, len, file), len);
	cr_assert_eq(fclose(file), 0);
	cr_assert_eq(chmod(path, mode), 0);
}

/* The text that key_save writes for key. */
static void
printed(const struct key *key, char *out, size_t size)
{
	FILE *file;
	size_t len;

	cr_assert_eq(key_save(key, path), OK);
	file = fopen(path, "r");
	cr_assert_not_null(file);
	len = fread(out, 1, size - 1, file);
	out[len] = '\0';
	(void)fclose(file);
	cr_assert_eq(unlink(path), 0);
}

Test(key, is_read_back_as_it_was_saved)
{
	struct key key = made(), found;
	char why[WHY_MAX];

	cr_assert_eq(key_save(&key, path), OK);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), OK, "%s", why);
	cr_assert_str_eq(found.name, "lead");
	cr_assert_str_eq(found.public_z85, key.public_z85);
	cr_assert_str_eq(found.secret_z85, key.secret_z85);
	cr_assert_str_eq(found.server_z85, key.server_z85);
	cr_assert_str_eq(found.people, key.people);
	cr_assert_str_eq(found.people_remote, key.people_remote);
	cr_assert_str_eq(found.sensors, key.sensors);
	cr_assert_str_eq(found.sensors_remote, "");
}

Test(key, is_saved_for_its_owner_alone)
{
	struct key key = made();
	struct stat st;

	(void)umask(0);
	cr_assert_eq(key_save(&key, path), OK);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(key, does_not_take_the_place_of_another)
{
	struct key key = made(), other = made(), found;
	char why[WHY_MAX];

	cr_assert_eq(key_save(&key, path), OK);
	cr_assert_eq(key_save(&other, path), ERR_CONFLICT);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), OK);
	cr_assert_str_eq(found.public_z85, key.public_z85);
}

Test(key, is_not_saved_where_there_is_no_folder)
{
	struct key key = made();

	cr_assert_eq(key_save(&key, "/nonexistent/folder/lead.key"), ERR_IO);
}

Test(key, is_refused_when_others_may_read_or_write_it)
{
	static const mode_t modes[] = {0640, 0604, 0620, 0602, 0644, 0666};
	struct key key = made(), found;
	char why[WHY_MAX];
	size_t i;

	cr_assert_eq(key_save(&key, path), OK);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		cr_assert_eq(chmod(path, modes[i]), 0);
		cr_assert_eq(key_load(path, &found, why, sizeof(why)),
		    ERR_DENIED, "%o", modes[i]);
		cr_assert_not_null(strstr(why, path));
		cr_assert_not_null(strstr(why, "chmod 600"));
	}
	cr_assert_eq(chmod(path, 0400), 0);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), OK);
}

Test(key, that_is_not_there_is_missing)
{
	struct key key;
	char why[WHY_MAX];

	cr_assert_eq(key_load(path, &key, why, sizeof(why)), ERR_MISSING);
	cr_assert_not_null(strstr(why, path));
	cr_assert_eq(key_load(folder, &key, why, sizeof(why)), ERR_INVALID);
}

/* Loads the text with `from` in place of `to`; the member named is at fault. */
static void
refuses(const char *text, const char *from, const char *to, const char *member)
{
	char changed[4096], why[WHY_MAX], named[32];
	const char *at = strstr(text, from);
	struct key found;

	cr_assert_not_null(at, "%s", from);
	(void)snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text),
	    text, to, at + strlen(from));
	write_file(changed, strlen(changed), 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), ERR_INVALID,
	    "%s", changed);
	(void)snprintf(named, sizeof(named), "\"%s\"", member);
	cr_assert_not_null(strstr(why, named), "%s", why);
	cr_assert_str_eq(found.secret_z85, "");
}

Test(key, is_refused_member_by_member)
{
	struct key key = made(), other = made();
	char text[2048];

	printed(&key, text, sizeof(text));
	refuses(text, "\"lead\"", "\"Lead\"", "name");
	refuses(text, "\"lead\"", "7", "name");
	refuses(text, "\"name\"", "\"nome\"", "name");
	refuses(text, "\"public\"", "\"x\"", "public");
	refuses(text, key.public_z85, "short", "public");
	refuses(text, key.public_z85,
	    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "public");
	refuses(text, key.secret_z85, other.secret_z85, "secret");
	refuses(text, key.server_z85, "x", "server");
	refuses(text, "\"tcp://127.0.0.1:7470\"", "7470", "people");
	refuses(text, "\"tcp://127.0.0.1:7471\"", "\"\"", "sensors");
	refuses(text, "[\"tcp://127.0.0.1:7471\"]", "\"tcp://1\"", "sensors");
}

Test(key, passes_over_members_that_it_does_not_know)
{
	struct key key = made(), found;
	char text[2048], changed[4096], why[WHY_MAX];

	printed(&key, text, sizeof(text));
	(void)snprintf(changed, sizeof(changed), "{\"note\":[1],%s", text + 1);
	write_file(changed, strlen(changed), 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), OK, "%s", why);
}

Test(key, may_be_the_public_half)
{
	struct key key = made(), found;
	char why[WHY_MAX];

	key_wipe(&key);
	key.server_z85[0] = '\0';
	cr_assert_eq(key_save(&key, path), OK);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), OK, "%s", why);
	cr_assert_str_eq(found.secret_z85, "");
	cr_assert_str_eq(found.server_z85, "");
}

Test(key, is_refused_when_it_is_no_json_or_too_large)
{
	static char large[32768];
	struct key found;
	char why[WHY_MAX];

	write_file("{", 1, 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), ERR_INVALID);
	cr_assert_not_null(strstr(why, "byte 1"));
	write_file("[]", 2, 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), ERR_INVALID);
	write_file("", 0, 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), ERR_INVALID);
	memset(large, ' ', sizeof(large));
	write_file(large, sizeof(large), 0600);
	cr_assert_eq(key_load(path, &found, why, sizeof(why)), ERR_INVALID);
	cr_assert_not_null(strstr(why, "more than"));
}

Test(key_wipe, leaves_no_secret)
{
	static const char none[KEY_Z85_BYTES];
	struct key key;

	cr_assert_eq(key_make(&key), OK);
	key_wipe(&key);
	cr_assert_eq(memcmp(key.secret_z85, none, sizeof(none)), 0);
}

Test(key_public_valid, takes_forty_characters_of_z85)
{
	struct key key;

	cr_assert_eq(key_make(&key), OK);
	cr_assert(key_public_valid(key.public_z85));
	cr_assert_not(key_public_valid(""));
	cr_assert_not(key_public_valid(key.public_z85 + 1));
	key.public_z85[7] = '"';
	cr_assert_not(key_public_valid(key.public_z85));
	key.public_z85[7] = '~';
	cr_assert_not(key_public_valid(key.public_z85));
	/* Five characters that stand for more than 32 bits. */
	memset(key.public_z85, '#', 40);
	cr_assert_not(key_public_valid(key.public_z85));
}
