/* Trees of JSON, the memory they lie in, and runs of plain bytes. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/json_memory.h"
#include "protocol/json_run.h"

static const char *const documents[] = {
    "{}",
    "[]",
    " [ ] ",
    "\"\"",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0",
    "7",
    "-7",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "999999999999999",
    "1000000000000000",
    "9007199254740991",
    "9007199254740993",
    "123456789012345678901234567890",
    "1.5",
    "-1.25e-3",
    "1e3",
    "1E+2",
    "0.1",
    "3.141592653589793",
    "1e300",
    "[1,2,3]",
    "[[],{},[{}]]",
    "{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
    "\t{\r\n \"a\" : [ 1 , \"b\" ] }\n",
    "\"0123456789abcdef\"",
    "\"eight__8\\\"nine\\\\ \\/ \\b\\f\\n\\r\\t\"",
    "\"\\u0001\\u001f\\u007f\\u00e4\\u20ac\\ud83d\\ude00\"",
    "\"\\u00e4 behind: \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"",
    "{\"\\\"key\\n\":\"x\",\"key with many bytes in it\":0}",
};

enum { DOCUMENTS = sizeof(documents) / sizeof(documents[0]) };

/* As cJSON_Compare, but members in their order and numbers to the bit. */
static void
expect_same(const cJSON *a, const cJSON *b, const char *of)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		cr_assert_eq(a->type, b->type, "%s", of);
		cr_assert_eq(a->valueint, b->valueint, "%s", of);
		cr_assert_eq(memcmp(&a->valuedouble, &b->valuedouble,
				 sizeof(a->valuedouble)),
		    0, "%s", of);
		cr_assert_eq(a->string == NULL, b->string == NULL, "%s", of);
		cr_assert_eq(
		    a->valuestring == NULL, b->valuestring == NULL, "%s", of);
		if (a->string != NULL)
			cr_assert_str_eq(a->string, b->string);
		if (a->valuestring != NULL)
			cr_assert_str_eq(a->valuestring, b->valuestring);
		expect_same(a->child, b->child, of);
	}
	cr_assert_eq(a == NULL, b == NULL, "%s", of);
}

static void
hold_against_cjson(void)
{
	for (size_t i = 0; i < DOCUMENTS; i++) {
		size_t len = strlen(documents[i]);
		cJSON *theirs = cJSON_ParseWithLength(documents[i], len);
		cJSON *ours;
		struct json_doc doc;

		cr_assert_not_null(theirs, "%s", documents[i]);
		cr_assert_eq(json_tree(documents[i], len, &ours), OK, "%s",
		    documents[i]);
		expect_same(ours, theirs, documents[i]);
		cr_assert_eq(json_doc_read(&doc, documents[i], len), OK);
		expect_same(doc.root, theirs, documents[i]);
		json_doc_end(&doc);
		json_doc_end(&doc);
		cJSON_Delete(ours);
		cJSON_Delete(theirs);
	}
}

/* With memory of malloc's, and with memory that lies together. */
Test(json_tree, makes_what_cjson_makes)
{
	hold_against_cjson();
	json_memory_use();
	hold_against_cjson();
}

Test(json_tree, can_be_added_to)
{
	static const char text[] = "{\"list\":[1]}";
	cJSON *tree;
	char *printed;

	cr_assert_eq(json_tree(text, strlen(text), &tree), OK);
	cr_assert(cJSON_AddItemToArray(
	    cJSON_GetObjectItem(tree, "list"), cJSON_CreateNumber(2)));
	cr_assert_not_null(cJSON_AddTrueToObject(tree, "more"));
	printed = cJSON_PrintUnformatted(tree);
	cr_assert_str_eq(printed, "{\"list\":[1,2],\"more\":true}");
	free(printed);
	cJSON_Delete(tree);
}

Test(json_tree, refuses_what_is_no_json)
{
	static const char *const wrong[] = {"", " ", "{", "}", "[", "[1", "[1,",
	    "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}", "\"a",
	    "\"a\\\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12", "\"\\ud83d\"",
	    "\"\\ud83d\\u0041\"", "\"\\ude00\"", "nul", "+1", ".5", "-", "e",
	    "1 2", "{} x", "[1]]"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		/* At the end of memory of its own: nothing is read behind. */
		size_t len = strlen(wrong[i]);
		char *copy = malloc(len + (len == 0));
		struct json_doc doc;
		cJSON *tree;

		memcpy(copy, wrong[i], len);
		cr_assert_eq(
		    json_tree(copy, len, &tree), ERR_INVALID, "%s", wrong[i]);
		cr_assert_null(tree);
		cr_assert_eq(json_doc_read(&doc, copy, len), ERR_INVALID);
		cr_assert_null(doc.root);
		cr_assert_null(doc.chunks);
		free(copy);
	}
}

Test(json_doc, has_room_for_strings_of_any_length)
{
	json_memory_use();
	for (size_t len = 1; len < 200000; len = len * 3 + 1) {
		char *text = malloc(len + 16);
		struct json_doc doc;

		text[0] = '[';
		text[1] = '"';
		memset(text + 2, 's', len);
		(void)strcpy(text + 2 + len, "\",\"t\"]");
		cr_assert_eq(json_doc_read(&doc, text, strlen(text)), OK);
		cr_assert_eq(strlen(doc.root->child->valuestring), len);
		cr_assert_str_eq(doc.root->child->next->valuestring, "t");
		json_doc_end(&doc);
		free(text);
	}
}

Test(json_run, stops_at_what_stands_otherwise)
{
	char text[24];

	for (int byte = 0; byte < 256; byte++)
		for (size_t at = 0; at < sizeof(text); at++) {
			bool stops = byte < 0x20 || byte == '"' || byte == '\\';
			uint64_t high = 0;

			memset(text, 'x', sizeof(text));
			text[at] = (char)byte;
			cr_assert_eq(json_run(text, sizeof(text), &high),
			    stops ? at : sizeof(text), "%d at %zu", byte, at);
			cr_assert_eq(high != 0, byte >= 0x80);
		}
}

Test(json_scan, finds_a_bad_byte_wherever_it_stands)
{
	char text[40];

	for (size_t at = 1; at < sizeof(text) - 1; at++) {
		memset(text, 'x', sizeof(text));
		text[0] = text[sizeof(text) - 1] = '"';
		cr_assert_eq(json_scan(text, sizeof(text), false, NULL), OK);
		text[at] = '\x1f';
		cr_assert_eq(
		    json_scan(text, sizeof(text), false, NULL), ERR_INVALID);
		text[at] = '\xff';
		cr_assert_eq(
		    json_scan(text, sizeof(text), false, NULL), ERR_INVALID);
		text[at] = '\0';
		cr_assert_eq(
		    json_scan(text, sizeof(text), false, NULL), ERR_INVALID);
		cr_assert_not(utf8_valid(text, sizeof(text)));
	}
}

/* Trees made here and thrown away there, and the other way round. */
static void *
use(void *arg)
{
	cJSON **tree = arg;
	char *text;

	for (int i = 0; i < 100; i++) {
		cJSON_Delete(*tree);
		*tree = cJSON_Parse(documents[DOCUMENTS - 1 - i % 8]);
		text = cJSON_PrintUnformatted(*tree);
		if (i % 2 == 0)
			cJSON_free(text);
		else
			free(text);
	}
	return NULL;
}

/* An array of so many strings, as text; to cJSON_free. */
static char *
print_strings(int count)
{
	cJSON *array = cJSON_CreateArray();
	char *text;

	for (int i = 0; i < count; i++)
		cr_assert(cJSON_AddItemToArray(
		    array, cJSON_CreateString("some string or other")));
	text = cJSON_PrintUnformatted(array);
	cJSON_Delete(array);
	return text;
}

Test(json_pool, changes_nothing_but_where_json_lies)
{
	static const int counts[] = {0, 1, 500, 100000, 3};
	struct json_pool pool;
	struct json_doc doc;

	json_memory_use();
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char *expected = print_strings(counts[i]), *text;
		cJSON *after;

		json_pool_begin(&pool);
		text = print_strings(counts[i]);
		cr_assert_str_eq(text, expected);
		/* A document that is read meanwhile has its own memory. */
		cr_assert_eq(json_doc_read(&doc, text, strlen(text)), OK);
		cJSON_free(text);
		json_pool_leave(&pool);
		after = cJSON_CreateString("after");
		json_pool_end(&pool);
		cr_assert_eq(cJSON_GetArraySize(doc.root), counts[i]);
		cr_assert_str_eq(after->valuestring, "after");
		json_doc_end(&doc);
		cJSON_Delete(after);
		cJSON_free(expected);
	}
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
Test(json_pool, is_not_outlived_unnoticed, .signal = SIGABRT)
{
	struct json_pool pool;

	json_memory_use();
	json_pool_begin(&pool);
	(void)cJSON_CreateString("for ever");
	json_pool_leave(&pool);
}
#endif
#endif

Test(json_memory, serves_all_threads)
{
	cJSON *tree = NULL;
	pthread_t thread;

	json_memory_use();
	for (int i = 0; i < 8; i++) {
		(void)use(&tree);
		cr_assert_eq(pthread_create(&thread, NULL, use, &tree), 0);
		cr_assert_eq(pthread_join(thread, NULL), 0);
	}
	cJSON_Delete(tree);
	for (size_t size = 1; size < 512; size++) {
		unsigned char *memory = cJSON_malloc(size), *again;

		memset(memory, 0xa5, size);
		cJSON_free(memory);
		again = cJSON_malloc(size);
		memset(again, 0x5a, size);
		cJSON_free(again);
	}
}

/* An object of so many keys; the one at `twice`, if any, again behind them. */
static size_t
write_object(char *out, int keys, int twice, bool escaped)
{
	char *at = out;

	*at++ = '{';
	for (int i = 0; i < keys; i++)
		at += sprintf(at, "%s\"key%02d\":%d", i > 0 ? "," : "", i, i);
	if (twice >= 0)
		at += sprintf(
		    at, ",\"%s%02d\":0", escaped ? "k\\u0065y" : "key", twice);
	*at++ = '}';
	return (size_t)(at - out);
}

Test(json_scan, finds_a_duplicate_among_few_keys_and_many)
{
	char text[2048];

	for (int keys = 1; keys < 40; keys++) {
		cr_assert_eq(
		    json_scan(
			text, write_object(text, keys, -1, false), false, NULL),
		    OK);
		for (int twice = 0; twice < keys; twice++)
			for (int escaped = 0; escaped < 2; escaped++)
				cr_assert_eq(json_scan(text,
						 write_object(text, keys, twice,
						     escaped),
						 false, NULL),
				    ERR_INVALID, "%d of %d", twice, keys);
		/* One that is not there yet, spelled otherwise. */
		cr_assert_eq(
		    json_scan(text, write_object(text, keys, keys, true), false,
			NULL),
		    OK);
	}
}

/* Objects within objects, each with keys before and behind the next. */
static size_t
write_nested(char *out, int levels, int keys, bool twice)
{
	char *at = out;

	for (int level = 0; level < levels; level++) {
		*at++ = '{';
		for (int i = 0; i < keys; i++)
			at += sprintf(at, "\"k%d\":[{},{\"k0\":1}],", i);
		at += sprintf(at, "\"in\":");
	}
	at += sprintf(at, "{}");
	for (int level = 0; level < levels; level++)
		at += sprintf(at, ",\"%s\":{\"k0\":2}}",
		    twice && level + 1 == levels ? "k0" : "last");
	return (size_t)(at - out);
}

Test(json_scan, keeps_the_keys_of_objects_within_objects_apart)
{
	static char text[65536];

	for (int levels = 1; levels < 31; levels += 4)
		for (int keys = 1; keys < 30; keys += 7) {
			cr_assert_eq(
			    json_scan(text,
				write_nested(text, levels, keys, false), false,
				NULL),
			    OK, "%d levels of %d", levels, keys);
			cr_assert_eq(json_scan(text,
					 write_nested(text, levels, keys, true),
					 false, NULL),
			    ERR_INVALID, "%d levels of %d", levels, keys);
		}
}
