#include "workers/format.h"

#include <string.h>

#define FORMAT(name) &format_##name,
static const struct format *const formats[] = {
#include "workers/formats.def"
    NULL,
};
#undef FORMAT

_Static_assert(sizeof(formats) / sizeof(formats[0]) <= FORMATS_MAX + 1,
    "FORMATS_MAX is too small");

const struct format *const *
format_all(void)
{
	return formats;
}

const struct format *
format_find(const char *name)
{
	for (size_t i = 0; formats[i] != NULL; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

#define FORMAT(name) ", " #name
static const char names[] =
#include "workers/formats.def"
    ;
#undef FORMAT

const char *
format_names(void)
{
	return names + strlen(", ");
}
