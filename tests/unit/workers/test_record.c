#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "workers/path.h"
#include "workers/record.h"

typedef cJSON *reader(const char *line, size_t len);

/* The text at the path of what the line is, or "(none)". */
static const char *
at(reader *read, const char *line, const char *path)
{
	static char out[8][256];
	static int next;
	cJSON *object = read(line, strlen(line));
	const cJSON *node = path_find(object, path, PATH_EXACT);

	next = (next + 1) % 8;
	(void)snprintf(out[next], sizeof(out[next]), "%s",
	    cJSON_IsString(node) ? node->valuestring : "(none)");
	cJSON_Delete(object);
	return out[next];
}

Test(record_cef, reads_header_and_pairs)
{
	static const char line[] =
	    "CEF:0|Acme|Door\\|watch|1.0|door-1|Forced \\\\ door|7|"
	    "src=192.0.2.1 msg=two words and a \\= sign\\nnext "
	    "cs1Label=Badge cs1=12 fileHash=ab";

	cr_assert_str_eq(at(record_cef, line, "/vendor"), "Acme");
	cr_assert_str_eq(at(record_cef, line, "/product"), "Door|watch");
	cr_assert_str_eq(at(record_cef, line, "/name"), "Forced \\ door");
	cr_assert_str_eq(at(record_cef, line, "/severity"), "7");
	cr_assert_str_eq(at(record_cef, line, "/ext/src"), "192.0.2.1");
	cr_assert_str_eq(
	    at(record_cef, line, "/ext/msg"), "two words and a = sign\nnext");
	cr_assert_str_eq(at(record_cef, line, "/ext/Badge"), "12");
	cr_assert_str_eq(at(record_cef, line, "/ext/fileHash"), "ab");
}

Test(record_cef, keeps_what_a_malformed_line_has)
{
	cr_assert_str_eq(at(record_cef, "CEF:0|a|b", "/vendor"), "a");
	cr_assert_str_eq(at(record_cef, "CEF:0|a|b", "/product"), "b");
	cr_assert_str_eq(
	    at(record_cef, "CEF:0|||1|2|n|Very-High| start=", "/severity"),
	    "Very-High");
	cr_assert_str_eq(
	    at(record_cef, "CEF:0|a|b|c|d|e|1|=x a==b \\", "/ext/a"), "=b \\");
	cr_assert_str_eq(at(record_cef, "CEF:x|a", "/vendor"), "(none)");
	cr_assert_null(record_cef("CEF:", 4));
	cr_assert_null(record_cef("nothing", 7));
}

Test(record_cef, stands_behind_a_syslog_header)
{
	static const char line[] =
	    "<134>Oct 11 22:14:15 gate-1 CEF:1|a|b|c|d|e|3|dhost=h";

	cr_assert_str_eq(at(record_cef, line, "/syslog/host"), "gate-1");
	cr_assert_str_eq(at(record_cef, line, "/ext/dhost"), "h");
}

Test(record_leef, reads_both_versions)
{
	static const char one[] =
	    "LEEF:1.0|Acme|Watch|2|door-1|src=192.0.2.1\tsev=7\tusrName=a b";
	static const char two[] =
	    "LEEF:2.0|Acme|Watch|2|door-1|^|src=192.0.2.1^cat=x y^sev=3";
	static const char hex[] = "LEEF:2.0|A|W|2|d|x7C|src=1|sev=3";

	cr_assert_str_eq(at(record_leef, one, "/event_id"), "door-1");
	cr_assert_str_eq(at(record_leef, one, "/ext/sev"), "7");
	cr_assert_str_eq(at(record_leef, one, "/ext/usrName"), "a b");
	cr_assert_str_eq(at(record_leef, two, "/ext/cat"), "x y");
	cr_assert_str_eq(at(record_leef, two, "/ext/sev"), "3");
	cr_assert_str_eq(at(record_leef, hex, "/ext/sev"), "3");
	cr_assert_null(record_leef("LEEF:", 5));
}

Test(record_syslog, reads_rfc_5424)
{
	static const char line[] =
	    "<165>1 2003-10-11T22:14:15.003Z host.example app 17 ID47 "
	    "[a@1 x=\"1\" y=\"q\\\"\\]\"][b@2] \xef\xbb\xbfsaid so";

	cr_assert_str_eq(at(record_syslog, line, "/facility"), "20");
	cr_assert_str_eq(at(record_syslog, line, "/severity"), "notice");
	cr_assert_str_eq(
	    at(record_syslog, line, "/time"), "2003-10-11T22:14:15.003Z");
	cr_assert_str_eq(at(record_syslog, line, "/host"), "host.example");
	cr_assert_str_eq(at(record_syslog, line, "/app"), "app");
	cr_assert_str_eq(at(record_syslog, line, "/msgid"), "ID47");
	cr_assert_str_eq(at(record_syslog, line, "/data/a@1/y"), "q\"]");
	cr_assert_str_eq(at(record_syslog, line, "/message"), "said so");
	cr_assert_str_eq(
	    at(record_syslog, "<0>1 - - - - - -", "/severity"), "emergency");
	cr_assert_str_eq(
	    at(record_syslog, "<0>1 - - - - - -", "/host"), "(none)");
}

Test(record_syslog, reads_rfc_3164_and_what_came_of_it)
{
	static const char line[] =
	    "<34>Oct 11 22:14:15 web1 su[17]: 'su root' failed";
	static const char modern[] = "2026-01-02T03:04:05Z web1 sshd: hello";

	cr_assert_str_eq(at(record_syslog, line, "/severity"), "critical");
	cr_assert_str_eq(at(record_syslog, line, "/time"), "Oct 11 22:14:15");
	cr_assert_str_eq(at(record_syslog, line, "/host"), "web1");
	cr_assert_str_eq(at(record_syslog, line, "/app"), "su");
	cr_assert_str_eq(at(record_syslog, line, "/procid"), "17");
	cr_assert_str_eq(
	    at(record_syslog, line, "/message"), "'su root' failed");
	cr_assert_str_eq(at(record_syslog, modern, "/app"), "sshd");
	cr_assert_str_eq(at(record_syslog, "<13>no header at all", "/message"),
	    "no header at all");
}

Test(record_syslog, refuses_what_is_none)
{
	static const char *const lines[] = {"", "<", "<13", "<abc>x",
	    "<192>Oct 11 22:14:15 h a: b", "hello", "Oct 1x 22:14:15 h",
	    "Foo 11 22:14:15 h"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_assert_null(
		    record_syslog(lines[i], strlen(lines[i])), "%s", lines[i]);
}

Test(record_add, leaves_out_what_is_beyond_the_limit)
{
	cJSON *object = cJSON_CreateObject();
	char name[16];

	for (int i = 0; i < RECORD_MEMBERS_MAX + 1; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		record_add(object, name, "v", 1);
	}
	cr_assert_eq(cJSON_GetArraySize(object), RECORD_MEMBERS_MAX);
	record_add(object, "n0", "other", 5);
	cr_assert_str_eq(cJSON_GetObjectItem(object, "n0")->valuestring, "v");
	cJSON_Delete(object);
}
