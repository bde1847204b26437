#include <stdio.h>
#include <time.h>

#include "asked.h"
#include "protocol/limits.h"

/* Written by us in the shape of a Wazuh 4 alert of sshd. */
static const char wazuh[] =
    "{\"timestamp\":\"2026-01-12T03:22:05.123+0000\","
    "\"rule\":{\"level\":10,\"description\":\"sshd: brute force trying to get "
    "access to the system.\",\"id\":\"5712\",\"mitre\":{\"id\":[\"T1110\"],"
    "\"tactic\":[\"Credential Access\"]},\"groups\":[\"syslog\",\"sshd\","
    "\"authentication_failures\"]},\"agent\":{\"id\":\"003\",\"name\":\"Web1\","
    "\"ip\":\"10.0.0.5\"},\"manager\":{\"name\":\"wazuh\"},"
    "\"id\":\"1768188125.4711\",\"full_log\":\"Failed password for root from "
    "192.0.2.44 port 51022 ssh2\",\"decoder\":{\"name\":\"sshd\"},"
    "\"data\":{\"srcip\":\"192.0.2.44\",\"dstuser\":\"root\"}}";

Test(triage_run, decides_a_wazuh_alert)
{
	asked_expect(wazuh, NULL,
	    "{\"alert\":\"ALR-7\",\"format\":\"wazuh\",\"parts\":[{\"p\":1,"
	    "\"wish\":\"open\",\"title\":\"sshd: brute force trying to get "
	    "access to the system.\",\"description\":\"Failed password for "
	    "root from 192.0.2.44 port 51022 ssh2\",\"severity\":\"medium\","
	    "\"severity_raw\":\"10\",\"rule\":\"5712\","
	    "\"rule_hash\":\"c5dd6534f9fd3701\","
	    "\"classification\":\"intrusion_attempts\","
	    "\"techniques\":[\"t1110\"],\"host\":\"Web1\",\"user\":\"root\","
	    "\"src_ip\":\"192.0.2.44\",\"dedup\":\"1768188125.4711\","
	    "\"occurred\":1768188125123,"
	    "\"cluster\":\"00fac364db6135acc49f9acc38f3c9d3\","
	    "\"host_hashes\":[\"d31c510bf5199085\"],\"observables\":["
	    "{\"type\":\"ipv4\",\"value\":\"192.0.2.44\"},"
	    "{\"type\":\"host\",\"value\":\"web1\"},"
	    "{\"type\":\"user\",\"value\":\"root\"}],"
	    "\"reasons\":[{\"code\":\"severity_open\",\"text\":\"medium is at "
	    "or above medium (triage.open)\"},{\"code\":\"class_technique\","
	    "\"text\":\"classified by the technique t1110\"}]}]}");
}

Test(triage_run, decides_a_suricata_alert)
{
	asked_expect(
	    "{\"timestamp\":\"2026-01-12T03:22:05.123456+0100\","
	    "\"flow_id\":1234567890123456789,\"in_iface\":\"eth0\","
	    "\"event_type\":\"alert\",\"src_ip\":\"198.51.100.7\","
	    "\"src_port\":4444,\"dest_ip\":\"2001:DB8::5\",\"dest_port\":80,"
	    "\"proto\":\"TCP\",\"alert\":{\"action\":\"allowed\",\"gid\":1,"
	    "\"signature_id\":2024897,\"rev\":1,\"signature\":\"Trojan calls "
	    "home\",\"category\":\"A Network Trojan was detected\","
	    "\"severity\":1,\"metadata\":{\"mitre_technique_id\":[\"T1071\"]}},"
	    "\"http\":{\"hostname\":\"Evil.example\",\"url\":\"/x\"}}",
	    "suricata",
	    "{\"alert\":\"ALR-7\",\"format\":\"suricata\",\"parts\":[{\"p\":1,"
	    "\"wish\":\"open\",\"title\":\"Trojan calls home\","
	    "\"description\":\"A Network Trojan was detected\","
	    "\"severity\":\"high\",\"severity_raw\":\"1\","
	    "\"rule\":\"2024897\",\"rule_hash\":\"6e1cc7b6a413b0e6\","
	    "\"classification\":\"malicious_code\",\"techniques\":[\"t1071\"],"
	    "\"host\":\"eth0\",\"url\":\"Evil.example\","
	    "\"src_ip\":\"198.51.100.7\",\"dst_ip\":\"2001:DB8::5\","
	    "\"dedup\":\"1234567890123456789\","
	    "\"occurred\":1768184525123,"
	    "\"cluster\":\"27275e12d9fa0dccd39da9093e24fd45\","
	    "\"observables\":[{\"type\":\"ipv4\",\"value\":\"198.51.100.7\"},"
	    "{\"type\":\"ipv6\",\"value\":\"2001:db8::5\"},"
	    "{\"type\":\"domain\",\"value\":\"evil.example\"}],"
	    "\"reasons\":[{\"code\":\"severity_open\",\"text\":\"high is at or "
	    "above medium (triage.open)\"},{\"code\":\"class_technique\","
	    "\"text\":\"classified by the technique t1071\"}]}]}");
}

Test(triage_run, decides_firing_and_resolved_alerts_of_alertmanager)
{
	asked_expect(
	    "{\"version\":\"4\",\"groupKey\":\"{}:{}\",\"status\":\"firing\","
	    "\"receiver\":\"tocsin\",\"commonLabels\":{\"alertname\":"
	    "\"InstanceDown\"},\"commonAnnotations\":{\"summary\":\"Down\"},"
	    "\"alerts\":[{\"status\":\"resolved\",\"labels\":{\"alertname\":"
	    "\"InstanceDown\",\"instance\":\"node-1:9100\",\"job\":\"node\","
	    "\"severity\":\"critical\"},\"annotations\":{\"description\":\"no "
	    "answer for 5 m\"},\"startsAt\":\"2026-01-12T03:22:05.5Z\","
	    "\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":"
	    "\"http://prometheus.example/graph\",\"fingerprint\":\"f1\"},"
	    "{\"labels\":{\"instance\":\"10.0.0.9:9100\"}}]}",
	    NULL,
	    "{\"alert\":\"ALR-7\",\"format\":\"alertmanager\",\"parts\":[{"
	    "\"p\":1,\"wish\":\"resolve\",\"title\":\"Down\","
	    "\"description\":\"no answer for 5 m\",\"severity\":\"critical\","
	    "\"severity_raw\":\"critical\",\"rule\":\"InstanceDown\","
	    "\"rule_hash\":\"47c421167d29fc95\","
	    "\"classification\":\"availability\",\"host\":\"node-1:9100\","
	    "\"dedup\":\"f1\","
	    "\"url\":\"http://prometheus.example/graph\","
	    "\"occurred\":1768188125500,"
	    "\"cluster\":\"f8e7900faac195a0f451a91d109a3248\","
	    "\"external\":\"6161b09c1e3f3a8b\",\"host_hashes\":["
	    "\"8f57b755bca4eb29\"],"
	    "\"observables\":[{\"type\":\"host\",\"value\":\"node-1\"}],"
	    "\"reasons\":[{\"code\":\"resolved\",\"text\":\"its source says "
	    "that it is "
	    "over\"},{\"code\":\"class_group\",\"text\":\"classified "
	    "by the group \\\"instancedown\\\"\"}]},"
	    "{\"p\":2,\"wish\":\"open\",\"title\":\"Down\","
	    "\"severity\":\"medium\",\"rule\":\"InstanceDown\","
	    "\"rule_hash\":\"47c421167d29fc95\",\"host\":\"10.0.0.9:9100\","
	    "\"dedup\":\"{}:{}\","
	    "\"cluster\":\"78ec9f14d89ae824be1897dfee5d1c27\","
	    "\"external\":\"0028622bcc1aa303\","
	    "\"host_hashes\":[\"d5664beb6256f5eb\"],"
	    "\"observables\":[{\"type\":\"ipv4\",\"value\":\"10.0.0.9\"}],"
	    "\"reasons\":[{\"code\":\"severity_open\",\"text\":\"medium is at "
	    "or above medium (triage.open)\"},{\"code\":\"severity_missing\","
	    "\"text\":\"the source gave no severity: taken as medium\"}]}]}");
}

Test(triage_run, decides_an_alert_of_our_own_form)
{
	asked_expect(
	    "{\"title\":\"Forced door\",\"severity\":\"low\",\"description\":"
	    "\"seen by cam[at]site[.]example\",\"rule\":\"door\",\"host\":"
	    "\"reader-b\",\"time\":1768188125,\"user\":\"badge 12\",\"url\":"
	    "\"https://door.example/b\",\"classification\":\"Intrusions\","
	    "\"techniques\":[\"T1078.004\",\"t1078.004\",\"TA0001\"],"
	    "\"observables\":[{\"type\":\"md5\",\"value\":"
	    "\"D41D8CD98F00B204E9800998ECF8427E\"},\"192.0.2.5\","
	    "{\"type\":\"thing\",\"value\":\"CVE-2024-3094\"}],"
	    "\"id\":\"d-1\",\"status\":\"firing\",\"data\":{\"x\":1}}",
	    "native",
	    "{\"alert\":\"ALR-7\",\"format\":\"native\",\"parts\":[{\"p\":1,"
	    "\"wish\":\"attach\",\"title\":\"Forced door\",\"description\":"
	    "\"seen by cam[at]site[.]example\",\"severity\":\"low\","
	    "\"severity_raw\":\"low\",\"rule\":\"door\","
	    "\"rule_hash\":\"0cc40f55e5211891\",\"classification\":"
	    "\"intrusions\","
	    "\"techniques\":[\"t1078.004\"],\"host\":\"reader-b\","
	    "\"user\":\"badge 12\",\"url\":\"https://door.example/b\","
	    "\"dedup\":\"d-1\","
	    "\"occurred\":1768188125000,\"cluster\":"
	    "\"372b122b677973180e902412a96c1c3b\","
	    "\"external\":\"222043fa4c6fe399\",\"host_hashes\":["
	    "\"b20c9cf67a98e59e\"],"
	    "\"observables\":["
	    "{\"type\":\"md5\",\"value\":\"d41d8cd98f00b204e9800998ecf8427e\"},"
	    "{\"type\":\"ipv4\",\"value\":\"192.0.2.5\"},"
	    "{\"type\":\"cve\",\"value\":\"cve-2024-3094\"},"
	    "{\"type\":\"host\",\"value\":\"reader-b\"},"
	    "{\"type\":\"user\",\"value\":\"badge 12\"},"
	    "{\"type\":\"url\",\"value\":\"https://door.example/b\"},"
	    "{\"type\":\"domain\",\"value\":\"door.example\"},"
	    "{\"type\":\"email\",\"value\":\"cam@site.example\"}],"
	    "\"reasons\":[{\"code\":\"severity_attach\",\"text\":\"low is at "
	    "or "
	    "above low (triage.attach) and below medium (triage.open)\"},"
	    "{\"code\":\"technique_ignored\",\"text\":\"\\\"TA0001\\\" is not "
	    "an ATT&CK technique\"},{\"code\":\"class_source\",\"text\":\"the "
	    "source classified it as intrusions\"}]}]}");
}

/* The fault of a payload that cannot be read begins so. */
static void
expect_unread(const char *payload, const char *format, const char *shown,
    const char *begin)
{
	cJSON *outcome = asked(payload, format);
	const char *fault = asked_text(outcome, "fault");

	cr_assert_str_eq(asked_text(outcome, "format"), shown);
	cr_assert_eq(strncmp(fault, begin, strlen(begin)), 0, "%s", fault);
	cr_assert_eq(asked_parts(outcome), 0);
	cJSON_Delete(outcome);
}

Test(triage_run, keeps_what_cannot_be_read_with_its_fault)
{
	expect_unread("nobody knows this", NULL, "unknown",
	    "not JSON: expected a value, at byte 0; nor text of any format");
	expect_unread("{\"title\":1}", "native", "native",
	    "not of the format native: title is not a string");
	expect_unread("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", NULL,
	    "unknown", "XML that cannot be read: declarations of its own");
	expect_unread(" <a><b></a>", NULL, "unknown",
	    "XML that cannot be read: mismatched tag");
	expect_unread(
	    "{}", "nagios", "unknown", "the format \"nagios\" is none of ");
}

Test(triage_run, says_that_it_guessed_a_field)
{
	cJSON *outcome = asked("{\"eventType\":\"user.x\",\"actor\":{\"id\":"
			       "\"1\"},\"outcome\":{},\"host_name\":\"pc7\"}",
	    NULL);
	const cJSON *part = asked_part(outcome, 1);

	cr_assert_str_eq(asked_text(outcome, "format"), "okta");
	cr_assert_not_null(asked_reason(part, "guessed_in_part"));
	cr_assert_null(asked_reason(part, "guessed"));
	cr_assert_str_eq(asked_text(part, "host"), "pc7");
	cJSON_Delete(outcome);
}

Test(triage_run, says_that_it_guessed)
{
	cJSON *outcome = asked("{\"threat\":{\"name\":\"Emotet\"},"
			       "\"machine\":{\"hostname\":\"pc7\"},"
			       "\"risk\":\"high\"}",
	    NULL);
	const cJSON *part = asked_part(outcome, 1);

	cr_assert_str_eq(asked_text(outcome, "format"), "generic");
	cr_assert_not_null(asked_reason(part, "guessed"));
	cr_assert_str_eq(asked_text(part, "title"), "Emotet");
	cr_assert_str_eq(asked_text(part, "host"), "pc7");
	cr_assert_str_eq(asked_text(part, "severity"), "high");
	cJSON_Delete(outcome);
}

Test(triage_run, says_that_a_payload_was_erased)
{
	cJSON *outcome = asked_bytes(NULL, 0, NULL);

	cr_assert_str_eq(
	    asked_text(outcome, "fault"), "the payload was erased");
	cJSON_Delete(outcome);
}

static cJSON *
asked_many(size_t count)
{
	char *payload = malloc(count * 40), *p = payload;
	cJSON *outcome;

	for (size_t i = 1; i <= count; i++)
		p += sprintf(p, "{\"title\":\"%zu\",\"severity\":0}\n", i);
	outcome = asked(payload, NULL);
	free(payload);
	return outcome;
}

Test(triage_run, lets_one_part_stand_for_all_beyond_the_limit)
{
	cJSON *outcome = asked_many(LIMIT_ALERT_SPLIT_MAX);
	const cJSON *last;

	cr_assert_eq(asked_parts(outcome), LIMIT_ALERT_SPLIT_MAX);
	last = asked_part(outcome, LIMIT_ALERT_SPLIT_MAX);
	cr_assert_str_eq(asked_text(last, "title"), "1000");
	cr_assert_str_eq(asked_text(last, "wish"), "keep");
	cJSON_Delete(outcome);

	outcome = asked_many(LIMIT_ALERT_SPLIT_MAX + 1);
	cr_assert_eq(asked_parts(outcome), LIMIT_ALERT_SPLIT_MAX);
	last = asked_part(outcome, LIMIT_ALERT_SPLIT_MAX - 1);
	cr_assert_str_eq(asked_text(last, "title"), "999");
	last = asked_part(outcome, LIMIT_ALERT_SPLIT_MAX);
	cr_assert_str_eq(
	    asked_text(last, "title"), "2 more alerts came in this delivery");
	cr_assert_str_eq(asked_text(last, "wish"), "open");
	cr_assert_eq(strlen(asked_text(last, "cluster")), 32);
	cr_assert_str_eq(asked_reason(last, "split_cut"),
	    "1001 alerts came in one delivery; this part stands for those "
	    "beyond the first 999");
	cJSON_Delete(outcome);
}

Test(triage_run, decides_the_same_delivery_alike)
{
	cJSON *first = asked(wazuh, NULL), *again = asked(wazuh, NULL);
	char *one = cJSON_PrintUnformatted(first);
	char *two = cJSON_PrintUnformatted(again);

	cr_assert_str_eq(one, two);
	free(one);
	free(two);
	cJSON_Delete(first);
	cJSON_Delete(again);
}

/* What a thousand parts share is gone through once, however large it is. */
Test(triage_run, is_quick_with_a_large_envelope, .timeout = 60)
{
	enum { MEMBERS = 28000 };
	char *payload = malloc(MEMBERS * 16 + 1000 * 16 + 256), *p = payload;
	struct timespec begin, end;
	cJSON *outcome;

	p += sprintf(p, "{\"version\":\"4\",\"commonLabels\":{\"k\":\"\"");
	for (int i = 0; i < MEMBERS; i++)
		p += sprintf(p, ",\"k%d\":\"\"", i);
	p += sprintf(p, "},\"alerts\":[{\"labels\":{}}");
	for (int i = 1; i < LIMIT_ALERT_SPLIT_MAX; i++)
		p += sprintf(p, ",{\"labels\":{}}");
	(void)sprintf(p, "]}");
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	outcome = asked(payload, NULL);
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	cr_assert_eq(asked_parts(outcome), LIMIT_ALERT_SPLIT_MAX);
	cr_assert_lt(end.tv_sec - begin.tv_sec, 2);
	cJSON_Delete(outcome);
	free(payload);
}
