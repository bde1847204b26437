#include <criterion/criterion.h>
#include <string.h>

#include "asked.h"
#include "workers/fingerprint.h"

/* The cluster of the first part. */
static char *
cluster(const char *payload)
{
	static char out[8][FINGERPRINT_CLUSTER_TEXT];
	static int next;
	cJSON *outcome = asked(payload, NULL);

	next = (next + 1) % 8;
	strcpy(out[next], asked_text(asked_part(outcome, 1), "cluster"));
	cr_assert_eq(strlen(out[next]), 32);
	cJSON_Delete(outcome);
	return out[next];
}

static char *
external(const char *payload)
{
	static char out[8][FINGERPRINT_SHORT_TEXT];
	static int next;
	cJSON *outcome = asked(payload, NULL);

	next = (next + 1) % 8;
	strcpy(out[next], asked_text(asked_part(outcome, 1), "external"));
	cJSON_Delete(outcome);
	return out[next];
}

#define SAME(a, b)  cr_assert_str_eq(cluster(a), cluster(b))
#define OTHER(a, b) cr_assert_str_neq(cluster(a), cluster(b))

/* As an implementation in another language has them. */
Test(fingerprint, is_what_the_documents_say_for_ever)
{
	char hash[FINGERPRINT_SHORT_TEXT];

	cr_assert_str_eq(
	    cluster("{\"title\":\"t\",\"rule\":\"R\",\"host\":\"H\"}"),
	    "d86b29a24a18ecf271c618173255b66a");
	fingerprint_short("5712", 4, false, hash);
	cr_assert_str_eq(hash, "c5dd6534f9fd3701");
	fingerprint_short("Web1", 4, true, hash);
	cr_assert_str_eq(hash, "d31c510bf5199085");
}

Test(fingerprint, of_native_is_rule_or_title_and_host)
{
	SAME("{\"title\":\"a\",\"rule\":\"r\",\"host\":\"h\"}",
	    "{\"title\":\"b\",\"rule\":\"R\",\"host\":\"H\","
	    "\"severity\":\"high\",\"user\":\"u\"}");
	OTHER("{\"title\":\"a\",\"rule\":\"r\",\"host\":\"h\"}",
	    "{\"title\":\"a\",\"rule\":\"r\",\"host\":\"g\"}");
	OTHER("{\"title\":\"a\"}", "{\"title\":\"b\"}");
	SAME("{\"title\":\"a\",\"host\":\"h\"}",
	    "{\"title\":\"A\",\"host\":\"h\",\"description\":\"d\"}");
	/* Fields do not run into one another. */
	OTHER("{\"title\":\"ab\",\"host\":\"c\"}",
	    "{\"title\":\"a\",\"host\":\"bc\"}");
}

Test(fingerprint, of_native_is_what_its_sender_says)
{
	SAME("{\"title\":\"a\",\"host\":\"h\",\"fingerprint\":[\"x\",\"y\"]}",
	    "{\"title\":\"b\",\"host\":\"g\",\"fingerprint\":[\"x\",\"y\"]}");
	OTHER("{\"title\":\"a\",\"fingerprint\":[\"x\",\"y\"]}",
	    "{\"title\":\"a\",\"fingerprint\":[\"y\",\"x\"]}");
	OTHER("{\"title\":\"a\",\"fingerprint\":[\"xy\"]}",
	    "{\"title\":\"a\",\"fingerprint\":[\"x\",\"y\"]}");
	SAME("{\"title\":\"a\",\"fingerprint\":[]}", "{\"title\":\"a\"}");
}

Test(fingerprint, of_wazuh_is_rule_host_and_user)
{
#define ALERT(rule, host, user, rest)                                          \
	"{\"rule\":{\"id\":\"" rule                                            \
	"\",\"level\":5},\"agent\":{\"name\":\"" host                          \
	"\"},\"data\":{\"srcuser\":\"" user "\"}" rest "}"
	SAME(ALERT("1", "h", "u", ""), ALERT("1", "H", "U", ",\"id\":\"7\""));
	OTHER(ALERT("1", "h", "u", ""), ALERT("2", "h", "u", ""));
	OTHER(ALERT("1", "h", "u", ""), ALERT("1", "g", "u", ""));
	OTHER(ALERT("1", "h", "u", ""), ALERT("1", "h", "v", ""));
#undef ALERT
}

Test(fingerprint, of_suricata_is_signature_and_both_ends)
{
#define ALERT(id, src, dst, rest)                                              \
	"{\"event_type\":\"alert\",\"src_ip\":\"" src "\",\"dest_ip\":\"" dst  \
	"\",\"alert\":{\"signature\":\"s\",\"signature_id\":" id "}" rest "}"
	SAME(ALERT("1", "192.0.2.1", "192.0.2.2", ""),
	    ALERT("1", "192.0.2.1", "192.0.2.2", ",\"flow_id\":9"));
	OTHER(ALERT("1", "192.0.2.1", "192.0.2.2", ""),
	    ALERT("2", "192.0.2.1", "192.0.2.2", ""));
	OTHER(ALERT("1", "192.0.2.1", "192.0.2.2", ""),
	    ALERT("1", "192.0.2.3", "192.0.2.2", ""));
	OTHER(ALERT("1", "192.0.2.1", "192.0.2.2", ""),
	    ALERT("1", "192.0.2.1", "192.0.2.3", ""));
#undef ALERT
}

#define PROMETHEUS(status, labels, rest)                                       \
	"{\"version\":\"4\",\"status\":\"firing\",\"alerts\":[{\"status\":"    \
	"\"" status "\",\"labels\":{" labels "}" rest "}]}"

Test(fingerprint, of_alertmanager_is_the_thing_that_is_ill)
{
	const char *firing = PROMETHEUS("firing",
	    "\"alertname\":\"a\",\"instance\":\"i\",\"severity\":\"low\"", "");

	SAME(firing, PROMETHEUS("resolved",
			 "\"severity\":\"high\",\"instance\":\"i\","
			 "\"alertname\":\"a\"",
			 ""));
	OTHER(firing,
	    PROMETHEUS("firing", "\"alertname\":\"a\",\"instance\":\"j\"", ""));
	OTHER(firing,
	    PROMETHEUS("firing",
		"\"alertname\":\"a\",\"instance\":\"i\",\"job\":\"b\"", ""));
}

Test(fingerprint, keeps_the_external_id_from_firing_to_resolved)
{
	const char *firing = external(PROMETHEUS(
	    "firing", "\"alertname\":\"a\"", ",\"fingerprint\":\"f1\""));

	cr_assert_eq(strlen(firing), 16);
	cr_assert_str_eq(
	    firing, external(PROMETHEUS("resolved", "\"alertname\":\"a\"",
			",\"fingerprint\":\"f1\"")));
	cr_assert_str_neq(
	    firing, external(PROMETHEUS("firing", "\"alertname\":\"a\"",
			",\"fingerprint\":\"f2\"")));
}

Test(fingerprint, hashes_the_labels_where_alertmanager_sends_no_id)
{
	const char *firing =
	    external(PROMETHEUS("firing", "\"a\":\"1\",\"b\":\"2\"", ""));

	cr_assert_eq(strlen(firing), 16);
	cr_assert_str_eq(firing,
	    external(PROMETHEUS("resolved", "\"b\":\"2\",\"a\":\"1\"", "")));
	cr_assert_str_neq(firing,
	    external(PROMETHEUS("firing", "\"a\":\"1\",\"b\":\"3\"", "")));
	cr_assert_str_neq(firing,
	    external(PROMETHEUS("firing", "\"a\":\"2\",\"b\":\"1\"", "")));
	cr_assert_str_eq(external(PROMETHEUS("firing", "", "")), "");
}

Test(fingerprint, takes_native_ids_of_both_kinds)
{
	cr_assert_str_eq(external("{\"title\":\"t\"}"), "");
	cr_assert_str_eq(external("{\"title\":\"t\",\"id\":17}"),
	    external("{\"title\":\"u\",\"id\":\"17\"}"));
	cr_assert_str_neq(external("{\"title\":\"t\",\"id\":9007199254740993}"),
	    external("{\"title\":\"t\",\"id\":9007199254740992}"));
}

Test(fingerprint, gives_wazuh_and_suricata_no_external_id)
{
	cr_assert_str_eq(external("{\"id\":\"1.2\",\"rule\":{\"id\":\"1\","
				  "\"level\":3}}"),
	    "");
	cr_assert_str_eq(external("{\"event_type\":\"alert\",\"flow_id\":1,"
				  "\"alert\":{\"signature\":\"s\"}}"),
	    "");
}
