/* The free text of incidents and alert parts, which may be erased. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

/* ---- alert parts ---- */

static void
load_triaged(struct reading *r, uint64_t seq)
{
	const struct entry *entry;
	bool erased;

	if (r->triaged_seq == seq)
		return;
	cJSON_Delete(r->triaged_facts);
	cJSON_Delete(r->triaged_text);
	r->triaged_facts = r->triaged_text = NULL;
	r->triaged_seq = seq;
	if (reading_entry(r, seq, &entry) != OK)
		return;
	r->triaged_facts = put_parse(entry->facts, entry->facts_len);
	r->triaged_text = entry_text_tree(entry, &erased);
}

static const cJSON *
part_of(const cJSON *tree, uint32_t index)
{
	return cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(tree, "parts"), (int)index);
}

void
reading_part(struct reading *r, const struct alert_part *part,
    const cJSON **facts, const cJSON **text)
{
	load_triaged(r, part->seq);
	*facts = part_of(r->triaged_facts, part->index);
	*text = part_of(r->triaged_text, part->index);
}

/* ---- incidents ---- */

/*
 * The fold writes the title first, so that a list need not read the rest of
 * the row, which may be long.
 */
static bool
first_title(const char *json, size_t len, char *title, size_t size)
{
	static const char begin[] = "{\"title\":";
	const size_t skip = sizeof(begin) - 1;
	const cJSON *item;
	cJSON *tree;
	bool found;

	if (len <= skip || memcmp(json, begin, skip) != 0)
		return false;
	tree = cJSON_ParseWithLengthOpts(json + skip, len - skip, NULL, 0);
	item = tree;
	/* Where this had no memory, the whole row ends the program or tells. */
	if (tree == NULL) {
		tree = put_parse(json, len);
		item = cJSON_GetObjectItemCaseSensitive(tree, "title");
	}
	found = cJSON_IsString(item);
	if (found)
		(void)snprintf(title, size, "%s", item->valuestring);
	cJSON_Delete(tree);
	return found;
}

static bool
take_seq(void *arg, const struct history_row *row)
{
	uint64_t *seq = arg;

	*seq = row->seq;
	return false;
}

/* The alert that the incident was opened for; false when it was none. */
static bool
origin_of(struct reading *r, uint64_t incident, struct ref *alert)
{
	const struct entry *entry;
	const char *text;
	uint64_t seq = 0;
	cJSON *facts;
	bool found;

	if (history_each(
		r->txn, SUBJECT_INCIDENT, incident, 0, take_seq, &seq) != OK ||
	    seq == 0 || reading_entry(r, seq, &entry) != OK)
		return false;
	facts = put_parse(entry->facts, entry->facts_len);
	text = json_text(facts, "alert");
	found = text != NULL && ref_parse(text, alert) == OK;
	cJSON_Delete(facts);
	return found;
}

/* The title of the alert that the incident was promoted from. */
static bool
origin_title(struct reading *r, uint64_t incident, char *title, size_t size)
{
	const cJSON *facts, *text = NULL;
	char name[REF_TEXT_MAX];
	struct alert_part part;
	struct ref ref;

	if (!origin_of(r, incident, &ref))
		return false;
	if (alert_part_get(r->txn, ref.number, ref.part, &part) == OK)
		reading_part(r, &part, &facts, &text);
	if (json_text(text, "title") != NULL)
		(void)snprintf(title, size, "%s", json_text(text, "title"));
	else
		(void)snprintf(title, size, "Alert %s", ref_format(ref, name));
	return true;
}

bool
reading_title(
    struct reading *r, uint64_t incident, char title[LIMIT_TITLE_BYTES_MAX + 1])
{
	const size_t size = LIMIT_TITLE_BYTES_MAX + 1;
	const char *json;
	size_t len;

	if (incident_text(r->txn, incident, &json, &len) == OK &&
	    first_title(json, len, title, size))
		return true;
	return origin_title(r, incident, title, size);
}

void
reading_incident(struct reading *r, cJSON *out, const struct incident *incident)
{
	static const char *const texts[] = {
	    "description", "root_cause", "comment"};
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	const char *json;
	cJSON *row = NULL;
	size_t i, len;

	view_incident(out, r->txn, incident);
	reading_due(r, out, incident);
	reading_targets(r, out, incident);
	if (reading_title(r, incident->number, title))
		put_text(out, "title", title);
	else
		put_flag(out, "erased", true);
	if (incident_text(r->txn, incident->number, &json, &len) == OK)
		row = put_parse(json, len);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_copy(out, texts[i],
		    cJSON_GetObjectItemCaseSensitive(row, texts[i]));
	cJSON_Delete(row);
}
