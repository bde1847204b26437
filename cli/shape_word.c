#include "cli/shape_word.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/when.h"
#include "protocol/json.h"
#include "protocol/words.h"

struct look {
	const char *word;
	enum style style;
};

static const struct look severities[] = {
    {"critical", STYLE_ALARM},
    {"high", STYLE_BAD},
    {"medium", STYLE_WARN},
    {"low", STYLE_NOTICE},
    {"info", STYLE_DIM},
};

static const struct look targets[] = {
    {"overdue", STYLE_ALARM},
    {"missed", STYLE_BAD},
    {"met", STYLE_GOOD},
    {"held", STYLE_DIM},
};

static const struct look sources[] = {
    {"silent", STYLE_ALARM},
    {"never", STYLE_WARN},
    {"heard", STYLE_GOOD},
};

static const struct look actions[] = {
    {"proposed", STYLE_BOLD},
    {"in_progress", STYLE_WARN},
    {"done", STYLE_NOTICE},
    {"effective", STYLE_GOOD},
    {"not_effective", STYLE_BAD},
};

static const struct look statuses[] = {
    {"new", STYLE_BOLD},
    {"triage", STYLE_WARN},
    {"investigating", STYLE_WARN},
    {"contained", STYLE_NOTICE},
    {"eradicated", STYLE_NOTICE},
    {"recovered", STYLE_GOOD},
    {"review", STYLE_GOOD},
    {"closed", STYLE_DIM},
    {"cancelled", STYLE_DIM},
    {"on_hold", STYLE_DIM},
    {"promoted", STYLE_NOTICE},
    {"merged", STYLE_NOTICE},
    {"acknowledged", STYLE_GOOD},
    {"suppressed", STYLE_DIM},
    /* of tasks; those that both have look alike */
    {"waiting", STYLE_BOLD},
    {"in_progress", STYLE_WARN},
    {"done", STYLE_GOOD},
};

static enum style
style_of(const struct look *looks, size_t count, const char *word)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(looks[i].word, word) == 0)
			return looks[i].style;
	return STYLE_PLAIN;
}

enum style
shape_as_severity(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)shape_as_text(screen, object, key, out);
	return style_of(
	    severities, sizeof(severities) / sizeof(severities[0]), out);
}

enum style
shape_as_status(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)shape_as_text(screen, object, key, out);
	return style_of(statuses, sizeof(statuses) / sizeof(statuses[0]), out);
}

enum style
shape_as_target(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)shape_as_text(screen, object, key, out);
	return style_of(targets, sizeof(targets) / sizeof(targets[0]), out);
}

enum style
shape_as_source(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)shape_as_text(screen, object, key, out);
	return style_of(sources, sizeof(sources) / sizeof(sources[0]), out);
}

enum style
shape_as_action(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)shape_as_text(screen, object, key, out);
	return style_of(actions, sizeof(actions) / sizeof(actions[0]), out);
}

static enum style
as_protocol(const char *prefix, enum words list, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	int value = words_value(list, shape_text(object, key));

	if (value >= 0)
		(void)snprintf(
		    out, SHAPE_TEXT_MAX, "%s", words_help(list, value));
	else if (shape_text(object, key)[0] != '\0')
		(void)snprintf(out, SHAPE_TEXT_MAX, "%s:%s", prefix,
		    shape_text(object, key));
	return STYLE_PLAIN;
}

enum style
shape_as_tlp(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	return as_protocol("TLP", WORDS_TLP, object, key, out);
}

enum style
shape_as_pap(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	return as_protocol("PAP", WORDS_PAP, object, key, out);
}

enum style
shape_as_times(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	static const struct {
		const char *word, *says;
	} times[] = {
	    {"ttd", "detect (TTD)"},
	    {"tta", "acknowledge (TTA)"},
	    {"ttt", "triage (TTT)"},
	    {"ttc", "contain (TTC)"},
	    {"ttr", "resolve (TTR)"},
	};
	size_t i;

	(void)shape_as_text(screen, object, key, out);
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (strcmp(out, times[i].word) == 0) {
			(void)snprintf(
			    out, SHAPE_TEXT_MAX, "%s", times[i].says);
			break;
		}
	return STYLE_PLAIN;
}

enum style
shape_as_marks(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	(void)screen;
	(void)key;
	(void)snprintf(out, SHAPE_TEXT_MAX, "%s%s",
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "major"))
		? "!"
		: "",
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "unread"))
		? "*"
		: "");
	return STYLE_ALARM;
}

/* An open incident has the verdict none and an impact that says nothing. */
enum style
shape_as_verdict(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX])
{
	if (json_text(object, "closed") != NULL)
		return shape_as_text(screen, object, key, out);
	return STYLE_PLAIN;
}

/* Less than two seconds is what delivery takes, not the clock. */
enum style
shape_as_skew(const struct screen *screen, const cJSON *object, const char *key,
    char out[SHAPE_TEXT_MAX])
{
	int64_t ms = json_number(object, key, 0);
	bool bad =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "skewed"));
	char age[WHEN_AGE_MAX];

	(void)screen;
	if (bad || ms > 2000 || ms < -2000)
		(void)snprintf(out, SHAPE_TEXT_MAX, "%s%s%s",
		    ms < 0 ? "-" : "+", when_age(0, ms < 0 ? -ms : ms, age),
		    bad ? "!" : "");
	return bad ? STYLE_BAD : STYLE_DIM;
}
