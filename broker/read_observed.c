/* What people noted as observed, of an incident: gathered from its entries. */
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum { OBSERVED_ENTRIES_MAX = 500 };

static bool
same_observable(const cJSON *a, const cJSON *b)
{
	const char *type = json_text(a, "type"), *value = json_text(a, "value");
	const char *other_type = json_text(b, "type");
	const char *other_value = json_text(b, "value");

	return type != NULL && value != NULL && other_type != NULL &&
	       other_value != NULL && strcmp(type, other_type) == 0 &&
	       strcmp(value, other_value) == 0;
}

void
reading_gather_observables(cJSON *all, const cJSON *text)
{
	const cJSON *item, *known;

	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(text, "observables")) {
		if (cJSON_GetArraySize(all) == LIMIT_OBSERVABLES_MAX)
			return;
		cJSON_ArrayForEach (known, all)
			if (same_observable(known, item))
				break;
		if (known == NULL)
			put_copy(all, NULL, item);
	}
}

struct observed {
	struct reading *r;
	cJSON *observables;
	size_t count;
};

/* What people noted as observed. */
static bool
add_observed(void *arg, const struct history_row *row)
{
	struct observed *observed = arg;
	const struct entry *entry;
	bool erased;
	cJSON *text;

	if (observed->count++ == OBSERVED_ENTRIES_MAX)
		return false;
	if (row->kind != EVENT_incident_opened &&
	    row->kind != EVENT_incident_updated &&
	    row->kind != EVENT_incident_raised)
		return true;
	if (reading_entry(observed->r, row->seq, &entry) != OK ||
	    !reading_shows_entry(observed->r, entry))
		return true;
	text = entry_text_tree(entry, &erased);
	reading_gather_observables(observed->observables, text);
	cJSON_Delete(text);
	return true;
}

enum err
reading_observed(
    struct reading *r, const struct incident *incident, cJSON *observables)
{
	struct observed observed = {.r = r, .observables = observables};
	enum err err = history_each(r->txn, SUBJECT_INCIDENT, incident->number,
	    0, add_observed, &observed);

	if (observed.count > OBSERVED_ENTRIES_MAX)
		put_flag(r->answer, "observables_more", true);
	return err;
}
