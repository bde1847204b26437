/* Looking at what came of it, and arranging incidents. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker/harness.h"

const char *
harness_events(const struct harness *h)
{
	static char out[2048];
	size_t i, used = 0;

	out[0] = '\0';
	for (i = 0; i < h->kinds_count && used < sizeof(out); i++)
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s",
		    used > 0 ? " " : "", event_name(h->kinds[i]));
	return out;
}

/* ---- looking ---- */

const cJSON *
harness_at(const struct harness *h, const char *path)
{
	const cJSON *at = h->answer;
	char key[64];
	size_t len;

	while (at != NULL && *path != '\0') {
		if (*path == '.')
			path++;
		if (*path == '[') {
			at = cJSON_GetArrayItem(
			    at, (int)strtol(path + 1, NULL, 10));
			path = strchr(path, ']') + 1;
			continue;
		}
		len = strcspn(path, ".[");
		(void)snprintf(key, sizeof(key), "%.*s", (int)len, path);
		at = cJSON_GetObjectItemCaseSensitive(at, key);
		path += len;
	}
	return at;
}

const char *
harness_text(const struct harness *h, const char *path)
{
	const char *text = cJSON_GetStringValue(harness_at(h, path));

	return text != NULL ? text : "";
}

int64_t
harness_number(const struct harness *h, const char *path)
{
	const cJSON *at = harness_at(h, path);

	if (cJSON_IsRaw(at))
		return strtoll(at->valuestring, NULL, 10);
	return cJSON_IsNumber(at) ? (int64_t)at->valuedouble : -1;
}

int
harness_count(const struct harness *h, const char *path)
{
	return cJSON_GetArraySize(harness_at(h, path));
}

struct incident
harness_incident(struct harness *h, uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(h->txn, number, &incident), OK,
	    "INC-%" PRIu64, number);
	return incident;
}

struct alert_part
harness_part(struct harness *h, uint64_t alert, uint32_t part)
{
	struct alert_part out;

	cr_assert_eq(alert_part_get(h->txn, alert, part, &out), OK,
	    "ALR-%" PRIu64 "/%" PRIu32, alert, part);
	return out;
}

uint64_t
harness_open(struct harness *h)
{
	struct counters counters;

	harness_must(h, ANALYST, VERB_open, "{'title':'Something'}");
	cr_assert_eq(state_counters(h->txn, &counters), OK);
	return counters.incidents;
}

/*
 * By the shortest way that the verbs offer; statuses that no verb leads to are
 * brought about by an entry of their own.
 */
void
harness_bring(struct harness *h, uint64_t incident, enum status status)
{
	struct decision decision;
	cJSON *facts;

	if (status == STATUS_closed) {
		harness_must(h, ANALYST, VERB_close,
		    body_of("{'incident':'INC-%" PRIu64
			    "','verdict':'false_positive'}",
			incident));
		return;
	}
	if (status == STATUS_new)
		return;
	harness_decision(h, &decision);
	facts = cJSON_CreateObject();
	cJSON_AddNumberToObject(facts, "revision",
	    (double)harness_incident(h, incident).revision + 1);
	cJSON_AddStringToObject(facts, "from", "new");
	cJSON_AddStringToObject(
	    facts, "to", words_name(WORDS_STATUS, (int)status));
	decision.events[0] = (struct decision_event){
	    .kind = EVENT_incident_moved,
	    .subject = {SUBJECT_INCIDENT, 0, incident},
	    .facts = facts,
	};
	decision.events_count = 1;
	cr_assert_eq(harness_fold(h, &decision), OK);
	decision_fini(&decision);
}
