/* Configurations that are refused, and the sentence that says why. */
#include "config_fixture.h"

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
