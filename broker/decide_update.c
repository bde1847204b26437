/* Changing the fields of an incident: only what does change is an event. */
#include <inttypes.h>
#include <string.h>

#include "broker/decision.h"

/* What the event will hold, before it is known whether there will be one. */
struct change {
	cJSON *facts;
	cJSON *text;
};

static void
change_word(struct decision *d, struct change *change, const char *field,
    enum words list, int now)
{
	int asked = ask_word(d->ask, field, now);

	if (asked != now)
		put_word(change->facts, field, list, asked);
}

static void
change_words(
    struct decision *d, struct change *change, const struct incident *incident)
{
	change_word(d, change, "severity", WORDS_SEVERITY, incident->severity);
	if (cJSON_HasObjectItem(change->facts, "severity"))
		decision_put_targets(d, change->facts,
		    (enum severity)ask_word(d->ask, "severity", 0));
	change_word(d, change, "kind", WORDS_KIND, incident->kind);
	change_word(
	    d, change, "classification", WORDS_RSIT, incident->classification);
	change_word(d, change, "tlp", WORDS_TLP, incident->tlp);
	change_word(d, change, "pap", WORDS_PAP, incident->pap);
	if (ask_flag(d->ask, "major", incident->major) != incident->major)
		put_flag(change->facts, "major", !incident->major);
}

static void
change_time(struct decision *d, struct change *change, const char *field,
    uint64_t now_ms)
{
	int64_t asked = ask_time_ms(d->ask, field, (int64_t)now_ms);

	if (asked != (int64_t)now_ms)
		put_signed(change->facts, field, asked);
}

/* Decide reads no private part, so a text that is sent counts as changed. */
static void
change_texts(struct decision *d, struct change *change)
{
	static const char *const fields[] = {"title", "description"};
	cJSON *names = NULL;
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		text = ask_text(d->ask, fields[i]);
		if (text == NULL)
			continue;
		put_text(change->text, fields[i], text);
		if (names == NULL)
			names = put_array(change->facts, "text");
		put_text(names, NULL, fields[i]);
	}
}

static bool
has_tag(const struct incident *incident, const char *tag)
{
	size_t i;

	for (i = 0; i < incident->tags_count; i++)
		if (strcmp(incident->tags[i], tag) == 0)
			return true;
	return false;
}

static bool
names_hold(const cJSON *names, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, names)
		if (strcmp(item->valuestring, name) == 0)
			return true;
	return false;
}

/* Those of the names for which the incident has, or has not, the tag. */
static size_t
select_tags(const struct incident *incident, const cJSON *names, bool had,
    struct change *change, const char *field)
{
	cJSON *selected = NULL;
	const cJSON *item;

	cJSON_ArrayForEach (item, names) {
		if (has_tag(incident, item->valuestring) != had)
			continue;
		if (selected == NULL)
			selected = put_array(change->facts, field);
		put_text(selected, NULL, item->valuestring);
	}
	return selected != NULL ? (size_t)cJSON_GetArraySize(selected) : 0;
}

static enum err
change_tags(
    struct decision *d, struct change *change, const struct incident *incident)
{
	const cJSON *tag = ask_json(d->ask, "tag");
	const cJSON *untag = ask_json(d->ask, "untag");
	const cJSON *item;
	size_t added, removed;

	cJSON_ArrayForEach (item, tag)
		if (names_hold(untag, item->valuestring))
			return decision_refuse(d, ERR_INVALID, "untag",
			    "%s is both to be added and to be taken away",
			    item->valuestring);
	added = select_tags(incident, tag, false, change, "tag");
	removed = select_tags(incident, untag, true, change, "untag");
	if (incident->tags_count + added - removed > LIMIT_TAGS_MAX)
		return decision_refuse(d, ERR_TOO_LARGE, "tag",
		    "INC-%" PRIu64 " would have more than %d tags: take some "
		    "away",
		    incident->number, LIMIT_TAGS_MAX);
	return OK;
}

static bool
has_technique(const struct incident *incident, const char *technique)
{
	size_t i;

	for (i = 0; i < incident->techniques_count; i++)
		if (strcmp(incident->techniques[i], technique) == 0)
			return true;
	return false;
}

static enum err
change_techniques(
    struct decision *d, struct change *change, const struct incident *incident)
{
	const cJSON *asked = ask_json(d->ask, "techniques");
	size_t count = incident->techniques_count;
	cJSON *added = NULL;
	const cJSON *item;
	enum err err;

	err = decision_techniques(d, asked);
	if (err != OK)
		return err;
	cJSON_ArrayForEach (item, asked) {
		if (has_technique(incident, item->valuestring))
			continue;
		if (added == NULL)
			added = put_array(change->facts, "techniques");
		put_text(added, NULL, item->valuestring);
		count++;
	}
	if (count > LIMIT_TECHNIQUES_MAX)
		return decision_refuse(d, ERR_TOO_LARGE, "techniques",
		    "INC-%" PRIu64 " would have more than %d techniques",
		    incident->number, LIMIT_TECHNIQUES_MAX);
	return OK;
}

static enum err
collect(
    struct decision *d, struct change *change, const struct incident *incident)
{
	cJSON *observables = NULL;
	enum err err;

	if (ask_has(d->ask, "title") && text_blank(ask_text(d->ask, "title")))
		return decision_refuse(d, ERR_INVALID, "title",
		    "title is empty: say in one line what happened");
	change_words(d, change, incident);
	change_time(d, change, "occurred", incident->occurred_ms);
	change_time(d, change, "detected", incident->detected_ms);
	change_texts(d, change);
	err = change_tags(d, change, incident);
	if (err == OK)
		err = change_techniques(d, change, incident);
	if (err == OK)
		err = decision_observables(d, &observables);
	if (err == OK && observables != NULL)
		put_item(change->text, "observables", observables);
	return err;
}

static void
copy_members(const cJSON *from, cJSON *to)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, from)
		put_copy(to, item->string, item);
}

enum err
decide_update(struct decision *d)
{
	struct incident incident;
	struct change change;
	enum err err;
	cJSON *facts;

	err = decision_open_incident(d, &incident);
	if (err != OK)
		return err;
	change.facts = put_object(NULL, NULL);
	change.text = put_object(NULL, NULL);
	err = collect(d, &change, &incident);
	if (err == OK &&
	    (change.facts->child != NULL || change.text->child != NULL)) {
		facts = decision_emit_incident(
		    d, EVENT_incident_updated, &incident);
		copy_members(change.facts, facts);
		if (change.text->child != NULL)
			copy_members(change.text, decision_text(d));
		decision_copy_text(d, "reason");
	}
	if (err == OK)
		(void)decision_answer_incident(d, &incident);
	cJSON_Delete(change.facts);
	cJSON_Delete(change.text);
	return err;
}
