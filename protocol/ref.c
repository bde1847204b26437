#include "protocol/ref.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <strings.h>

static const struct {
	const char *text;
	enum subject_type type;
} prefixes[] = {
    {"INC-", SUBJECT_INCIDENT},
    {"ALR-", SUBJECT_ALERT},
    {"ACT-", SUBJECT_ACTION},
};

enum { PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]), PREFIX_LEN = 4 };

/*
 * Reads a number from 1 to max without leading zeros and moves *text behind
 * it.
 */
static bool
read_number(const char **text, uint64_t max, uint64_t *number)
{
	const char *p = *text;
	uint64_t n = 0;

	if (*p < '1' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*text = p;
	*number = n;
	return true;
}

static enum subject_type
read_prefix(const char *text)
{
	size_t i;

	for (i = 0; i < PREFIXES; i++)
		if (strncasecmp(text, prefixes[i].text, PREFIX_LEN) == 0)
			return prefixes[i].type;
	return SUBJECT_NONE;
}

enum err
ref_parse(const char *text, struct ref *ref)
{
	struct ref found = {SUBJECT_NONE, 0, 0};
	uint64_t part = 0;

	found.type = read_prefix(text);
	if (found.type == SUBJECT_NONE)
		return ERR_INVALID;
	text += PREFIX_LEN;
	if (!read_number(&text, INT64_MAX, &found.number))
		return ERR_INVALID;
	if (found.type == SUBJECT_ALERT && *text == '/') {
		text++;
		if (!read_number(&text, UINT32_MAX, &part))
			return ERR_INVALID;
		found.part = (uint32_t)part;
	}
	if (*text != '\0')
		return ERR_INVALID;
	*ref = found;
	return OK;
}

const char *
ref_format(struct ref ref, char out[REF_TEXT_MAX])
{
	const char *prefix = "?-";
	size_t i;

	for (i = 0; i < PREFIXES; i++)
		if (prefixes[i].type == ref.type)
			prefix = prefixes[i].text;
	if (ref.part == 0)
		(void)snprintf(
		    out, REF_TEXT_MAX, "%s%" PRIu64, prefix, ref.number);
	else
		(void)snprintf(out, REF_TEXT_MAX, "%s%" PRIu64 "/%" PRIu32,
		    prefix, ref.number, ref.part);
	return out;
}
