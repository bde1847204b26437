#include "workers/normal.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "workers/path.h"

#define NORMAL(name, bytes, help) {#name, (bytes)},
static const struct {
	const char *name;
	size_t bytes_max;
} fields[] = {
#include "workers/normal.def"
};
#undef NORMAL

/* What sources write for a name or an address where there is none. */
static const char *const placeholders[] = {
    "-", "--", "(null)", "null", "(none)", "none", "n/a", "N/A", "?"};

const char *
normal_name(enum normal_field field)
{
	return field < NORMAL_COUNT ? fields[field].name : "?";
}

size_t
normal_fit(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void
normal_mend(char *text)
{
	size_t len = strlen(text), start = len, bytes;
	unsigned char lead;

	while (start > 0 && len - start < 4 &&
	       ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	lead = (unsigned char)text[start - 1];
	bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (len - (start - 1) < bytes)
		text[start - 1] = '\0';
}

bool
normal_is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

bool
normal_is_placeholder(const char *text)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]);
	     i++)
		if (strcmp(text, placeholders[i]) == 0)
			return true;
	return false;
}

static bool
may_hold_placeholder(int field)
{
	return field == NORMAL_host || field == NORMAL_user ||
	       field == NORMAL_src_ip || field == NORMAL_dst_ip;
}

/* Doubles hold whole numbers exactly up to 2^53: beyond it the bytes count. */
static const double exact_max = 9007199254740992.0;

struct reading {
	struct normal *normal;
	const struct format *format;
	const struct part *part;
	const struct format_row *row;
	const cJSON *taken; /* of an envelope */
};

/* The bytes of the number at the row's place, as the sender wrote them. */
static bool
number_raw(const struct reading *reading, const char **raw, size_t *len)
{
	const struct part *part = reading->part;
	const char *json = part->raw;
	size_t json_len = part->raw_len;

	if (json == NULL)
		return false;
	if (reading->row->base == FORMAT_PART && part->object != part->outer &&
	    (reading->format->inner == NULL ||
		!path_raw(
		    json, json_len, reading->format->inner, &json, &json_len)))
		return false;
	return path_raw(json, json_len, reading->row->path, raw, len) &&
	       *len <= LIMIT_JSON_NUMBER_BYTES_MAX;
}

static bool
take_number(struct reading *reading, const cJSON *node)
{
	int field = reading->row->field;
	char *number = reading->normal->numbers[field];
	size_t size = sizeof(reading->normal->numbers[0]), len;
	double value = node->valuedouble;
	const char *raw;

	if (value > -exact_max && value < exact_max &&
	    value == (double)(int64_t)value) {
		len = (size_t)snprintf(number, size, "%.0f", value);
	} else if (number_raw(reading, &raw, &len)) {
		memcpy(number, raw, len);
		number[len] = '\0';
	} else {
		len = (size_t)snprintf(number, size, "%.17g", value);
	}
	reading->normal->fields[field] =
	    (struct normal_text){number, len, false};
	return false;
}

/*
 * The longest digest of a text that may be a list of them, as Sysmon writes it:
 * "MD5=...,SHA256=...".  The whole text where there is none.
 */
static const char *
longest_digest(const char *text, size_t *len)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	const char *best = text, *p = text;
	size_t run;

	for (*len = 0; *p != '\0'; p += run > 0 ? run : 1) {
		run = strspn(p, hex);
		if (run >= 32 && run > *len) {
			best = p;
			*len = run;
		}
	}
	if (*len == 0)
		*len = strlen(text);
	return best;
}

static bool
take(void *arg, const cJSON *node)
{
	struct reading *reading = arg;
	int field = reading->row->field;
	const char *text;
	size_t len, fits;

	if (cJSON_IsNumber(node))
		return take_number(reading, node);
	if (cJSON_IsBool(node))
		text = cJSON_IsTrue(node) ? "true" : "false";
	else if (cJSON_IsString(node))
		text = node->valuestring;
	else
		return true;
	if (normal_is_blank(text) ||
	    (may_hold_placeholder(field) && normal_is_placeholder(text)))
		return true;
	if (field == NORMAL_hash)
		text = longest_digest(text, &len);
	else
		len = strlen(text);
	fits = normal_fit(text, len, fields[field].bytes_max);
	reading->normal->fields[field] =
	    (struct normal_text){text, fits, fits < len};
	return false;
}

static bool
take_and_keep(void *arg, const cJSON *node)
{
	struct reading *reading = arg;
	bool on = take(reading, node);

	if (!on)
		reading->taken = node;
	return on;
}

/* The row is looked up once for all parts of one envelope. */
static void
read_envelope(struct reading *reading, struct normal_envelope *envelope)
{
	size_t row = (size_t)(reading->row - reading->format->rows);

	assert(row < NORMAL_ROWS_MAX);
	if (envelope->known[row]) {
		if (envelope->nodes[row] != NULL)
			(void)take(reading, envelope->nodes[row]);
		return;
	}
	reading->taken = NULL;
	path_each(
	    reading->part->outer, reading->row->path, take_and_keep, reading);
	envelope->known[row] = true;
	envelope->nodes[row] = reading->taken;
}

void
normal_read(struct normal *normal, const struct format *format,
    const struct part *part, struct normal_envelope *envelope)
{
	struct reading reading = {normal, format, part, format->rows, NULL};

	memset(normal->fields, 0, sizeof(normal->fields));
	if (envelope->outer != part->outer) {
		memset(envelope, 0, sizeof(*envelope));
		envelope->outer = part->outer;
	}
	for (; reading.row->path != NULL; reading.row++) {
		if (normal->fields[reading.row->field].len != 0)
			continue;
		if (reading.row->base == FORMAT_OUTER)
			read_envelope(&reading, envelope);
		else
			path_each(
			    part->object, reading.row->path, take, &reading);
	}
}
