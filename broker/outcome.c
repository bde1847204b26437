#include "broker/outcome.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/json.h"
#include "protocol/observable.h"

/* Where a member was found to be at fault. */
struct place {
	const char *path; /* of the object, "" for the whole */
	const char *member; /* NULL: the object itself */
	char *why; /* OUTCOME_WHY_MAX */
};

static const char *const wishes[] = {
    "open", "attach", "keep", "resolve", "acknowledge"};

__attribute__((format(printf, 3, 4))) static enum err
fault(const struct place *place, enum err err, const char *format, ...)
{
	va_list args;
	int used;

	used = snprintf(place->why, OUTCOME_WHY_MAX, "%s%s%s: ", place->path,
	    place->path[0] != '\0' && place->member != NULL ? "." : "",
	    place->member != NULL ? place->member : "");
	va_start(args, format);
	(void)vsnprintf(
	    place->why + used, OUTCOME_WHY_MAX - (size_t)used, format, args);
	va_end(args);
	return err;
}

/* One check for each type of member; max is the member's own. */
typedef enum err check(
    const cJSON *item, int64_t max, const struct place *place);

static enum err
check_text(const cJSON *item, int64_t max, const struct place *place)
{
	if (!cJSON_IsString(item))
		return fault(place, ERR_INVALID, "not a string");
	if (strlen(item->valuestring) > (size_t)max)
		return fault(
		    place, ERR_TOO_LARGE, "over %" PRId64 " bytes", max);
	return OK;
}

static enum err
check_title(const cJSON *item, int64_t max, const struct place *place)
{
	enum err err = check_text(item, max, place);

	if (err == OK && text_blank(item->valuestring))
		return fault(place, ERR_INVALID, "empty");
	return err;
}

static enum err
check_name(const cJSON *item, int64_t max, const struct place *place)
{
	(void)max;
	if (!cJSON_IsString(item) || !name_valid(item->valuestring))
		return fault(place, ERR_INVALID, "not a name");
	return OK;
}

static enum err
check_word(const cJSON *item, int64_t max, const struct place *place)
{
	if (!cJSON_IsString(item) ||
	    words_value((enum words)max, item->valuestring) < 0)
		return fault(place, ERR_INVALID, "not a word of its list");
	return OK;
}

static int
wish_of(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
		if (strcmp(wishes[i], word) == 0)
			return (int)i;
	return -1;
}

static enum err
check_wish(const cJSON *item, int64_t max, const struct place *place)
{
	(void)max;
	if (!cJSON_IsString(item) || wish_of(item->valuestring) < 0)
		return fault(place, ERR_INVALID,
		    "not open, attach, keep, resolve or acknowledge");
	return OK;
}

/* Whole, not negative, at most max. */
static enum err
check_number(const cJSON *item, int64_t max, const struct place *place)
{
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 ||
	    item->valuedouble > (double)max ||
	    item->valuedouble != (double)(int64_t)item->valuedouble)
		return fault(place, ERR_INVALID,
		    "not a whole number from 0 to %" PRId64, max);
	return OK;
}

/* Are these so many digits of hex, and no more? */
static bool
is_hex(const char *text, size_t digits)
{
	size_t i;

	for (i = 0; (text[i] >= '0' && text[i] <= '9') ||
		    (text[i] >= 'a' && text[i] <= 'f');
	     i++)
		continue;
	return i == digits && text[i] == '\0';
}

/* Exactly max bytes, in hex of lower case. */
static enum err
check_hex(const cJSON *item, int64_t max, const struct place *place)
{
	size_t digits = (size_t)max * 2;

	if (!cJSON_IsString(item) || !is_hex(item->valuestring, digits))
		return fault(place, ERR_INVALID,
		    "not %zu hex digits in lower case", digits);
	return OK;
}

static enum err
check_array(const cJSON *item, int64_t max, const struct place *place)
{
	if (!cJSON_IsArray(item))
		return fault(place, ERR_INVALID, "not an array");
	if (cJSON_GetArraySize(item) > max)
		return fault(
		    place, ERR_TOO_LARGE, "more than %" PRId64 " of them", max);
	return OK;
}

static enum err
check_techniques(const cJSON *item, int64_t max, const struct place *place)
{
	enum err err = check_array(item, max, place);
	const cJSON *technique;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (technique, item)
		if (!cJSON_IsString(technique) ||
		    !technique_valid(technique->valuestring))
			return fault(place, ERR_INVALID,
			    "not ATT&CK techniques in lower case");
	return OK;
}

static enum err
check_hashes(const cJSON *item, int64_t max, const struct place *place)
{
	enum err err = check_array(item, max, place);
	const cJSON *hash;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (hash, item) {
		err = check_hex(hash, HASH8, place);
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err
check_observables(const cJSON *item, int64_t max, const struct place *place)
{
	char value[OBSERVABLE_BYTES_MAX + 1];
	enum err err = check_array(item, max, place);
	const cJSON *row;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (row, item) {
		const char *type = json_text(row, "type");
		const char *given = json_text(row, "value");

		if (!cJSON_IsObject(row) || cJSON_GetArraySize(row) != 2 ||
		    type == NULL || given == NULL)
			return fault(place, ERR_INVALID,
			    "not of the form {type, value}");
		if (observable_type(type) < 0 ||
		    observable_canonical((enum observable)observable_type(type),
			given, value) != OK)
			return fault(place, ERR_INVALID,
			    "a value that is none of its type");
	}
	return OK;
}

static enum err
check_reasons(const cJSON *item, int64_t max, const struct place *place)
{
	enum err err = check_array(item, max, place);
	const cJSON *reason;

	if (err != OK)
		return err;
	cJSON_ArrayForEach (reason, item) {
		const char *code = json_text(reason, "code");
		const char *text = json_text(reason, "text");

		if (!cJSON_IsObject(reason) ||
		    cJSON_GetArraySize(reason) != 2 || code == NULL ||
		    text == NULL || !name_valid(code))
			return fault(
			    place, ERR_INVALID, "not of the form {code, text}");
		if (strlen(text) > LIMIT_OUTCOME_WORD_BYTES_MAX)
			return fault(place, ERR_TOO_LARGE,
			    "a text over %d bytes",
			    LIMIT_OUTCOME_WORD_BYTES_MAX);
	}
	return OK;
}

struct member {
	const char *name;
	bool must;
	check *check;
	int64_t max;
};

#define WHOLE_MAX INT64_C(9007199254740991)

static const struct member part_members[] = {
#define MEMBER(name, must, check, max) {#name, must, check_##check, max},
#include "broker/outcome.def"
#undef MEMBER
};

static const struct member read_members[] = {
    {"alert", true, check_text, REF_TEXT_MAX},
    {"format", true, check_name, 0},
    {"parts", true, check_array, LIMIT_ALERT_SPLIT_MAX},
};

static const struct member unreadable_members[] = {
    {"alert", true, check_text, REF_TEXT_MAX},
    {"format", true, check_name, 0},
    {"fault", true, check_title, LIMIT_TEXT_BYTES_MAX},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
static_assert(COUNT(part_members) <= 64, "a bit for each member");

/*
 * The member's row, looked for from where the last one was found: members come
 * in the order of the rows, as a rule.  count when there is none.
 */
static size_t
row_of(const struct member *rows, size_t count, size_t from, const char *name)
{
	size_t i, at;

	for (i = 0; i < count; i++) {
		at = (from + i) % count;
		if (strcmp(rows[at].name, name) == 0)
			return at;
	}
	return count;
}

/* Every member has a row and passes its check; every MUST is there. */
static enum err
check_members(const cJSON *object, const struct member *rows, size_t count,
    const char *path, char *why)
{
	struct place place = {.path = path, .why = why};
	const cJSON *item;
	uint64_t seen = 0;
	size_t i, from = 0;
	enum err err;

	if (!cJSON_IsObject(object))
		return fault(&place, ERR_INVALID, "not an object");
	cJSON_ArrayForEach (item, object) {
		i = row_of(rows, count, from, item->string);
		if (i == count)
			return fault(&place, ERR_INVALID,
			    "a member that has no meaning here");
		seen |= UINT64_C(1) << i;
		from = i + 1;
		place.member = rows[i].name;
		err = rows[i].check(item, rows[i].max, &place);
		if (err != OK)
			return err;
		place.member = NULL;
	}
	for (i = 0; i < count; i++) {
		if (!rows[i].must || (seen & UINT64_C(1) << i) != 0)
			continue;
		place.member = rows[i].name;
		return fault(&place, ERR_INVALID, "missing");
	}
	return OK;
}

static enum err
check_parts(const cJSON *parts, char *why)
{
	struct place place = {.path = "parts", .why = why};
	const cJSON *part;
	char path[32];
	int64_t number = 0;
	enum err err;

	if (cJSON_GetArraySize(parts) == 0)
		return fault(
		    &place, ERR_INVALID, "none, and no fault that says why");
	cJSON_ArrayForEach (part, parts) {
		(void)snprintf(path, sizeof(path), "parts[%d]", (int)number);
		err = check_members(
		    part, part_members, COUNT(part_members), path, why);
		if (err != OK)
			return err;
		if (json_number(part, "p", 0) == ++number)
			continue;
		place = (struct place){path, "p", why};
		return fault(&place, ERR_INVALID,
		    "parts are numbered from 1, without gaps");
	}
	return OK;
}

enum err
outcome_check(const cJSON *outcome, uint64_t alert, char why[OUTCOME_WHY_MAX])
{
	const cJSON *parts = cJSON_GetObjectItemCaseSensitive(outcome, "parts");
	struct place place = {.path = "alert", .why = why};
	struct ref ref;
	enum err err;

	if (parts != NULL)
		err = check_members(
		    outcome, read_members, COUNT(read_members), "", why);
	else
		err = check_members(outcome, unreadable_members,
		    COUNT(unreadable_members), "", why);
	if (err != OK)
		return err;
	if (ref_parse(json_text(outcome, "alert"), &ref) != OK ||
	    ref.type != SUBJECT_ALERT || ref.part != 0 || ref.number != alert)
		return fault(&place, ERR_INVALID,
		    "the outcome of ALR-%" PRIu64 " belongs here", alert);
	return parts != NULL ? check_parts(parts, why) : OK;
}

bool
outcome_hash8(const cJSON *item, unsigned char out[HASH8])
{
	const char *text = item->valuestring;

	return sodium_hex2bin(
		   out, HASH8, text, strlen(text), NULL, NULL, NULL) == 0;
}

static bool
read_hex(const cJSON *item, unsigned char *out, size_t len)
{
	const char *text = cJSON_GetStringValue(item);

	return text != NULL && sodium_hex2bin(out, len, text, strlen(text),
				   NULL, NULL, NULL) == 0;
}

static uint64_t
read_number(const cJSON *item)
{
	return item == NULL ? 0 : (uint64_t)item->valuedouble;
}

/* Its members by their rows: outcome_check saw that each has one. */
static void
find_members(struct outcome_part *part)
{
	const cJSON *item;
	size_t i, from = 0;

	cJSON_ArrayForEach (item, part->json) {
		i = row_of(
		    part_members, COUNT(part_members), from, item->string);
		assert(i < COUNT(part_members));
		part->members[i] = item;
		from = i + 1;
	}
}

void
outcome_part_read(const cJSON *json, struct outcome_part *part)
{
	const cJSON *const *at = part->members;
	const cJSON *classification;

	*part = (struct outcome_part){.json = json};
	find_members(part);
	classification = at[OUTCOME_classification];
	part->number = (uint32_t)read_number(at[OUTCOME_p]);
	part->wish = (enum wish)wish_of(at[OUTCOME_wish]->valuestring);
	part->severity = (enum severity)words_value(
	    WORDS_SEVERITY, at[OUTCOME_severity]->valuestring);
	if (classification != NULL)
		part->classification = (enum rsit)words_value(
		    WORDS_RSIT, classification->valuestring);
	(void)read_hex(
	    at[OUTCOME_cluster], part->cluster, sizeof(part->cluster));
	(void)read_hex(at[OUTCOME_rule_hash], part->rule, sizeof(part->rule));
	part->has_external = read_hex(
	    at[OUTCOME_external], part->external, sizeof(part->external));
	part->occurred_ms = read_number(at[OUTCOME_occurred]);
	part->techniques = at[OUTCOME_techniques];
	part->host_hashes = at[OUTCOME_host_hashes];
	part->observables = at[OUTCOME_observables];
	part->reasons = at[OUTCOME_reasons];
}

cJSON *
outcome_observables(const struct outcome_part *part)
{
	char value[OBSERVABLE_BYTES_MAX + 1];
	const cJSON *row;
	cJSON *all, *copy;

	if (cJSON_GetArraySize(part->observables) == 0)
		return NULL;
	all = put_array(NULL, NULL);
	cJSON_ArrayForEach (row, part->observables) {
		const char *type = json_text(row, "type");

		/* outcome_check saw that it has a canonical spelling. */
		if (observable_canonical((enum observable)observable_type(type),
			json_text(row, "value"), value) != OK)
			continue;
		copy = put_object(all, NULL);
		put_text(copy, "type", type);
		put_text(copy, "value", value);
	}
	return all;
}

void
outcome_observables_digest(const cJSON *observables, unsigned char out[HASH8])
{
	unsigned char digest[crypto_generichash_BYTES];
	crypto_generichash_state state;
	const cJSON *row;

	(void)crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	cJSON_ArrayForEach (row, observables) {
		const char *type = json_text(row, "type");
		const char *value = json_text(row, "value");

		(void)crypto_generichash_update(
		    &state, (const unsigned char *)type, strlen(type) + 1);
		(void)crypto_generichash_update(
		    &state, (const unsigned char *)value, strlen(value) + 1);
	}
	(void)crypto_generichash_final(&state, digest, sizeof(digest));
	memcpy(out, digest, HASH8);
}
