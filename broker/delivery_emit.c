/* The events that a triaged part causes, and its place in alert_triaged. */
#include <stdio.h>
#include <string.h>

#include "broker/delivery.h"
#include "protocol/json.h"

/* What decide's own reasons say, for people. */
static const struct {
	const char *code;
	const char *sentence;
} sentences[] = {
    {"cluster_open", "its cluster has an open incident"},
    {"below_attach", "it is below triage.attach, but its cluster is open"},
    {"window_passed", "its cluster's last alert is older than triage.window"},
    {"follows_closed", "its cluster's last incident is closed"},
    {"incident_closed",
	"its cluster's last incident is closed, and it does not open one"},
    {"umbrella", "its rule opened as many incidents as triage.umbrella allows"},
    {"late", "a newer delivery has spoken of the same alert already"},
    {"resolved_by_source", "its source says that it is over"},
    {"severity_raised", "it is more severe than its incident was"},
    {"new_technique", "it shows a technique that is new to its incident"},
    {"test_open", "a test: it would have opened an incident"},
    {"test_attach", "a test: it would have joined the incident of its cluster"},
    {"test_keep", "a test: it would have been kept as an alert"},
    {"test_resolve", "a test: it would have resolved what it names"},
    {"silenced", "it falls under a silence"},
    {"test_silenced", "a test: it falls under a silence"},
    {"clock_skewed",
	"its source's clock is off by more than intake.clock_skew: do not rely "
	"on its times"},
    {"stays",
	"read again after a mapping was corrected: it stays where it was"},
    {"acknowledged_by_source", "its source says that somebody has seen it"},
    {"acknowledges_what_is_over", "what its source says was seen is over"},
    {"acknowledges_nothing",
	"its source says that somebody has seen what never came here"},
    {"new_host", "it names a host that is new to its incident"},
};

static const char *
sentence_of(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (strcmp(sentences[i].code, code) == 0)
			return sentences[i].sentence;
	return code;
}

static struct ref
part_ref(const struct delivery *delivery, const struct outcome_part *part)
{
	return (struct ref){
	    SUBJECT_ALERT, part->number, delivery->alert.number};
}

/* As it is written; NULL for none. */
static const char *
host_of(const struct outcome_part *part)
{
	return cJSON_GetStringValue(part->members[OUTCOME_host]);
}

/* The worker's codes, then decide's own. */
static void
put_reason_codes(
    cJSON *facts, const struct outcome_part *part, const struct mapped *mapped)
{
	cJSON *codes = put_array(facts, "reasons");
	const cJSON *reason;
	size_t i;

	cJSON_ArrayForEach (reason, part->reasons)
		put_text(codes, NULL, json_text(reason, "code"));
	for (i = 0; i < mapped->codes_count; i++)
		put_text(codes, NULL, mapped->codes[i]);
}

/* ---- opening ---- */

static const char storm[] = "Storm: ";

/* Does the byte continue a character of UTF-8? */
static bool
continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static void
put_storm_title(cJSON *text, const char *title)
{
	char full[sizeof(storm) + LIMIT_TITLE_BYTES_MAX];
	size_t len;

	(void)snprintf(full, sizeof(full), "%s%s", storm, title);
	len = strlen(full);
	if (len > LIMIT_TITLE_BYTES_MAX) {
		len = LIMIT_TITLE_BYTES_MAX;
		while (len > 0 && continues(full[len]))
			len--;
		full[len] = '\0';
	}
	put_text(text, "title", full);
}

static void
put_opened_text(struct delivery *delivery, const struct outcome_part *part,
    const struct mapped *mapped, bool umbrella)
{
	cJSON *text = decision_text(delivery->d);
	const char *title = part->members[OUTCOME_title]->valuestring;
	const char *host = host_of(part);

	if (umbrella)
		put_storm_title(text, title);
	else
		put_text(text, "title", title);
	put_copy(text, "description", part->members[OUTCOME_description]);
	put_copy(text, "observables", mapped->observables);
	if (host != NULL)
		put_text(put_array(text, "hosts"), NULL, host);
}

static void
put_opened_facts(struct delivery *delivery, const struct outcome_part *part,
    const struct mapped *mapped, cJSON *facts)
{
	put_number(facts, "revision", 1);
	put_word(facts, "severity", WORDS_SEVERITY, part->severity);
	put_word(facts, "kind", WORDS_KIND, KIND_incident);
	put_word(facts, "classification", WORDS_RSIT, part->classification);
	put_word(facts, "tlp", WORDS_TLP, TLP_amber);
	put_word(facts, "pap", WORDS_PAP, PAP_amber);
	decision_put_targets(delivery->d, facts, part->severity);
	put_copy(facts, "techniques", part->techniques);
	put_copy(facts, "hosts", part->host_hashes);
	if (part->occurred_ms != 0)
		put_number(facts, "occurred", part->occurred_ms);
	put_number(facts, "detected", delivery->alert.received_ms);
	put_ref(facts, "alert", part_ref(delivery, part));
	put_hex(facts, "cluster", part->cluster, sizeof(part->cluster));
	put_text(facts, "source", delivery->source);
	put_hex(facts, "rule", part->rule, sizeof(part->rule));
	put_text(facts, "config", delivery->d->config->version);
	put_reason_codes(facts, part, mapped);
}

/* The new incident as later parts of the delivery need to know it. */
static void
remember_opened(
    struct delivery *delivery, const struct outcome_part *part, uint64_t number)
{
	struct incident incident = {
	    .number = number,
	    .revision = 1,
	    .severity = part->severity,
	    .status = STATUS_new,
	};
	const cJSON *item;

	cJSON_ArrayForEach (item, part->techniques)
		(void)snprintf(incident.techniques[incident.techniques_count++],
		    sizeof(incident.techniques[0]), "%s", item->valuestring);
	cJSON_ArrayForEach (item, part->host_hashes)
		(void)outcome_hash8(
		    item, incident.hosts[incident.hosts_count++]);
	delivery_changed(delivery, &incident);
}

enum err
delivery_open(struct delivery *delivery, const struct outcome_part *part,
    const struct mapped *mapped, uint64_t follows, uint64_t window_ms,
    bool umbrella, uint64_t *number)
{
	struct decision *d = delivery->d;
	cJSON *facts;
	enum err err;

	err = delivery_room(delivery, 1 + d->config->hooks_count);
	if (err == OK)
		err = decision_number(d, EVENT_incident_opened, number);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_incident_opened,
	    (struct ref){SUBJECT_INCIDENT, 0, *number});
	put_opened_facts(delivery, part, mapped, facts);
	put_number(facts, "window", window_ms);
	if (follows != 0)
		put_incident(facts, "follows", follows);
	if (umbrella)
		put_flag(facts, "umbrella", true);
	put_opened_text(delivery, part, mapped, umbrella);
	remember_opened(delivery, part, *number);
	return decision_notify(d, *number, part->severity, OCCASION_opened);
}

/* ---- raising ---- */

static bool
has_technique(const struct incident *incident, const char *technique)
{
	size_t i;

	for (i = 0; i < incident->techniques_count; i++)
		if (strcmp(incident->techniques[i], technique) == 0)
			return true;
	return false;
}

static bool
has_host(const struct incident *incident, const unsigned char hash[HASH8])
{
	size_t i;

	for (i = 0; i < incident->hosts_count; i++)
		if (memcmp(incident->hosts[i], hash, HASH8) == 0)
			return true;
	return false;
}

/* Adds the techniques that are new to the incident; NULL when there are none.
 * An incident that is full notices no more new ones. */
static cJSON *
new_techniques(const struct outcome_part *part, struct incident *incident)
{
	cJSON *found = NULL;
	const cJSON *item;

	cJSON_ArrayForEach (item, part->techniques) {
		if (incident->techniques_count == LIMIT_TECHNIQUES_MAX)
			break;
		if (has_technique(incident, item->valuestring))
			continue;
		(void)snprintf(
		    incident->techniques[incident->techniques_count++],
		    sizeof(incident->techniques[0]), "%s", item->valuestring);
		if (found == NULL)
			found = put_array(NULL, NULL);
		put_text(found, NULL, item->valuestring);
	}
	return found;
}

static cJSON *
new_hosts(const struct outcome_part *part, struct incident *incident)
{
	unsigned char hash[HASH8];
	cJSON *found = NULL;
	const cJSON *item;

	cJSON_ArrayForEach (item, part->host_hashes) {
		if (incident->hosts_count == LIMIT_HOSTS_MAX)
			break;
		if (!outcome_hash8(item, hash) || has_host(incident, hash))
			continue;
		memcpy(incident->hosts[incident->hosts_count++], hash, HASH8);
		if (found == NULL)
			found = put_array(NULL, NULL);
		put_copy(found, NULL, item);
	}
	return found;
}

static void
put_raised_text(struct delivery *delivery, const struct outcome_part *part,
    const struct mapped *mapped, bool hosts)
{
	const char *host = host_of(part);

	if (mapped->observables != NULL)
		put_copy(decision_text(delivery->d), "observables",
		    mapped->observables);
	if (hosts && host != NULL)
		put_text(
		    put_array(decision_text(delivery->d), "hosts"), NULL, host);
}

enum err
delivery_raise(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped, struct incident *incident)
{
	bool severer = part->severity > incident->severity;
	cJSON *techniques, *hosts, *facts, *reasons;
	enum err err;

	err = delivery_room(delivery, 1);
	if (err != OK)
		return err;
	techniques = new_techniques(part, incident);
	hosts = new_hosts(part, incident);
	if (!severer && techniques == NULL && hosts == NULL)
		return OK;
	facts = decision_emit_incident(
	    delivery->d, EVENT_incident_raised, incident);
	put_ref(facts, "alert", part_ref(delivery, part));
	reasons = put_array(NULL, NULL);
	if (severer) {
		incident->severity = part->severity;
		put_word(facts, "severity", WORDS_SEVERITY, part->severity);
		decision_put_targets(delivery->d, facts, part->severity);
		put_text(reasons, NULL, "severity_raised");
	}
	if (techniques != NULL) {
		put_item(facts, "techniques", techniques);
		put_text(reasons, NULL, "new_technique");
	}
	if (hosts != NULL) {
		put_item(facts, "hosts", hosts);
		put_text(reasons, NULL, "new_host");
	}
	put_item(facts, "reasons", reasons);
	put_raised_text(delivery, part, mapped, hosts != NULL);
	delivery_changed(delivery, incident);
	return OK;
}

/* ---- the part's place in alert_triaged ---- */

static enum alert_status
status_of(enum disposition disposition)
{
	switch (disposition) {
	case DISPOSITION_opened:
		return ALERT_STATUS_promoted;
	case DISPOSITION_attached:
		return ALERT_STATUS_merged;
	case DISPOSITION_suppressed:
		return ALERT_STATUS_suppressed;
	case DISPOSITION_resolved:
	case DISPOSITION_tested:
		return ALERT_STATUS_closed;
	default:
		return ALERT_STATUS_new;
	}
}

static void
add_text(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped)
{
	static const enum outcome_member copied[] = {OUTCOME_title,
	    OUTCOME_description, OUTCOME_rule, OUTCOME_severity_raw,
	    OUTCOME_host, OUTCOME_user, OUTCOME_url, OUTCOME_src_ip,
	    OUTCOME_dst_ip, OUTCOME_hash, OUTCOME_dedup};
	cJSON *text = put_object(delivery->text_parts, NULL);
	const cJSON *reason;
	cJSON *reasons;
	size_t i;

	put_number(text, "p", part->number);
	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
		if (part->members[copied[i]] != NULL)
			put_borrowed(text, part->members[copied[i]]);
	if (mapped->observables != NULL)
		put_item(text, "observables", mapped->observables);
	else
		(void)put_array(text, "observables");
	mapped->observables = NULL;
	reasons = put_array(text, "reasons");
	cJSON_ArrayForEach (reason, part->reasons)
		put_text(reasons, NULL, json_text(reason, "text"));
	for (i = 0; i < mapped->codes_count; i++)
		put_text(reasons, NULL, sentence_of(mapped->codes[i]));
}

void
delivery_add(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped)
{
	cJSON *facts = put_object(delivery->parts, NULL);

	put_number(facts, "p", part->number);
	put_word(facts, "disposition", WORDS_DISPOSITION, mapped->disposition);
	put_word(facts, "status", WORDS_ALERT_STATUS,
	    mapped->has_status ? mapped->status
			       : status_of(mapped->disposition));
	put_word(facts, "severity", WORDS_SEVERITY, part->severity);
	put_word(facts, "classification", WORDS_RSIT, part->classification);
	if (!mapped->aside)
		put_hex(facts, "cluster", part->cluster, sizeof(part->cluster));
	if (part->has_external && !mapped->aside)
		put_hex(
		    facts, "external", part->external, sizeof(part->external));
	put_hex(facts, "rule", part->rule, sizeof(part->rule));
	put_copy(facts, "techniques", part->techniques);
	if (mapped->incident != 0)
		put_incident(facts, "incident", mapped->incident);
	if (part->occurred_ms != 0)
		put_number(facts, "occurred", part->occurred_ms);
	if (mapped->silence != 0)
		put_number(facts, "silence", mapped->silence);
	if (mapped->has_lag)
		put_number(facts, mapped->lag_ms < 0 ? "ahead_ms" : "lag_ms",
		    (uint64_t)(mapped->lag_ms < 0 ? -mapped->lag_ms
						  : mapped->lag_ms));
	put_reason_codes(facts, part, mapped);
	if (mapped->has_digest && !mapped->aside)
		put_hex(facts, "observables", mapped->digest,
		    sizeof(mapped->digest));
	if (mapped->again)
		put_flag(facts, "again", true);
	add_text(delivery, part, mapped);
}
