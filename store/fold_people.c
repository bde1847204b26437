/* People, sensors, workers and tokens: enrolled, issued, revoked. */
#include "store/fold_entry.h"

static void
roles_read(struct folding *f, struct person *person)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(&f->facts, "roles")) {
		const char *name = cJSON_GetStringValue(item);

		if (name == NULL || role_bit(name) == 0)
			f->facts.bad = true;
		else
			person->roles |= role_bit(name);
	}
}

static void
sources_read(struct folding *f, struct person *person)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(&f->facts, "sources")) {
		size_t i = person->sources_count;

		if (i == LIMIT_SOURCES_MAX)
			f->facts.bad = true;
		else if (facts_item_text(&f->facts, item, person->sources[i],
			     sizeof(person->sources[i])))
			person->sources_count++;
	}
}

static enum err
display_write(struct folding *f, uint32_t number)
{
	const char *display = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(folding_text(f), "display"));
	cJSON *row;
	char *json;
	enum err err;

	if (display == NULL)
		return OK;
	row = cJSON_CreateObject();
	json = cJSON_AddStringToObject(row, "display", display) != NULL
		   ? cJSON_PrintUnformatted(row)
		   : NULL;
	cJSON_Delete(row);
	if (json == NULL)
		return ERR_MEMORY;
	err = text_put(f->txn, TABLE_people_text, number, json);
	cJSON_free(json);
	return err;
}

enum err
fold_people_enrolled(struct folding *f)
{
	struct person person = {
	    .number = (uint32_t)f->entry->subject.number,
	    .active = true,
	    .enrolled_ms = f->entry->time_ms,
	};
	enum err err;

	if (!facts_text(&f->facts, "name", person.name, sizeof(person.name)) ||
	    !facts_text(&f->facts, "public", person.public_z85,
		sizeof(person.public_z85)) ||
	    person.name[0] == '\0' || person.public_z85[0] == '\0' ||
	    f->entry->subject.number <= f->counters->people ||
	    f->entry->subject.number > UINT32_MAX)
		return ERR_CORRUPT;
	roles_read(f, &person);
	sources_read(f, &person);
	f->counters->people = person.number;
	err = person_put(f->txn, &person);
	return err == OK ? display_write(f, person.number) : err;
}

/* A token is a principal that is proved by a secret instead of a key. */
enum err
fold_token_issued(struct folding *f)
{
	struct person person = {
	    .number = (uint32_t)f->entry->subject.number,
	    .active = true,
	    .token = true,
	    .enrolled_ms = f->entry->time_ms,
	};

	if (!facts_text(&f->facts, "name", person.name, sizeof(person.name)) ||
	    !facts_hex(
		&f->facts, "hash", person.secret, sizeof(person.secret)) ||
	    person.name[0] == '\0' ||
	    f->entry->subject.number <= f->counters->people ||
	    f->entry->subject.number > UINT32_MAX)
		return ERR_CORRUPT;
	roles_read(f, &person);
	sources_read(f, &person);
	person.rate = (uint32_t)facts_number(&f->facts, "rate", 0);
	f->counters->people = person.number;
	return person_put(f->txn, &person);
}

static enum err
revoke(struct folding *f, bool token)
{
	struct person person;
	enum err err =
	    person_get(f->txn, (uint32_t)f->entry->subject.number, &person);

	if (err != OK)
		return err;
	if (person.token != token)
		return ERR_CORRUPT;
	person.active = false;
	person.revoked_ms = f->entry->time_ms;
	return person_put(f->txn, &person);
}

enum err
fold_people_revoked(struct folding *f)
{
	return revoke(f, false);
}

enum err
fold_token_revoked(struct folding *f)
{
	return revoke(f, true);
}
