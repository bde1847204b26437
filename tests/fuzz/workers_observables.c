/* Text in which observables are looked for, and the recognition of formats. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/observables.h"
#include "workers_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What was found is in its one spelling, and there is no more than is kept. */
static void
check(const struct observables *found)
{
	char again[OBSERVABLE_BYTES_MAX + 1];

	assert(found->count <= LIMIT_OBSERVABLES_MAX);
	for (size_t i = 0; i < found->count; i++) {
		assert(observable_canonical(found->rows[i].type,
			   found->rows[i].value, again) == OK);
		assert(strcmp(again, found->rows[i].value) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct scanner *scanner;
	static struct observables found;
	char *text;

	if (scanner == NULL && scanner_open(&scanner) != OK)
		abort();
	/* Texts come out of JSON: UTF-8 without NUL. */
	if (!utf8_valid((const char *)bytes, size))
		return form_fuzz(bytes, size, NULL);
	text = malloc(size + 1);
	if (text == NULL)
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	observables_init(&found);
	for (int mark = MARK_text; mark <= MARK_cve; mark++)
		observables_mark(&found, scanner, (enum mark)mark, text);
	check(&found);
	free(text);
	return form_fuzz(bytes, size, NULL);
}
