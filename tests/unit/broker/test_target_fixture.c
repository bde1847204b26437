/* Incidents with targets, and what their history tells of them. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/target_fixture.h"

struct harness targets_h;

void
targets_begin(void)
{
	int severity;

	harness_init(&targets_h);
	for (severity = SEVERITY_low; severity < SEVERITY_COUNT; severity++)
		targets_h.config.targets[severity] =
		    (struct config_target){ACKNOWLEDGE_MS, RESOLVE_MS};
	targets_h.config.targets[SEVERITY_critical] = (struct config_target){
	    ACKNOWLEDGE_MS / FACTOR, RESOLVE_MS / FACTOR};
	targets_h.config.targets[SEVERITY_info] = (struct config_target){0, 0};
	targets_h.config.escalation_repeat_ms = 0;
}

void
targets_end(void)
{
	harness_fini(&targets_h);
}

void
targets_chain(const char *name, const char *assign, const char *hook)
{
	struct config_level *level =
	    &targets_h.config.chain[targets_h.config.chain_count++];

	(void)snprintf(level->name, sizeof(level->name), "%s", name);
	(void)snprintf(level->assign, sizeof(level->assign), "%s", assign);
	(void)snprintf(level->hook, sizeof(level->hook), "%s", hook);
}

void
targets_hook(const char *name, enum occasion on, enum severity severity)
{
	struct config_hook *row =
	    &targets_h.config.hooks[targets_h.config.hooks_count++];

	*row = (struct config_hook){.severity = severity};
	(void)snprintf(row->name, sizeof(row->name), "%s", name);
	row->on[on] = true;
}

void
open_one(const char *severity)
{
	harness_must(&targets_h, REPORTER, VERB_open,
	    body_of("{'title':'x','severity':'%s'}", severity));
}

void
act_at(uint64_t now_ms)
{
	targets_h.now_ms = now_ms;
	do
		(void)harness_timers(&targets_h);
	while (targets_h.kinds_count > 0);
}

static void
say(char *out, size_t size, const cJSON *facts, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(facts, key);
	size_t len = strlen(out);

	if (cJSON_IsString(item))
		(void)snprintf(out + len, size - len, " %s", item->valuestring);
	else if (cJSON_IsNumber(item))
		(void)snprintf(
		    out + len, size - len, " %.0f", item->valuedouble);
	else if (cJSON_IsTrue(item))
		(void)snprintf(out + len, size - len, " %s", key);
}

const char *
told(uint64_t incident)
{
	static const struct {
		const char *kind, *keys[4];
	} rows[] = {
	    {"target.step", {"target", "percent", "late", NULL}},
	    {"incident.escalated", {"level", "chain", "absent", NULL}},
	    {"incident.assigned", {"to", NULL}},
	    {"notification.queued", {"hook", "on", NULL}},
	};
	static char out[4096];
	const cJSON *event, *facts;
	size_t i, k, len;

	cr_assert_eq(harness_ask(&targets_h, LEAD, VERB_show,
			 body_of("{'incident':'INC-%" PRIu64 "','limit':500}",
			     incident)),
	    OK);
	out[0] = '\0';
	cJSON_ArrayForEach (event, harness_at(&targets_h, "history"))
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			if (strcmp(
				cJSON_GetObjectItem(event, "kind")->valuestring,
				rows[i].kind) != 0)
				continue;
			facts = cJSON_GetObjectItem(event, "facts");
			len = strlen(out);
			(void)snprintf(out + len, sizeof(out) - len, "%s",
			    len > 0 ? ";" : "");
			for (k = 0; rows[i].keys[k] != NULL; k++)
				say(out, sizeof(out), facts, rows[i].keys[k]);
		}
	return out;
}

struct incident_target
target_of(uint64_t incident, enum target_kind kind)
{
	struct incident_target target;

	cr_assert_eq(target_get(targets_h.txn, incident, kind, &target), OK);
	return target;
}

void
put_into(uint64_t number, enum status status)
{
	struct incident incident = harness_incident(&targets_h, number);
	struct person actor;
	struct decision decision;
	cJSON *facts;

	targets_h.now_ms += 1000;
	cr_assert_eq(person_get(targets_h.txn, LEAD, &actor), OK);
	harness_decision(&targets_h, &decision);
	decision.actor = &actor;
	facts =
	    decision_emit_incident(&decision, EVENT_incident_moved, &incident);
	put_word(facts, "from", WORDS_STATUS, (int)incident.status);
	put_word(facts, "to", WORDS_STATUS, (int)status);
	cr_assert_eq(harness_fold(&targets_h, &decision), OK);
	decision_fini(&decision);
}

void
do_to(uint64_t incident, enum verb verb, const char *more)
{
	harness_must(&targets_h, ANALYST, verb,
	    body_of("{'incident':'INC-%" PRIu64 "'%s%s}", incident,
		more[0] != '\0' ? "," : "", more));
}
