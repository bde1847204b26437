#include "protocol/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 12 };

static const struct {
	const char *unit;
	int64_t ms;
} units[] = {
    {"d", 86400000},
    {"h", 3600000},
    {"m", 60000},
    {"s", 1000},
    {"ms", 1},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

enum err
duration_parse(const char *text, int64_t max, int64_t *ms)
{
	size_t digits = strspn(text, "0123456789"), i;
	const char *unit = text + digits;
	int64_t number = 0;

	if (strcmp(text, "0") == 0) {
		*ms = 0;
		return OK;
	}
	for (i = 0; i < UNITS && strcmp(units[i].unit, unit) != 0; i++)
		;
	if (digits == 0 || digits > DIGITS_MAX || i == UNITS)
		return ERR_INVALID;
	for (; text < unit; text++)
		number = number * 10 + (*text - '0');
	/* Before the product could overflow. */
	*ms = number > max / units[i].ms ? max + 1 : number * units[i].ms;
	return OK;
}

const char *
duration_format(int64_t ms, char out[DURATION_TEXT_MAX])
{
	size_t i = 0;

	while (i + 1 < UNITS && (ms < units[i].ms || ms % units[i].ms != 0))
		i++;
	(void)snprintf(out, DURATION_TEXT_MAX, "%" PRId64 "%s",
	    ms / units[i].ms, units[i].unit);
	return out;
}
