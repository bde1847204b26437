#include "workers/format_native.h"

#include <string.h>

#include "workers/normal.h"

/* "observables" is read apart: its entries say their type themselves. */
const char format_native_mapping[] =
    "format: native\n"
    "about: the form of our own\n"
    "order: 900\n"
    "recognise: [/title]\n"
    "fields:\n"
    "  title: /title\n"
    "  description: /description\n"
    "  severity: /severity\n"
    "  time: /time\n"
    "  rule_id: /rule\n"
    "  host: /host\n"
    "  user: /user\n"
    "  url_domain: /url\n"
    "  mitre: /techniques/*\n"
    "  dedup: /id\n"
    "  status: /status\n"
    "  class: /classification\n"
    "severity:\n"
    "  numbers: {0: info, 1: low, 2: medium, 3: high, 4: critical}\n"
    "  last: 4\n"
    "observables:\n"
    "  typed: /observables/*\n"
    "  host: /host\n"
    "  user: /user\n"
    "  url: /url\n"
    "  text: [/title, /description]\n"
    "techniques: /techniques/*\n"
    "fingerprint: [rule_id|title, host]\n"
    "fingerprint_own: /fingerprint/*\n"
    "external: /id\n";

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
	       cJSON_IsString(
		   cJSON_GetObjectItemCaseSensitive(entry, "type")) &&
	       cJSON_IsString(cJSON_GetObjectItemCaseSensitive(entry, "value"));
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

bool
format_native_is(const cJSON *object, const char **why, const char **what)
{
	const size_t count = sizeof(members) / sizeof(members[0]);
	const cJSON *member,
	    *title = cJSON_GetObjectItemCaseSensitive(object, "title");
	const cJSON *status =
	    cJSON_GetObjectItemCaseSensitive(object, "status");
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
