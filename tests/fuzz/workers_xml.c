/* Documents of XML: the tree of one, and what triage makes of it. */
#include <stddef.h>
#include <stdint.h>

#include "workers/record.h"
#include "workers/text.h"
#include "workers_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = text_copy((const char *)bytes, size);
	const char *why;
	cJSON *tree;

	if (text == NULL)
		abort();
	tree = record_xml(text, size, &why);
	free(text);
	if (tree == NULL)
		return 0;
	assert(cJSON_IsObject(tree) && tree->child != NULL);
	cJSON_Delete(tree);
	return form_fuzz(bytes, size, NULL);
}
