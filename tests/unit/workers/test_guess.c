#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "workers/guess.h"

/* What is guessed of the object; "" for a field that nothing is found for. */
static void
expect(const char *json, enum normal_field field, const char *text)
{
	struct normal normal = {.trace = NULL};
	cJSON *tree = cJSON_Parse(json);
	struct part part = {tree, tree, json, strlen(json), "", ""};
	const struct normal_text *is = &normal.fields[field];

	cr_assert_not_null(tree, "%s", json);
	guess_read(&normal, &part);
	cr_assert(is->len == strlen(text) &&
		      (is->len == 0 || memcmp(is->bytes, text, is->len) == 0),
	    "%s of %s: %.*s", normal_name(field), json, (int)is->len,
	    is->len == 0 ? "" : is->bytes);
	cJSON_Delete(tree);
}

Test(guess_read, knows_names_in_whatever_spelling)
{
	static const char *const rows[] = {"{\"rule_name\":\"Odd\"}",
	    "{\"RuleName\":\"Odd\"}", "{\"rule\":{\"name\":\"Odd\"}}",
	    "{\"rule.name\":\"Odd\"}", "{\"acme.rule.name\":\"Odd\"}",
	    "{\"rules\":[{\"name\":\"Odd\"}]}",
	    "{\"data\":{\"attributes\":{\"acmeAlertRuleName\":\"Odd\"}}}",
	    "{\"fields\":[{\"key\":\"rule_name\",\"value\":\"Odd\"}]}"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i], NORMAL_title, "Odd");
	expect("{\"severity\":[\"high\"]}", NORMAL_severity, "high");
}

Test(guess_read, goes_by_what_is_around_an_address)
{
	static const char both[] =
	    "{\"network\":{\"source\":{\"address\":\"192.0.2.1\"},"
	    "\"destination\":{\"address\":\"192.0.2.2\"}}}";
	static const char far_first[] =
	    "{\"target\":{\"ip\":\"192.0.2.2\"},\"actor\":{\"ip\":"
	    "\"192.0.2.1:443\"}}";
	static const char remote[] =
	    "{\"remote_ip\":\"192.0.2.2\",\"local_ip\":\"192.0.2.1\"}";

	expect(both, NORMAL_src_ip, "192.0.2.1");
	expect(both, NORMAL_dst_ip, "192.0.2.2");
	expect(far_first, NORMAL_src_ip, "192.0.2.1:443");
	expect(far_first, NORMAL_dst_ip, "192.0.2.2");
	expect(remote, NORMAL_src_ip, "192.0.2.1");
	expect(remote, NORMAL_dst_ip, "192.0.2.2");
	expect("{\"ip\":\"192.0.2.1\"}", NORMAL_src_ip, "192.0.2.1");
	expect("{\"ip\":\"192.0.2.1\"}", NORMAL_dst_ip, "");
	expect("{\"src_ip\":\"nowhere\"}", NORMAL_src_ip, "");
	expect("{\"src_ip\":\"192.0.2.1:http\"}", NORMAL_src_ip, "");
}

Test(guess_read, tells_what_happened_from_who_and_from_words_that_say_nothing)
{
	expect("{\"user\":{\"name\":\"ada\"},\"type\":\"alert\","
	       "\"message\":\"Odd\"}",
	    NORMAL_title, "Odd");
	expect("{\"name\":\"high\",\"action\":\"repo.destroy\"}", NORMAL_title,
	    "repo.destroy");
	expect("{\"title\":\"a/b/c\",\"reason\":\"Odd\"}", NORMAL_title, "Odd");
	expect("{\"title\":\"[x] Odd\"}", NORMAL_title, "[x] Odd");
	expect("{\"action\":\"dropped\",\"msg\":\"Odd\"}", NORMAL_title, "Odd");
	expect("{\"title\":\"[{}]\"}", NORMAL_title, "");
}

Test(guess_read, takes_values_that_look_like_what_the_field_holds)
{
	expect("{\"level\":\"web\",\"risk\":8.5}", NORMAL_severity, "8.5");
	expect("{\"severity\":\"S-A\"}", NORMAL_severity, "S-A");
	expect("{\"time\":30,\"created_at\":\"2026-01-02 03:04:05 UTC\"}",
	    NORMAL_time, "2026-01-02 03:04:05 UTC");
	expect("{\"p_event_time\":\"2026-01-02T00:00:00Z\",\"date\":"
	       "\"2026-01-03T00:00:00Z\"}",
	    NORMAL_time, "2026-01-03T00:00:00Z");
	expect("{\"sha256\":\"no digest\"}", NORMAL_hash, "");
	expect("{\"hashes\":\"MD5=0123456789abcdef0123456789abcdef\"}",
	    NORMAL_hash, "MD5=0123456789abcdef0123456789abcdef");
	expect("{\"tags\":[\"x\",\"attack.T1059.001\"]}", NORMAL_mitre,
	    "attack.T1059.001");
	expect(
	    "{\"user_agent\":\"curl\",\"host\":\"pc7\"}", NORMAL_host, "pc7");
	expect("{\"name\":\"organizations/1/findings/2\"}", NORMAL_dedup,
	    "organizations/1/findings/2");
	expect("{\"name\":\"Odd\"}", NORMAL_dedup, "");
	expect("{\"event_id\":4625,\"action\":\"x\"}", NORMAL_rule_id, "4625");
	expect("{\"event_id\":\"ab-1\",\"action\":\"x\"}", NORMAL_rule_id, "x");
}

Test(guess_is, wants_something_that_says_what_and_something_else)
{
	static const struct {
		const char *json;
		bool is;
	} rows[] = {
	    {"{\"title\":\"Odd\",\"host\":\"pc7\"}", true},
	    {"{\"title\":\"Odd\",\"id\":\"1\",\"time\":1767225600}", true},
	    {"{\"title\":\"Odd\",\"time\":1767225600}", false},
	    {"{\"host\":\"pc7\",\"user\":\"a\",\"time\":1767225600}", true},
	    {"{\"host\":\"pc7\",\"user\":\"a\"}", false},
	    {"{\"a\":1}", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *tree = cJSON_Parse(rows[i].json);

		cr_assert_eq(guess_is(tree), rows[i].is, "%s", rows[i].json);
		cJSON_Delete(tree);
	}
}

Test(guess_read, looks_at_twenty_thousand_members_and_no_more)
{
	static char json[400000];
	size_t len = 1;

	json[0] = '{';
	/* The object is one of them, and its last member is not looked at. */
	for (int i = 0; i < 19998; i++)
		len += (size_t)snprintf(
		    json + len, sizeof(json) - len, "\"m%d\":[],", i);
	(void)snprintf(json + len, sizeof(json) - len,
	    "\"host\":\"pc7\",\"user\":\"ada\"}");
	expect(json, NORMAL_host, "pc7");
	expect(json, NORMAL_user, "");
}
