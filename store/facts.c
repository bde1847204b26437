#include "store/facts.h"

#include <string.h>

#include "protocol/json.h"

enum { EXACT_MAX_LOG2 = 53 };

enum err
facts_parse(const char *json, size_t len, cJSON **tree)
{
	enum err err = json_tree(json, len, tree);

	if (err != OK)
		return err == ERR_INVALID ? ERR_CORRUPT : err;
	if (cJSON_IsObject(*tree))
		return OK;
	cJSON_Delete(*tree);
	*tree = NULL;
	return ERR_CORRUPT;
}

static const cJSON *
find(const cJSON *from, const cJSON *to, const char *key)
{
	for (; from != NULL && from != to; from = from->next)
		if (from->string != NULL && strcmp(from->string, key) == 0)
			break;
	return from == to ? NULL : from;
}

static const cJSON *
field(struct facts *facts, const char *key)
{
	const cJSON *first = facts->json == NULL ? NULL : facts->json->child;
	const cJSON *found = NULL;

	if (facts->next != NULL)
		found = find(facts->next, NULL, key);
	if (found == NULL)
		found = find(first, facts->next, key);
	if (found != NULL)
		facts->next = found->next;
	return found;
}

bool
facts_has(struct facts *facts, const char *key)
{
	return field(facts, key) != NULL;
}

int
facts_word(struct facts *facts, const char *key, enum words list, int otherwise)
{
	const cJSON *item = field(facts, key);
	int value = -1;

	if (item == NULL)
		return otherwise;
	if (cJSON_IsString(item))
		value = words_value(list, item->valuestring);
	if (value < 0) {
		facts->bad = true;
		return otherwise;
	}
	return value;
}

uint64_t
facts_number(struct facts *facts, const char *key, uint64_t otherwise)
{
	const cJSON *item = field(facts, key);
	double value;

	if (item == NULL)
		return otherwise;
	value = cJSON_IsNumber(item) ? item->valuedouble : -1;
	if (!(value >= 0 && value <= (double)(1ull << EXACT_MAX_LOG2)) ||
	    value != (double)(uint64_t)value) {
		facts->bad = true;
		return otherwise;
	}
	return (uint64_t)value;
}

bool
facts_flag(struct facts *facts, const char *key, bool otherwise)
{
	const cJSON *item = field(facts, key);

	if (item == NULL)
		return otherwise;
	if (!cJSON_IsBool(item)) {
		facts->bad = true;
		return otherwise;
	}
	return cJSON_IsTrue(item);
}

uint64_t
facts_ref(struct facts *facts, const char *key, enum subject_type type,
    uint64_t otherwise)
{
	const cJSON *item = field(facts, key);
	struct ref ref = {SUBJECT_NONE, 0, 0};

	if (item == NULL)
		return otherwise;
	if (!cJSON_IsString(item) || ref_parse(item->valuestring, &ref) != OK ||
	    ref.type != type) {
		facts->bad = true;
		return otherwise;
	}
	return ref.number;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
facts_item_hex(
    struct facts *facts, const cJSON *item, unsigned char *out, size_t len)
{
	const char *text = cJSON_GetStringValue(item);
	unsigned char bytes[64];

	if (text == NULL || len > sizeof(bytes) || strlen(text) != 2 * len)
		goto bad;
	for (size_t i = 0; i < len; i++) {
		int high = nibble(text[2 * i]);
		int low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			goto bad;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	memcpy(out, bytes, len);
	return true;
bad:
	facts->bad = true;
	return false;
}

bool
facts_hex(struct facts *facts, const char *key, unsigned char *out, size_t len)
{
	const cJSON *item = field(facts, key);

	return item != NULL && facts_item_hex(facts, item, out, len);
}

bool
facts_item_text(struct facts *facts, const cJSON *item, char *out, size_t size)
{
	const char *text = cJSON_GetStringValue(item);
	size_t len = text == NULL ? size : strlen(text);

	if (len >= size) {
		facts->bad = true;
		return false;
	}
	memcpy(out, text, len + 1);
	return true;
}

bool
facts_text(struct facts *facts, const char *key, char *out, size_t size)
{
	const cJSON *item = field(facts, key);

	return item != NULL && facts_item_text(facts, item, out, size);
}

const cJSON *
facts_array(struct facts *facts, const char *key)
{
	const cJSON *item = field(facts, key);

	if (item == NULL)
		return NULL;
	if (!cJSON_IsArray(item)) {
		facts->bad = true;
		return NULL;
	}
	return item;
}
