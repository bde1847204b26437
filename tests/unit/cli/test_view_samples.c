#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#include "tests/unit/cli/view_samples.h"

/* An escape, a bell, C1, bidi, invisible, wide, long, and a newline. */
#define CANARY                                                                 \
	"\x1b[2J\x07\xc2\x9b"                                                  \
	"31m\xe2\x80\xae"                                                      \
	"evil\xe2\x81\xa6\xe2\x80\x8b"                                         \
	"\xe6\x97\xa5\n\r\t\x7f a rather long tail, so that it has to be cut"

#define TIMES                                                                  \
	"\"opened\":\"2026-01-31T11:00:00.000Z\",\"updated\":"                 \
	"\"2026-01-31T11:30:00.000Z\",\"closed\":\"2026-01-31T11:30:00.000Z\""

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

const char sample_asked[] =
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

const char *
sample_of(enum verb verb)
{
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (samples[i].verb == verb)
			return *samples[i].answer;
	return done;
}

void
poison(cJSON *item)
{
	for (; item != NULL; item = item->next) {
		if (cJSON_IsString(item))
			(void)cJSON_SetValuestring(item, CANARY);
		poison(item->child);
	}
}

void
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

void
utf8_locale(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}
