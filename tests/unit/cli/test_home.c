#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/home.h"

#define SERVER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static struct session session;
static struct fault fault;
static char folder[] = "/tmp/tocsin-home-XXXXXX";

static void
begin(void)
{
	session_init(&session);
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(session.home, sizeof(session.home), "%s/h", folder);
}

static void
end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(home_folder, .init = begin, .fini = end);
TestSuite(home_server, .init = begin, .fini = end);
TestSuite(home_config, .init = begin, .fini = end);
TestSuite(home_far, .init = begin, .fini = end);

static void
write_file(const char *name, const char *text)
{
	char path[SESSION_PATH_MAX];
	FILE *file;

	cr_assert_eq(session_path(&session, name, NULL, path, &fault), OK);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

Test(home_folder, makes_what_is_missing_for_its_owner_alone)
{
	char path[SESSION_PATH_MAX];
	struct stat status;

	cr_assert_eq(home_folder(&session, "keys", &fault), OK);
	cr_assert_eq(home_folder(&session, "keys", &fault), OK);
	cr_assert_eq(session_path(&session, "keys", NULL, path, &fault), OK);
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0700);
}

Test(home_folder, says_what_cannot_be_made)
{
	(void)snprintf(session.home, sizeof(session.home), "/dev/null/h");
	cr_expect_eq(home_folder(&session, "keys", &fault), ERR_IO);
	cr_expect_eq(fault.code, 1);
	cr_expect_not_null(strstr(fault.text, "/dev/null"));
}

Test(home_server, reads_the_brokers_key_and_nothing_else)
{
	char key[KEY_Z85_BYTES] = "";

	cr_expect_eq(home_server(&session, key, &fault), ERR_MISSING);
	cr_assert_eq(home_folder(&session, "keys", &fault), OK);
	write_file("keys/broker.public", SERVER "\n");
	cr_expect_eq(home_server(&session, key, &fault), OK);
	cr_expect_str_eq(key, SERVER);
	write_file("keys/broker.public", "something else\n");
	cr_expect_eq(home_server(&session, key, &fault), ERR_INVALID);
}

Test(home_config, is_the_defaults_or_the_file)
{
	struct config config;

	cr_assert_eq(home_config(&session, &config, &fault), OK);
	cr_expect_str_eq(config.version, "default");
	cr_expect_not(home_has_store(&config));
	config_fini(&config);
	cr_assert_eq(home_folder(&session, "store/journal", &fault), OK);
	write_file("tocsin.yaml", "workers:\n  count: 5\n");
	cr_assert_eq(home_config(&session, &config, &fault), OK);
	cr_expect_eq(config.workers_count, 5);
	cr_expect(home_has_store(&config));
	config_fini(&config);
	write_file("tocsin.yaml", "workers:\n  count: many\n");
	cr_expect_eq(home_config(&session, &config, &fault), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "tocsin.yaml:2:10:"));
	cr_expect_eq(fault.code, 2);
}

static void
expect_far(const char *tcp, const char *begins)
{
	struct config config;
	struct key key;

	memset(&key, 0, sizeof(key));
	cr_assert_eq(config_default("/h", &config), OK);
	(void)snprintf(config.people_tcp, sizeof(config.people_tcp), "%s", tcp);
	cr_assert_eq(home_far(&config, &key, &fault), OK);
	cr_expect_eq(
	    strncmp(key.people, begins, strlen(begins)), 0, "%s", key.people);
	config_fini(&config);
}

Test(home_far, puts_a_name_in_the_place_of_a_wildcard)
{
	char host[128] = "", here[160];

	cr_assert_eq(gethostname(host, sizeof(host) - 1), 0);
	(void)snprintf(here, sizeof(here), "tcp://%s:7470", host);
	expect_far("tcp://192.0.2.1:7470", "tcp://192.0.2.1:7470");
	expect_far("tcp://*:7470", here);
	expect_far("tcp://0.0.0.0:7470", here);
	expect_far("tcp://[::]:7470", here);
}

Test(home_far, is_refused_where_there_is_no_tcp)
{
	struct config config;
	struct key key;

	memset(&key, 0, sizeof(key));
	cr_assert_eq(config_default("/h", &config), OK);
	config.sensors_tcp[0] = '\0';
	cr_expect_eq(home_far(&config, &key, &fault), ERR_INVALID);
	home_near(&config, &key);
	cr_expect_str_eq(key.people, "ipc:///h/run/people.sock");
	config.people_ipc[0] = '\0';
	home_near(&config, &key);
	cr_expect_str_eq(key.people, config.people_tcp);
	config_fini(&config);
}
