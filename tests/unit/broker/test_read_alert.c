/* alert.list, alert.show, find. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

static const char *
ids(const char *list, const char *key)
{
	static char out[4096];
	char path[64];
	int i;

	out[0] = '\0';
	for (i = 0; i < harness_count(&h, list); i++) {
		(void)snprintf(path, sizeof(path), "%s[%d].%s", list, i, key);
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    "%s%s", i > 0 ? " " : "", harness_text(&h, path));
	}
	return out;
}

#define FULL                                                                   \
	",'description':'D','severity_raw':'12','classification':'fraud',"     \
	"'techniques':['t1110'],'host':'web1','user':'root','url':'http://x/'" \
	",'src_ip':'192.0.2.1','dst_ip':'192.0.2.2','hash':'h','dedup':'i'"    \
	",'observables':[{'type':'ipv4','value':'192.0.2.1'},"                 \
	"{'type':'host','value':'Web1'}],"                                     \
	"'reasons':[{'code':'severity_open','text':'S'}]"

/* ALR-1 opened INC-1; ALR-2 has two parts, kept; ALR-3 waits, of probe. */
static void
fill(void)
{
	char parts[4096];

	(void)triage_one(&h, harness_push(&h, "wazuh", 1),
	    (struct told){.cluster = 1, .rule = 5, .more = FULL});
	(void)harness_push(&h, "wazuh", 1);
	(void)snprintf(parts, sizeof(parts), "%s,%s",
	    told_part(1, (struct told){.wish = "keep", .cluster = 2}),
	    told_part(2, (struct told){
			     .wish = "keep", .cluster = 3, .severity = "low"}));
	cr_assert_eq(triage_parts(&h, 2, parts), OK);
	(void)harness_push(&h, "probe", 1);
}

TestSuite(read_alert_list, .init = fresh_begin, .fini = fresh_end);

Test(read_alert_list, shows_a_row_in_full)
{
	fill();
	harness_must_ask(&h, ANALYST, VERB_alert_list, "{'incident':'INC-1'}");
	cr_assert_eq(harness_count(&h, "alerts"), 1);
	cr_assert_str_eq(harness_text(&h, "alerts[0].id"), "ALR-1/1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].delivery"), "ALR-1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].source"), "wazuh");
	cr_assert_str_eq(
	    harness_text(&h, "alerts[0].title"), "Alert of cluster 1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].severity"), "high");
	cr_assert_eq(harness_number(&h, "alerts[0].severity_id"), 4);
	cr_assert_str_eq(harness_text(&h, "alerts[0].severity_raw"), "12");
	cr_assert_str_eq(harness_text(&h, "alerts[0].status"), "promoted");
	cr_assert_str_eq(harness_text(&h, "alerts[0].disposition"), "opened");
	cr_assert_str_eq(harness_text(&h, "alerts[0].incident"), "INC-1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].classification"), "fraud");
	cr_assert_str_eq(harness_text(&h, "alerts[0].techniques[0]"), "t1110");
	cr_assert_str_eq(harness_text(&h, "alerts[0].rule"), "5");
	cr_assert_str_eq(harness_text(&h, "alerts[0].host"), "web1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].user"), "root");
	cr_assert_str_eq(harness_text(&h, "alerts[0].src_ip"), "192.0.2.1");
	cr_assert_str_eq(harness_text(&h, "alerts[0].dst_ip"), "192.0.2.2");
	cr_assert_str_eq(harness_text(&h, "alerts[0].hash"), "h");
	cr_assert_str_eq(harness_text(&h, "alerts[0].dedup"), "i");
	cr_assert_str_eq(
	    harness_text(&h, "alerts[0].received"), "1970-01-20T16:13:21.000Z");
}

Test(read_alert_list, filters)
{
	static const struct {
		const char *body, *ids;
	} rows[] = {
	    {"{'status':'new','disposition':'kept','severity':'low'}",
		"ALR-2/2"},
	    {"{'disposition':'waiting'}", "ALR-3"},
	    {"{'source':'probe'}", "ALR-3"},
	    {"{'severity':'high','disposition':'opened'}", "ALR-1/1"},
	    {"{'incident':'INC-1'}", "ALR-1/1"},
	    {"{'disposition':'unreadable'}", ""},
	};
	size_t i;

	fill();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		harness_must_ask(&h, ANALYST, VERB_alert_list, rows[i].body);
		cr_assert_str_eq(ids("alerts", "id"), rows[i].ids, "%s: %s",
		    rows[i].body, ids("alerts", "id"));
	}
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'source':'ghost'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "source");
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'cursor':'nonsense'}"),
	    ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "cursor");
}

Test(read_alert_list, gives_each_part_its_own_title)
{
	fill();
	harness_must_ask(&h, ANALYST, VERB_alert_list, "{}");
	cr_assert_str_eq(ids("alerts", "id"), "ALR-3 ALR-2/1 ALR-2/2 ALR-1/1");
	cr_assert_str_eq(ids("alerts", "title"),
	    " Alert of cluster 2 Alert of cluster 3 Alert of cluster 1");
}

Test(read_alert_list, goes_on_where_a_page_ended)
{
	char cursor[256] = "", seen[256] = "";
	int pages = 0;

	fill();
	do {
		harness_must_ask(&h, ANALYST, VERB_alert_list,
		    cursor[0] == '\0'
			? "{'limit':1}"
			: body_of("{'limit':1,'cursor':'%s'}", cursor));
		(void)snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
		    "%s ", ids("alerts", "id"));
		(void)snprintf(
		    cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	} while (cursor[0] != '\0' && ++pages < 9);
	cr_assert(strstr(seen, "ALR-3 ") == seen, "%s", seen);
	cr_assert(strstr(seen, "ALR-2/1") != NULL, "%s", seen);
	cr_assert(strstr(seen, "ALR-2/2") != NULL, "%s", seen);
	cr_assert(strstr(seen, "ALR-1/1") != NULL, "%s", seen);
}

TestSuite(read_alert_show, .init = fresh_begin, .fini = fresh_end);

Test(read_alert_show, tells_what_triage_made_of_it_and_why)
{
	fill();
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-1/1'}");
	cr_assert_str_eq(harness_text(&h, "id"), "ALR-1/1");
	cr_assert_str_eq(harness_text(&h, "pushed_by"), "sensor");
	cr_assert_str_eq(harness_text(&h, "decision.config"), "default");
	cr_assert_str_eq(harness_text(&h, "decision.format"), "native");
	cr_assert_eq(harness_count(&h, "parts"), 1);
	cr_assert_str_eq(harness_text(&h, "parts[0].description"), "D");
	cr_assert_str_eq(
	    harness_text(&h, "parts[0].codes[0]"), "severity_open");
	cr_assert_str_eq(harness_text(&h, "parts[0].reasons[0]"), "S");
	cr_assert_str_eq(
	    harness_text(&h, "parts[0].observables[1].value"), "web1");
	cr_assert_eq(harness_number(&h, "payload.bytes"), 7);
	cr_assert_null(harness_at(&h, "payload.attachment"));
	cr_assert_eq(h.attachments_count, 0);

	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-2'}");
	cr_assert_eq(harness_count(&h, "parts"), 2);
	cr_assert_eq(harness_number(&h, "parts_count"), 2);
	harness_must(&h, ANALYST, VERB_alert_ack,
	    "{'alert':'ALR-2/1','comment':'seen'}");
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-2/1'}");
	cr_assert_eq(harness_count(&h, "history"), 1);
	cr_assert_str_eq(
	    harness_text(&h, "history[0].kind"), "alert.acknowledged");
	cr_assert_str_eq(harness_text(&h, "history[0].text.comment"), "seen");
	harness_must_ask(&h, ANALYST, VERB_alert_show, "{'alert':'ALR-2/2'}");
	cr_assert_eq(harness_count(&h, "history"), 0);
}

Test(read_alert_show, hands_out_the_payload_when_asked)
{
	fill();
	harness_must_ask(
	    &h, ANALYST, VERB_alert_show, "{'alert':'ALR-3','payload':true}");
	cr_assert_str_eq(harness_text(&h, "disposition"), "waiting");
	cr_assert_null(harness_at(&h, "decision"));
	cr_assert_eq(harness_number(&h, "payload.attachment"), 0);
	cr_assert_eq(h.attachments_count, 1);
	cr_assert_eq(h.attachments[0].len, 7);
	cr_assert_eq(memcmp(h.attachments[0].bytes, "payload", 7), 0);
}

Test(read_alert_show, refuses_what_is_not_there)
{
	static const char *const unknown[] = {"ALR-9", "ALR-1/2", "ALR-3/1"};
	size_t i;

	fill();
	for (i = 0; i < 3; i++) {
		cr_assert_eq(harness_ask(&h, ANALYST, VERB_alert_show,
				 body_of("{'alert':'%s'}", unknown[i])),
		    ERR_MISSING);
		cr_assert_str_eq(h.fault.field, "alert");
	}
}

/* ---- find ---- */

TestSuite(read_find, .init = fresh_begin, .fini = fresh_end);

Test(read_find, finds_whatever_type_and_spelling)
{
	static const struct {
		const char *value, *subjects;
	} rows[] = {
	    {"192.0.2.1", "INC-1 ALR-1/1 INC-2"},
	    {" 192[.]0[.]2[.]1 ", "INC-1 ALR-1/1 INC-2"},
	    {"WEB1", "INC-1 ALR-1/1"},
	    {"198.51.100.7", ""},
	};
	size_t i;

	fill();
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'T','severity':'low',"
	    "'observables':[{'type':'ipv4','value':'192.0.2.1'}]}");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		harness_must_ask(&h, ANALYST, VERB_find,
		    body_of("{'value':'%s'}", rows[i].value));
		cr_assert_eq(strlen(ids("found", "subject")),
		    strlen(rows[i].subjects), "%s: %s", rows[i].value,
		    ids("found", "subject"));
	}
	harness_must_ask(&h, ANALYST, VERB_find, "{'value':'192.0.2.1'}");
	for (i = 0; i < 3; i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "found[%zu].subject", i);
		if (strcmp(harness_text(&h, path), "INC-2") != 0)
			continue;
		(void)snprintf(path, sizeof(path), "found[%zu].title", i);
		cr_assert_str_eq(harness_text(&h, path), "T");
		(void)snprintf(path, sizeof(path), "found[%zu].severity", i);
		cr_assert_str_eq(harness_text(&h, path), "low");
		return;
	}
	cr_assert_fail("INC-2 was not found");
}

Test(read_find, pages_across_types)
{
	char cursor[256] = "";
	int found = 0, pages = 0;

	/* `web1.example.org` as host and as domain: two types. */
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'A','observables':["
	    "{'type':'host','value':'web1.example.org'},"
	    "{'type':'domain','value':'web1.example.org'}]}");
	harness_must(&h, ANALYST, VERB_open,
	    "{'title':'B','observables':["
	    "{'type':'host','value':'web1.example.org'},"
	    "{'type':'domain','value':'web1.example.org'}]}");
	do {
		harness_must_ask(&h, ANALYST, VERB_find,
		    cursor[0] == '\0'
			? "{'value':'web1.example.org','limit':1}"
			: body_of("{'value':'web1.example.org','limit':1,"
				  "'cursor':'%s'}",
			      cursor));
		found += harness_count(&h, "found");
		(void)snprintf(
		    cursor, sizeof(cursor), "%s", harness_text(&h, "next"));
	} while (cursor[0] != '\0' && ++pages < 9);
	cr_assert_eq(found, 4);
}

Test(read_find, refuses_cursors_of_other_lists)
{
	static const char *const wrong[] = {"x", "99:", "1", "-1:", "0:zz"};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(harness_ask(&h, ANALYST, VERB_find,
				 body_of("{'value':'192.0.2.1','cursor':'%s'}",
				     wrong[i])),
		    ERR_INVALID, "%s", wrong[i]);
		cr_assert_str_eq(h.fault.field, "cursor");
	}
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_find, "{'value':' '}"), ERR_INVALID);
	cr_assert_str_eq(h.fault.field, "value");
}

Test(read_alert_list, looks_at_so_many_rows_a_page_and_no_more)
{
	const size_t rest = LIMIT_LIST_VISIT_MAX % LIMIT_PUSH_ALERTS_MAX;
	size_t i;

	(void)harness_push(&h, "probe", 1);
	for (i = 0; i < LIMIT_LIST_VISIT_MAX / LIMIT_PUSH_ALERTS_MAX; i++)
		(void)harness_push(&h, "wazuh", LIMIT_PUSH_ALERTS_MAX);
	(void)harness_push(&h, "wazuh", rest - 1);
	/* The one that is sought is the last that may be looked at, ... */
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'source':'probe'}"),
	    OK);
	cr_assert_eq(harness_count(&h, "alerts"), 1);
	cr_assert_eq(harness_number(&h, "visited"), LIMIT_LIST_VISIT_MAX);
	/* ... and now one too far. */
	(void)harness_push(&h, "wazuh", 1);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'source':'probe'}"),
	    OK);
	cr_assert_eq(harness_count(&h, "alerts"), 0);
	cr_assert_eq(harness_number(&h, "visited"), LIMIT_LIST_VISIT_MAX);
	cr_assert_eq(harness_ask(&h, ANALYST, VERB_alert_list,
			 body_of("{'source':'probe','cursor':'%s'}",
			     harness_text(&h, "next"))),
	    OK);
	cr_assert_eq(harness_count(&h, "alerts"), 1);
	cr_assert_str_eq(harness_text(&h, "alerts[0].id"), "ALR-1");
}

Test(read_alert_list, knows_no_severity_before_triage)
{
	(void)harness_push(&h, "wazuh", 1);
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'severity':'info'}"),
	    OK);
	cr_assert_eq(harness_count(&h, "alerts"), 0);
	(void)triage_one(&h, 1,
	    (struct told){.cluster = 1, .severity = "info", .wish = "keep"});
	cr_assert_eq(
	    harness_ask(&h, ANALYST, VERB_alert_list, "{'severity':'info'}"),
	    OK);
	cr_assert_eq(harness_count(&h, "alerts"), 1);
}
