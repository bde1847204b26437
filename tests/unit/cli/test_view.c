/* Every view with hostile answers: nothing that acts reaches the screen. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view.h"
#include "tests/unit/cli/view_samples.h"

/* 2026-01-31T12:00:00Z */
#define NOW INT64_C(1769860800000)

/* Puts `what` in the place of every value. */
static void
confuse(cJSON *object, int what)
{
	cJSON *item = object->child, *next;

	for (; item != NULL; item = next) {
		cJSON *other;

		next = item->next;
		if (item->child != NULL && what != 1) {
			confuse(item, what);
			continue;
		}
		other = what == 0   ? cJSON_CreateNumber(-1e300)
			: what == 1 ? cJSON_CreateArray()
			: what == 2 ? cJSON_CreateNull()
				    : cJSON_CreateString("");
		if (cJSON_IsArray(object))
			cJSON_ReplaceItemViaPointer(object, item, other);
		else
			cJSON_ReplaceItemInObject(object, item->string, other);
	}
}

static char *
drawn(enum verb verb, const cJSON *request, const cJSON *answer, bool utf8,
    bool colour, size_t columns)
{
	char *out;
	size_t size;
	struct screen screen = {.columns = columns,
	    .utf8 = utf8,
	    .colour = colour,
	    .utc = true,
	    .now_ms = NOW,
	    .out = open_memstream(&out, &size)};

	view_of(verb)(&screen, verb, request, answer);
	(void)fclose(screen.out);
	return out;
}

/* Takes our own colours out, and only them. */
static void
without_colours(char *text)
{
	static const char *const ours[] = {"\033[0m", "\033[1m", "\033[2m",
	    "\033[31m", "\033[32m", "\033[33m", "\033[36m", "\033[1;31m"};
	char *found_at;
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		while ((found_at = strstr(text, ours[i])) != NULL)
			memmove(found_at, found_at + strlen(ours[i]),
			    strlen(found_at + strlen(ours[i])) + 1);
}

TestSuite(view_of, .init = utf8_locale);

Test(view_of, lets_no_canary_through_any_view)
{
	static const size_t widths[] = {40, 80, 200};
	int verb, way;
	size_t i;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		cJSON *request = cJSON_Parse(sample_asked);
		cJSON *answer = cJSON_Parse(sample_of((enum verb)verb));

		cr_assert_not_null(answer, "%d", verb);
		poison(request);
		poison(answer);
		for (way = 0; way < 4; way++)
			for (i = 0; i < 3; i++) {
				char *text = drawn((enum verb)verb, request,
				    answer, way & 1, way & 2, widths[i]);

				without_colours(text);
				expect_harmless(text, (enum verb)verb,
				    way & 1 ? "utf-8" : "ascii");
				free(text);
			}
		cJSON_Delete(request);
		cJSON_Delete(answer);
	}
}

Test(view_of, stands_answers_of_another_shape)
{
	int verb, what;

	for (verb = 0; verb < VERB_COUNT; verb++)
		for (what = 0; what < 4; what++) {
			cJSON *answer = cJSON_Parse(sample_of((enum verb)verb));
			char *text;

			confuse(answer, what);
			text = drawn(
			    (enum verb)verb, NULL, answer, true, true, 80);
			without_colours(text);
			expect_harmless(text, (enum verb)verb, "confused");
			free(text);
			cJSON_Delete(answer);
		}
}

Test(view_of, stands_an_empty_answer)
{
	cJSON *nothing = cJSON_CreateObject();
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++)
		free(drawn((enum verb)verb, nothing, nothing, true, false, 80));
	cJSON_Delete(nothing);
}

static char *
plain(enum verb verb, const char *request, const char *answer)
{
	cJSON *a = cJSON_Parse(request), *b = cJSON_Parse(answer);
	char *text = drawn(verb, a, b, true, false, 80);

	cJSON_Delete(a);
	cJSON_Delete(b);
	return text;
}

Test(view_of, lists_with_age_marks_and_the_next_page)
{
	char *text = plain(VERB_list, sample_asked, sample_of(VERB_list));

	cr_expect_not_null(strstr(text, "INC-1  !*  high  new      1h"));
	cr_expect_not_null(strstr(text, "(erased)"));
	cr_expect_not_null(strstr(text,
	    "tocsin list --all --severity high --text 'it'\\''s' --limit 2 "
	    "--cursor sev:3"));
	free(text);
}

Test(view_of, says_kindly_that_a_list_is_empty)
{
	char *text = plain(VERB_mine, "{}", "{\"incidents\":[]}");

	cr_expect_not_null(strstr(text, "Nothing is assigned to you."));
	free(text);
}

Test(view_of, shows_an_incident_with_history_and_what_comes_next)
{
	char *text =
	    plain(VERB_show, "{\"incident\":\"INC-1\"}", sample_of(VERB_show));

	cr_expect_not_null(strstr(text, "INC-1  Brute force\n"));
	cr_expect_not_null(strstr(text, "MAJOR INCIDENT"));
	cr_expect_not_null(strstr(text, "TLP:AMBER"));
	cr_expect_not_null(strstr(text, "  two\n  lines\n"));
	cr_expect_not_null(strstr(text, "ipv4  192.0.2.1"));
	cr_expect_not_null(
	    strstr(text, "ada opened as high for ALR-7/1 (severity_open)"));
	cr_expect_not_null(strstr(text, "      a comment\n"));
	cr_expect_not_null(strstr(text, "triaged (opened INC-1)"));
	cr_expect_not_null(strstr(text, "tocsin close INC-1 --fp"));
	cr_expect_not_null(strstr(text, "tocsin move INC-1 triage"));
	cr_expect_null(strstr(text, "tocsin reopen"));
	cr_expect_null(strstr(text, "tocsin assign"));
	free(text);
}

Test(view_of, offers_only_to_reopen_what_is_closed)
{
	char *text = plain(VERB_show, "{}",
	    "{\"id\":\"INC-1\",\"title\":\"t\",\"status\":\"closed\"}");

	cr_expect_not_null(strstr(text, "tocsin reopen INC-1"));
	cr_expect_null(strstr(text, "tocsin close"));
	free(text);
}

Test(view_of, says_what_a_write_did_in_one_line)
{
	static const struct {
		enum verb verb;
		const char *says;
	} rows[] = {
	    {VERB_open, "INC-1 opened (revision 4)\n"},
	    {VERB_comment, "INC-1 commented (revision 4)\n"},
	    {VERB_move, "INC-1 moved to contained (revision 4)\n"},
	    {VERB_close, "INC-1 closed as test (revision 4)\n"},
	    {VERB_assign, "INC-1 assigned to contained (revision 4)\n"},
	    {VERB_escalate, "INC-1 escalated to level 2 (revision 4)\n"},
	    {VERB_alert_promote, "ALR-1 promoted to INC-1 (revision 4)\n"},
	    {VERB_people_enrol, "ada enrolled as analyst (revision 4)\n"},
	    {VERB_jobs_retry,
		"2 dead letters get another try; there are more: say it "
		"again\n"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text =
		    plain(rows[i].verb, sample_asked, sample_of(VERB_open));

		cr_expect_str_eq(text, rows[i].says);
		free(text);
	}
}

Test(view_of, tells_of_a_broker_that_is_not_well)
{
	char *text = plain(VERB_status, "{}", sample_of(VERB_status));

	cr_expect_not_null(strstr(text, "THE DISK IS NEARLY FULL"));
	cr_expect_null(strstr(text, "THE JOURNAL FAILED"));
	cr_expect_not_null(strstr(text, "Open incidents: 3"));
	free(text);
	text = plain(VERB_status, "{}",
	    "{\"writing\":true,\"intake\":true,\"rebuilding\":false}");
	cr_expect_not_null(strstr(text, "The broker answers"));
	free(text);
}
