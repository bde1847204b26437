#include "protocol/config.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/setting.h"

enum { WHY_MAX = 512 };

static enum err
parse(const char *text, struct config *config, char why[WHY_MAX])
{
	return config_parse(
	    text, strlen(text), "t.yaml", "/home/soc", config, why, WHY_MAX);
}

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

struct refusal {
	const char *text;
	const char *why; /* behind "t.yaml:" */
};

static const struct refusal refusals[] = {
    {"nonsense: 1\n", "1:1: nonsense: no such setting"},
    {"store:\n  segment: 1\n", "2:3: store.segment: no such setting"},
    {"store.path: a\n", "1:1: expected the name of a setting"},
    {"store:\n  path: a\n  path: b\n", "3:3: store: path stands there twice"},
    {"store: {path: a}\nmail:\nstore: {}\n", "3:1: store stands there twice"},
    {"store: 7\n", "1:8: store: expected settings, each with a name and a "
		   "colon"},
    {"store: [path]\n", "1:1: store: expected settings, each with a name and "
			"a colon"},
    {"- a\n", "1:1: expected settings, each with a name and a colon"},
    {"text\n", "1:1: expected settings, each with a name and a colon"},
    {"store:\n  path: [a]\n", "2:3: store.path: expected one value, not a "
			      "list or further settings"},
    {"store:\n  path:\n", "2:3: store.path: expected a value"},
    {"store:\n  path: ''\n", "2:9: store.path: must not be empty"},
    {"store:\n  path: \"a\\0b\"\n",
	"2:9: store.path: a NUL character is not accepted"},
    {"store:\n  segment_mib: 0\n",
	"2:16: store.segment_mib: expected a whole number from 1 to 1024"},
    {"store:\n  segment_mib: 1025\n",
	"2:16: store.segment_mib: expected a whole number from 1 to 1024"},
    {"store:\n  segment_mib: 1.5\n",
	"2:16: store.segment_mib: expected a whole number from 1 to 1024"},
    {"store:\n  segment_mib: -1\n",
	"2:16: store.segment_mib: expected a whole number from 1 to 1024"},
    {"store:\n  segment_mib: 18446744073709551617\n",
	"2:16: store.segment_mib: expected a whole number from 1 to 1024"},
    {"store:\n  segment_mib: '64'\n",
	"2:16: store.segment_mib: expected a number, not a text in quotes"},
    {"triage:\n    open: huge\n",
	"2:11: triage.open: expected a severity (info, low, medium, high, "
	"critical)"},
    {"triage: {window: 24}\n", "1:18: triage.window: expected a duration such "
			       "as 250ms, 30s, 15m, 24h or 7d"},
    {"triage: {window: 0}\n", "1:18: triage.window: expected a duration from "
			      "1000ms to 2592000000ms"},
    {"triage: {window: 1w}\n", "1:18: triage.window: expected a duration such "
			       "as 250ms, 30s, 15m, 24h or 7d"},
    {"triage: {window: 999ms}\n", "1:18: triage.window: expected a duration "
				  "from 1000ms to 2592000000ms"},
    {"triage: {window: 999999999999d}\n",
	"1:18: triage.window: expected a duration from 1000ms to "
	"2592000000ms"},
    {"triage: {open: low, attach: high}\n",
	"1:1: triage.attach: must not be above triage.open"},
    {"broker: {people: {tcp: 7470}}\n",
	"1:24: broker.people.tcp: expected tcp://address:port"},
    {"broker: {people: {tcp: 'tcp://host:x'}}\n",
	"1:24: broker.people.tcp: expected tcp://address:port"},
    {"broker: {people: {tcp: 'tcp://:1'}}\n",
	"1:24: broker.people.tcp: expected tcp://address:port"},
    {"mail: {server: 'http://a:1'}\n",
	"1:16: mail.server: expected smtp://host:port or smtps://host:port"},
    {"intake:\n  sources:\n  - name: tocsin\n",
	"3:5: intake.sources[]: name: tocsin stands for the broker itself"},
    {"intake:\n  sources:\n  - {name: a, burst: 2000}\n",
	"3:6: intake.sources[]: burst needs a rate"},
    {"intake:\n  sources:\n  - {name: a, rate: 1, burst: 1023}\n",
	"3:6: intake.sources[]: burst: at least 1024, so that a whole message "
	"passes"},
    {"gateway:\n  signatures:\n  - {name: a, path: v1, header: X}\n",
	"3:6: gateway.signatures[]: path: expected an address without a "
	"query, such as /v1/alerts/SOURCE"},
    {"gateway:\n  signatures:\n  - {name: a, path: '/v1?a', header: X}\n",
	"3:6: gateway.signatures[]: path: expected an address without a "
	"query, such as /v1/alerts/SOURCE"},
    {"gateway:\n  signatures:\n  - {name: a, path: /v1}\n",
	"3:6: gateway.signatures[]: header is needed"},
    {"gateway:\n  signatures:\n  - {name: a, path: /v1, header: 'X:'}\n",
	"3:6: gateway.signatures[]: header: expected the name of a header"},
    {"gateway:\n  signatures:\n  - {name: a, path: /v1, header: X,"
     " timestamp_header: a b}\n",
	"3:6: gateway.signatures[]: timestamp_header: expected the name of a "
	"header"},
    {"gateway:\n  signatures:\n  - {name: a, path: /v1, header: X,"
     " prefix: 'v1,'}\n",
	"3:6: gateway.signatures[]: prefix: a comma stands between "
	"signatures"},
    {"gateway:\n  signatures:\n  - {name: a, path: /v1, header: X,"
     " secret_file: /s}\n",
	"3:6: gateway.signatures[]: secret_file and token_file are needed"},
    {"gateway:\n  signatures:\n  - name: a\n    secret_file: s\n",
	"4:18: gateway.signatures[].secret_file: expected an absolute path"},
    {"gateway:\n  signatures:\n  - name: a\n    tolerance: 2d\n",
	"4:16: gateway.signatures[].tolerance: expected a duration from 1000ms "
	"to 86400000ms"},
    {"gateway:\n  signatures:\n"
     "  - {name: a, path: /v1, header: X, secret_file: /s, token_file: /t}\n"
     "  - {name: b, path: /v1, header: Y, secret_file: /s, token_file: /t}\n",
	"1:1: gateway.signatures: a and b have the same path"},
    {"notify:\n  hooks:\n  - {name: a, on: triaged, command: /a}\n",
	"3:6: notify.hooks[]: on: triaged is for notify.callbacks"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, url: 'http://h',"
     " on: opened}\n",
	"3:6: notify.callbacks[]: on: opened is for notify.hooks"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, url: 'http://h'}\n",
	"3:6: notify.callbacks[]: on is needed"},
    {"notify:\n  callbacks:\n  - {name: a, url: 'http://h', on: closed}\n",
	"3:6: notify.callbacks[]: source: expected the name of a source"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, on: closed,"
     " url: 'ftp://h'}\n",
	"3:6: notify.callbacks[]: url: expected http://host... or "
	"https://host..., without a password"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, on: closed,"
     " url: 'http://u:p@h/'}\n",
	"3:6: notify.callbacks[]: url: expected http://host... or "
	"https://host..., without a password"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, on: closed,"
     " url: 'http:///x'}\n",
	"3:6: notify.callbacks[]: url: expected http://host... or "
	"https://host..., without a password"},
    {"notify:\n  callbacks:\n  - {name: a, source: s, on: closed,"
     " url: 'http://127.0.0.1.example.org/', token_file: /t}\n",
	"3:6: notify.callbacks[]: token_file: a token leaves this machine by "
	"https:// alone"},
    {"notify:\n  hooks:\n  - {name: a, on: opened, command: /a}\n"
     "  callbacks:\n  - {name: a, source: s, on: closed, url: 'http://h'}\n",
	"1:1: notify.callbacks: a is the name of a hook already"},
    {"notify: {hooks: a}\n", "1:17: notify.hooks: expected a list"},
    {"notify:\n  hooks:\n  - a\n",
	"3:5: notify.hooks[]: expected settings, each with a name and a "
	"colon"},
    {"notify:\n  hooks:\n  - on: opened\n    command: /a\n",
	"3:5: notify.hooks[]: name is needed"},
    {"notify:\n  hooks:\n  - name: A\n    on: opened\n    command: /a\n",
	"3:5: notify.hooks[]: name: expected a-z, 0-9 and . _ : @ -, "
	"beginning with a letter or a digit"},
    {"notify:\n  hooks:\n  - name: a\n    command: /a\n",
	"3:5: notify.hooks[]: on is needed"},
    {"notify:\n  hooks:\n  - name: a\n    on: opened\n",
	"3:5: notify.hooks[]: command or mail_to is needed"},
    {"notify:\n  hooks:\n  - name: a\n    on: ended\n",
	"4:9: notify.hooks[].on: expected one or more of opened, "
	"assigned, escalated, overdue, triaged, promoted, closed, each once"},
    {"notify:\n  hooks:\n  - name: a\n    on: opened, opened\n",
	"4:9: notify.hooks[].on: expected one or more of opened, "
	"assigned, escalated, overdue, triaged, promoted, closed, each once"},
    {"notify:\n  hooks:\n  - name: a\n    on: 'opened, '\n",
	"4:9: notify.hooks[].on: expected one or more of opened, "
	"assigned, escalated, overdue, triaged, promoted, closed, each once"},
    {"notify:\n  hooks:\n  - name: a\n    command: rm\n",
	"4:14: notify.hooks[].command: expected an absolute path"},
    {"notify:\n  hooks:\n  - name: a\n    tlp: white\n",
	"4:10: notify.hooks[].tlp: expected a TLP word (clear, green, amber, "
	"amber_strict, red)"},
    {"notify:\n  hooks:\n  - {name: a, on: opened, command: /a}\n"
     "  - {name: a, on: opened, command: /b}\n",
	"4:6: notify.hooks[]: name: another one is called a"},
    {"notify:\n  hooks:\n  - {name: a, on: opened, mail_to: a@b}\n",
	"1:1: mail.server: is needed by the mail_to of hook a"},
    {"escalation: {chain: [{assign: a}]}\n",
	"1:23: escalation.chain[]: name is needed"},
    {"escalation: {chain: [{name: a}]}\n",
	"1:23: escalation.chain[]: assign or hook is needed"},
    {"escalation: {chain: [{name: a, assign: A}]}\n",
	"1:23: escalation.chain[]: assign: expected the name of a person"},
    {"escalation: {chain: [{name: a, hook: b}]}\n",
	"1:1: escalation.chain: level a: no hook is called b"},
    {"escalation: {chain: [{name: a, hook: b}]}\n"
     "notify: {hooks: [{name: b, on: opened, command: /c}]}\n",
	"1:1: escalation.chain: level a: hook b needs escalated in its on"},
    {"escalation: {targets: {high: {resolve: -1m}}}\n",
	"1:40: escalation.targets.high.resolve: expected a duration such as "
	"250ms, 30s, 15m, 24h or 7d"},
    {"escalation: {targets: {high: {resolve: 366d}}}\n",
	"1:40: escalation.targets.high.resolve: expected a duration from 0ms "
	"to 31536000000ms"},
    {"escalation: {targets: {huge: {resolve: 1d}}}\n",
	"1:24: escalation.targets.huge: no such setting"},
    {"triage: {window: 0}\n", "1:18: triage.window: expected a duration from "
			      "1000ms to 2592000000ms"},
    {"store: &a {path: x}\n", "1:1: store: anchors are not accepted"},
    {"store: {path: &a x}\n", "1:18: store.path: anchors are not accepted"},
    {"store: *a\n", "1:8: store: aliases are not accepted"},
    {"store: {path: *a}\n", "1:15: store.path: aliases are not accepted"},
    {"store: {path: !!str x}\n", "1:21: store.path: tags are not accepted"},
    {"<<: {store: {path: a}}\n", "1:1: expected the name of a setting"},
    {"? [a]\n: b\n", "1:1: expected the name of a setting"},
    {"\"\\e[31m\": 1\n", "1:1: expected the name of a setting"},
    {"store: {path: a}\n---\nstore: {path: b}\n",
	"3:1: expected one document, not another one after it"},
    {"triage:\n\topen: high\n",
	"2:1: not YAML: tab character may not be used as indentation"},
    {"mail: {from: \"a\n",
	"1:15: not YAML: double-quoted scalar without closing quote"},
    {"store: {path: \x80}\n", "1:1: not UTF-8 text"},
};

enum { REFUSALS = sizeof(refusals) / sizeof(refusals[0]) };

Test(config_parse, refuses_with_file_line_and_column)
{
	size_t i;

	for (i = 0; i < REFUSALS; i++) {
		struct config config;
		char why[WHY_MAX], expected[WHY_MAX];

		cr_assert_eq(parse(refusals[i].text, &config, why), ERR_INVALID,
		    "%s", refusals[i].text);
		(void)snprintf(
		    expected, sizeof(expected), "t.yaml:%s", refusals[i].why);
		cr_assert_str_eq(why, expected);
		cr_assert_null(config.text);
	}
}

Test(config_parse, refuses_a_document_that_is_nested_too_deep)
{
	static char text[CONFIG_FILE_MAX];
	struct config config;
	char why[WHY_MAX];

	memset(text, '[', sizeof(text));
	cr_assert_eq(config_parse(text, sizeof(text), "t.yaml", "/", &config,
			 why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_not_null(strstr(why, "depth"), "%s", why);
}

Test(config_parse, refuses_a_bomb_of_aliases)
{
	static const char text[] = "a: &a [x,x,x,x,x,x,x,x,x]\n"
				   "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				   "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
				   "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n";
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(parse(text, &config, why), ERR_INVALID);
	cr_assert_str_eq(why, "t.yaml:1:1: a: anchors are not accepted");
}

/* A configuration of so many hooks. */
static enum err
parse_hooks(int count, struct config *config, char why[WHY_MAX])
{
	char text[4096] = "notify:\n  hooks:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: h%d, on: opened, command: /a}\n", i);
	return parse(text, config, why);
}

Test(config_parse, takes_levels_up_to_their_limit)
{
	static const char text[] =
	    "escalation: {chain: [{name: a, assign: x}, {name: b, assign: x},"
	    "{name: c, assign: x}, {name: d, assign: x}, {name: e, assign: x},"
	    "{name: f, assign: x}, {name: g, assign: x}, {name: h, assign: x}";
	struct config config;
	char why[WHY_MAX], whole[sizeof(text) + 64];

	(void)snprintf(whole, sizeof(whole), "%s]}\n", text);
	cr_assert_eq(parse(whole, &config, why), OK, "%s", why);
	cr_assert_eq(config.chain_count, CONFIG_LEVELS_MAX);
	config_fini(&config);
	(void)snprintf(
	    whole, sizeof(whole), "%s, {name: i, assign: x}]}\n", text);
	cr_assert_eq(parse(whole, &config, why), ERR_INVALID);
	cr_assert_not_null(strstr(why, "more than 8 rows"), "%s", why);
}

Test(config_parse, takes_hooks_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(
	    parse_hooks(CONFIG_HOOKS_MAX, &config, why), OK, "%s", why);
	cr_assert_eq(config.hooks_count, CONFIG_HOOKS_MAX);
	config_fini(&config);
	cr_assert_eq(
	    parse_hooks(CONFIG_HOOKS_MAX + 1, &config, why), ERR_INVALID);
	cr_assert_str_eq(why, "t.yaml:35:6: notify.hooks: more than 32 rows");
}

/* A configuration of so many callbacks. */
static enum err
parse_callbacks(int count, struct config *config, char why[WHY_MAX])
{
	char text[4096] = "notify:\n  callbacks:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: c%d, source: s, on: 'triaged, closed', url: "
		    "'http://localhost:1/', token_file: /t}\n",
		    i);
	return parse(text, config, why);
}

Test(config_parse, takes_callbacks_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(
	    parse_callbacks(CONFIG_CALLBACKS_MAX, &config, why), OK, "%s", why);
	cr_assert_eq(config.callbacks_count, CONFIG_CALLBACKS_MAX);
	cr_assert(config.callbacks[15].on[OCCASION_closed]);
	cr_assert_not(config.callbacks[15].on[OCCASION_promoted]);
	config_fini(&config);
	cr_assert_eq(parse_callbacks(CONFIG_CALLBACKS_MAX + 1, &config, why),
	    ERR_INVALID);
	cr_assert_str_eq(
	    why, "t.yaml:19:6: notify.callbacks: more than 16 rows");
}

/* A configuration of so many signatures. */
static enum err
parse_signatures(int count, struct config *config, char why[WHY_MAX])
{
	char text[8192] = "gateway:\n  signatures:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: s%d, path: /v1/alerts/s%d, header: X-Sign, "
		    "secret_file: /s, token_file: /t}\n",
		    i, i);
	return parse(text, config, why);
}

Test(config_parse, takes_signatures_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(parse_signatures(CONFIG_SIGNATURES_MAX, &config, why), OK,
	    "%s", why);
	cr_assert_eq(config.signatures_count, CONFIG_SIGNATURES_MAX);
	cr_assert_str_eq(config.signatures[31].path, "/v1/alerts/s31");
	cr_assert_str_eq(config.signatures[31].prefix, "");
	cr_assert_eq(config.signatures[31].tolerance_ms, 300000);
	config_fini(&config);
	cr_assert_eq(parse_signatures(CONFIG_SIGNATURES_MAX + 1, &config, why),
	    ERR_INVALID);
	cr_assert_str_eq(
	    why, "t.yaml:35:6: gateway.signatures: more than 32 rows");
}

Test(config_parse, takes_texts_up_to_their_limit)
{
	size_t count, i;
	const struct setting *settings = setting_all(&count);

	for (i = 0; i < count; i++) {
		const struct setting *setting = &settings[i];
		struct config config = {.hooks_count = 0};
		struct config_hook hook = {.name = ""};
		struct config_level level = {.name = ""};
		struct config_source source = {.name = ""};
		struct config_signature signature = {.name = ""};
		struct config_callback callback = {.name = ""};
		void *const owners[] = {[OWNER_signature] = &signature,
		    [OWNER_callback] = &callback,
		    [OWNER_config] = &config,
		    [OWNER_hook] = &hook,
		    [OWNER_level] = &level,
		    [OWNER_source] = &source};
		char text[2048], why[WHY_MAX];
		size_t max = (size_t)setting->max;

		if (setting->type != SETTING_IS_TEXT &&
		    setting->type != SETTING_IS_PATH &&
		    setting->type != SETTING_IS_SOCKET &&
		    setting->type != SETTING_IS_COMMAND)
			continue;
		memset(text, 'a', sizeof(text));
		text[0] = '/';
		cr_assert_eq(setting_set(setting, text, max, "/",
				 owners[setting->owner], why, sizeof(why)),
		    OK, "%s: %s", setting->path, why);
		cr_assert_eq(setting_set(setting, text, max + 1, "/",
				 owners[setting->owner], why, sizeof(why)),
		    ERR_INVALID, "%s", setting->path);
		cr_assert_not_null(strstr(why, "more than"));
	}
}

Test(config_parse, holds_relative_paths_to_their_limit_with_the_home_before)
{
	struct config config;
	char home[109 - sizeof("/run/sensors.sock")];
	char longest[1100], why[WHY_MAX];

	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	cr_assert_eq(config_default(home, &config), OK);
	cr_assert_eq(strlen(config.sensors_ipc), 107);
	config_fini(&config);
	memset(longest, 'h', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	cr_assert_eq(config_default(longest, &config), ERR_INVALID);
	cr_assert_null(config.text);
	cr_assert_eq(
	    config_parse("", 0, "t.yaml", longest, &config, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_not_null(strstr(why, "home folder"));
}

Test(config_default, has_no_local_socket_where_its_path_would_be_too_long)
{
	struct config config;
	char home[128], why[WHY_MAX];

	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	cr_assert_eq(config_default(home, &config), OK);
	cr_assert_str_eq(config.people_ipc, "");
	cr_assert_str_eq(config.sensors_ipc, "");
	config_fini(&config);
	cr_assert_eq(config_parse("broker: {people: {ipc: a}}", 26, "t.yaml",
			 home, &config, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_str_eq(why,
	    "t.yaml:1:24: broker.people.ipc: more than 107 bytes with the "
	    "home folder before it");
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
