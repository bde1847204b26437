/*
 * Mappings: bytes up to a NUL are one, what follows it a payload.  Whatever they
 * are: it is refused with a sentence, or reads the payload without harm.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/delivery.h"
#include "workers/formats.h"
#include "workers/normal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
read_with(const struct formats *formats, const struct format *format,
    const char *payload, size_t len)
{
	static struct delivery delivery;
	static struct normal_trace trace;
	struct normal normal = {.trace = &trace};
	struct normal_envelope envelope = {0};

	if (delivery_read(&delivery, formats, payload, len, format->name) == OK)
		for (size_t i = 0; i < delivery.count && i < 8; i++)
			normal_read(&normal, delivery.format,
			    &delivery.parts[i], &envelope);
	assert(utf8_valid(delivery.fault, strlen(delivery.fault)));
	delivery_fini(&delivery);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *nul = size == 0 ? NULL : memchr(bytes, 0, size);
	size_t len = nul == NULL ? size : (size_t)(nul - bytes);
	const struct format *format = NULL;
	struct formats *formats;
	char why[FORMATS_WHY_BYTES];

	if (formats_begin(&formats) != OK)
		abort();
	if (formats_add(
		formats, (const char *)bytes, len, "fuzz", &format, why) != OK)
		assert(why[0] != '\0');
	else if (nul != NULL)
		read_with(
		    formats, format, (const char *)nul + 1, size - len - 1);
	formats_close(&formats);
	return 0;
}
