/* Every view with hostile answers: nothing that acts reaches the screen. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "cli/view.h"
#include "protocol/json.h"

/* 2026-01-31T12:00:00Z */
#define NOW INT64_C(1769860800000)

/* An escape, a bell, C1, bidi, invisible, wide, long, and a newline. */
#define CANARY                                                                 \
	"\x1b[2J\x07\xc2\x9b"                                                  \
	"31m\xe2\x80\xae"                                                      \
	"evil\xe2\x81\xa6\xe2\x80\x8b"                                         \
	"\xe6\x97\xa5\n\r\t\x7f a rather long tail, so that it has to be cut"

#define TIMES                                                                  \
	"\"opened\":\"2026-01-31T11:00:00.000Z\",\"updated\":"                 \
	"\"2026-01-31T11:30:00.000Z\",\"closed\":\"2026-01-31T11:30:00.000Z\""

#define EVENT(kind, facts, text)                                               \
	"{\"seq\":7,\"time\":\"2026-01-31T11:00:00.000Z\",\"kind\":\"" kind    \
	"\",\"actor\":\"ada\",\"subject\":\"INC-1\",\"facts\":{" facts         \
	"},\"text\":{" text "}}"

#define HISTORY                                                                \
	"[" EVENT("incident.opened",                                           \
	    "\"severity\":\"high\",\"alert\":\"ALR-7/1\",\"reasons\":"         \
	    "[\"severity_open\"]",                                             \
	    "\"title\":\"x\"")                                                 \
	"," EVENT("incident.commented", "", "\"text\":\"a comment\"")          \
	"," EVENT("alert.triaged",                                             \
	    "\"parts\":[{\"disposition\":\"opened\",\"incident\":\"INC-1\"}]", \
	    "\"fault\":\"f\"")                                                 \
	"," EVENT("unheard.of", "\"a\":1", "")                                 \
	"]"

static const char *const incident =
    "{\"id\":\"INC-1\",\"revision\":3,\"title\":\"Brute force\","
    "\"description\":\"two\\nlines\",\"severity\":\"high\",\"status\":\"new\","
    "\"kind\":\"incident\",\"classification\":\"intrusions\",\"tlp\":\"amber\","
    "\"pap\":\"red\",\"major\":true,\"unread\":true,\"umbrella\":true,"
    "\"resolved_by_source\":true,\"assignee\":\"ada\",\"opened_by\":\"triage\","
    "\"source\":\"wazuh\",\"follows\":\"INC-9\",\"alerts\":2,\"verdict\":"
    "\"test\","
    "\"impact\":\"none\",\"root_cause\":\"rc\",\"comment\":\"cc\"," TIMES
    ",\"tags\":[\"mail\",\"ssh\"],\"techniques\":[\"t1110\"],\"observables\":"
    "[{\"type\":\"ipv4\",\"value\":\"192.0.2.1\"}],\"attached\":[{\"id\":"
    "\"ALR-7/1\",\"severity\":\"low\",\"disposition\":\"opened\",\"received\":"
    "\"2026-01-31T11:00:00.000Z\",\"source\":\"s\",\"title\":\"t\",\"host\":"
    "\"h\"}],\"history\":" HISTORY ",\"next\":\"12\"}";

static const char *const incidents =
    "{\"incidents\":[{\"id\":\"INC-1\",\"title\":\"Brute force\",\"severity\":"
    "\"high\",\"status\":\"new\",\"assignee\":null,\"alerts\":3,\"tags\":["
    "\"a\"],"
    "\"unread\":true,\"major\":true," TIMES "},{\"id\":\"INC-2\",\"erased\":"
    "true}],\"next\":\"sev:3\",\"visited\":2}";

static const char *const alerts =
    "{\"alerts\":[{\"id\":\"ALR-7/1\",\"severity\":\"high\",\"disposition\":"
    "\"opened\",\"status\":\"promoted\",\"received\":"
    "\"2026-01-31T11:00:00.000Z\",\"source\":\"wazuh\",\"incident\":\"INC-1\","
    "\"title\":\"t\",\"host\":\"web1\"}],\"next\":\"x\"}";

static const char *const alert =
    "{\"id\":\"ALR-7\",\"delivery\":\"ALR-7\",\"source\":\"wazuh\","
    "\"received\":"
    "\"2026-01-31T11:00:00.000Z\",\"status\":\"promoted\",\"disposition\":"
    "\"opened\",\"pushed_by\":\"demo\",\"parts_count\":1,\"decision\":{"
    "\"fault\":"
    "\"not JSON\"},\"parts\":[{\"id\":\"ALR-7/1\",\"title\":\"t\",\"severity\":"
    "\"high\",\"severity_raw\":\"12\",\"rule\":\"5712\",\"host\":\"web1\","
    "\"user\":"
    "\"root\",\"url\":\"http://x\",\"incident\":\"INC-1\",\"reasons\":[\"high "
    "is "
    "above medium\",{\"code\":\"c\",\"text\":\"sentence\"}],\"codes\":[\"c\"],"
    "\"description\":\"d\",\"observables\":[{\"type\":\"ipv4\",\"value\":"
    "\"192.0.2.1\"}]}],\"history\":" HISTORY ",\"payload\":{\"bytes\":12}}";

static const char *const found =
    "{\"found\":[{\"subject\":\"INC-1\",\"type\":\"ipv4\",\"title\":\"t\","
    "\"status\":\"new\",\"severity\":\"high\",\"time\":"
    "\"2026-01-31T11:00:00.000Z\",\"incident\":\"INC-1\"}],\"types\":[\"ipv4\"]"
    ","
    "\"next\":\"c\"}";

static const char *const jobs =
    "{\"workflows\":[{\"workflow\":\"triage\",\"waiting\":1,\"leased\":1,"
    "\"retrying\":0,\"dead\":1,\"done\":3,\"failed\":1,\"leases\":[{\"lease\":"
    "3,"
    "\"worker\":\"w\",\"first\":1,\"last\":2,\"attempt\":0,\"deadline\":"
    "\"2026-01-31T11:00:00.000Z\"}],\"dead_items\":[{\"item\":\"ALR-1\","
    "\"number\":"
    "1,\"attempts\":5,\"reason\":\"r\",\"time\":\"2026-01-31T11:00:00.000Z\"}]}"
    "]}";

static const char *const tasks =
    "{\"tasks\":[{\"incident\":\"INC-1\",\"task\":1,\"title\":\"t\","
    "\"status\":\"in_progress\",\"mandatory\":true,\"owner\":\"ada\","
    "\"due\":\"2026-01-31T11:00:00.000Z\",\"overdue\":true},{\"incident\":"
    "\"INC-1\",\"task\":2,\"erased\":true,\"status\":\"done\",\"owner\":null,"
    "\"due\":\"2026-01-31T11:00:00.000Z\",\"ended\":"
    "\"2026-01-31T10:00:00.000Z\"}],\"next\":\"c\"}";

static const char *const files =
    "{\"files\":[{\"incident\":\"INC-1\",\"file\":1,\"name\":\"t\","
    "\"bytes\":12,\"sha256\":\"ab\",\"added_by\":\"ada\",\"added\":"
    "\"2026-01-31T11:00:00.000Z\"},{\"incident\":\"INC-1\",\"file\":2,"
    "\"erased\":true}]}";

static const char *const people =
    "{\"people\":[{\"name\":\"ada\",\"number\":2,\"roles\":[\"analyst\"],"
    "\"public\":\"k\",\"sources\":[\"s\"],\"display\":\"Ada\",\"active\":true,"
    "\"enrolled\":\"2026-01-31T11:00:00.000Z\"}]}";

static const char *const tokens =
    "{\"tokens\":[{\"name\":\"w-token-9\",\"number\":9,\"roles\":["
    "\"sensor\"],\"sources\":[\"s\"],\"rate\":50,\"active\":true,"
    "\"issued\":\"2026-01-31T11:00:00.000Z\",\"used\":"
    "\"2026-01-31T11:00:00.000Z\"}]}";

static const char *const whoami =
    "{\"name\":\"ada\",\"roles\":[\"analyst\",\"lead\"],\"public\":\"k\","
    "\"sources\":[],\"display\":\"Ada\",\"verbs\":[\"open\",\"list\"]}";

static const char *const status =
    "{\"version\":\"0.1.0\",\"writing\":true,\"intake\":false,\"journal\":"
    "{\"durable\":12,\"committed\":12,\"time\":\"2026-01-31T11:00:00.000Z\"},"
    "\"store\":\"00ff\",\"rebuilding\":true,\"timers_held\":true,\"queues\":"
    "{\"intake_bytes\":0,\"command_bytes\":0},\"workers\":2,\"watchers\":0,"
    "\"refused_auth\":0,\"dropped_frames\":0,\"config\":\"default\",\"uptime_"
    "ms\":"
    "7200000,\"incidents\":{\"open\":3,\"by_severity\":{\"critical\":1,"
    "\"high\":2}},"
    "\"alerts\":{\"received\":9,\"waiting\":0,\"dead\":0,\"kept\":3}}";

static const char *const done =
    "{\"id\":\"INC-1\",\"revision\":4,\"name\":\"ada\",\"alert\":\"ALR-1\","
    "\"status\":\"closed\",\"retried\":2,\"more\":true,"
    "\"level\":2}";

static const char *const asked =
    "{\"to\":\"contained\",\"verdict\":\"test\",\"roles\":[\"analyst\"],"
    "\"text\":\"it's\",\"severity\":\"high\",\"all\":true,\"limit\":2,"
    "\"value\":\"192.0.2.1\",\"incident\":\"INC-1\",\"cursor\":\"old\"}";

struct sample {
	enum verb verb;
	const char *const *answer;
};

static const struct sample samples[] = {
    {VERB_list, &incidents},
    {VERB_mine, &incidents},
    {VERB_show, &incident},
    {VERB_next, &done},
    {VERB_alert_list, &alerts},
    {VERB_alert_show, &alert},
    {VERB_find, &found},
    {VERB_jobs, &jobs},
    {VERB_task_list, &tasks},
    {VERB_file_list, &files},
    {VERB_people_list, &people},
    {VERB_token_list, &tokens},
    {VERB_whoami, &whoami},
    {VERB_status, &status},
};

static const char *
sample_of(enum verb verb)
{
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (samples[i].verb == verb)
			return *samples[i].answer;
	return done;
}

static void
poison(cJSON *item)
{
	for (; item != NULL; item = item->next) {
		if (cJSON_IsString(item))
			(void)cJSON_SetValuestring(item, CANARY);
		poison(item->child);
	}
}

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

static void
expect_harmless(const char *text, enum verb verb, const char *how)
{
	static const char *const evil[] = {
	    "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b"};
	const char *name = verb_row(verb)->name;
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		cr_assert(text[i] == '\n' || (unsigned char)text[i] >= 0x20,
		    "%s, %s: byte %02x at %zu in:\n%s", name, how,
		    (unsigned)(unsigned char)text[i], i, text);
	cr_assert_null(strchr(text, 0x7f));
	for (i = 0; i < sizeof(evil) / sizeof(evil[0]); i++)
		cr_assert_null(strstr(text, evil[i]), "%s, %s", name, how);
}

static void
utf8_locale(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}

TestSuite(view_of, .init = utf8_locale);

Test(view_of, lets_no_canary_through_any_view)
{
	static const size_t widths[] = {40, 80, 200};
	int verb, way;
	size_t i;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		cJSON *request = cJSON_Parse(asked);
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
	char *text = plain(VERB_list, asked, incidents);

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
	char *text = plain(VERB_show, "{\"incident\":\"INC-1\"}", incident);

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
		char *text = plain(rows[i].verb, asked, done);

		cr_expect_str_eq(text, rows[i].says);
		free(text);
	}
}

Test(view_of, tells_of_a_broker_that_is_not_well)
{
	char *text = plain(VERB_status, "{}", status);

	cr_expect_not_null(strstr(text, "THE DISK IS NEARLY FULL"));
	cr_expect_null(strstr(text, "THE JOURNAL FAILED"));
	cr_expect_not_null(strstr(text, "Open incidents: 3"));
	free(text);
	text = plain(VERB_status, "{}",
	    "{\"writing\":true,\"intake\":true,\"rebuilding\":false}");
	cr_expect_not_null(strstr(text, "The broker answers"));
	free(text);
}

TestSuite(view_event, .init = utf8_locale);

/* How many rows it takes, none of them wider than the screen. */
static size_t
rows_of(char *text, size_t columns)
{
	size_t rows = 0;
	char *line;

	for (line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n"), rows++)
		cr_expect_leq(render_columns(line, true), columns, "%s", line);
	return rows;
}

Test(view_event, is_one_line_or_a_few_rows_and_harmless)
{
	cJSON *event = cJSON_Parse(EVENT("incident.moved",
	    "\"from\":\"new\",\"to\":\"triage\"", "\"reason\":\"r\""));
	char *out;
	size_t size;
	struct screen screen = {.columns = 80,
	    .utf8 = true,
	    .utc = true,
	    .out = open_memstream(&out, &size)};

	view_event(&screen, event, false);
	(void)fflush(screen.out);
	cr_expect_str_eq(out, "7  2026-01-31 11:00:00 UTC  ada: INC-1 moved "
			      "from new to triage: r\n");
	poison(event);
	rewind(screen.out);
	view_event(&screen, event, false);
	(void)fflush(screen.out);
	expect_harmless(out, VERB_watch, "event");
	cr_expect_eq(strchr(out, '\n'), out + strlen(out) - 1);
	rewind(screen.out);
	screen.columns = 40;
	view_event(&screen, event, true);
	(void)fputc('\0', screen.out);
	(void)fclose(screen.out);
	expect_harmless(out, VERB_watch, "event");
	cr_expect_leq(rows_of(out, 40), 5, "%s", out);
	free(out);
	cJSON_Delete(event);
}

/* Every kind of entry has its sentence. */
Test(view_event, knows_every_kind)
{
	static const char *const kinds[] = {
#undef EVENT
#define EVENT(number, name, subject) #name,
#include "store/events.def"
#undef EVENT
	};
	char out[256];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		cJSON *event = cJSON_CreateObject();
		char kind[64], *mark;

		(void)snprintf(kind, sizeof(kind), "%s", kinds[i]);
		while ((mark = strchr(kind, '_')) != NULL)
			*mark = '.';
		(void)cJSON_AddStringToObject(event, "kind", kind);
		cr_expect(view_event_is(event, kinds[i]));
		cr_expect_str_neq(
		    view_event_words(event, NULL, out, sizeof(out)), kind);
		cJSON_Delete(event);
	}
}
