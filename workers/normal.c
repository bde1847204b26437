#include "workers/normal.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "workers/guess.h"
#include "workers/path.h"
#include "workers/pattern.h"

#define NORMAL(name, bytes, ocsf, help) {#name, ocsf, (bytes)},
static const struct {
	const char *name, *ocsf;
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

const char *
normal_ocsf(enum normal_field field)
{
	return field < NORMAL_COUNT ? fields[field].ocsf : "?";
}

size_t
normal_bytes_max(enum normal_field field)
{
	return fields[field].bytes_max;
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

bool
normal_is_nothing(enum normal_field field, const char *text)
{
	return normal_is_blank(text) || (may_hold_placeholder((int)field) &&
					    normal_is_placeholder(text));
}

/* Doubles hold whole numbers exactly up to 2^53: beyond it the bytes count. */
static const double exact_max = 9007199254740992.0;

/* What is looked for in one place, and what was found. */
struct taking {
	const struct place *place;
	const struct part *part;
	int field; /* NORMAL_NONE for none of them */
	struct path_trail trail;
	size_t *raw_read;
	struct normal_text *text;
	char *number; /* LIMIT_JSON_NUMBER_BYTES_MAX + 1 */
	const cJSON *taken;
};

/* Where the node that is being looked at lies in the document. */
static bool
write_path(const struct taking *taking, char out[PATH_TEXT_BYTES])
{
	const struct part *part = taking->part;
	char rest[PATH_TEXT_BYTES];
	size_t at = strlen(part->at), within = strlen(part->within);

	if (taking->place->outer)
		within = 0;
	if (!path_write(&taking->trail, rest) ||
	    at + within + strlen(rest) >= PATH_TEXT_BYTES)
		return false;
	memcpy(out, part->at, at);
	memcpy(out + at, part->within, within);
	memcpy(out + at + within, rest, strlen(rest) + 1);
	return true;
}

/* The bytes of the number, as the sender wrote them. */
static bool
number_raw(const struct taking *taking, const char **raw, size_t *len)
{
	const struct part *part = taking->part;
	char path[PATH_TEXT_BYTES];

	if (part->raw == NULL || *taking->raw_read > NORMAL_RAW_BYTES_MAX ||
	    !write_path(taking, path))
		return false;
	*taking->raw_read += part->raw_len;
	return path_raw(part->raw, part->raw_len, path, raw, len) &&
	       *len <= LIMIT_JSON_NUMBER_BYTES_MAX &&
	       strchr("-0123456789", **raw) != NULL;
}

static void
take_number(struct taking *taking, const cJSON *node)
{
	size_t size = LIMIT_JSON_NUMBER_BYTES_MAX + 1, len;
	double value = node->valuedouble;
	const char *raw;

	if (value > -exact_max && value < exact_max &&
	    value == (double)(int64_t)value) {
		len = (size_t)snprintf(taking->number, size, "%.0f", value);
	} else if (number_raw(taking, &raw, &len)) {
		memcpy(taking->number, raw, len);
		taking->number[len] = '\0';
	} else {
		len = (size_t)snprintf(taking->number, size, "%.15g", value);
	}
	*taking->text = (struct normal_text){taking->number, len, false};
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

/* What stands for the text in the place's table; NULL when nothing does. */
static const char *
look_up(const struct place *place, const char *text, size_t len)
{
	for (size_t i = 0; i < place->table_count; i++)
		if (strlen(place->table[i].from) == len &&
		    strncasecmp(place->table[i].from, text, len) == 0)
			return place->table[i].to;
	return NULL;
}

/* Takes what the place's match and table leave of it. */
static bool
take_text(struct taking *taking, const char *text, size_t len)
{
	const struct place *place = taking->place;
	size_t fits;

	if (place->match != NULL &&
	    (!pattern_take(place->match, text, len, &text, &len) || len == 0))
		return false;
	if (place->table != NULL) {
		text = look_up(place, text, len);
		if (text == NULL)
			return false;
		len = strlen(text);
	}
	if (taking->field == NORMAL_hash && place->match == NULL)
		text = longest_digest(text, &len);
	fits = taking->field == NORMAL_NONE
		   ? len
		   : normal_fit(text, len, fields[taking->field].bytes_max);
	*taking->text = (struct normal_text){text, fits, fits < len};
	return true;
}

static bool
take(void *arg, const cJSON *node)
{
	struct taking *taking = arg;
	const char *text;

	if (cJSON_IsNumber(node)) {
		take_number(taking, node);
		if ((taking->place->match != NULL ||
			taking->place->table != NULL) &&
		    !take_text(taking, taking->number, taking->text->len)) {
			taking->text->len = 0;
			return true;
		}
		taking->taken = node;
		return false;
	}
	if (cJSON_IsBool(node))
		text = cJSON_IsTrue(node) ? "true" : "false";
	else if (cJSON_IsString(node))
		text = node->valuestring;
	else
		return true;
	if (normal_is_nothing((enum normal_field)taking->field, text) ||
	    !take_text(taking, text, strlen(text)))
		return true;
	taking->taken = node;
	return false;
}

static void
take_constant(struct taking *taking)
{
	const char *text = taking->place->text;

	*taking->text = (struct normal_text){text, strlen(text), false};
	taking->trail.count = 0;
}

static void
read_place(struct taking *taking, int names)
{
	const struct place *place = taking->place;

	taking->taken = NULL;
	if (place->path == NULL)
		take_constant(taking);
	else
		(void)path_each(
		    place->outer ? taking->part->outer : taking->part->object,
		    place->path, names, &taking->trail, take, taking);
}

bool
normal_place(const struct place *places, size_t count, int names,
    const struct part *part, struct normal_text *text,
    char number[LIMIT_JSON_NUMBER_BYTES_MAX + 1])
{
	size_t raw_read = 0;
	struct taking taking = {.part = part,
	    .field = NORMAL_NONE,
	    .raw_read = &raw_read,
	    .text = text,
	    .number = number};

	text->len = 0;
	for (size_t i = 0; i < count && text->len == 0; i++) {
		taking.place = &places[i];
		read_place(&taking, names);
	}
	return text->len > 0;
}

/* The row is looked up once for all parts of one envelope. */
static void
read_envelope(struct taking *taking, const struct format *format, size_t row,
    struct normal_envelope *envelope)
{
	assert(row < NORMAL_ROWS_MAX);
	if (envelope->known[row]) {
		if (envelope->nodes[row] != NULL)
			(void)take(taking, envelope->nodes[row]);
		return;
	}
	read_place(taking, format->names);
	envelope->known[row] = true;
	envelope->nodes[row] = taking->taken;
}

static void
trace_field(struct normal *normal, const struct taking *taking)
{
	struct normal_trace *trace = normal->trace;
	int field = taking->field;

	if (trace == NULL || normal->fields[field].len == 0)
		return;
	trace->numbers[field] =
	    taking->taken != NULL && cJSON_IsNumber(taking->taken) &&
	    normal->fields[field].bytes == normal->numbers[field];
	if (taking->place->path == NULL ||
	    !write_path(taking, trace->paths[field]))
		trace->paths[field][0] = '\0';
}

void
normal_read(struct normal *normal, const struct format *format,
    const struct part *part, struct normal_envelope *envelope)
{
	struct taking taking = {.part = part, .raw_read = &envelope->raw_read};
	size_t raw_read = envelope->raw_read;

	memset(normal->fields, 0, sizeof(normal->fields));
	if (normal->trace != NULL)
		memset(normal->trace, 0, sizeof(*normal->trace));
	if (envelope->outer != part->outer || normal->trace != NULL) {
		memset(envelope, 0, sizeof(*envelope));
		envelope->outer = part->outer;
		envelope->raw_read = raw_read;
	}
	for (size_t i = 0; i < format->rows_count; i++) {
		taking.field = format->rows[i].field;
		taking.place = &format->rows[i].place;
		taking.text = &normal->fields[taking.field];
		taking.number = normal->numbers[taking.field];
		if (taking.text->len != 0)
			continue;
		if (taking.place->outer)
			read_envelope(&taking, format, i, envelope);
		else
			read_place(&taking, format->names);
		trace_field(normal, &taking);
	}
	normal->guessed = false;
	if (format->guesses)
		guess_read(normal, part);
	else if (format->guesses_missing)
		guess_missing(normal, part);
}
