#include "broker/view.h"

#include <inttypes.h>
#include <stdio.h>

#include "broker/put.h"

const char *
view_name(struct state_txn *txn, uint32_t principal, char out[VIEW_NAME_MAX])
{
	struct person person;

	if (principal == 0)
		(void)snprintf(out, VIEW_NAME_MAX, "broker");
	else if (person_get(txn, principal, &person) == OK)
		(void)snprintf(out, VIEW_NAME_MAX, "%s", person.name);
	else
		(void)snprintf(out, VIEW_NAME_MAX, "#%" PRIu32, principal);
	return out;
}

void
view_person(
    cJSON *out, const char *key, struct state_txn *txn, uint32_t principal)
{
	char name[VIEW_NAME_MAX];

	if (principal == 0)
		put_item(out, key, cJSON_CreateNull());
	else
		put_text(out, key, view_name(txn, principal, name));
}

void
view_source(cJSON *out, const char *key, struct state_txn *txn, uint32_t source)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];

	if (source != 0 && source_name(txn, source, name) == OK)
		put_text(out, key, name);
}

static void
view_words(cJSON *out, const struct incident *incident)
{
	put_word(out, "severity", WORDS_SEVERITY, incident->severity);
	put_word(out, "status", WORDS_STATUS, incident->status);
	put_word(out, "kind", WORDS_KIND, incident->kind);
	put_word(out, "classification", WORDS_RSIT, incident->classification);
	put_word(out, "verdict", WORDS_VERDICT, incident->verdict);
	put_word(out, "impact", WORDS_IMPACT, incident->impact);
	put_word(out, "tlp", WORDS_TLP, incident->tlp);
	put_word(out, "pap", WORDS_PAP, incident->pap);
	put_flag(out, "major", incident->major);
	put_flag(out, "unread", incident->unread);
	put_flag(out, "umbrella", incident->umbrella);
}

static void
view_times(cJSON *out, const struct incident *incident)
{
	put_time(out, "occurred", incident->occurred_ms);
	put_time(out, "detected", incident->detected_ms);
	put_time(out, "opened", incident->opened_ms);
	put_time(out, "updated", incident->updated_ms);
	put_time(out, "acknowledged", incident->acknowledged_ms);
	put_time(out, "triaged", incident->triaged_ms);
	put_time(out, "contained", incident->contained_ms);
	put_time(out, "resolved", incident->resolved_ms);
	put_time(out, "closed", incident->closed_ms);
}

void
view_alerts(cJSON *out, struct state_txn *txn, const struct incident *incident)
{
	uint64_t alerts;

	if (incident_alerts_all(txn, incident, &alerts) != OK)
		alerts = incident->alerts;
	put_number(out, "alerts", alerts);
}

void
view_incident(
    cJSON *out, struct state_txn *txn, const struct incident *incident)
{
	cJSON *array;
	size_t i;

	put_incident(out, "id", incident->number);
	put_number(out, "revision", incident->revision);
	view_words(out, incident);
	view_person(out, "assignee", txn, incident->assignee);
	if (incident->opened_by == 0)
		put_text(out, "opened_by", "triage");
	else
		view_person(out, "opened_by", txn, incident->opened_by);
	view_source(out, "source", txn, incident->source);
	if (incident->follows != 0)
		put_incident(out, "follows", incident->follows);
	if (incident->merged_into != 0)
		put_incident(out, "merged_into", incident->merged_into);
	put_flag(out, "restricted", incident->restricted);
	view_alerts(out, txn, incident);
	put_number(out, "level", incident->level);
	view_times(out, incident);
	if (incident->config[0] != '\0')
		put_text(out, "config", incident->config);
	array = put_array(out, "tags");
	for (i = 0; i < incident->tags_count; i++)
		put_text(array, NULL, incident->tags[i]);
	array = put_array(out, "techniques");
	for (i = 0; i < incident->techniques_count; i++)
		put_text(array, NULL, incident->techniques[i]);
}
