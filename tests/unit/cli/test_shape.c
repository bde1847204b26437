#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "cli/shape.h"

/* 2026-01-31T12:00:00Z */
#define NOW INT64_C(1769860800000)

static struct screen screen = {
    .columns = 80, .utf8 = true, .utc = true, .now_ms = NOW};

static void
utf8(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}

TestSuite(shape_value, .init = utf8);
TestSuite(shape_facts, .init = utf8);

static const char *
shaped(const char *json, enum shape shape, enum style *style)
{
	static char out[SHAPE_TEXT_MAX];
	cJSON *object = cJSON_Parse(json);

	*style = shape_value(&screen, object, "a", shape, out);
	cJSON_Delete(object);
	return out;
}

Test(shape_value, is_text_for_every_shape)
{
	static const struct {
		const char *json;
		enum shape shape;
		const char *text;
	} rows[] = {
	    {"{\"a\":\"x\"}", SHAPE_TEXT, "x"},
	    {"{\"a\":12}", SHAPE_NUMBER, "12"},
	    {"{\"a\":\"2026-01-31T11:00:00Z\"}", SHAPE_TIME,
		"2026-01-31 11:00:00 UTC"},
	    {"{\"a\":\"2026-01-31T11:00:00Z\"}", SHAPE_AGE, "1h"},
	    {"{\"a\":1769860740000}", SHAPE_AGE, "1m"},
	    {"{\"a\":[\"x\",\"y\"]}", SHAPE_NAMES, "x, y"},
	    {"{\"a\":[1,2,3]}", SHAPE_COUNT, "3"},
	    {"{\"a\":7}", SHAPE_COUNT, "7"},
	    {"{\"a\":true}", SHAPE_FLAG, "yes"},
	    {"{\"a\":false}", SHAPE_FLAG, ""},
	    {"{\"major\":true,\"unread\":true}", SHAPE_MARKS, "!*"},
	    {"{\"a\":\"amber_strict\"}", SHAPE_TLP, "TLP:AMBER+STRICT"},
	    {"{\"a\":\"new_one\"}", SHAPE_TLP, "TLP:new_one"},
	    {"{\"a\":\"red\"}", SHAPE_PAP, "PAP:RED"},
	    {"{\"a\":\"x\"}", SHAPE_TITLE, "x"},
	    {"{\"erased\":true}", SHAPE_TITLE, "(erased)"},
	    {"{\"a\":\"test\",\"closed\":\"t\"}", SHAPE_VERDICT, "test"},
	    {"{\"a\":\"none\"}", SHAPE_VERDICT, ""},
	    {"{\"a\":7200000}", SHAPE_SPAN, "2h"},
	    {"{\"a\":\"2026-01-31T14:30:00Z\"}", SHAPE_DUE, "2h"},
	    {"{\"a\":\"2026-01-31T11:45:00Z\"}", SHAPE_DUE, "-15m"},
	    {"{\"a\":\"2026-01-31T12:00:00Z\"}", SHAPE_DUE, "0s"},
	    {"{\"a\":3}", SHAPE_SOME, "3"},
	    {"{\"a\":0}", SHAPE_SOME, ""},
	    {"{\"a\":\"overdue\"}", SHAPE_TARGET, "overdue"},
	    {"{\"a\":\"silent\"}", SHAPE_SOURCE, "silent"},
	    {"{\"a\":720000}", SHAPE_SKEW, "+12m"},
	    {"{\"a\":-720000,\"skewed\":true}", SHAPE_SKEW, "-12m!"},
	    {"{\"a\":-1500}", SHAPE_SKEW, ""},
	    {"{\"a\":[\"alert.push\",\"worker.done\",\"x\",\"show\"]}",
		SHAPE_COMMANDS, "alert push, show"},
	};
	enum style style;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(shaped(rows[i].json, rows[i].shape, &style),
		    rows[i].text, "row %zu", i);
}

Test(shape_value, is_empty_for_what_is_not_there_or_of_another_type)
{
	static const char *const objects[] = {
	    "{}", "{\"a\":null}", "{\"a\":{}}", "{\"a\":[[]]}", "{\"a\":\"\"}"};
	enum style style;
	size_t i;
	int shape;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		for (shape = 0; shape <= SHAPE_PAP; shape++)
			if (i != 3 && shape != SHAPE_PERSON)
				cr_expect_str_eq(shaped(objects[i],
						     (enum shape)shape, &style),
				    "", "%s as %d", objects[i], shape);
			else
				(void)shaped(
				    objects[i], (enum shape)shape, &style);
}

Test(shape_value, says_nobody_only_for_who_could_be_there)
{
	enum style style;

	cr_expect_str_eq(
	    shaped("{\"a\":\"ada\"}", SHAPE_PERSON, &style), "ada");
	cr_expect_str_eq(
	    shaped("{\"a\":null}", SHAPE_PERSON, &style), "nobody");
	cr_expect_str_eq(shaped("{}", SHAPE_PERSON, &style), "");
}

Test(shape_value, cuts_a_list_that_is_very_long)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(object, "a");
	char out[SHAPE_TEXT_MAX];
	int i;

	for (i = 0; i < 1000; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString("show"));
	(void)shape_value(&screen, object, "a", SHAPE_NAMES, out);
	cr_expect_lt(strlen(out), SHAPE_TEXT_MAX);
	(void)shape_value(&screen, object, "a", SHAPE_COMMANDS, out);
	cr_expect_lt(strlen(out), SHAPE_TEXT_MAX);
	cJSON_Delete(object);
}

Test(shape_value, has_the_colour_of_its_severity)
{
	enum style style;

	(void)shaped("{\"a\":\"critical\"}", SHAPE_SEVERITY, &style);
	cr_expect_eq(style, STYLE_ALARM);
	(void)shaped("{\"a\":\"low\"}", SHAPE_SEVERITY, &style);
	cr_expect_eq(style, STYLE_NOTICE);
	(void)shaped("{\"a\":\"closed\"}", SHAPE_STATUS, &style);
	cr_expect_eq(style, STYLE_DIM);
	(void)shaped("{\"a\":\"overdue\"}", SHAPE_TARGET, &style);
	cr_expect_eq(style, STYLE_ALARM);
	(void)shaped("{\"a\":\"running\"}", SHAPE_TARGET, &style);
	cr_expect_eq(style, STYLE_PLAIN);
	(void)shaped("{\"a\":1769860799000}", SHAPE_DUE, &style);
	cr_expect_eq(style, STYLE_ALARM);
	(void)shaped("{\"a\":1769860801000}", SHAPE_DUE, &style);
	cr_expect_eq(style, STYLE_PLAIN);
}

static const struct shown facts[] = {
    {"one", SHAPE_TEXT, {"one", 0, 0, false}},
    {"two", SHAPE_TEXT, {"two", 0, 0, false}},
    {"long", SHAPE_TEXT, {"long", 0, 0, false}},
    {"none", SHAPE_TEXT, {"none", 0, 0, false}},
    {"last", SHAPE_TEXT, {"last", 0, 0, false}},
};

static char *
drawn(size_t columns)
{
	cJSON *object = cJSON_Parse(
	    "{\"one\":\"1\",\"two\":\"2\",\"last\":\"3\",\"long\":\"a value "
	    "of several words that is too long for one half of a screen\"}");
	char *out;
	size_t size;

	screen.columns = columns;
	screen.out = open_memstream(&out, &size);
	shape_facts(&screen, object, facts, sizeof(facts) / sizeof(facts[0]));
	(void)fclose(screen.out);
	cJSON_Delete(object);
	return out;
}

Test(shape_facts, stand_two_beside_each_other_where_there_is_room)
{
	char *out = drawn(80);

	cr_expect_str_eq(out,
	    "  one           1                         two           2\n"
	    "  long          a value of several words that is too long for one "
	    "half of a\n"
	    "                screen\n"
	    "  last          3\n");
	free(out);
}

Test(shape_facts, stand_below_each_other_where_there_is_none)
{
	char *out = drawn(40);

	cr_expect_eq(strncmp(out,
			 "  one           1\n"
			 "  two           2\n"
			 "  long          a value of several\n",
			 70),
	    0, "%s", out);
	free(out);
}

Test(shape_facts, are_never_wider_than_the_screen)
{
	size_t width;

	for (width = 30; width <= 200; width++) {
		char *out = drawn(width), *rest = out, *line;

		while ((line = strsep(&rest, "\n")) != NULL)
			cr_expect_leq(render_columns(line, true), width,
			    "%zu: %s", width, line);
		free(out);
	}
}
