#include "protocol/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"

/* Below this cJSON prints every whole number without an exponent. */
#define PLAIN_MAX INT64_C(999999999999999)
/* The largest whole number next to which a double holds every other one. */
#define WHOLE_MAX INT64_C(9007199254740991)

enum { PRINT_BYTES = 2048 };

static bool
continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The length of the UTF-8 sequence at s, or 0 when it is none. */
static size_t
sequence_length(const unsigned char *s, size_t len)
{
	if (s[0] < 0x80)
		return s[0] != 0;
	if (len < 2 || s[0] < 0xc2 || s[0] > 0xf4 || !continues(s[1]))
		return 0;
	if (s[0] < 0xe0)
		return 2;
	if (len < 3 || !continues(s[2]))
		return 0;
	if (s[0] < 0xf0) /* neither overlong nor a surrogate */
		return (s[0] == 0xe0 && s[1] < 0xa0) ||
			       (s[0] == 0xed && s[1] > 0x9f)
			   ? 0
			   : 3;
	if (len < 4 || !continues(s[3]))
		return 0;
	return (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)
		   ? 0
		   : 4;
}

bool
utf8_valid(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t at = 0;

	while (at < len) {
		size_t step;
		uint64_t eight;

		/* Eight of ASCII at once; a zero byte borrows from above. */
		if (len - at >= sizeof(eight)) {
			memcpy(&eight, s + at, sizeof(eight));
			if (((eight | (eight - UINT64_MAX / 255)) &
				UINT64_MAX / 255 * 128) == 0) {
				at += sizeof(eight);
				continue;
			}
		}
		step = sequence_length(s + at, len - at);

		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

/* What was parsed up to end is all of it. */
static bool
is_whole(const char *end, const char *text, size_t len)
{
	while (end < text + len && (unsigned char)*end <= ' ')
		end++;
	return end == text + len;
}

enum err
json_tree(const char *text, size_t len, cJSON **tree)
{
	const char *end = NULL;

	*tree = cJSON_ParseWithLengthOpts(text, len, &end, false);
	if (*tree != NULL && is_whole(end, text, len))
		return OK;
	/* The scanner tells what is no JSON from what had no room. */
	if (*tree == NULL && json_scan(text, len, true, NULL) == OK)
		return ERR_MEMORY;
	cJSON_Delete(*tree);
	*tree = NULL;
	return ERR_INVALID;
}

enum err
json_parse(const char *text, size_t len, bool big, cJSON **tree,
    struct json_fault *fault)
{
	enum err err = json_scan(text, len, big, fault);

	*tree = NULL;
	if (err != OK)
		return err;
	/* What the scanner took is JSON; only memory is left to fail. */
	return json_tree(text, len, tree);
}

const char *
json_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, key));
}

int64_t
json_number(const cJSON *object, const char *key, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	double value;

	/* json_add_number makes the long ones raw. */
	if (cJSON_IsRaw(item) && item->valuestring != NULL)
		return strtoll(item->valuestring, NULL, 10);
	if (!cJSON_IsNumber(item))
		return otherwise;
	value = item->valuedouble;
	if (!(value >= -(double)WHOLE_MAX && value <= (double)WHOLE_MAX) ||
	    value != (double)(int64_t)value)
		return otherwise;
	return (int64_t)value;
}

bool
json_add_number(cJSON *object, const char *key, int64_t value)
{
	char digits[24];

	if (value >= -PLAIN_MAX && value <= PLAIN_MAX)
		return cJSON_AddNumberToObject(object, key, (double)value) !=
		       NULL;
	(void)snprintf(digits, sizeof(digits), "%" PRId64, value);
	return cJSON_AddRawToObject(object, key, digits) != NULL;
}

char *
json_print(const cJSON *tree)
{
	/* What is longer makes room for itself, by doubling. */
	return cJSON_PrintBuffered(tree, PRINT_BYTES, false);
}
