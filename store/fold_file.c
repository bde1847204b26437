/* Files of an incident: added, read, discarded. */
#include "store/fold_entry.h"

static enum err
text_write(struct folding *f, const struct incident_file *file)
{
	const cJSON *name =
	    cJSON_GetObjectItemCaseSensitive(folding_text(f), "name");
	char *json = NULL;
	cJSON *row;
	enum err err;

	if (!cJSON_IsString(name))
		return OK;
	row = cJSON_CreateObject();
	if (cJSON_AddStringToObject(row, "name", name->valuestring) != NULL)
		json = cJSON_PrintUnformatted(row);
	cJSON_Delete(row);
	if (json == NULL)
		return ERR_MEMORY;
	err = file_text_put(f->txn, file->incident, file->number, json);
	cJSON_free(json);
	return err;
}

enum err
fold_file_added(struct folding *f)
{
	struct incident_file file = {
	    .incident = f->entry->subject.number,
	    .bytes = facts_number(&f->facts, "bytes", 0),
	    .added_by = f->entry->actor,
	    .added_ms = f->entry->time_ms,
	};
	uint64_t number = facts_number(&f->facts, "file", 0);
	struct incident before, after;
	bool human;
	enum err err = incident_get(f->txn, file.incident, &before);

	if (err == OK)
		err = person_is_human(f->txn, f->entry->actor, &human);
	if (err != OK)
		return err;
	if (number != before.files + 1u ||
	    !facts_hex(&f->facts, "sha256", file.sha256, SHA256_BYTES))
		return ERR_CORRUPT;
	after = before;
	after.files = file.number = (uint32_t)number;
	after.revision =
	    facts_number(&f->facts, "revision", before.revision + 1);
	after.updated_ms = f->entry->time_ms;
	if (human)
		after.unread = false;
	err = file_put(f->txn, &file);
	if (err == OK)
		err = incident_put(f->txn, &before, &after);
	return err == OK ? text_write(f, &file) : err;
}

enum err
fold_file_read(struct folding *f)
{
	uint64_t number = facts_number(&f->facts, "file", 0);
	struct incident_file file;
	enum err err;

	if (number == 0 || number > UINT32_MAX)
		return ERR_CORRUPT;
	err =
	    file_get(f->txn, f->entry->subject.number, (uint32_t)number, &file);
	return err == OK ? file_read_set(f->txn, file.incident, file.number,
			       f->entry->actor, f->entry->time_ms)
			 : err;
}

enum err
fold_file_discarded(struct folding *f)
{
	uint64_t number = facts_number(&f->facts, "file", 0);
	struct incident before, after;
	struct incident_file file;
	enum err err;

	if (number == 0 || number > UINT32_MAX)
		return ERR_CORRUPT;
	err = incident_get(f->txn, f->entry->subject.number, &before);
	if (err == OK)
		err = file_get(f->txn, before.number, (uint32_t)number, &file);
	if (err != OK)
		return err;
	file.discarded_by = f->entry->actor;
	file.discarded_ms = f->entry->time_ms;
	after = before;
	after.revision =
	    facts_number(&f->facts, "revision", before.revision + 1);
	after.updated_ms = f->entry->time_ms;
	err = file_put(f->txn, &file);
	return err == OK ? incident_put(f->txn, &before, &after) : err;
}
