/* Rows of free text, merged with what an entry says anew. */
#include "store/fold_entry.h"

/* NULL: no memory. */
static cJSON *
merge(
    const cJSON *old, const cJSON *new, const char *const *names, size_t count)
{
	cJSON *merged = cJSON_CreateObject();

	for (size_t i = 0; i < count; i++) {
		const char *text = cJSON_GetStringValue(
		    cJSON_GetObjectItemCaseSensitive(new, names[i]));

		if (text == NULL)
			text = cJSON_GetStringValue(
			    cJSON_GetObjectItemCaseSensitive(old, names[i]));
		if (text != NULL &&
		    cJSON_AddStringToObject(merged, names[i], text) == NULL) {
			cJSON_Delete(merged);
			return NULL;
		}
	}
	return merged;
}

enum err
fold_texts_merge(
    struct folding *f, enum table table, const char *const *names, size_t count)
{
	uint64_t number = f->entry->subject.number;
	const cJSON *text = folding_text(f);
	const char *json;
	char *printed = NULL;
	size_t len;
	cJSON *old = NULL;
	cJSON *merged;
	enum err err;

	if (text == NULL)
		return OK;
	err = text_get(f->txn, table, number, &json, &len);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK)
		err = facts_parse(json, len, &old);
	if (err == ERR_MEMORY)
		return err;
	merged = merge(old, text, names, count);
	if (merged != NULL)
		printed = cJSON_PrintUnformatted(merged);
	cJSON_Delete(merged);
	cJSON_Delete(old);
	if (printed == NULL)
		return ERR_MEMORY;
	err = text_put(f->txn, table, number, printed);
	cJSON_free(printed);
	return err;
}
