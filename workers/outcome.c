#include "workers/outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"

/* Of bytes that one byte of a text prints as, at the most. */
#define SIX ((size_t)6)

/*
 * Bytes of a text count as they are printed: a control character takes six.
 * The last row's parts take less than LIMIT_JSON_BYTES_MAX / 1000 bytes and
 * less than LIMIT_JSON_NODES_MAX / 1000 values each.
 */
static const struct tier {
	size_t description, title, word, url, place;
	size_t observables, observables_bytes;
	size_t techniques, reasons, sentence;
} tiers[OUTCOME_TIERS] = {
    {SIX * LIMIT_TEXT_BYTES_MAX, SIX *LIMIT_TITLE_BYTES_MAX, 2048, 8192, 2048,
	LIMIT_OBSERVABLES_MAX, SIX *OBSERVABLES_POOL_BYTES,
	LIMIT_TECHNIQUES_MAX, LIMIT_REASONS_MAX, 512},
    {4096, 1024, 512, 2048, 512, 32, 4096, 16, LIMIT_REASONS_MAX, 512},
    {1024, 512, 256, 512, 256, 16, 1024, 8, 8, 256},
    {256, 256, 128, 128, 128, 4, 256, 4, 4, 128},
    {0, 128, 48, 0, 0, 0, 0, 2, 3, 0},
};

static const char *const wishes[] = {
    [WISH_open] = "open",
    [WISH_attach] = "attach",
    [WISH_keep] = "keep",
    [WISH_resolve] = "resolve",
    [WISH_acknowledge] = "acknowledge",
};

static size_t
printed_bytes(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '\b':
	case '\f':
	case '\n':
	case '\r':
	case '\t':
		return 2;
	default:
		return (unsigned char)c < 0x20 ? 6 : 1;
	}
}

/* How many bytes of text print within max. */
static size_t
fit_printed(const char *text, size_t len, size_t max)
{
	size_t used = 0, at;

	if (len <= max / SIX)
		return len;
	for (at = 0; at < len; at++) {
		used += printed_bytes(text[at]);
		if (used > max)
			break;
	}
	return normal_fit(text, len, at);
}

static bool
add_string(cJSON *to, const char *key, const char *text, size_t len)
{
	cJSON *item;
	char *copy;

	if (text[len] == '\0') {
		item = cJSON_CreateString(text);
	} else {
		copy = strndup(text, len);
		item = copy == NULL ? NULL : cJSON_CreateString(copy);
		free(copy);
	}
	if (item == NULL)
		return false;
	if (key == NULL ? cJSON_AddItemToArray(to, item)
			: cJSON_AddItemToObject(to, key, item))
		return true;
	cJSON_Delete(item);
	return false;
}

cJSON *
outcome_new(const char *alert, const char *format)
{
	cJSON *outcome = cJSON_CreateObject();

	if (outcome == NULL ||
	    !add_string(outcome, "alert", alert, strlen(alert)) ||
	    !add_string(outcome, "format", format, strlen(format))) {
		cJSON_Delete(outcome);
		return NULL;
	}
	return outcome;
}

bool
outcome_fault(cJSON *outcome, const char *fault)
{
	return add_string(outcome, "fault", fault, strlen(fault));
}

/* Which field stands where, and which of the tier's bounds holds for it. */
static const struct {
	enum normal_field field;
	const char *key;
	size_t offset;
} texts[] = {
    {NORMAL_title, "title", offsetof(struct tier, title)},
    {NORMAL_description, "description", offsetof(struct tier, description)},
    {NORMAL_severity, "severity_raw", offsetof(struct tier, word)},
    {NORMAL_rule_id, "rule", offsetof(struct tier, word)},
    {NORMAL_host, "host", offsetof(struct tier, word)},
    {NORMAL_user, "user", offsetof(struct tier, word)},
    {NORMAL_url_domain, "url", offsetof(struct tier, url)},
    {NORMAL_src_ip, "src_ip", offsetof(struct tier, place)},
    {NORMAL_dst_ip, "dst_ip", offsetof(struct tier, place)},
    {NORMAL_hash, "hash", offsetof(struct tier, place)},
    {NORMAL_dedup, "dedup", offsetof(struct tier, place)},
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

static size_t
bound(const struct tier *tier, size_t offset)
{
	size_t value;

	memcpy(&value, (const char *)tier + offset, sizeof(value));
	return value;
}

/* A rule, a host and a user are one line; a title must not be empty. */
static bool
add_texts(cJSON *part, struct finding *finding, const struct tier *tier)
{
	char cut[128] = "";
	size_t used = 0;

	for (size_t i = 0; i < TEXTS; i++) {
		const struct normal_text *text =
		    &finding->normal.fields[texts[i].field];
		size_t len = text->len, fits;

		if (len == 0)
			continue;
		fits =
		    fit_printed(text->bytes, len, bound(tier, texts[i].offset));
		if ((fits < len || text->cut) && used < sizeof(cut))
			used += (size_t)snprintf(cut + used, sizeof(cut) - used,
			    "%s%s", used > 0 ? ", " : "", texts[i].key);
		if (fits > 0 &&
		    !add_string(part, texts[i].key, text->bytes, fits))
			return false;
	}
	if (used > 0)
		finding_reason(finding, REASON_truncated, cut, NULL, NULL);
	return true;
}

static bool
add_hashes(cJSON *part, const struct finding *finding)
{
	const struct normal_text *rule =
	    &finding->normal.fields[NORMAL_rule_id];
	const struct normal_text *host = &finding->normal.fields[NORMAL_host];
	char hash[FINGERPRINT_SHORT_TEXT];
	cJSON *hosts;

	if (cJSON_AddStringToObject(part, "cluster", finding->cluster) == NULL)
		return false;
	if (finding->external[0] != '\0' &&
	    cJSON_AddStringToObject(part, "external", finding->external) ==
		NULL)
		return false;
	if (rule->len > 0) {
		fingerprint_short(rule->bytes, rule->len, false, hash);
		if (cJSON_AddStringToObject(part, "rule_hash", hash) == NULL)
			return false;
	}
	if (!finding->host_known || finding->host_len == 0)
		return true;
	fingerprint_short(host->bytes, finding->host_len, true, hash);
	hosts = cJSON_AddArrayToObject(part, "host_hashes");
	return hosts != NULL && add_string(hosts, NULL, hash, strlen(hash));
}

static bool
add_techniques(
    cJSON *part, const struct finding *finding, const struct tier *tier)
{
	size_t count = finding->techniques_count;
	cJSON *array;

	if (count > tier->techniques)
		count = tier->techniques;
	if (count == 0)
		return true;
	array = cJSON_AddArrayToObject(part, "techniques");
	if (array == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!add_string(array, NULL, finding->techniques[i],
			strlen(finding->techniques[i])))
			return false;
	return true;
}

static bool
add_observables(cJSON *part, struct finding *finding, const struct tier *tier)
{
	const struct observables *found = &finding->observables;
	size_t bytes = 0, i;
	cJSON *array = NULL, *row;

	for (i = 0; i < found->count && i < tier->observables; i++) {
		const char *value = found->rows[i].value;
		const char *type = observable_name((int)found->rows[i].type);
		size_t len = strlen(value);

		/* As it prints: 6 at the most for one byte. */
		for (size_t j = 0; j < len; j++)
			bytes += printed_bytes(value[j]);
		if (bytes > tier->observables_bytes)
			break;
		if (array == NULL)
			array = cJSON_AddArrayToObject(part, "observables");
		row = cJSON_CreateObject();
		if (!cJSON_AddItemToArray(array, row)) {
			cJSON_Delete(row);
			return false;
		}
		if (!add_string(row, "type", type, strlen(type)) ||
		    !add_string(row, "value", value, len))
			return false;
	}
	if (i < found->count || found->cut)
		finding_reason(
		    finding, REASON_observables_cut, NULL, NULL, NULL);
	return true;
}

static bool
add_reasons(cJSON *part, const struct finding *finding, const struct tier *tier)
{
	cJSON *array = cJSON_AddArrayToObject(part, "reasons"), *row;

	for (size_t i = 0; i < finding->reasons_count && i < tier->reasons;
	     i++) {
		const char *code = reason_code(finding->reasons[i].reason);
		const char *sentence = finding->reasons[i].sentence;

		row = cJSON_CreateObject();
		if (!cJSON_AddItemToArray(array, row)) {
			cJSON_Delete(row);
			return false;
		}
		if (!add_string(row, "code", code, strlen(code)) ||
		    !add_string(row, "text", sentence,
			fit_printed(
			    sentence, strlen(sentence), tier->sentence)))
			return false;
	}
	return array != NULL;
}

/* As it is printed: cJSON prints a number by way of a double and back. */
static bool
add_whole(cJSON *part, const char *key, int64_t value)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRId64, value);
	return cJSON_AddRawToObject(part, key, digits) != NULL;
}

static bool
fill_part(
    cJSON *part, unsigned p, struct finding *finding, const struct tier *tier)
{
	const char *severity =
	    words_name(WORDS_SEVERITY, (int)finding->severity);
	const char *wish = wishes[finding->wish];
	const char *class =
	    words_name(WORDS_RSIT, (int)finding->classification);

	return add_whole(part, "p", p) &&
	       add_string(part, "wish", wish, strlen(wish)) &&
	       add_texts(part, finding, tier) &&
	       add_string(part, "severity", severity, strlen(severity)) &&
	       (finding->classification == RSIT_unclassified ||
		   add_string(part, "classification", class, strlen(class))) &&
	       add_techniques(part, finding, tier) &&
	       (!finding->has_time ||
		   add_whole(part, "occurred", finding->occurred_ms)) &&
	       add_hashes(part, finding) &&
	       add_observables(part, finding, tier) &&
	       add_reasons(part, finding, tier);
}

bool
outcome_part(cJSON *outcome, unsigned p, struct finding *finding, int tier)
{
	cJSON *parts = cJSON_GetObjectItemCaseSensitive(outcome, "parts");
	cJSON *part = cJSON_CreateObject();

	if (parts == NULL)
		parts = cJSON_AddArrayToObject(outcome, "parts");
	if (!cJSON_AddItemToArray(parts, part)) {
		cJSON_Delete(part);
		return false;
	}
	return fill_part(part, p, finding, &tiers[tier]);
}

/* As deep as outcomes are: outcome, parts, part, observables, row. */
static size_t
count_nodes(const cJSON *tree)
{
	size_t nodes = tree->string != NULL ? 2 : 1;
	const cJSON *child;

	cJSON_ArrayForEach (child, tree)
		nodes += count_nodes(child);
	return nodes;
}

char *
outcome_print(const cJSON *outcome, struct outcome_size *size)
{
	char *text = json_print(outcome);

	if (text == NULL)
		return NULL;
	size->nodes = count_nodes(outcome);
	size->bytes = strlen(text) + 1;
	return text;
}
