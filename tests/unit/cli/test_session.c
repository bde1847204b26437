#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/session.h"

#define SERVER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static struct session session;
static struct fault fault;
static char home[] = "/tmp/tocsin-session-XXXXXX";

static void
begin(void)
{
	session_init(&session);
	(void)unsetenv("TOCSIN_HOME");
	(void)unsetenv("TOCSIN_AS");
	cr_assert_not_null(mkdtemp(home));
}

static void
end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", home);
	cr_assert_eq(system(command), 0);
	session_fini(&session);
}

TestSuite(session_settle, .init = begin, .fini = end);
TestSuite(session_key, .init = begin, .fini = end);
TestSuite(session_path, .init = begin, .fini = end);

Test(session_settle, takes_the_option_before_the_environment)
{
	(void)setenv("TOCSIN_HOME", "/from/environment", 1);
	cr_assert_eq(session_settle(&session, &fault), OK);
	cr_expect_str_eq(session.home, "/from/environment");
	session.given[OPTION_home] = "/from/option";
	cr_assert_eq(session_settle(&session, &fault), OK);
	cr_expect_str_eq(session.home, "/from/option");
}

Test(session_settle, makes_a_relative_home_absolute)
{
	cr_assert_eq(chdir(home), 0);
	session.given[OPTION_home] = "here";
	cr_assert_eq(session_settle(&session, &fault), OK);
	cr_expect_eq(session.home[0], '/');
	cr_expect_str_eq(strrchr(session.home, '/'), "/here");
}

Test(session_settle, has_a_home_where_nobody_says)
{
	(void)setenv("HOME", "/home/ada", 1);
	cr_assert_eq(session_settle(&session, &fault), OK);
	cr_expect(strcmp(session.home, "/home/ada/.local/share/tocsin") == 0 ||
		  strcmp(session.home, "/var/lib/tocsin") == 0);
}

Test(session_settle, refuses_a_path_that_is_too_long)
{
	static char path[SESSION_PATH_MAX + 1];

	memset(path, 'a', SESSION_PATH_MAX);
	path[0] = '/';
	session.given[OPTION_home] = path;
	cr_expect_eq(session_settle(&session, &fault), ERR_TOO_LARGE);
	path[SESSION_PATH_MAX - 1] = '\0';
	cr_expect_eq(session_settle(&session, &fault), OK);
}

Test(session_path, is_below_home)
{
	char path[SESSION_PATH_MAX];

	(void)snprintf(session.home, sizeof(session.home), "/h");
	cr_assert_eq(session_path(&session, "a", "b", path, &fault), OK);
	cr_expect_str_eq(path, "/h/a/b");
	memset(session.home, 'x', SESSION_PATH_MAX - 2);
	session.home[SESSION_PATH_MAX - 2] = '\0';
	cr_expect_eq(
	    session_path(&session, "a", "b", path, &fault), ERR_TOO_LARGE);
}

/* Writes home/keys/NAME.key with what a connection needs, or without. */
static void
write_key(const char *name, bool whole)
{
	struct key key;
	char path[SESSION_PATH_MAX];

	(void)snprintf(session.home, sizeof(session.home), "%s", home);
	memset(&key, 0, sizeof(key));
	cr_assert_eq(key_make(&key), OK);
	(void)snprintf(key.name, sizeof(key.name), "%s", name);
	(void)snprintf(key.people, sizeof(key.people), "ipc:///x");
	if (whole)
		memcpy(key.server_z85, SERVER, sizeof(SERVER));
	(void)snprintf(path, sizeof(path), "%s/keys", home);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/keys/%s.key", home, name);
	cr_assert_eq(key_save(&key, path), OK);
}

Test(session_key, is_default_as_or_named)
{
	write_key("default", true);
	write_key("ada", true);
	write_key("bob", true);
	cr_assert_eq(session_key(&session, &fault), OK, "%s", fault.text);
	cr_expect_str_eq(session.key.name, "default");
	(void)setenv("TOCSIN_AS", "ada", 1);
	cr_assert_eq(session_key(&session, &fault), OK);
	cr_expect_str_eq(session.key.name, "ada");
	session.given[OPTION_as] = "bob";
	cr_assert_eq(session_key(&session, &fault), OK);
	cr_expect_str_eq(session.key.name, "bob");
}

Test(session_key, says_what_to_do_when_there_is_none)
{
	(void)snprintf(session.home, sizeof(session.home), "%s", home);
	cr_expect_eq(session_key(&session, &fault), ERR_MISSING);
	cr_expect_eq(fault.code, 1);
	cr_expect_not_null(strstr(fault.text, "`tocsin init`"));
}

Test(session_key, stays_inside_the_folder_of_keys)
{
	write_key("ada", true);
	session.given[OPTION_as] = "../keys/ada";
	cr_expect_eq(session_key(&session, &fault), ERR_INVALID);
	cr_expect_eq(fault.code, 2);
}

Test(session_key, needs_the_servers_half)
{
	write_key("half", false);
	session.given[OPTION_as] = "half";
	cr_expect_eq(session_key(&session, &fault), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "server's"));
}
