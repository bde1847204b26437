/* The configuration: any bytes are a configuration or a refusal with a place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/*
 * libfyaml 0.7 loses 4 KiB for each text in single quotes that has a doubled
 * quote inside.  A configuration is read once in a program's life, and
 * CONFIG_FILE_MAX bounds it.
 */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfyaml.so";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	char why[512];
	enum err err = config_parse((const char *)data, size, "f.yaml",
	    "/home/soc", &config, why, sizeof(why));

	if (err == OK) {
		if (config.hooks_count > CONFIG_HOOKS_MAX ||
		    config.segment_mib < 1 || config.store_path[0] != '/')
			abort();
		config_fini(&config);
	} else if (config.text != NULL || strncmp(why, "f.yaml:", 7) != 0) {
		abort();
	}
	return 0;
}
