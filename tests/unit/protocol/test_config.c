#include "protocol/config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_fixture.h"

Test(config_default, has_every_default_of_the_table)
{
	struct config config;

	cr_assert_eq(config_default("/home/soc", &config), OK);
	cr_assert_str_eq(config.version, "default");
	cr_assert_str_eq(config.text, "");
	cr_assert_str_eq(config.people_tcp, "tcp://127.0.0.1:7470");
	cr_assert_str_eq(config.people_ipc, "/home/soc/run/people.sock");
	cr_assert_str_eq(config.sensors_ipc, "/home/soc/run/sensors.sock");
	cr_assert_str_eq(config.store_path, "/home/soc/store");
	cr_assert_eq(config.segment_mib, 64);
	cr_assert_eq(config.triage_open, SEVERITY_medium);
	cr_assert_eq(config.triage_attach, SEVERITY_low);
	cr_assert_eq(config.triage_window_ms, 86400000);
	cr_assert_eq(config.triage_umbrella_window_ms, 600000);
	cr_assert_eq(config.lease_notify_ms, 60000);
	cr_assert_eq(config.retry_first_ms, 1000);
	cr_assert_eq(config.retry_attempts, 5);
	cr_assert_eq(config.hooks_count, 0);
	cr_assert_str_eq(config.mail_server, "");
	cr_assert_eq(config.targets[SEVERITY_critical].acknowledge_ms, 900000);
	cr_assert_eq(config.targets[SEVERITY_info].resolve_ms, 0);
	cr_assert_eq(config.chain_count, 0);
	cr_assert_str_eq(config.mail_from, "tocsin@localhost");
	config_fini(&config);
	cr_assert_null(config.text);
	config_fini(&config);
}

Test(config_parse, takes_the_defaults_for_what_is_not_said)
{
	static const char *const texts[] = {"", "\n", "# nothing\n", "---\n",
	    "{}", "broker:\n", "broker:\n  people: ~\nnotify:\n  hooks:\n"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct config config;
		char why[WHY_MAX];

		cr_assert_eq(parse(texts[i], &config, why), OK, "%s", why);
		cr_assert_str_eq(config.people_tcp, "tcp://127.0.0.1:7470");
		cr_assert_str_eq(config.text, texts[i]);
		cr_assert_eq(strlen(config.version), 16);
		cr_assert_str_eq(why, "");
		config_fini(&config);
	}
}

Test(config_parse, sets_every_setting)
{
	static const char text[] =
	    "broker:\n"
	    "  people: {tcp: 'tcp://0.0.0.0:1', ipc: \"\"}\n"
	    "  sensors:\n"
	    "    tcp: \"\"\n"
	    "    ipc: /run/tocsin/s.sock\n"
	    "store: {path: data, segment_mib: 1024, reserve_mib: 1}\n"
	    "intake: {alerts_per_second: 500}\n"
	    "triage:\n"
	    "  open: critical\n"
	    "  attach: info\n"
	    "  window: 7d\n"
	    "  umbrella: 3\n"
	    "  umbrella_window: 15m\n"
	    "  lease: 250ms\n"
	    "jobs: {retry_after: 2s, attempts: 9}\n"
	    "workers: {count: 0}\n"
	    "notify:\n"
	    "  lease: 1h\n"
	    "  hooks:\n"
	    "    - name: pager\n"
	    "      on: opened, assigned\n"
	    "      severity: critical\n"
	    "      tlp: red\n"
	    "      command: /usr/bin/pager\n"
	    "    - {name: mail, on: assigned, mail_to: soc@example.org}\n"
	    "    - {name: call, on: 'escalated,opened', command: /c}\n"
	    "escalation:\n"
	    "  repeat: 0\n"
	    "  targets:\n"
	    "    critical: {acknowledge: 5m, resolve: 1h}\n"
	    "    info: {resolve: 30d}\n"
	    "  chain:\n"
	    "    - {name: second, assign: lena}\n"
	    "    - {name: boss, hook: call}\n"
	    "mail: {server: 'smtps://mx.example.org:465', from: a@b}\n";
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(parse(text, &config, why), OK, "%s", why);
	cr_assert_str_eq(config.people_tcp, "tcp://0.0.0.0:1");
	cr_assert_str_eq(config.people_ipc, "");
	cr_assert_str_eq(config.sensors_tcp, "");
	cr_assert_str_eq(config.sensors_ipc, "/run/tocsin/s.sock");
	cr_assert_str_eq(config.store_path, "/home/soc/data");
	cr_assert_eq(config.segment_mib, 1024);
	cr_assert_eq(config.reserve_mib, 1);
	cr_assert_eq(config.sensor_rate, 500);
	cr_assert_eq(config.triage_open, SEVERITY_critical);
	cr_assert_eq(config.triage_attach, SEVERITY_info);
	cr_assert_eq(config.triage_window_ms, INT64_C(604800000));
	cr_assert_eq(config.triage_umbrella, 3);
	cr_assert_eq(config.triage_umbrella_window_ms, 900000);
	cr_assert_eq(config.lease_triage_ms, 250);
	cr_assert_eq(config.retry_first_ms, 2000);
	cr_assert_eq(config.retry_attempts, 9);
	cr_assert_eq(config.workers_count, 0);
	cr_assert_eq(config.lease_notify_ms, 3600000);
	cr_assert_eq(config.hooks_count, 3);
	cr_assert(config.hooks[2].on[OCCASION_escalated]);
	cr_assert_str_eq(config.hooks[0].name, "pager");
	cr_assert(config.hooks[0].on[OCCASION_opened] &&
		  config.hooks[0].on[OCCASION_assigned]);
	cr_assert_eq(config.hooks[0].severity, SEVERITY_critical);
	cr_assert_eq(config.hooks[0].tlp, TLP_red);
	cr_assert_str_eq(config.hooks[0].command, "/usr/bin/pager");
	cr_assert_not(config.hooks[0].on[OCCASION_escalated]);
	cr_assert_not(config.hooks[1].on[OCCASION_opened]);
	cr_assert(config.hooks[1].on[OCCASION_assigned]);
	cr_assert_eq(config.hooks[1].severity, SEVERITY_high);
	cr_assert_eq(config.hooks[1].tlp, TLP_amber);
	cr_assert_str_eq(config.hooks[1].mail_to, "soc@example.org");
	cr_assert_str_eq(config.mail_server, "smtps://mx.example.org:465");
	cr_assert_str_eq(config.mail_from, "a@b");
	cr_assert_eq(config.targets[SEVERITY_critical].acknowledge_ms, 300000);
	cr_assert_eq(config.targets[SEVERITY_critical].resolve_ms, 3600000);
	cr_assert_eq(config.targets[SEVERITY_high].resolve_ms, 86400000);
	cr_assert_eq(config.targets[SEVERITY_info].acknowledge_ms, 0);
	cr_assert_eq(
	    config.targets[SEVERITY_info].resolve_ms, INT64_C(2592000000));
	cr_assert_eq(config.escalation_repeat_ms, 0);
	cr_assert_eq(config.chain_count, 2);
	cr_assert_str_eq(config.chain[0].name, "second");
	cr_assert_str_eq(config.chain[0].assign, "lena");
	cr_assert_str_eq(config.chain[0].hook, "");
	cr_assert_str_eq(config.chain[1].hook, "call");
	config_fini(&config);
}

Test(config_parse, names_the_version_after_the_text)
{
	struct config one, same, other;
	char why[WHY_MAX];

	cr_assert_eq(parse("workers: {count: 1}\n", &one, why), OK);
	cr_assert_eq(parse("workers: {count: 1}\n", &same, why), OK);
	cr_assert_eq(parse("workers: {count: 2}\n", &other, why), OK);
	cr_assert_str_eq(one.version, same.version);
	cr_assert_str_neq(one.version, other.version);
	cr_assert_eq(strspn(one.version, "0123456789abcdef"), 16);
	config_fini(&one);
	config_fini(&same);
	config_fini(&other);
}

static char folder[64];
static char path[128];

static void
make_folder(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/tocsin-config-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/tocsin.yaml", folder);
}

static void
remove_folder(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

TestSuite(config_load, .init = make_folder, .fini = remove_folder);

/* Writes the text, then spaces up to len bytes. */
static void
write_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_geq(fputs(text, file), 0);
	for (len -= strlen(text); len > 0; len--)
		cr_assert_eq(fputc('\n', file), '\n');
	cr_assert_eq(fclose(file), 0);
}

Test(config_load, reads_a_file_and_names_it_in_messages)
{
	struct config config;
	char why[WHY_MAX];

	write_file("workers: {count: 7}\n", 20);
	cr_assert_eq(config_load(path, folder, &config, why, sizeof(why)), OK,
	    "%s", why);
	cr_assert_eq(config.workers_count, 7);
	cr_assert_eq(strncmp(config.store_path, folder, strlen(folder)), 0);
	config_fini(&config);
	write_file("workers: {count: x}\n", 20);
	cr_assert_eq(
	    config_load(path, folder, &config, why, sizeof(why)), ERR_INVALID);
	cr_assert_eq(strncmp(why, path, strlen(path)), 0);
	cr_assert_eq(
	    strncmp(why + strlen(path), ":1:18: workers.count", 20), 0);
}

Test(config_load, says_when_there_is_no_file)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(
	    config_load(path, folder, &config, why, sizeof(why)), ERR_MISSING);
	cr_assert_not_null(strstr(why, path));
	cr_assert_eq(
	    config_load(folder, folder, &config, why, sizeof(why)), ERR_IO);
	config_fini(&config);
}

Test(config_load, takes_files_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	write_file("workers: {count: 7}\n", CONFIG_FILE_MAX);
	cr_assert_eq(config_load(path, folder, &config, why, sizeof(why)), OK,
	    "%s", why);
	config_fini(&config);
	write_file("workers: {count: 7}\n", CONFIG_FILE_MAX + 1);
	cr_assert_eq(config_load(path, folder, &config, why, sizeof(why)),
	    ERR_TOO_LARGE);
	cr_assert_not_null(strstr(why, "262144"));
}
