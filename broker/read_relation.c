/* What of an incident's relations a person may see, and whether it at all. */
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum { MERGED_SHOWN_MAX = 64 };

/* ---- may the principal see it? ---- */

bool
reading_shows(const struct reading *r, const struct incident *incident)
{
	if (reading_only_reports(r) && incident->opened_by != r->actor->number)
		return false;
	return incident_shown_to(incident, r->actor->number);
}

bool
reading_shows_number(struct reading *r, uint64_t number)
{
	struct incident incident;

	return number == 0 || (incident_get(r->txn, number, &incident) == OK &&
				  reading_shows(r, &incident));
}

bool
reading_shows_alert(struct reading *r, const struct alert *alert)
{
	struct alert_part part;
	uint32_t i;

	for (i = 1; i <= alert->parts; i++)
		if (alert_part_get(r->txn, alert->number, i, &part) != OK ||
		    !reading_shows_number(r, part.incident))
			return false;
	return true;
}

static bool
shows_named(struct reading *r, const cJSON *facts, const char *key)
{
	const char *text = json_text(facts, key);
	struct ref ref;

	if (text == NULL || ref_parse(text, &ref) != OK ||
	    ref.type != SUBJECT_INCIDENT)
		return true;
	return reading_shows_number(r, ref.number);
}

/* Does the entry, by its facts, tell of an incident that is not shown? */
static bool
shows_facts(struct reading *r, const struct entry *entry)
{
	cJSON *facts = put_parse(entry->facts, entry->facts_len);
	const cJSON *part;
	bool shows =
	    shows_named(r, facts, "incident") && shows_named(r, facts, "other");

	cJSON_ArrayForEach (
	    part, cJSON_GetObjectItemCaseSensitive(facts, "parts"))
		shows = shows && shows_named(r, part, "incident");
	cJSON_Delete(facts);
	return shows;
}

bool
reading_shows_entry(struct reading *r, const struct entry *entry)
{
	if (entry->subject.type == SUBJECT_INCIDENT &&
	    !reading_shows_number(r, entry->subject.number))
		return false;
	/* What comes by the ten thousand a second names no incident. */
	return entry->kind == EVENT_alert_received || shows_facts(r, entry);
}

/* ---- what show tells of relations ---- */

/* As the relation reads from the other end. */
static const char *const inverse[RELATION_COUNT] = {
    [RELATION_relates_to] = "relates_to",
    [RELATION_causes] = "caused_by",
    [RELATION_contains] = "part_of",
    [RELATION_duplicates] = "duplicated_by",
};

struct put_rows {
	struct reading *r;
	cJSON *rows;
};

static bool
put_link(void *arg, const struct incident_link *link)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	struct put_rows *put = arg;
	struct incident other;
	cJSON *row;

	if (incident_get(put->r->txn, link->other, &other) != OK ||
	    !reading_shows(put->r, &other))
		return true;
	row = put_object(put->rows, NULL);
	put_incident(row, "id", link->other);
	put_text(row, "relation",
	    link->inverse ? inverse[link->relation]
			  : words_name(WORDS_RELATION, (int)link->relation));
	put_word(row, "status", WORDS_STATUS, (int)other.status);
	if (reading_title(put->r, link->other, title))
		put_text(row, "title", title);
	return true;
}

static bool
put_merged(void *arg, uint64_t merged)
{
	struct put_rows *put = arg;

	put_incident(put->rows, NULL, merged);
	return cJSON_GetArraySize(put->rows) < MERGED_SHOWN_MAX;
}

/* The names of those who may see it. */
static void
put_grants(struct reading *r, const struct incident *incident)
{
	char name[VIEW_NAME_MAX];
	cJSON *names;
	size_t i;

	if (!incident->restricted)
		return;
	names = put_array(r->answer, "restricted_to");
	for (i = 0; i < incident->grants_count; i++)
		put_text(
		    names, NULL, view_name(r->txn, incident->grants[i], name));
}

enum err
reading_relations(struct reading *r, const struct incident *incident)
{
	struct put_rows merged = {r, put_array(r->answer, "merged")};
	struct put_rows links = {r, put_array(r->answer, "links")};
	enum err err;

	put_grants(r, incident);
	err =
	    incident_merged_each(r->txn, incident->number, put_merged, &merged);
	return err == OK ? incident_link_each(
			       r->txn, incident->number, put_link, &links)
			 : err;
}
