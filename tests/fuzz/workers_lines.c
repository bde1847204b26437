/* Lines of CEF, LEEF and syslog, and whatever else is no JSON. */
#include <stddef.h>
#include <stdint.h>

#include "workers_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const formats[] = {
	    NULL, "cef", "leef", "syslog", "zeek", "ossec", "snort", "idmef"};

	if (size == 0)
		return 0;
	return form_fuzz(bytes + 1, size - 1,
	    formats[bytes[0] % (sizeof(formats) / sizeof(formats[0]))]);
}
