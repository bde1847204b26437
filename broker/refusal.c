#include "broker/refusal.h"

#include <stdbool.h>

static bool
add_fields(cJSON *body, enum err err, const struct ask_fault *fault,
    const cJSON *current)
{
	bool has = fault != NULL && fault->message[0] != '\0';

	if (cJSON_AddStringToObject(body, "error", err_word(err)) == NULL ||
	    cJSON_AddStringToObject(body, "message",
		has ? fault->message : err_meaning(err)) == NULL)
		return false;
	if (fault != NULL && fault->field[0] != '\0' &&
	    cJSON_AddStringToObject(body, "field", fault->field) == NULL)
		return false;
	if (current == NULL)
		return true;
	return cJSON_AddItemToObject(
	    body, "current", cJSON_Duplicate(current, true));
}

char *
refusal_text(enum err err, const struct ask_fault *fault, const cJSON *current)
{
	cJSON *body = cJSON_CreateObject();
	char *text = NULL;

	if (body != NULL && add_fields(body, err, fault, current))
		text = cJSON_PrintUnformatted(body);
	cJSON_Delete(body);
	return text;
}
