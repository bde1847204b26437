/*
 * Our own form, for whoever writes an adapter: docs/TRIAGE.md has it.  It is
 * the only one that refuses members that it does not know, because it has the
 * least that tells it from any other object.
 */
#include "workers/normal.h"
#include "workers/path.h"
#include "workers/severity.h"

#include <string.h>

static const struct format_row rows[] = {
    {NORMAL_title, FORMAT_PART, "title"},
    {NORMAL_description, FORMAT_PART, "description"},
    {NORMAL_severity, FORMAT_PART, "severity"},
    {NORMAL_time, FORMAT_PART, "time"},
    {NORMAL_rule_id, FORMAT_PART, "rule"},
    {NORMAL_host, FORMAT_PART, "host"},
    {NORMAL_user, FORMAT_PART, "user"},
    {NORMAL_url_domain, FORMAT_PART, "url"},
    {NORMAL_mitre, FORMAT_PART, "techniques[*]"},
    {NORMAL_dedup, FORMAT_PART, "id"},
    {NORMAL_status, FORMAT_PART, "status"},
    {NORMAL_class, FORMAT_PART, "classification"},
    {0, FORMAT_PART, NULL},
};

/* "observables" is read apart: its entries say their type themselves. */
static const struct format_mark marks[] = {
    {MARK_host, "host"},
    {MARK_user, "user"},
    {MARK_url, "url"},
    {MARK_text, "title"},
    {MARK_text, "description"},
    {MARK_text, NULL},
};

static const char *const techniques[] = {"techniques[*]", NULL};

static const char *const groups[] = {NULL};

static const struct format_print prints[] = {
    {NORMAL_rule_id, NORMAL_title, NULL, false},
    {NORMAL_host, NORMAL_NONE, NULL, false},
    {NORMAL_NONE, NORMAL_NONE, NULL, true},
};

enum { TEXT = 1, NUMBER = 2, TEXTS = 4, OBJECTS = 8, OBJECT = 16 };

static const struct {
	const char *name;
	int takes;
	const char *why;
} members[] = {
    {"title", TEXT, "title is not a string"},
    {"severity", TEXT | NUMBER, "severity is neither a string nor a number"},
    {"description", TEXT, "description is not a string"},
    {"rule", TEXT | NUMBER, "rule is neither a string nor a number"},
    {"time", TEXT | NUMBER, "time is neither a string nor a number"},
    {"host", TEXT, "host is not a string"},
    {"user", TEXT, "user is not a string"},
    {"url", TEXT, "url is not a string"},
    {"observables", TEXTS | OBJECTS,
	"observables is not an array of strings or of {type, value}"},
    {"techniques", TEXTS, "techniques is not an array of strings"},
    {"classification", TEXT, "classification is not a string"},
    {"id", TEXT | NUMBER, "id is neither a string nor a number"},
    {"status", TEXT, "status is not a string"},
    {"fingerprint", TEXTS, "fingerprint is not an array of strings"},
    {"data", OBJECT, "data is not an object"},
};

static bool
is_observable(const cJSON *entry)
{
	return cJSON_IsObject(entry) &&
	       cJSON_IsString(path_find(entry, "type")) &&
	       cJSON_IsString(path_find(entry, "value"));
}

static bool
takes(int kinds, const cJSON *value)
{
	const cJSON *entry;

	if (cJSON_IsString(value))
		return kinds & TEXT;
	if (cJSON_IsNumber(value))
		return kinds & NUMBER;
	if (cJSON_IsObject(value))
		return kinds & OBJECT;
	if (!cJSON_IsArray(value) || !(kinds & (TEXTS | OBJECTS)))
		return false;
	cJSON_ArrayForEach (entry, value)
		if (!(kinds & TEXTS && cJSON_IsString(entry)) &&
		    !(kinds & OBJECTS && is_observable(entry)))
			return false;
	return true;
}

static bool
is_native(const cJSON *object, const char **why, const char **what)
{
	const size_t count = sizeof(members) / sizeof(members[0]);
	const cJSON *member, *title = path_find(object, "title");
	const cJSON *status = path_find(object, "status");
	size_t i;

	*what = NULL;
	*why = "no title";
	if (title == NULL)
		return false;
	cJSON_ArrayForEach (member, object) {
		for (i = 0; i < count; i++)
			if (strcmp(member->string, members[i].name) == 0)
				break;
		if (i == count) {
			*why = "an unknown member";
			*what = member->string;
			return false;
		}
		*why = members[i].why;
		if (!takes(members[i].takes, member))
			return false;
	}
	*why = "title is blank";
	if (normal_is_blank(title->valuestring))
		return false;
	*why = "status is neither firing nor resolved";
	return status == NULL || strcmp(status->valuestring, "firing") == 0 ||
	       strcmp(status->valuestring, "resolved") == 0;
}

const struct format format_native = {
    .name = "native",
    .is = is_native,
    .rows = rows,
    .marks = marks,
    .techniques = techniques,
    .groups = groups,
    .scale = &severity_native,
    .prints = prints,
    .prints_own = "fingerprint[*]",
    .external = "id",
    .typed = "observables[*]",
};
