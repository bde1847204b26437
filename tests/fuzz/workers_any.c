/* Deliveries whose format nobody says: envelopes, lists, every product, guesses. */
#include <stddef.h>
#include <stdint.h>

#include "workers_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	return form_fuzz(bytes, size, NULL);
}
