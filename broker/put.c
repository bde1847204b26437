#include "broker/put.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "broker/jot.h"
#include "protocol/ask.h"
#include "protocol/json.h"

enum { HEX_BYTES_MAX = 64 };

void
put_no_memory(void)
{
	(void)fputs("tocsind: out of memory while making JSON\n", stderr);
	abort();
}

static void
must(bool done)
{
	if (!done)
		put_no_memory();
}

void
put_first(cJSON *array, cJSON *item)
{
	must(item != NULL);
	must(cJSON_InsertItemInArray(array, 0, item));
}

void
put_item(cJSON *parent, const char *key, cJSON *item)
{
	must(item != NULL);
	if (parent == NULL)
		return;
	must(key != NULL ? cJSON_AddItemToObject(parent, key, item)
			 : cJSON_AddItemToArray(parent, item));
}

cJSON *
put_object(cJSON *parent, const char *key)
{
	cJSON *object = cJSON_CreateObject();

	put_item(parent, key, object);
	return object;
}

cJSON *
put_array(cJSON *parent, const char *key)
{
	cJSON *array = cJSON_CreateArray();

	put_item(parent, key, array);
	return array;
}

void
put_text(cJSON *parent, const char *key, const char *text)
{
	put_item(parent, key, cJSON_CreateString(text));
}

void
put_signed(cJSON *parent, const char *key, int64_t number)
{
	char text[JOT_DIGITS_MAX + 2], *end = text;

	/* As a raw literal: cJSON writes large numbers with an exponent. */
	if (number < 0)
		*end++ = '-';
	end = jot_number(
	    end, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
	*end = '\0';
	put_item(parent, key, cJSON_CreateRaw(text));
}

void
put_number(cJSON *parent, const char *key, uint64_t number)
{
	assert(number <= INT64_MAX);
	put_signed(parent, key, (int64_t)number);
}

void
put_flag(cJSON *parent, const char *key, bool flag)
{
	put_item(parent, key, cJSON_CreateBool(flag));
}

void
put_word(cJSON *parent, const char *key, enum words list, int value)
{
	put_text(parent, key, words_name(list, value));
}

void
put_ref(cJSON *parent, const char *key, struct ref ref)
{
	char text[REF_TEXT_MAX];

	put_text(parent, key, ref_format(ref, text));
}

void
put_incident(cJSON *parent, const char *key, uint64_t number)
{
	put_ref(parent, key, (struct ref){SUBJECT_INCIDENT, 0, number});
}

void
put_hex(cJSON *parent, const char *key, const unsigned char *bytes, size_t len)
{
	char text[2 * HEX_BYTES_MAX + 1];

	assert(len <= HEX_BYTES_MAX);
	put_text(parent, key, sodium_bin2hex(text, sizeof(text), bytes, len));
}

void
put_time(cJSON *parent, const char *key, uint64_t ms)
{
	char text[TIME_TEXT_MAX];

	if (ms != 0)
		put_text(parent, key, time_format((int64_t)ms, text));
}

cJSON *
put_parse(const char *json, size_t len)
{
	cJSON *tree;
	enum err err = json_tree(json, len, &tree);

	must(err != ERR_MEMORY);
	return tree;
}

cJSON *
put_duplicate(const cJSON *item)
{
	cJSON *copy = cJSON_Duplicate(item, true);

	must(copy != NULL);
	return copy;
}

void
put_copy(cJSON *parent, const char *key, const cJSON *item)
{
	if (item != NULL)
		put_item(parent, key, put_duplicate(item));
}

void
put_borrowed(cJSON *parent, const cJSON *item)
{
	must(cJSON_AddItemReferenceToObject(
	    parent, item->string, (cJSON *)(size_t)item));
}

void
put_roles(cJSON *parent, const char *key, uint32_t roles)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} rows[] = {
#define ROLE(name, bit, help) {1u << (bit), #name},
#include "protocol/roles.def"
#undef ROLE
	};
	cJSON *array = put_array(parent, key);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((roles & rows[i].bit) != 0)
			put_text(array, NULL, rows[i].name);
}

char *
put_print(const cJSON *item)
{
	char *text = json_print(item);

	must(text != NULL);
	return text;
}
