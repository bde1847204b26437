#include "workers/tld.h"

#include <stdlib.h>
#include <string.h>

#define TLD(name) name,
#define ENDING(name)
static const char *const tlds[] = {
#include "workers/tlds.def"
};
#undef TLD
#undef ENDING

#define TLD(name)
#define ENDING(name) name,
static const char *const endings[] = {
#include "workers/tlds.def"
};
#undef TLD
#undef ENDING

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int
compare(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row);
}

static bool
holds(const char *const *table, size_t count, const char *name)
{
	return bsearch(name, table, count, sizeof(table[0]), compare) != NULL;
}

bool
tld_is_likely(const char *name)
{
	const char *top = strrchr(name, '.');

	if (top == NULL)
		return false;
	top++;
	if (holds(endings, COUNT(endings), top))
		return strchr(name, '.') != top - 1;
	return strncmp(top, "xn--", 4) == 0 || holds(tlds, COUNT(tlds), top);
}

static bool
sorted(const char *const *table, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(table[i - 1], table[i]) >= 0)
			return false;
	return true;
}

bool
tld_sorted(void)
{
	return sorted(tlds, COUNT(tlds)) && sorted(endings, COUNT(endings));
}
