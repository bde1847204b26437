/*
 * The strict scanner and cJSON behind it: what the scanner takes, cJSON takes
 * too, and prints as what the scanner takes again.
 */
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
parse(const char *text, size_t len, bool big)
{
	struct json_fault fault = {0, ""};
	cJSON *tree;
	char *printed;
	enum err err = json_parse(text, len, big, &tree, &fault);

	if (err != OK) {
		if (err == ERR_MEMORY || tree != NULL || fault.offset > len ||
		    fault.reason[0] == '\0' ||
		    (utf8_valid(text, len) &&
			!utf8_valid(fault.reason, strlen(fault.reason))))
			abort();
		return;
	}
	if (!utf8_valid(text, len))
		abort();
	printed = cJSON_PrintUnformatted(tree);
	if (printed == NULL ||
	    json_scan(printed, strlen(printed), true, NULL) != OK)
		abort();
	cJSON_free(printed);
	cJSON_Delete(tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse((const char *)data, size, false);
	parse((const char *)data, size, true);
	return 0;
}
