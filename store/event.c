/* The names of the kinds of entries. */
#include <stddef.h>

#include "store/entry.h"

static const struct {
	unsigned kind;
	const char *name;
} names[] = {
#define EVENT(number, name, subject) {(number), #name},
#include "store/events.def"
#undef EVENT
};

enum { NAME_BYTES_MAX = 48, NAMES = sizeof(names) / sizeof(names[0]) };

/* "incident_opened" is written "incident.opened": the first underscore only. */
static char dotted[NAMES][NAME_BYTES_MAX];

__attribute__((constructor)) static void
dot_names(void)
{
	size_t i, at;
	bool done;

	for (i = 0; i < NAMES; i++) {
		done = false;
		for (at = 0; names[i].name[at] != '\0'; at++) {
			if (at + 1 >= NAME_BYTES_MAX)
				break;
			dotted[i][at] = names[i].name[at];
			if (dotted[i][at] == '_' && !done) {
				dotted[i][at] = '.';
				done = true;
			}
		}
	}
}

const char *
event_name(unsigned kind)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		if (names[i].kind == kind)
			return dotted[i];
	return "unknown";
}
