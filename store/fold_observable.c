/* Observables: where each was seen, for find. */
#include "protocol/observable.h"
#include "store/fold_entry.h"

/* Where an entry's observables were seen: the alert part, the incident. */
struct places {
	struct sighting at[2];
	size_t count;
};

static void
places_add(struct places *places, enum subject_type type, uint64_t number,
    uint32_t part, uint64_t seq)
{
	places->at[places->count++] = (struct sighting){
	    .subject = {.type = type, .part = part, .number = number},
	    .seq = seq,
	};
}

/* What has no canonical spelling could not be looked for: it is left out. */
static enum err
observable_write(struct folding *f, const struct places *places,
    const char *type, const char *value)
{
	char canonical[OBSERVABLE_BYTES_MAX + 1];
	unsigned char hash[HASH16];
	int known = type == NULL ? -1 : observable_type(type);
	enum err err = OK;

	if (known < 0 || value == NULL ||
	    observable_canonical((enum observable)known, value, canonical) !=
		OK)
		return OK;
	observable_hash(type, canonical, hash);
	for (size_t i = 0; i < places->count && err == OK; i++)
		err = observable_put(f->txn, hash, &places->at[i]);
	return err;
}

static const char *
text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, key));
}

/* The fields observables, hosts, host and user of text. */
static enum err
observables_write(
    struct folding *f, const struct places *places, const cJSON *text)
{
	const cJSON *item;
	enum err err = OK;

	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(text, "observables")) {
		if (err == OK)
			err = observable_write(f, places, text_of(item, "type"),
			    text_of(item, "value"));
	}
	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(text, "hosts")) {
		if (err == OK)
			err = observable_write(
			    f, places, "host", cJSON_GetStringValue(item));
	}
	if (err == OK)
		err =
		    observable_write(f, places, "host", text_of(text, "host"));
	if (err == OK)
		err =
		    observable_write(f, places, "user", text_of(text, "user"));
	return err;
}

enum err
fold_observables_incident(struct folding *f, uint64_t incident)
{
	struct places places = {.count = 0};

	places_add(&places, SUBJECT_INCIDENT, incident, 0, f->entry->seq);
	return observables_write(f, &places, folding_text(f));
}

static bool
needs_no_index(const cJSON *part)
{
	const char *disposition = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(part, "disposition"));

	/* What a test observed was not there. */
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(part, "again")) ||
	       (disposition != NULL && words_value(WORDS_DISPOSITION,
					   disposition) == DISPOSITION_tested);
}

static bool
all_need_no_index(const cJSON *parts)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, parts) {
		if (!needs_no_index(item))
			return false;
	}
	return true;
}

static double
number_of(const cJSON *part)
{
	return cJSON_GetNumberValue(
	    cJSON_GetObjectItemCaseSensitive(part, "p"));
}

static enum err
part_observables(
    struct folding *f, uint64_t alert, uint32_t number, const cJSON *text)
{
	struct places places = {.count = 0};
	struct alert_part part;
	enum err err = alert_part_get(f->txn, alert, number, &part);

	if (err != OK)
		return err;
	places_add(&places, SUBJECT_ALERT, alert, number, f->entry->seq);
	if (part.incident != 0)
		places_add(
		    &places, SUBJECT_INCIDENT, part.incident, 0, f->entry->seq);
	return observables_write(f, &places, text);
}

enum err
fold_observables_parts(struct folding *f, uint64_t alert, const cJSON *parts)
{
	const cJSON *text;
	const cJSON *part;
	uint32_t number = 0;
	enum err err = OK;

	/* In a storm most have nothing new: their text is not even parsed. */
	if (all_need_no_index(parts))
		return OK;
	text = cJSON_GetObjectItemCaseSensitive(folding_text(f), "parts");
	text = text == NULL ? NULL : text->child;
	cJSON_ArrayForEach (part, parts) {
		number++;
		/* Both are in order of part; text may lack some. */
		while (text != NULL && number_of(text) < number)
			text = text->next;
		if (err != OK || text == NULL || needs_no_index(part) ||
		    number_of(text) > number)
			continue;
		err = part_observables(f, alert, number, text);
	}
	return err;
}
