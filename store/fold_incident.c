/* Incidents: opened, changed, moved, closed, raised by an alert. */
#include <string.h>

#include "store/fold_entry.h"

struct edit {
	struct incident before, after;
	bool human; /* a person did it */
};

/* ---- lists within an incident ---- */

/* A list of strings of `size` bytes each, at most max of them. */
struct names {
	char *at;
	size_t size, max;
	size_t *count;
};

static struct names
tags_of(struct incident *incident)
{
	return (struct names){incident->tags[0], sizeof(incident->tags[0]),
	    LIMIT_TAGS_MAX, &incident->tags_count};
}

static struct names
techniques_of(struct incident *incident)
{
	return (struct names){incident->techniques[0],
	    sizeof(incident->techniques[0]), LIMIT_TECHNIQUES_MAX,
	    &incident->techniques_count};
}

static size_t
names_find(const struct names *names, const char *name)
{
	size_t i = 0;

	while (
	    i < *names->count && strcmp(names->at + i * names->size, name) != 0)
		i++;
	return i;
}

/* Those beyond the list's end are left out: decide refuses them. */
static void
names_add(const struct names *names, struct facts *facts, const char *key)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(facts, key)) {
		char name[LIMIT_NAME_BYTES_MAX + 1];

		if (!facts_item_text(facts, item, name, names->size) ||
		    names_find(names, name) < *names->count ||
		    *names->count == names->max)
			continue;
		memcpy(names->at + *names->count * names->size, name,
		    strlen(name) + 1);
		*names->count += 1;
	}
}

static void
names_remove(const struct names *names, struct facts *facts, const char *key)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(facts, key)) {
		const char *name = cJSON_GetStringValue(item);
		size_t i = *names->count;

		if (name != NULL)
			i = names_find(names, name);
		if (i == *names->count)
			continue;
		*names->count -= 1;
		memmove(names->at + i * names->size,
		    names->at + (i + 1) * names->size,
		    (*names->count - i) * names->size);
	}
}

static bool
host_known(const struct incident *incident, const unsigned char host[HASH8])
{
	for (size_t i = 0; i < incident->hosts_count; i++) {
		if (memcmp(incident->hosts[i], host, HASH8) == 0)
			return true;
	}
	return false;
}

static void
hosts_add(struct incident *incident, struct facts *facts)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(facts, "hosts")) {
		unsigned char host[HASH8];

		if (!facts_item_hex(facts, item, host, sizeof(host)) ||
		    host_known(incident, host) ||
		    incident->hosts_count == LIMIT_HOSTS_MAX)
			continue;
		memcpy(incident->hosts[incident->hosts_count], host, HASH8);
		incident->hosts_count++;
	}
}

/* ---- free text ---- */

/* The title comes first: a list finds it there without parsing the row. */
static const char *const TEXTS[] = {
    "title", "description", "root_cause", "comment"};

static enum err
texts_write(struct folding *f)
{
	return fold_texts_merge(
	    f, TABLE_incident_text, TEXTS, sizeof(TEXTS) / sizeof(TEXTS[0]));
}

/* ---- edits ---- */

static enum err
edit_begin(struct folding *f, struct edit *edit)
{
	enum err err =
	    incident_get(f->txn, f->entry->subject.number, &edit->before);

	if (err != OK)
		return err;
	edit->after = edit->before;
	edit->after.revision =
	    facts_number(&f->facts, "revision", edit->before.revision + 1);
	edit->after.updated_ms = f->entry->time_ms;
	err = person_is_human(f->txn, f->entry->actor, &edit->human);
	if (edit->human)
		edit->after.unread = false;
	return err;
}

static enum err
edit_end(struct folding *f, struct edit *edit)
{
	enum err err = fold_targets(f, &edit->before, &edit->after);

	if (err != OK)
		return err;
	return incident_put(f->txn, &edit->before, &edit->after);
}

/* Notes the entry as the one that a time comes from, if it is the first. */
static void
first_time(const struct entry *entry, uint64_t *at, uint64_t *seq)
{
	if (*at != 0)
		return;
	*at = entry->time_ms;
	*seq = entry->seq;
}

static void
acknowledge(struct folding *f, struct incident *incident)
{
	first_time(
	    f->entry, &incident->acknowledged_ms, &incident->acknowledged_seq);
}

static void
status_enter(
    const struct entry *entry, struct incident *incident, enum status to)
{
	bool open = status_is_open(to);

	incident->status = to;
	if (to != STATUS_new && to != STATUS_triage && to != STATUS_on_hold)
		first_time(
		    entry, &incident->triaged_ms, &incident->triaged_seq);
	if (to == STATUS_contained)
		first_time(
		    entry, &incident->contained_ms, &incident->contained_seq);
	if (to == STATUS_recovered || to == STATUS_closed)
		first_time(
		    entry, &incident->resolved_ms, &incident->resolved_seq);
	incident->closed_ms = open ? 0 : entry->time_ms;
	incident->closed_seq = open ? 0 : entry->seq;
}

static void
assessment_read(struct folding *f, struct incident *incident)
{
	struct facts *facts = &f->facts;

	incident->severity =
	    facts_word(facts, "severity", WORDS_SEVERITY, incident->severity);
	incident->kind = facts_word(facts, "kind", WORDS_KIND, incident->kind);
	incident->classification = facts_word(
	    facts, "classification", WORDS_RSIT, incident->classification);
	incident->tlp = facts_word(facts, "tlp", WORDS_TLP, incident->tlp);
	incident->pap = facts_word(facts, "pap", WORDS_PAP, incident->pap);
	incident->major = facts_flag(facts, "major", incident->major);
	incident->occurred_ms =
	    facts_number(facts, "occurred", incident->occurred_ms);
	incident->detected_ms =
	    facts_number(facts, "detected", incident->detected_ms);
	if (facts_has(facts, "occurred"))
		incident->occurred_seq = f->entry->seq;
	if (facts_has(facts, "detected"))
		incident->detected_seq = f->entry->seq;
}

/* ---- opening ---- */

static enum err
origin_read(struct folding *f, struct incident *incident)
{
	uint64_t number = facts_ref(&f->facts, "alert", SUBJECT_ALERT, 0);
	char source[LIMIT_NAME_BYTES_MAX + 1];
	struct alert alert;
	enum err err = OK;

	incident->detected_ms = incident->opened_ms;
	incident->detected_seq = f->entry->seq;
	if (number != 0) {
		err = alert_get(f->txn, number, &alert);
		if (err != OK)
			return err;
		incident->detected_ms = alert.received_ms;
		incident->detected_seq = alert.seq;
	}
	if (facts_text(&f->facts, "source", source, sizeof(source)))
		err = source_make(f->txn, source, &incident->source);
	return err;
}

static enum err
incident_read(struct folding *f, struct incident *incident)
{
	bool human;
	enum err err = person_is_human(f->txn, f->entry->actor, &human);

	if (err == OK)
		err = origin_read(f, incident);
	if (err != OK)
		return err;
	assessment_read(f, incident);
	status_enter(f->entry, incident,
	    facts_word(&f->facts, "status", WORDS_STATUS, STATUS_new));
	incident->unread = !human;
	incident->opened_by = human ? f->entry->actor : 0;
	incident->assignee = (uint32_t)facts_number(&f->facts, "assignee", 0);
	if (incident->assignee != 0 && human)
		acknowledge(f, incident);
	incident->follows =
	    facts_ref(&f->facts, "follows", SUBJECT_INCIDENT, 0);
	incident->umbrella = facts_flag(&f->facts, "umbrella", false);
	(void)facts_text(
	    &f->facts, "config", incident->config, sizeof(incident->config));
	return OK;
}

enum err
fold_incident_opened(struct folding *f)
{
	struct incident incident = {
	    .number = f->entry->subject.number,
	    .revision = facts_number(&f->facts, "revision", 1),
	    .severity = SEVERITY_medium,
	    .kind = KIND_incident,
	    .tlp = TLP_amber,
	    .pap = PAP_amber,
	    .opened_ms = f->entry->time_ms,
	    .opened_seq = f->entry->seq,
	    .updated_ms = f->entry->time_ms,
	};
	struct names tags = tags_of(&incident);
	struct names techniques = techniques_of(&incident);
	enum err err;

	if (incident.number <= f->counters->incidents)
		return ERR_CORRUPT;
	f->counters->incidents = incident.number;
	err = incident_read(f, &incident);
	if (err != OK)
		return err;
	names_add(&tags, &f->facts, "tags");
	names_add(&techniques, &f->facts, "techniques");
	hosts_add(&incident, &f->facts);

	err = fold_targets(f, NULL, &incident);
	if (err == OK)
		err = incident_put(f->txn, NULL, &incident);
	if (err == OK)
		err = fold_umbrella(f, incident.source, &incident);
	if (err == OK)
		err = texts_write(f);
	if (err == OK)
		err = fold_observables_incident(f, incident.number);
	return err;
}

/* ---- changes ---- */

enum err
fold_incident_updated(struct folding *f)
{
	struct edit edit;
	struct names tags = tags_of(&edit.after);
	struct names techniques = techniques_of(&edit.after);
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	assessment_read(f, &edit.after);
	names_remove(&tags, &f->facts, "untag");
	names_add(&tags, &f->facts, "tag");
	names_add(&techniques, &f->facts, "techniques");
	err = edit_end(f, &edit);
	if (err == OK)
		err = texts_write(f);
	if (err == OK)
		err = fold_observables_incident(f, edit.after.number);
	return err;
}

enum err
fold_incident_commented(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	return err == OK ? edit_end(f, &edit) : err;
}

enum err
fold_incident_assigned(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	edit.after.assignee = (uint32_t)facts_number(&f->facts, "to", 0);
	if (edit.after.assignee != 0 && edit.human)
		acknowledge(f, &edit.after);
	return edit_end(f, &edit);
}

enum err
fold_incident_moved(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	if (edit.human)
		acknowledge(f, &edit.after);
	status_enter(f->entry, &edit.after,
	    facts_word(&f->facts, "to", WORDS_STATUS, (int)edit.before.status));
	if (edit.after.status == STATUS_on_hold)
		edit.after.held_from = edit.before.status;
	return edit_end(f, &edit);
}

enum err
fold_incident_closed(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	if (edit.human)
		acknowledge(f, &edit.after);
	status_enter(f->entry, &edit.after, STATUS_closed);
	edit.after.verdict =
	    facts_word(&f->facts, "verdict", WORDS_VERDICT, VERDICT_none);
	edit.after.impact = facts_word(
	    &f->facts, "impact", WORDS_IMPACT, IMPACT_not_applicable);
	err = edit_end(f, &edit);
	return err == OK ? texts_write(f) : err;
}

enum err
fold_incident_reopened(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	status_enter(f->entry, &edit.after,
	    facts_word(&f->facts, "to", WORDS_STATUS, STATUS_investigating));
	edit.after.verdict = VERDICT_none;
	edit.after.level = 0;
	return edit_end(f, &edit);
}

enum err
fold_incident_raised(struct folding *f)
{
	struct edit edit;
	struct names techniques = techniques_of(&edit.after);
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	assessment_read(f, &edit.after);
	names_add(&techniques, &f->facts, "techniques");
	hosts_add(&edit.after, &f->facts);
	edit.after.unread = true;
	err = edit_end(f, &edit);
	return err == OK ? fold_observables_incident(f, edit.after.number)
			 : err;
}

enum err
fold_incident_escalated(struct folding *f)
{
	struct edit edit;
	enum err err = edit_begin(f, &edit);

	if (err != OK)
		return err;
	edit.after.level = (unsigned)facts_number(&f->facts, "level", 0);
	if (edit.after.level > LIMIT_ESCALATION_LEVEL_MAX)
		return ERR_CORRUPT;
	return edit_end(f, &edit);
}

enum err
fold_incident_alert(struct folding *f, uint64_t incident, uint64_t alert,
    uint32_t part, bool attached)
{
	struct edit edit;
	bool changed;
	enum err err;

	err = incident_alert_set(
	    f->txn, incident, alert, part, attached, &changed);
	if (err != OK || !changed)
		return err;
	err = incident_get(f->txn, incident, &edit.before);
	if (err != OK)
		return err;
	edit.after = edit.before;
	edit.after.updated_ms = f->entry->time_ms;
	edit.after.alerts += attached ? 1u : UINT64_MAX;
	return edit_end(f, &edit);
}
