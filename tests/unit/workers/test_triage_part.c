/* What triage says of one part: its wish, its reasons, what it is cut to. */
#include <stdio.h>

#include "asked.h"
#include "workers/fingerprint.h"
#include "workers/observables.h"

/* The wish under the thresholds, and the reason's code. */
static void
expect_wish(enum severity severity, enum severity open, enum severity attach,
    const char *wish, const char *code)
{
	struct triage *triage;
	char payload[64];
	struct triage_ask ask = {.alert = "ALR-1",
	    .source = "s",
	    .payload = payload,
	    .open = open,
	    .attach = attach};
	cJSON *outcome;

	ask.payload_len = (size_t)snprintf(payload, sizeof(payload),
	    "{\"title\":\"t\",\"severity\":%d}", (int)severity);
	cr_assert_eq(triage_open(&triage, asked_formats()), OK);
	cr_assert_eq(triage_run(triage, &ask, 0, &outcome), OK);
	cr_assert_str_eq(asked_text(asked_part(outcome, 1), "wish"), wish);
	cr_assert_not_null(asked_reason(asked_part(outcome, 1), code));
	cJSON_Delete(outcome);
	triage_close(&triage);
	cr_assert_null(triage);
}

Test(triage_run, wishes_by_every_pair_of_thresholds)
{
	for (int s = 0; s < SEVERITY_COUNT; s++)
		for (int open = 0; open < SEVERITY_COUNT; open++)
			for (int attach = 0; attach < SEVERITY_COUNT; attach++)
				expect_wish((enum severity)s,
				    (enum severity)open, (enum severity)attach,
				    s >= open     ? "open"
				    : s >= attach ? "attach"
						  : "keep",
				    s >= open     ? "severity_open"
				    : s >= attach ? "severity_attach"
						  : "severity_keep");
}

Test(triage_run, resolves_whatever_the_severity)
{
	cJSON *outcome = asked("{\"title\":\"t\",\"severity\":\"critical\","
			       "\"status\":\"resolved\"}",
	    NULL);

	cr_assert_str_eq(asked_text(asked_part(outcome, 1), "wish"), "resolve");
	cJSON_Delete(outcome);
}

static void
expect_reason(const char *payload, const char *code, const char *sentence)
{
	cJSON *outcome = asked(payload, NULL);
	const char *is = asked_reason(asked_part(outcome, 1), code);

	if (sentence == NULL)
		cr_assert_null(is, "%s", payload);
	else
		cr_assert_str_eq(is == NULL ? "(none)" : is, sentence);
	cJSON_Delete(outcome);
}

Test(triage_run, says_what_it_had_to_assume)
{
	expect_reason("{\"title\":\"t\",\"severity\":\"hgih\"}",
	    "severity_unknown",
	    "\"hgih\" is no severity of the format native: taken as medium");
	expect_reason("{\"title\":\"t\",\"severity\":\"high\"}",
	    "severity_unknown", NULL);
	expect_reason("{\"title\":\"t\"}", "severity_missing",
	    "the source gave no severity: taken as medium");
	expect_reason("{\"title\":\"t\",\"classification\":\"rude\"}",
	    "class_unknown", "\"rude\" is no class of RSIT");
	expect_reason("{\"title\":\"t\",\"classification\":\"fraud\"}",
	    "class_unknown", NULL);
	expect_reason("{\"title\":\"t\",\"time\":\"2024-01-01T00:00:00Z+2\"}",
	    "time_unreadable",
	    "the time \"2024-01-01T00:00:00Z+2\" cannot be read");
	expect_reason("{\"title\":\"t\",\"time\":\"2024-01-01T00:00:00\"}",
	    "time_without_zone",
	    "the time \"2024-01-01T00:00:00\" names no zone: taken as UTC");
	expect_reason("{\"title\":\"t\",\"time\":\"2024-01-01T00:00:00Z\"}",
	    "time_without_zone", NULL);
	/* It came at 1800000000000: five minutes later is still in time. */
	expect_reason(
	    "{\"title\":\"t\",\"time\":1800000300000}", "time_ahead", NULL);
	expect_reason("{\"title\":\"t\",\"time\":1800000300001}", "time_ahead",
	    "the source's clock is ahead: \"1800000300001\" lies after its "
	    "arrival");
	expect_reason("{\"rule\":{\"id\":\"7\",\"level\":3}}", "title_missing",
	    "the source gave no title");
}

Test(triage_run, gives_an_alert_without_a_title_one)
{
	cJSON *outcome = asked("{\"rule\":{\"id\":\"7\",\"level\":3}}", NULL);

	cr_assert_str_eq(
	    asked_text(asked_part(outcome, 1), "title"), "wazuh rule 7");
	cJSON_Delete(outcome);
}

Test(triage_run, hashes_a_host_without_its_port)
{
	static const char *const rows[][2] = {{"web1:9100", "web1"},
	    {"web1", "web1"}, {"web1:", "web1:"}, {"web1:a", "web1:a"},
	    {":9100", ":9100"}, {"2001:db8::1", "2001:db8::1"},
	    {"10.0.0.1:80", "10.0.0.1"}};
	char payload[128], hash[FINGERPRINT_SHORT_TEXT];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *outcome;

		(void)snprintf(payload, sizeof(payload),
		    "{\"title\":\"t\",\"host\":\"%s\"}", rows[i][0]);
		outcome = asked(payload, NULL);
		fingerprint_short(rows[i][1], strlen(rows[i][1]), true, hash);
		cr_assert_str_eq(
		    asked_text(asked_part(outcome, 1), "host"), rows[i][0]);
		cr_assert_str_eq(cJSON_GetArrayItem(
				     cJSON_GetObjectItem(
					 asked_part(outcome, 1), "host_hashes"),
				     0)
				     ->valuestring,
		    hash);
		cJSON_Delete(outcome);
	}
}

Test(triage_run, validates_techniques)
{
	static const char *const good[] = {"T1110", "t1110.001"};
	static const char *const bad[] = {"T111", "T11100", "T1110.01",
	    "T1110.0011", "T1110-001", "X1110", "T111a", "T1110.00a"};
	char payload[128];
	cJSON *outcome;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(payload, sizeof(payload),
		    "{\"title\":\"t\",\"techniques\":[\"%s\"]}", good[i]);
		expect_reason(payload, "technique_ignored", NULL);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(payload, sizeof(payload),
		    "{\"title\":\"t\",\"techniques\":[\"%s\"]}", bad[i]);
		outcome = asked(payload, NULL);
		cr_assert_not_null(
		    asked_reason(asked_part(outcome, 1), "technique_ignored"));
		cr_assert_not(
		    cJSON_HasObjectItem(asked_part(outcome, 1), "techniques"));
		cJSON_Delete(outcome);
	}
}

Test(triage_run, keeps_so_many_techniques_and_no_more)
{
	char payload[1024];
	int n = sprintf(payload, "{\"title\":\"t\",\"techniques\":[\"T1000\"");
	cJSON *outcome;

	for (int i = 1; i <= LIMIT_TECHNIQUES_MAX; i++)
		n += sprintf(payload + n, ",\"T%d\"", 1000 + i);
	(void)sprintf(payload + n, "]}");
	outcome = asked(payload, NULL);
	cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(
			 asked_part(outcome, 1), "techniques")),
	    LIMIT_TECHNIQUES_MAX);
	cJSON_Delete(outcome);
}

Test(triage_run, says_which_texts_were_cut)
{
	char payload[LIMIT_TITLE_BYTES_MAX + 600];
	char *p = payload + sprintf(payload, "{\"title\":\"");
	cJSON *outcome;

	memset(p, 'a', LIMIT_TITLE_BYTES_MAX + 1);
	p += LIMIT_TITLE_BYTES_MAX + 1;
	p += sprintf(p, "\",\"host\":\"");
	memset(p, 'b', 256);
	(void)sprintf(p + 256, "\"}");
	outcome = asked(payload, NULL);
	cr_assert_str_eq(asked_reason(asked_part(outcome, 1), "truncated"),
	    "cut to its limit: title, host");
	cr_assert_eq(strlen(asked_text(asked_part(outcome, 1), "title")),
	    LIMIT_TITLE_BYTES_MAX);
	cr_assert_eq(strlen(asked_text(asked_part(outcome, 1), "host")), 255);
	cJSON_Delete(outcome);
}

Test(triage_run, finds_an_observable_at_every_mark_of_every_format)
{
	static const char *const values[] = {
	    [MARK_text] = "see 192.0.2.9",
	    [MARK_ip] = "192.0.2.9",
	    [MARK_host] = "192.0.2.9",
	    [MARK_user] = "mallory",
	    [MARK_domain] = "evil.example",
	    [MARK_url] = "http://evil.example/",
	    [MARK_hash] = "d41d8cd98f00b204e9800998ecf8427e",
	    [MARK_email] = "m@evil.example",
	    [MARK_cve] = "CVE-2024-3094",
	};
	struct scanner *scanner;
	struct observables found;
	size_t marks = 0;

	cr_assert_eq(scanner_open(&scanner), OK);
	for (const struct format *const *f = formats_all(asked_formats());
	     *f != NULL; f++)
		for (size_t i = 0; i < (*f)->marks_count; i++, marks++) {
			const struct format_mark *m = &(*f)->marks[i];

			observables_init(&found);
			observables_mark(
			    &found, scanner, m->mark, values[m->mark]);
			cr_assert_geq(found.count, 1, "%s", m->path);
		}
	cr_assert_gt(marks, 70);
	scanner_close(&scanner);
}
