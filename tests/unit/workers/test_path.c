#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "workers/path.h"

static const char text[] =
    "{ \"a\" : {\"b\":[1,{\"c\":\"x\"},[\"y\",\"z\"]]}, "
    "\"k.e.y\":{\"d\":\"dotted\"}, \"n\":null, "
    "\"s\":\"quote \\\" } ] and \\\\\", \"last\":12345678901234567890 }";

static const char *
found(const cJSON *root, const char *path)
{
	const cJSON *node = path_find(root, path, PATH_EXACT);

	return cJSON_IsString(node) ? node->valuestring : "(none)";
}

Test(path_find, goes_by_names_and_numbers)
{
	cJSON *root = cJSON_Parse(text);

	cr_assert_str_eq(found(root, "/a/b/1/c"), "x");
	cr_assert_str_eq(found(root, "/a/b/2/1"), "z");
	cr_assert_str_eq(found(root, "/k.e.y/d"), "dotted");
	cr_assert_eq(path_find(root, "/a/b/0", PATH_EXACT)->valueint, 1);
	cr_assert(cJSON_IsNull(path_find(root, "/n", PATH_EXACT)));
	cJSON_Delete(root);
}

Test(path_find, finds_nothing_where_nothing_is)
{
	static const char *const paths[] = {"/b", "/a/c", "/a/b/c", "/a/b/3",
	    "/a/0", "/a/b/1/c/d", "/k/e/y", "/n/a", "/a/b/0/0"};
	cJSON *root = cJSON_Parse(text);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		cr_assert_null(
		    path_find(root, paths[i], PATH_EXACT), "%s", paths[i]);
	cr_assert_null(path_find(NULL, "/a", PATH_EXACT));
	cJSON_Delete(root);
}

Test(path_find, takes_no_name_for_the_beginning_of_another)
{
	cJSON *root = cJSON_Parse("{\"ab\":1,\"a\":\"right\"}");

	cr_assert_str_eq(found(root, "/a"), "right");
	cJSON_Delete(root);
}

static bool
gather(void *arg, const cJSON *node)
{
	char *out = arg;

	strcat(out, cJSON_IsString(node) ? node->valuestring : "#");
	return strlen(out) < 4;
}

Test(path_each, shows_every_element_until_told_to_stop)
{
	cJSON *root = cJSON_Parse("{\"l\":[\"a\",1,[\"b\"]],\"o\":{\"p\":"
				  "\"c\",\"q\":\"d\"},\"t\":[\"1\",\"2\","
				  "\"3\",\"4\",\"5\"]}");
	char out[32] = "";

	(void)path_each(root, "/l/*", PATH_EXACT, NULL, gather, out);
	cr_assert_str_eq(out, "a##");
	out[0] = '\0';
	(void)path_each(root, "/l/*/*", PATH_EXACT, NULL, gather, out);
	cr_assert_str_eq(out, "b");
	out[0] = '\0';
	(void)path_each(root, "/o/*", PATH_EXACT, NULL, gather, out);
	cr_assert_str_eq(out, "cd");
	out[0] = '\0';
	(void)path_each(root, "/t/*", PATH_EXACT, NULL, gather, out);
	cr_assert_str_eq(out, "1234");
	cJSON_Delete(root);
}

Test(path_valid, tells_paths_from_what_is_none)
{
	static const char *const good[] = {"/a", "/a/b", "/a/0", "/a/*/b",
	    "/x.y", "/a/x~1y~0", "/a/[kind=host]/b",
	    "/a/b/c/d/e/f/g/h/i/j/k/l"};
	static const char *const bad[] = {"", "a", "/", "/a/", "/a//b", "/a~",
	    "/a~2", "/a/[", "/a/[x]", "/a/[]", "/a/b/c/d/e/f/g/h/i/j/k/l/m"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert(path_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(path_valid(bad[i]), "%s", bad[i]);
}

static void
expect_raw(const char *json, const char *path, const char *expected)
{
	const char *value = NULL;
	size_t len = 0;
	bool is = path_raw(json, strlen(json), path, &value, &len);

	if (expected == NULL) {
		cr_assert_not(is, "%s", path);
		return;
	}
	cr_assert(is, "%s", path);
	cr_assert_eq(len, strlen(expected), "%s: %.*s", path, (int)len, value);
	cr_assert_arr_eq(value, expected, len, "%s", path);
}

Test(path_raw, answers_the_bytes_as_they_stand)
{
	expect_raw(text, "/last", "12345678901234567890");
	expect_raw(text, "/a/b/1", "{\"c\":\"x\"}");
	expect_raw(text, "/a/b/2/0", "\"y\"");
	expect_raw(text, "/s", "\"quote \\\" } ] and \\\\\"");
	expect_raw(text, "/n", "null");
	expect_raw(text, "/k.e.y/d", "\"dotted\"");
	expect_raw("{\"f\":1.50e+3}", "/f", "1.50e+3");
	expect_raw("{\"e\":[],\"o\":{},\"x\":-1}", "/x", "-1");
}

Test(path_raw, finds_nothing_where_nothing_is)
{
	expect_raw(text, "/missing", NULL);
	expect_raw(text, "/a/b/9", NULL);
	expect_raw(text, "/s/t", NULL);
	expect_raw("[]", "/0", NULL);
	expect_raw("{}", "/a", NULL);
	expect_raw("", "/a", NULL);
	expect_raw("12", "/a", NULL);
}

static bool
gather_raw(void *arg, const char *value, size_t len)
{
	char *out = arg;

	(void)sprintf(out + strlen(out), "<%.*s>", (int)len, value);
	return strlen(out) < 20;
}

Test(path_raw_elements, cuts_an_array_into_its_elements)
{
	char out[64] = "";

	path_raw_elements(" [ {\"a\":[1]} ,2, \"x,]\"] ", 24, gather_raw, out);
	cr_assert_str_eq(out, "<{\"a\":[1]}><2><\"x,]\">");
	out[0] = '\0';
	path_raw_elements("[]", 2, gather_raw, out);
	path_raw_elements("{\"a\":1}", 7, gather_raw, out);
	cr_assert_str_eq(out, "");
}

Test(path_find, escapes_slashes_and_tildes)
{
	cJSON *root = cJSON_Parse("{\"a/b\":{\"c~d\":\"x\"}}");

	cr_assert_str_eq(found(root, "/a~1b/c~0d"), "x");
	cr_assert_str_eq(found(root, "/a/b/c~0d"), "(none)");
	expect_raw("{\"a/b\":{\"c~d\":7}}", "/a~1b/c~0d", "7");
	cJSON_Delete(root);
}

static const char *
found_as(const cJSON *root, const char *path, int names)
{
	const cJSON *node = path_find(root, path, names);

	return cJSON_IsString(node) ? node->valuestring : "(none)";
}

Test(path_find, takes_names_in_any_case_only_where_told)
{
	cJSON *root = cJSON_Parse("{\"Title\":{\"Text\":\"x\"}}");

	cr_assert_str_eq(found_as(root, "/title/text", PATH_EXACT), "(none)");
	cr_assert_str_eq(found_as(root, "/title/text", PATH_ANY_CASE), "x");
	cJSON_Delete(root);
}

Test(path_find, takes_dots_for_steps_only_where_told)
{
	cJSON *root = cJSON_Parse("{\"a.b\":{\"c\":\"x\"},\"a\":{\"d.e\":"
				  "\"y\"},\"f.g.h\":\"z\",\"a.b.c.d\":1}");

	cr_assert_str_eq(found_as(root, "/a/b/c", PATH_EXACT), "(none)");
	cr_assert_str_eq(found_as(root, "/a/b/c", PATH_DOTTED), "x");
	cr_assert_str_eq(found_as(root, "/a/d/e", PATH_DOTTED), "y");
	cr_assert_str_eq(found_as(root, "/f/g/h", PATH_DOTTED), "z");
	cr_assert_str_eq(found_as(root, "/F/G/H", PATH_DOTTED), "(none)");
	cr_assert_str_eq(
	    found_as(root, "/F/G/H", PATH_DOTTED | PATH_ANY_CASE), "z");
	cJSON_Delete(root);
}

Test(path_find, filters_elements_by_a_member)
{
	cJSON *root = cJSON_Parse("{\"e\":[{\"t\":\"ip\",\"v\":\"1\"},"
				  "{\"t\":\"Host\",\"v\":\"h\"},7,"
				  "{\"t\":3,\"v\":\"n\"}]}");

	cr_assert_str_eq(found(root, "/e/[t=host]/v"), "h");
	cr_assert_str_eq(found(root, "/e/[t=hos]/v"), "(none)");
	cr_assert_str_eq(found(root, "/e/[t=3]/v"), "(none)");
	cJSON_Delete(root);
}

static bool
keep(void *arg, const cJSON *node)
{
	const cJSON **found_node = arg;

	*found_node = node;
	return false;
}

Test(path_write, writes_where_a_node_was_found)
{
	cJSON *root = cJSON_Parse("{\"a.b\":[0,{\"c/d\":{\"E\":\"x\"}}]}");
	char out[PATH_TEXT_BYTES], long_name[300];
	struct path_trail trail;
	const cJSON *node;

	node = NULL;
	cr_assert_not(path_each(root, "/a/b/*/c~1d/e",
	    PATH_DOTTED | PATH_ANY_CASE, &trail, keep, &node));
	cr_assert_not_null(node);
	cr_assert(path_write(&trail, out));
	cr_assert_str_eq(out, "/a.b/1/c~1d/E");
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	trail.count = 1;
	trail.steps[0].name = long_name;
	cr_assert_not(path_write(&trail, out));
	cr_assert_str_eq(out, "");
	cJSON_Delete(root);
}

Test(path_write, keeps_within_its_room_whatever_the_names)
{
	struct {
		char out[PATH_TEXT_BYTES];
		char behind[8];
	} room;
	char name[PATH_TEXT_BYTES + 1];
	struct path_trail trail;

	for (size_t len = PATH_TEXT_BYTES - 16; len <= PATH_TEXT_BYTES; len++) {
		memset(&room, '#', sizeof(room));
		memset(name, 'n', sizeof(name));
		name[len] = '\0';
		trail.count = PATH_STEPS_MAX;
		for (size_t i = 0; i < PATH_STEPS_MAX; i++)
			trail.steps[i].name = "";
		trail.steps[0].name = name;
		if (path_write(&trail, room.out))
			cr_assert_eq(
			    strlen(room.out), len + PATH_STEPS_MAX, "%zu", len);
		else
			cr_assert_str_eq(room.out, "");
		cr_assert_arr_eq(room.behind, "########", 8);
	}
}
