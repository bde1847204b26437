#include "protocol/json.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/limits.h"

struct document {
	const char *text;
	size_t len;
};

#define DOC(text)                                                              \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static const struct document good[] = {DOC("{}"), DOC("[]"), DOC("0"),
    DOC("-0"), DOC("true"), DOC("false"), DOC("null"), DOC("\"\""),
    DOC(" \t\r\n{ \"a\" : [ 1 , 2.5e-3 , -1E+2 ] } \n"),
    DOC("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"),
    DOC("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\""),
    DOC("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\""),
    DOC("\"\xed\x9f\xbf\xee\x80\x80\x7f\""), DOC("9007199254740991"),
    DOC("-9007199254740991"), DOC("9007199254740991.0"), DOC("1e15"),
    DOC("0.000000000000000000000000001"), DOC("1e-400"), DOC("0e999999999"),
    DOC("900719925474099.1e1"), DOC("{\"\":1}"),
    DOC("{\"a\":1,\"A\":2,\"\\u00e9\":3}")};

static const struct document bad[] = {DOC(""), DOC(" "), DOC("{"), DOC("["),
    DOC("}"), DOC("{]"), DOC("[}"), DOC("[1,]"), DOC("[,1]"), DOC("[1 2]"),
    DOC("{\"a\"}"), DOC("{\"a\":}"), DOC("{\"a\":1,}"), DOC("{a:1}"),
    DOC("{'a':1}"), DOC("{1:1}"), DOC("{\"a\":1 \"b\":2}"), DOC("{} x"),
    DOC("{}{}"), DOC("1 2"), DOC("{}\0"), DOC("\0"), DOC("tru"), DOC("True"),
    DOC("nul"), DOC("NaN"), DOC("Infinity"), DOC("-"), DOC("+1"), DOC("01"),
    DOC("-01"), DOC("1."), DOC(".5"), DOC("1e"), DOC("1e+"), DOC("0x10"),
    DOC("1.e1"), DOC("\""), DOC("\"a"), DOC("\"\\\""), DOC("\"\\"),
    DOC("\"\\x\""), DOC("\"\\u12\""), DOC("\"\\u12g4\""), DOC("\"\\u0000\""),
    DOC("\"a\0b\""), DOC("\"\n\""), DOC("\"\x1f\""), DOC("\"\\ud800\""),
    DOC("\"\\udc00\""), DOC("\"\\ud800\\ud800\""), DOC("\"\\ud800x\""),
    DOC("\"\\ud800\\n\""), DOC("\"\\ud83d\\u0041\""), DOC("\"\\ud83d\\u"),
    DOC("\"\x80\""), DOC("\"\xc0\x80\""), DOC("\"\xc1\xbf\""),
    DOC("\"\xe0\x80\x80\""), DOC("\"\xe0\x9f\xbf\""), DOC("\"\xed\xa0\x80\""),
    DOC("\"\xf0\x80\x80\x80\""), DOC("\"\xf0\x8f\xbf\xbf\""),
    DOC("\"\xf4\x90\x80\x80\""), DOC("\"\xf5\x80\x80\x80\""), DOC("\"\xff\""),
    DOC("\"\xc3\""), DOC("\"\xe2\x82\""), DOC("\"\xf0\x9f\x98\""),
    DOC("\xef\xbb\xbf{}"), DOC("{\"a\":1,\"a\":2}"),
    DOC("{\"a\":1,\"\\u0061\":2}"), DOC("{\"\":1,\"\":2}"),
    DOC("{\"b\":{},\"a\":1,\"c\":[],\"a\":{}}"),
    DOC("[{\"x\":{\"k\":1,\"k\":1}}]"),
    DOC("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"),
    DOC("{\"\\n\":1,\"\\u000a\":2}"), DOC("/* a */{}"), DOC("{}//a"),
    DOC("1e308"), DOC("1e309"), DOC("-1e999"), DOC("1e99999999999999999999"),
    DOC("123456789e301")};

enum {
	GOOD = sizeof(good) / sizeof(good[0]),
	BAD = sizeof(bad) / sizeof(bad[0])
};

/* Scans a copy that ends where the document does, so that ASan sees a step too far. */
static enum err
scan(const char *text, size_t len, bool big, struct json_fault *fault)
{
	char *copy = malloc(len + 1);
	enum err err, parsed;
	cJSON *tree;

	cr_assert_not_null(copy);
	copy = realloc(copy, len > 0 ? len : 1);
	cr_assert_not_null(copy);
	memcpy(copy, text, len);
	err = json_scan(copy, len, big, fault);
	parsed = json_parse(copy, len, big, &tree, NULL);
	cr_assert_eq(parsed, err);
	cr_assert_eq(tree != NULL, err == OK);
	cJSON_Delete(tree);
	free(copy);
	return err;
}

Test(json_scan, takes_what_the_grammar_has)
{
	size_t i;

	for (i = 0; i < GOOD; i++) {
		struct json_fault fault = {0, ""};

		cr_assert_eq(scan(good[i].text, good[i].len, false, &fault), OK,
		    "%s: %s", good[i].text, fault.reason);
		cr_assert_eq(scan(good[i].text, good[i].len, true, NULL), OK);
	}
}

Test(json_scan, refuses_all_else_and_says_why)
{
	size_t i;

	for (i = 0; i < BAD; i++) {
		struct json_fault fault = {9999, ""};

		cr_assert_eq(scan(bad[i].text, bad[i].len, false, &fault),
		    ERR_INVALID, "document %zu: %s", i, bad[i].text);
		cr_assert_gt(strlen(fault.reason), 0);
		cr_assert_leq(fault.offset, bad[i].len);
		cr_assert_eq(
		    scan(bad[i].text, bad[i].len, true, NULL), ERR_INVALID);
	}
}

Test(json_scan, refuses_every_document_that_is_cut_short)
{
	static const char whole[] =
	    "{\"a\":[1.5e-3,true,\"\\ud83d\\ude00\\n\xc3\xa9\"],\"b\":null}";
	size_t len;

	cr_assert_eq(scan(whole, sizeof(whole) - 1, false, NULL), OK);
	for (len = 0; len < sizeof(whole) - 1; len++)
		cr_assert_eq(
		    scan(whole, len, false, NULL), ERR_INVALID, "%zu", len);
}

Test(json_scan, names_where_it_stopped)
{
	struct json_fault fault;

	cr_assert_eq(
	    scan("{\"a\":1, \"a\":2}", 14, false, &fault), ERR_INVALID);
	cr_assert_eq(fault.offset, 8);
	cr_assert_str_eq(fault.reason, "duplicate key \"a\"");
	cr_assert_eq(scan("[1,\n x]", 7, false, &fault), ERR_INVALID);
	cr_assert_eq(fault.offset, 5);
	cr_assert_eq(scan("{} ,", 4, false, &fault), ERR_INVALID);
	cr_assert_eq(fault.offset, 3);
	cr_assert_str_eq(fault.reason, "bytes after the end of the document");
}

/* Writes the text so often to out (size bytes) and ends it. */
static size_t
repeat(char *out, size_t size, const char *text, size_t times)
{
	size_t len = 0;

	out[0] = '\0';
	for (; times > 0; times--)
		len += (size_t)snprintf(out + len, size - len, "%s", text);
	cr_assert_lt(len, size);
	return len;
}

Test(json_scan, shows_of_a_long_key_whole_characters)
{
	char text[512], key[200];
	struct json_fault fault;

	(void)repeat(key, sizeof(key), "\xe2\x82\xac", 60);
	(void)snprintf(text, sizeof(text), "{\"%s\":1,\"%s\":2}", key, key);
	cr_assert_eq(scan(text, strlen(text), false, &fault), ERR_INVALID);
	cr_assert(utf8_valid(fault.reason, strlen(fault.reason)));
}

Test(json_scan, refuses_numbers_that_a_double_does_not_hold_unless_big)
{
	static const char *const beyond[] = {"9007199254740992",
	    "-9007199254740992", "9007199254740993", "1e16",
	    "18446744073709551615", "12345678901234567890",
	    "90071992547409920e-1", "0.9007199254740993e17", "9.9e307"};
	size_t i;

	for (i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		size_t len = strlen(beyond[i]);

		cr_assert_eq(scan(beyond[i], len, false, NULL), ERR_INVALID,
		    "%s", beyond[i]);
		cr_assert_eq(
		    scan(beyond[i], len, true, NULL), OK, "%s", beyond[i]);
	}
}

Test(json_scan, holds_numbers_to_their_limit)
{
	char digits[LIMIT_JSON_NUMBER_BYTES_MAX + 2];
	cJSON *tree;

	memset(digits, '1', sizeof(digits));
	digits[0] = '0';
	digits[1] = '.';
	cr_assert_eq(
	    scan(digits, LIMIT_JSON_NUMBER_BYTES_MAX, false, NULL), OK);
	cr_assert_eq(scan(digits, LIMIT_JSON_NUMBER_BYTES_MAX + 1, true, NULL),
	    ERR_TOO_LARGE);
	cr_assert_eq(
	    json_parse(digits, LIMIT_JSON_NUMBER_BYTES_MAX, false, &tree, NULL),
	    OK);
	cr_assert(tree->valuedouble > 0.11 && tree->valuedouble < 0.12);
	cJSON_Delete(tree);
}

/* A value so many levels down. */
static enum err
scan_nested(size_t count, const char *open, const char *close)
{
	size_t size = count * (strlen(open) + strlen(close)) + 2;
	char *text = malloc(size);
	size_t len;
	enum err err;

	cr_assert_not_null(text);
	len = repeat(text, size, open, count);
	len += repeat(text + len, size - len, "1", 1);
	len += repeat(text + len, size - len, close, count);
	err = scan(text, len, false, NULL);
	free(text);
	return err;
}

Test(json_scan, holds_documents_to_their_depth)
{
	cr_assert_eq(scan_nested(LIMIT_JSON_DEPTH_MAX, "[", "]"), OK);
	cr_assert_eq(
	    scan_nested(LIMIT_JSON_DEPTH_MAX + 1, "[", "]"), ERR_TOO_LARGE);
	cr_assert_eq(scan_nested(LIMIT_JSON_DEPTH_MAX, "{\"a\":", "}"), OK);
	cr_assert_eq(scan_nested(LIMIT_JSON_DEPTH_MAX + 1, "{\"a\":", "}"),
	    ERR_TOO_LARGE);
	cr_assert_eq(scan_nested(100000, "[", ""), ERR_TOO_LARGE);
}

Test(json_scan, counts_depth_down_again)
{
	char text[4 * LIMIT_JSON_DEPTH_MAX + 8];
	size_t len = repeat(text, sizeof(text), "[1", 1);

	len += repeat(
	    text + len, sizeof(text) - len, ",{}", LIMIT_JSON_DEPTH_MAX + 1);
	len += repeat(text + len, sizeof(text) - len, "]", 1);
	cr_assert_eq(scan(text, len, false, NULL), OK);
}

static enum err
scan_array_of(size_t count)
{
	size_t len = count * 2 + 1;
	char *text = malloc(len + 1);
	enum err err;
	size_t i;

	cr_assert_not_null(text);
	for (i = 0; i < count; i++)
		memcpy(text + i * 2, ",0", 2);
	text[0] = '[';
	text[len - 1] = ']';
	err = scan(text, len, false, NULL);
	free(text);
	return err;
}

Test(json_scan, holds_documents_to_their_number_of_values)
{
	cr_assert_eq(scan_array_of(LIMIT_JSON_NODES_MAX - 1), OK);
	cr_assert_eq(scan_array_of(LIMIT_JSON_NODES_MAX), ERR_TOO_LARGE);
}

/* An object of `count` keys, all of them different but the last if `twice`. */
static enum err
scan_keys(size_t count, bool twice, struct json_fault *fault)
{
	char *text = malloc(count * 20 + 32);
	size_t len = 0, i;
	enum err err;

	cr_assert_not_null(text);
	text[len++] = '{';
	for (i = 0; i < count; i++)
		len += (size_t)sprintf(text + len, "%s\"k%zu\":0",
		    i > 0 ? "," : "", twice && i + 1 == count ? 0 : i);
	text[len++] = '}';
	err = scan(text, len, false, fault);
	free(text);
	return err;
}

Test(json_scan, finds_duplicates_among_as_many_keys_as_there_may_be)
{
	size_t keys = (LIMIT_JSON_NODES_MAX - 1) / 2;
	struct json_fault fault;
	clock_t start = clock();

	cr_assert_eq(scan_keys(keys, false, NULL), OK);
	cr_assert_eq(scan_keys(keys, true, &fault), ERR_INVALID);
	cr_assert_str_eq(fault.reason, "duplicate key \"k0\"");
	cr_assert_eq(scan_keys(keys + 1, false, NULL), ERR_TOO_LARGE);
	/* Comparing each with each would take minutes under a sanitizer. */
	cr_assert_lt(clock() - start, 5 * CLOCKS_PER_SEC);
}

Test(json_scan, holds_documents_to_their_length)
{
	char *text = malloc(LIMIT_JSON_BYTES_MAX + 1);
	struct json_fault fault;

	cr_assert_not_null(text);
	memset(text, 'x', LIMIT_JSON_BYTES_MAX + 1);
	text[0] = '"';
	text[LIMIT_JSON_BYTES_MAX - 1] = '"';
	cr_assert_eq(scan(text, LIMIT_JSON_BYTES_MAX, false, NULL), OK);
	text[LIMIT_JSON_BYTES_MAX - 1] = 'x';
	text[LIMIT_JSON_BYTES_MAX] = '"';
	cr_assert_eq(
	    scan(text, LIMIT_JSON_BYTES_MAX + 1, false, &fault), ERR_TOO_LARGE);
	cr_assert_not_null(strstr(fault.reason, "1048576"));
	free(text);
}

Test(json_parse, keeps_what_strings_mean)
{
	static const char text[] = "{\"a\":\"\\u00e9\\n\\uD83D\\uDE00\"}";
	cJSON *tree;

	cr_assert_eq(
	    json_parse(text, sizeof(text) - 1, false, &tree, NULL), OK);
	cr_assert_str_eq(json_text(tree, "a"), "\xc3\xa9\n\xf0\x9f\x98\x80");
	cr_assert_null(json_text(tree, "b"));
	cr_assert_null(json_text(tree, "A"));
	cJSON_Delete(tree);
}

Test(json_number, reads_whole_numbers_alone)
{
	static const char text[] = "{\"a\":7,\"b\":-9007199254740991,\"c\":1.5,"
				   "\"d\":\"7\",\"e\":1e300}";
	cJSON *tree;

	cr_assert_eq(json_parse(text, sizeof(text) - 1, true, &tree, NULL), OK);
	cr_assert_eq(json_number(tree, "a", -5), 7);
	cr_assert_eq(json_number(tree, "b", -5), INT64_C(-9007199254740991));
	cr_assert_eq(json_number(tree, "c", -5), -5);
	cr_assert_eq(json_number(tree, "d", -5), -5);
	cr_assert_eq(json_number(tree, "e", -5), -5);
	cr_assert_eq(json_number(tree, "f", -5), -5);
	cJSON_Delete(tree);
}

Test(json_add_number, prints_digits_alone_and_reads_back)
{
	static const int64_t values[] = {0, 1, -1, INT64_C(1) << 31,
	    INT64_C(1) << 32, INT64_C(99999999999999), INT64_C(999999999999999),
	    INT64_C(1000000000000000), INT64_C(-1000000000000000),
	    INT64_C(9007199254740991), INT64_C(-9007199254740991),
	    INT64_C(9007199254740992), INT64_C(-9007199254740992)};
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		cJSON *object = cJSON_CreateObject();
		char expected[64];
		char *text;

		cr_assert(json_add_number(object, "n", values[i]));
		cr_assert_eq(json_number(object, "n", 5), values[i]);
		text = cJSON_PrintUnformatted(object);
		(void)snprintf(expected, sizeof(expected),
		    "{\"n\":%" PRId64 "}", values[i]);
		cr_assert_str_eq(text, expected);
		cJSON_free(text);
		cJSON_Delete(object);
	}
}

Test(utf8_valid, refuses_what_rfc_3629_does)
{
	cr_assert(utf8_valid("", 0));
	cr_assert(utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
	cr_assert_not(utf8_valid("a\0b", 3));
	cr_assert_not(utf8_valid("\xc0\xaf", 2));
	cr_assert_not(utf8_valid("\xed\xb0\x80", 3));
	cr_assert_not(utf8_valid("\xe2\x82", 2));
	cr_assert_not(utf8_valid("\xf4\x90\x80\x80", 4));
	cr_assert_not(utf8_valid("\xe2\x28\xa1", 3));
	cr_assert_not(utf8_valid("\xf0\x9f\x98\x28", 4));
}
