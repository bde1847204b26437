/*
 * The shapes that the products document, one alert of each: what triage finds
 * in them.  Written by us.
 */
#include <stdio.h>

#include "asked.h"

struct expectation {
	const char *key, *value;
};

/* Texts of the first part: observables are written "type=value". */
static void
expect_texts(
    const char *payload, const char *format, const struct expectation *rows)
{
	cJSON *outcome = asked(payload, NULL);
	const cJSON *part = asked_part(outcome, 1);
	char type[32];

	cr_assert_str_eq(asked_text(outcome, "format"), format);
	for (; rows->key != NULL; rows++) {
		size_t len = strcspn(rows->key, "=");

		if (rows->key[len] == '\0') {
			cr_assert_str_eq(asked_text(part, rows->key),
			    rows->value, "%s: \"%s\", not \"%s\"", rows->key,
			    asked_text(part, rows->key), rows->value);
			continue;
		}
		memcpy(type, rows->key, len);
		type[len] = '\0';
		cr_assert(asked_observable(part, type, rows->value),
		    "no %s %s in %s", type, rows->value, cJSON_Print(outcome));
	}
	cJSON_Delete(outcome);
}

#define EXPECT(format, payload, ...)                                           \
	expect_texts(payload, format,                                          \
	    (const struct expectation[]){__VA_ARGS__, {NULL, NULL}})

#define AGENT "\"agent\":{\"id\":\"7\",\"name\":\"ws-7\",\"ip\":\"10.0.0.7\"},"
#define RULE(level, title)                                                     \
	"\"rule\":{\"level\":" #level ",\"id\":\"9\",\"description\":\"" title \
	"\"},"
#define MD5  "9e107d9d372bb6826bd81d3542a419d6"
#define SHA1 "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
#define SHA256                                                                 \
	"d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"

Test(shapes, wazuh_windows_logon)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(
		10, "Logon failure") "\"data\":{\"win\":{\"system\":"
				     "{\"eventID\":\"4625\",\"computer\":\"WS-"
				     "7\",\"message\":\"An "
				     "account failed to log "
				     "on\"},\"eventdata\":{\"targetUserName\":"
				     "\"anna\",\"subjectUserName\":\"-\","
				     "\"ipAddress\":"
				     "\"::ffff:192.0.2.9\"}}}}",
	    {"title", "Logon failure"},
	    {"description", "An account failed to log on"}, {"user", "anna"},
	    {"src_ip", "::ffff:192.0.2.9"}, {"ipv4=", "192.0.2.9"});
}

Test(shapes, wazuh_sysmon_process)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(12,
		"Process") "\"data\":{\"win\":{\"system\":{},"
			   "\"eventdata\":{\"commandLine\":\"powershell iwr "
			   "http://load.example/"
			   "a\",\"user\":\"LAB\\\\anna\",\"hashes\":"
			   "\"MD5=" MD5 ",SHA256=" SHA256 ",IMPHASH=" MD5
			   "\"}}}}",
	    {"hash", SHA256}, {"sha256=", SHA256}, {"md5=", MD5},
	    {"user", "LAB\\anna"}, {"url=", "http://load.example/a"});
}

/* Where nothing else says what happened, what ran says it. */
Test(shapes, wazuh_sysmon_without_a_message)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(
		7, "Connection") "\"data\":{\"win\":{\"eventdata\":{"
				 "\"Image\":\"C:\\\\x.exe\",\"DestinationIp\":"
				 "\"192.0.2.3\"}}}}",
	    {"description", "C:\\x.exe"}, {"dst_ip", "192.0.2.3"});
}

Test(shapes, wazuh_sysmon_dns)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(6, "DNS") "\"data\":{\"win\":{\"eventdata\":{"
				     "\"queryName\":\"c2.example\","
				     "\"queryResults\":\"type:  5 "
				     "x.example;::ffff:192.0.2.77;\"}}}}",
	    {"url", "c2.example"}, {"domain=", "c2.example"},
	    {"ipv4=", "192.0.2.77"});
}

Test(shapes, wazuh_syscheck_with_who_did_it)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(
		7, "Changed") "\"syscheck\":{\"path\":\"/etc/x\","
			      "\"sha1_after\":\"" SHA1
			      "\",\"uname_after\":\"root\",\"audit\":{"
			      "\"user\":{\"name\":\"anna\"}}}}",
	    {"hash", SHA1}, {"user", "anna"});
}

Test(shapes, wazuh_vulnerability)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(13,
		"CVE-2024-3094 affects xz") "\"data\":{"
					    "\"vulnerability\":{\"cve\":\"CVE-"
					    "2024-3094\",\"title\":\"xz holds "
					    "a back "
					    "door\",\"severity\":\"Critical\"}}"
					    "}",
	    {"description", "xz holds a back door"}, {"cve=", "cve-2024-3094"},
	    {"severity", "high"});
}

Test(shapes, wazuh_configuration_assessment)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(7, "CIS") "\"data\":{\"sca\":{\"type\":\"check\","
				     "\"check\":{\"title\":\"Ensure\","
				     "\"rationale\":\"because\"}}}}",
	    {"description", "because"}, {"host", "ws-7"});
}

Test(shapes, wazuh_clouds)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(5, "O365") "\"data\":{\"office365\":{\"UserId\":"
				      "\"anna@example.org\",\"ActorIpAddress\":"
				      "\"192.0.2.5\"}}}",
	    {"user", "anna@example.org"}, {"src_ip", "192.0.2.5"});
	EXPECT("wazuh",
	    "{" AGENT RULE(
		3, "AWS") "\"data\":{\"aws\":{\"sourceIPAddress\":"
			  "\"192.0.2.6\",\"userIdentity\":{\"sessionContext\":{"
			  "\"sessionIssuer\":{\"userName\":\"deploy\"}}}}}}",
	    {"user", "deploy"}, {"src_ip", "192.0.2.6"});
	EXPECT("wazuh",
	    "{" AGENT RULE(
		3, "GuardDuty") "\"data\":{\"aws\":{\"description\":"
				"\"scanned\",\"service\":{\"action\":{"
				"\"networkConnectionAction\":"
				"{\"remoteIpDetails\":{\"ipAddressV4\":\"192.0."
				"2.8\"}}}}}}}",
	    {"description", "scanned"}, {"src_ip", "192.0.2.8"},
	    {"ipv4=", "192.0.2.8"});
}

Test(shapes, wazuh_that_read_suricata)
{
	EXPECT("wazuh",
	    "{" AGENT RULE(
		3, "Suricata: Alert") "\"data\":{\"src_ip\":"
				      "\"192.0.2.1\",\"dest_ip\":\"192.0.2.2\","
				      "\"alert\":{\"category\":"
				      "\"A Network Trojan was "
				      "detected\"},\"http\":{\"hostname\":"
				      "\"bad.example\"}}}",
	    {"src_ip", "192.0.2.1"}, {"dst_ip", "192.0.2.2"},
	    {"url", "bad.example"}, {"classification", "malicious_code"});
}

Test(shapes, ossec_of_old)
{
	EXPECT("wazuh",
	    "{\"rule\":{\"level\":5,\"comment\":\"Denied user\",\"sidid\":5718,"
	    "\"group\":\"syslog,sshd,invalid_login,\"},\"id\":\"1.2\","
	    "\"TimeStamp\":1471014810000,\"hostname\":\"bastion\",\"srcip\":"
	    "\"192.0.2.16\",\"dstuser\":\"root\",\"full_log\":\"not allowed\","
	    "\"SyscheckFile\":{\"sha1_after\":\"" SHA1 "\"}}",
	    {"title", "Denied user"}, {"rule", "5718"}, {"host", "bastion"},
	    {"user", "root"}, {"src_ip", "192.0.2.16"}, {"hash", SHA1},
	    {"classification", "intrusion_attempts"}, {"dedup", "1.2"});
}

#define EVE                                                                    \
	"\"timestamp\":\"2026-01-12T03:22:05.1+0000\",\"event_type\":"         \
	"\"alert\",\"src_ip\":\"192.0.2.1\",\"dest_ip\":\"192.0.2.2\","        \
	"\"alert\":{\"signature_id\":1,\"signature\":\"S\",\"category\":"      \
	"\"C\","                                                               \
	"\"severity\":3,\"metadata\":{\"mitre_technique_id\":\"T1059\"}}"

Test(shapes, suricata_with_what_it_saw)
{
	EXPECT("suricata",
	    "{" EVE ",\"tls\":{\"sni\":\"t.example\",\"subject\":\"CN="
	    "cn.example\"},\"quic\":{\"sni\":\"q.example\"}}",
	    {"url", "t.example"}, {"domain=", "q.example"},
	    {"domain=", "cn.example"}, {"severity", "low"});
	EXPECT("suricata",
	    "{" EVE ",\"dns\":{\"version\":3,\"queries\":[{\"rrname\":"
	    "\"d.example\"}],\"answers\":[{\"rdata\":\"192.0.2.50\"}]}}",
	    {"url", "d.example"}, {"ipv4=", "192.0.2.50"},
	    {"src_ip", "192.0.2.1"}, {"dst_ip", "192.0.2.2"});
	EXPECT("suricata", "{" EVE ",\"fileinfo\":{\"md5\":\"" MD5 "\"}}",
	    {"hash", MD5}, {"md5=", MD5});
	EXPECT("suricata",
	    "{" EVE ",\"anomaly\":{\"type\":\"stream\"},\"flow\":{}}",
	    {"title", "S"}, {"description", "C"});
}

/* {severity label, ours, why} */
Test(shapes, alertmanagers_severity_labels)
{
	static const char *const rows[][3] = {
	    {"critical", "critical", ""},
	    {"warning", "medium", ""},
	    {"info", "info", ""},
	    {"page", "high", ""},
	    {"none", "info", ""},
	    {"P1", "critical", ""},
	    {"P2", "high", ""},
	    {"P3", "medium", ""},
	    {"P4", "low", ""},
	    {"P5", "info", ""},
	    {"ticket", "medium", "severity_unknown"},
	};
	char payload[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *outcome;

		(void)snprintf(payload, sizeof(payload),
		    "{\"version\":\"4\",\"alerts\":[{\"labels\":{\"alertname\":"
		    "\"A\",\"severity\":\"%s\"}}]}",
		    rows[i][0]);
		outcome = asked(payload, NULL);
		cr_assert_str_eq(asked_text(asked_part(outcome, 1), "severity"),
		    rows[i][1], "%s", rows[i][0]);
		cr_assert_eq(asked_reason(asked_part(outcome, 1),
				 "severity_unknown") != NULL,
		    rows[i][2][0] != '\0');
		cJSON_Delete(outcome);
	}
}

Test(shapes, alertmanager_says_what_it_left_out)
{
	cJSON *outcome =
	    asked("{\"version\":\"4\",\"truncatedAlerts\":7,\"externalURL\":"
		  "\"http://am.example\",\"groupLabels\":{\"alertname\":\"G\"},"
		  "\"alerts\":[{\"labels\":{}},{\"labels\":{}}]}",
		NULL);

	cr_assert_str_eq(asked_reason(asked_part(outcome, 1), "left_out"),
	    "its sender left 7 more alerts out of the delivery");
	cr_assert_null(asked_reason(asked_part(outcome, 2), "left_out"));
	cr_assert_str_eq(asked_text(asked_part(outcome, 2), "title"), "G");
	cr_assert_str_eq(
	    asked_text(asked_part(outcome, 1), "url"), "http://am.example");
	cJSON_Delete(outcome);
	outcome = asked("{\"version\":\"4\",\"truncatedAlerts\":0,"
			"\"alerts\":[{\"labels\":{}}]}",
	    NULL);
	cr_assert_null(asked_reason(asked_part(outcome, 1), "left_out"));
	cJSON_Delete(outcome);
}

Test(shapes, single_alerts_of_prometheus)
{
	EXPECT("alertmanager",
	    "[{\"labels\":{\"alertname\":\"Down\",\"nodename\":\"n1\"},"
	    "\"startsAt\":\"2026-01-12T03:22:05Z\",\"status\":{\"state\":"
	    "\"active\"}}]",
	    {"title", "Down"}, {"host", "n1"});
	EXPECT("alertmanager",
	    "{\"state\":\"resolved\",\"labels\":{\"alertname\":\"Down\"},"
	    "\"activeAt\":\"2026-01-12T03:22:05Z\"}",
	    {"wish", "resolve"});
}

Test(shapes, others_of_eve_are_counted_with_the_first_part)
{
	cJSON *outcome = asked("{\"event_type\":\"dns\",\"dns\":{}}\n"
			       "{" EVE "}\n{" EVE "}\n",
	    NULL);

	cr_assert_str_eq(asked_reason(asked_part(outcome, 1), "others_passed"),
	    "1 records of the delivery are no alerts and were passed over");
	cr_assert_null(asked_reason(asked_part(outcome, 2), "others_passed"));
	cJSON_Delete(outcome);
}
